"""SAM: `AWS::Serverless::{Function,Api,HttpApi}` with Globals, events and the implicit APIs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...declarations import Api, ApiKey, Cors, Iam, Place, Preflight, Public, Route, Unresolved
from ..cors import ANY_METHODS, Make, cors_of, with_preflights
from ..nodes import Items, Node, Opaque, Reference, Scalar, Table, child, entries, is_null, reason, text, texts, truth
from ..reading import below, folder_of
from . import differences, openapi, sam_auth
from .intrinsics import Resource
from .lambdas import NotServed, handler_of, merge
from .rest_api import known_variables, undecided, whole_path
from .sam_auth import Auth, with_entry
from .stacks import Stacks, qualified

REST, HTTP, FUNCTION = "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::Function"
_MACHINE = "AWS::Serverless::StateMachine"
_IMPLICIT = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
_TYPES = {"Api": REST, "HttpApi": HTTP}
_SECTIONS = {REST: "Api", HTTP: "HttpApi"}
# The properties of APIs and of events that lead to them. Source: aws-sam-translator 1.115.
_BOTH = """Name StageName Tags PropagateTags DefinitionBody DefinitionUri Auth Domain FailOnWarnings Description
    DisableExecuteApiEndpoint"""
_PROPERTIES = {
    REST: f"""{_BOTH} MergeDefinitions CacheClusterEnabled CacheClusterSize Variables EndpointConfiguration
        MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting
        TracingEnabled OpenApiVersion Models Mode ApiKeySourceType AlwaysDeploy Policy SecurityPolicy
        EndpointAccessMode""",
    HTTP: f"{_BOTH} StageVariables CorsConfiguration AccessLogSettings DefaultRouteSettings RouteSettings",
}
_OF_EVENTS = {
    "Api": """Path Method RestApiId Stage Auth RequestModel RequestParameters TimeoutInMillis
        ResponseTransferMode""",
    "HttpApi": "Path Method ApiId Stage Auth TimeoutInMillis RouteSettings PayloadFormatVersion",
}
_OF_AUTH = {
    REST: """Authorizers DefaultAuthorizer InvokeRole AddDefaultAuthorizerToCorsPreflight
        AddApiKeyRequiredToCorsPreflight ApiKeyRequired ResourcePolicy UsagePlan""",
    HTTP: "Authorizers DefaultAuthorizer EnableIamAuthorizer",
    "Api": "ApiKeyRequired AuthorizationScopes Authorizer InvokeRole ResourcePolicy OverrideApiAuth",
    "HttpApi": "AuthorizationScopes Authorizer",
}
_INTEGRATION = "x-amazon-apigateway-integration"
_EMPTY = Table({}, Place(""))


@dataclass(frozen=True, slots=True, eq=False)
class _Sam:
    """An API of SAM: `resource` holds its properties, the template's Globals under them."""

    api: Api
    resource: Resource
    auth: Auth
    is_merged: bool = False

    @property
    def has_body(self) -> bool:
        return self.resource.get("DefinitionBody") is not None

    @property
    def is_defined(self) -> bool:
        return self.has_body or self.resource.get("DefinitionUri") is not None


@dataclass(frozen=True, slots=True)
class _Event:
    """An event that leads to an API. `auth` is its Auth as SAM reads it.

    `is_there` is False for one of a function whose condition does not hold: SAM, which evaluates no conditions, puts
    its Auth on the operation of a document nevertheless.
    """

    function: Resource
    what: str
    kind: str
    properties: Node | None
    place: Place
    auth: Table | Opaque | None
    is_there: bool = True
    method: str = ""
    path: str = ""

    @property
    def key(self) -> str:
        """The key of the operation in a document."""
        return openapi.ANY if self.method == "ANY" else self.method.lower()

    @property
    def overrides(self) -> bool:
        return sam_auth.flag(self.auth, "OverrideApiAuth", False) is not False


def routes(stacks: Stacks) -> Iterator[Route]:
    """Routes of events, and of documents that define an API."""
    known: dict[tuple[str, str], _Sam] = {}
    for resource in list(stacks.found.values()):
        if resource.type in _SECTIONS:
            known[resource.stack.name, resource.name] = _api(stacks, resource)
    events: dict[_Sam, list[_Event]] = {}
    for resource in list(stacks.found.values()):
        if resource.type in (FUNCTION, _MACHINE):
            for event in _events(stacks, resource):
                events.setdefault(_of_event(stacks, event, known), []).append(event)
    for event in _left_out(stacks):
        (stack_name, name), _ = _api_named(event)
        if (stack_name, name) in known:
            events.setdefault(known[stack_name, name], []).append(event)
    for sam in {**dict.fromkeys(known.values()), **dict.fromkeys(events)}:
        yield from _of_api(stacks, sam, events.get(sam, []))


def _events(stacks: Stacks, resource: Resource) -> Iterator[_Event]:
    """The events of a function that lead to an API."""
    events = resource.get("Events")
    known_events = {"Events": events} if isinstance(events, Opaque) else dict(entries(events))
    for name, event in known_events.items():
        if isinstance(event, Opaque):
            message = f"the event {name} of {resource.name} is not known: {event.reason}"
            stacks.reading.report(event.place, "CG156", message)
        kind = text(child(event, "Type")) or ""
        known_kind = next((one for one in _TYPES if one.lower() == kind.lower()), kind)
        if kind != known_kind:
            message = f"the event {name} of {resource.name} is of no type {kind}: it is called {known_kind}"
            stacks.reading.report(event.place, "CG156", message)
        if kind in _TYPES and resource.type == _MACHINE:
            message = f"the event {name} starts the state machine {resource.name}: it is not served"
            stacks.reading.report(event.place, "CG350", message)
        elif kind in _TYPES:
            place = events.at(name) if isinstance(events, Table) else event.place
            found = _event(resource, name, kind, event, place)
            _refuse_others(stacks, found.what, found.properties, _OF_EVENTS[kind])
            _refuse_others(stacks, f"the Auth of {found.what}", found.auth, _OF_AUTH[kind])
            yield found


def _event(function: Resource, name: str, kind: str, event: Node, place: Place) -> _Event:
    auth = sam_auth.plain(function.stack, function.written("Events", name, "Properties", "Auth"))
    return _Event(function, f"the event {name} of {function.name}", kind, child(event, "Properties"), place, auth)


def _left_out(stacks: Stacks) -> Iterator[_Event]:
    """The events of functions whose condition does not hold."""
    for stack in stacks.all():
        for resource in stack.resources(every=True):
            if resource.type == FUNCTION and (stack.name, resource.name) not in stacks.found:
                for name, event in entries(resource.get("Events")):
                    if (kind := text(child(event, "Type")) or "") in _TYPES:
                        yield replace(_event(resource, name, kind, event, event.place), is_there=False)


def _of_api(stacks: Stacks, sam: _Sam, events: list[_Event]) -> Iterator[Route]:
    """The routes of an API: of its document, and of the events that SAM adds to it."""
    root = _document(stacks, sam) if sam.is_defined else _EMPTY
    if root is None:
        return
    added: list[tuple[_Event, Node | None]] = []
    for found in events:
        event = _routed(stacks, found, sam.is_merged) if _counts(sam, found) else None
        if event is not None:
            root, security, is_added = _merged(stacks, sam, root, event)
            added += [(event, security)] if is_added and event.is_there else []
    asks_key = any(sam_auth.flag(one.auth, "ApiKeyRequired", False) for one in events if _adds_scheme(sam, one))
    document = openapi.whole(stacks, sam.auth.over(root), sam.api, sam.auth.schemes(asks_key))
    made = [*document.routes()]
    for event, security in added:
        made += _route(stacks, sam, document, event, security)
    maker = _preflight_of(stacks, sam, document)
    yield from with_preflights(made, {} if maker is None else {sam.api.name: maker})


def _counts(sam: _Sam, event: _Event) -> bool:
    """Whether SAM does anything with an event: documents of REST APIs have to ask for it."""
    if not event.is_there:
        return sam.has_body and (event.overrides or (event.kind == "HttpApi" and event.auth is not None))
    return not sam.is_defined or (sam.has_body and (event.kind == "HttpApi" or sam.is_merged or event.overrides))


def _adds_scheme(sam: _Sam, event: _Event) -> bool:
    """Whether the API key of an event is a security scheme of the document: SAM loses it where it merges."""
    return _counts(sam, event) and (event.overrides or not sam.is_merged)


def _routed(stacks: Stacks, event: _Event, is_merged: bool) -> _Event | None:
    """The event with its method and path; None where they are not known."""
    routed = _method_and_path(event)
    if is_merged and (text(child(event.properties, "Method")) or "").lower() == "any":
        message = "SAM writes the method any into a merged document, where API Gateway knows none: use " + openapi.ANY
        routed = Unresolved(message, event.place)
    if isinstance(routed, Unresolved):
        stacks.reading.report(routed.place, "CG156", f"{event.what}: {routed.reason}")
        return None
    return replace(event, method=routed[0], path=routed[1])


def _merged(stacks: Stacks, sam: _Sam, root: Node, event: _Event) -> tuple[Node, Node | None, bool]:
    """The document after an event, the security of the event's operation, and whether the event makes a route."""
    written = child(root, "paths", event.path, event.key)
    asked, security = sam.auth.asked(event.auth), child(written, "security")
    if not sam.is_defined or not isinstance(written, Table):
        if sam.is_defined and event.kind == "Api" and not sam.is_merged:
            message = f"{event.what}: OverrideApiAuth finds no {event.method} {event.path} in the document"
            stacks.reading.report(event.place, "CG156", message)
            return root, None, False
        return root, _joined(None, asked), True
    if sam.is_merged and event.is_there:
        # SAM makes an operation of the event alone, and puts it over the document's, key by key.
        own = _joined(None, asked)
        return _with_operation(root, event, None), security if own is None else own, True
    security = _joined(security, asked)
    if event.kind == "HttpApi" and not _says(child(written, _INTEGRATION)):
        return _with_operation(root, event, None), security, True
    return _with_operation(root, event, _with_payload(with_entry(written, "security", security), event)), None, False


def _says(node: Node | None) -> bool:
    """Whether an integration is there and says anything."""
    return node is not None and not is_null(node) and not (isinstance(node, Table) and not node.entries)


def _joined(written: Node | None, asked: Node) -> Node | None:
    """The security of an operation with what an event adds to it."""
    if not isinstance(asked, Items):
        return asked
    if not asked.items:
        return written
    if written is None or is_null(written):
        return asked
    return Items((*written.items, *asked.items), asked.place) if isinstance(written, Items) else written


def _with_payload(operation: Table, event: _Event) -> Table:
    version, integration = child(event.properties, "PayloadFormatVersion"), child(operation, _INTEGRATION)
    if version is None or not isinstance(integration, Table):
        return operation
    return with_entry(operation, _INTEGRATION, with_entry(integration, "payloadFormatVersion", version))


def _with_operation(root: Node, event: _Event, operation: Node | None) -> Node:
    """A document with another operation at an event's place, or with none."""
    paths, item = child(root, "paths"), child(root, "paths", event.path)
    if not isinstance(root, Table) or not isinstance(paths, Table) or not isinstance(item, Table):
        return root
    changed = with_entry(item, event.key, operation)
    return with_entry(root, "paths", with_entry(paths, event.path, changed))


def _route(
    stacks: Stacks, sam: _Sam, document: openapi.Document, event: _Event, security: Node | None
) -> Iterator[Route]:
    """The route that an event makes, in the document of its API."""
    path = whole_path(event.path) if event.kind == "Api" else event.path
    label = f"{event.method} {path}"
    handler = handler_of(stacks, event.function)
    if isinstance(handler, NotServed):
        stacks.reading.report(event.place, "CG350", f"{label} is not served: {handler.reason}")
        return
    if undecided(stacks, event.function, event.place, label):
        return
    operation = with_entry(_EMPTY, "security", sam.auth.secured(event.method, security))
    authorizer, scopes, needs_key = document.guard(operation, event.place)
    yield Route(
        api=document.api,
        method=event.method,
        path=path,
        handler=handler,
        authorizer=authorizer,
        place=event.place,
        scopes=scopes,
        payload="1.0" if event.kind == "Api" else text(child(event.properties, "PayloadFormatVersion")) or "2.0",
        needs_key=needs_key or isinstance(authorizer, ApiKey),
    )


def api_of(stacks: Stacks, resource: Resource) -> Api:
    """The API of an `AWS::Serverless::Api` or `HttpApi`."""
    return _api(stacks, resource).api


def _api(stacks: Stacks, resource: Resource) -> _Sam:
    added = child(resource.stack.root, "Globals", _SECTIONS[resource.type])
    if isinstance(added, Table):
        merged = merge(added, resource.properties)
        resource = replace(resource, properties=merged if isinstance(merged, Table) else resource.properties)
    differences.of_resource(stacks.reading, resource)
    _refuse_others(stacks, resource.name, resource.properties, _PROPERTIES[resource.type])
    _refuse_others(stacks, f"the Auth of {resource.name}", resource.get("Auth"), _OF_AUTH[resource.type])
    is_rest = resource.type == REST
    default_stage = "Prod" if resource.name == _IMPLICIT["Api"] else None
    api = Api(
        qualified(resource.stack, resource.name),
        "rest" if is_rest else "http",
        resource.text("StageName") or (default_stage if is_rest else "$default"),
        tuple(said.replace("~1", "/") for said in texts(resource.get("BinaryMediaTypes"))),
        None if is_rest else _http_cors(resource.get("CorsConfiguration")),
        variables=known_variables(stacks, resource.get("Variables" if is_rest else "StageVariables")),
    )
    auth = sam_auth.of_api(stacks, resource, is_rest)
    merges = resource.properties.entries.get("MergeDefinitions")
    seen = Table({} if merges is None else {"MergeDefinitions": sam_auth.seen(resource.stack, merges)}, resource.place)
    is_merged = sam_auth.flag(seen, "MergeDefinitions", False)
    if isinstance(is_merged, Opaque):
        return _Sam(api, resource, replace(auth, problem=is_merged), True)
    return _Sam(api, resource, auth, is_merged and is_rest)


def _preflight_of(stacks: Stacks, sam: _Sam, document: openapi.Document) -> Make | None:
    """The MOCK methods that SAM makes of a REST API's `Cors`: texts in quotes of their own, as `"'*'"`."""
    node = sam.resource.get("Cors")
    if sam.api.kind != "rest" or node is None:
        return None
    said = dict(entries(node)) if isinstance(node, Table) else {"AllowOrigin": node}
    unknown = next((value for key, value in said.items() if key != "AllowCredentials" and text(value) is None), None)
    if unknown is not None:
        message = f"the Cors of {sam.resource.name} is not known: {reason(unknown)}: its preflights are not answered"
        stacks.reading.report(unknown.place, "CG256", message)
        return None
    credentials = "true" if truth(said.get("AllowCredentials")) is True else ""
    origin, headers, methods, age = (
        (text(said.get(key)) or "").strip("'") for key in ("AllowOrigin", "AllowHeaders", "AllowMethods", "MaxAge")
    )
    operation = with_entry(_EMPTY, "security", sam.auth.secured("OPTIONS", None))
    guard, _, _ = document.guard(operation, sam.resource.place)
    is_guarded = not isinstance(guard, Public)

    def make(path: str, declared: tuple[str, ...]) -> Preflight:
        known = ANY_METHODS if "ANY" in declared else sorted({*declared, "OPTIONS"})
        lines = (
            ("Access-Control-Allow-Origin", origin or "*"),
            ("Access-Control-Allow-Headers", headers),
            ("Access-Control-Allow-Methods", methods or ",".join(known)),
            ("Access-Control-Max-Age", age),
            ("Access-Control-Allow-Credentials", credentials),
        )
        return Preflight(path, 200, tuple(line for line in lines if line[1]), "{}\n", is_guarded=is_guarded)

    # A preflight that asks for a key is refused, as a method that is not there.
    return None if isinstance(guard, ApiKey) else make


def _http_cors(node: Node | None) -> Cors | None:
    """`true` allows every origin, and no more."""
    return Cors(("*",)) if truth(node) else cors_of(node)


def _document(stacks: Stacks, sam: _Sam) -> Node | None:
    """The document that stands in the template, or beside it; None where it is not there, which is reported."""
    resource, stack = sam.resource, sam.resource.stack
    body = resource.get("DefinitionBody")
    said = resource.get("DefinitionUri")
    if body is None and said is not None:
        path = below(folder_of(stack.path), text(said) or "://")
        if path is None:
            message = f"the definition of {resource.name} is not in the code base: {text(said) or reason(said)}"
            stacks.reading.report(resource.place_of("DefinitionUri"), "CG151", message)
            return None
        document = stacks.reading.document(path, said.place)
        body = None if document is None else stack.resolve(document)
    return None if undecided(stacks, resource, resource.place, f"the API {resource.name}") else body


def _refuse_others(stacks: Stacks, what: str, properties: Node | None, known: str) -> None:
    """A property that SAM does not know is refused or overlooked by it: a misspelled Auth leaves a route public."""
    table = properties if isinstance(properties, Table) else Table({}, Place(""))
    for key in sorted(table.entries.keys() - known.split()):
        stacks.reading.report(table.at(key), "CG156", f"{what} has a property {key}, which SAM does not know")


def _method_and_path(event: _Event) -> tuple[str, str] | Unresolved:
    kind, method, path = event.kind, child(event.properties, "Method"), child(event.properties, "Path")
    if kind == "HttpApi" and method is None and path is None:
        return "ANY", "$default"
    if kind == "HttpApi" and path is not None and method is None:
        method = Scalar("ANY", path.place)
    for what, node in (("method", method), ("path", path)):
        if text(node) is None:
            place = event.place if node is None else node.place
            return Unresolved(f"the {what} is not known: {reason(node)}", place)
    verb = (text(method) or "").upper()
    return ("ANY" if verb == "X-AMAZON-APIGATEWAY-ANY-METHOD" else verb), text(path) or ""


def _api_named(event: _Event) -> tuple[tuple[str, str], Node | None]:
    """The stack and the name of the API that an event leads to, and what names it: the stack's implicit one without."""
    node = child(event.properties, "RestApiId" if event.kind == "Api" else "ApiId")
    stack = event.function.stack.name
    if node is None:
        return (stack, _IMPLICIT[event.kind]), None
    return (node.stack, node.name) if isinstance(node, Reference) else (stack, text(node) or "imported"), node


def _of_event(stacks: Stacks, event: _Event, known: dict[tuple[str, str], _Sam]) -> _Sam:
    """The API of an event: the one that it names, or the implicit one of the stack."""
    key, node = _api_named(event)
    stack, kind = event.function.stack, event.kind
    if key not in known:
        if node is not None:
            return _foreign(stacks, Resource(stack, key[1], "", Table({}, node.place), node.place, None), kind)
        place = Place(stack.path)
        known[key] = _api(stacks, Resource(stack, key[1], _TYPES[kind], Table({}, place), place, None))
    return known[key]


def _foreign(stacks: Stacks, resource: Resource, kind: str) -> _Sam:
    """An API that is not SAM's: a plain one has no default authorizer; what another stack's has is not known."""
    is_here = (resource.stack.name, resource.name) in stacks.found
    unknown = Opaque("the API is another stack's: its default authorizer is not known", resource.place)
    is_rest = kind == "Api"
    auth = Auth(is_rest, {"AWS_IAM": Iam()}, default=None if is_here else unknown)
    return _Sam(Api(qualified(resource.stack, resource.name), "rest" if is_rest else "http"), resource, auth)

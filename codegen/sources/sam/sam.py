"""SAM: `AWS::Serverless::{Function,Api,HttpApi}` with Globals, events and the implicit APIs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...declarations import PAYLOADS, Api, ApiKey, Cors, Iam, Place, Preflight, Public, Route
from ...names import DEFAULT
from ..cloudformation import differences, openapi
from ..cloudformation.intrinsics import Resource
from ..cloudformation.lambdas import NotServed, handler_of, merge
from ..cloudformation.loops import TRANSFORM
from ..cloudformation.rest_api import known_variables, undecided, whole_path
from ..cloudformation.stacks import Stacks, qualified
from ..cors import ANY_METHODS, Make, cors_of, with_preflights
from ..nodes import Node, Opaque, Scalar, Table, child, entries, reason, text, truth
from ..reading import below, folder_of
from . import sam_auth
from .sam_auth import EMPTY, Auth, with_entry
from .sam_events import IMPLICIT, Event, api_named, joined, merged, routed

REST, HTTP, FUNCTION = "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::Function"
_MACHINE = "AWS::Serverless::StateMachine"
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
# Those of events that SAM takes as text alone, though YAML makes a number of 1.0.
_TEXTS = ("Path", "Method", "RestApiId", "ApiId", "Stage", "PayloadFormatVersion", "ResponseTransferMode")
_OF_AUTH = {
    REST: """Authorizers DefaultAuthorizer InvokeRole AddDefaultAuthorizerToCorsPreflight
        AddApiKeyRequiredToCorsPreflight ApiKeyRequired ResourcePolicy UsagePlan""",
    HTTP: "Authorizers DefaultAuthorizer EnableIamAuthorizer",
    "Api": "ApiKeyRequired AuthorizationScopes Authorizer InvokeRole ResourcePolicy OverrideApiAuth",
    "HttpApi": "AuthorizationScopes Authorizer",
}


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


def routes(stacks: Stacks) -> Iterator[Route]:
    """Routes of events, and of documents that define an API."""
    known: dict[tuple[str, str], _Sam] = {}
    for resource in list(stacks.found.values()):
        if resource.type in _SECTIONS:
            known[resource.stack.name, resource.name] = _api(stacks, resource)
    events: dict[_Sam, list[Event]] = {}
    for resource in list(stacks.found.values()):
        if resource.type in (FUNCTION, _MACHINE):
            for event in _events(stacks, resource):
                events.setdefault(_of_event(stacks, event, known), []).append(event)
    for event in _left_out(stacks):
        (stack_name, name), _ = api_named(event)
        if (stack_name, name) in known:
            events.setdefault(known[stack_name, name], []).append(event)
    for sam in {**dict.fromkeys(known.values()), **dict.fromkeys(events)}:
        yield from _of_api(stacks, sam, events.get(sam, []))


def _events(stacks: Stacks, resource: Resource) -> Iterator[Event]:
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
            found = _event(resource, name, kind, event, event.place)
            (stack, api), _ = api_named(found)
            made = Api(qualified(stacks.by_name[stack], api), "rest" if kind == "Api" else "http")
            method, path = (text(child(found.properties, key)) for key in ("Method", "Path"))
            stacks.reading.not_served(made, method, path, event.place, message)
        elif kind in _TYPES:
            place = events.at(name) if isinstance(events, Table) else event.place
            found = _event(resource, name, kind, event, place)
            _refuse_others(stacks, found.what, found.properties, _OF_EVENTS[kind])
            written = resource.written("Events", name, "Properties")
            table = None if written is None else resource.stack.step(written)
            for key in _TEXTS:
                said = child(table, key)
                if isinstance(said, Scalar) and isinstance(said.value, int | float):
                    message = f"{found.what} has a {key} that is no text, which SAM refuses: put it in quotes"
                    stacks.reading.report(said.place, "CG156", message)
            _refuse_others(stacks, f"the Auth of {found.what}", found.auth, _OF_AUTH[kind])
            yield found


def _event(function: Resource, name: str, kind: str, event: Node, place: Place) -> Event:
    auth = sam_auth.plain(function.stack, function.written("Events", name, "Properties", "Auth"))
    return Event(function, f"the event {name} of {function.name}", kind, child(event, "Properties"), place, auth)


def _left_out(stacks: Stacks) -> Iterator[Event]:
    """The events of functions whose condition does not hold."""
    for stack in stacks.all():
        for resource in stack.resources(every=True):
            if resource.type == FUNCTION and (stack.name, resource.name) not in stacks.found:
                for name, event in entries(resource.get("Events")):
                    if (kind := text(child(event, "Type")) or "") in _TYPES:
                        yield replace(_event(resource, name, kind, event, event.place), is_there=False)


def _of_api(stacks: Stacks, sam: _Sam, events: list[Event]) -> Iterator[Route]:
    """The routes of an API: of its document, and of the events that SAM adds to it."""
    root = _document(stacks, sam) if sam.is_defined else EMPTY
    if root is None:
        return
    added: list[tuple[Event, Node | None]] = []
    for found in events:
        event = routed(stacks, found, sam.is_merged) if _counts(sam, found) else None
        if event is not None:
            root, security, is_added = _with_event(stacks, sam, root, event)
            added += [(event, security)] if is_added and event.is_there else []
    asks_key = any(sam_auth.flag(one.auth, "ApiKeyRequired", False) for one in events if _adds_scheme(sam, one))
    document = openapi.whole(stacks, sam.auth.over(root), sam.api, sam.auth.schemes(asks_key))
    made = [*document.routes()]
    for event, security in added:
        made += _route(stacks, sam, document, event, security)
    declared = [*document.declared(), *((event.method, event.path) for event, _ in added)]
    yield from with_preflights(made, _preflight_of(stacks, sam, document), declared)


def _with_event(stacks: Stacks, sam: _Sam, root: Node, event: Event) -> tuple[Node, Node | None, bool]:
    """The document with an event, the security of the event's operation, and whether the event makes a route."""
    if sam.is_defined:
        return merged(stacks, sam.auth, sam.is_merged, root, event)
    return root, joined(None, sam.auth.asked(event.auth)), True


def _counts(sam: _Sam, event: Event) -> bool:
    """Whether SAM does anything with an event: documents of REST APIs have to ask for it."""
    if not event.is_there:
        return sam.has_body and (event.overrides or (event.kind == "HttpApi" and event.auth is not None))
    return not sam.is_defined or (sam.has_body and (event.kind == "HttpApi" or sam.is_merged or event.overrides))


def _adds_scheme(sam: _Sam, event: Event) -> bool:
    """Whether the API key of an event is a security scheme of the document: SAM loses it where it merges."""
    return _counts(sam, event) and (event.overrides or not sam.is_merged)


def _route(
    stacks: Stacks, sam: _Sam, document: openapi.Document, event: Event, security: Node | None
) -> Iterator[Route]:
    """The route that an event makes, in the document of its API."""
    path = whole_path(event.path) if event.kind == "Api" else event.path
    label = f"{event.method} {path}"
    handler = handler_of(stacks, event.function)
    if isinstance(handler, NotServed):
        message = f"{label} is not served: {handler.reason}"
        stacks.reading.not_served(document.api, event.method, path, event.place, message)
        return
    if undecided(stacks, event.function, event.place, label):
        return
    operation = with_entry(EMPTY, "security", sam.auth.secured(event.method, security))
    authorizer, scopes, needs_key = document.guard(operation, event.place)
    version = child(event.properties, "PayloadFormatVersion") if event.kind == "HttpApi" else None
    default = "1.0" if event.kind == "Api" else "2.0"
    yield Route(
        api=document.api,
        method=event.method,
        path=path,
        handler=handler,
        authorizer=authorizer,
        place=event.place,
        scopes=scopes,
        payload=stacks.reading.word(version, f"the payload format of {label}", default, PAYLOADS),
        needs_key=needs_key or isinstance(authorizer, ApiKey),
    )


def api_of(stacks: Stacks, resource: Resource) -> Api:
    """The API of an `AWS::Serverless::Api` or `HttpApi`."""
    return _api(stacks, resource).api


def _api(stacks: Stacks, resource: Resource) -> _Sam:
    added = resource.stack.section("Globals", _SECTIONS[resource.type])
    if isinstance(added, Table):
        merged = merge(added, resource.properties)
        resource = replace(resource, properties=merged if isinstance(merged, Table) else resource.properties)
    differences.unknown_cors(stacks.reading, None if resource.type == REST else resource.get("CorsConfiguration"))
    differences.unknown(stacks.reading, resource.get("StageName"), "the name of the stage: events have the default one")
    differences.of_resource(stacks.reading, resource)
    _refuse_others(stacks, resource.name, resource.properties, _PROPERTIES[resource.type])
    _refuse_others(stacks, f"the Auth of {resource.name}", resource.get("Auth"), _OF_AUTH[resource.type])
    is_rest = resource.type == REST
    binary = differences.known_types(stacks.reading, resource.get("BinaryMediaTypes"))
    default_stage = "Prod" if resource.name == IMPLICIT["Api"] else None
    api = Api(
        qualified(resource.stack, resource.name),
        "rest" if is_rest else "http",
        resource.text("StageName") or (default_stage if is_rest else DEFAULT),
        binary,
        None if is_rest else _http_cors(stacks, resource.get("CorsConfiguration")),
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
    operation = with_entry(EMPTY, "security", sam.auth.secured("OPTIONS", None))
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


def _http_cors(stacks: Stacks, node: Node | None) -> Cors | None:
    """`true` allows every origin, and no more."""
    return Cors(("*",)) if truth(node) else cors_of(stacks.reading, node)


def _document(stacks: Stacks, sam: _Sam) -> Node | None:
    """The document that stands in the template, or beside it; None where it is not there, which is reported."""
    resource, stack = sam.resource, sam.resource.stack
    body = resource.get("DefinitionBody")
    body = body if body is None or sam.auth.adds_nothing() else sam_auth.as_seen(resource, body)
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
    for key in sorted(table.entries.keys() - known.split() - {TRANSFORM}):
        stacks.reading.report(table.at(key), "CG156", f"{what} has a property {key}, which SAM does not know")


def _of_event(stacks: Stacks, event: Event, known: dict[tuple[str, str], _Sam]) -> _Sam:
    """The API of an event: the one that it names, or the implicit one of the stack."""
    key, node = api_named(event)
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

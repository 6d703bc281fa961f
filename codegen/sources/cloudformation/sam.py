"""SAM: `AWS::Serverless::{Function,Api,HttpApi}` with Globals, events and the implicit APIs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...declarations import (
    TTL,
    Api,
    ApiKey,
    Authorizer,
    Cognito,
    Cors,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Place,
    Preflight,
    Public,
    Route,
    Unresolved,
    with_identity,
)
from ..cors import ANY_METHODS, Make, cors_of, with_preflights
from ..nodes import Node, Opaque, Reference, Scalar, Table, child, entries, items, reason, text, texts, truth
from ..reading import below, folder_of
from . import differences, openapi
from .authorizers import function_of, identity_sources, jwt, user_pool
from .intrinsics import Resource, Stack
from .lambdas import NotServed, handler_of, merge
from .rest_api import known_variables, undecided, whole_path
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
_IDENTITY = {
    "Headers": "header",
    "QueryStrings": "querystring",
    "StageVariables": "stageVariables",
    "Context": "context",
}


@dataclass(frozen=True, slots=True)
class _Sam:
    """An API of SAM: `resource` holds its properties, the template's Globals under them."""

    api: Api
    resource: Resource
    security: openapi.Security
    scopes: dict[str, tuple[str, ...]]
    is_defined: bool


def routes(stacks: Stacks) -> Iterator[Route]:
    """Routes of events, and of documents that define an API."""
    known: dict[tuple[str, str], _Sam] = {}
    found = list(_routes(stacks, known))
    makers = {sam.api.name: make for sam in known.values() if (make := _preflight_of(stacks, sam)) is not None}
    yield from with_preflights(found, makers)


def _routes(stacks: Stacks, known: dict[tuple[str, str], _Sam]) -> Iterator[Route]:
    for resource in list(stacks.found.values()):
        if resource.type in _SECTIONS:
            sam = known[resource.stack.name, resource.name] = _api(stacks, resource)
            yield from _defined(stacks, sam)
    for resource in list(stacks.found.values()):
        if resource.type in (FUNCTION, _MACHINE):
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
                    yield from _event(stacks, resource, name, kind, event, known)


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
    written = list(entries(resource.get("Auth", "Authorizers")))
    named = {name: _authorizer(stacks, name, node, is_rest) for name, node in written}
    scopes = {name: texts(child(node, "AuthorizationScopes")) for name, node in written}
    default = resource.get("Auth", "DefaultAuthorizer")
    preflights = is_rest and truth(resource.get("Auth", "AddDefaultAuthorizerToCorsPreflight")) is not False
    security = openapi.Security(
        named,
        None if default is None else _called(default, named),
        preflights,
        truth(resource.get("Auth", "ApiKeyRequired")) is True,
    )
    is_defined = any(resource.get(key) is not None for key in ("DefinitionBody", "DefinitionUri"))
    is_defined = is_defined and truth(resource.get("MergeDefinitions")) is not True
    return _Sam(api, resource, security, scopes, is_defined)


def _preflight_of(stacks: Stacks, sam: _Sam) -> Make | None:
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
    is_guarded = sam.security.preflights and not isinstance(sam.security.default, Public | None)

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

    return None if sam.security.needs_key else make


def _http_cors(node: Node | None) -> Cors | None:
    """`true` allows every origin, and no more."""
    return Cors(("*",)) if truth(node) else cors_of(node)


def _called(node: Node, named: dict[str, Authorizer]) -> Authorizer:
    """The authorizer of a name: one of the API's, or a built-in one."""
    name = text(node)
    match name:
        case None:
            return Unresolved(f"the authorizer is not known: {reason(node)}", node.place)
        case "NONE":
            return Public()
        case "AWS_IAM":
            return Iam()
        case _:
            return named.get(name) or Unresolved(f"the API has no authorizer {name}", node.place)


def _authorizer(stacks: Stacks, name: str, node: Node, is_rest: bool) -> Authorizer:
    pools = child(node, "UserPoolArn")
    if pools is not None:
        header = text(child(node, "Identity", "Header"))
        sources = () if header is None else (f"method.request.header.{header}",)
        return with_identity(user_pool(name, pools), sources, node.place)
    config = child(node, "JwtConfiguration")
    if config is not None and not is_rest:
        by_key = {key.lower(): value for key, value in entries(config)}
        made = jwt(name, by_key.get("issuer"), by_key.get("audience"))
        return with_identity(made, identity_sources(child(node, "IdentitySource")), node.place)
    arn = child(node, "FunctionArn")
    if arn is None:
        return Unresolved(f"the authorizer {name} has neither a user pool, an issuer nor a function", node.place)
    payload = text(child(node, "FunctionPayloadType")) or "TOKEN"
    identity = child(node, "Identity")
    return LambdaAuthorizer(
        name,
        function_of(stacks, arn, arn.place),
        payload.lower() if is_rest else "request",
        _identity(identity, is_rest, payload.upper()),
        stacks.reading.number(child(identity, "ReauthorizeEvery"), "ReauthorizeEvery", *TTL),
        text(child(node, "AuthorizerPayloadFormatVersion")) or ("1.0" if is_rest else "2.0"),
        truth(child(node, "EnableSimpleResponses")) is True,
    )


def _identity(node: Node | None, is_rest: bool, payload: str) -> tuple[str, ...]:
    """Identity sources as API Gateway spells them; a TOKEN authorizer's is a header, Authorization unless named."""
    if is_rest and payload == "TOKEN":
        return (f"method.request.header.{text(child(node, 'Header')) or 'Authorization'}",)
    prefix = "method.request." if is_rest else "$request."
    found: list[str] = []
    for key, kind in _IDENTITY.items():
        is_request = kind in ("header", "querystring")
        start = prefix if is_request else "" if is_rest else "$"
        found += [f"{start}{kind}.{name}" for name in texts(child(node, key))]
    return tuple(found)


def _defined(stacks: Stacks, sam: _Sam) -> Iterator[Route]:
    """The routes of a document that stands in the template, or beside it."""
    resource, stack = sam.resource, sam.resource.stack
    body = resource.get("DefinitionBody")
    said = resource.get("DefinitionUri")
    if body is None and said is not None:
        path = below(folder_of(stack.path), text(said) or "://")
        if path is None:
            message = f"the definition of {resource.name} is not in the code base: {text(said) or reason(said)}"
            stacks.reading.report(resource.place_of("DefinitionUri"), "CG151", message)
            return
        document = stacks.reading.document(path, said.place)
        body = None if document is None else stack.resolve(document)
    if body is not None and not undecided(stacks, resource, resource.place, f"the API {resource.name}"):
        yield from openapi.routes(stacks, body, sam.api, sam.security)


def _event(
    stacks: Stacks, function: Resource, name: str, kind: str, event: Node, known: dict[tuple[str, str], _Sam]
) -> Iterator[Route]:
    events = function.get("Events")
    place = events.at(name) if isinstance(events, Table) else event.place
    properties, what = child(event, "Properties"), f"the event {name} of {function.name}"
    _refuse_others(stacks, what, properties, _OF_EVENTS[kind])
    _refuse_others(stacks, f"the Auth of {what}", child(properties, "Auth"), _OF_AUTH[kind])
    sam = _of_event(stacks, function.stack, kind, properties, known)
    if sam.is_defined:
        return
    routed = _method_and_path(kind, event)
    if isinstance(routed, Unresolved):
        stacks.reading.report(routed.place, "CG156", f"{what}: {routed.reason}")
        return
    method, path = routed
    label = f"{method} {path}"
    handler = handler_of(stacks, function)
    if isinstance(handler, NotServed):
        stacks.reading.report(place, "CG350", f"{label} is not served: {handler.reason}")
        return
    if undecided(stacks, function, place, label):
        return
    auth = child(properties, "Auth")
    chosen = child(auth, "Authorizer")
    default = sam.security.default
    if method == "OPTIONS" and not sam.security.preflights:
        default = None
    authorizer = _called(chosen, sam.security.named) if chosen is not None else default or Public()
    asked = child(auth, "AuthorizationScopes")
    if asked is not None and items(asked) and chosen is None and (kind == "Api" or default is None):
        authorizer = Unresolved("AuthorizationScopes needs an Authorizer beside it: SAM refuses it alone", asked.place)
    # An empty list takes the authorizer's scopes away on a REST API alone (aws-sam-translator 1.115).
    are_own = asked is None or (kind == "HttpApi" and not items(asked))
    scopes = _own_scopes(sam, authorizer) if are_own else texts(asked)
    key = truth(child(auth, "ApiKeyRequired"))
    needs_key = sam.security.needs_key if key is None else key
    yield Route(
        api=sam.api,
        method=method,
        path=path,
        handler=handler,
        authorizer=ApiKey() if needs_key and isinstance(authorizer, Public) else authorizer,
        place=place,
        scopes=scopes,
        payload="1.0" if kind == "Api" else text(child(properties, "PayloadFormatVersion")) or "2.0",
        needs_key=needs_key,
    )


def _refuse_others(stacks: Stacks, what: str, properties: Node | None, known: str) -> None:
    """A property that SAM does not know is refused or overlooked by it: a misspelled Auth leaves a route public."""
    table = properties if isinstance(properties, Table) else Table({}, Place(""))
    for key in sorted(table.entries.keys() - known.split()):
        stacks.reading.report(table.at(key), "CG156", f"{what} has a property {key}, which SAM does not know")


def _own_scopes(sam: _Sam, authorizer: Authorizer) -> tuple[str, ...]:
    return sam.scopes.get(authorizer.name, ()) if isinstance(authorizer, Cognito | Jwt) else ()


def _method_and_path(kind: str, event: Node) -> tuple[str, str] | Unresolved:
    method, path = child(event, "Properties", "Method"), child(event, "Properties", "Path")
    if kind == "HttpApi" and method is None and path is None:
        return "ANY", "$default"
    if kind == "HttpApi" and path is not None and method is None:
        method = Scalar("ANY", path.place)
    for what, node in (("method", method), ("path", path)):
        if text(node) is None:
            place = event.place if node is None else node.place
            return Unresolved(f"the {what} is not known: {reason(node)}", place)
    verb, said = (text(method) or "").upper(), text(path) or ""
    said = whole_path(said) if kind == "Api" else said
    return ("ANY" if verb == "X-AMAZON-APIGATEWAY-ANY-METHOD" else verb), said


def _of_event(
    stacks: Stacks, stack: Stack, kind: str, properties: Node | None, known: dict[tuple[str, str], _Sam]
) -> _Sam:
    """The API of an event: the one that it names, or the implicit one of the stack."""
    node = child(properties, "RestApiId" if kind == "Api" else "ApiId")
    stack_name, name = stack.name, _IMPLICIT[kind]
    if isinstance(node, Reference):
        stack_name, name = node.stack, node.name
    elif node is not None:
        name = text(node) or "imported"
    if (stack_name, name) not in known:
        if node is not None:
            return _foreign(stacks, Resource(stack, name, "", Table({}, node.place), node.place, None), kind)
        place = Place(stack.path)
        known[stack_name, name] = _api(stacks, Resource(stack, name, _TYPES[kind], Table({}, place), place, None))
    return known[stack_name, name]


def _foreign(stacks: Stacks, resource: Resource, kind: str) -> _Sam:
    """An API that is not SAM's: a plain one has no default authorizer; what another stack's has is not known."""
    is_here = (resource.stack.name, resource.name) in stacks.found
    unknown = Unresolved("the API is another stack's: its default authorizer is not known", resource.place)
    api = Api(qualified(resource.stack, resource.name), "rest" if kind == "Api" else "http")
    return _Sam(api, resource, openapi.Security({}, None if is_here else unknown, True), {}, False)

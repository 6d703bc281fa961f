"""HTTP APIs of a template: `AWS::ApiGatewayV2::{Api,Route,Integration,Stage}`."""

from collections.abc import Iterator
from dataclasses import replace

from ...declarations import PAYLOADS, Api, Route, Unresolved
from ...names import DEFAULT
from ..cors import cors_of
from ..nodes import Parts, Reference, Table, reason, references, text
from . import authorizers, differences
from .intrinsics import Resource
from .lambdas import NotServed, handler_behind
from .rest_api import api_named, stage_of, undecided, variables_of
from .stacks import Stacks, qualified

API, ROUTE, INTEGRATION = "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Integration"
_OVERRIDES = "AWS::ApiGatewayV2::ApiGatewayManagedOverrides"
_STAGES = ("AWS::ApiGatewayV2::Stage",)


def api_of(stacks: Stacks, resource: Resource) -> Api:
    """The API of an ApiGatewayV2 Api."""
    stage = stage_of(stacks, resource, _STAGES, "ApiId") or DEFAULT
    variables = variables_of(stacks, resource, _STAGES, "ApiId")
    cors = cors_of(stacks.reading, resource.get("CorsConfiguration"))
    differences.unknown_cors(stacks.reading, resource.get("CorsConfiguration"))
    return Api(qualified(resource.stack, resource.name), "http", stage, cors=cors, variables=variables)


def routes(stacks: Stacks, apis: dict[tuple[str, str], Api]) -> Iterator[Route]:
    """The routes of all HTTP APIs; those of WebSocket APIs are noted."""
    for resource in stacks.found.values():
        if resource.type == ROUTE:
            yield from _route(stacks, resource, apis)
        elif resource.type == API and resource.get("Target") is not None:
            yield from _quick(stacks, resource, apis)


def _quick(stacks: Stacks, resource: Resource, apis: dict[tuple[str, str], Api]) -> Iterator[Route]:
    """The one route of an API that is made with a target."""
    target = resource.get("Target")
    key = stacks.reading.word(resource.get("RouteKey"), f"the route of {resource.name}", DEFAULT)
    handler = handler_behind(stacks, target, resource.place_of("Target"))
    api = apis[resource.stack.name, resource.name]
    if isinstance(handler, NotServed) or (text(target) or "").startswith("http"):
        stacks.reading.report(resource.place_of("Target"), "CG350", f"{key} is not served: it leads to no function")
        return
    method, path = _parted(key)
    over = _overrides(stacks, resource)
    route = None if over is None else over.get("Route")
    own = replace(resource, properties=route if isinstance(route, Table) else Table({}, resource.place))
    authorizer = authorizers.of_route(stacks, own)
    if route is not None and not isinstance(route, Table):
        authorizer = Unresolved(f"its route is not known: {reason(route)}", route.place)
    guard, scopes, _ = authorizers.guard(authorizer, own.get("AuthorizationScopes"))
    version = None if over is None else over.get("Integration", "PayloadFormatVersion")
    payload = stacks.reading.word(version, f"the payload format of {key}", "2.0", PAYLOADS)
    yield Route(api, method, path, handler, guard, resource.place, scopes, payload)


def _overrides(stacks: Stacks, api: Resource) -> Resource | None:
    """What is stated of the route and the integration that API Gateway makes of an API's target."""
    found = (one for one in stacks.found.values() if one.type == _OVERRIDES)
    return next((one for one in found if stacks.resource(one.get("ApiId")) == api), None)


def _parted(key: str) -> tuple[str, str]:
    if key == DEFAULT:
        return "ANY", DEFAULT
    method, _, path = key.strip().partition(" ")
    return method.upper(), path.strip()


def _route(stacks: Stacks, resource: Resource, apis: dict[tuple[str, str], Api]) -> Iterator[Route]:
    place = resource.place_of("RouteKey")
    api = stacks.resource(resource.get("ApiId"))
    key = resource.text("RouteKey")
    protocol = None if api is None else api.get("ProtocolType")
    if stacks.reading.word(protocol, "the protocol of the API", "HTTP").upper() == "WEBSOCKET":
        stacks.reading.report(place, "CG350", f"{key} is a WebSocket's route: it is not served")
        return
    if key is None or not _parted(key)[1]:
        said = f"{key!r} is no route key" if key is not None else reason(resource.get("RouteKey"))
        stacks.reading.report(place, "CG156", f"the route of {resource.name} is not known: {said}")
        return
    integration = _integration(stacks, resource)
    leads, (method, path) = api_named(resource.get("ApiId"), apis, "http"), _parted(key)
    word = stacks.reading.word
    kind = (
        "" if integration is None else word(integration.get("IntegrationType"), "the integration", "AWS_PROXY").upper()
    )
    if integration is None:
        message = f"the integration of {key} is not known: {reason(resource.get('Target'))}"
        stacks.reading.report(resource.place_of("Target"), "CG156", message)
        return
    if kind != "AWS_PROXY" or integration.get("IntegrationSubtype") is not None:
        message = f"{key} has the integration {integration.text('IntegrationSubtype') or kind}: it is not served"
        stacks.reading.not_served(leads, method, path, integration.place, message)
        return
    if undecided(stacks, resource, place, key):
        return
    handler = handler_behind(stacks, integration.get("IntegrationUri"), integration.place_of("IntegrationUri"))
    if isinstance(handler, NotServed):
        stacks.reading.not_served(leads, method, path, place, f"{key} is not served: {handler.reason}")
        return
    declared = authorizers.of_route(stacks, resource)
    authorizer, scopes, _ = authorizers.guard(declared, resource.get("AuthorizationScopes"))
    yield Route(
        api=leads,
        method=method,
        path=path,
        handler=handler,
        authorizer=authorizer,
        place=place,
        scopes=scopes,
        payload=word(integration.get("PayloadFormatVersion"), f"the payload format of {key}", "1.0", PAYLOADS),
    )


def _integration(stacks: Stacks, resource: Resource) -> Resource | None:
    """The integration that `integrations/<id>` names."""
    target = resource.get("Target")
    if isinstance(target, Parts | Reference):
        found = (stacks.resource(reference) for reference in references(target))
        return next((one for one in found if one is not None and one.type == INTEGRATION), None)
    return None

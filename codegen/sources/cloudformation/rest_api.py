"""REST APIs of a template: `AWS::ApiGateway::{RestApi,Resource,Method,Stage}`."""

from collections.abc import Iterator
from dataclasses import replace

from ...declarations import Api, Authorizer, Place, Preflight, Public, Route, Unresolved
from ..cors import COMPUTED, has_answer, mock
from ..nodes import Node, Reference, Table, entries, reason, text
from . import authorizers, differences
from .intrinsics import Resource
from .lambdas import NotServed, handler_behind
from .stacks import Stacks, qualified

API, METHOD, RESOURCE = "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Method", "AWS::ApiGateway::Resource"
_STAGES = ("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment")
_DEEPEST = 100


def api_of(stacks: Stacks, resource: Resource) -> Api:
    """The API of a RestApi."""
    stage = stage_of(stacks, resource, _STAGES, "RestApiId")
    variables = variables_of(stacks, resource, _STAGES, "RestApiId")
    if resource.get("CloneFrom") is not None:
        message = f"{resource.name} is a copy of another API: its routes are not known"
        stacks.reading.report(resource.place_of("CloneFrom"), "CG156", message)
    binary = differences.known_types(stacks.reading, resource.get("BinaryMediaTypes"))
    return Api(qualified(resource.stack, resource.name), "rest", stage, binary, variables=variables)


def variables_of(stacks: Stacks, api: Resource, types: tuple[str, ...], key: str) -> tuple[tuple[str, str], ...]:
    """The variables of the API's only stage."""
    stages = _stages(stacks, api, types, key)
    found = [node for one in stages if (node := one.get("Variables") or one.get("StageVariables")) is not None]
    return known_variables(stacks, found[0]) if len(found) == 1 and len(_names(stages)) < 2 else ()


def known_variables(stacks: Stacks, node: Node | None) -> tuple[tuple[str, str], ...]:
    """The variables with values that the text tells; what is known only after the deploy is reported."""
    if node is not None and not isinstance(node, Table):
        differences.unknown(stacks.reading, node, "the variables of the stage: events are without them")
    for name, value in entries(node):
        if text(value) is None:
            message = f"the stage variable {name} is known only after the deploy: events are without it"
            stacks.reading.report(value.place, "CG256", message)
    return tuple(sorted((name, said) for name, value in entries(node) if (said := text(value)) is not None))


def stage_of(stacks: Stacks, api: Resource, types: tuple[str, ...], key: str) -> str | None:
    """The name of the API's only stage; with none or several, the text does not tell."""
    found = _stages(stacks, api, types, key)
    for one in found:
        differences.unknown(stacks.reading, one.get("StageName"), "the name of the stage: events have the default one")
    names = _names(found)
    if len(names) > 1:
        message = f"the API has several stages, {', '.join(sorted(names))}: events have the default one"
        stacks.reading.report(api.place, "CG256", f"{message}, without stage variables")
    return names.pop() if len(names) == 1 else None


def _stages(stacks: Stacks, api: Resource, types: tuple[str, ...], key: str) -> list[Resource]:
    return [one for one in stacks.found.values() if one.type in types and stacks.resource(one.get(key)) == api]


def _names(stages: list[Resource]) -> set[str]:
    return {said for one in stages if (said := one.text("StageName")) is not None}


def routes(stacks: Stacks, apis: dict[tuple[str, str], Api]) -> Iterator[Route]:
    """The methods of all REST APIs; `apis` are known by the stack and name of their resources."""
    others = []
    for resource in (one for one in stacks.found.values() if one.type == METHOD):
        api, found = resource.get("RestApiId"), _preflight(stacks, resource)
        if found is not None and isinstance(api, Reference) and (key := (api.stack, api.name)) in apis:
            apis[key] = replace(apis[key], preflights=(*apis[key].preflights, found))
        else:
            others.append(resource)
    for resource in others:
        yield from _route(stacks, resource, apis)


def _preflight(stacks: Stacks, resource: Resource) -> Preflight | None:
    """The MOCK method that answers OPTIONS of a path; None for any other method, and for a computed answer."""
    said = ((resource.text("HttpMethod") or "").upper(), (resource.text("Integration", "Type") or "").upper())
    path = _path(stacks, resource.get("ResourceId"), resource.place) if said == ("OPTIONS", "MOCK") else None
    if not isinstance(path, str):
        return None
    found = mock(path, resource.get("Integration"), not isinstance(_guard(stacks, resource)[0], Public))
    if found is None and has_answer(resource.get("Integration")):
        stacks.reading.report(resource.place_of("Integration"), "CG256", f"OPTIONS {path} {COMPUTED}")
    return found


def _route(stacks: Stacks, resource: Resource, apis: dict[tuple[str, str], Api]) -> Iterator[Route]:
    place = resource.place
    path = _path(stacks, resource.get("ResourceId"), place)
    method = resource.text("HttpMethod")
    label = f"{method or '?'} {path if isinstance(path, str) else '?'}"
    kind = stacks.reading.word(resource.get("Integration", "Type"), f"the integration of {label}", "AWS_PROXY")
    integration = resource.place_of("Integration")
    api = api_named(resource.get("RestApiId"), apis)
    if kind.upper() != "AWS_PROXY":
        message = f"{label} has the integration {kind}: no function serves it"
        stacks.reading.not_served(api, method, path, integration, message)
        return
    if not isinstance(path, str):
        stacks.reading.report(path.place, "CG156", f"the path of {resource.name} is not known: {path.reason}")
        return
    if method is None:
        message = f"the method of {resource.name} is not known: {reason(resource.get('HttpMethod'))}"
        stacks.reading.report(resource.place_of("HttpMethod"), "CG156", message)
        return
    if undecided(stacks, resource, place, label):
        return
    handler = handler_behind(stacks, resource.get("Integration", "Uri"), integration)
    if isinstance(handler, NotServed):
        stacks.reading.not_served(api, method, path, integration, f"{label} is not served: {handler.reason}")
        return
    authorizer, scopes, needs_key = _guard(stacks, resource)
    yield Route(
        api=api,
        method=method.upper(),
        path=path,
        handler=handler,
        authorizer=authorizer,
        place=place,
        scopes=scopes,
        needs_key=needs_key,
    )


def undecided(stacks: Stacks, resource: Resource, place: Place, label: str) -> bool:
    """Whether nothing tells if a resource is there at all; that is reported."""
    condition = resource.stack.undecided(resource.name)
    if condition is not None:
        message = f"nothing tells whether {label} is there: the condition {condition} is not known"
        stacks.reading.report(place, "CG156", message, "give the parameters that it asks for in the settings")
    return condition is not None


def whole_path(said: str) -> str:
    """The path of the resource that API Gateway makes of a path with a slash at its end."""
    return said.rstrip("/") or said[:1]


def api_named(node: Node | None, apis: dict[tuple[str, str], Api], kind: str = "rest") -> Api:
    """The API that a value refers to; one of another stack by the name that leads to it."""
    if isinstance(node, Reference):
        return apis.get((node.stack, node.name)) or Api(node.name, kind)
    return Api(text(node) or "imported", kind)


def _path(stacks: Stacks, node: Node | None, place: Place, depth: int = 0) -> str | Unresolved:
    """The path of a resource: `/` for the root of an API."""
    if isinstance(node, Reference) and node.attribute == "RootResourceId":
        return "/"
    resource = stacks.resource(node)
    if resource is None or resource.type != RESOURCE or depth > _DEEPEST:
        return Unresolved(reason(node) if resource is None else "its parents lead nowhere", place)
    part = resource.text("PathPart")
    if part is None:
        return Unresolved(reason(resource.get("PathPart")), resource.place_of("PathPart"))
    parent = _path(stacks, resource.get("ParentId"), resource.place_of("ParentId"), depth + 1)
    return parent if isinstance(parent, Unresolved) else f"{parent.rstrip('/')}/{part}"


def _guard(stacks: Stacks, resource: Resource) -> tuple[Authorizer, tuple[str, ...], bool]:
    found = authorizers.of_route(stacks, resource)
    return authorizers.guard(found, resource.get("AuthorizationScopes"), resource.get("ApiKeyRequired"))

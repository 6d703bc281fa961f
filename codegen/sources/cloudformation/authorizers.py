"""Authorizers as CloudFormation, SAM and OpenAPI write them, told apart by kind."""

from ...declarations import (
    TTL,
    ApiKey,
    Authorizer,
    Cognito,
    Handler,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Place,
    Public,
    Unresolved,
    with_identity,
    with_known_form,
)
from ..nodes import Node, Parts, Scalar, child, is_null, items, later, reason, text, texts, truth
from .intrinsics import Resource
from .lambdas import NotServed, handler_behind
from .stacks import Stacks

REST, HTTP = "AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"


def user_pool(name: str, pools: Node | None) -> Cognito:
    """The authorizer of one user pool, or of several."""
    return Cognito(name, tuple(text(pool) or later(pool) for pool in items(pools)))


def jwt(name: str, issuer: Node | None, audience: Node | None) -> Jwt:
    """The authorizer of an issuer."""
    values = (issuer, *items(audience))
    unknown = tuple(later(value) for value in values if text(value) is None)
    return Jwt(name, text(issuer), tuple(text(value) for value in values[1:]), unknown)


def function_of(stacks: Stacks, node: Node | None, place: Place) -> Handler | Unresolved:
    """The function of an authorizer; one that is not Python is not known here."""
    found = handler_behind(stacks, node, place)
    return Unresolved(found.reason, place) if isinstance(found, NotServed) else found


def declared(stacks: Stacks, node: Node | None, place: Place) -> Authorizer:
    """The authorizer that a method or route names."""
    resource = stacks.resource(node)
    if resource is None:
        return Unresolved(f"the authorizer is not known: {_untext(node)}", place)
    if resource.type == REST:
        return rest_authorizer(stacks, resource)
    if resource.type == HTTP:
        return http_authorizer(stacks, resource)
    return Unresolved(f"{resource.name} is no authorizer", place)


def _untext(node: Node | None) -> str:
    return "it is another stack's" if isinstance(node, Scalar | Parts) else reason(node)


def of_route(stacks: Stacks, resource: Resource) -> Authorizer:
    """The authorizer of a Method or Route: no AuthorizationType is NONE, as CloudFormation defines."""
    place = resource.place_of("AuthorizationType")
    written = resource.get("AuthorizationType")
    match "NONE" if written is None else (text(written) or "").upper():
        case "NONE":
            return Public()
        case "AWS_IAM":
            return Iam()
        case "CUSTOM" | "COGNITO_USER_POOLS" | "JWT":
            return declared(stacks, resource.get("AuthorizerId"), resource.place_of("AuthorizerId"))
        case "":
            return Unresolved(f"the authorization is not known: {reason(written)}", place)
        case other:
            return Unresolved(f"the authorization {other} is not supported", place)


def guard(
    authorizer: Authorizer, scopes: Node | None, key: Node | None = None
) -> tuple[Authorizer, tuple[str, ...], bool]:
    """The authorizer of a route, its scopes, and whether it asks for an API key. Where one of them is not known, nor is
    who may call."""
    for value, what in ((key, "whether an API key is asked for"), *((one, "a scope") for one in items(scopes))):
        if value is not None and not is_null(value) and (truth(value) if value is key else text(value)) is None:
            return Unresolved(f"{what} is not known: {reason(value)}", value.place), (), False
    needs_key = truth(key) is True
    return ApiKey() if needs_key and isinstance(authorizer, Public) else authorizer, texts(scopes), needs_key


def untold(name: str, *values: Node | None) -> Unresolved | None:
    """Why an authorizer is not known: one of its properties, or an item of one, is known only after the deploy."""
    for value in (one for node in values for one in items(node)):
        if text(value) is None and truth(value) is None:
            return Unresolved(f"the authorizer {name} is not known: {reason(value)}", value.place)
    return None


def rest_authorizer(stacks: Stacks, resource: Resource) -> Authorizer:
    kind = (resource.text("Type") or "").upper()
    name = resource.text("Name") or resource.name
    sources, place = identity_sources(resource.get("IdentitySource")), resource.place_of("IdentitySource")
    if kind == "COGNITO_USER_POOLS":
        pool = with_identity(user_pool(name, resource.get("ProviderARNs")), sources, place)
        return untold(name, resource.get("IdentitySource")) or pool
    if kind not in ("TOKEN", "REQUEST"):
        return Unresolved(f"a REST authorizer of type {kind or 'unknown'} is not supported", resource.place_of("Type"))
    return untold(name, resource.get("IdentitySource")) or LambdaAuthorizer(
        name,
        function_of(stacks, resource.get("AuthorizerUri"), resource.place_of("AuthorizerUri")),
        kind.lower(),
        sources,
        stacks.reading.number(resource.get("AuthorizerResultTtlInSeconds"), "AuthorizerResultTtlInSeconds", *TTL),
    )


def http_authorizer(stacks: Stacks, resource: Resource) -> Authorizer:
    kind = (resource.text("AuthorizerType") or "").upper()
    name = resource.text("Name") or resource.name
    sources, place = identity_sources(resource.get("IdentitySource")), resource.place_of("IdentitySource")
    if kind == "JWT":
        issuer, audience = resource.get("JwtConfiguration", "Issuer"), resource.get("JwtConfiguration", "Audience")
        return untold(name, resource.get("IdentitySource")) or with_identity(
            jwt(name, issuer, audience), sources, place
        )
    if kind != "REQUEST":
        place = resource.place_of("AuthorizerType")
        return Unresolved(f"an HTTP authorizer of type {kind or 'unknown'} is not supported", place)
    keys = ("IdentitySource", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses")
    found = LambdaAuthorizer(
        name,
        function_of(stacks, resource.get("AuthorizerUri"), resource.place_of("AuthorizerUri")),
        "request",
        sources,
        stacks.reading.number(resource.get("AuthorizerResultTtlInSeconds"), "AuthorizerResultTtlInSeconds", *TTL),
        resource.text("AuthorizerPayloadFormatVersion") or "1.0",
        truth(resource.get("EnableSimpleResponses")) is True,
    )
    return untold(name, *map(resource.get, keys)) or with_known_form(found, place)


def identity_sources(node: Node | None) -> tuple[str, ...]:
    """Identity sources, as a list or as text with commas."""
    return tuple(part.strip() for said in texts(node) for part in said.split(",") if part.strip())


def of_security_scheme(stacks: Stacks, name: str, scheme: Node, place: Place) -> Authorizer:
    """An authorizer of an OpenAPI document: what `securitySchemes` or `securityDefinitions` say under a name."""
    kind = (text(child(scheme, "x-amazon-apigateway-authtype")) or "").lower()
    written = child(scheme, "x-amazon-apigateway-authorizer")
    told = [child(scheme, key) for key in ("x-amazon-apigateway-authtype", "name")]
    unknown = untold(name, *told, child(written, "type"), child(written, "identitySource"))
    if unknown is not None:
        return unknown
    if kind == "awssigv4":
        return Iam()
    if written is None:
        is_key = text(child(scheme, "type")) == "apiKey" and (text(child(scheme, "name")) or "").lower() == "x-api-key"
        if is_key and not kind:
            return ApiKey()
        return Unresolved(f"the security scheme {name} has no x-amazon-apigateway-authorizer", place)
    match (text(child(written, "type")) or "").lower():
        case "cognito_user_pools":
            pool = user_pool(name, child(written, "providerARNs"))
            return with_identity(pool, _header_source(scheme), scheme.place)
        case "jwt":
            config = child(written, "jwtConfiguration")
            issuer = jwt(name, child(config, "issuer"), child(config, "audience"))
            return with_identity(issuer, identity_sources(child(written, "identitySource")), written.place)
        case "token" | "request" as form:
            return _lambda_scheme(stacks, name, scheme, written, form)
        case other:
            return Unresolved(f"an authorizer of type {other or 'unknown'} is not supported", written.place)


def _header_source(scheme: Node) -> tuple[str, ...]:
    """The header that a security scheme names, as an identity source."""
    header = text(child(scheme, "name"))
    return () if header is None else (f"method.request.header.{header}",)


def _lambda_scheme(stacks: Stacks, name: str, scheme: Node, written: Node, form: str) -> Authorizer:
    sources = identity_sources(child(written, "identitySource"))
    if form == "token":
        sources = sources or _header_source(scheme)
    uri = child(written, "authorizerUri")
    keys = ("identitySource", "authorizerPayloadFormatVersion", "enableSimpleResponses")
    unknown = untold(name, child(scheme, "name"), *(child(written, key) for key in keys))
    found = LambdaAuthorizer(
        name,
        function_of(stacks, uri, written.place if uri is None else uri.place),
        form,
        sources,
        stacks.reading.number(child(written, "authorizerResultTtlInSeconds"), "authorizerResultTtlInSeconds", *TTL),
        text(child(written, "authorizerPayloadFormatVersion")) or "1.0",
        truth(child(written, "enableSimpleResponses")) is True,
    )
    return unknown or with_known_form(found, written.place)

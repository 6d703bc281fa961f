"""Authorizers of Chalice: objects of its classes, and functions under `@app.authorizer()`."""

from dataclasses import replace

from .. import facts
from ..declarations import TTL, Authorizer, Cognito, Iam, LambdaAuthorizer, Place, Unresolved, with_identity
from . import chalice_api
from .decorated import Decorated, Decorators, Made, argument
from .definitions import Defined, definition
from .modules import ModuleIndex

_DEEPEST = 6


def scopes_of(decorators: Decorators, decorated: Decorated) -> tuple[str, ...] | None:
    """Scopes of `authorizer.with_scopes([...])`, or of the authorizer; None where they cannot be read."""
    expr = argument(decorated.call, "authorizer")
    home = decorated.home
    if isinstance(expr, facts.Name | facts.Attr):
        found = definition(decorators.program(home.path), home, expr)
        if isinstance(found, Defined) and isinstance(found.statement, facts.Assign):
            home, expr = found.home, found.statement.value
    if not isinstance(expr, facts.Call):
        return ()
    is_scoped = isinstance(expr.func, facts.Attr) and expr.func.name == "with_scopes"
    written = argument(expr, "scopes", 0 if is_scoped else 3)
    if written is None:
        return None if is_scoped or any(given.star for given in expr.args) else ()
    said = decorators.constant(home, written)
    known = isinstance(said, list) and all(isinstance(one, str) for one in said)
    return tuple(said) if isinstance(said, list) and known else None


def authorizer(
    decorators: Decorators, app: Made, home: ModuleIndex, expr: facts.Expr, place: Place, depth: int = 0
) -> Authorizer:
    """The authorizer that an expression is: an object of Chalice, or a function of the code base."""
    program = decorators.program(home.path)
    if isinstance(expr, facts.Call):
        if isinstance(expr.func, facts.Attr) and expr.func.name == "with_scopes":
            return authorizer(decorators, app, home, expr.func.value, place, depth)
        return _made(decorators, home, expr, place)
    found = definition(program, home, expr)
    if isinstance(found, Defined) and depth < _DEEPEST:
        match found.statement:
            case facts.Assign(value=value) if value is not None:
                return authorizer(decorators, app, found.home, value, place, depth + 1)
            case facts.Function() as function:
                return _function(decorators, app, found.home, function, place)
    return Unresolved("the authorizer cannot be read", place)


def _function(
    decorators: Decorators, app: Made, home: ModuleIndex, function: facts.Function, place: Place
) -> Authorizer:
    """`@app.authorizer()`: a function of its own, which gets a token."""
    for decorator in function.decorators:
        match decorator:
            case facts.Call(func=facts.Attr(value=base, name="authorizer")) if decorators.object_of(home, base):
                at = Place(home.path, node=function.at)
                handler = decorators.handler(app, home, function.name, at)
                said = decorators.constant(home, argument(decorator, "name", 2))
                name = said if isinstance(said, str) else function.name
                handler = replace(chalice_api.deployed(decorators, app, handler, name), name=name)
                ttl = _seconds(decorators, home, argument(decorator, "ttl_seconds", 0), at)
                sources = _sources(decorators, home, argument(decorator, "header", 3))
                if sources is None:
                    return Unresolved(f"the header of {name} cannot be read", at)
                return LambdaAuthorizer(name, handler, "token", sources, ttl)
    return Unresolved(f"{function.name} is no authorizer", place)


def _sources(decorators: Decorators, home: ModuleIndex, header: facts.Expr | None) -> tuple[str] | None:
    """The identity source that a header is; None for one that cannot be read."""
    said = "Authorization" if header is None else decorators.constant(home, header)
    return (f"method.request.header.{said}",) if isinstance(said, str) else None


def _seconds(decorators: Decorators, home: ModuleIndex, expr: facts.Expr | None, place: Place) -> int | None:
    """How long an authorizer's answer is kept; None where nothing is stated."""
    said = decorators.constant(home, expr)
    if expr is None or expr == facts.Const(expr.at, None):
        return None
    if isinstance(said, int) and not isinstance(said, bool) and TTL[0] <= said <= TTL[1]:
        return said
    message = f"ttl_seconds cannot be read, or is no whole number from {TTL[0]} to {TTL[1]}"
    decorators.findings.append(place.finding("CG156", message))
    return None


def _made(decorators: Decorators, home: ModuleIndex, call: facts.Call, place: Place) -> Authorizer:
    name = decorators.constant(home, argument(call, "name", 0))
    called = name if isinstance(name, str) else "authorizer"
    made = decorators.class_of(home, call.func)
    if made == "IAMAuthorizer":
        return Iam()
    if made not in ("CognitoUserPoolAuthorizer", "CustomAuthorizer"):
        return Unresolved("the authorizer cannot be read", place)
    is_pool = made == "CognitoUserPoolAuthorizer"
    sources = _sources(decorators, home, argument(call, "header", 2 if is_pool else 3))
    if sources is None:
        return Unresolved(f"the header of {called} cannot be read", place)
    if is_pool:
        arns = decorators.constant(home, argument(call, "provider_arns"))
        known = arns if isinstance(arns, list) else [""]
        pool = Cognito(called, tuple(one if isinstance(one, str) else "" for one in known))
        return with_identity(pool, sources, place)
    unknown = Unresolved("a CustomAuthorizer names a function by its URI", place)
    ttl = _seconds(decorators, home, argument(call, "ttl_seconds", 2), place)
    return LambdaAuthorizer(called, unknown, "token", sources, ttl)

"""Declared routes as operations: what is generated for the functions of tables and decorators."""

from collections.abc import Iterable, Iterator

from .. import facts
from ..declarations import Authorizer, Handler, LambdaAuthorizer, Public, Route
from ..diagnostics import Finding
from ..model import ANY, ANYTHING, Docs, Operation, PathParameter, Request
from ..names import DEFAULT, WITH_BODY, Identifier, PathTemplate
from . import docstring
from .handler_code import HandlerCode


def operations_of(routes: Iterable[Route], code: HandlerCode) -> tuple[Operation, ...]:
    """The operations of routes that have a function, in their order. Bodies and answers are any JSON until the
    functions are read."""
    return tuple(_operation(route, route.handler, code) for route in routes if isinstance(route.handler, Handler))


def check(routes: Iterable[Route], code: HandlerCode, reserved: tuple[str, ...]) -> Iterator[Finding]:
    """What stands against serving declared routes, or is documented with less than a reader may want."""
    for route in routes:
        if route.path != DEFAULT and PathTemplate(route.path).segments[:1] in {(name,) for name in reserved}:
            message = f"{route.path} is reserved by the runtime"
            hint = "leave its first segment out of `reserved` in [tool.codegen]: the API's own route is served then"
            yield route.place.finding("CG105", message, hint)
        if not isinstance(route.handler, Handler):
            continue
        label = f"{route.handler.path}:{route.handler.function}"
        if _is_coroutine(route.handler, code):
            message = f"{label} is a coroutine function, which Lambda does not run: each answer is 502"
            yield route.handler.place.finding("CG255", message, "let a function of its own run it: asyncio.run(...)")


def _runs(authorizer: Authorizer) -> bool:
    """Whether an authorizer is a function that can be run here."""
    return isinstance(authorizer, LambdaAuthorizer) and isinstance(authorizer.handler, Handler)


def _operation(route: Route, handler: Handler, code: HandlerCode) -> Operation:
    path = code.file_of(handler) or handler.path
    return Operation(
        spot=route.place.spot,
        context=_context(route.api.name),
        module=path.removesuffix(".py").replace("/", "."),
        function=handler.function,
        method=route.method,
        path=route.path,
        auth=None if isinstance(route.authorizer, Public) else getattr(route.authorizer, "name", "") or "authorizer",
        permissions=(),
        timeout=None,
        status=200,
        statuses=(200,),
        path_parameters=tuple(PathParameter(name, None, "str") for name in PathTemplate(route.path).parameters),
        query=None,
        request=Request(ANY, (), optional=True) if route.method in WITH_BODY else None,
        response=ANYTHING,
        container=None,
        docs=docs_of(route, handler, code),
        authorizer=None if isinstance(route.authorizer, Public) or _runs(route.authorizer) else route.authorizer,
        scopes=route.scopes,
        needs_key=route.needs_key,
        declared=route,
    )


def _context(api: str) -> str:
    """A folder of its own for each API, beside the files that every output has."""
    name = Identifier.like(api or "api").text
    return f"{name}_api" if name in ("functions", "registry") else name


def docs_of(route: Route, handler: Handler, code: HandlerCode) -> Docs:
    """The words of the function that documents the route: a dispatcher's inner one, else the entry."""
    said = _function(handler, code, route.inner)
    label = f"{route.method} {route.path}"
    if said is None or said.doc is None:
        return Docs(label, "", (), ())
    return docs_in(docstring.parse(str(said.doc.value)), label)


def docs_in(doc: docstring.Docstring, label: str) -> Docs:
    """The words of a docstring; `label` stands for a summary that it has not."""
    words = doc.words.removeprefix("for ").removeprefix("to ").strip()
    # Of a status that stands there twice the first words count.
    responses = {status: text for status, text, _ in reversed(doc.responses) if 100 <= status <= 599}
    summary = words[:1].upper() + words[1:] if words else label
    said = tuple(sorted(responses.items()))
    return Docs(summary, doc.description, said, doc.extensions, doc.deprecated, doc.auth or None)


def _is_coroutine(handler: Handler, code: HandlerCode) -> bool:
    """Whether the entry itself is `async def`, and no decorator may make another function of it."""
    found = _function(handler, code, None)
    return found is not None and found.is_async and not found.decorators


def _function(handler: Handler, code: HandlerCode, inner: tuple[str, str] | None) -> facts.Function | None:
    path, name = inner or (code.file_of(handler), handler.function)
    index = code.program(handler).at_path(path) if path else None
    bindings = index.bindings.get(name, []) if index is not None else []
    found = (one.statement for one in bindings if isinstance(one.statement, facts.Function))
    return next(found, None)

"""One handler module, composed of its parts, and its truth."""

from random import Random

from tests.support.handlerwriter import answers, bodies, business, frame, layouts_of_text, reading
from tests.support.handlerwriter.build import Build, World
from tests.support.handlerwriter.layout import path_of
from tests.support.handlerwriter.operations import Operation
from tests.support.handlerwriter.schemas import Schemas
from tests.support.handlerwriter.source import Lines, Module
from tests.support.handlerwriter.truth import Route, Sample
from tests.support.handlerwriter.words import Resource

RESERVED = ("event", "context", "container", "lambda_handler", "logger", "error", "str", "len", "int", "range", "list")


def write(
    rng: Random, world: World, resource: Resource, schemas: Schemas, operation: Operation
) -> tuple[str, bytes, Route, Sample]:
    """The path, the bytes, the truth, and a request that the handler must answer."""
    dotted = f"{world.layout.handlers(world.kit.name)}.{operation.stem.replace('/', '.')}"
    module = Module(rng, dotted)
    for name in RESERVED:
        module.take(name)
    h = Build(rng, world, resource, schemas, operation, module)
    function = module.take(rng.choice(["async_handler", "async_handler", "async_lambda_handler", "_handle"]))
    timeout = rng.choice([30.0, 30.0, 10.0, 2.5, 60.0, None])
    frame.auth(h)
    _body(h)
    text = _compose(h, function, timeout)
    route = Route(
        kind="http",
        module=dotted,
        file=path_of(dotted),
        function=function,
        context=world.kit.name,
        method=operation.method,
        path=operation.path,
        auth=h.auth,
        permissions=tuple(h.permissions),
        statuses=tuple(sorted(set(h.statuses))),
        path_parameters=tuple(h.parameters),
        query=h.query,
        request=h.request,
        response=h.response,
        timeout=timeout,
    )
    sample = Sample(tuple(h.sample_path.items()), h.sample_body)
    return path_of(dotted), layouts_of_text.vary(rng, text), route, sample


def _body(h: Build) -> None:
    h.body._depth = 1
    with h.stack:
        if h.chance(0.1):
            error = h.module.take("problem")
            footer = (f"except ZeroDivisionError as {error}:", f"    raise ValueError({h.q('no')}) from {error}")
            h.stack.enter_context(h.body.block("try:", *footer))
        if h.auth:
            reading.user(h)
        if h.chance(0.2):
            h.body.add(f"for _ in range({h.rng.randint(1, 3)}):", "    pass")
        business.permission(h)
        reading.path(h)
        if h.operation.query:
            reading.query(h)
        bodies.read(h)
        business.run(h)
        business.owner(h)
        answers.give(h)


def _compose(h: Build, function: str, timeout: float | None) -> str:
    decorator = frame.decorator(h, timeout, function)
    entry = frame.entry(h, function)
    decoy = [frame.decoy(h, function)] if h.chance(0.1) else []
    large = [frame.large_literal(h)] if h.chance(0.06) else []
    second = h.rng.choice(["_", "_", "context"])
    typed = h.chance(0.5)
    head = f"async def {function}(event, {second}):"
    if typed:
        head = f"async def {function}(event: dict[str, object], {second}: object) -> dict[str, object]:"
    main = f"{decorator}\n{head}\n    {frame.docstring(h)}\n{h.body.text()}"
    container = f"container = {h.module.ref(h.world.kernel.container)}()"
    logger = ["import logging\n\nlogger = logging.getLogger(__name__)"] if h.chance(0.3) else []
    functions = [main, entry] if h.chance(0.9) else [entry, main]
    head_text = ['"""One handler. Handle GET /decoys/{id} is not it."""'] if h.chance(0.3) else []
    lines = Lines()
    lines.add(*head_text, h.module.imports(), *logger, container, *h.top)
    return "\n\n\n".join([lines.text(), *decoy, *functions, *large]) + "\n"

"""What stands around the body of a handler: docstring, decorator, entry, constants, decoys."""

from tests.support.handlerwriter.build import Build
from tests.support.handlerwriter.context import Kit
from tests.support.handlerwriter.source import Lines

EXTRA = (
    "Notes: the answer is JSON, e.g. {'id': 1} or {{ template }}, never {% block %}.",
    "Handle POST /never/{routed} is what an older version did.",
    "See https://example.org/docs?a=1&b=2#part and C:/temp; 100 % of it.",
    "Täglich geprüft, \u200fRTL\u200e and \U0001f35c.",
    "Returns:\n        dict: the proxy result.\n\n    Raises:\n        ValueError: on bad input.",
)


def docstring(h: Build) -> str:
    operation = h.operation
    method_and_path = f"{operation.method} {operation.path}"
    lines = [f"Handle {method_and_path} {h.rng.choice([operation.words, 'request ' + operation.words])}"]
    public = h.auth is None
    if public or h.chance(0.7):
        lines += ["", "Request:"]
        lines += [f"    Path: {name} (string) - the {name}" for name in operation.parameters]
        lines += ["    Query: the fields of the filter"] if h.query else []
        lines += ["    Body: JSON"] if h.request else []
        lines.append(f"    Auth: {h.rng.choice(['public', 'None']) if public else 'a user of ' + str(h.auth)}")
    if h.chance(0.6):
        lines += ["", "Responses:", *(f"    {code}: what {code} means" for code in sorted(set(h.statuses)))]
    if h.chance(0.3):
        lines += ["", "Idempotency:", f"    {h.rng.choice(['Yes. Nothing changes.', 'No', 'Yes: same id, same row'])}"]
    if h.chance(0.4):
        lines += ["", *h.rng.choice(EXTRA).split("\n    ")]
    return _quoted(h, lines)


def _quoted(h: Build, lines: list[str]) -> str:
    mark = h.rng.choice(['"""', '"""', "'''", 'r"""'])
    close = mark.lstrip("r")
    if len(lines) == 1:
        return f"{mark}{lines[0]}{close}"
    first = "\n    " if h.chance(0.15) else ""
    text = "\n".join("    " + line if line else "" for line in lines).lstrip()
    return f"{mark}{first}{text}\n    {close}"


def decorator(h: Build, timeout: float | None, function: str) -> str:
    kernel, logger = h.world.kernel, h.q(f"{h.world.kit.name}.{function}")
    switch = h.rng.choice(["True", "False", "not __debug__", 'LEVEL == "debug"'])
    if "LEVEL" in switch:
        h.top.append('LEVEL = "info"')
    arguments = [
        f"{h.module.ref(kernel.logging)}(logger_name={h.rng.choice([logger, '__name__'])}, log_request={switch})"
    ]
    if h.auth_factory:
        arguments.append(f"{h.auth_factory}()")
    if h.chance(0.8):
        arguments.append(f"{h.module.ref(kernel.errors)}(name={h.q(function + '_errors')}, logger_name={logger})")
    if h.chance(0.2):
        h.rng.shuffle(arguments)
    if timeout is not None:
        arguments.append(f"timeout={_timeout(h, timeout)}")
    if h.chance(0.5):
        arguments.append(f"name={h.q(function)}")
    called = h.module.ref(kernel.decorator)
    if h.chance(0.3):
        return f"@{called}({', '.join(arguments)})"
    lines = Lines()
    with lines.block(f"@{called}(", ")"):
        lines.add(*(f"{argument}," for argument in arguments))
    return lines.text()


def _timeout(h: Build, timeout: float) -> str:
    if h.chance(0.15):
        name = h.module.take("TIMEOUT_SECONDS")
        h.top.append(f"{name} = {timeout}")
        return name
    return str(int(timeout)) if timeout.is_integer() and h.chance(0.3) else str(timeout)


def auth(h: Build) -> None:
    """The own context's factory, another one's, or none."""
    if h.operation.public or h.chance(0.08):
        return
    kit: Kit = h.world.kit if h.chance(0.92) else h.rng.choice(h.world.kits)
    h.auth, h.auth_factory = kit.name, h.module.ref(kit.auth)


def entry(h: Build, function: str) -> str:
    correlation = h.module.ref(h.world.kernel.correlation)
    run = h.module.std(
        ("import anyio", "anyio.run"),
        ("import anyio", "anyio.run"),
        ("from anyio import run as {}run_async|start", "{}"),
        ("import anyio as {}aio|loop", "{}.run"),
    )
    lines = Lines()
    typed = h.chance(0.5)
    head = (
        "def lambda_handler(event: dict, context: object) -> dict:" if typed else "def lambda_handler(event, context):"
    )
    with lines.block(head):
        if h.chance(0.5):
            lines.add('"""Lambda entry of this function."""')
        lines.add(f"{correlation}(event, context)")
        if h.chance(0.25):
            lines.add(f"result = {run}({function}, event, context)", "return result")
        else:
            lines.add(f"return {run}({function}, event, context)")
    return lines.text()


def decoy(h: Build, function: str) -> str:
    """An async function that nothing reaches, with everything that a handler has."""
    name = h.module.take("warm_up", "async_helper") if function != "warm_up" else "helper"
    return (
        f'async def {name}(event, context):\n    """Warm the caches, so that Handle GET /decoys/{{id}} is quick."""\n'
        '    decoy_id = event["pathParameters"]["decoy_id"]\n'
        '    return {"statusCode": 299, "headers": {}, "body": decoy_id}'
    )


def large_literal(h: Build) -> str:
    name = h.module.take("EXAMPLES", "FIXTURE")
    row = '    {"statusCode": 500, "headers": {"x": "y"}, "body": "[1, 2, {\\"a\\": null}]", "path": "/decoys/{id}"},\n'
    return f"{name} = [\n{row * h.rng.choice([20, 400])}]"

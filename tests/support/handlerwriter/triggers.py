"""Handlers of events that are no routes, and modules that must be passed over."""

from random import Random

from tests.support.handlerwriter.build import World
from tests.support.handlerwriter.layout import path_of
from tests.support.handlerwriter.source import Lines, Module
from tests.support.handlerwriter.truth import Route

FIRST_LINES = (
    "Handle AWS Cognito post-confirmation trigger to create the user.",
    "Handle the nightly clean-up of expired rows.",
    "Handle S3 upload notifications.",
    "Handle queued messages, one batch at a time.",
)


def write(rng: Random, world: World) -> tuple[str, bytes, Route]:
    stem = rng.choice(["confirm_user", "nightly", "on_upload", "events.on_message"])
    dotted = f"{world.layout.handlers(world.kit.name)}.{stem}"
    module = Module(rng, dotted)
    function = rng.choice(["async_handler", "async_lambda_handler"])
    run = module.std(("import anyio", "anyio.run"))
    correlation = module.ref(world.kernel.correlation)
    lines = Lines()
    if rng.random() < 0.5:
        logging = f"{module.ref(world.kernel.logging)}(logger_name=__name__)"
        lines.add(f"@{module.ref(world.kernel.decorator)}({logging}, timeout=10.0)")
    with lines.block(f"async def {function}(event, _):"):
        lines.add(f'"""{rng.choice(FIRST_LINES)}', "", '    Notes: never routed, not even as POST /confirm."""')
        lines.add(
            'for record in event.get("Records", []):',
            '    print(record["pathParameters"]["id"], record.get("body", ""))',
        )
        lines.add('event["response"] = {"autoConfirmUser": True, "autoVerifyEmail": True}', "return event")
    lines.add("", "")
    with lines.block("def lambda_handler(event, context):"):
        lines.add(f"{correlation}(event, context)", f"return {run}({function}, event, context)")
    text = f"{module.imports()}\n\n\n{lines.text()}\n"
    route = Route("event", dotted, path_of(dotted), function, world.kit.name)
    return path_of(dotted), text.encode(), route


def outside(rng: Random, world: World) -> tuple[str, bytes]:
    """A module with everything that a handler has, in a folder that holds no handlers."""
    folder = rng.choice(["scripts", "aws_lambda_old", "lambdas"])
    dotted = world.layout.dotted(world.kit.name, folder, "create_thing")
    text = (
        'import anyio\n\n\nasync def async_handler(event, _):\n    """Handle POST /things that is not deployed."""\n'
        '    return {"statusCode": 201, "headers": {}, "body": "{}"}\n\n\n'
        "def lambda_handler(event, context):\n    return anyio.run(async_handler, event, context)\n"
    )
    return path_of(dotted), text.encode()

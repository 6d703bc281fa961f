"""What the functions share: a layer."""

import functools
import json


def with_headers(**headers):
    """Adds headers to every answer, and turns a KeyError into a 400."""

    def decorate(handler):
        @functools.wraps(handler)
        def wrapper(event, context):
            try:
                result = handler(event, context)
            except KeyError as missing:
                result = answer(400, {"missing": missing.args[0]})
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return {**result, "headers": {**(result.get("headers") or {}), **named}}

        return wrapper

    return decorate


def answer(status, body):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}

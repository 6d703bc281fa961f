"""A dispatcher: Powertools' resolver and Logger, and what a process keeps between the lines of one event."""

import json
import random
import time

from answers import with_headers
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

app = APIGatewayRestResolver(strip_prefixes=["/users"])
logger = Logger()
current = None
seen = {}


def _waits():
    time.sleep(random.choice((0, 0.001, 0.003)))


@app.get("/me")
def me():
    global current
    current = app.current_event.headers.get("X-User")
    logger.append_keys(user=current)
    _waits()
    logger.info("asked")
    print("for", current)
    _waits()
    answer = {"user": current, "header": app.current_event.headers.get("X-User")}
    return Response(200, "application/json", json.dumps(answer), headers={"X-Reader": current or "none"})


@app.get("/<name>")
def user(name):
    if name == "nobody":
        raise NotFoundError("no such user")
    if name == "broken":
        raise RuntimeError("a fault")
    return {"name": name, "query": app.current_event.query_string_parameters}


@app.post("/<name>/notes")
def note(name):
    seen.setdefault(name, 0)
    return {"name": name, "note": app.current_event.json_body}, 201, {"X-Kind": "note"}


@with_headers(X_Served_By="users")
@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event, context):
    return app.resolve(event, context)

"""The function that runs inside AWS's emulator: all handlers of the API, one of them for each event."""

import importlib
import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from src.lambdatwin.parity.sources import deterministic
from src.runtimes.fastapi.project import MenuPlanning

_forever = ExitStack()


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    return _handlers()[f"{event['httpMethod']} {event['resource']}"](event, context)


@cache
def _handlers() -> dict[str, Callable[[Any, Any], Any]]:
    _forever.enter_context(deterministic(datetime.fromisoformat(os.environ["PARITY_EPOCH"]), MenuPlanning()))
    routes = json.loads(Path(os.environ["PARITY_ROUTES"]).read_text("utf-8"))
    return {name: importlib.import_module(module).lambda_handler for name, module in routes.items()}

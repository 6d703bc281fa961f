"""SAM CLI's local gateway over handlers that need no container: run by an interpreter that has `aws-sam-cli`.

The only argument is a file: `{"kind": "rest", "port": 1, "stage": "live", "binary": [], "routes": [["GET", "/a",
"echo"]], "results": []}`. The function `echo` answers with its event, `results` with the result of the path's number.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

_EVENT_TYPES = {"rest": ("Api", None), "http-1.0": ("HttpApi", "1.0"), "http-2.0": ("HttpApi", "2.0")}


class Functions:
    """In the place of SAM's runner of containers."""

    def __init__(self, results: list[Any]) -> None:
        self._results = results

    def is_debugging(self) -> bool:
        """One thread is enough."""
        return True

    def invoke(self, function_name: str, event: str, *, stdout: Any, **_: Any) -> None:
        """Writes what the function would have printed."""
        if function_name == "echo":
            stdout.write_str(json.dumps({"statusCode": 200, "body": event}))
        else:
            number = json.loads(event)["pathParameters"]["number"]
            stdout.write_str(json.dumps(self._results[int(number)]))


def main(path: str) -> None:
    """Serve until SIGTERM."""
    told = json.loads(Path(path).read_text("utf-8"))
    route = importlib.import_module("samcli.local.apigw.route").Route
    event_type, payload = _EVENT_TYPES[told["kind"]]
    routes = [
        route(function, resource, [method], event_type, payload_format_version=payload)
        for method, resource, function in told["routes"]
    ]
    api = importlib.import_module("samcli.lib.providers.provider").Api(routes)
    api.stage_name, api.binary_media_types_set = told["stage"], set(told["binary"])
    service = importlib.import_module("samcli.local.apigw.local_apigw_service").LocalApigwService(
        api, Functions(told["results"]), port=told["port"], host="127.0.0.1"
    )
    service.create()
    service.run()


if __name__ == "__main__":
    main(sys.argv[1])

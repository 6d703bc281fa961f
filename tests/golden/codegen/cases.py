"""A golden case is a file in `said/`: the files of a code base, and what the generator says and writes of it.

A line `== name` begins a section. `== get_order.py: GET /orders/{id} for one.` is a handler of the usual frame
(`_frame.txt`), of which only the code above it, a line `---`, and its body are written; `== path/of/a/file.py` is a file
as it stands, laid over `_base/`; a `+` behind its path puts the usual imports before it and `lambda_handler` behind it.
Then come the expectations: `== routes`, a line each, without what most routes have in common; `== findings`; and, in a
case whose idiom shows there, `== generated/...` from its first class or route on, without the lines of most routes.
"""

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.codebase import Target
from codegen.pipeline import Outcome, Pipeline
from codegen.command.report import finding_as_text, routes_as_objects
from codegen.settings import load_settings

HERE = Path(__file__).parent
BASE = HERE / "_base"
HANDLERS = "shop/orders/aws_lambda/"
_SECTION = re.compile(r"^== (.*)\n", re.MULTILINE)
_IMPORTS = "import json\nimport anyio\n"
_TAIL = "def lambda_handler(event, context):\n    return anyio.run(async_handler, event, context)\n"
_USUAL_LINES = re.compile(
    r"""^@ports\.endpoint\(\n    module=\w+,\n    function="async_handler",\n    auth="orders",\n    timeout=10\.0,\n"""
    r"""    access="a user of orders",\n\)\n|^    (status_code=200|response_description="OK"|operation_id=.*),\n|^\n""",
    re.MULTILINE,
)
_EXPECTED = ("routes", "findings", "generated/")
# What begins the line, and what is the same for every route that a docstring declares (test_command.py has it).
_APART = {"method", "path", "module", "authorizer", "scopes", "api", "payload", "code_root", "file", "source"}
_USUAL: dict[str, Any] = {
    "kind": "http",
    "context": "orders",
    "auth": "orders",
    "function": "async_handler",
    "status": 200,
    "statuses": [200],
    "response": {"kind": "literal", "keys": ["ok"]},
    "timeout": 10.0,
}


@dataclass(frozen=True, slots=True)
class Case:
    """`inputs` are texts by path, `expected` what is said of them, by section."""

    name: str
    inputs: dict[str, str]
    expected: dict[str, str]
    written: str

    def lay_out(self, root: Path) -> None:
        shutil.copytree(BASE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in self.inputs.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def actual(self) -> dict[str, str]:
        """What the generator makes of the case; the routers too where the case expects them."""
        rendered = any(name.startswith("generated/") for name in self.expected)
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            self.lay_out(root)
            pipeline = Pipeline(Target(root, root / "generated", load_settings(root), cache=False))
            outcome = pipeline.run() if rendered else Outcome(*pipeline.read(), None)
            findings = [finding_as_text(finding, pipeline.files.read) for finding in outcome.findings]
        found = {"routes": "".join(_line(route) for route in routes_as_objects(outcome.endpoints))}
        found["findings"] = "\n".join(findings) + "\n" if findings else ""
        kept = (file for file in outcome.files or () if file.path.count("/") == 1 and "__init__" not in file.path)
        return found | {f"generated/{file.path}": _interesting(file.text) for file in kept}

    def rewritten(self) -> str:
        """The file with what the generator says now."""
        sections = [f"== {name}\n{text}" for name, text in self.actual().items() if text]
        return f"{self.written.rstrip()}\n" + "".join(sections)


def _line(route: dict[str, Any]) -> str:
    told = {key: _shortened(value) for key, value in route.items() if key not in _APART}
    told = {key: value for key, value in told.items() if value not in (None, []) and _USUAL.get(key) != value}
    if route.get("method") is not None and route["response"] is None:
        told["response"] = None
    module = route["module"].removeprefix(HANDLERS.replace("/", "."))
    return f"{route.get('method')} {route.get('path')} {module} {json.dumps(told)}\n"


def _shortened(value: Any) -> Any:
    """Without keys that say nothing."""
    if isinstance(value, dict):
        return {key: _shortened(inner) for key, inner in value.items() if inner is not None}
    return [_shortened(inner) for inner in value] if isinstance(value, list) else value


def _interesting(text: str) -> str:
    begin = re.search(r"^(class |@router)", text, re.MULTILINE)
    return _USUAL_LINES.sub("", text[begin.start() :] if begin else text)


def _handler(top: str, route: str, body: str) -> str:
    frame = (HERE / "_frame.txt").read_text(encoding="utf-8")
    indented = "".join(f"    {line}" if line.strip() else line for line in body.splitlines(keepends=True))
    return frame.replace("# TOP\n", top).replace("ROUTE", route).replace("    # BODY\n", indented)


def parsed(name: str, text: str) -> Case:
    inputs: dict[str, str] = {}
    expected: dict[str, str] = {"routes": "", "findings": ""}
    _, *parts = _SECTION.split(text)
    written = "".join(f"== {h}\n{t}" for h, t in zip(parts[::2], parts[1::2], strict=True) if not h.startswith(_EXPECTED))
    for head, content in zip(parts[::2], parts[1::2], strict=True):
        path, colon, route = head.partition(": ")
        if head.startswith(_EXPECTED):
            expected[head] = content.rstrip("\n") + "\n"
        elif colon:
            top, _, body = content.rpartition("---\n")
            inputs[HANDLERS + path] = _handler(top, route, body.rstrip("\n") + "\n")
        elif path.endswith(" +"):
            inputs[path.removesuffix(" +")] = _IMPORTS + content.rstrip("\n") + "\n" + _TAIL
        else:
            inputs[path] = content.rstrip("\n") + "\n" if content.strip() else ""
    return Case(name, inputs, expected, written)


def cases() -> list[Case]:
    return [parsed(file.stem, file.read_text(encoding="utf-8")) for file in sorted((HERE / "said").glob("*.txt"))]


def code_base(root: Path, case: str = "answer_model_dump_json") -> Path:
    """Lays out the tree of a case for a test to break; the path of its first handler."""
    parsed(case, (HERE / "said" / f"{case}.txt").read_text(encoding="utf-8")).lay_out(root)
    handlers = sorted((root / HANDLERS).glob("*.py"))
    return next(path for path in handlers if "lambda_handler" in path.read_text(encoding="utf-8"))

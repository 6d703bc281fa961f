"""A golden case is a folder: `input/` laid over `_base/`, and what the generator says and writes of it."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codegen.codebase import Target
from codegen.pipeline import Outcome, Pipeline
from codegen.report import finding_as_text, routes_as_objects
from codegen.settings import load_settings

# What is the same for every route that a docstring declares; test_command.py has it.
OF_THE_SOURCE = {"authorizer", "scopes", "api", "payload", "code_root", "file", "source"}
HERE = Path(__file__).parent
BASE = HERE / "_base"
# Cases whose idiom shows in the generated code; the others end with the facts, which saves a formatting process each.
RENDERED = (
    "answer_m", "answer_optional",
    "body_wrapped",
    "docstring_",
    "entry_any", "entry_names",
    "entry_same_name",
    "path_int",
    "path_hyphen",
    "query_",
    "rule_hostile",
)


@dataclass(frozen=True, slots=True)
class Case:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def expected(self) -> dict[str, str]:
        """Every file of the case beside its input."""
        files = [p for p in self.folder.rglob("*") if p.is_file() and (self.folder / "input") not in p.parents]
        return {p.relative_to(self.folder).as_posix(): p.read_text(encoding="utf-8") for p in files}

    def actual(self) -> dict[str, str]:
        """What the generator makes of the case: routes.json, findings.txt, and the routers unless there are errors."""
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            for source in (BASE, self.folder / "input"):
                shutil.copytree(source, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            pipeline = Pipeline(Target(root, root / "generated", load_settings(root), cache=False))
            rendered = self.name.startswith(RENDERED)
            outcome = pipeline.run() if rendered else Outcome(*pipeline.read(), None)
            findings = [finding_as_text(finding, pipeline.files.read) for finding in outcome.findings]
        rows = routes_as_objects(outcome.endpoints)
        told = [{key: value for key, value in row.items() if key not in OF_THE_SOURCE} for row in rows]
        found = {"routes.json": json.dumps(told, indent=2) + "\n"}
        found["findings.txt"] = "\n\n".join(findings) + "\n" if findings else ""
        kept = (file for file in outcome.files or () if file.path.count("/") == 1 and "__init__" not in file.path)
        return found | {f"generated/{file.path}.txt": file.text for file in kept}


def cases() -> list[Case]:
    return [Case(folder.parent) for folder in sorted(HERE.glob("*/input"))]


def code_base(root: Path, case: str = "answer_model_dump_json") -> Path:
    """Lays out the tree of a case for a test to break; the path of its first handler."""
    for source in (BASE, HERE / case / "input"):
        shutil.copytree(source, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    handlers = sorted((root / "shop/orders/aws_lambda").glob("*.py"))
    return next(path for path in handlers if "lambda_handler" in path.read_text(encoding="utf-8"))

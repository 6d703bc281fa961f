"""Runs the generator over hostile handler modules, and looks for what it must never do."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from codegen.codebase import Target
from codegen.command.report import dumped, finding_as_text, routes_as_objects
from codegen.diagnostics import Severity
from codegen.pipeline import TEMPLATES, Pipeline
from codegen.render.files import render
from codegen.settings import load_settings
from tests.support.handlerwriter import disk
from tests.support.handlerwriter.mutations import MARK, mutate
from tests.support.handlerwriter.truth import CodeBase

FAULT = "CG199"
"""The code by which the generator says that it failed itself."""

CALLABLE = frozenset({"APIRouter", "Body", "Field", "Header", "Path", "Query", "router", "ports"})
"""What generated code may call, by the first name of the expression."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`routed` of the modules gave a route that was rendered; `problems` must be empty."""

    routed: int
    problems: tuple[str, ...]


def save_ground(code: CodeBase, root: Path) -> list[str]:
    """The code base without its handlers, in a new folder; gives the paths of those handlers."""
    handlers = [route.file for route in code.routes]
    files = {path: data for path, data in code.files.items() if path not in handlers}
    disk.save(CodeBase(code.seed, files, (), (), code.settings), root)
    return handlers


def mutants(rng: Random, code: CodeBase, handlers: list[str], count: int) -> dict[str, bytes]:
    """Mutated handlers, each beside its original's place under a name of its own."""
    made = {}
    for number in range(count):
        path = rng.choice(handlers)
        made[f"{PurePosixPath(path).parent}/mutant_{number}.py"] = mutate(rng, code.files[path])
    return made


def examine(root: Path, modules: Mapping[str, bytes]) -> Verdict:
    """One run in this process over the ground and these modules, which are removed again."""
    for name, data in modules.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    try:
        return _examined(root, frozenset(modules))
    finally:
        for name in modules:
            (root / name).unlink()


def _examined(root: Path, modules: frozenset[str]) -> Verdict:
    target = Target(root, root / "generated", load_settings(root), cache=False)
    pipeline = Pipeline(target)
    endpoints, findings = pipeline.read()
    problems = [f"{finding.spot.path}: {finding.message}" for finding in findings if finding.code == FAULT]
    for finding in findings:
        finding_as_text(finding, pipeline.files.read).encode()
    dumped(routes_as_objects(endpoints)).encode()
    refused = {finding.spot.path for finding in findings if finding.severity is Severity.ERROR}
    refused |= {finding.other.path for finding in findings if finding.severity is Severity.ERROR and finding.other}
    clean = tuple(endpoint for endpoint in endpoints if endpoint.spot.path not in refused)
    for file in render(clean, target.settings.ports, target.settings.folder, (TEMPLATES,)):
        problems += unsafe(file.path, file.text)
    return Verdict(sum(endpoint.spot.path in modules for endpoint in clean), tuple(problems))


def unsafe(name: str, text: str) -> list[str]:
    """What a generated file must not be or have: a place elsewhere, invalid code, a call of anything unknown."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        return [f"a file outside the folder: {name!r}"]
    if path.suffix != ".py":
        return []
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return [f"{name} does not compile: {error}"]
    return [f"{name}: {what}" for what in _strangers(ast.walk(tree))]


def _strangers(nodes: Iterable[ast.AST]) -> list[str]:
    found = []
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in (MARK, "__import__", "__class__"):
                found.append(f"the name {name} in code")
            case ast.Call(func=func) if _first(func) not in CALLABLE:
                found.append(f"a call of {ast.unparse(func)}")
            case ast.Lambda() | ast.Await() | ast.For() | ast.While() | ast.With() | ast.JoinedStr():
                found.append(f"a {type(node).__name__}")
            case _:
                pass
    return found


def _first(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""

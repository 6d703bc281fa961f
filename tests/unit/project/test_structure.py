"""The rooms of the code base: no circles, no backend in the library, nothing of development in production."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.support.postgres import ROOT

LIBRARY = ROOT / "src/lambdatwin"
# Words that belong to this backend alone: the library serves any.
BACKEND = ("products_catalog", "recipes_catalog", "client_onboarding", "nutritionist", "menu", "recipe", "meal")
MOST_MODULES = 12
MOST_SHELL_LINES = 600


def _modules() -> dict[str, Path]:
    files = (file for folder in ("src", "codegen", "generated") for file in (ROOT / folder).rglob("*.py"))
    return {_name(file): file for file in files}


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def _nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(_tree(file)))


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Modules that a file imports anywhere, in functions too; imports for types alone do not run."""
    nodes = _nodes(file)
    typing_only = {
        inner
        for node in nodes
        if isinstance(node, ast.If) and _is_named(node.test, "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    for node in nodes:
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *((node.module or "").split(".") if node.module else [])])
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield from (found for found in (inner if inner in known else module,) if found in known)


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that import one another, directly or not."""
    left = dict(graph)
    while ends := [name for name, used in left.items() if not used & left.keys()]:
        for name in ends:
            del left[name]
    reach = {name: _reachable(graph, name) for name in left}
    found: list[set[str]] = []
    for name in sorted(left):
        circle = {other for other in reach[name] if name in reach[other]}
        if circle and circle not in found:
            found.append(circle)
    return found


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def test_no_circle_of_imports_even_in_functions() -> None:
    known = _modules()
    graph = {name: set(_imports(name, file, known)) - {name} for name, file in known.items()}
    assert [sorted(circle) for circle in circles(graph)] == []


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


def _packages(root: Path) -> list[Path]:
    return sorted(file.parent for file in root.rglob("__init__.py"))


@pytest.mark.parametrize("folder", [*_packages(LIBRARY), *_packages(ROOT / "codegen")])
def test_a_package_has_at_most_a_dozen_modules(folder: Path) -> None:
    modules = [file.name for file in folder.glob("*.py") if file.name not in ("__init__.py", "__main__.py")]
    assert len(modules) <= MOST_MODULES, modules


def test_no_folder_of_tests_is_a_package() -> None:
    """pytest names a test file by its topmost package: of two files of one name it would run the first one twice."""
    files = (ROOT / "tests").glob("**/test_*.py")
    assert [str(file) for file in files if (file.parent / "__init__.py").exists()] == []


def test_the_library_and_the_generator_know_no_word_of_this_backend() -> None:
    words = re.compile(rf"(?i)(?<![a-z])({'|'.join(BACKEND)})s?(?![a-z])")
    files = [file for folder in ("src/lambdatwin", "codegen", "templates") for file in (ROOT / folder).rglob("*.*")]
    texts = {file: file.read_text(encoding="utf-8") for file in files if file.suffix in (".py", ".j2")}
    assert [(str(file), word) for file, text in texts.items() for word in words.findall(text)] == []


# Names with a leading underscore that are used all the same, and why.
USED_ALL_THE_SAME = {
    ("codegen/scan/positions.py", "module._codegen"): "LibCST's public way to positions costs ten times as much",
    ("src/lambdatwin/server.py", "os._exit"): "a documented function of Python",
    ("src/lambdatwin/observability/watchdog.py", "sys._current_frames"): "a documented function of Python",
    ("src/lambdatwin/lambda_runtime/executors/worker.py", "os._exit"): "a documented function of Python",
}


# Documented, in spite of their names (`collections.namedtuple`).
NAMED_TUPLE = frozenset(("_replace", "_asdict", "_fields", "_make"))


def private_uses(tree: ast.Module, own: frozenset[str]) -> Iterator[str]:
    """Private names of other packages: imported; read from `self` and not defined in `own`; read from another object
    and not set by a class of the same file, whose instances may read each other's."""
    here = frozenset(node.attr for node in ast.walk(tree) if _is_set_on_self(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"from {node.module} import {alias.name}" for alias in node.names if _is_private(alias.name))
        elif isinstance(node, ast.Attribute) and _is_private(node.attr):
            known = own if _is_named(node.value, "self", "cls") else here | NAMED_TUPLE
            if node.attr not in known:
                yield ast.unparse(node)


def private_definitions(tree: ast.Module) -> Iterator[str]:
    """What the functions, classes and attributes of a file are called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif _is_set_on_self(node):
            yield node.attr


def _is_set_on_self(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_named(node.value, "self")


def _is_named(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_no_private_name_of_another_package_is_used() -> None:
    files = [file for folder in ("src", "codegen") for file in (ROOT / folder).rglob("*.py")]
    trees = {file.relative_to(ROOT).as_posix(): _tree(file) for file in files}
    own = frozenset(name for tree in trees.values() for name in private_definitions(tree))
    assert {(file, use) for file, tree in trees.items() for use in private_uses(tree, own)} == set(USED_ALL_THE_SAME)


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("from uvicorn import _types", ["from uvicorn import _types"]),
        ("pool._pool.get()", ["pool._pool"]),
        ("class A(B):\n def f(self): super()._get()", ["super()._get"]),
        ("class A(B):\n def f(self): return self._context", ["self._context"]),
        ("class A:\n def f(self, other):\n  self._x = 1\n  return other._x", []),
        ("class A:\n _x = 1\n def _y(self): return self._x, self._y()", []),
        ("row._replace(a=1); x.__class__; from . import __main__", []),
    ],
)
def test_a_private_name_is_seen(source: str, uses: list[str]) -> None:
    tree = ast.parse(source)
    assert list(private_uses(tree, frozenset(private_definitions(tree)))) == uses


def test_the_shell_stays_thin() -> None:
    lines = [len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / "src/runtimes").rglob("*.py")]
    assert sum(lines) <= MOST_SHELL_LINES


def test_a_production_start_loads_nothing_of_development() -> None:
    program = (
        "from src.runtimes.fastapi.project import MenuPlanning\n"
        "from src.lambdatwin.app import create_app\n"
        "import src.lambdatwin.cli, src.lambdatwin.server\n"
        "create_app(MenuPlanning())\n"
        "import sys; print(*sorted(sys.modules))"
    )
    settings = {
        "ENVIRONMENT": "production",
        "DATABASE_URL": "postgresql://app@db.example/app",
        "COGNITO_USER_POOL_ID": "eu-west-1_abcdefgh1",
        "COGNITO_CLIENT_ID": "3k2j1h4g5f6d7s8a9p0o",
    }
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=kept | settings, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stdout.split()
    assert "src.lambdatwin.endpoint" in loaded
    own = [name for name in loaded if name.startswith(("src.", "codegen", "generated"))]
    unwanted = re.compile(r"\b(devtools|parity|seed|examples|codegen)\b")
    assert [name for name in own if unwanted.search(name)] == []

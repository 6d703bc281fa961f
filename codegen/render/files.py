"""From endpoints to files in memory: views, templates, one formatting process, a header with the content's hash."""

import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..declarations import SourceKind
from ..model import Endpoint, Operation
from .faults import RenderError
from .functions import FUNCTIONS, constants_of, functions_view
from .literals import comment
from .modules import module_views, registry_view

TITLE = "# Generated from Lambda handlers: change those, or the templates, and generate this file again."
CONTENT = "# Content: sha256:"
MANIFEST = "manifest.json"
REGISTRY = "registry.py"
LINE_LENGTH = "120"


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """`path` is relative to the output folder."""

    path: str
    text: str


def render(
    endpoints: tuple[Endpoint, ...],
    ports: str,
    folder: str,
    templates: tuple[Path, ...],
    known: dict[str, str] | None = None,
    payload: str = "1.0",
) -> list[GeneratedFile]:
    """All files of the output folder, sorted by path; `known` keeps what was formatted before.

    `folder` is the name of the folders with handlers, `payload` the format of their events.
    """
    from .printing import Printer

    printer = Printer(templates)
    views = module_views(endpoints, ports, folder)
    sources: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for view in views:
        texts[view.path] = printer.text(_template(view.path), view=view, payload=payload)
        sources[view.path] = view.sources
    registry = registry_view(endpoints, views)
    package, _, ports_name = ports.rpartition(".")
    texts[REGISTRY] = printer.text(_template(REGISTRY), view=registry, ports_package=package, ports_name=ports_name)
    sources[REGISTRY] = ()
    operations = [one for one in endpoints if isinstance(one, Operation) and one.declared is not None]
    if operations:
        functions = functions_view(operations, constants_of(operations))
        texts[FUNCTIONS] = printer.text(
            _template(FUNCTIONS), view=functions, ports_package=package, ports_name=ports_name
        )
        sources[FUNCTIONS] = functions.sources
    for context in sorted({view.context for view in views}):
        texts[f"{context}/__init__.py"] = f'"""Routes of {comment(context)}."""\n'
        sources[f"{context}/__init__.py"] = ()
    texts["__init__.py"] = '"""Generated routers: `registry` lists them."""\n'
    sources["__init__.py"] = ()
    files = [GeneratedFile(path, _headed(path, text, sources[path])) for path, text in _settled(texts, known).items()]
    return sorted([*files, manifest(files, endpoints)], key=lambda file: file.path)


def _template(path: str) -> str:
    return f"{path}.j2" if path in (REGISTRY, FUNCTIONS) else "module.py.j2"


def _settled(texts: dict[str, str], known: dict[str, str] | None) -> dict[str, str]:
    """Formatted texts: new ones by ruff, the others as they came out the last time."""
    if known is None:
        return formatted(texts)
    new = {path: text for path, text in texts.items() if text not in known}
    fresh = formatted(new) if new else {}
    kept = {text: fresh[path] if path in fresh else known[text] for path, text in texts.items()}
    known.clear()
    known |= kept
    return {path: kept[text] for path, text in texts.items()}


def formatted(texts: dict[str, str]) -> dict[str, str]:
    """The same files as ruff formats them, without any configuration, in one process."""
    from ruff import find_ruff_bin  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="codegen-", dir=_scratch()) as folder:
        for path, text in texts.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        command = [
            find_ruff_bin(),
            "format",
            "--isolated",
            "--no-cache",
            "--quiet",
            "--line-length",
            LINE_LENGTH,
        ]
        done = subprocess.run(
            [*command, "--target-version", "py312", folder], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            for path, text in texts.items():
                _compiled(path, text)
            said = done.stderr.replace(folder + os.sep, "").strip()
            raise RenderError(_template(""), 1, f"ruff refuses the code that it prints: {said}")
        return {path: Path(folder, path).read_text(encoding="utf-8") for path in texts}


def _scratch() -> str | None:
    """A folder in memory where there is one: removing a thousand files from a disk costs more than writing them."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108 - mkdtemp makes a private folder


def _headed(path: str, text: str, sources: tuple[str, ...]) -> str:
    lines = [TITLE]
    if sources:
        lines += ["# Sources:", *(f"#   {comment(source)}" for source in sources)]
    whole = "\n".join([*lines, f"{CONTENT}{content_hash(text)}", text])
    _compiled(path, whole)
    return whole


def _compiled(path: str, text: str) -> None:
    try:
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = f" in `{error.text.strip()}`" if error.text else ""
        raise RenderError(_template(path), 1, f"{path} does not compile: {error.msg}{line}") from error
    except (ValueError, RecursionError) as error:
        raise RenderError(_template(path), 1, f"{path} does not compile: {error}") from error


def content_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def manifest(files: list[GeneratedFile], endpoints: tuple[Endpoint, ...]) -> GeneratedFile:
    """The files by path with their hashes, which a later run may remove; and what was found, by source."""
    table = {file.path: content_hash(file.text) for file in sorted(files, key=lambda file: file.path)}
    operations = [endpoint for endpoint in endpoints if isinstance(endpoint, Operation) and endpoint.is_route]
    kinds = [SourceKind.DOCSTRINGS if one.declared is None else one.declared.source for one in operations]
    found = {
        "routes": {kind.value: kinds.count(kind) for kind in sorted(set(kinds))},
        "handlers": len({(operation.module, operation.function) for operation in operations}),
    }
    return GeneratedFile(MANIFEST, json.dumps({**found, "files": table}, indent=2, ensure_ascii=True) + "\n")

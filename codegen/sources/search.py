"""Sources that are found by their names, in the root only: a table further down belongs to something else."""

import os
import re
from collections.abc import Iterator

from ..declarations import Source, SourceKind
from ..discovery import Files

TEMPLATES = ("template.yaml", "template.yml", "template.json")
SERVERLESS = ("serverless.yml", "serverless.yaml", "serverless.json")
NAMES = {
    SourceKind.ROUTES: ("routes.toml",),
    SourceKind.SAM: TEMPLATES,
    SourceKind.CLOUDFORMATION: TEMPLATES,
    SourceKind.CDK: ("cdk.json", "cdk.out"),
    SourceKind.SERVERLESS: SERVERLESS,
}
PACKAGED = ".serverless/cloudformation-template-update-stack.json"


def search(files: Files) -> tuple[Source, ...]:
    """The tables of a code base, by their authority. Build output yields to what it is built from."""
    names = frozenset(files.names(""))
    found: list[Source] = []
    if "routes.toml" in names:
        found.append(Source(SourceKind.ROUTES, "routes.toml", "routes.toml lies in the root"))
    for name in TEMPLATES:
        kind = _template(files.read(name)) if name in names else None
        if kind is not None:
            found.append(Source(kind, name, f"{name} lies in the root"))
            break
    if "cdk.json" in names or files.is_folder("cdk.out"):
        path = "cdk.json" if "cdk.json" in names else "cdk.out"
        found.append(Source(SourceKind.CDK, path, f"{path} lies in the root"))
    for name in SERVERLESS:
        if name in names:
            found.append(Source(SourceKind.SERVERLESS, name, f"{name} lies in the root"))
            return tuple(found)
    if files.state(PACKAGED) is not None:
        reason = "what `sls package` wrote lies in the root, and no serverless.yml"
        found.append(Source(SourceKind.CLOUDFORMATION, PACKAGED, reason))
    return tuple(found)


def _template(source: bytes | None) -> SourceKind | None:
    """The kind of a template; None for a file that only has such a name."""
    if source is None or b"Resources" not in source:
        return None
    return SourceKind.SAM if b"AWS::Serverless" in source else SourceKind.CLOUDFORMATION


_LIBRARIES = (b"chalice", b"aws_lambda_powertools")
# The module of an entry may import nothing but the app.
_RUNS = re.compile(rb"\.resolve(?:\(\s*event|\s*$)", re.MULTILINE)
_CLASSES = rb"Chalice|APIGatewayRestResolver|APIGatewayHttpResolver|ApiGatewayResolver"
_RENAMED = re.compile(rb"\b(?:%b)\s+as\s+(\w+)" % _CLASSES)
_APP = rb"^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(?:%b)\("
_PASSED_OVER = frozenset(("node_modules", "__pycache__", "site-packages", "venv", "cdk.out"))
_PASSED_OVER |= {"build", "dist", "target", "out", "test", "tests"}


def search_code(files: Files, folders: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[Source, ...]:
    """The source of decorators, if some module makes an app of Chalice or Powertools."""
    for path in decorated_modules(files, folders, exclude):
        source = files.read(path) or b""
        classes = b"|".join([_CLASSES, *_RENAMED.findall(source)])
        if re.search(_APP % classes, source, re.MULTILINE):
            return (Source(SourceKind.DECORATORS, path, f"{path} makes an app"),)
    return ()


def decorated_modules(files: Files, folders: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[str, ...]:
    """Modules that import a library with decorators of routes, or run its apps: in no hidden, build or test folder."""
    left_out = {path.strip("/") for path in exclude}
    found = {path for folder in folders for path in _modules(files, folder.strip("/").removeprefix("./"), left_out)}
    return tuple(path for path in sorted(found) if _is_of_app(files.read(path) or b""))


def _is_of_app(source: bytes) -> bool:
    return any(word in source for word in _LIBRARIES) or _RUNS.search(source) is not None


# What declares routes in a way that is not read, by the end of a file's name.
_OTHERS = {
    ".tf": "Terraform",
    ".tf.json": "Terraform",
    "cdktf.json": "Terraform",
    "Pulumi.yaml": "Pulumi",
    "sst.config.ts": "SST",
}
_OTHER_APP = re.compile(
    rb"^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)*((?:ALB|LambdaFunctionUrl|Bedrock\w*|VPCLattice\w*|AppSync\w*)Resolver)\(",
    re.MULTILINE,
)
_TOLD = 3


def instead(files: Files, folders: tuple[str, ...], exclude: tuple[str, ...]) -> Iterator[str]:
    """What to do about that which a code base without a table in its root has: tables further down, what is not read,
    and functions that no API Gateway calls."""
    found = sorted(_paths(files, ".", {path.strip("/") for path in exclude}))
    tables = [path for path in found if _is_table(files, path)]
    if tables:
        name = _some(tables, "or")
        yield f"name {name} as a route_source, or the folder with --root: a table is looked for in the root only"
    unread = {f"{kind} ({path})" for kind, path in _unread(found).items()}
    if unread:
        yield f"routes of {_some(sorted(unread), 'and')} are not read: write them into routes.toml"
    others = [
        f"{path} ({app[1].decode()})"
        for path in decorated_modules(files, folders, exclude)
        if (app := _OTHER_APP.search(files.read(path) or b"")) is not None
    ]
    if others:
        yield f"no API Gateway calls the app of {_some(others, 'and')}: it is not served"


def _is_table(files: Files, path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in (*SERVERLESS, "cdk.json", "routes.toml") or (
        name in TEMPLATES and _template(files.read(path)) is not None
    )


def _unread(paths: list[str]) -> dict[str, str]:
    return {kind: path for path in reversed(paths) for end, kind in _OTHERS.items() if path.endswith(end)}


def _some(said: list[str], word: str) -> str:
    more = [f"{len(said) - _TOLD} more"] if len(said) > _TOLD else []
    return f" {word} ".join([*said[:_TOLD], *more])


def _modules(files: Files, start: str, left_out: set[str]) -> Iterator[str]:
    return (path for path in _paths(files, start, left_out) if path.endswith(".py"))


def _paths(files: Files, start: str, left_out: set[str]) -> Iterator[str]:
    top = os.fspath(files.root)
    for at, folders, names in os.walk(os.path.join(top, "" if start == "." else start)):
        inner = os.path.relpath(at, top).replace(os.sep, "/")
        prefix = "" if inner == "." else f"{inner}/"
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in _PASSED_OVER and f"{prefix}{name}" not in left_out
        ]
        yield from (f"{prefix}{name}" for name in names if not name.startswith("."))

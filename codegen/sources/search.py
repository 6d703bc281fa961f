"""Sources that are found by their names, in the root only: a table further down belongs to something else."""

from ..declarations import Source, SourceKind
from ..discovery import Files

TEMPLATES = ("template.yaml", "template.yml")
SERVERLESS = ("serverless.yml", "serverless.yaml")
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

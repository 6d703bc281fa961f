"""A case is one file: a small project, its routes, and the findings of the generator.

Sections begin with `--- NAME`: files by their paths, `handlers` (files that are made with empty functions), `routes` and
`findings`. A route is written `API PAYLOAD METHOD PATH FILE:FUNCTION AUTHORIZER SCOPES`.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from codegen.codebase import Target
from codegen.declarations import (
    ApiKey,
    Authorizer,
    Cognito,
    Handler,
    Iam,
    Jwt,
    LambdaAuthorizer,
    Public,
    Route,
    Unresolved,
)
from codegen.diagnostics import Finding, Point
from codegen.pipeline import Pipeline
from codegen.routing.precedence import Linked
from codegen.settings import load_settings

HERE = Path(__file__).parent
_SECTION = re.compile(r"^--- (.+)\n", re.MULTILINE)
_TRUTH = ("handlers", "routes", "findings", "requests")


@dataclass(frozen=True, slots=True)
class Case:
    sections: dict[str, str]

    def lay(self, root: Path) -> None:
        """Writes the project; `{root}` in a file is the folder, `{python}` the interpreter."""
        for path, text in self.sections.items():
            if path not in _TRUTH:
                text = text.replace("{root}", root.resolve().as_posix()).replace("{python}", sys.executable)
                write(root / path, text)
        functions: dict[str, list[str]] = {}
        for line in self.lines("handlers"):
            path, _, function = line.rpartition(":")
            functions.setdefault(path, []).append(f"def {function}(event, context):\n    return {{'statusCode': 200}}\n")
        for path, bodies in functions.items():
            write(root / path, "\n\n".join(bodies))

    def lines(self, section: str) -> list[str]:
        return self.sections.get(section, "").split("\n")[:-1] if self.sections.get(section, "").strip() else []

    def truth(self) -> tuple[list[str], list[str]]:
        return sorted(self.lines("routes")), sorted(self.lines("findings"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def case(path: Path) -> Case:
    _, *parts = _SECTION.split(path.read_text(encoding="utf-8"))
    return Case(dict(zip(parts[::2], (part.rstrip("\n") + "\n" for part in parts[1::2]), strict=True)))


def cases() -> list[Path]:
    return sorted(HERE.glob("*/*.txt"))


def linked(root: Path) -> Linked:
    """What the generator makes of a project."""
    return Pipeline(Target(root, root / "generated", load_settings(root), cache=False)).declared()


def said(found: Linked) -> tuple[list[str], list[str]]:
    """Routes and findings as a case writes them."""
    return sorted(map(route_line, found.routes)), sorted(map(finding_line, found.findings))


def route_line(route: Route) -> str:
    parts = [route.api.name or "-", route.payload, route.method, route.path, handler_text(route.handler)]
    parts += [authorizer_text(route.authorizer) + ("+key" if route.needs_key else ""), *route.scopes]
    return " ".join(parts)


def handler_text(handler: Handler | Unresolved) -> str:
    if isinstance(handler, Unresolved):
        return "?"
    layers = "".join(f"+{layer}" for layer in handler.layers)
    return f"{handler.code_root or '.'}{layers}|{handler.file}:{handler.function}"


def authorizer_text(authorizer: Authorizer) -> str:
    match authorizer:
        case Public():
            return "public"
        case Iam():
            return "iam"
        case ApiKey():
            return "key"
        case Unresolved():
            return "unknown"
        case Cognito(name=name, pools=pools, identity=identity):
            return f"cognito({name},{len(pools)}){identity and f'@{identity}'}"
        case Jwt(name=name, issuer=issuer, audience=audience, identity=identity):
            told = f"{name},{issuer or '?'},{'+'.join(one or '?' for one in audience)}"
            return f"jwt({told}){identity and f'@{identity}'}"
        case LambdaAuthorizer(name=name, form=form):
            more = "simple" if authorizer.simple else authorizer.payload
            return f"lambda({name},{form},{handler_text(authorizer.handler)},{more})"


def finding_line(finding: Finding) -> str:
    point = finding.point or Point(1, 1, 1)
    return f"{finding.code} {finding.spot.path}:{point.line}"

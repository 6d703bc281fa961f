"""What the command prints: findings, drift and a last line, in colour on a terminal."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum

import typer

from .. import emit
from ..diagnostics import Finding, Severity
from ..discovery import shown
from ..pipeline import Pipeline
from .report import (
    change_as_annotation,
    change_as_object,
    dumped,
    finding_as_annotation,
    finding_as_object,
    finding_as_text,
)

FINDINGS, USAGE = 1, 2


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Manner:
    """How findings are told, and which of them count."""

    format: Format = Format.TEXT
    strict: bool = False
    notes: bool = False

    def blocking(self, findings: tuple[Finding, ...]) -> bool:
        refused = (Severity.ERROR, Severity.WARNING) if self.strict else (Severity.ERROR,)
        return any(finding.severity in refused for finding in findings)

    def shown(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """All but the notes, which ask for nothing to be done, unless they are asked for."""
        return tuple(f for f in findings if self.notes or f.severity is not Severity.NOTE)

    def hidden(self, findings: tuple[Finding, ...]) -> str:
        """How many notes are not shown."""
        count = len(findings) - len(self.shown(findings))
        return f"({count} note{'s' * (count > 1)}, shown with --notes)" if count else ""


def finish(
    pipeline: Pipeline, findings: tuple[Finding, ...], changes: tuple[emit.Change, ...], manner: Manner, summary: str
) -> int:
    """Tells what was found and what differs; the exit code."""
    folder = shown(pipeline.target.out, pipeline.target.root)  # so that a diff applies in the root
    if manner.format is Format.JSON:
        drift = [change_as_object(change, folder) for change in changes]
        print(dumped({"summary": summary, "findings": [finding_as_object(f) for f in findings], "drift": drift}))
    elif manner.format is Format.GITHUB:
        for finding in manner.shown(findings):
            print(finding_as_annotation(finding))
        for change in changes:
            print(change_as_annotation(change, folder))
    else:
        for finding in manner.shown(findings):
            typer.echo(f"{finding_as_text(finding, pipeline.files.read, painted)}\n", color=coloured())
        for change in changes:
            print(f"{folder}/{change.path}: {change.drift.value}", change.diff(folder), sep="\n")
        print(summary, manner.hidden(findings), sep=" " if manner.hidden(findings) else "")
    return exit_code(findings, manner, changes)


def exit_code(findings: tuple[Finding, ...], manner: Manner, changes: tuple[emit.Change, ...] = ()) -> int:
    """A code base without a route is wrong usage: the root or a setting is not what was meant."""
    if any(finding.code == "CG150" for finding in findings):
        return USAGE
    return FINDINGS if changes or manner.blocking(findings) else 0


def painted(text: str, colour: str) -> str:
    return typer.style(text, fg=colour, bold=True)


def coloured() -> bool | None:
    """Not where NO_COLOR is set, always where FORCE_COLOR is; else (None) on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def tell_beside(pipeline: Pipeline, findings: tuple[Finding, ...], manner: Manner) -> None:
    """Findings on the standard error, beside a table on the standard output."""
    for finding in manner.shown(findings):
        if manner.format is Format.GITHUB:
            print(finding_as_annotation(finding), file=sys.stderr)
        else:
            typer.echo(finding_as_text(finding, pipeline.files.read, painted), err=True, color=coloured())
    if manner.format is Format.TEXT and (hidden := manner.hidden(findings)):
        print(hidden, file=sys.stderr)

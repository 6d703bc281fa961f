"""`python -m codegen generate | check | routes | watch`: arguments, printing, exit codes."""

import hashlib
import signal
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from . import emit
from .codebase import Target
from .diagnostics import Finding, Severity
from .memory import Memory
from .pipeline import Outcome, Pipeline
from .records import RunRecord
from .report import (
    change_as_annotation,
    change_as_object,
    dumped,
    finding_as_annotation,
    finding_as_object,
    finding_as_text,
    routes_as_objects,
    routes_as_table,
)
from .route_report import declared_as_objects, declared_as_table, routes_of, sources_as_text
from .settings import SettingsError, load_settings

FINDINGS, USAGE = 1, 2
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Writes FastAPI routes for Lambda handlers.")


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class Written(StrEnum):
    TOML = "toml"


Root = Annotated[Path, typer.Option("--root", help="The code base to read.")]
Out = Annotated[Path | None, typer.Option("--out", help="The folder to write; by default the settings' output.")]
As = Annotated[Format, typer.Option("--format", help="How findings are printed.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A line of [tool.codegen], as TOML; may be given several times."),
]
Notes = Annotated[bool, typer.Option("--notes", help="Show notes too, not only how many there are.")]
WrittenAs = Annotated[Written | None, typer.Option("--as", help="Write the routes as a routes file.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")]


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


def main() -> None:
    app()


@app.command()
def generate(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    notes: Notes = False,
    force: Force = False,
    no_cache: NoCache = False,
    given: Set = None,
) -> None:
    """Write the routes."""
    target = _target(root, out, no_cache, given)
    raise typer.Exit(generate_once(target, Manner(format, strict, notes), force))


def generate_once(target: Target, manner: Manner, force: bool, memory: Memory | None = None) -> int:
    """One generation; the exit code."""
    pipeline = Pipeline(target, memory=memory)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        return _finish(pipeline, record.findings, (), manner, f"{target.out}: {record.routes} routes, unchanged")
    outcome = pipeline.run()
    if manner.blocking(outcome.findings) or outcome.files is None:
        return _finish(pipeline, outcome.findings, (), manner, "nothing was written")
    changes = _plan(target, outcome)
    edited = tuple(change for change in changes if change.drift is emit.Drift.HAND_EDITED)
    if edited and not force:
        summary = "nothing was written: some files were edited by hand (--force overwrites them)"
        return _finish(pipeline, outcome.findings, edited, manner, summary)
    _apply(target, changes)
    removed = sum(change.after is None for change in changes)
    summary = f"{target.out}: {outcome.routes} routes; {len(changes) - removed} files written, {removed} removed"
    return _finish(pipeline, outcome.findings, (), manner, summary)


@app.command()
def check(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    notes: Notes = False,
    no_cache: NoCache = False,
    given: Set = None,
) -> None:
    """Compare the routes with what would be written; write nothing."""
    manner = Manner(format, strict, notes)
    target = _target(root, out, no_cache, given)
    pipeline = Pipeline(target)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        raise typer.Exit(_finish(pipeline, record.findings, (), manner, f"{target.out}: up to date"))
    outcome = pipeline.run()
    changes = _plan(target, outcome) if outcome.files is not None else ()
    summary = (
        f"{target.out}: {len(changes)} files differ; run `make generate`" if changes else f"{target.out}: up to date"
    )
    summary = f"{target.out}: not compared" if outcome.files is None else summary
    raise typer.Exit(_finish(pipeline, outcome.findings, changes, manner, summary))


@app.command()
def routes(
    root: Root = Path("."),
    format: As = Format.TEXT,
    strict: Strict = False,
    notes: Notes = False,
    no_cache: NoCache = False,
    given: Set = None,
    written_as: WrittenAs = None,
) -> None:
    """Print the table of endpoints; findings go to the standard error."""
    manner = Manner(format, strict, notes)
    pipeline = Pipeline(_target(root, None, no_cache, given))
    findings = _printed_routes(pipeline, format, written_as)
    for finding in manner.shown(findings):
        text = (
            finding_as_annotation(finding) if format is Format.GITHUB else finding_as_text(finding, pipeline.files.read)
        )
        print(text, file=sys.stderr)
    if format is Format.TEXT and (hidden := manner.hidden(findings)):
        print(hidden, file=sys.stderr)
    raise typer.Exit(FINDINGS if manner.blocking(findings) else 0)


def _printed_routes(pipeline: Pipeline, format: Format, written_as: "Written | None") -> tuple[Finding, ...]:
    """Prints the routes, of tables or of docstrings; returns the findings."""
    if pipeline.is_declared:
        linked = pipeline.declared()
        found, findings, rows = linked.routes, linked.findings, declared_as_objects(linked.routes)
        print(sources_as_text(source for source, _ in pipeline.sources), file=sys.stderr)
        table = declared_as_table
    else:
        endpoints, findings = pipeline.read()
        found = routes_of(endpoints, pipeline.target, pipeline.base.module_root())
        rows, table = routes_as_objects(endpoints), routes_as_table
    if written_as is Written.TOML:
        from .sources.routes_file import written

        print(written(found), end="")
    else:
        print(dumped(rows) if format is Format.JSON else table(rows))
    return findings


@app.command()
def watch(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    notes: Notes = False,
    force: Force = False,
    given: Set = None,
) -> None:
    """Write the routes again whenever a handler, a schema or a template changes, until interrupted."""
    from .watch import watch_for_changes

    # Also where somebody's shell has started us with interrupts ignored, as it does with `&` in a script.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    memory = Memory()

    def settle() -> Target:
        return _settled(root, out, False, given)

    def again(target: Target) -> int:
        return generate_once(target, Manner(format, notes=notes), force, memory)

    watch_for_changes(_target(root, out, False, given), settle, again, memory)


def _target(root: Path, out: Path | None, no_cache: bool, given: list[str] | None) -> Target:
    if not root.is_dir():
        _usage(f"{root} is no folder")
    try:
        return _settled(root, out, no_cache, given)
    except SettingsError as error:
        _usage(str(error))


def _settled(root: Path, out: Path | None, no_cache: bool, given: list[str] | None) -> Target:
    settings = load_settings(root, given or ())
    return Target(root, out if out is not None else root / settings.output, settings, not no_cache)


def _usage(message: str) -> NoReturn:
    print(f"codegen: {message}", file=sys.stderr)
    raise typer.Exit(USAGE)


def _plan(target: Target, outcome: Outcome) -> tuple[emit.Change, ...]:
    from .render.files import content_hash

    files = [emit.Wanted(file.path, file.text) for file in outcome.files or ()]
    try:
        return emit.plan(target.out, files, content_hash)
    except (emit.UnsafePath, OSError) as error:
        _usage(f"{target.out} cannot be compared: {error}")


def _apply(target: Target, changes: tuple[emit.Change, ...]) -> None:
    try:
        emit.apply(target.out, changes)
    except (emit.UnsafePath, OSError) as error:
        _usage(f"{target.out} cannot be written: {error}")


def _is_written(target: Target, record: RunRecord) -> bool:
    """Whether the output folder already holds, byte for byte, what the recorded run gave."""
    if record.outputs is None:
        return False
    for path, digest in record.outputs.items():
        try:
            data = (target.out / path).read_bytes()
        except OSError:
            return False
        if hashlib.sha256(data).hexdigest() != digest:
            return False
    return True


def _finish(
    pipeline: Pipeline, findings: tuple[Finding, ...], changes: tuple[emit.Change, ...], manner: Manner, summary: str
) -> int:
    """Tells what was found and what differs; the exit code."""
    folder = _folder(pipeline.target)
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
            print(finding_as_text(finding, pipeline.files.read), end="\n\n")
        for change in changes:
            print(f"{folder}/{change.path}: {change.drift.value}", change.diff(folder), sep="\n")
        print(summary, manner.hidden(findings), sep=" " if manner.hidden(findings) else "")
    return FINDINGS if changes or manner.blocking(findings) else 0


def _folder(target: Target) -> str:
    """The output folder as the root names it, so that a diff applies there; as it was given where it lies elsewhere."""
    try:
        return target.out.resolve().relative_to(target.root.resolve()).as_posix()
    except ValueError:
        return target.out.as_posix()

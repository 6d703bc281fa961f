"""`python -m codegen generate | check | routes | watch`: arguments, printing, exit codes."""

import hashlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from codegen import emit
from codegen.diagnostics import Finding, Severity
from codegen.memory import Memory
from codegen.pipeline import Outcome, Pipeline, RunRecord, Target
from codegen.report import (
    change_as_annotation,
    change_as_object,
    dumped,
    finding_as_annotation,
    finding_as_object,
    finding_as_text,
    routes_as_objects,
    routes_as_table,
)
from codegen.settings import SettingsError, load_settings

FINDINGS, USAGE = 1, 2
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Writes FastAPI routes for Lambda handlers.")


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


Root = Annotated[Path, typer.Option("--root", help="The code base to read.")]
Out = Annotated[Path | None, typer.Option("--out", help="The folder to write; by default the settings' output.")]
As = Annotated[Format, typer.Option("--format", help="How findings are printed.")]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A line of [tool.codegen], as TOML; may be given several times."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")]


def main() -> None:
    app()


@app.command()
def generate(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    force: Force = False,
    no_cache: NoCache = False,
    given: Set = None,
) -> None:
    """Write the routes."""
    target = _target(root, out, no_cache, given)
    raise typer.Exit(generate_once(target, format, strict, force))


def generate_once(target: Target, format: Format, strict: bool, force: bool, memory: Memory | None = None) -> int:
    """One generation; the exit code."""
    pipeline = Pipeline(target, memory=memory)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        return _finish(
            pipeline, record.findings, (), format, strict, f"{target.out}: {record.routes} routes, unchanged"
        )
    outcome = pipeline.run()
    if _blocking(outcome.findings, strict) or outcome.files is None:
        return _finish(pipeline, outcome.findings, (), format, strict, "nothing was written")
    changes = _plan(target, outcome)
    edited = tuple(change for change in changes if change.drift is emit.Drift.HAND_EDITED)
    if edited and not force:
        summary = "nothing was written: some files were edited by hand (--force overwrites them)"
        return _finish(pipeline, outcome.findings, edited, format, strict, summary)
    emit.apply(target.out, changes)
    removed = sum(change.after is None for change in changes)
    summary = (
        f"{target.out}: {len(outcome.endpoints)} routes; {len(changes) - removed} files written, {removed} removed"
    )
    return _finish(pipeline, outcome.findings, (), format, strict, summary)


@app.command()
def check(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    no_cache: NoCache = False,
    given: Set = None,
) -> None:
    """Compare the routes with what would be written; write nothing."""
    target = _target(root, out, no_cache, given)
    pipeline = Pipeline(target)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        raise typer.Exit(_finish(pipeline, record.findings, (), format, strict, f"{target.out}: up to date"))
    outcome = pipeline.run()
    changes = _plan(target, outcome) if outcome.files is not None else ()
    summary = (
        f"{target.out}: {len(changes)} files differ; run `make generate`" if changes else f"{target.out}: up to date"
    )
    raise typer.Exit(_finish(pipeline, outcome.findings, changes, format, strict, summary))


@app.command()
def routes(
    root: Root = Path("."),
    format: As = Format.TEXT,
    strict: Strict = False,
    no_cache: NoCache = False,
    given: Set = None,
) -> None:
    """Print the table of endpoints; findings go to the standard error."""
    target = _target(root, None, no_cache, given)
    pipeline = Pipeline(target)
    endpoints, findings = pipeline.read()
    rows = routes_as_objects(endpoints)
    print(dumped(rows) if format is Format.JSON else routes_as_table(rows))
    for finding in findings:
        text = (
            finding_as_annotation(finding) if format is Format.GITHUB else finding_as_text(finding, pipeline.files.read)
        )
        print(text, file=sys.stderr)
    raise typer.Exit(FINDINGS if _blocking(findings, strict) else 0)


@app.command()
def watch(
    root: Root = Path("."), out: Out = None, format: As = Format.TEXT, force: Force = False, given: Set = None
) -> None:
    """Write the routes again whenever a handler, a schema or a template changes, until interrupted."""
    from codegen.watch import watch_for_changes

    memory = Memory()

    def settle() -> Target:
        return _settled(root, out, False, given)

    def again(target: Target) -> int:
        return generate_once(target, format, False, force, memory)

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
    from codegen.render.files import content_hash

    files = [emit.Wanted(file.path, file.text) for file in outcome.files or ()]
    return emit.plan(target.out, files, content_hash)


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


def _blocking(findings: tuple[Finding, ...], strict: bool) -> bool:
    refused = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return any(finding.severity in refused for finding in findings)


def _finish(
    pipeline: Pipeline,
    findings: tuple[Finding, ...],
    changes: tuple[emit.Change, ...],
    format: Format,
    strict: bool,
    summary: str,
) -> int:
    folder = pipeline.target.out.as_posix()
    if format is Format.JSON:
        table = {"findings": [finding_as_object(f) for f in findings], "drift": [change_as_object(c) for c in changes]}
        print(dumped({"summary": summary, **table}))
    elif format is Format.GITHUB:
        for finding in findings:
            print(finding_as_annotation(finding))
        for change in changes:
            print(change_as_annotation(change, folder))
    else:
        for finding in findings:
            print(finding_as_text(finding, pipeline.files.read), end="\n\n")
        for change in changes:
            print(f"{folder}/{change.path}: {change.drift.value}", change.diff(), sep="\n")
        print(summary)
    return FINDINGS if changes or _blocking(findings, strict) else 0

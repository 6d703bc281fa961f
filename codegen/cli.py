"""`generate | check | routes | watch | explain`: arguments, printing, exit codes."""

import hashlib
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from . import emit
from .codebase import Target
from .command.console import USAGE, Format, Manner, exit_code, finish, tell_beside
from .command.explanations import EXPLANATIONS
from .command.report import dumped, routes_as_objects, routes_as_table
from .command.route_report import declared_as_objects, declared_as_table, routes_of, sources_as_text
from .diagnostics import RULES, Finding
from .loading.memory import Memory
from .loading.records import RunRecord
from .pipeline import Outcome, Pipeline
from .program import COMMAND
from .program import version as program_version
from .settings import SettingsError, described_settings, load_settings

_EPILOG = "\n\n".join(
    (
        r"Exit codes: 0 fine, 1 findings or drift, 2 wrong usage.",
        r"Settings, in \[tool.codegen] of pyproject.toml, or as --set KEY=VALUE:",
        *(f"{name} = {default}  {words}".replace("[", r"\[") for name, default, words in described_settings()),
    )
)
app = typer.Typer(
    no_args_is_help=True, help="Writes FastAPI routes for Lambda handlers.", epilog=_EPILOG, rich_markup_mode="rich"
)


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
Templates = Annotated[
    Path | None, typer.Option("--templates", metavar="DIR", help="Templates that come before the generator's own.")
]
Notes = Annotated[bool, typer.Option("--notes", help="Show notes too, not only how many there are.")]
WrittenAs = Annotated[Written | None, typer.Option("--as", help="Write the routes as a routes file.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")]


def main(arguments: list[str] | None = None) -> None:
    """Raises `SystemExit`. `arguments` begin with a command; by default they are those of the process."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `codegen routes | head` ends like any other tool
    app(arguments, prog_name=COMMAND)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"codegen {program_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def explain(code: Annotated[str, typer.Argument(help="A code of a finding, as CG202.")]) -> None:
    """Say why a rule is there, and what to do."""
    rule = RULES.get(code.upper())
    if rule is None:
        _usage(f"{code} is no rule; there are {', '.join(RULES)}")
    print(f"{rule.code} ({rule.severity}): {rule.summary}")
    if rule.code in EXPLANATIONS:
        print(f"\n{EXPLANATIONS[rule.code]}")


@app.command()
def generate(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    notes: Notes = False,
    force: Force = False,
    no_cache: NoCache = False,
    templates: Templates = None,
    given: Set = None,
) -> None:
    """Write the routes."""
    target = _target(root, out, no_cache, given, templates)
    raise typer.Exit(generate_once(target, Manner(format, strict, notes), force))


def generate_once(target: Target, manner: Manner, force: bool, memory: Memory | None = None) -> int:
    """One generation; the exit code."""
    pipeline = Pipeline(target, memory=memory)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        return finish(pipeline, record.findings, (), manner, f"{target.out}: {record.routes} routes, unchanged")
    outcome = pipeline.run()
    if manner.blocking(outcome.findings) or outcome.files is None:
        return finish(pipeline, outcome.findings, (), manner, "nothing was written")
    changes = _plan(target, outcome)
    kept = tuple(change for change in changes if change.drift in (emit.Drift.HAND_EDITED, emit.Drift.FOREIGN))
    if kept and not force:
        return finish(pipeline, outcome.findings, kept, manner, _refusal(kept))
    _apply(target, changes)
    removed = sum(change.after is None for change in changes)
    summary = f"{target.out}: {outcome.routes} routes; {len(changes) - removed} files written, {removed} removed"
    return finish(pipeline, outcome.findings, (), manner, summary)


def _refusal(kept: tuple[emit.Change, ...]) -> str:
    if any(change.drift is emit.Drift.FOREIGN for change in kept):
        why = "some files are not the generator's: name another folder as `output` in [tool.codegen]"
    else:
        why = "some files were edited by hand"
    return f"nothing was written: {why} (--force overwrites them)"


@app.command()
def check(
    root: Root = Path("."),
    out: Out = None,
    format: As = Format.TEXT,
    strict: Strict = False,
    notes: Notes = False,
    no_cache: NoCache = False,
    templates: Templates = None,
    given: Set = None,
) -> None:
    """Compare the routes with what would be written; write nothing."""
    manner = Manner(format, strict, notes)
    target = _target(root, out, no_cache, given, templates)
    pipeline = Pipeline(target)
    record = pipeline.unchanged()
    if record is not None and _is_written(target, record):
        raise typer.Exit(finish(pipeline, record.findings, (), manner, f"{target.out}: up to date"))
    outcome = pipeline.run()
    changes = _plan(target, outcome) if outcome.files is not None else ()
    summary = (
        f"{target.out}: {len(changes)} files differ; run `{COMMAND} generate`"
        if changes
        else f"{target.out}: up to date"
    )
    summary = f"{target.out}: not compared" if outcome.files is None else summary
    raise typer.Exit(finish(pipeline, outcome.findings, changes, manner, summary))


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
    tell_beside(pipeline, findings, manner)
    raise typer.Exit(exit_code(findings, manner))


def _printed_routes(pipeline: Pipeline, format: Format, written_as: Written | None) -> tuple[Finding, ...]:
    """Prints the routes, of tables or of docstrings; returns the findings."""
    if pipeline.is_declared:
        linked = pipeline.declared()
        found, findings, rows = linked.routes, linked.all_findings, declared_as_objects(linked.routes)
        print(sources_as_text(source for source, _ in pipeline.sources), file=sys.stderr)
        table = declared_as_table
    else:
        endpoints, findings = pipeline.read()
        found = routes_of(endpoints, pipeline.target, pipeline.base.module_root())
        places = pipeline.places(endpoints) if format is Format.JSON else {}
        rows, table = routes_as_objects(endpoints, places, pipeline.target.settings.payload), routes_as_table
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
    templates: Templates = None,
    given: Set = None,
) -> None:
    """Write the routes again whenever a handler, a schema or a template changes, until interrupted."""
    from .command.watch import watch_for_changes

    # Also where the shell started this process with interrupts ignored, as it does with `&` in a script.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    memory = Memory()

    def settle() -> Target:
        return _settled(root, out, False, given, templates)

    def again(target: Target) -> int:
        return generate_once(target, Manner(format, notes=notes), force, memory)

    watch_for_changes(_target(root, out, False, given, templates), settle, again, memory)


def _target(
    root: Path, out: Path | None, no_cache: bool, given: list[str] | None, templates: Path | None = None
) -> Target:
    if not root.is_dir():
        _usage(f"{root} is no folder")
    try:
        target = _settled(root, out, no_cache, given, templates)
    except SettingsError as error:
        _usage(str(error))
    if target.templates is not None and not target.templates.is_dir():
        _usage(f"{target.templates} is no folder of templates")
    return target


def _settled(root: Path, out: Path | None, no_cache: bool, given: list[str] | None, templates: Path | None) -> Target:
    settings = load_settings(root, given or ())
    if templates is None and settings.templates is not None:
        templates = root / settings.templates
    return Target(root, out if out is not None else root / settings.output, settings, not no_cache, templates)


def _usage(message: str) -> NoReturn:
    print(f"{COMMAND}: {message}", file=sys.stderr)
    raise typer.Exit(USAGE)


def _plan(target: Target, outcome: Outcome) -> tuple[emit.Change, ...]:
    from .render.files import content_hash

    files = {file.path: file.text for file in outcome.files or ()}
    try:
        return emit.plan(target.out, files, content_hash)
    except (emit.UnsafePath, OSError) as error:
        _usage(f"{target.out} cannot be compared: {_reason(error)}")


def _apply(target: Target, changes: tuple[emit.Change, ...]) -> None:
    try:
        emit.apply(target.out, changes)
    except (emit.UnsafePath, OSError) as error:
        _usage(f"{target.out} cannot be written: {_reason(error)}")


def _reason(error: Exception) -> str:
    told = isinstance(error, OSError) and error.strerror and error.filename
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and told else str(error)


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
    return not any(emit.leftovers(target.out, record.outputs))

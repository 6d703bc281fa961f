"""The one place that knows all rooms: scan, link, render, and what of it is already known from an earlier run."""

import gc
import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.cache import Cache, version
from codegen.diagnostics import Finding, Point, Severity, Spot
from codegen.discovery import Candidate, Files, candidates
from codegen.memory import Memory
from codegen.settings import Settings

if TYPE_CHECKING:
    from codegen.facts import Module
    from codegen.link.endpoint import Reading
    from codegen.model import Endpoint
    from codegen.render.files import GeneratedFile

PROJECT = Path(__file__).resolve().parents[1]
TEMPLATES = PROJECT / "templates"
CACHE = PROJECT / ".local" / "cache" / "codegen"
_IMPORTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """What to read, where to write, by which settings."""

    root: Path
    out: Path
    settings: Settings
    cache: bool = True


@dataclass(frozen=True, slots=True)
class Remembered:
    """A module's reading, with the state of every file that it depended on."""

    states: dict[str, str | None]
    reading: "Reading | None"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A whole run: valid while the same modules stand in the same state. `outputs` are paths with their hashes."""

    key: str
    modules: tuple[str, ...]
    states: dict[str, str | None]
    findings: tuple[Finding, ...]
    routes: int
    outputs: dict[str, str] | None


@dataclass(eq=False, slots=True)
class Stages:
    """Seconds of CPU by stage, for the benchmark."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start


@dataclass(frozen=True, slots=True)
class Outcome:
    """`files` is None after errors. `findings` carry lines and columns, in the order of the files."""

    endpoints: "tuple[Endpoint, ...]"
    findings: tuple[Finding, ...]
    files: "tuple[GeneratedFile, ...] | None"

    @property
    def failed(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)


@contextmanager
def no_collection() -> Iterator[None]:
    """Trees hold no cycles: the collector would walk millions of nodes for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Pipeline:
    """One run over one code base."""

    def __init__(self, target: Target, stages: Stages | None = None, memory: Memory | None = None) -> None:
        self.target = target
        self.stages = stages or Stages()
        self.memory = memory
        self.files = Files(target.root)
        with self.stages.of("find"):
            self.candidates = candidates(
                target.root, target.settings.sources, target.settings.folder, _excluded(target)
            )
            self.contexts, self.siblings = _contexts(target, self.candidates)
            self.key = self._key()
            name = hashlib.blake2b(os.fsencode(os.path.realpath(target.root)), digest_size=12).hexdigest()
            self.cache = Cache(CACHE if target.cache else None, name)

    def _key(self) -> str:
        parts = (version(TEMPLATES), repr(self.target.settings), repr(self.contexts), repr(self.siblings))
        return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()

    def unchanged(self) -> RunRecord | None:
        """The record of an earlier run over the very same files, or None."""
        with self.stages.of("compare"):
            record = self.cache.load("run")
            if not isinstance(record, RunRecord) or record.key != self.key:
                return None
            if record.modules != tuple(candidate.path for candidate in self.candidates):
                return None
            same = all(self.files.state(path) == state for path, state in record.states.items())
            return record if same else None

    def read(self) -> "tuple[tuple[Endpoint, ...], tuple[Finding, ...]]":
        """Endpoints and located findings of the whole code base."""
        with no_collection():
            readings = self._readings()
            from codegen.link import rules

            endpoints = tuple(r.endpoint for r in readings.values() if r is not None and r.endpoint is not None)
            found = [finding for r in readings.values() if r is not None for finding in r.findings]
            with self.stages.of("rules"):
                found += rules.check(endpoints, self.target.settings.reserved)
            with self.stages.of("locate"):
                located = _located(self.files, dict.fromkeys(found), self.memory or Memory())
            return endpoints, located

    def warm(self) -> Iterator[None]:
        """Fills the memory in small steps with what the next run will want."""
        if self.memory is None:
            return
        reader, known = _Reader(self), self._known()
        paths = {path for entry in known.values() for path in entry.states if path.endswith(".py")}
        for path in sorted(paths):
            if self.files.state(path) is not None:
                with no_collection():
                    reader.load(path)
                yield
        if not self.memory.formatted:
            self.run()

    def run(self) -> Outcome:
        """Everything but writing."""
        endpoints, findings = self.read()
        files: tuple[GeneratedFile, ...] | None = None
        if not any(finding.severity is Severity.ERROR for finding in findings):
            with self.stages.of("render"), no_collection():
                files, faults = self._rendered(endpoints)
                findings = (*faults, *findings)
        self._remember(endpoints, findings, files)
        return Outcome(endpoints, findings, files)

    def _rendered(
        self, endpoints: "tuple[Endpoint, ...]"
    ) -> "tuple[tuple[GeneratedFile, ...] | None, tuple[Finding, ...]]":
        from codegen.render.faults import RenderError
        from codegen.render.files import render

        known = None if self.memory is None else self.memory.formatted
        try:
            return tuple(render(endpoints, self.target.settings.ports, TEMPLATES, known)), ()
        except RenderError as error:
            spot = Spot(_below(self.target.root, TEMPLATES / error.template), -1)
            message, hint = f"the template cannot be rendered: {error.reason}", "no handler is at fault"
            return None, (Finding("CG114", message, spot, hint, point=Point(error.line, 1, 1)),)

    def _remember(
        self,
        endpoints: "tuple[Endpoint, ...]",
        findings: tuple[Finding, ...],
        files: "tuple[GeneratedFile, ...] | None",
    ) -> None:
        outputs = None
        if files is not None:
            outputs = {f.path: hashlib.sha256(f.text.encode("utf-8")).hexdigest() for f in files}
        states = {path: self.files.state(path) for path in self._consulted}
        modules = tuple(candidate.path for candidate in self.candidates)
        self.cache.store("run", RunRecord(self.key, modules, states, findings, len(endpoints), outputs))

    def _readings(self) -> "dict[str, Reading | None]":
        known = self._known()
        self._consulted: set[str] = set()
        reader: _Reader | None = None
        remembered: dict[str, Remembered] = {}
        for candidate in self.candidates:
            entry = known.get(candidate.path)
            if entry is None or not self._is_fresh(entry):
                reader = reader or _Reader(self)
                entry = reader.read(candidate)
            remembered[candidate.path] = entry
            self._consulted |= entry.states.keys()
        if remembered.keys() != known.keys() or any(known.get(path) is not r for path, r in remembered.items()):
            with self.stages.of("remember"):
                self.cache.store("readings", (self._reading_key(), remembered))
        return {path: entry.reading for path, entry in remembered.items()}

    def _reading_key(self) -> str:
        return f"{self.key}:{self.module_root()}"

    def _known(self) -> dict[str, Remembered]:
        with self.stages.of("recall"):
            found = self.cache.load("readings")
            if isinstance(found, tuple) and len(found) == 2 and found[0] == self._reading_key():
                return dict(found[1])
            return {}

    def _is_fresh(self, entry: Remembered) -> bool:
        with self.stages.of("compare"):
            return all(self.files.state(path) == state for path, state in entry.states.items())

    def module_root(self) -> str:
        """The folder that the dotted names of handlers start from: the root, or src if imports start there."""
        settings = self.target.settings
        if settings.module_root is not None:
            return settings.module_root.strip("/.")
        for folder in settings.import_roots:
            if folder and self._starts_from(folder.strip("/")):
                return folder.strip("/")
        return ""

    def _starts_from(self, folder: str) -> bool:
        inside = [c for c in self.candidates if c.path.startswith(f"{folder}/")]
        if not inside or self.files.state(f"{folder}/__init__.py") is not None:
            return False
        first = folder.partition("/")[0].encode()
        names: set[bytes] = set()
        for candidate in inside:
            names |= set(_IMPORTED.findall(self.files.read(candidate.path) or b""))
            if first in names:
                return False
        tops = {c.path[len(folder) + 1 :].partition("/")[0].encode() for c in inside}
        return bool(names & tops)


class _Reader:
    """Reads modules that no cache knows; the libraries for it are loaded here and nowhere earlier."""

    def __init__(self, pipeline: Pipeline) -> None:
        from codegen.link.endpoint import Conventions
        from codegen.link.factories import Factories
        from codegen.link.machine import HelperNames
        from codegen.link.program import Program

        settings, self.pipeline = pipeline.target.settings, pipeline
        self.broken: dict[str, Finding] = {}
        self.module_root = pipeline.module_root()
        roots = tuple(root.strip("/") for root in settings.import_roots)
        self.program = Program(self.load, pipeline.files.is_folder, roots)
        helpers = settings.helpers
        names = HelperNames(
            frozenset(helpers.path_parameter),
            frozenset(helpers.query_filters),
            frozenset(helpers.request_body),
            helpers.body_with,
            frozenset(helpers.has_permission),
        )
        self.conventions = Conventions(settings.entry, frozenset(settings.decorators), settings.container, names)
        self.factories = Factories(dict(settings.factories), pipeline.contexts, pipeline.siblings)

    def load(self, path: str) -> "Module | None":
        from codegen.scan.module import read_module

        with self.pipeline.stages.of("read"):
            source = self.pipeline.files.read(path)
        if source is None:
            return None
        memory, digest = self.pipeline.memory, self.pipeline.files.digests[path]
        found = None if memory is None else memory.module(path, digest)
        if found is None:
            with self.pipeline.stages.of("parse"):
                found = read_module(path, source)
            if memory is not None:
                memory.modules[path] = (digest, found)
        if isinstance(found, Finding):
            self.broken[path] = found
            return None
        return found

    def read(self, candidate: Candidate) -> Remembered:
        self.program.consulted.clear()
        with self.pipeline.stages.of("link"):
            reading = self._reading(candidate)
        broken = tuple(self.broken[path] for path in sorted(self.program.consulted) if path in self.broken)
        if broken:
            from codegen.link.endpoint import Reading

            known = reading.findings if reading is not None else ()
            reading = Reading(None if reading is None else reading.endpoint, (*broken, *known))
        if reading is not None and reading.endpoint is not None:
            self.program.forget(candidate.path)
            # What was evaluated has cycles (a scope and what it names), and a handler's facts hang on them. Only
            # objects as young as that are looked at.
            gc.collect(0)
        states = {path: self.pipeline.files.state(path) for path in sorted(self.program.consulted)}
        return Remembered(states, reading)

    def _reading(self, candidate: Candidate) -> "Reading | None":
        from codegen.link.endpoint import Reading, read_endpoint

        index = self.program.at_path(candidate.path)
        if index is None:
            return None
        whole = Spot(candidate.path, -1)
        try:
            return read_endpoint(
                self.program, index, candidate.context, self.conventions, self.factories, self.module_name
            )
        except RecursionError:
            return Reading(None, (Finding("CG101", "the module is nested too deeply to be read", whole),))
        # The boundary between one module and the rest: a fault of the generator is told, and the others go on.
        except Exception as error:
            hint = "this is a fault of the generator, not of the handler"
            return Reading(
                None, (Finding("CG199", f"the generator failed: {type(error).__name__}: {error}", whole, hint),)
            )

    def module_name(self, path: str) -> str:
        inner = path.removeprefix(f"{self.module_root}/") if self.module_root else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _below(root: Path, path: Path) -> str:
    """A path as findings name it: from the root, or whole where it lies elsewhere."""
    try:
        return path.relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _excluded(target: Target) -> frozenset[str]:
    """Folders that are not searched, by path below the root: those of the settings, and the output."""
    found = {path.strip("/") for path in target.settings.exclude}
    with suppress(ValueError):  # the output may lie elsewhere
        found.add(target.out.resolve().relative_to(target.root.resolve()).as_posix())
    return frozenset(found - {"."})


def _contexts(target: Target, found: list[Candidate]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of contexts with handlers, and of the folders beside them, which may be contexts without."""
    settings, excluded = target.settings, _excluded(target)
    contexts = {candidate.context for candidate in found} | set(settings.contexts)
    parents: set[str] = set()
    for candidate in found:
        folder = candidate.path.partition(f"{settings.folder}/")[0].rstrip("/")
        parents.add(folder.rpartition("/")[0])
    siblings: set[str] = set()
    for parent in parents:
        try:
            folders = [e.name for e in os.scandir(target.root / parent) if e.is_dir() and e.name.isidentifier()]
        except OSError:
            continue
        siblings |= {name for name in folders if f"{parent}/{name}".lstrip("/") not in excluded and name[0] != "_"}
    return tuple(sorted(contexts)), tuple(sorted(siblings - contexts))


def _located(files: Files, findings: Iterable[Finding], memory: Memory) -> tuple[Finding, ...]:
    """Findings with lines and columns, in the order of the files."""
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        for spot in (finding.spot if finding.point is None else None, finding.other):
            if spot is not None and spot.at >= 0:
                wanted.setdefault(spot.path, set()).add(spot.at)
    points: dict[Spot, Point] = {}
    for path, places in wanted.items():
        from codegen.scan.module import points_of

        source = files.read(path)
        known = memory.points(path, files.digests[path], places)
        if known is None and source is not None:
            known = points_of(source, frozenset(places))
            memory.places[path] = (files.digests[path], known)
        points |= {Spot(path, at): point for at, point in (known or {}).items()}
    return tuple(sorted((finding.located(points) for finding in findings), key=_place))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    point = finding.point or Point(1, 1, 1)
    return (finding.spot.path, point.line, point.column, finding.code, finding.message)

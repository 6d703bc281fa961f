"""Connects scan, link and render, and reuses results of earlier runs."""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .codebase import CodeBase, Target
from .declarations import SourceKind
from .diagnostics import Finding, Point, Severity, Spot
from .discovery import shown
from .loading.cache import Cache, version
from .loading.declaring import sources_of
from .loading.locating import located, points_of_spots
from .loading.memory import Memory
from .loading.reader import Reader
from .loading.records import Remembered, RunRecord
from .loading.stages import Stages
from .loading.tables import link_tables, nothing_declared
from .program import HOME

if TYPE_CHECKING:
    from .link.endpoint import Reading
    from .model import Endpoint
    from .render.files import GeneratedFile
    from .routing.precedence import Linked

TEMPLATES = HOME / "templates"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`files` is None after errors. `findings` carry lines and columns, in the order of the files."""

    endpoints: "tuple[Endpoint, ...]"
    findings: tuple[Finding, ...]
    files: "tuple[GeneratedFile, ...] | None"

    @property
    def routes(self) -> int:
        """How many have a method and path; the others are triggers."""
        return _routes(self.endpoints)


def template_folders(target: Target) -> tuple[Path, ...]:
    """Where templates are looked for, in this order."""
    return (TEMPLATES,) if target.templates is None else (target.templates.resolve(), TEMPLATES)


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
        self.templates = template_folders(target)
        with self.stages.of("find"):
            self.base = CodeBase(target)
            self.files, self.candidates = self.base.files, self.base.candidates
            self.sources = sources_of(self.files, target.settings)
            self.key = self._key(self.templates)
            self.cache = Cache.below(target.root if target.cache else None)

    def _key(self, templates: tuple[Path, ...]) -> str:
        found = (self.base.contexts, self.base.siblings, self.sources)
        parts = (version(templates), repr(self.target.settings), *map(repr, found))
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
        if self.is_declared:
            return (), self.declared().all_findings
        with no_collection():
            readings = self._readings()
            from .routing import rules

            endpoints = tuple(r.endpoint for r in readings.values() if r is not None and r.endpoint is not None)
            found = [finding for r in readings.values() if r is not None for finding in r.findings]
            found += [
                Finding("CG101", f"the folder cannot be read: {reason}", Spot(path, -1))
                for path, reason in self.files.refused.items()
                if path.endswith("/")
            ]
            with self.stages.of("rules"):
                found += rules.check(endpoints, self.target.settings.reserved)
                found += () if endpoints or found else (nothing_declared(self.target.settings, self.files),)
            with self.stages.of("locate"):
                placed = located(self.files, dict.fromkeys(found), self.memory or Memory())
            return endpoints, placed

    @property
    def is_declared(self) -> bool:
        """Whether tables or decorators declare the routes, not the docstrings of the handlers."""
        return any(source.kind is not SourceKind.DOCSTRINGS for source, _ in self.sources)

    def declared(self) -> "Linked":
        """The routes of tables, with located findings."""
        with no_collection(), self.stages.of("tables"):
            linked = link_tables(self.base, self.sources, Reader(self.base, self.stages, self.memory))
        with self.stages.of("locate"):
            memory = self.memory or Memory()
            found, served = (located(self.files, one, memory) for one in (linked.findings, linked.served))
            return replace(linked, findings=found, served=served)

    def places(self, endpoints: "tuple[Endpoint, ...]") -> dict[Spot, Point]:
        """Lines and columns of the docstrings that declare the routes."""
        return points_of_spots(self.files, (endpoint.spot for endpoint in endpoints), self.memory or Memory())

    def warm(self) -> Iterator[None]:
        """Fills the memory in small steps with what the next run will want."""
        if self.memory is None:
            return
        reader, known = Reader(self.base, self.stages, self.memory), self._known()
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
        if self.is_declared:
            return self._run_declared()
        endpoints, findings = self.read()
        files: tuple[GeneratedFile, ...] | None = None
        if not any(finding.severity is Severity.ERROR for finding in findings):
            with self.stages.of("render"), no_collection():
                files, faults = self._rendered(endpoints)
                findings = (*faults, *findings)
        self._remember(endpoints, findings, files)
        return Outcome(endpoints, findings, files)

    def _run_declared(self) -> Outcome:
        """Routes of tables and decorators; their code is read anew in every run."""
        linked = self.declared()
        findings = linked.all_findings
        if any(finding.severity is Severity.ERROR for finding in findings):
            return Outcome((), findings, None)
        with self.stages.of("render"), no_collection():
            files, faults = self._rendered(linked.operations)
        return Outcome(linked.operations, (*faults, *findings), files)

    def _rendered(
        self, endpoints: "tuple[Endpoint, ...]"
    ) -> "tuple[tuple[GeneratedFile, ...] | None, tuple[Finding, ...]]":
        from .render.faults import RenderError
        from .render.files import render

        known, settings = None if self.memory is None else self.memory.formatted, self.target.settings
        try:
            places = (settings.ports, settings.folder, self.templates)
            return tuple(render(endpoints, *places, known, settings.payload)), ()
        except RenderError as error:
            found = (folder / error.template for folder in self.templates)
            path = next((path for path in found if path.is_file()), TEMPLATES / error.template)
            spot = Spot(shown(path, self.target.root), -1)
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
        self.cache.store("run", RunRecord(self.key, modules, states, findings, _routes(endpoints), outputs))

    def _readings(self) -> "dict[str, Reading | None]":
        known = self._known()
        self._consulted: set[str] = set()
        reader: Reader | None = None
        remembered: dict[str, Remembered] = {}
        for candidate in self.candidates:
            entry = known.get(candidate.path)
            if entry is None or not self._is_fresh(entry):
                reader = reader or Reader(self.base, self.stages, self.memory)
                entry = reader.read(candidate)
            remembered[candidate.path] = entry
            self._consulted |= entry.states.keys()
        if remembered.keys() != known.keys() or any(known.get(path) is not r for path, r in remembered.items()):
            with self.stages.of("remember"):
                self.cache.store("readings", (self._reading_key(), remembered))
        return {path: entry.reading for path, entry in remembered.items()}

    def _reading_key(self) -> str:
        """No template changes what a handler is read as."""
        return f"{self._key(())}:{self.base.module_root()}"

    def _known(self) -> dict[str, Remembered]:
        with self.stages.of("recall"):
            found = self.cache.load("readings")
            if isinstance(found, tuple) and len(found) == 2 and found[0] == self._reading_key():
                return dict(found[1])
            return {}

    def _is_fresh(self, entry: Remembered) -> bool:
        with self.stages.of("compare"):
            return all(self.files.state(path) == state for path, state in entry.states.items())


def _routes(endpoints: "tuple[Endpoint, ...]") -> int:
    from .model import Operation

    return sum(isinstance(endpoint, Operation) and endpoint.is_route for endpoint in endpoints)

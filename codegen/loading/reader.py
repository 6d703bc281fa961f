"""Scans and links the modules that are not in the cache."""

import gc
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..codebase import CodeBase
from ..diagnostics import Finding, Spot
from ..discovery import Candidate
from .memory import Memory
from .records import Remembered
from .stages import Stages

if TYPE_CHECKING:
    from ..facts import Module
    from ..link.endpoint import Reading


class Reader:
    """Reads modules that no cache knows; the libraries for it are loaded here and nowhere earlier."""

    def __init__(self, base: CodeBase, stages: Stages, memory: Memory | None) -> None:
        from ..link.endpoint import Conventions
        from ..link.factories import Factories
        from ..link.interpreter.seen import HelperNames
        from ..routing.modules import Program

        settings, self.base = base.target.settings, base
        self.stages, self.memory = stages, memory
        self.broken: dict[str, Finding] = {}
        self.module_root = base.module_root()
        roots = tuple(root.strip("/") for root in settings.import_roots)
        self.program = Program(self.load, base.files.is_folder, roots)
        given: dict[str, Any] = asdict(settings.helpers)
        names = HelperNames(**{name: frozenset(functions) for name, functions in given.items()})
        self.conventions = Conventions(
            settings.entry, frozenset(settings.decorators), settings.container, names, settings.payload
        )
        self.factories = Factories(dict(settings.factories), base.contexts, base.siblings)

    def load(self, path: str) -> "Module | None":
        from ..scan.module import read_module

        with self.stages.of("read"):
            source = self.base.files.read(path)
        if source is None:
            if path in self.base.files.refused:
                message = f"the file cannot be read: {self.base.files.refused[path]}"
                self.broken[path] = Finding("CG101", message, Spot(path, -1))
            return None
        memory, digest = self.memory, self.base.files.digests[path]
        found = None if memory is None else memory.module(path, digest)
        if found is None:
            with self.stages.of("parse"):
                found = read_module(path, source)
            if memory is not None:
                memory.modules[path] = (digest, found)
        if isinstance(found, Finding):
            self.broken[path] = found
            return None
        return found

    def read(self, candidate: Candidate) -> Remembered:
        self.program.consulted.clear()
        with self.stages.of("link"):
            reading = self._reading(candidate)
        broken = tuple(self.broken[path] for path in sorted(self.program.consulted) if path in self.broken)
        if broken:
            from ..link.endpoint import Reading

            known = reading.findings if reading is not None else ()
            reading = Reading(None if reading is None else reading.endpoint, (*broken, *known))
        if reading is not None and reading.endpoint is not None:
            self.program.forget(candidate.path)
            # What was evaluated has cycles (a scope and what it names), and a handler's facts hang on them. Only
            # objects as young as that are looked at.
            gc.collect(0)
        states = {path: self.base.files.state(path) for path in sorted(self.program.consulted)}
        return Remembered(states, reading)

    def _reading(self, candidate: Candidate) -> "Reading | None":
        from ..link.endpoint import Reading, read_endpoint

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

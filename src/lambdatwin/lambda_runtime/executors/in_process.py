"""Functions in the server's own process, for a debugger: one event at a time, and nothing else meanwhile."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ..marshalling import MalformedResult
from .environment import DEFAULTS, HandlerFailed
from .functions import Function, Group, grouped
from .runtime import NotImported, Runtime, report_of


@dataclass(eq=False, slots=True)
class _Loaded:
    """A group with what it has imported."""

    group: Group
    runtime: Runtime
    modules: dict[str, ModuleType] = field(default_factory=dict)

    @contextmanager
    def imported(self) -> Iterator[None]:
        """The group's modules in the place of the server's own of the same names."""
        path = sys.path[:]
        sys.path[:0] = self.runtime.roots
        outer = _taken(self.group.modules)
        sys.modules |= self.modules
        try:
            yield
        finally:
            self.runtime.leave()
            self.modules = _taken(self.group.modules)
            sys.modules |= outer
            sys.path[:] = path


def _taken(names: Mapping[str, str]) -> dict[str, ModuleType]:
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}


class InProcess:
    """Runs functions as `Environments` does, but in this process. A time limit ends nothing, so that a breakpoint may
    wait; variables that functions declare become the server's."""

    def __init__(self, functions: Iterable[Function]) -> None:
        loaded = [_Loaded(group, Runtime(group.functions)) for group in grouped(functions)]
        self._places = {f: (one, number) for one in loaded for number, f in enumerate(one.group.functions)}

    @property
    def groups(self) -> list[Group]:
        """Which functions would share an environment."""
        return [one.group for one in dict.fromkeys(one for one, _ in self._places.values())]

    async def invoke(self, function: Function, event: Mapping[str, Any], request_id: str, limit: float) -> bytes:
        """The payload that the function's runtime posts. Raises `HandlerFailed` and `MalformedResult`."""
        loaded, number = self._places[function]
        seconds = limit if function.timeout is None else function.timeout
        os.environ.update({**DEFAULTS, **os.environ, **loaded.group.environment})
        try:
            # In a thread, where a handler may run an event loop of its own; the server's waits meanwhile.
            with chdir("."), loaded.imported(), ThreadPoolExecutor(1) as thread:
                run = copy_context().run
                event = json.loads(json.dumps(event))
                return thread.submit(run, loaded.runtime.invoke, number, request_id, seconds, event).result().encode()
        except MalformedResult:
            raise
        # The boundary that Lambda's runtime is.
        except BaseException as error:
            found = report_of(error, loaded.runtime.roots)
            failed = HandlerFailed(**found, imported=not isinstance(error, NotImported))
            raise failed from failed.__cause__

    def open(self) -> None:
        """Nothing has to be started."""

    async def close(self) -> None:
        """Nothing runs outside of this process."""

"""The functions of an app: as tables declare them, and where they run."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dotenv import dotenv_values

from ...observability.logging import EventLog
from ..context import LEAST_MEMORY
from .functions import Function
from .in_process import InProcess
from .pool import Environments

_LOG = EventLog("functions")
# What handlers print and log.
_OUTPUT = EventLog("function")


@dataclass(frozen=True, slots=True)
class DeclaredFunction:
    """A Lambda function as a table declares it; it runs in an environment, a process of its own.

    `file` is imported from `code_root` or one of the `layers`: folders below the working directory. `timeout` is in
    seconds, `memory`, which the context object tells, in megabytes. A value of `environment` is None where it is known
    only after the deploy: the server has to have it.
    """

    name: str
    code_root: str
    file: str
    entry: str
    layers: tuple[str, ...] = ()
    timeout: float | None = None
    memory: int = LEAST_MEMORY
    environment: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, as diagnostics name it."""
        return "/".join(part for part in (self.code_root, self.file) if part)

    def resolved(self, known: Mapping[str, str]) -> Function:
        """The function on this machine; `known` are values for the variables that have none."""
        roots = tuple(os.path.realpath(root) for root in (self.code_root, *self.layers))
        values = {name: known.get(name) if value is None else value for name, value in self.environment.items()}
        given = tuple((name, value) for name, value in sorted(values.items()) if value is not None)
        return Function(self.name, roots, self.file, self.entry, self.timeout, self.memory, given)

    def missing(self, known: Mapping[str, str]) -> Iterator[str]:
        """Variables without a value."""
        return (name for name, value in self.environment.items() if value is None and name not in known)


class Functions:
    """Runs the functions of an app in at most `environments` processes; with 0 in this one, for a debugger.

    `dotenv`: values may stand in `.env`.
    """

    def __init__(
        self,
        declared: Iterable[DeclaredFunction],
        *,
        environments: int = 8,
        queue: int = 256,
        memory: int = 1024,
        dotenv: bool = False,
    ) -> None:
        written = {name: value for name, value in dotenv_values(".env").items() if value} if dotenv else {}
        self._known: Mapping[str, str] = {**written, **os.environ}
        self._declared = tuple(declared)
        functions = [one.resolved(self._known) for one in self._declared]
        self._limit = environments
        self._executor: Environments | InProcess = (
            Environments(functions, _write, limit=environments, queue=queue, memory=memory)
            if environments
            else InProcess(functions)
        )

    def of(self, declared: DeclaredFunction) -> Function:
        """What `invoke` takes."""
        return declared.resolved(self._known)

    def open(self) -> None:
        """Take events; say how the functions are grouped, and which variables have no value."""
        self._executor.open()
        groups = [[function.name for function in group.functions] for group in self._executor.groups]
        for names in groups:
            _LOG.info("functions", share_an_environment=", ".join(names))
        if 0 < self._limit < len(groups):
            _LOG.warning("few_environments", groups=len(groups), hint=f"set LAMBDA_ENVIRONMENTS={len(groups)}")
        for name in sorted({name for one in self._declared for name in one.missing(self._known)}):
            _LOG.warning("no_value", variable=name, hint=f"write {name}=... into .env, or set it")

    async def invoke(self, function: Function, event: Mapping[str, Any], request_id: str, limit: float) -> bytes:
        """The payload that the function's runtime posts; see `Environments.invoke`."""
        return await self._executor.invoke(function, event, request_id, limit)

    async def close(self) -> None:
        await self._executor.close()


def _write(function: str, request_id: str, line: str) -> None:
    _OUTPUT.info(line, function=function, request_id=request_id)

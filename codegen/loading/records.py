"""The records that the cache stores; `cache` lists these classes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..diagnostics import Finding

if TYPE_CHECKING:
    from ..link.endpoint import Reading


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

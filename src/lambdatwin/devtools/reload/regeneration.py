"""Bring generated/ up to date before a server starts on it."""

import os
import re
from dataclasses import dataclass

from .forked_process import ForkedProcess, ForkServer

_COMMAND = ((__package__ or "").replace("reload", "routers"),)
_NOTE = re.compile(r"[^\n]*: note CG\d+ ")
_COUNTED = re.compile(r" \(\d+ notes?, shown with --notes\)")
_NOTHING_NEW = ("unchanged", " 0 files written, 0 removed")
_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Report:
    """Whether generated/ is up to date, and what the run printed."""

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A run of the generator."""

    process: ForkedProcess
    output: int

    @classmethod
    def start(cls, forkserver: ForkServer) -> "Generation":
        """Start the generator; `report` waits for its end."""
        output, theirs = os.pipe()
        process = forkserver.fork(_COMMAND, (theirs,), collect_output=True)
        os.close(theirs)
        return cls(process, output)

    def report(self) -> Report:
        """Wait for the run to end. Notes are left out: they would repeat with every save."""
        with open(self.output, encoding="utf-8", errors="replace") as output:
            text = _COUNTED.sub("", output.read())
        good = self.process.wait(_TIMEOUT_SECONDS) == 0
        told = [block for block in text.strip().split("\n\n") if not _NOTE.match(block)]
        if good and told and told[-1].endswith(_NOTHING_NEW):
            told.pop()
        return Report(good, "\n\n".join(told))

"""Bring generated/ up to date before a server starts on it."""

import re
import subprocess
import sys
from dataclasses import dataclass

from src.runtimes.fastapi.dev.spawning import spawn

_COMMAND = (sys.executable, "-m", "src.runtimes.fastapi.dev.warm", "codegen", "generate")
_NOTE = re.compile(r"[^\n]*: note CG\d+ ")


@dataclass(frozen=True, slots=True)
class Report:
    """Whether generated/ is now what the handlers say, and what the run had to tell."""

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Generator:
    """A run of the generator that waits, warm, for its order."""

    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls) -> "Generator":
        """Warm one up."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return cls(spawn(_COMMAND, **pipes))

    def begin(self) -> None:
        """Give the order; `report` waits for the result."""
        if self.process.stdin is not None:
            self.process.stdin.write(b"run\n")
            self.process.stdin.flush()

    def report(self) -> Report:
        """Wait for the run to end. Notes are left out: they would repeat with every save."""
        output, _ = self.process.communicate()
        good = self.process.returncode == 0
        blocks = output.decode("utf-8", "replace").strip().split("\n\n")
        told = [block for block in blocks if not _NOTE.match(block)]
        if good and told and told[-1].endswith(("unchanged", " 0 files written, 0 removed")):
            told.pop()
        return Report(good, "\n\n".join(told))

    def stop(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.communicate()

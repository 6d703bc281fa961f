"""Code bases that nobody wrote by hand: all of their routes right, none made up."""

from pathlib import Path

from tests.support.handlerwriter import command, disk
from tests.support.handlerwriter.codebase import write
from tests.support.handlerwriter.compare import differences


def test_every_route_of_a_written_code_base_is_right(tmp_path: Path) -> None:
    """Two hundred are in tests/verify."""
    code = write(1001)
    disk.save(code, tmp_path)
    problems = differences(code, command.routes(tmp_path))
    assert not problems, "\n\n".join(problems)

"""What docs/front-end.md runs: the commands of a clone of this repository, from another folder."""

import os
import sys
from pathlib import Path

from tests.support.postgres import ROOT

_MAKE = """#!/bin/sh
for given; do case "$given" in USER=*) user="${{given#USER=}}";; esac; done
cd "{root}" && exec "{python}" -m src.lambdatwin token --user "${{user:-administrator}}"
"""


def commands_of_the_api(folder: Path) -> dict[str, str]:
    """An environment in which `make -s token` is that of this checkout, and `$REPOSITORY` is its folder."""
    folder.mkdir()
    (folder / "make").write_text(_MAKE.format(root=ROOT, python=sys.executable))
    (folder / "make").chmod(0o755)
    path = os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {"PATH": path, "HOME": str(folder), "REPOSITORY": str(ROOT)}

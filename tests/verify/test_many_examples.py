"""The properties of the quick suite, with many more examples, and other ones each time."""

import subprocess
import sys
import time

from tests.support.postgres import ROOT


def test_properties_hold_for_many_examples() -> None:
    files = [
        path for path in sorted((ROOT / "tests" / "unit").rglob("test_*.py")) if "\n@given(" in path.read_text("utf-8")
    ]
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-profile", "thorough"]
    ran = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"\nproperties: 500 examples each in {len(files)} files, {time.monotonic() - began:.0f} s")
    assert ran.returncode == 0, ran.stdout[-8000:]

"""Bring generated/ up to date before a server starts on it."""

import subprocess
import sys


def regenerate() -> bool:
    """Run the generator; it prints what it found. False when there were errors: generated/ is then unchanged."""
    return subprocess.run([sys.executable, "-m", "codegen", "generate"], check=False).returncode == 0

"""The long proofs print their figures: what the code under proof logs would stand between them."""

import os
from collections.abc import Iterator
from contextlib import redirect_stdout

import pytest

from src.contexts.shared_kernel.logging import configure_logging


@pytest.fixture(scope="session", autouse=True)
def _logging() -> Iterator[None]:
    with open(os.devnull, "w") as nowhere:
        with redirect_stdout(nowhere):
            configure_logging(json_lines=True)
        yield

"""The long proofs print their figures: what the code under proof logs would stand between them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from src.contexts.shared_kernel.logging import configure_logging


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session", autouse=True)
def _logging() -> Iterator[None]:
    with open(os.devnull, "w") as nowhere:
        with redirect_stdout(nowhere):
            configure_logging(json_lines=True)
        yield

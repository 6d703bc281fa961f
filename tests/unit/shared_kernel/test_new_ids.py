"""Ids: UUIDs of version 4, never the same one twice, not even in two processes that were one."""

import subprocess
import sys
import uuid

from src.contexts.shared_kernel.sources import new_id

_FORKING = """
import os
from src.contexts.shared_kernel.sources import new_id
new_id()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, new_id().encode())
    os._exit(0)
os.wait()
print(os.read(read, 36).decode(), new_id())
"""


def test_ids_are_random_uuids() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    for one in ids:
        parsed = uuid.UUID(one)
        assert (str(parsed), parsed.version, parsed.variant) == (one, 4, uuid.RFC_4122)


def test_a_forked_process_has_ids_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", _FORKING], capture_output=True, text=True, check=True)
    child, parent = done.stdout.split()
    assert len(child) == 36
    assert child != parent

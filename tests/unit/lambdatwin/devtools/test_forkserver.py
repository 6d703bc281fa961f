"""The process from which servers of development are forked."""

import signal
import threading

import pytest

from src.lambdatwin.devtools.reload import processes


def test_ctrl_c_while_it_starts_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def start() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # no other thread of the tests may take it
        started.append("started")

    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", start)
    monkeypatch.setattr("multiprocessing.forkserver.set_forkserver_preload", lambda names: None)
    monkeypatch.setattr("multiprocessing.resource_tracker.ensure_running", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        processes.start_forkserver()
    assert started == ["started"]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()

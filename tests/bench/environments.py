"""Sync handlers, measured: `python tests/bench/environments.py`. Every ratio is to Flask with gunicorn's threads, of
the same run on this machine, with as many workers as environments (`BENCH_WORKERS`, 2)."""

import argparse
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

if __name__ == "__main__":
    # The folder of this script would hide the packages of the same names.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

MOST_OVER_A_COROUTINE = 200  # microseconds of CPU, server and worker together
LEAST_OF_FLASK = 1.3  # requests a second at 64 connections


async def main(options: argparse.Namespace) -> None:
    """Print the tables, the two figures that have a target, and what they are made of."""
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.sync_apps import BODY, PATH, WORKERS, serving

    ask = request("POST", PATH, body=BODY)
    names = {
        "flask": "Flask, gunicorn gthread, 32 threads",
        "fastapi": "FastAPI, sync endpoint",
        "coroutine": "gateway, coroutine handler",
        "environments": "gateway, sync handler in environments",
    }
    print("One decorated handler, called with an event that each side makes of its request;")
    print(f"{WORKERS} workers of gunicorn, 1 uvicorn, 1 server with {WORKERS} environments.")
    print(f"They and the client share {os.cpu_count()} cores.")
    with contextlib.ExitStack() as stack:
        started = {name: stack.enter_context(serving(name)) for name in names}
        rows = [Row(label, cast(Any, started[name]), lambda n: ask) for name, label in names.items()]
        for concurrency in options.concurrency:
            figures = await measure(rows, concurrency, options.rounds, options.seconds)
            print_table(f"A sync handler, {concurrency} connections", figures, figures[0], {})
            if concurrency == 64:
                _targets(*figures)
                await _parts(started, ask, options.seconds)
        server, *workers = started["environments"].megabytes()
        print(f"  RSS: server {server:.0f} MB, environments {', '.join(f'{one:.0f}' for one in workers)} MB")


def _targets(flask: Any, _: Any, coroutine: Any, environments: Any) -> None:
    over = environments.middle(lambda s: s.cpu_microseconds) - coroutine.middle(lambda s: s.cpu_microseconds)
    ratio = environments.ratio(flask, lambda s: s.per_second)
    print(f"  CPU over a coroutine: {over:.0f} us (target {MOST_OVER_A_COROUTINE})")
    print(f"  requests a second to Flask's: {ratio:.2f} (target {LEAST_OF_FLASK})")
    print("  no request was lost or refused: one would have ended this run")


async def _parts(started: Mapping[str, Any], ask: bytes, seconds: float) -> None:
    """CPU of each process for a request, and how many a second the busiest one could answer on a core of its own."""
    from tests.bench.kit.load import Load

    print("  CPU by process, and what the busiest could answer a second with a core to itself:")
    for name in ("flask", "coroutine", "environments"):
        family, before = started[name], started[name].cpu_by_process()
        outcome = await Load(family.port, lambda n: ask).closed(64, seconds)
        spent = [
            (after - was) / outcome.answered * 1e6 for was, after in zip(before, family.cpu_by_process(), strict=True)
        ]
        told = " + ".join(f"{one:.0f}" for one in spent if one >= 1)
        print(f"    {name:14}{told} us: {1e6 / max(spent):.0f}")
    print("  Flask reads and answers HTTP in all of its workers, a server in one process, and its environments get")
    print("  each request from there: where the cores are few and a handler does little, the ratio is that of the CPU.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each short run")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 16, 64])
    import uvloop

    uvloop.run(main(parser.parse_args()))

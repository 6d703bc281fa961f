"""Sync handlers, measured: `python tests/bench/environments.py`. The ratios with a target are to Flask with as many of
gunicorn's workers as there are environments, in the same run on this machine: one of each, and two."""

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

type Key = tuple[str, int]
"""A way to serve the handler, and how many workers or environments it has."""


async def main(options: argparse.Namespace) -> None:
    """Print the tables, the figures that have a target, and what they are made of."""
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.sync_apps import BODY, PATH, serving

    ask = request("POST", PATH, body=BODY)
    labels = {
        ("flask", 1): "Flask, gunicorn, 1 worker, 32 threads",
        ("flask", 2): "Flask, gunicorn, 2 workers, 32 threads",
        ("fastapi", 1): "FastAPI, sync endpoint",
        ("coroutine", 1): "gateway, coroutine handler",
        ("environments", 1): "gateway, sync handler, 1 environment",
        ("environments", 2): "gateway, sync handler, 2 environments",
    }
    print("One decorated handler, called with an event that each side makes of its request.")
    print(f"Servers and client share {os.cpu_count()} cores, with a load of {os.getloadavg()[0]:.1f} before.")
    with contextlib.ExitStack() as stack:
        started = {key: stack.enter_context(serving(*key)) for key in labels}
        rows = [Row(label, cast(Any, started[key]), lambda n: ask) for key, label in labels.items()]
        for concurrency in options.concurrency:
            figures = await measure(rows, concurrency, options.rounds, options.seconds)
            print_table(f"A sync handler, {concurrency} connections", figures, figures[0], {})
            if concurrency == 64:
                _targets(dict(zip(labels, figures, strict=True)))
                await _parts(started, ask, options.seconds)
        server, *workers = started["environments", 2].megabytes()
        print(f"  RSS: server {server:.0f} MB, environments {', '.join(f'{one:.0f}' for one in workers)} MB")


def _targets(figures: Mapping[Key, Any]) -> None:
    coroutine = figures["coroutine", 1].middle(lambda s: s.cpu_microseconds)
    for workers in (1, 2):
        environments, flask = figures["environments", workers], figures["flask", workers]
        over = environments.middle(lambda s: s.cpu_microseconds) - coroutine
        ratio = environments.ratio(flask, lambda s: s.per_second)
        print(f"  {workers} of each: CPU over a coroutine {over:.0f} us (target {MOST_OVER_A_COROUTINE}),", end=" ")
        print(f"requests a second to Flask's {ratio:.2f} (target {LEAST_OF_FLASK})")
    print("  no request was lost or refused: one would have ended this run")


async def _parts(started: Mapping[Key, Any], ask: bytes, seconds: float) -> None:
    """CPU of each process for a request, and how many a second the busiest one could answer on a core of its own."""
    from tests.bench.kit.load import Load

    print("  CPU by process, and what the busiest could answer a second with a core to itself:")
    for (name, workers), family in started.items():
        if name == "fastapi":
            continue
        before = family.cpu_by_process()
        outcome = await Load(family.port, lambda n: ask).closed(64, seconds)
        spent = [
            (after - was) / outcome.answered * 1e6 for was, after in zip(before, family.cpu_by_process(), strict=True)
        ]
        told = " + ".join(f"{one:.0f}" for one in spent if one >= 1)
        print(f"    {name:13}{workers}  {told} us: {1e6 / max(spent):.0f}")
    print("  Flask reads and answers HTTP in all of its workers, a server in one process, from which its environments")
    print("  get each event: where a handler does little, that process is the limit, and the ratio is that of the CPU.")
    print("  On a machine that does something else each process gets one share of the cores, so Flask gets two.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.6, help="of each short run")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 16, 64])
    import uvloop

    uvloop.run(main(parser.parse_args()))

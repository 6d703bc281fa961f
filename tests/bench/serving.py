"""Serving, measured: `python tests/bench/serving.py`. Every ratio is to a baseline of the same run on this machine."""

import argparse
import contextlib
import itertools
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    # The folder of this script would hide the packages of the same names.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

MEALS = "list of 50 meals"
CPU_TARGETS = {"generated, public": 1.75, "generated, cached verdict": 2.1}


async def without_database(url: str, issuer: Any, options: argparse.Namespace) -> None:
    """CPU of the shell itself, as ratios to a bare Starlette route."""
    from tests.bench.kit import things
    from tests.bench.kit.database import ADMINISTRATOR
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.servers import serving

    environment = _environment(url, issuer)
    post = request("POST", things.PATH, body=things.BODY)
    mine = request("POST", "/mine", token=issuer.token(ADMINISTRATOR), body=things.BODY)
    with contextlib.ExitStack() as stack:
        started = {
            name: stack.enter_context(serving(name, environment))
            for name in ("starlette", "raw", "fastapi", "generated", "rs256")
        }
        rows = [
            Row("bare Starlette route", started["starlette"], lambda n: post),
            Row("raw ASGI", started["raw"], lambda n: post),
            Row("FastAPI by hand, typed body", started["fastapi"], lambda n: post),
            Row("generated, public", started["generated"], lambda n: post),
            Row("generated, cached verdict", started["generated"], lambda n: mine),
            Row("generated, RS256 every time", started["rs256"], lambda n: mine),
        ]
        for concurrency in options.concurrency:
            figures = await measure(rows, concurrency, options.rounds, options.seconds)
            targets = CPU_TARGETS if concurrency == 64 else {}
            print_table(f"Without database work, {concurrency} connections", figures, figures[0], targets)
        print(f"  RSS of the generated app: {started['generated'].rss_megabytes():.0f} MB")


async def with_database(url: str, issuer: Any, options: argparse.Namespace, workers: int) -> None:
    """The same use cases on the same database: written by hand on uvicorn as it comes, generated, and written by hand
    again on this product's server, whose garbage collection and wire are then on both sides."""
    from tests.bench.kit.database import ADMINISTRATOR, product_ids
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.servers import serving

    # 256 pages of meals at once are work for longer than a client should wait; here nobody is sent away.
    environment = {**_environment(url, issuer), "DATABASE_POOL_WAIT": "25"}
    token = issuer.token(ADMINISTRATOR)
    ids = itertools.cycle(await product_ids(url))
    numbers = itertools.count()

    def write(_: int) -> bytes:
        body = json.dumps({"name": f"Written product {workers}-{next(numbers)}", "is_food": False}).encode()
        return request("POST", "/products", token=token, body=body)

    sources = {
        "one product": (lambda n: request("GET", f"/products/{next(ids)}", token=token), 200),
        "list of 50": (lambda n: request("GET", "/products?limit=50", token=token), 200),
        MEALS: (lambda n: request("GET", "/meals?limit=50", token=token), 200),
        "write": (write, 201),
    }
    with (
        serving("catalogue on uvicorn", environment, workers=workers) as by_hand,
        serving("generated", environment, workers=workers) as generated,
        serving("catalogue", environment, workers=workers) as on_ours,
    ):
        for concurrency in options.concurrency:
            for name, (source, status) in sources.items():
                rows = [
                    Row(f"{name}, by hand", by_hand, source, status),
                    Row(f"{name}, generated", generated, source, status),
                    Row(f"{name}, by hand on our server", on_ours, source, status),
                ]
                # A page of meals takes as long as ten of products: a short run would count hardly any answers.
                seconds = options.seconds * (6 if name == MEALS else 1)
                figures = await measure(rows, concurrency, options.rounds, seconds)
                title = f"With database, {name}, {concurrency} connections, workers: {workers}"
                print_table(title, figures, figures[0], {})


async def cold_start(url: str, issuer: Any, options: argparse.Namespace) -> None:
    """From the start of the process to the first answer of a route, imports included."""
    from tests.bench.kit.database import ADMINISTRATOR
    from tests.bench.kit.load import Load, request
    from tests.bench.kit.servers import start

    ask = request("GET", "/products?limit=1", token=issuer.token(ADMINISTRATOR))
    times, memory = [], []
    for _ in range(options.rounds):
        command = [sys.executable, "-m", "src.runtimes.fastapi.app"]
        server = start(command, {**_environment(url, issuer), "HOST": "127.0.0.1"})
        outcome = await Load(server.port, lambda n: ask).closed(1, 0.0)
        times.append(server.start_seconds + outcome.seconds)
        memory.append(server.rss_megabytes())
        assert set(outcome.statuses) == {200}, outcome.statuses
        server.stop()
    print(f"\nCold start to the first answer: {median(times):.2f} s (target 2.5), RSS then {median(memory):.0f} MB")


def _environment(url: str, issuer: Any) -> Mapping[str, str]:
    return {"ENVIRONMENT": "test", "DATABASE_URL": url, **issuer.environment()}


async def main(options: argparse.Namespace) -> None:
    from tests.bench.kit.database import seeded
    from tests.bench.kit.issuer import Issuer

    issuer = Issuer()
    async with seeded() as url:
        if "cpu" in options.parts:
            await without_database(url, issuer, options)
        if "database" in options.parts:
            for workers in options.workers:
                await with_database(url, issuer, options, workers)
        if "start" in options.parts:
            await cold_start(url, issuer, options)
    issuer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.6, help="of each short run")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 64, 256])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--parts", nargs="+", default=["cpu", "database", "start"])
    import uvloop

    uvloop.run(main(parser.parse_args()))

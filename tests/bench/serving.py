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
# Ratios of CPU time to a hand-written route with a typed body and no authentication.
MOST_CPU = {"generated, public": 1.15, "generated, cached verdict": 1.4}
AS_A_SERVICE = "FastAPI by hand, with log, id and metrics"
# Ratios of requests a second to endpoints by hand as they come: for reads, and for writes.
LEAST_READS, LEAST_WRITES = 1.5, 1.3


async def without_database(url: str, issuer: Any, options: argparse.Namespace) -> None:
    """CPU of the shell itself, on plain uvicorn, as ratios to a hand-written route with a typed body."""
    from tests.bench.kit import things
    from tests.bench.kit.database import ADMINISTRATOR
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.servers import on_granian, serving

    environment = _environment(url, issuer)
    post = request("POST", things.PATH, body=things.BODY)
    mine = request("POST", "/mine", token=issuer.token(ADMINISTRATOR), body=things.BODY)
    with contextlib.ExitStack() as stack:
        names = (
            "fastapi",
            "fastapi as a service",
            "starlette",
            "raw",
            "generated",
            "rs256",
            "generated on its own server",
        )
        started = {name: stack.enter_context(serving(name, environment)) for name in names}
        granian = stack.enter_context(on_granian("generated", environment))
        rows = [
            Row("FastAPI by hand, typed body", started["fastapi"], lambda n: post),
            Row(AS_A_SERVICE, started["fastapi as a service"], lambda n: post),
            Row("bare Starlette route", started["starlette"], lambda n: post),
            Row("raw ASGI", started["raw"], lambda n: post),
            Row("generated, public", started["generated"], lambda n: post),
            Row("generated, cached verdict", started["generated"], lambda n: mine),
            Row("generated, RS256 every time", started["rs256"], lambda n: mine),
            Row("generated, public, own server", started["generated on its own server"], lambda n: post),
            Row("generated, public, granian", granian, lambda n: post),
        ]
        for concurrency in options.concurrency:
            figures = await measure(rows, concurrency, options.rounds, options.seconds)
            most = MOST_CPU if concurrency == 64 else None
            print_table(f"Without database work, {concurrency} connections", figures, figures[0], most)
        print(f"  RSS of the generated app: {started['generated'].rss_megabytes():.0f} MB")


async def with_database(url: str, issuer: Any, options: argparse.Namespace, workers: int) -> None:
    """The same use cases on the same database: by hand as they come, by hand with the same tuning of the garbage
    collector, and generated, all on plain uvicorn; beside them generated on the product's own server and on granian."""
    from tests.bench.kit.database import ADMINISTRATOR, product_ids
    from tests.bench.kit.load import request
    from tests.bench.kit.rows import Row, measure, print_table
    from tests.bench.kit.servers import on_granian, serving

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
        serving("catalogue", environment, workers=workers) as by_hand,
        serving("catalogue tuned", environment, workers=workers) as tuned,
        serving("generated", environment, workers=workers) as generated,
        serving("generated on its own server", environment, workers=workers) as own,
        on_granian("generated", environment, workers=workers) as granian,
    ):
        for concurrency in options.concurrency:
            for name, (source, status) in sources.items():
                rows = [
                    Row("by hand as it comes", by_hand, source, status),
                    Row("by hand, collector tuned", tuned, source, status),
                    Row("generated", generated, source, status),
                    Row("generated, own server", own, source, status),
                    Row("generated, granian", granian, source, status),
                ]
                # A page of meals takes as long as ten of products: a short run would count hardly any answers.
                seconds = options.seconds * (6 if name == MEALS else 1)
                figures = await measure(rows, concurrency, options.rounds, seconds)
                title = f"With database, {name}, {concurrency} connections, workers: {workers}"
                least = LEAST_WRITES if name == "write" else LEAST_READS
                print_table(title, figures, figures[0], least_rate={"generated": least} if concurrency == 64 else None)
                against = figures[2].ratio(figures[1], lambda sample: sample.per_second)
                print(
                    f"  generated to by hand with the collector tuned: {against:.2f} of its requests a second (>= 1.0)"
                )


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

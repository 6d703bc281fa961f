"""Writes under load, and afterwards the question which of them are in the database."""

import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass, field

import asyncpg

from tests.bench.kit.load import request

_RUNS = itertools.count()


@dataclass(slots=True)
class Ledger:
    """Every request adds one product under a name of its own; what was answered is kept."""

    token: str
    run: str = field(default_factory=lambda: f"ledger {time.time_ns()} {next(_RUNS)}")
    acknowledged: set[int] = field(default_factory=set)
    answers: dict[int, bytes] = field(default_factory=dict)
    successes: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    unexpected: list[tuple[int, bytes]] = field(default_factory=list)

    def source(self, number: int) -> bytes:
        body = json.dumps({"name": f"{self.run} {number}", "is_food": False}).encode()
        return request("POST", "/products", token=self.token, body=body)

    def sink(self, number: int, status: int, body: bytes) -> None:
        self.statuses[status] += 1
        if status == 201:
            self.acknowledged.add(number)
            self.successes.append(time.perf_counter())
        elif status == 503:
            if not {"status_code", "correlation_id"} <= set(json.loads(body)) and list(json.loads(body)) != ["message"]:
                self.unexpected.append((status, body))
        elif status != 0:
            self.unexpected.append((status, body))

    async def faults(self, url: str) -> tuple[int, int]:
        """How many acknowledged writes are missing, and how many are there twice."""
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch(
                "SELECT name, count(*) AS times FROM products_catalog.products WHERE name LIKE $1 GROUP BY name",
                f"{self.run} %",
            )
        finally:
            await connection.close()
        times = {int(row["name"].rpartition(" ")[2]): row["times"] for row in rows}
        return len(self.acknowledged - times.keys()), sum(1 for count in times.values() if count > 1)

    def recovery(self, returned: float) -> float:
        """Seconds from the database's return to the first success after it."""
        return min((at for at in self.successes if at > returned), default=float("inf")) - returned

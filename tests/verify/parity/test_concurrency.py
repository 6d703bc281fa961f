"""Concurrent parity: many requests at once over one FastAPI process, against one sequential Lambda."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.lambdatwin.parity.comparison import Comparison, compared
from src.lambdatwin.parity.requests import Request
from src.lambdatwin.parity.wire import Answer, Sent
from tests.integration.lambdatwin.parity.rows import ADMIN, NOWHERE, STRANGER, USER
from tests.verify.parity.conftest import Sides

CONCURRENT = 200
ROUNDS = 50
WRITES = 20

# None of these answers depends on what else is written meanwhile.
_READS: list[tuple[str, str, str | None]] = [
    ("GET", f"/products/{seeded_product_id('Quinoa')}", ADMIN),
    ("GET", f"/products/{seeded_product_id('Lentilha')}", USER),
    ("GET", f"/products/{NOWHERE}", USER),
    ("GET", "/products?name=Quinoa%7CLentilha&sort=name", USER),
    ("GET", "/products?limit=x", USER),
    ("GET", "/product-sources", USER),
    ("GET", "/products/search/%20", ADMIN),
    ("POST", "/products", USER),
    ("POST", "/products", ADMIN),
    ("GET", "/products", None),
    ("GET", "/products", STRANGER),
    ("GET", "/products", f"expired:{ADMIN}"),
    ("GET", "/products", f"forged:{ADMIN}"),
    ("GET", "/recipes?sort=name&limit=5", USER),
    ("GET", "/recipes?name-like=a", ADMIN),
    ("GET", f"/recipes/{NOWHERE}", USER),
    ("GET", "/meals", USER),
    ("POST", "/meals/copy", USER),
    ("GET", "/clients", ADMIN),
    ("GET", "/clients", USER),
    ("GET", "/tags?sort=key", USER),
    ("GET", f"/shopping-list/{NOWHERE}", ADMIN),
    ("GET", "/forms", USER),
    ("GET", "/forms/abc", ADMIN),
    ("POST", "/query-responses", ADMIN),
    ("POST", "/webhooks/typeform", None),
    ("GET", "/users/me", USER),
    ("GET", "/users/me", ADMIN),
    ("GET", "/users", USER),
    ("GET", "/roles", USER),
    ("DELETE", "/products", ADMIN),
    ("GET", "/nowhere", None),
]


def test_concurrent_requests_get_the_answers_of_a_sequential_lambda(sides: Sides) -> None:
    reads = [Request(f"read-{number}", *_spread(number)) for number in range(CONCURRENT - WRITES)]
    sent_reads = [sides.harness.sent(request) for request in reads]
    expected_reads = [sides.harness.lambda_side.answer(sent) for sent in sent_reads]
    faults: list[Comparison] = []
    seconds = 0.0
    with ThreadPoolExecutor(CONCURRENT) as threads:
        for number in range(ROUNDS):
            sent_writes = [sides.harness.sent(_write(number, position)) for position in range(WRITES)]
            started = time.perf_counter()
            answers = _at_once(sides, threads, sent_writes + sent_reads)
            seconds += time.perf_counter() - started
            expected = [sides.harness.lambda_side.answer(sent) for sent in sent_writes] + expected_reads
            pairs = zip(sent_writes + sent_reads, expected, answers, strict=True)
            faults += [seen for seen in (compared(*pair) for pair in pairs) if seen.differences]
    assert [(seen.sent.id, seen.sent.target, seen.differences) for seen in faults] == []
    total = ROUNDS * CONCURRENT
    print(
        f"\nconcurrent parity: {ROUNDS} rounds of {CONCURRENT} requests at once, {total} equal, {total / seconds:.0f}/s"
    )


def _spread(number: int) -> tuple[str, str, tuple[tuple[str, str], ...], bytes, str | None]:
    method, target, user = _READS[number % len(_READS)]
    return method, target, (), b"", user


def _write(round_number: int, position: int) -> Request:
    path = "/meals" if position % 2 else "/products"
    body = json.dumps({"name": f"Concurrent {round_number}/{position}"}).encode()
    headers = (("Content-Type", "application/json"),)
    return Request(f"write-{round_number}-{position}", "POST", path, headers, body, ADMIN)


def _at_once(sides: Sides, threads: ThreadPoolExecutor, requests: list[Sent]) -> list[Answer]:
    """All connections are open before the first request leaves."""
    barrier = Barrier(len(requests))

    def ask(sent: Sent) -> Answer:
        with sides.harness.fastapi_side.client() as client:
            barrier.wait()
            return client.answer(sent)

    return list(threads.map(ask, requests))

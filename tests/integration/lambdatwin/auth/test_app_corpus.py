"""The attack corpus against the real app: over raw ASGI, and over uvicorn what a socket can carry."""

import pytest

from src.contexts.iam.core.internal import IamUsers
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from tests.integration.lambdatwin.auth.apps import App, Reply, app, on_socket, send_raw
from tests.unit.lambdatwin.auth.corpus.collection import hostile, welcome
from tests.unit.lambdatwin.auth.corpus.world import Item, bearer, token

pytestmark = pytest.mark.anyio

UNAUTHORIZED = b'{"message":"Unauthorized"}'
EXPIRED = b'{"message":"The incoming token has expired"}'
# 431 for headers over the gateway's 10 kB, 400 for bytes that are no HTTP.
SERVERS_OWN = {400, 431}


def _fault(item: Item, reply: Reply) -> str | None:
    """What is wrong with the answer to a hostile request."""
    if reply.status in SERVERS_OWN:
        return None
    if reply.status != 401 or reply.body != (EXPIRED if item.expired else UNAUTHORIZED):
        return f"{item.name}: {reply.status} {reply.body[:80]!r}"
    return None if reply.headers[b"www-authenticate"].startswith(b"Bearer") else f"{item.name}: no challenge"


def _of(use: str, items: list[Item]) -> list[Item]:
    return [item for item in items if item.use == use]


async def _good_ones_get_in(through: App, use: str) -> None:
    for item in _of(use, welcome()):
        # A machine is a user by its client's id, and IAM has none of that id: the middleware refuses it.
        expected = 401 if "of a machine" in item.name else 200
        for _ in ("cold", "warm"):
            reply = await through.send(item.headers())
            assert reply.status == expected, item.name
            assert b"www-authenticate" not in reply.headers, item.name


@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("use", ["access", "id"])
async def test_over_raw_asgi(use: str, step: int, seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `step`th of the corpus, all of which the authenticator's own test sends."""
    async with app(seeded_database_url, monkeypatch, use) as through:
        await _good_ones_get_in(through, use)
        faults = []
        for item in _of(use, hostile())[::step]:
            headers = item.headers()
            cold, warm = await through.send(headers), await through.send(headers)
            faults += [fault for fault in (_fault(item, cold), _fault(item, warm)) if fault]
            if (cold.status, cold.body) != (warm.status, warm.body):
                faults.append(f"{item.name}: warm differs from cold")
        assert faults == []
        await _good_ones_get_in(through, use)


async def test_iam_out_of_reach_is_a_503_and_never_an_anonymous_pass(
    seeded_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: object, user_id: str, caller_context: str) -> None:
        raise DependencyUnavailable

    async with app(seeded_database_url, monkeypatch) as through:
        with monkeypatch.context() as broken:
            broken.setattr(IamUsers, "get_user", away)
            for _ in range(2):
                assert (await through.send(bearer(token()))).status == 503
        assert (await through.send(bearer(token()))).status == 200


@pytest.mark.long
async def test_over_uvicorn(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with app(seeded_database_url, monkeypatch) as through, on_socket(through) as address:
        faults = []
        for item in _of("access", hostile()):
            headers = item.headers()
            if any(b"\n" in value or b"\r" in value for _, value in headers):
                continue  # no header's value can hold a line's end on a socket
            for _ in ("cold", "warm"):
                reply = await send_raw(address, through.path, headers)
                # A server strips blanks around a value (RFC 9110 §5.5): what was wrong about these is then gone.
                if item.name.endswith(("leading space", "trailing space", "trailing tab")) and reply.status == 200:
                    continue
                faults += [fault for fault in [_fault(item, reply)] if fault]
        assert faults == []
        good = await send_raw(address, through.path, bearer(token()))
        assert good.status == 200

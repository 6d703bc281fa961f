"""One fetch of a JWKS document: bounded in time and size, retried once, never led elsewhere by a redirect."""

import asyncio
from dataclasses import dataclass

import httpx


class FetchError(Exception):
    """The endpoint gave no document; the text says what happened, for the log."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds and bytes; `whole_seconds` covers the retry too."""

    connect_seconds: float = 1.5
    whole_seconds: float = 3.0
    largest_bytes: int = 256 * 1024
    attempts: int = 2


async def fetch(client: httpx.AsyncClient, url: str, limits: FetchLimits) -> bytes:
    """The document's bytes; raises `FetchError`."""
    failure = "no attempt was made"
    try:
        async with asyncio.timeout(limits.whole_seconds):
            for _ in range(limits.attempts):
                try:
                    return await _attempt(client, url, limits)
                except (httpx.HTTPError, httpx.InvalidURL, FetchError) as error:
                    failure = f"{type(error).__name__}: {error}"
    except TimeoutError:
        failure = f"no answer within {limits.whole_seconds} s"
    raise FetchError(failure)


async def _attempt(client: httpx.AsyncClient, url: str, limits: FetchLimits) -> bytes:
    timeout = httpx.Timeout(limits.whole_seconds, connect=limits.connect_seconds)
    # identity: a compressed answer could grow past the limit before its size is seen
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    async with client.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=False) as response:
        if response.status_code != 200 or response.headers.get("content-encoding", "identity") != "identity":
            raise FetchError(f"status {response.status_code}")
        document = bytearray()
        async for part in response.aiter_raw():
            document += part
            if len(document) > limits.largest_bytes:
                raise FetchError("the document is too large")
    return bytes(document)

"""A way to PostgreSQL on which connections can die without a word, as behind a firewall that forgets them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy.engine import make_url


@dataclass(slots=True)
class SilentProxy:
    """Passes bytes on. Connections that were open when it fell silent get no answer any more; new ones do."""

    url: str = ""
    _silent: asyncio.Event = field(default_factory=asyncio.Event)
    _ways: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def before(cls, url: str) -> AsyncIterator[Self]:
        """The proxy on a free port of this machine, in front of the server of a URL."""
        proxy, parsed = cls(), make_url(url)
        folder, port = parsed.query.get("host"), parsed.port or 5432

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await (
                asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
                if folder
                else asyncio.open_connection(parsed.host, port)
            )
            proxy._join(reader, there[1])
            proxy._join(there[0], writer)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        here = server.sockets[0].getsockname()[1]
        proxy.url = parsed.set(host="127.0.0.1", port=here, query={}).render_as_string(hide_password=False)
        try:
            yield proxy
        finally:
            server.close()
            for way in list(proxy._ways):
                way.cancel()

    def silence(self) -> None:
        """From now on the present connections pass nothing on, and are not closed."""
        self._silent.set()
        self._silent = asyncio.Event()

    def _join(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        way = asyncio.create_task(_pass_on(source, target, self._silent))
        self._ways.add(way)
        way.add_done_callback(self._ways.discard)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, silent: asyncio.Event) -> None:
    try:
        while data := await source.read(65_536):
            if not silent.is_set():
                target.write(data)
                await target.drain()
    except OSError:
        pass
    finally:
        target.close()

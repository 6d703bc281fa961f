"""The server process: uvicorn's configuration, its socket, and how it stops."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

import uvicorn

from .connection import Answering, LimitedConnection
from .observability.requests import STOPPED
from .settings import Settings

# Seconds for requests that are on their way when the server is stopped: on new connections, and on kept-alive ones,
# whose clients do not know yet that the next answer is the last.
_LAST_ARRIVALS, _LATEST_ARRIVAL = 0.1, 0.5
# Seconds for tasks that go on after everything is closed, such as a rollback whose server is silent.
_END_SECONDS = 2.0
_EVERY_NETWORK = ("0.0.0.0", "::")  # noqa: S104 - where the settings say so
_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


class PortTakenError(Exception):
    """The port cannot be listened on; the message says what to do."""


def listen(settings: Settings) -> list[socket.socket]:
    """The listening sockets: of `::` one for IPv4 and one for IPv6, else one; raises `PortTakenError`.

    One socket for both would call a client of IPv4 `::ffff:10.0.0.1`, in events, logs and where proxies are trusted.
    """
    listeners: list[socket.socket] = []
    port = settings.port
    for host in _EVERY_NETWORK if settings.listen_host == "::" else (settings.listen_host,):
        try:
            listeners.append(_listener(host, port))
        except OSError as error:
            if listeners and error.errno in _NO_IPV6:
                break
            for listener in listeners:
                listener.close()
            raise PortTakenError(_way_out(settings, error)) from None
        port = listeners[0].getsockname()[1]
    return listeners


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listener.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def _way_out(settings: Settings, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{settings.variable('host')}={settings.host} is no address of this machine ({error.strerror}). "
            "Leave it out, or name one: 127.0.0.1 for this machine only, :: for every network."
        )
    other = settings.port + 1 if 1024 <= settings.port < 65_535 else 8000
    return (
        f"Port {settings.port} of {settings.listen_host} cannot be used ({error.strerror}). "
        f"Stop the program that listens there, or choose another: {settings.variable('port')}={other}."
    )


def serve_app(
    app: Any,
    settings: Settings,
    listeners: list[socket.socket],
    ready: int | None = None,
    *,
    loop: str = "auto",
) -> int:
    """Serve until SIGTERM or SIGINT, then finish what runs. `ready` is a descriptor to write to once serving."""
    server = Server(uvicorn_config(app, settings, loop=loop), ready)
    # uvicorn raises the signal again after its own clean shutdown; by then there is nothing left to end.
    signal.signal(signal.SIGTERM, lambda *_: None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    runner = asyncio.Runner(loop_factory=server.config.get_loop_factory())
    with contextlib.suppress(KeyboardInterrupt), runner:
        try:
            runner.run(server.serve(sockets=listeners))
        finally:
            _exit_within(_END_SECONDS, 0 if server.started else 3)
    return 0 if server.started else 3


def _exit_within(seconds: float, code: int) -> None:
    timer = threading.Timer(seconds, os._exit, [code])
    timer.daemon = True
    timer.start()


def uvicorn_config(app: Any, settings: Settings, *, loop: str = "auto") -> uvicorn.Config:
    """How the server behaves on the wire; proxy headers count only from the addresses that the settings name."""
    return uvicorn.Config(
        Answering(app),
        http=LimitedConnection,
        # A pipelined request would begin with what the one before it left in context variables.
        reset_contextvars=True,
        loop=loop,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        timeout_graceful_shutdown=settings.graceful_timeout,
        # Longer than a proxy in front keeps an idle connection: else it sends a request into one that closes.
        timeout_keep_alive=75,
        lifespan="on",
        ws="none",
    )


class Server(uvicorn.Server):
    """uvicorn's server; `ready` is a descriptor to write to once serving."""

    def __init__(self, config: uvicorn.Config, ready: int | None = None) -> None:
        super().__init__(config)
        self._ready = ready
        self._fast = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and self._ready is not None:
            os.write(self._ready, b"1")
            os.close(self._ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, answer what arrives on the connections that are open, and then close those."""
        self._answer_last()
        for server in self.servers:
            server.close()
        waited = 0.0
        while waited < _LAST_ARRIVALS or (waited < _LATEST_ARRIVAL and self._awaits_arrivals()):
            await asyncio.sleep(_LAST_ARRIVALS)
            waited += _LAST_ARRIVALS
        await super().shutdown(sockets)
        if self.force_exit:
            # A second signal: uvicorn would skip the lifespan and leave running tasks and the pool to the loop's end.
            for task in list(self.server_state.tasks):
                task.cancel(f"another signal, {STOPPED}")
            await self.lifespan.shutdown()

    def _answer_last(self) -> None:
        app: Any = self.config.app
        app.stopping = True

    def _awaits_arrivals(self) -> bool:
        return bool(self.server_state.connections) and not self.force_exit and not self._fast

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self._answer_last()
        if sig == signal.SIGINT:
            # Ctrl-C in a terminal: stop fast.
            self._fast = True
            self.config.timeout_graceful_shutdown = 1
        super().handle_exit(sig, frame)

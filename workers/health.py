"""Whether a process is alive and ready, for whoever watches over it: `/healthz` and `/readyz` beside `/metrics`.

Alive: its event loop turns. That never depends on Redis, Temporal, EXCS or EX, because no restart mends those. Ready:
it has started and does its work, or stands by for it. What goes away later does not make a process unready: its peers
would be unready too, and each process goes on by itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http.server import ThreadingHTTPServer
from threading import Thread

from prometheus_client import MetricsHandler

STANDS_STILL = 10.0
"""Seconds without a turn of the event loop after which a process is no longer alive."""


class Health:
    """The health of a process. Read by the HTTP server's threads, written by the event loop."""

    def __init__(self, stands_still: float = STANDS_STILL) -> None:
        self._stands_still = stands_still
        self._waits_for: str | None = "starting"
        self._beat: float | None = None

    def starting(self, waits_for: str) -> None:
        """Not ready; `waits_for` is shown, so it holds no secret and no caller's number."""
        self._waits_for = f"starting: {waits_for}"

    def ready(self) -> None:
        self._waits_for = None

    def stopping(self) -> None:
        self._waits_for = "stopping"

    @property
    def unready(self) -> str | None:
        """Why the process is not ready; None when it is."""
        return self._waits_for

    @property
    def unalive(self) -> str | None:
        """Why the process is not alive; None when it is, or has not begun its work."""
        still = time.monotonic() - self._beat if self._beat is not None else 0.0
        return f"the event loop has stood still for {still:.0f} s" if still > self._stands_still else None

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Show inside the block that the event loop turns."""
        self._beat = time.monotonic()
        task = asyncio.create_task(self._turn(), name="heartbeat")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._beat = None

    async def _turn(self) -> None:
        while True:
            await asyncio.sleep(self._stands_still / 10)
            self._beat = time.monotonic()


HEALTH = Health()
"""Of this process."""


class _Handler(MetricsHandler):
    """`/healthz` and `/readyz`; everything else is the metrics, as Prometheus' own server has it."""

    health: Health

    def do_GET(self) -> None:  # noqa: N802
        path = self.path.partition("?")[0]
        if path == "/healthz":
            self._answer(self.health.unalive, "alive")
        elif path == "/readyz":
            self._answer(self.health.unready, "ready")
        else:
            super().do_GET()

    def _answer(self, fault: str | None, well: str) -> None:
        text = f"{fault or well}\n".encode()
        self.send_response(503 if fault else 200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def serve(port: int, health: Health = HEALTH) -> None:
    """Serve metrics and health on all interfaces, in threads of their own. Raises OSError."""
    server = ThreadingHTTPServer(("", port), type("Handler", (_Handler,), {"health": health}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="metrics and health", daemon=True).start()

"""TLS put in front of plain servers, as a load balancer does: the lab's Redis and Temporal have none."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Fronts:
    """Ports that take TLS and pass on what comes. Use as `async with`."""

    def __init__(self) -> None:
        self.connections: Counter[str] = Counter()
        """Handshakes that succeeded, by the address behind."""
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, behind: str, tls: ssl.SSLContext) -> str:
        """In front of host:port; the address of the front."""
        host, _, port = behind.rpartition(":")

        async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections[behind] += 1
            with suppress(OSError):
                inner = await asyncio.open_connection(host, int(port))
                self._start(_pump, reader, inner[1])
                self._start(_pump, inner[0], writer)

        server = await asyncio.start_server(passed_on, "127.0.0.1", 0, ssl=tls)
        self._stack.push_async_callback(server.wait_closed)
        self._stack.callback(server.close)
        return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def _start(
        self,
        pump: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        task = asyncio.ensure_future(pump(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()

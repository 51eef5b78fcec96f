"""A TCP connection that can be disturbed: a loopback port before a server's own, for faults of the network between."""

import asyncio
from contextlib import suppress

from deploy.lab.ports import free_port

_CHUNK = 1 << 16


class Wire:
    """Forwards what comes in on `port` to a server, byte by byte, until told otherwise."""

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self.lag = 0.0
        """Seconds every chunk of an answer is late."""
        self.request_lag = 0.0
        """Seconds every chunk of a request is late."""
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def start(self) -> None:
        """Listen on `port`. Raises OSError."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    def cut(self) -> None:
        """Reset every connection and refuse new ones: the server cannot be reached."""
        if self._listener is not None:
            self._listener.close()
        self.reset()

    def reset(self) -> None:
        """Reset every connection; new ones are accepted."""
        for end in list(self._ends):
            end.transport.abort()

    def freeze(self) -> None:
        """Forward nothing: connections stay, new ones are accepted, no answer comes."""
        self._open.clear()

    async def mend(self) -> None:
        """End every disturbance. Raises OSError."""
        self.lag = self.request_lag = 0.0
        self._open.set()
        if self._listener is not None and not self._listener.is_serving():
            await self.start()

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._open.set()
        self.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
                self._ends.add(far_writer)
                try:
                    await asyncio.gather(
                        self._forward(reader, far_writer, answers=False),
                        self._forward(far_reader, writer, answers=True),
                    )
                finally:
                    self._ends.discard(far_writer)
                    far_writer.transport.abort()
        finally:
            self._ends.discard(writer)
            writer.transport.abort()

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, answers: bool) -> None:
        while data := await source.read(_CHUNK):
            await asyncio.sleep(self.lag if answers else self.request_lag)
            await self._open.wait()
            sink.write(data)
            await sink.drain()
        sink.close()

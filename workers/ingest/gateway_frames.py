"""The frames of a connection to a gateway, one by one, as they are asked for."""

import asyncio

from workers.errors import ExcpError
from workers.ingest.gateway_codec import Decoder, Malformed, Unknown
from workers.ingest.gateway_protocol import SERVER_FRAMES, Frame


class ConnectionEndedError(ExcpError):
    """The connection cannot go on; the message says why."""

    def __init__(self, reason: str, *, patient: bool = False) -> None:
        """`patient`: trying again soon is no use."""
        super().__init__(reason)
        self.patient = patient


class Frames:
    """The frames of a connection, one by one. It reads only when asked: that is the back-pressure."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.silence: float | None = None
        """Seconds without a byte, while waiting for one, after which the connection is lost."""
        self._reader = reader
        self._decoder = Decoder(SERVER_FRAMES)
        self._ready: list[Frame | Unknown | Malformed] = []
        """Decoded and not taken yet, the next one last."""

    async def next(self) -> Frame | Unknown | Malformed:
        while not self._ready:
            try:
                async with asyncio.timeout(self.silence):
                    data = await self._reader.read(1 << 16)
            except TimeoutError:
                raise ConnectionEndedError(f"no heartbeat for {self.silence:g} s") from None
            if not data:
                raise ConnectionEndedError("the gateway closed the connection")
            self._ready = self._decoder.feed(data)[::-1]
        return self._ready.pop()

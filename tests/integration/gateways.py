"""Gateways for tests: one that says verbatim what a test wants, and the lab's SIP Server pair, on real TCP."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deploy.lab.sip_playback import Account
from deploy.lab.sip_server import Options, Pair
from tests.integration.eventually import WAIT
from workers.settings import Address, ServerPair

HELLO = '{"frame":"hello","protocol":1,"server":"S","role":"primary"}'
SAMPLES = Path(__file__).parents[2] / "deploy" / "lab" / "samples"


class Conversation:
    """A connection of a client to a scripted gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def heard(self, frame: str) -> dict[str, Any]:
        """The next frame of that kind the client sends."""
        async with asyncio.timeout(WAIT):
            while line := await self._reader.readline():
                said = json.loads(line)
                if said["frame"] == frame:
                    return dict(said)
        raise ConnectionError(f"the client closed before it sent {frame}")

    def say(self, *lines: str) -> None:
        self.writer.write("".join(line + "\n" for line in lines).encode())

    async def subscribed(self) -> dict[str, Any]:
        """Greet, and answer the subscription."""
        self.say(HELLO)
        await self.heard("hello")
        subscription = await self.heard("subscribe")
        self.say(f'{{"frame":"subscribed","feed":"{subscription["feed"]}"}}', '{"frame":"snapshot_begin"}')
        self.say('{"frame":"snapshot_end","complete":true}')
        return subscription


class ScriptedGateway:
    """Listens; a test takes its connections one by one."""

    def __init__(self) -> None:
        self._connections: asyncio.Queue[Conversation] = asyncio.Queue()
        self.address = Address("127.0.0.1", 0)

    async def connected(self) -> Conversation:
        async with asyncio.timeout(WAIT):
            return await self._connections.get()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._connections.put(Conversation(reader, writer))

    @classmethod
    @asynccontextmanager
    async def listening(cls, tls: ssl.SSLContext | None = None) -> AsyncIterator["ScriptedGateway"]:
        gateway = cls()
        server = await asyncio.start_server(gateway._serve, "127.0.0.1", 0, ssl=tls)
        gateway.address = Address("127.0.0.1", server.sockets[0].getsockname()[1])
        try:
            yield gateway
        finally:
            server.close()


class LabPair:
    """The lab's pair in this process, with its control."""

    def __init__(
        self, site: str, *logs: Path, speed: float = 0, heartbeat: float = 5.0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.site = site
        self.reports: list[dict[str, Any]] = []
        self._commands: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._news = asyncio.Event()
        options = Options(site, logs, speed, heartbeat=heartbeat, tls=tls)
        self.pair = Pair(options, Account(site, "DispositionCode", None), self._report)

    @property
    def servers(self) -> ServerPair:
        addresses = tuple(Address("127.0.0.1", server.port) for server in self.pair.servers)
        return ServerPair(self.site, addresses, tls=self.pair.options.tls is not None)

    def command(self, command: str, **values: Any) -> None:
        self._commands.put_nowait({"command": command, **values})

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds; looked at after each report."""
        async with asyncio.timeout(WAIT):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def reported(self, status: str, times: int = 1) -> dict[str, Any]:
        """The report of that status, when there were so many."""
        await self.until(lambda: len([each for each in self.reports if each["status"] == status]) >= times)
        return [each for each in self.reports if each["status"] == status][times - 1]

    def _report(self, status: str, **values: Any) -> None:
        self.reports.append({"status": status, **values})
        self._news.set()

    async def _next_commands(self) -> AsyncIterator[dict[str, Any]]:
        while command := await self._commands.get():
            yield command

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LabPair"]:
        running = asyncio.create_task(self.pair.run(self._next_commands()))
        try:
            await self.reported("listening")
            yield self
        finally:
            self._commands.put_nowait(None)
            await running

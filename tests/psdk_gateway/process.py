"""The gateway as a process with the fake Platform SDK, and a client that speaks the protocol line by line."""

import asyncio
import json
import os
import signal
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.psdk_gateway.tserver import WAIT, TServer, Values

JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
CLIENT_HELLO = '{"frame":"hello","protocol":1,"client":"a"}'


@dataclass(frozen=True)
class Built:
    """What was compiled."""

    jar: Path
    stubs: Path
    fake: Path

    @property
    def with_fake_sdk(self) -> str:
        return f"{self.jar}:{self.fake}:{self.stubs}"

    @property
    def with_stubs(self) -> str:
        return f"{self.jar}:{self.stubs}"


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    own = {f"GATEWAY_{name.upper()}": str(value) for name, value in settings.items()}
    return {**{key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "JAVA_HOME")}, **own}


class GatewayProcess:
    """A running gateway; its log is kept."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[Values] = []
        self.noise: list[str] = []
        self.port = 0
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def logged(self, event: str, times: int = 1, **values: Any) -> Values:
        """The entry of the log with these values, when there were so many."""
        async with asyncio.timeout(WAIT):
            while len(found := [e for e in self.log if e["event"] == event and values.items() <= e.items()]) < times:
                self._news.clear()
                await self._news.wait()
        return found[times - 1]

    async def stop(self) -> int:
        """Send SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), WAIT)
        await self._reading
        return code

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.noise.append(line.decode())
            self._news.set()


@asynccontextmanager
async def gateway(built: Built, *servers: TServer, **settings: Any) -> AsyncIterator[GatewayProcess]:
    """A gateway in front of these servers, primary first; with settings by name, without GATEWAY_."""
    usual = {
        "sip_server": "/".join(f"localhost:{server.port}" for server in servers),
        "server_name": "SIPS1",
        "listen": "127.0.0.1:0",
        "log_format": "json",
        "retry_delay": 0.05,
        "snapshot_quiet": 0.1,
        "heartbeat": 1,
    }
    process = await asyncio.create_subprocess_exec(
        "java", *JVM, "-cp", built.with_fake_sdk, "excp.gateway.Main",
        env=environment(usual | settings), stderr=asyncio.subprocess.PIPE, limit=1 << 22,
    )  # fmt: skip
    running = GatewayProcess(process)
    try:
        running.port = (await running.logged("gateway listens"))["port"]
        yield running
    except BaseException:
        print("the gateway's log:", *map(json.dumps, running.log), *running.noise, sep="\n")
        raise
    finally:
        await running.end()
    assert running.noise == [], "the gateway or the fake SDK complains"


class LineClient:
    """A connection to a gateway, line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.frames: list[Values] = []

    def say(self, *lines: str | Values) -> None:
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        self.writer.write("".join(text + "\n" for text in texts).encode())

    async def frame(self) -> Values:
        """The next frame but heartbeats. Raises EOFError at the end."""
        async with asyncio.timeout(WAIT):
            while line := await self._reader.readline():
                frame: Values = json.loads(line)
                if frame["frame"] != "heartbeat":
                    self.frames.append(frame)
                    return frame
        self.writer.close()
        raise EOFError

    async def until(self, kind: str, **values: Any) -> Values:
        """The next frame of that kind with these values."""
        while True:
            frame = await self.frame()
            if frame["frame"] == kind and values.items() <= frame.items():
                return frame

    async def taken(self, number: int) -> list[Values]:
        """The next frames but heartbeats."""
        return [await self.frame() for _ in range(number)]

    async def rest(self) -> list[Values]:
        """What comes until the gateway closes."""
        frames = []
        try:
            while True:
                frames.append(await self.frame())
        except (EOFError, ConnectionError):
            return frames

    async def subscribed(self, feed: str = "CALL", *dns: str) -> None:
        """Greet and subscribe, up to the answer."""
        kind = {"VQ": "virtual_queue", "AGENT": "extension"}.get(feed)
        self.say(CLIENT_HELLO, {"frame": "subscribe", "feed": feed, "dns": [{"dn": dn, "type": kind} for dn in dns]})
        await self.until("subscribed", feed=feed)


@asynccontextmanager
async def client(running: GatewayProcess, tls: ssl.SSLContext | None = None) -> AsyncIterator[LineClient]:
    name = "localhost" if tls else None
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", running.port, ssl=tls, server_hostname=name, limit=1 << 22
    )
    try:
        yield LineClient(reader, writer)
    finally:
        writer.transport.abort()

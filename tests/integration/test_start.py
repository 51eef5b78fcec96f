"""`excp ingest` and `excp dispatch` wait for what is away, say so, and end over what is wrong."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.lab.ports import free_port
from tests.integration.conftest import start_redis, stop

WAIT = 30.0
NOBODY = "127.0.0.1:1"


class Process:
    """A started process and its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log: list[dict[str, Any]] = []

    async def says(self, event: str) -> dict[str, Any]:
        """Wait for a log line."""
        assert self._process.stderr is not None
        while line := (await asyncio.wait_for(self._process.stderr.readline(), WAIT)).decode():
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"{event!r} was never said: {self.log}")

    async def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        _, rest = await asyncio.wait_for(self._process.communicate(), WAIT)
        self.log += [json.loads(line) for line in rest.decode().splitlines()]
        assert "Traceback" not in str(self.log)
        return self._process.returncode or 0


@asynccontextmanager
async def started(name: str, folder: Path, **settings: str) -> AsyncIterator[Process]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    usual = {
        "TENANT_ID": "t",
        "LOG_FORMAT": "json",
        "TASK_QUEUE": f"calls-{uuid.uuid4().hex}",
        "VOICE_SERVER_CALL": f"SIPS1={NOBODY}",
        "EXCS_URL": f"http://{NOBODY}",
    }
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("excp")),
        name,
        env=kept | usual | settings,
        cwd=folder,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@contextmanager
def a_redis(folder: Path, *options: str) -> Any:
    server, url = start_redis(folder, *options)
    try:
        yield url
    finally:
        stop(server)


@pytest.mark.parametrize("name", ["ingest", "dispatch"])
async def test_redis_away_is_waited_for(name: str, tmp_path: Path, temporal_address: str) -> None:
    port = str(free_port())
    settings = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "TEMPORAL_ADDRESS": temporal_address}
    async with started(name, tmp_path, **settings) as process, started(name, tmp_path, **settings) as stopped:
        line = await process.says("cannot start yet, waiting")
        assert line["reason"].startswith("Redis cannot be reached")
        assert "(REDIS_URL)" in line["reason"]
        await stopped.says("cannot start yet, waiting")
        assert await stopped.stop() == 0
        with a_redis(tmp_path, "--port", port):
            await process.says("ingest started" if name == "ingest" else "dispatching")
            assert await process.stop() == 0
    assert process.log[-1]["event"] == stopped.log[-1]["event"] == f"{name} stopped"


async def test_temporal_away_is_waited_for(tmp_path: Path, redis_url: str) -> None:
    async with started("dispatch", tmp_path, REDIS_URL=redis_url, TEMPORAL_ADDRESS=NOBODY) as process:
        line = await process.says("cannot start yet, waiting")
        assert f"Temporal at {NOBODY} cannot be reached (TEMPORAL_ADDRESS)" in line["reason"]
        assert await process.stop() == 0
    assert process.log[-1]["event"] == "dispatch stopped"


@pytest.mark.parametrize("name", ["ingest", "dispatch"])
@pytest.mark.parametrize(
    ("options", "url", "reason"),
    [
        (("--requirepass", "secret"), lambda url: url, "it wants a password"),
        (("--requirepass", "secret"), lambda url: url.replace("//", "//:wrong-word@"), "refuses the user or password"),
        (("--maxmemory-policy", "allkeys-lru"), lambda url: url, "maxmemory-policy is allkeys-lru"),
        (("--cluster-enabled", "yes"), lambda url: url, "it is a Redis Cluster"),
        ((), lambda url: url[:-1] + "99", "DB index is out of range"),
    ],
)
async def test_a_redis_that_cannot_be_used_ends_it(
    name: str, options: tuple[str, ...], url: Callable[[str], str], reason: str, tmp_path: Path
) -> None:
    with a_redis(tmp_path, *options) as right:
        async with started(name, tmp_path, REDIS_URL=url(right), TEMPORAL_ADDRESS=NOBODY) as process:
            assert await process.ended() == 1
    last = process.log[-1]
    assert (last["event"], last["level"]) == ("process cannot work", "critical")
    assert reason in last["reason"]
    assert "REDIS_URL" in last["reason"]
    assert "wrong-word" not in str(process.log)


@pytest.mark.parametrize("name", ["ingest", "dispatch"])
async def test_a_port_of_something_else_ends_it(name: str, tmp_path: Path) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    async with server, started(name, tmp_path, REDIS_URL=url, TEMPORAL_ADDRESS=NOBODY) as process:
        assert await process.ended() == 1
    assert "what answers is no Redis" in process.log[-1]["reason"]
    assert "REDIS_URL" in process.log[-1]["reason"]


async def test_files_of_tls_that_cannot_be_used_end_it_at_once(tmp_path: Path) -> None:
    """Not when Redis, which may be away, was found."""
    settings = {"REDIS_URL": "redis://127.0.0.1:1/0", "TLS_CA_FILE": __file__}
    async with started("ingest", tmp_path, **settings) as process:
        assert await process.ended() == 1
    assert "TLS_CA_FILE" in process.log[-1]["reason"]


async def test_a_replica_is_waited_for(tmp_path: Path, redis_url: str) -> None:
    """After a failover it may be promoted yet."""
    port = redis_url.rpartition(":")[2].partition("/")[0]
    with a_redis(tmp_path, "--replicaof", "127.0.0.1", port) as replica:
        async with started("ingest", tmp_path, REDIS_URL=replica) as process:
            assert "read-only replica" in (await process.says("cannot start yet, waiting"))["reason"]
            assert await process.stop() == 0


async def test_a_namespace_temporal_does_not_have_ends_it(
    tmp_path: Path, redis_url: str, temporal_address: str
) -> None:
    settings = {"REDIS_URL": redis_url, "TEMPORAL_ADDRESS": temporal_address, "TEMPORAL_NAMESPACE": "nowhere"}
    async with started("dispatch", tmp_path, **settings) as process:
        assert await process.ended() == 1
    assert "Temporal namespace 'nowhere' (TEMPORAL_NAMESPACE)" in process.log[-1]["reason"]

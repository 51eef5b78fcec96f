"""A real Redis and a real Temporal dev server, one of each for the whole session."""

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.lab.ports import free_port
from tests.integration.dispatching import collecting
from workers.event_stream import EventStream
from workers.redis_server import open_redis
from workers.settings import Settings

BIN = Path(sys.executable).parent
REDIS_SERVER = os.environ.get("TEST_REDIS_SERVER", str(BIN / "redis-server"))
"""The redis-server of the tests; another one to see that its version works too."""
START_DEADLINE = 20.0
SEARCH_ATTRIBUTES = ("ExcpSite", "ExcpCallType", "ExcpOutcome", "ExcpFlow")
TUNING = (
    "history.transferProcessorMaxPollRPS=1000",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_redis(
    directory: Path, *options: str, ready: str = "Ready to accept connections"
) -> tuple[subprocess.Popen[str], str]:
    """Start a redis-server on a free port, or that of `--port`; the process, and its URL once its log says `ready`."""
    port = int(options[options.index("--port") + 1]) if "--port" in options else free_port()
    log = directory / f"redis-{port}.log"
    log.unlink(missing_ok=True)
    command = [REDIS_SERVER, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory), "--logfile", str(log)]
    process = subprocess.Popen([*command, "--save", "", *options], text=True)
    deadline = time.monotonic() + START_DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        if log.exists() and ready in log.read_text("utf-8"):
            return process, f"redis://127.0.0.1:{port}/0"
        time.sleep(0.01)
    stop(process)
    raise RuntimeError("redis-server did not start:\n" + (log.read_text("utf-8") if log.exists() else ""))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the session's Redis."""
    process, url = start_redis(tmp_path_factory.mktemp("redis"))
    yield url
    stop(process)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """URL of an empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def temporal_address() -> Iterator[str]:
    """host:port of the session's Temporal dev server."""
    with temporal_server() as address:
        yield address


@contextmanager
def temporal_server(*dynamic: str) -> Iterator[str]:
    """A Temporal dev server with some dynamic configuration (`key=value`), as host:port.

    About one start in 75 never answers: then another is made.
    """
    for _ in range(3):
        port = free_port()
        command = [*dev_server(port), *(part for value in dynamic for part in ("--dynamic-config-value", value))]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        address = f"127.0.0.1:{port}"
        try:
            if asyncio.run(answers(address, process)):
                yield address
                return
        finally:
            stop(process)
    raise RuntimeError("the Temporal dev server did not come up three times in a row")


def dev_server(port: int, search_attributes: Sequence[str] = SEARCH_ATTRIBUTES) -> list[str]:
    command = [str(BIN / "temporal"), "server", "start-dev", "--headless", "--port", str(port), "--log-level", "error"]
    for value in TUNING:
        command += ["--dynamic-config-value", value]
    for name in search_attributes:
        command += ["--search-attribute", f"{name}=Keyword"]
    return command


async def answers(address: str, process: subprocess.Popen[str]) -> bool:
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client = await Client.connect(address)
            await client.workflow_service.get_system_info(GetSystemInfoRequest())
            await client.count_workflows("")
            return True
        except Exception:
            await asyncio.sleep(0.05)
    return False


@pytest.fixture
async def temporal_client(temporal_address: str) -> Client:
    """A client of the session's Temporal, with the product's data converter."""
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture(name="redis")
async def redis_client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client of an empty Redis, as the product opens it."""
    async with open_redis(redis_url) as client:
        yield client


@pytest.fixture
def settings(redis_url: str) -> Settings:
    """Of a dispatcher with a task queue of its own."""
    values: dict[str, Any] = {"redis_url": redis_url, "tenant_id": "t", "task_queue": f"calls-{uuid.uuid4().hex}"}
    return Settings(_env_file=None, **values)


@pytest.fixture
def stream(redis: redis.asyncio.Redis, settings: Settings) -> EventStream:
    return EventStream(redis, settings.key_prefix, 100_000)


@pytest.fixture
async def worker(temporal_client: Client, settings: Settings) -> AsyncIterator[None]:
    """Runs the workflow that collects what dispatch sends."""
    async with collecting(temporal_client, settings):
        yield

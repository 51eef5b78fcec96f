"""What the tests of dispatch share: a workflow that collects what it is sent, events, and dispatchers of their own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY
from redis.asyncio import Redis
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.integration.eventually import eventually
from workers.dispatch.process import Dispatch
from workers.dispatch.waiting import first_of
from workers.event_stream import EventStream
from workers.settings import Settings
from workflows.call.tlib import TlibEvent

BIN = Path(sys.executable).parent
START = 1_700_000_000_000_000
DEADLINE = 20.0


@workflow.defn(name="EngageCallWorkflow")
class CollectingWorkflow:
    """Keeps the first arrival of each name, as the call workflow does, and how many came with each signal."""

    @workflow.init
    def __init__(self, start: dict[str, Any]) -> None:
        self.start = start
        self.items: dict[str, dict[str, Any]] = {}
        self.sizes: list[int] = []
        self.done = False

    @workflow.run
    async def run(self, start: dict[str, Any]) -> int:
        await workflow.wait_condition(lambda: self.done)
        return len(self.items)

    @workflow.signal
    def tlib_events(self, items: list[dict[str, Any]]) -> None:
        self.sizes.append(len(items))
        for item in items:
            self.items.setdefault(item.get("id") or f"{item['item']} {item.get('into') or item.get('call')}", item)

    @workflow.signal
    def end(self) -> None:
        self.done = True

    @workflow.query
    def names(self) -> list[str]:
        return list(self.items)

    @workflow.query
    def heard(self) -> dict[str, Any]:
        return {"start": self.start, "items": list(self.items.values()), "sizes": self.sizes}


def new_call() -> str:
    return uuid.uuid4().hex.upper()


def event(call: str, n: int, name: str = "EventCallDataChanged", **values: Any) -> TlibEvent:
    return TlibEvent(id=f"{call[:8]} {n}", event=name, site="S1", time=START + n, call=call, **values)


def created(call: str, n: int = 0, **values: Any) -> TlibEvent:
    return event(call, n, "EventCallCreated", call_type=2, **values)


def collecting(client: Client, settings: Settings) -> Worker:
    workflows = [CollectingWorkflow]
    runner = UnsandboxedWorkflowRunner()
    return Worker(client, task_queue=settings.task_queue, workflows=workflows, workflow_runner=runner)


@asynccontextmanager
async def dispatching(settings: Settings, redis: Redis, client: Client) -> AsyncIterator[None]:
    ending = asyncio.Event()
    task = asyncio.create_task(Dispatch(settings, redis, client).run(ending))
    try:
        yield
    finally:
        ending.set()
        await task


async def submit(stream: EventStream, *events: TlibEvent) -> str:
    """Submit events; the stream id of the last."""
    return (await stream.submit("a", None, events)).ids[-1]


async def passed(redis: Redis, settings: Settings, stream_id: str, within: float = DEADLINE) -> None:
    async def check() -> bool:
        return bool(await redis.get(f"{settings.key_prefix}cursor") == stream_id)

    await eventually(check, within)


def handle(client: Client, call: str) -> WorkflowHandle[Any, Any]:
    return client.get_workflow_handle(f"call-{call}")


async def heard(client: Client, call: str) -> dict[str, Any]:
    found: dict[str, Any] = await handle(client, call).query("heard")
    return found


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("excp_dispatch_events_total", {"result": result}) or 0.0


async def parked(redis: Redis, settings: Settings) -> list[dict[str, Any]]:
    entries: Any = await redis.lrange(f"{settings.key_prefix}parked", 0, -1)
    return [json.loads(entry) for entry in entries]


@contextmanager
def running(command: Sequence[str | Path], **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process, killed at the end of the block if it still runs."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def dispatch_process(settings: Settings, address: str) -> AbstractContextManager[subprocess.Popen[str]]:
    return running(
        [BIN / "excp", "dispatch"],
        REDIS_URL=str(settings.redis_url),
        TENANT_ID=str(settings.tenant_id),
        TASK_QUEUE=settings.task_queue,
        TEMPORAL_ADDRESS=address,
    )


async def holder(redis: Redis, settings: Settings) -> None:
    async def check() -> bool:
        return bool(await redis.exists(f"{settings.key_prefix}lease"))

    await eventually(check, DEADLINE)


async def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.to_thread(process.wait, DEADLINE)


class Gate:
    """A TCP proxy that, while it is closed, lets nothing through to the server."""

    def __init__(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host, int(port))
        self._way = asyncio.Event()
        self._way.set()
        self._waiting = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self.address = ""

    def close(self) -> None:
        self._way.clear()
        self._waiting.clear()

    def open(self) -> None:
        self._way.set()

    async def held(self) -> None:
        """Wait until something stands before the closed gate."""
        await asyncio.wait_for(self._waiting.wait(), DEADLINE)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Gate"]:
        listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listener.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._connections.add(asyncio.create_task(self._serve(client, to_client)))

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection(*self._server)
        try:
            await first_of(self._pass(client, to_server, self._way), self._pass(server, to_client, None))
        finally:
            to_client.close()
            to_server.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event | None
    ) -> None:
        while data := await reader.read(1 << 16):
            if way is not None and not way.is_set():
                self._waiting.set()
                await way.wait()
            writer.write(data)

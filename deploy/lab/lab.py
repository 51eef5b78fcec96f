"""A running lab: simulated SIP Servers, EXCS and EX Org, real Redis and Temporal, and the product's own processes.

`excp lab run` shows it; integration tests drive it: play logs, crash a process, start another, and read what came out.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from redis.asyncio import Redis
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from deploy.lab.ports import free_port
from deploy.lab.processes import ProcessError, Processes
from deploy.lab.product import FEEDS, PRODUCT, TASK_QUEUE, environment
from deploy.lab.readings import ExOrgReader, Metrics
from deploy.lab.servers import (
    NAMESPACE,
    ExOrgOptions,
    answers_http,
    answers_temporal,
    attempts,
    pings,
    program,
    start_ex_org,
    start_excs,
    start_redis,
    start_temporal,
)
from deploy.lab.sip_pair import SipPair
from deploy.lab.sip_playback import read_in_order
from deploy.lab.wire import Wire
from workers.settings import Settings

UP_WITHIN = 45.0
"""Seconds a product process has until it does its work."""
STOP_WITHIN = 5.0
"""Seconds each process has to stop when the lab ends: by then nothing is left to be finished."""
HOLD = float(Settings.model_fields["reconnect_hold"].default)
POLL = 0.5


Between = Callable[[Mapping[str, str]], Awaitable[Mapping[str, str]]]


class StuckError(ProcessError):
    """Nothing moves any more, but something is still open."""


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    played: int
    finished: bool
    """Everything was played."""
    read: int
    """Events read by the living ingest instances."""
    held: int
    """Of these: not passed by dispatch yet."""
    calls: int
    running: int
    """Of these: workflows that have not completed."""
    taken: int
    """Events the EX Org holds."""

    @property
    def settled(self) -> bool:
        return self.finished and not self.held and not self.running


class Lab:
    """Use as `async with Lab(…)`: inside everything runs and is subscribed, afterwards everything is gone.

    `folder`: for logs and temporary files. `logs`: by site. `settings`: environment of the product, over the lab's own.
    `product`: as `PRODUCT`. `wired`: of redis, excs, ex-org and temporal (this one for
    dispatch alone) those the product reaches by a `Wire` (see `wires`).
    `durable`: Temporal keeps its calls in a file, so that it can be killed and revived.
    `between`: is given that environment when the servers run, and gives the one the product gets; for what is to stand
    between them.
    """

    def __init__(
        self,
        folder: Path,
        mapping: Path,
        logs: Mapping[str, Sequence[Path]],
        *,
        speed: float = 1.0,
        ex_org: ExOrgOptions | None = None,
        settings: Mapping[str, str] | None = None,
        product: Mapping[str, str] = PRODUCT,
        wired: Collection[str] = (),
        durable: bool = False,
        between: Between | None = None,
    ) -> None:
        self.folder = folder
        self.processes = Processes(folder)
        self.pairs: list[SipPair] = []
        self.temporal: Client
        self.ex_org: ExOrgReader
        self.addresses: dict[str, str] = {}
        """For people: what can be looked at, and where."""
        self.product = dict(product)
        self.wires: dict[str, Wire] = {}
        self.redis: Redis
        """For looking on, beside any wire."""
        self._mapping = mapping.resolve()
        self._logs = {site: [path.resolve() for path in paths] for site, paths in logs.items()}
        self._speed = speed
        self._options = ex_org or ExOrgOptions()
        self._settings = dict(settings or {})
        self._between = between
        self._http = httpx.AsyncClient(trust_env=False, timeout=5)
        self._closing = AsyncExitStack()
        self._closing.push_async_callback(self._http.aclose)
        self._environment: dict[str, str] = {}
        self._metrics_ports: dict[str, int] = {}
        self._wired = wired
        self._durable = durable
        self._checks: dict[str, Callable[[], Awaitable[bool]]] = {}
        self._again: dict[str, Callable[[], Awaitable[object]]] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._start_servers()
            async with asyncio.TaskGroup() as group:
                for name in self.product:
                    group.create_task(self.start(name))
            # an ingest holds back what a new connection brings, each feed by its own clock: play when that is over
            await asyncio.sleep(float(self._settings.get("RECONNECT_HOLD", HOLD)))
        except BaseException as error:
            await self._close()
            raise _first(error) from None
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self._close()

    async def start(self, name: str, settings: Mapping[str, str] | None = None) -> None:
        """Start a process of `product` and wait until it does its work. Raises ProcessError.

        `settings`: environment of this process alone.
        """
        for pair in self.pairs:
            await pair.without(name)  # the connections of a killed predecessor are about to end
        port = free_port()
        self._metrics_ports[name] = port
        own = {"EXCP_INSTANCE": name, "METRICS_PORT": str(port)}
        command = self.product[name]
        if command == "dispatch" and (wire := self.wires.get("temporal")):
            own["TEMPORAL_ADDRESS"] = f"127.0.0.1:{wire.port}"
        own |= settings or {}
        await self.processes.start(name, program("excp"), command, environment=self._environment | own)
        works = {"ingest": self._subscribed, "dispatch": self._answers_metrics, "worker": self._polls}[command]
        await self.processes.ready(name, lambda: works(name), UP_WITHIN)

    async def stop(self, name: str) -> int:
        """SIGTERM, and wait; the exit code."""
        self._metrics_ports.pop(name, None)
        return await self.processes.stop(name)

    async def kill(self, name: str) -> None:
        """SIGKILL, as a crash would end it."""
        self._metrics_ports.pop(name, None)
        await self.processes.kill(name)

    async def crash(self, server: str) -> None:
        """SIGKILL one of redis, temporal, excs and ex-org; what it kept in memory is gone."""
        self._again[server] = await self.processes.crash(server)

    async def revive(self, server: str) -> None:
        """Start a crashed server again where it was, and wait until it answers. Raises ProcessError."""
        again = self._again.pop(server)

        async def attempt() -> None:
            await again()
            await self.processes.ready(server, self._checks[server], UP_WITHIN)

        await attempts(self.processes, server, attempt)

    @property
    def crashed(self) -> list[str]:
        """Servers that wait for `revive`."""
        return list(self._again)

    def play(self) -> None:
        """Begin to play the logs, on all sites at once."""
        at = time.time()
        for pair in self.pairs:
            pair.command("start", at=at)

    async def progress(self) -> Progress:
        """Raises ProcessError when a process ended that nobody stopped."""
        self.processes.check_alive()
        for pair in self.pairs:
            pair.check()
        ingests = await self.metrics(*(name for name in self._metrics_ports if self.product[name] == "ingest"))
        calls, running = await self._count(""), await self._count("ExecutionStatus = 'Running'")
        return Progress(
            played=sum(pair.played for pair in self.pairs),
            finished=all(pair.totals is not None for pair in self.pairs),
            read=round(ingests.sum("excp_ingest_events_read_total")),
            held=round(ingests.sum("excp_ingest_events_held")),
            calls=calls,
            running=running,
            taken=(await self.ex_org.counts())["taken"],
        )

    async def watch(self, patience: float) -> AsyncIterator[Progress]:
        """The progress, until everything was played and every call's workflow has completed.

        Raises StuckError when nothing changes for `patience` seconds, and ProcessError as `progress` does.
        """
        last, changed = await self.progress(), time.monotonic()
        while True:
            yield last
            await asyncio.sleep(POLL)
            now = await self.progress()
            if now == last and now.settled:
                return
            if now != last or not now.finished:
                changed = time.monotonic()
            elif time.monotonic() - changed > patience:
                raise StuckError(await self._stuck(now, patience))
            last = now

    async def settle(self, patience: float = 45.0) -> Progress:
        """Wait as `watch` does; the last progress."""
        last = await self.progress()
        async for now in self.watch(patience):
            last = now
        return last

    @property
    def environment(self) -> Mapping[str, str]:
        """What the product's processes are started with."""
        return self._environment

    async def metrics(self, *names: str) -> Metrics:
        """Of running product processes, added up. Raises ProcessError when one does not answer."""
        several = []
        for name in names:
            try:
                several.append(await Metrics.read(self._http, self._metrics_ports[name]))
            except httpx.HTTPError as error:
                raise self.processes[name].failed(f"does not tell its metrics ({type(error).__name__})") from None
        return Metrics.added(several)

    def metrics_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._metrics_ports[name]}/metrics"

    @property
    def measured(self) -> list[str]:
        """The product processes that run and can be asked for metrics."""
        return list(self._metrics_ports)

    def events(self) -> int:
        """How many events will be played. Reads all logs: run it in a thread."""
        return sum(1 for logs in self._logs.values() for _ in read_in_order(logs))

    async def _start_servers(self) -> None:
        firsts = [next(read_in_order(logs), None) for logs in self._logs.values()]
        origin = min((first.time for first in firsts if first), default=0)
        async with asyncio.TaskGroup() as group:
            redis = group.create_task(start_redis(self.processes))
            database = self.folder / "temporal.db" if self._durable else None
            temporal = group.create_task(start_temporal(self.processes, database))
            excs = group.create_task(start_excs(self.processes, self._http, self._mapping))
            ex_org = group.create_task(start_ex_org(self.processes, self._http, self._mapping, self._options))
            pairs = [
                group.create_task(SipPair.start(self.processes, site, logs, self._speed, origin))
                for site, logs in self._logs.items()
            ]
        self.pairs = [pair.result() for pair in pairs]
        self.temporal, temporal_address, ui = temporal.result()
        self.ex_org = ExOrgReader(ex_org.result(), self._http)
        self.redis = Redis(host="127.0.0.1", port=redis.result(), decode_responses=True)
        self._closing.push_async_callback(self.redis.aclose)
        self._checks = {
            "redis": lambda: pings(self.redis),
            "temporal": lambda: answers_temporal(self.temporal),
            "excs": lambda: answers_http(self._http, f"{excs.result()}/v1/snapshot"),
            "ex-org": lambda: answers_http(self._http, f"{ex_org.result()}/lab/counts"),
        }
        redis_url = f"redis://127.0.0.1:{await self._wire('redis', redis.result())}/0"
        self.addresses = {
            "EX Org": ex_org.result(),
            "Temporal UI": f"{ui}/namespaces/{NAMESPACE}/workflows",
            "Temporal": temporal_address,
            "Redis": redis_url,
            "EXCS": excs.result(),
            "SIP Servers": ", ".join(pair.address for pair in self.pairs),
            "logs": str(self.folder),
        }
        excs_url, ex_org_url = [
            f"http://127.0.0.1:{await self._wire(name, int(url.rpartition(':')[2]))}"
            for name, url in (("excs", excs.result()), ("ex-org", ex_org.result()))
        ]
        await self._wire("temporal", int(temporal_address.rpartition(":")[2]))
        shared = environment(self.pairs, redis_url, temporal_address, excs_url, ex_org_url, self._options)
        self._environment = {**shared, **self._settings}
        if self._between is not None:
            self._environment = dict(await self._between(self._environment))

    async def _wire(self, server: str, port: int) -> int:
        """The port at which the product reaches a server."""
        if server not in self._wired:
            return port
        wire = self.wires[server] = Wire(port)
        await wire.start()
        self._closing.push_async_callback(wire.close)
        return wire.port

    async def _subscribed(self, ingest: str) -> bool:
        """To every feed on both servers of every pair."""
        subscribed = all(pair.subscriptions[ingest] == 2 * len(FEEDS) for pair in self.pairs)
        return subscribed and await self._answers_metrics(ingest)

    async def _answers_metrics(self, name: str) -> bool:
        try:
            await self.metrics(name)
        except ProcessError:
            return False
        return True

    async def _polls(self, worker: str) -> bool:
        """Temporal knows this process as a poller of the injection queue, the last thing a call worker starts."""
        queue = TaskQueue(name=f"{TASK_QUEUE}-injection")
        activities = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
        request = DescribeTaskQueueRequest(namespace=NAMESPACE, task_queue=queue, task_queue_type=activities)
        try:
            answer = await self.temporal.workflow_service.describe_task_queue(request)
        except RPCError:
            return False
        return any(poller.identity.startswith(f"{self.processes[worker].pid}@") for poller in answer.pollers)

    async def _count(self, query: str) -> int:
        return (await self.temporal.count_workflows(query)).count

    async def _stuck(self, now: Progress, patience: float) -> str:
        waiting = [f"{now.held} events were read but not dispatched"] if now.held else []
        if now.running:
            found = self.temporal.list_workflows("ExecutionStatus = 'Running'", limit=5)
            some = [each.id async for each in found if each.status == WorkflowExecutionStatus.RUNNING]
            more = ", …" if now.running > len(some) else ""
            waiting.append(f"{now.running} calls are still open ({', '.join(some)}{more})")
        return f"nothing has changed for {patience:.0f} seconds: {'; '.join(waiting)}. Logs: {self.folder}"

    async def _close(self) -> None:
        """The product first, all at once; then what it leans on."""
        product = [name for name in self.product if name in self.processes]
        await asyncio.gather(*(self.processes.stop(name, STOP_WITHIN) for name in product))
        await self.processes.stop_all(STOP_WITHIN)
        await self._closing.aclose()


def _first(error: BaseException) -> BaseException:
    """A single error out of a task group's."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error

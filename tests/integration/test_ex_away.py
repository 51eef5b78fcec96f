"""While the EX Org is away calls wait with Temporal, behind a gate with one probe; then everything is told in order."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    UnsandboxedWorkflowRunner,
    Worker,
)

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.delivery import Rhythm
from activities.ex_client import ExClient
from activities.gate import Gate
from activities.injection import InjectionActivity
from deploy.lab.ports import free_port
from tests.ex_events import batch
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg, calls_of, ex_org, refusal
from tests.integration.one_batch import BatchByBatch
from workers.calls.injection_slots import injection_tuner
from workers.redis_server import open_redis
from workflows.call.telling import Batch, ExEvent

CALLS = 40
SWIFT = Rhythm(wait=0.5, beat=0.05)


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


class Attempts(Interceptor):
    """Counts the attempts that reach a worker."""

    def __init__(self) -> None:
        self.begun = self.running = 0

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Counted(next, self)


class _Counted(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, attempts: Attempts) -> None:
        super().__init__(next)
        self._attempts = attempts

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        self._attempts.begun += 1
        self._attempts.running += 1
        try:
            return await super().execute_activity(input)
        finally:
            self._attempts.running -= 1


class Injection:
    """An injection worker's parts, and the calls it tells."""

    def __init__(self, temporal: Client, queue: str, batcher: Batcher, rhythm: Rhythm) -> None:
        self._temporal, self.queue = temporal, queue
        self.batcher = batcher
        self.attempts = Attempts()
        self.worker = Worker(
            temporal,
            task_queue=queue,
            activities=[InjectionActivity(batcher, rhythm).inject],
            tuner=injection_tuner(batcher, 500),
            interceptors=[self.attempts],
            max_heartbeat_throttle_interval=timedelta(seconds=1),
            graceful_shutdown_timeout=timedelta(seconds=20),
        )

    async def tell(self, name: str) -> WorkflowHandle[Any, Any]:
        """A call in three batches."""
        events = batch(name, holds=2).events
        told = [Batch(call=name, events=part) for part in (events[:2], events[2:6], events[6:])]
        return await self._temporal.start_workflow(
            BatchByBatch.run,
            args=[told, self.queue],
            id=f"{self.queue}-{name}",
            task_queue=f"{self.queue}-calls",
            execution_timeout=timedelta(seconds=60),
        )

    async def waits(self) -> None:
        """The gate is closed, and whatever waits does so with Temporal."""
        await eventually(lambda: self.batcher.probing and self.attempts.running <= 1)


@asynccontextmanager
async def injection(
    temporal: Client, redis_url: str, client: ExClient, queue: str = "", rhythm: Rhythm = SWIFT
) -> AsyncIterator[Injection]:
    queue = queue or f"injection-{uuid.uuid4()}"
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(redis_url))
        await stack.enter_async_context(client)
        budget = RequestBudget(redis, "excp:{t}:", CLIENT, queue, 100_000)
        batcher = Batcher(client.inject, budget, Gate(first=0.05, most=0.4))
        run = asyncio.create_task(batcher.run())
        stack.callback(run.cancel)
        running = Injection(temporal, queue, batcher, rhythm)
        await stack.enter_async_context(running.worker)
        yield running


@pytest.fixture
async def worker(temporal_client: Client, redis_url: str, org: TestOrg) -> AsyncIterator[Injection]:
    async with injection(temporal_client, redis_url, org.client()) as running, _calls(temporal_client, running):
        yield running


def _calls(temporal: Client, running: Injection) -> Worker:
    queue, runner = f"{running.queue}-calls", UnsandboxedWorkflowRunner()
    return Worker(temporal, task_queue=queue, workflows=[BatchByBatch], workflow_runner=runner)


async def finished(calls: list[WorkflowHandle[Any, Any]]) -> None:
    await asyncio.wait_for(asyncio.gather(*(call.result() for call in calls)), 40)


def expected(name: str) -> list[str]:
    return [event.event_id for event in batch(name, holds=2).events]


def told(org: TestOrg, name: str) -> list[str]:
    conversation = ExEvent(array="", event=batch(name).events[0].event).event["conversationId"]
    return [taken.event["eventId"] for taken in org.org.events_of(conversation)]


async def test_calls_wait_behind_one_probe_and_are_told_in_order(worker: Injection, org: TestOrg) -> None:
    org.fault = lambda body: refusal(503, "service.unavailable")
    calls = [await worker.tell(f"C{number}") for number in range(CALLS)]
    await worker.waits()
    requests, attempts = len(org.requests), worker.attempts.begun
    await org.arrived(requests + 8)
    probes = [calls_of(body) for body in org.requests[requests:]]
    assert all(len(probe) <= 1 for probe in probes[1:])
    assert worker.attempts.begun - attempts <= len(probes) + 5  # the polls under way when the gate closed
    assert not org.taken
    org.fault = lambda body: None
    await finished(calls)
    assert all(told(org, f"C{number}") == expected(f"C{number}") for number in range(CALLS))
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert not worker.batcher.probing


async def test_a_call_that_begins_during_the_outage_waits_too(worker: Injection, org: TestOrg) -> None:
    org.fault = lambda body: refusal(503, "service.unavailable")
    calls = [await worker.tell("first")]
    await worker.waits()
    calls += [await worker.tell(f"C{number}") for number in range(10)]
    await org.arrived(len(org.requests) + 4)
    org.fault = lambda body: None
    await finished(calls)
    assert told(org, "C9") == expected("C9")
    assert org.org.repeated == 0


async def test_nobody_listens(temporal_client: Client, temporal_address: str, redis_url: str, org: TestOrg) -> None:
    """Connection refused at one worker; another one reaches the EX Org and takes over what the first gave back."""
    other = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    nobody = ExClient(f"http://127.0.0.1:{free_port()}", org.url, CLIENT, SECRET)
    async with injection(temporal_client, redis_url, nobody) as away, _calls(temporal_client, away):
        calls = [await away.tell(f"C{number}") for number in range(10)]
        await away.waits()
        async with injection(other, redis_url, org.client(), away.queue):
            await finished(calls)
    assert all(told(org, f"C{number}") == expected(f"C{number}") for number in range(10))
    assert org.org.repeated == 0


async def test_a_worker_stops_while_it_waits_for_a_slot(temporal_client: Client, redis_url: str, org: TestOrg) -> None:
    """What it held goes on at the next worker."""
    org.fault = lambda body: refusal(503, "service.unavailable")
    async with injection(temporal_client, redis_url, org.client()) as first, _calls(temporal_client, first):
        calls = [await first.tell(f"C{number}") for number in range(10)]
        await first.waits()
        await asyncio.wait_for(first.worker.shutdown(), 15)
        org.fault = lambda body: None
        async with injection(temporal_client, redis_url, org.client(), first.queue):
            await finished(calls)
    assert all(told(org, f"C{number}") == expected(f"C{number}") for number in range(10))


async def test_no_permission_closes_the_gate(worker: Injection, org: TestOrg) -> None:
    """Nothing but a person changes that: no second request within half a minute, whatever waits."""
    org.fault = lambda body: refusal(403, "not.authorized")
    await worker.tell("first")
    await worker.waits()
    for number in range(10):
        await worker.tell(f"C{number}")
    await worker.waits()
    assert len(org.requests) == 1
    assert worker.batcher.paused > 20


async def test_slow_down_gives_the_slots_back(worker: Injection, org: TestOrg) -> None:
    """A 429 for longer than an attempt waits: the calls wait with Temporal, and go on when it is over."""
    answers = iter([refusal(429, "too.many.requests", **{"Retry-After": "3"})])
    org.fault = lambda body: next(answers, None)
    calls = [await worker.tell(f"C{number}") for number in range(20)]
    await org.arrived(1)
    await eventually(lambda: not worker.attempts.running)
    assert worker.batcher.paused > 0
    assert not worker.batcher.room
    await finished(calls)
    assert all(told(org, f"C{number}") == expected(f"C{number}") for number in range(20))


async def test_a_worker_takes_only_what_it_can_send_soon(temporal_client: Client, redis_url: str, org: TestOrg) -> None:
    """A backlog waits in Temporal's queue, in its order, not in attempts that come and go."""
    patient = Rhythm(wait=30, frozen=60)
    async with (
        injection(temporal_client, redis_url, org.client(), rhythm=patient) as worker,
        _calls(temporal_client, worker),
    ):
        calls = [await worker.tell(f"C{number}") for number in range(CALLS)]
        await finished(calls)
        assert worker.attempts.begun == 3 * CALLS

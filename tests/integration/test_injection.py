"""The injection activity, its batcher and budget against a strict EX Org over real HTTP and a real Redis."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.delivery import Rhythm
from activities.injection import InjectionActivity
from activities.metrics import EX_EVENTS, EX_GATE_CLOSED, EX_LATENCY, EX_WAITING
from deploy.lab.ex_org_schema import Submitted, read
from tests.ex_events import batch, uuid4
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import CLIENT, TestOrg, calls_of, events_of, ex_org, refusal
from workers.redis_server import open_redis
from workflows.call.telling import Batch, Injected

PREFIX = "excp:{t}:"
SWIFT = Rhythm(wait=0.5, beat=0.05, frozen=0.5)
PATIENT = Rhythm(wait=30, frozen=60)
"""For what is taken in the end: a machine that stands still for a while gives nothing up."""


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


class CallWorker:
    """What a worker process holds of the injection."""

    def __init__(self, org: TestOrg, redis: Redis, per_minute: int) -> None:
        self.client = org.client()
        self.budget = RequestBudget(redis, PREFIX, CLIENT, "w1", per_minute)
        self.batcher = Batcher(self.client.inject, self.budget)
        self.heartbeats: list[Any] = []
        self._tasks: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> "CallWorker":
        self._run = asyncio.create_task(self.batcher.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (*self._tasks, self._run):
            task.cancel()
        await asyncio.gather(*self._tasks, self._run, return_exceptions=True)
        await self.client.__aexit__()

    async def inject(self, told: Batch, rhythm: Rhythm = PATIENT, details: list[Any] | None = None) -> Injected:
        """One attempt of the activity."""
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, heartbeat_details=details or [])
        environment.on_heartbeat = lambda *given: self.heartbeats.append(given[0])
        activity = InjectionActivity(self.batcher, rhythm)
        return await environment.run(activity.inject, told)

    def start(self, told: Batch, rhythm: Rhythm = PATIENT) -> "asyncio.Task[Injected]":
        self._tasks.append(asyncio.create_task(self.inject(told, rhythm)))
        return self._tasks[-1]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url) as client:
        yield client


async def fill(redis: Redis, tokens: float) -> None:
    seconds, _ = await redis.time()
    for name in ("bucket", "apart"):
        values: Mapping[Any, str] = {"tokens": str(tokens), "at": str(seconds)}
        await redis.hset(f"{PREFIX}ex:{CLIENT}:{name}", mapping=values)


@pytest.fixture
async def worker(org: TestOrg, redis: Redis) -> AsyncIterator[CallWorker]:
    """A worker with budget to spare."""
    await fill(redis, 10_000)
    async with CallWorker(org, redis, 100_000) as running:
        yield running


def ids(*batches: Batch) -> list[str]:
    return [told.event_id for told_batch in batches for told in told_batch.events]


def times(fault: Callable[[dict[str, Any]], Response], count: int) -> Callable[[dict[str, Any]], Response | None]:
    """The fault so many times, then none."""
    left = iter(range(count))
    return lambda body: fault(body) if next(left, None) is not None else None


def value(metric: Any, sample: str, **labels: str) -> float:
    found = [s.value for m in metric.collect() for s in m.samples if s.name.endswith(sample) and s.labels == labels]
    return float(found[0]) if found else 0.0


async def test_a_batch_is_taken_and_counted(worker: CallWorker, org: TestOrg) -> None:
    taken, measured = value(EX_EVENTS, "_total", result="taken"), value(EX_LATENCY, "_count")
    waiting = value(EX_WAITING, "_waiting")
    told = batch("C", seen=int(time.time() * 1000) - 250)
    assert await worker.inject(told) == Injected()
    assert org.taken == ids(told)
    assert value(EX_EVENTS, "_total", result="taken") == taken + 4
    assert value(EX_LATENCY, "_count") == measured + 4
    assert value(EX_WAITING, "_waiting") == waiting


async def test_scarce_requests_carry_the_events_of_many_calls(org: TestOrg, redis: Redis) -> None:
    async with CallWorker(org, redis, 600) as worker:
        calls = [batch(f"C{number}", start=number) for number in range(50)]
        started = [worker.start(told) for told in calls]
        await asyncio.gather(*started)
    assert len(org.requests) <= 3
    assert max(org.sizes()) == 100
    assert sorted(org.taken) == sorted(ids(*calls))


async def test_the_oldest_events_go_first(org: TestOrg, redis: Redis) -> None:
    async with CallWorker(org, redis, 600) as worker:
        calls = [batch(f"C{number}", holds=10, start=60 - number) for number in range(20)]
        await asyncio.gather(*(worker.start(told) for told in calls))
    begins = [taken.event["eventDateTime"] for taken in org.org.taken if taken.array == "externalEstablishedEvents"]
    assert begins[1:] == sorted(begins[1:])  # the first request goes at once, with whatever is there


async def test_an_old_call_is_not_starved_by_new_ones(org: TestOrg, redis: Redis) -> None:
    """New calls come without end, each with as many events as a request holds."""
    await fill(redis, 5)
    async with CallWorker(org, redis, 120) as worker:
        new = [worker.start(batch(f"N{number}", holds=48, start=100 + number)) for number in range(10)]
        await org.arrived(2)
        old = worker.start(batch("OLD"))
        before = len(org.requests)
        while not old.done():
            new += [worker.start(batch(f"N{len(new)}", holds=48, start=100 + len(new)))]
            await org.arrived(len(org.requests) + 1)
        sent = [uuid4("OLD") in calls_of(body) for body in org.requests]
        assert sent.index(True) <= before + 2
        assert sum(not each.done() for each in new) > 2, "the budget was not scarce"


async def test_the_budget_is_kept(org: TestOrg, redis: Redis) -> None:
    await fill(redis, 6)
    async with CallWorker(org, redis, 30) as worker:
        begin = time.monotonic()
        results = await asyncio.gather(
            *(worker.start(batch(f"C{number}", holds=20), SWIFT) for number in range(40)), return_exceptions=True
        )
        passed = time.monotonic() - begin
    assert len(org.requests) <= 6 + passed * 0.5
    waiting = [error for error in results if isinstance(error, ApplicationError)]
    assert waiting
    assert all(error.next_retry_delay and not error.non_retryable for error in waiting)


async def test_a_large_batch_goes_in_order_over_several_requests(worker: CallWorker, org: TestOrg) -> None:
    told = batch("C", holds=120)
    assert await worker.inject(told) == Injected()
    assert org.sizes() == [100, 100, 44]
    assert org.taken == ids(told)


async def test_only_one_request_of_a_conversation_is_in_flight(worker: CallWorker, org: TestOrg) -> None:
    """Two attempts of one call, as when Temporal gave up the first while it was in flight."""
    told = batch("C")
    await asyncio.gather(worker.start(told), worker.start(told), worker.start(batch("D")))
    assert sum(len(calls_of(body)) for body in org.requests) == 3
    assert org.org.repeated == 4
    assert not org.org.refused


async def test_what_is_to_be_repeated_is_not_overtaken(worker: CallWorker, org: TestOrg) -> None:
    told = batch("C", holds=2)
    failing = told.events[2].event_id

    def later(body: dict[str, Any]) -> Response:
        first = told.events.index(next(e for e in told.events if e.event_id == failing))
        errors = [
            {
                "eventId": e.event_id,
                "message": "later" if number == first else "no such state",
                "retryable": number == first,
            }
            for number, e in enumerate(told.events)
            if number >= first
        ]
        kept = {e.event_id for e in told.events[:first]}
        org.org.take([s for s in _submitted(body) if s.event["eventId"] in kept], "")
        return JSONResponse({"errors": errors})

    org.fault = times(later, 1)
    assert await worker.inject(told) == Injected()
    assert org.sizes() == [8, 6]
    assert org.taken == ids(told)


def _submitted(body: dict[str, Any]) -> list[Submitted]:
    return read(json.dumps(body).encode())


async def test_a_refused_event_is_named_and_the_rest_is_taken(worker: CallWorker, org: TestOrg) -> None:
    refused = value(EX_EVENTS, "_total", result="refused")
    told = batch("C")
    told.events[1].event["initialConfiguration"]["invitedBy"] = "nobody"
    result = await worker.inject(told)
    assert result.refused[0].event_id == told.events[1].event_id
    assert value(EX_EVENTS, "_total", result="refused") > refused
    assert org.taken == [told.events[0].event_id, told.events[3].event_id]


async def test_a_400_is_split_until_the_one_event_is_found(worker: CallWorker, org: TestOrg) -> None:
    calls = [batch(f"C{number}", holds=1) for number in range(9)]
    culprit = calls[4].events[3].event_id

    def strict(body: dict[str, Any]) -> Response | None:
        return refusal(400) if culprit in {event["eventId"] for event in events_of(body)} else None

    org.fault = strict
    first = worker.start(batch("first"))
    started = [worker.start(told) for told in calls]
    results = await asyncio.gather(first, *started)
    refused = [(number, r.event_id) for number, result in enumerate(results) for r in result.refused]
    assert refused == [(5, culprit)]
    assert set(org.taken) == set(ids(batch("first"), *calls)) - {culprit}
    assert len(org.requests) <= 14


async def test_suspicion_travels_with_the_progress(worker: CallWorker, org: TestOrg) -> None:
    told = batch("C")
    await worker.inject(Batch(call="C", events=told.events[:1]))
    org.requests.clear()
    details = {"done": [0], "refused": [], "suspected": True, "part": 1}
    assert await worker.inject(told, details=[details]) == Injected()
    assert org.sizes() == [1, 1, 1]
    assert list(org.requests[0]) == ["userEstablishedEvents"]


async def test_progress_is_in_the_heartbeat_when_an_attempt_gives_up(worker: CallWorker, org: TestOrg) -> None:
    told = batch("C", holds=50)
    org.fault = lambda body: None if len(org.requests) == 1 else refusal(503)
    with pytest.raises(ApplicationError, match="4 events wait") as caught:
        await worker.inject(told, SWIFT)
    assert caught.value.next_retry_delay is not None
    assert worker.heartbeats[-1]["done"] == list(range(100))


async def test_slow_down_stops_everybody_and_nothing_is_lost(worker: CallWorker, org: TestOrg, redis: Redis) -> None:
    org.fault = times(lambda body: refusal(429, "too.many.requests", **{"Retry-After": "1"}), 1)
    other = RequestBudget(redis, PREFIX, CLIENT, "w2", 100_000)
    begin = time.monotonic()
    started = worker.start(batch("C"))
    while not (await other.take()).wait:
        assert not started.done()
    assert await started == Injected()
    assert time.monotonic() - begin >= 1
    assert org.service.statuses == {200: 1}


async def test_failures_are_repeated_with_the_same_ids(worker: CallWorker, org: TestOrg) -> None:
    """The first one had reached the EX Org."""

    def taken_and_lost(body: dict[str, Any]) -> Response:
        org.org.take(_submitted(body), "")
        return refusal(502, "bad.gateway")

    org.fault = times(taken_and_lost, 1)
    assert await worker.inject(batch("C")) == Injected()
    assert (org.taken, org.org.repeated) == (ids(batch("C")), 4)


async def test_an_ex_org_that_is_away_is_probed_ever_less_often(worker: CallWorker, org: TestOrg) -> None:
    org.fault = lambda body: refusal(503)
    started = [worker.start(batch(f"C{number}"), Rhythm(wait=1.2, beat=0.05)) for number in range(20)]
    results = await asyncio.gather(*started, return_exceptions=True)
    assert all(isinstance(result, ApplicationError) for result in results)
    assert len(org.requests) <= 20
    assert sum(len(calls_of(body)) == 19 for body in org.requests) <= 2


class Torn(Response):
    """The connection ends in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def test_a_connection_lost_after_the_request_was_read(worker: CallWorker, org: TestOrg) -> None:
    """Repeated with the same ids, in the same order: the EX Org has all of it already."""

    def taken_and_lost(body: dict[str, Any]) -> Response:
        org.org.take(_submitted(body), "")
        return Torn()

    org.fault = times(taken_and_lost, 2)
    told = batch("C", holds=60)
    assert await worker.inject(told) == Injected()
    assert org.taken == ids(told)
    assert org.org.repeated == 200
    assert not org.org.refused


async def test_a_request_too_large_for_ex_is_split(worker: CallWorker, org: TestOrg) -> None:
    """The EX Org takes less than its contract says: what goes through in parts is refused of nobody."""
    org.fault = lambda body: refusal(413) if len(events_of(body)) > 3 else None
    calls = [batch(f"C{number}", holds=2) for number in range(4)]
    results = await asyncio.gather(*(worker.start(told) for told in calls))
    assert results == [Injected()] * 4
    assert not org.org.open


async def test_slow_answers_do_not_hold_up_others(worker: CallWorker, org: TestOrg) -> None:
    held, release = batch("held"), asyncio.Event()
    loop = asyncio.get_running_loop()

    class Held(Response):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(release.wait(), loop))
            await JSONResponse({"errors": []})(scope, receive, send)

    conversation = held.events[0].event["conversationId"]
    org.fault = lambda body: Held() if conversation in calls_of(body) else None
    started = worker.start(held)
    await org.arrived(1)
    for number in range(3):
        assert await worker.inject(batch(f"C{number}")) == Injected()
    assert not started.done()
    release.set()
    assert await started == Injected()


async def waits(started: "asyncio.Task[Injected]") -> None:
    """The attempt gives up, and nothing is lost."""
    with pytest.raises(ApplicationError, match="events wait"):
        await started


async def test_nothing_is_lost_when_ex_refuses_everything(worker: CallWorker, org: TestOrg) -> None:
    """As after a change of its contract: the gate closes, and opens with the first event taken."""
    org.fault = lambda body: refusal(400, "constraint.validation")
    calls = [batch(f"C{number}", holds=1) for number in range(30)]
    started = [worker.start(told, Rhythm(wait=3, beat=0.05)) for told in calls]
    await asyncio.gather(*map(waits, started))
    assert worker.batcher.probing
    assert value(EX_GATE_CLOSED, "_closed", reason="refuses") == 1
    assert len(org.requests) <= 16
    org.fault = lambda body: None
    results = await asyncio.gather(*(worker.start(told) for told in calls))
    assert results == [Injected()] * 30
    assert sorted(org.taken) == sorted(ids(*calls))
    assert value(EX_GATE_CLOSED, "_closed", reason="refuses") == 0


async def test_nothing_is_lost_when_ex_refuses_every_event(worker: CallWorker, org: TestOrg) -> None:
    """A 200 with an error for each event: the source id is gone from the EX Org."""

    def unknown_source(body: dict[str, Any]) -> Response:
        errors = [{"eventId": e["eventId"], "message": "sourceId", "retryable": False} for e in events_of(body)]
        return JSONResponse({"errors": errors})

    answers = iter([refusal(503)])  # so that all of them wait for the next request
    org.fault = lambda body: next(answers, None) or unknown_source(body)
    calls = [batch(f"C{number}") for number in range(20)]
    started = [worker.start(told, Rhythm(wait=2, beat=0.05)) for told in calls]
    await asyncio.gather(*map(waits, started))
    org.fault = lambda body: None
    results = await asyncio.gather(*(worker.start(told) for told in calls))
    assert results == [Injected()] * 20


async def test_a_lone_call_is_at_fault_when_it_is_refused_again_and_again(worker: CallWorker, org: TestOrg) -> None:
    """Nothing else is there to be taken."""
    lone = batch("lone", holds=10)
    culprit = lone.events[0].event_id
    org.fault = lambda body: refusal(400) if culprit in {event["eventId"] for event in events_of(body)} else None
    assert [refused.event_id for refused in (await worker.inject(lone)).refused] == [culprit]
    assert org.sizes() == [24, 12, 6, 3, 1, 1, 1]
    assert not worker.batcher.probing


async def test_no_permission_is_not_hammered(worker: CallWorker, org: TestOrg) -> None:
    org.fault = lambda body: refusal(403, "not.authorized")
    with pytest.raises(ApplicationError) as caught:
        await worker.inject(batch("C"), SWIFT)
    assert caught.value.next_retry_delay is not None
    assert worker.batcher.paused > 25
    with pytest.raises(ApplicationError):
        await worker.inject(batch("D"), SWIFT)
    assert len(org.requests) == 1


async def test_a_500_of_one_call_does_not_stop_the_others(worker: CallWorker, org: TestOrg) -> None:
    bad = batch("bad")
    org.fault = lambda body: refusal(500) if bad.events[0].event["conversationId"] in calls_of(body) else None
    await worker.inject(batch("good"))
    failing = worker.start(bad)
    for number in range(20):
        await worker.inject(batch(f"C{number}"))
    assert not failing.done()
    assert len(org.org.conversations) == 21


async def test_a_frozen_loop_gives_up_what_was_not_sent(worker: CallWorker, org: TestOrg) -> None:
    org.fault = times(lambda body: refusal(503), 1)  # a pause, so that it waits
    started = worker.start(batch("C"), Rhythm(wait=30, beat=0.05, frozen=0.5))
    await org.arrived(1)
    await eventually(lambda: worker.batcher.paused > 0 and len(worker.heartbeats) > 1)
    time.sleep(0.7)  # noqa: ASYNC251  the loop stands still
    with pytest.raises(ApplicationError, match="stood still"):
        await started
    assert len(org.requests) == 1


async def test_a_cancelled_attempt_sends_nothing_more(worker: CallWorker, org: TestOrg) -> None:
    org.fault = times(lambda body: refusal(503), 1)
    started = worker.start(batch("C"))
    await org.arrived(1)
    started.cancel()
    await asyncio.gather(started, return_exceptions=True)
    assert await worker.inject(batch("D")) == Injected()
    assert org.taken == ids(batch("D"))
    assert len(org.requests) == 2

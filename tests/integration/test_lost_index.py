"""Redis loses the linker's index: only who committed it last writes it back. Where nobody can, Temporal says what runs,
and snapshots come first."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter

from tests.integration.conftest import start_redis, stop
from tests.integration.dispatching import (
    Gate,
    counted,
    created,
    event,
    handle,
    heard,
    new_call,
    passed,
    submit,
)
from tests.integration.eventually import eventually
from workers.dispatch.process import Dispatch, Timing
from workers.event_stream import EventStream
from workers.redis_server import open_redis
from workers.settings import Settings
from workflows.call.tlib import TlibEvent
from workflows.engage_call import CALLS, SITE
from workflows.linking.entries import SnapshotEnded

LONG = 40.0
TIMING = Timing(knows_best=1.0, knows_nothing=2.0, gather=2.0)


class Dispatcher:
    """A dispatch process with a connection of its own; in this process, so that it can be killed without a trace."""

    def __init__(self, settings: Settings, temporal: Client, timing: Timing = TIMING) -> None:
        self._redis = open_redis(str(settings.redis_url))
        self._stop = asyncio.Event()
        self.dispatch = Dispatch(settings, self._redis, temporal, timing)
        self._task = asyncio.create_task(self.dispatch.run(self._stop))

    async def kill(self) -> None:
        """Like SIGKILL: it gives nothing back."""
        await self._redis.aclose()
        self._redis.connection_pool.connection_kwargs["port"] = 1
        self._task.cancel()
        await asyncio.wait([self._task])

    async def end(self) -> None:
        if not self._task.done():
            self._stop.set()
            await self._task
        await self._redis.aclose()


Start = Callable[[], Dispatcher]


@pytest.fixture
async def start(settings: Settings, temporal_client: Client) -> AsyncIterator[Start]:
    """Starts dispatchers that end with the test."""
    started: list[Dispatcher] = []

    def one() -> Dispatcher:
        started.append(Dispatcher(settings, temporal_client))
        return started[-1]

    yield one
    for dispatcher in started:
        await dispatcher.end()


def a_call() -> tuple[list[TlibEvent], list[TlibEvent], str]:
    """A call with a consult call and a leg on another site: its events before the fault, those after it, the root.

    What comes after it says no more how the three belong together.
    """
    main, consult, leg = new_call(), new_call(), new_call()
    uuid = new_call()
    before = [
        created(main),
        event(main, 1, "EventCallPartyAdded", party="P1", dn="7001"),
        event(main, 2, links=(uuid,)),
        event(leg, 3, "EventCallCreated", call_type=2, links=(uuid,)),
        event(consult, 4, "EventCallCreated", call_type=4, orig_call=main),
        event(consult, 5, "EventCallPartyAdded", party="P2", dn="7002"),
    ]
    after = [
        event(consult, 6, "EventCallPartyState", party="P2", dn="7002", party_state=0xC),
        event(leg, 7, "EventCallPartyAdded", party="P3", dn="8001"),
        event(main, 8, "EventCallPartyState", party="P1", dn="7001", party_state=0xE),
    ]
    return before, after, main


async def told(client: Client, root: str) -> list[str]:
    """Ids of the events, and kinds of the control items, that a conversation was sent."""
    return [item.get("id") or item["item"] for item in (await heard(client, root))["items"]]


async def check_one_conversation(client: Client, root: str, events: list[TlibEvent]) -> None:
    """All of it went to the root, in order, and no other conversation was begun."""
    assert await told(client, root) == [each.id for each in events]
    for call in {each.call for each in events if each.call} - {root}:
        with pytest.raises(Exception, match="not found"):
            await handle(client, call).describe()


@pytest.mark.usefixtures("worker")
async def test_flushed_with_the_holder_alive(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """The holder writes its index back; the waiting one, with an older index in memory, does not."""
    before, after, root = a_call()
    earlier = new_call()
    old = start()
    await passed(redis, settings, await submit(stream, created(earlier)))
    await old.end()  # its index is of a term that has passed
    holder = start()
    await eventually(lambda: holder.dispatch.number > 0)
    again = Dispatch(settings, redis, temporal_client, TIMING)
    again._known = old.dispatch._known
    ending = asyncio.Event()
    waiting = asyncio.create_task(again.run(ending))
    await passed(redis, settings, await submit(stream, *before))
    await eventually(lambda: again.number == 0)
    await redis.flushall()
    await passed(redis, settings, await submit(stream, *before[-1:], *after))
    assert holder.dispatch.number > 0
    assert again.number == 0
    ending.set()
    await waiting
    await check_one_conversation(temporal_client, root, before + after)


@pytest.mark.usefixtures("worker")
async def test_flushed_while_the_holder_is_killed(
    stream: EventStream,
    redis: Redis,
    settings: Settings,
    temporal_client: Client,
    start: Start,
) -> None:
    """Nobody knows the calls: the snapshots that come after what is submitted again are linked before it."""
    before, after, root = a_call()
    holder = start()
    await passed(redis, settings, await submit(stream, *before))

    async def listed() -> bool:
        return (await temporal_client.count_workflows(f"TaskQueue = '{settings.task_queue}'")).count == 1

    await eventually(listed)
    start()
    await holder.kill()
    await redis.flushall()
    await submit(stream, *after)
    snapshot = [each for each in before if each.event in ("EventCallCreated", "EventCallDataChanged")]
    await passed(redis, settings, await submit(stream, *snapshot), LONG)
    await check_one_conversation(temporal_client, root, before + after)


async def begin(client: Client, settings: Settings, root: str, *calls: str) -> None:
    """A conversation runs that no index has, at site S1; of its calls these are in the memo the call workflow keeps."""
    await client.start_workflow(
        "EngageCallWorkflow",
        {"call": root},
        id=f"call-{root}",
        task_queue=settings.task_queue,
        search_attributes=TypedSearchAttributes([SearchAttributePair(SITE, "S1")]),
        memo={CALLS: dict.fromkeys(calls, "S1")} if calls else None,
    )

    async def listed() -> bool:
        query = f"TaskQueue = '{settings.task_queue}' AND WorkflowId = 'call-{root}'"
        return (await client.count_workflows(query)).count == 1

    await eventually(listed)


async def append(redis: Redis, settings: Settings, entries: dict[int, TlibEvent | SnapshotEnded]) -> None:
    """Put entries into the stream, by the seconds since 1970 at which Redis took them; wait until they are passed."""
    for seconds, entry in entries.items():
        await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(entry.wire())}, id=f"{seconds * 1000}-0")
    await passed(redis, settings, f"{max(entries) * 1000}-0", LONG)


def a_later_snapshot(*calls: str) -> SnapshotEnded:
    """Complete, asked for clearly later than now."""
    later = time.time_ns() // 1000 + 60_000_000
    return SnapshotEnded.of("S1", later, later, calls)


@pytest.mark.usefixtures("worker")
async def test_a_call_whose_end_reached_no_ingest_is_lost_though_no_index_has_it(
    redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """It ended before the new snapshots. One that lives is not lost."""
    over, living = new_call(), new_call()
    for call in (over, living):
        await begin(temporal_client, settings, call)
    start()
    await append(redis, settings, {1: created(living), 2: a_later_snapshot(living), 40: event(living, 2)})
    assert await told(temporal_client, over) == ["lost"]
    assert await told(temporal_client, living) == [f"{living[:8]} 0", f"{living[:8]} 2"]


@pytest.mark.usefixtures("worker")
async def test_the_end_of_a_call_that_no_index_has_reaches_its_workflow(
    redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """It ended before the new snapshots, so nothing else makes it known again."""
    call = new_call()
    await begin(temporal_client, settings, call)
    start()
    ends = (event(call, 1, "EventCallPartyDeleted", party="P"), event(call, 2, "EventCallDeleted"))
    await append(redis, settings, dict(enumerate((*ends, a_later_snapshot(), created(new_call())), 1)))
    assert await told(temporal_client, call) == [each.id for each in ends]


@pytest.mark.usefixtures("worker")
async def test_a_consult_call_goes_on_in_its_conversation_though_no_index_has_it(
    redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """Its snapshot does not say where it belonged. Another call of the conversation was not heard of again, and that
    the main call had ended is known."""
    main, consult, other = new_call(), new_call(), new_call()
    await begin(temporal_client, settings, main, consult, other)
    start()
    snapshot = created(consult, 1)
    await append(redis, settings, {1: snapshot, 2: a_later_snapshot(consult), 40: event(consult, 2)})
    items = (await heard(temporal_client, main))["items"]
    assert [item["call"] for item in items if item.get("item") == "lost"] == [other]
    assert [item["id"] for item in items if "event" in item] == [snapshot.id, event(consult, 2).id]


@pytest.mark.usefixtures("worker")
async def test_a_conversation_that_was_merged_is_told_so_though_no_index_has_it(
    redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """The dispatcher died when the other one had its events, and it had not been told."""
    main, far = new_call(), new_call()
    await begin(temporal_client, settings, main, main, far)
    await begin(temporal_client, settings, far)
    start()
    await append(redis, settings, {1: created(main), 2: a_later_snapshot(main, far), 20: event(far, 2)})
    assert await told(temporal_client, far) == ["merged"]
    assert await told(temporal_client, main) == [f"{main[:8]} 0", f"{far[:8]} 2"]


class Stuck(Interceptor):
    """Of a client: nothing is started, and Temporal does not answer that."""

    def __init__(self) -> None:
        self.starts = asyncio.Event()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        stuck = self

        class Outbound(OutboundInterceptor):
            async def start_workflow(self, input: StartWorkflowInput) -> Any:
                stuck.starts.set()
                await asyncio.Event().wait()

        return Outbound(next)


@pytest.mark.usefixtures("worker")
async def test_a_dispatcher_that_dies_before_it_has_passed_the_new_snapshots_on(
    redis: Redis, settings: Settings, temporal_client: Client, temporal_address: str
) -> None:
    """The next one gathers them, too: an event that has a ConnID alone comes seconds before its call."""
    running, new = new_call(), new_call()
    await begin(temporal_client, settings, running)
    conn = "00640209d8b31001"
    waits = event(new, 5, "EventUserEvent", dn="7001", conn=conn).model_copy(update={"call": None})
    timing = replace(TIMING, gather=10.0)
    stuck = Stuck()
    client = await Client.connect(temporal_address, interceptors=[stuck], data_converter=pydantic_data_converter)
    async with AsyncExitStack() as stack:
        first = Dispatcher(settings, client, timing)
        stack.push_async_callback(first.end)
        for seconds, entry in {1: waits, 8: created(new, conn=conn), 20: event(new, 9)}.items():
            await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(entry.wire())}, id=f"{seconds * 1000}-0")
        await asyncio.wait_for(stuck.starts.wait(), LONG)
        await first.kill()
        second = Dispatcher(settings, temporal_client, timing)
        stack.push_async_callback(second.end)
        await passed(redis, settings, "20000-0", LONG)
    assert sorted(await told(temporal_client, new)) == [f"{new[:8]} {n}" for n in (0, 5, 9)]


@pytest.mark.usefixtures("worker")
async def test_an_index_of_older_data_gets_the_calls_that_run(
    redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """Redis restarted with what it had saved before the call began, and no dispatcher is left that knows it."""
    older, call = new_call(), new_call()
    first = start()
    await append(redis, settings, {1: created(older)})
    await first.end()
    await redis.set(f"{settings.key_prefix}author", "1 token another-run")
    await begin(temporal_client, settings, call)
    start()
    await append(redis, settings, {2: a_later_snapshot(older), 40: event(older, 2)})
    assert await told(temporal_client, call) == ["lost"]
    assert await told(temporal_client, older) == [f"{older[:8]} 0", f"{older[:8]} 2"]


@pytest.mark.usefixtures("worker")
async def test_flushed_before_the_joining_was_sent(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, temporal_address: str
) -> None:
    """A late link joins two conversations, and Redis is emptied before Temporal has taken that round. The linker says
    so only once: what it said is sent before anything else."""
    main, consult = new_call(), new_call()
    link = event(consult, 2, orig_call=main)
    async with AsyncExitStack() as stack:
        gate = await stack.enter_async_context(Gate(temporal_address).listening())
        slow = await Client.connect(gate.address, data_converter=pydantic_data_converter)
        holder = Dispatcher(settings, slow)
        stack.push_async_callback(holder.end)
        await passed(redis, settings, await submit(stream, created(main), event(consult, 1, "EventCallCreated")))
        gate.close()
        await submit(stream, link)
        await gate.held()
        await redis.flushall()
        await eventually(lambda: holder.dispatch.number == 1)
        gate.open()
        await passed(redis, settings, await submit(stream, link, event(consult, 3)))
        assert holder.dispatch.number == 2
    assert await told(temporal_client, main) == [f"{main[:8]} 0", link.id, f"{consult[:8]} 1", f"{consult[:8]} 3"]
    assert await told(temporal_client, consult) == [f"{consult[:8]} 1", "merged"]


@pytest.mark.usefixtures("worker")
async def test_restarted_with_older_data_it_gets_the_newer_index(
    settings: Settings, temporal_client: Client, tmp_path: Path
) -> None:
    """Redis comes back with what it had saved before a consult call was linked."""
    before, after, root = a_call()
    port = 0
    async with AsyncExitStack() as stack:
        server, url = start_redis(tmp_path)
        port = int(url.rpartition(":")[2].partition("/")[0])
        settings = settings.model_copy(update={"redis_url": url})
        redis = await stack.enter_async_context(open_redis(url))
        stream = EventStream(redis, settings.key_prefix, 1000)
        holder = Dispatcher(settings, temporal_client)
        stack.push_async_callback(holder.end)
        await passed(redis, settings, await submit(stream, *before[:2]))
        await redis.save()
        await passed(redis, settings, await submit(stream, *before[2:]))
        server.kill()
        server.wait()
        server, _ = start_redis(tmp_path, "--port", str(port))
        stack.callback(stop, server)
        await redis.connection_pool.disconnect()
        await passed(redis, settings, await submit(stream, *after), LONG)
        await check_one_conversation(temporal_client, root, before + after)


@pytest.mark.usefixtures("worker")
async def test_what_was_accepted_before_is_not_counted_late(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, start: Start
) -> None:
    """A holder dies between a signal and its commit; the call has ended when the next one sends the same again."""
    call = new_call()
    first = start()
    await passed(redis, settings, await submit(stream, created(call)))
    await first.end()
    await handle(temporal_client, call).signal("end")
    await handle(temporal_client, call).result()
    await redis.set(f"{settings.key_prefix}cursor", "0-0")  # as if it had not been committed: the entry still stands
    before = {result: counted(result) for result in ("accepted", "late")}
    start()
    await passed(redis, settings, await submit(stream, event(call, 1)))
    assert {result: counted(result) - before[result] for result in before} == {"accepted": 1, "late": 1}

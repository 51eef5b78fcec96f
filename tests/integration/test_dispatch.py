"""Dispatch hands every event of the stream to its conversation's workflow: once, in order, whoever dies on the way."""

import asyncio
import json
import signal
from typing import Any

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.lab.ports import free_port
from tests.integration.conftest import answers, dev_server
from tests.integration.dispatching import (
    START,
    collecting,
    counted,
    created,
    dispatch_process,
    dispatching,
    ended,
    event,
    handle,
    heard,
    holder,
    new_call,
    parked,
    passed,
    running,
    submit,
)
from workers.dispatch.conversation_sender import MAX_BYTES, ConversationSender
from workers.dispatch.lease import Lease, hold_lease
from workers.dispatch.process import Dispatch, Rounds
from workers.dispatch.search_attributes import register_search_attributes
from workers.dispatch.store import DispatchStore, LeaseLostError, Reading
from workers.event_stream import EventStream
from workers.settings import Settings
from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linker import Linker
from workflows.linking.routed import Routed

BUG = "+15550177"


@pytest.mark.usefixtures("worker")
async def test_each_conversation_gets_its_events_in_order(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    one, two, consult = new_call(), new_call(), new_call()
    events = [created(one), created(two), event(consult, 1, "EventCallCreated", orig_call=two)]
    events += [event(call, n) for n in range(2, 252) for call in (one, two)] + [event(consult, 300)]
    last = await submit(stream, *events)
    before = counted("accepted")
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, last)

    found = await heard(temporal_client, one)
    assert [item["id"] for item in found["items"]] == [e.id for e in events if e.call == one]
    assert sum(found["sizes"]) == 251
    assert max(found["sizes"]) <= 100
    other = await heard(temporal_client, two)
    assert [item["id"] for item in other["items"]] == [e.id for e in events if e.call != one]
    assert counted("accepted") - before == len(events)
    assert await redis.xlen(f"{settings.key_prefix}stream") == 1


@pytest.mark.usefixtures("worker")
async def test_the_workflow_is_started_with_what_makes_it_easy_to_find(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    call = new_call()
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, await submit(stream, created(call)))

    description = await handle(temporal_client, call).describe()
    assert description.workflow_type == "EngageCallWorkflow"
    assert description.task_queue == settings.task_queue
    assert await description.static_summary() == "inbound call at S1"
    found = {pair.key.name: pair.value for pair in description.typed_search_attributes}
    assert (found["ExcpSite"], found["ExcpCallType"]) == ("S1", "inbound")
    assert (await heard(temporal_client, call))["start"] == {
        "call": call,
        "ivr_after": 1.0,
        "settle": 3.0,
        "linger": 10.0,
        "wrapup_window": 30.0,
        "silence": 14400.0,
        "user_data_key": "DispositionCode",
        "injection_queue": settings.injection_queue,
    }


@pytest.mark.usefixtures("worker")
async def test_what_comes_after_the_end_is_late(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    call, other = new_call(), new_call()
    before = counted("late")
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, await submit(stream, created(call)))
        await handle(temporal_client, call).signal("end")
        assert await handle(temporal_client, call).result() == 1
        await passed(redis, settings, await submit(stream, event(call, 1), created(other), event(call, 2)))
    assert counted("late") - before == 2
    assert len((await heard(temporal_client, other))["items"]) == 1


@pytest.mark.usefixtures("worker")
async def test_what_no_conversation_can_take_is_parked_and_the_lane_goes_on(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    call = new_call()
    events = [created(call), event(call, 1, ani="1" * MAX_BYTES), event(call, 2)]
    before = counted("parked")
    await submit(stream, *events)
    last = await redis.xadd(f"{settings.key_prefix}stream", {"e": '{"event":"EventCallCreated","ani":"+15550100"}'})
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, str(last))

    assert [item["id"] for item in (await heard(temporal_client, call))["items"]] == [events[0].id, events[2].id]
    assert counted("parked") - before == 2
    unreadable, large = await parked(redis, settings)
    assert (large["call"], large["item"]["id"]) == (call, events[1].id)
    assert unreadable["reason"] == "cannot be read: id: Field required"


class FailingLinker(Linker):
    """A linker with a bug: it fails when it has half taken a party on a certain DN."""

    def route(self, event: TlibEvent) -> Routed:
        routed = super().route(event)
        if event.dn == BUG:
            raise KeyError(event.dn)
        return routed


@pytest.mark.usefixtures("worker")
async def test_an_event_at_which_the_linker_fails_is_parked_and_leaves_no_trace_in_the_index(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    call, other = new_call(), new_call()
    party = event(call, 2, "EventCallPartyAdded", party="P", dn=BUG, links=("L" * 32,))
    first, second = [created(call)], [created(other), event(call, 1), party, event(other, 3, links=("L" * 32,))]
    before = {result: counted(result) for result in ("accepted", "parked")}
    dispatch = Dispatch(settings, redis, temporal_client)
    async with hold_lease(redis, settings.key_prefix, asyncio.Event(), dispatch) as lease:
        assert lease is not None
        store = DispatchStore(redis, settings.key_prefix, lease)
        rounds = Rounds(store, lease, FailingLinker(), ConversationSender(temporal_client, settings))
        with capture_logs() as logs:
            for events in (first, second):
                await submit(stream, *events)
                await rounds.round(await store.read(100))

    for name, number in (("accepted", 4), ("parked", 1)):
        assert counted(name) - before[name] == number
    assert [item["id"] for item in (await heard(temporal_client, call))["items"]] == [first[0].id, second[1].id]
    assert [item["id"] for item in (await heard(temporal_client, other))["items"]] == [second[0].id, second[3].id]
    (fault,) = await parked(redis, settings)
    assert (fault["reason"], json.loads(fault["item"])["id"]) == ("cannot be linked: KeyError", party.id)
    (said,) = [line for line in logs if line["log_level"] == "error"]
    assert (said["event_id"], said["call"]) == (party.id, call)
    assert said["code"][-1].endswith(" route")
    assert BUG not in str(said)
    index: Any = await redis.hgetall(f"{settings.key_prefix}index")
    assert sorted(key for key in index if key.startswith("call|")) == sorted([f"call|{call}", f"call|{other}"])
    assert "parties" not in json.loads(index[f"call|{call}"])


@pytest.mark.usefixtures("worker")
async def test_an_event_of_a_call_that_stays_unknown_is_dropped(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    unknown, call = new_call(), new_call()
    key = f"{settings.key_prefix}stream"
    before = counted("dropped")
    for stream_id, entry in (
        ("1000-0", event(unknown, 1, "EventQueued", dn="VQ")),
        ("1001-0", event(call, 1, "EventQueued", dn="VQ")),
        ("5999-0", created(call)),
        ("6000-0", event(call, 2)),
    ):
        await redis.xadd(key, {"e": json.dumps(entry.wire())}, id=stream_id)
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, "6000-0")
    assert counted("dropped") - before == 1
    names = [item["event"] for item in (await heard(temporal_client, call))["items"]]
    assert names == ["EventCallCreated", "EventQueued", "EventCallDataChanged"]


@pytest.mark.usefixtures("worker")
async def test_a_call_missing_in_a_complete_snapshot_is_lost_after_30_s_of_the_stream(
    redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    lost, living = new_call(), new_call()
    snapshot = SnapshotEnded.of("S1", START + 60_000_000, START + 61_000_000, [living])
    before = REGISTRY.get_sample_value("excp_dispatch_calls_lost_total") or 0.0
    for stream_id, entry in (
        ("1000-0", created(lost)),
        ("1001-0", created(living)),
        ("61000-0", snapshot),
        ("90999-0", event(living, 2)),
        ("91000-0", event(living, 3)),
        ("91001-0", event(lost, 4)),
    ):
        await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(entry.wire())}, id=stream_id)
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, "91001-0")
    items = (await heard(temporal_client, lost))["items"]
    assert items[1:-1] == [{"item": "lost", "call": lost, "time": START + 61_000_000}]
    assert [item["event"] for item in (items[0], items[-1])] == ["EventCallCreated", "EventCallDataChanged"]
    assert len((await heard(temporal_client, living))["items"]) == 3
    assert REGISTRY.get_sample_value("excp_dispatch_calls_lost_total") == before + 1


@pytest.mark.usefixtures("worker")
async def test_each_event_is_counted_once_by_what_became_of_it(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    """Also a login that two conversations get, one that none gets, and a repeat of an event that waits."""
    one, two, unknown = new_call(), new_call(), new_call()
    seats = [event(call, 1, "EventCallPartyAdded", party=f"P{call}", dn="7001") for call in (one, two)]
    idle, login = (
        event(one, 2, "EventAgentLogin", dn="7001", agent="1001").model_copy(update={"call": None}) for _ in range(2)
    )
    queued = event(unknown, 3, "EventQueued", dn="VQ")
    events = [created(one), created(two), *seats, idle.model_copy(update={"id": "idle", "dn": "7002"}), queued]
    await submit(stream, *events, login)
    last = await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(queued.wire())})
    results = ("accepted", "late", "parked", "dropped", "unneeded")
    before = {result: counted(result) for result in results}
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, str(last))
    assert [counted(result) - before[result] for result in results] == [5, 0, 0, 0, 2]
    for call in (one, two):
        assert [item["event"] for item in (await heard(temporal_client, call))["items"]][-1] == "EventAgentLogin"


@pytest.mark.usefixtures("worker")
async def test_the_next_holder_goes_on_with_the_index_of_the_last(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    main, consult = new_call(), new_call()
    async with dispatching(settings, redis, temporal_client):
        last = await submit(stream, created(main), event(consult, 1, "EventCallCreated", orig_call=main))
        await passed(redis, settings, last)
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, await submit(stream, event(consult, 2)))
    assert len((await heard(temporal_client, main))["items"]) == 3


@pytest.mark.usefixtures("worker")
async def test_an_emptied_redis_gets_the_index_back(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client
) -> None:
    main, consult = new_call(), new_call()
    first = [created(main), event(consult, 1, "EventCallCreated", orig_call=main)]
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, await submit(stream, *first))
        await redis.flushall()
        await passed(redis, settings, await submit(stream, event(consult, 2)))
        assert await redis.hexists(f"{settings.key_prefix}index", f"call|{consult}")
    assert len((await heard(temporal_client, main))["items"]) == 3


async def test_a_process_without_the_lease_neither_reads_nor_commits(redis: Redis, settings: Settings) -> None:
    zombie = DispatchStore(redis, settings.key_prefix, Lease("old", 1, "run", standing=True))
    await redis.set(f"{settings.key_prefix}lease", "new")
    with pytest.raises(LeaseLostError):
        await zombie.read(10)
    with pytest.raises(LeaseLostError):
        await zombie.commit(Reading("5-0", "run", 0, ()), {"call|X": "{}"}, False, ["x"])
    with pytest.raises(LeaseLostError):
        await zombie.write_back({"call|X": "{}"})
    assert sorted(await redis.keys("*")) == [f"{settings.key_prefix}lease"]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
async def test_when_the_holder_is_gone_the_other_goes_on_and_nothing_is_lost_or_doubled(
    fault: signal.Signals,
    stream: EventStream,
    redis: Redis,
    settings: Settings,
    temporal_client: Client,
    temporal_address: str,
) -> None:
    """One that was only frozen may then repeat what it had read, and takes its turn again."""
    calls = [new_call() for _ in range(20)]
    with dispatch_process(settings, temporal_address) as first:
        await holder(redis, settings)
        with dispatch_process(settings, temporal_address) as second:
            await submit(stream, *(created(call) for call in calls))
            for n in range(1, 60):
                last = await submit(stream, *(event(call, n) for call in calls))
                if n == 20:
                    first.send_signal(fault)
            await passed(redis, settings, last)
            remaining = second
            if fault is signal.SIGSTOP:
                first.send_signal(signal.SIGCONT)
                assert await ended(second) == 0
                remaining = first
            await passed(redis, settings, await submit(stream, *(event(call, 60) for call in calls)))
            assert await ended(remaining) == 0
    for call in calls:
        names = await handle(temporal_client, call).query("names")
        assert names == [f"{call[:8]} {n}" for n in range(61)]


async def test_sigterm_gives_the_lease_back(redis: Redis, settings: Settings, temporal_address: str) -> None:
    with dispatch_process(settings, temporal_address) as process:
        await holder(redis, settings)
        assert await ended(process) == 0
    assert not await redis.exists(f"{settings.key_prefix}lease")


async def test_a_signal_is_repeated_until_temporal_answers_and_split_when_it_is_refused(
    stream: EventStream, redis: Redis, settings: Settings
) -> None:
    """The dispatcher begins before its Temporal runs, which then has a low limit and lacks the search attributes."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    client = await Client.connect(address, data_converter=pydantic_data_converter, lazy=True)
    call = new_call()
    events = [created(call), *(event(call, n) for n in range(1, 10))]
    large = events[4] = event(call, 4, ani="1" * 30_000)
    last = await submit(stream, *events)
    command = dev_server(port, search_attributes=())
    for limit in ("limit.blobSize.error=20000", "limit.blobSize.warn=20000"):
        command += ["--dynamic-config-value", limit]
    async with dispatching(settings, redis, client):
        await holder(redis, settings)
        with running(command) as process:
            assert await answers(address, process)
            await register_search_attributes(client)
            await register_search_attributes(client)
            await passed(redis, settings, last)
            async with collecting(await Client.connect(address, data_converter=pydantic_data_converter), settings):
                names = await handle(client, call).query("names")
    assert names == [e.id for e in events if e is not large]
    assert [entry["item"]["id"] for entry in await parked(redis, settings)] == [large.id]

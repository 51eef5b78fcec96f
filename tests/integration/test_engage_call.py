"""The call workflow on a real Temporal server, with the worker's own parts, EXCS and a strict EX Org over HTTP."""

import asyncio
import json
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowHistory

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.excs import ExcsClient, SnapshotKeeper
from activities.held_up import HeldUp
from deploy.lab.excs import MappingSource, application
from deploy.lab.sample_logs import SAMPLES
from tests.integration.call_workers import Told, replayed
from tests.integration.conftest import temporal_server
from tests.integration.eventually import WAIT, eventually
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg, events_of, ex_org, refusal, serve
from workers.calls.deployment import DEPLOYMENT, make_current
from workers.calls.process import calls_worker, injection_worker
from workers.dispatch.conversation_sender import ConversationSender
from workers.dispatch.lease import lease_key
from workers.dispatch.running_calls import RunningCalls
from workers.event_stream import cursor_key, holding_key, stream_key
from workers.redis_server import open_redis
from workers.replay.log_events import Faults, Log, merged
from workers.settings import Settings
from workers.temporal import connect
from workflows.call.encoding import identifier
from workflows.call.tlib import CallType, PartyPhase, TlibEvent
from workflows.linking.linker import Linker

MAPPING = SAMPLES / "mapping.yaml"
FORGETFUL = ("limit.historyCount.suggestContinueAsNew=40", 'history.workflowIdReuseMinimalInterval="1ms"')
"""A server that suggests to continue as new all the time."""


class Excs:
    """EXCS with the samples' mapping; it may be away."""

    def __init__(self) -> None:
        self.away = False
        self.asked_away = threading.Semaphore(0)
        """Released when it is asked while it is away."""
        self.url = ""
        self._app: ASGIApp = application(MappingSource(MAPPING))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.away:
            self.asked_away.release()
        await (PlainTextResponse("away", 503) if self.away else self._app)(scope, receive, send)


@pytest.fixture(scope="module")
def running_excs() -> Iterator[Excs]:
    excs = Excs()
    with serve(excs) as url:
        excs.url = url
        yield excs


@pytest.fixture
def excs(running_excs: Excs) -> Excs:
    running_excs.away = False
    running_excs.asked_away = threading.Semaphore(0)
    return running_excs


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as org:
        yield org


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


@pytest.fixture
def settings(redis_url: str, excs: Excs, org: TestOrg) -> Settings:
    values: dict[str, Any] = {
        "redis_url": redis_url,
        "excs_url": excs.url,
        "ex_client_id": CLIENT,
        "ex_client_secret": SECRET,
        "tenant_id": "t",
        "task_queue": f"calls-{uuid.uuid4().hex}",
        "build_id": f"build-{uuid.uuid4().hex}",
        "settle": 0.5,
        "linger": 0.2,
        "wrapup_window": 0.2,
        "silence": 60,
    }
    return Settings(_env_file=None, **values)


def sample(name: str, settings: Settings) -> list[TlibEvent]:
    """The events of a sample with one call, as of a call nobody has had before."""
    call = uuid.uuid4().hex.upper()
    logs = [Log("SIPS1", SAMPLES / f"{name}.log")]
    return [
        event.model_copy(update={"call": call, "id": f"{call} {event.id}"})
        for event in merged(logs, [settings.user_data_key], Faults())
    ]


def with_holds(events: list[TlibEvent], holds: int) -> list[TlibEvent]:
    """The agent who answered first holds the call so many times, for a millisecond each."""
    at = next(i for i, event in enumerate(events) if event.dn == "7001" and event.phase is PartyPhase.CONNECTED)
    more = []
    for number in range(1, 2 * holds + 1):
        phase = PartyPhase.HELD if number % 2 else PartyPhase.CONNECTED
        change = {"event": "EventCallPartyState", "state": int(phase), "id": f"hold {number}"}
        more.append(events[at].model_copy(update={**change, "time": events[at].time + 1000 * number}))
    return [*events[: at + 1], *more, *events[at + 1 :]]


class Stage:
    """A call worker, and dispatch's way to it."""

    def __init__(self, client: Client, settings: Settings, keeper: SnapshotKeeper) -> None:
        self.client = client
        self.settings = settings
        self.keeper = keeper
        self._sender = ConversationSender(client, settings)
        self._linker = Linker()

    async def tell(self, *events: TlibEvent) -> None:
        """Signal events one by one, and wait until its workflow has taken each."""
        for event in events:
            for root, item in self._linker.route(event):
                tally = await self._sender.send(root, self._linker.origin(root), [item])
                assert tally.counts == {"accepted": 1}
                await self.client.get_workflow_handle(f"call-{root}").query("conversation")

    async def send(self, events: list[TlibEvent]) -> None:
        """Signal events as dispatch does that has much to send, up to 100 at once."""
        items = [routed for event in events for routed in self._linker.route(event)]
        [root] = {root for root, _ in items}
        await self._sender.send(root, self._linker.origin(root), [item for _, item in items])

    def mapping_grows_old(self) -> None:
        """As if EXCS had last confirmed the snapshot too long ago: it says nothing of what it does not map."""
        self.keeper._confirmed -= self.settings.excs_max_age
        assert not self.keeper.fresh

    def call(self, events: list[TlibEvent]) -> WorkflowHandle[Any, Any]:
        """The workflow of the only call."""
        call = next(event.call for event in events if event.event == "EventCallCreated")
        return self.client.get_workflow_handle(f"call-{call}")


@asynccontextmanager
async def stage(client: Client, settings: Settings, org: TestOrg) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        keeper = SnapshotKeeper(ExcsClient(str(settings.excs_url)), settings.excs_refresh, settings.excs_max_age)
        stack.push_async_callback(keeper.client.close)
        await keeper.ask()
        redis = await stack.enter_async_context(open_redis(str(settings.redis_url)))
        injecting = await stack.enter_async_context(org.client())
        batcher = Batcher(injecting.inject, RequestBudget(redis, settings.key_prefix, CLIENT, "w1", 6000))
        batching = asyncio.create_task(batcher.run())
        stack.callback(batching.cancel)
        await stack.enter_async_context(injection_worker(client, settings, batcher))
        held_up = HeldUp(redis, *(key(settings.key_prefix) for key in (stream_key, cursor_key, holding_key, lease_key)))
        looking = asyncio.create_task(held_up.run())
        stack.callback(looking.cancel)
        await stack.enter_async_context(calls_worker(client, settings, keeper, held_up))
        await make_current(client, DEPLOYMENT, settings.build_id)
        yield Stage(client, settings, keeper)


@pytest.fixture
async def usual(temporal_client: Client, settings: Settings, org: TestOrg) -> AsyncIterator[Stage]:
    async with stage(temporal_client, settings, org) as found:
        yield found


@pytest.fixture(scope="module")
def forgetful_address() -> Iterator[str]:
    with temporal_server(*FORGETFUL) as address:
        yield address


@pytest.fixture
async def forgetful(
    forgetful_address: str, monkeypatch: pytest.MonkeyPatch, settings: Settings, org: TestOrg
) -> AsyncIterator[Stage]:
    monkeypatch.setenv("TEMPORAL_ADDRESS", forgetful_address)
    async with stage(await connect(), settings, org) as found:
        yield found


async def runs(handle: WorkflowHandle[Any, Any]) -> list[WorkflowHistory]:
    """The histories of a call's runs, in order."""
    description = await handle.describe()
    found, run = [], description.raw_description.workflow_execution_info.first_run_id
    while run:
        history = await handle._client.get_workflow_handle(handle.id, run_id=run).fetch_history()
        found.append(history)
        run = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


def told_to(org: TestOrg) -> Told:
    return [(taken.array, taken.event) for taken in org.org.taken]


async def all_told(call: WorkflowHandle[Any, Any]) -> None:
    """Wait until EX has answered for everything told so far."""

    async def nothing_pending() -> bool:
        return not (await call.query("conversation"))["pending"]

    await eventually(nothing_pending)


async def result(handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    return dict(await asyncio.wait_for(handle.result(), WAIT))


async def test_a_call_that_continues_as_new_is_told_as_replay_says(
    forgetful: Stage, settings: Settings, org: TestOrg
) -> None:
    events = with_holds(sample("F03", settings), 20)
    await forgetful.tell(*events[:30])
    await forgetful.tell(*events[:5], *events[25:])  # a dispatcher that took over sends again
    call = forgetful.call(events)
    ended = await result(call)
    assert told_to(org) == replayed(events, settings)
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert ended["events"] == len(org.taken)
    assert len(await runs(call)) > 5
    last = await call.describe()
    found = {pair.key.name: pair.value for pair in last.typed_search_attributes}
    assert found["ExcpSite"] == "SIPS1"
    assert found["ExcpOutcome"] == ended["outcome"]


async def test_a_wait_and_what_is_shown_go_on_in_the_next_run(
    forgetful_address: str, monkeypatch: pytest.MonkeyPatch, settings: Settings, org: TestOrg
) -> None:
    """The last run hears nothing any more."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", forgetful_address)
    settings = settings.model_copy(update={"linger": 6.0})
    events = sample("F03", settings)
    async with stage(await connect(), settings, org) as forgetful:
        call = forgetful.call(events)
        await forgetful.tell(*events[:5])
        await call.signal("tlib_events", [{"event": 7}])
        await forgetful.tell(*events[5:])
        before = (await call.describe()).run_id
        while (await call.describe()).run_id == before:
            await forgetful.tell(events[-1])
        metadata: Any = await call.query("__temporal_workflow_metadata")
        assert "inbound call at SIPS1" in str(metadata), "the static summary is the first run's alone"
        ended = await result(call)
    assert ended["outcome"] == "completed"
    assert ended["unreadable"] == 1
    assert told_to(org) == replayed(events, settings)


async def test_a_wait_does_not_end_while_events_are_held_up(usual: Stage, settings: Settings, org: TestOrg) -> None:
    """The call stands on a Routing Point; that it was queued at once stands in Redis and is not passed on."""
    events = sample("F04", settings)
    queued = next(i for i, event in enumerate(events) if event.event == "EventQueued")
    async with open_redis(str(settings.redis_url)) as redis:
        await redis.set(lease_key(settings.key_prefix), "token")  # somebody dispatches
        await redis.set(cursor_key(settings.key_prefix), "0-0")
        held_up = await redis.xadd(stream_key(settings.key_prefix), {"e": "{}"})
        await usual.tell(*events[:queued])
        call = usual.call(events)

        async def asked() -> bool:
            """The timer has fired, and the workflow has asked whether events are held up."""
            return any(event.HasField("marker_recorded_event_attributes") for event in await fired(call))

        await eventually(asked)
        await redis.set(cursor_key(settings.key_prefix), held_up)
    await usual.tell(*events[queued:])
    await result(call)
    assert told_to(org) == replayed(events, settings)


async def fired(call: WorkflowHandle[Any, Any]) -> list[Any]:
    """The history from its first fired timer on."""
    history = (await call.fetch_history()).events
    timers = [i for i, event in enumerate(history) if event.HasField("timer_fired_event_attributes")]
    return list(history[timers[0] :]) if timers else []


async def test_a_long_call_with_much_user_data(usual: Stage, settings: Settings, org: TestOrg) -> None:
    """10,000 events, each to be told, and 70 KB of user data; the server itself says when a run is too long."""
    events = with_holds(sample("F03", settings), 5_000)
    large = {settings.user_data_key: "n" * 70_000}
    at = next(i for i, event in enumerate(events) if event.id.endswith("hold 4000"))
    events.insert(at, events[at].model_copy(update={"id": f"{events[at].call} data", "user_data": large}))
    await usual.send(events)
    call = usual.call(events)
    ended = await asyncio.wait_for(call.result(), 300)
    assert (ended["outcome"], ended["late"], ended["unreadable"]) == ("completed", 0, 0)
    assert told_to(org) == replayed(events, settings)
    assert len(org.taken) > 10_000
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert len(await runs(call)) > 1


async def test_a_run_takes_its_backlog_before_it_continues_as_new(
    forgetful: Stage, settings: Settings, org: TestOrg
) -> None:
    """What came while EX was away is more than one payload may hold (2 MB)."""
    events = sample("F03", settings)
    change: dict[str, Any] = {"event": "EventCallDataChanged", "party": None, "dn": None, "state": None}
    change |= {"user_data": {settings.user_data_key: "n" * 1_000}}
    at = next(i for i, event in enumerate(events) if event.dn == "7001" and event.phase is PartyPhase.HELD)
    backlog = [events[at].model_copy(update={**change, "id": f"{n}"}) for n in range(3_000)]
    call = forgetful.call(events)
    await forgetful.tell(*events[:at])
    await all_told(call)
    org.fault = lambda body: refusal(503, "service.unavailable")
    before = len(org.requests)
    await forgetful.tell(events[at])
    await org.arrived(before + 1)
    await forgetful.send(backlog)
    org.fault = lambda body: None
    await forgetful.tell(*events[at + 1 :])
    ended = await result(call)
    assert (ended["outcome"], ended["late"], ended["unreadable"]) == ("completed", 0, 0)
    assert told_to(org) == replayed([*events[: at + 1], *backlog, *events[at + 1 :]], settings)


async def test_a_newer_dispatch_and_an_older_worker(
    usual: Stage, settings: Settings, org: TestOrg, caplog: pytest.LogCaptureFixture
) -> None:
    """What is new of an event is ignored; an item or event of a new kind is counted and named, and the call goes on."""
    events = sample("F03", settings)
    call = usual.call(events)
    await usual.tell(*events[:3])
    await call.signal("tlib_events", [{**events[3].wire(), "mood": {"caller": "good"}, "channel": 7}])
    await call.signal("tlib_events", [{"item": "recorded", "time": events[3].time, "by": "+15550103"}])
    await call.signal("tlib_events", [{**events[3].wire(), "event": "EventCallRecorded", "id": "new"}])
    await usual.tell(*events[4:])
    assert (await result(call))["unreadable"] == 2
    assert told_to(org) == replayed(events, settings)
    [named, other] = [record.getMessage() for record in caplog.records if "cannot be read" in record.getMessage()]
    assert named.startswith("event cannot be read: recorded ")
    assert "15550103" not in named
    assert other.startswith("event cannot be read: EventCallRecorded ")


async def test_an_older_dispatch_and_a_newer_worker(usual: Stage, settings: Settings, org: TestOrg) -> None:
    """What it does not send has a default: of the start only the call, of an event only what names and places it."""
    events = sample("F03", settings)
    call = next(event.call for event in events if event.event == "EventCallCreated")
    started = await usual.client.start_workflow(
        "EngageCallWorkflow",
        {"call": call, "injection_queue": settings.injection_queue, "was_dropped_later": True},
        id=f"call-{call}",
        task_queue=settings.task_queue,
        start_signal="tlib_events",
        start_signal_args=[[event.wire() for event in events[:3]]],
    )
    await started.signal("end_conversation")
    ended = await result(started)
    assert (ended["unreadable"], ended["reason"]) == (0, "ended by an operator")


async def test_a_suspended_call_is_found_while_it_is_open(usual: Stage, settings: Settings) -> None:
    events = sample("V2", settings)
    call = usual.call(events)
    await usual.tell(*events[:-6])

    async def found_as_suspended() -> bool:
        attributes = (await call.describe()).typed_search_attributes
        return {pair.key.name: pair.value for pair in attributes}.get("ExcpOutcome") == "suspended"

    await eventually(found_as_suspended)
    await usual.tell(*events[-6:])
    assert (await result(call))["outcome"] == "suspended"


async def test_temporal_says_which_calls_a_conversation_has(usual: Stage, settings: Settings) -> None:
    """While it runs: a dispatcher that has lost its index asks for that."""
    events = sample("F03", settings)
    running = RunningCalls(usual.client, settings.task_queue)

    async def are(expected: set[str]) -> bool:
        return [each.calls for each in await running.all()] == [dict.fromkeys(expected, "SIPS1")]

    main, consult, ended = events[0].call, uuid.uuid4().hex.upper(), uuid.uuid4().hex.upper()
    assert main is not None
    begins = {"event": "EventCallCreated", "orig_call": main, "call_type": int(CallType.CONSULT)}
    more = [events[4].model_copy(update={**begins, "call": call, "id": call}) for call in (ended, consult)]
    await usual.tell(*events[:5])
    await eventually(lambda: are({main}))
    await usual.tell(more[0], more[0].model_copy(update={"event": "EventCallDeleted", "id": "ends"}), more[1])
    await eventually(lambda: are({main, consult}))
    [found] = await running.all()
    description = await usual.call(events).describe()
    assert (found.root, found.origin) == (main, ("SIPS1", CallType.INBOUND))
    assert found.began == round(description.start_time.timestamp() * 1e6)
    await usual.call(events).signal("end_conversation")
    await result(usual.call(events))


async def test_a_run_that_was_continued_says_it_too(forgetful: Stage, settings: Settings) -> None:
    """Before anything more is heard of the call."""
    events = with_holds(sample("F03", settings), 20)
    main, consult = events[0].call, uuid.uuid4().hex.upper()
    assert main is not None
    begins = {"event": "EventCallCreated", "orig_call": main, "call_type": int(CallType.CONSULT)}
    await forgetful.tell(*events[:5], events[4].model_copy(update={**begins, "call": consult, "id": consult}))
    call = forgetful.call(events)
    await all_told(call)  # a run that is continued before has its calls in what it has not taken
    before, more = (await call.describe()).run_id, iter(events[5:])
    while (await call.describe()).run_id == before:
        await forgetful.tell(next(more))
        await all_told(call)  # what is told next would be signalled to the run that has not taken anything
    events_of_run = (await runs(call))[-1].events
    done = next(e for e in events_of_run if e.HasField("workflow_task_completed_event_attributes"))
    said = [e for e in events_of_run if e.HasField("workflow_properties_modified_event_attributes")]
    assert said[0].workflow_properties_modified_event_attributes.workflow_task_completed_event_id == done.event_id
    running = RunningCalls(forgetful.client, settings.task_queue)

    async def are_both() -> bool:
        return [each.calls for each in await running.all()] == [{main: "SIPS1", consult: "SIPS1"}]

    await eventually(are_both)
    await call.signal("end_conversation")
    await result(call)


async def test_a_cancellation_during_an_injection_ends_the_conversation(usual: Stage, org: TestOrg) -> None:
    events = sample("F03", usual.settings)
    call = usual.call(events)
    await usual.tell(*events[:9])
    await all_told(call)
    org.fault = lambda body: refusal(503, "service.unavailable")
    before = len(org.requests)
    await usual.tell(events[9])
    await org.arrived(before + 1)
    await call.cancel()
    org.fault = lambda body: None
    assert (await result(call))["reason"] == "cancelled by an operator"
    assert (await call.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert told_to(org)[-3][0] == "holdUpdatedEvents"


@pytest.mark.parametrize("ended_by", ["signal", "cancellation"])
async def test_an_operator_need_not_wait_for_excs(usual: Stage, excs: Excs, org: TestOrg, ended_by: str) -> None:
    events = sample("F03", usual.settings)
    call = usual.call(events)
    await usual.tell(*events[:5])
    await all_told(call)
    excs.away = True
    usual.mapping_grows_old()
    await usual.tell(events[5].model_copy(update={"dn": "7099"}))
    assert await asyncio.to_thread(excs.asked_away.acquire, timeout=WAIT)
    await (call.cancel() if ended_by == "cancellation" else call.signal("end_conversation"))
    ended = await result(call)
    assert ended["reason"] in ("cancelled by an operator", "ended by an operator")
    assert ended["late"] == 1
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert len(org.taken) > 0


async def test_a_call_waits_for_excs(usual: Stage, excs: Excs, settings: Settings, org: TestOrg) -> None:
    """What EXCS does not say is never "unmapped"."""
    events = sample("F03", settings)
    excs.away = True
    usual.mapping_grows_old()
    await usual.tell(*events)
    assert await asyncio.to_thread(excs.asked_away.acquire, timeout=WAIT)
    excs.away = False
    await result(usual.call(events))
    assert told_to(org) == replayed(events, settings)


async def test_a_call_is_not_lost_because_ex_is_away(temporal_client: Client, settings: Settings, org: TestOrg) -> None:
    events = sample("F03", settings)
    async with stage(temporal_client, settings.model_copy(update={"silence": 3.0}), org) as usual:
        call = usual.call(events)
        await usual.tell(*events[:9])
        await all_told(call)
        org.fault = lambda body: refusal(503, "service.unavailable")
        before = len(org.requests)
        await usual.tell(*events[9:])
        await org.arrived(before + 4)  # after 3.5 s
        org.fault = lambda body: None
        assert (await result(call))["reason"] is None
    assert told_to(org) == replayed(events, settings)


async def test_a_call_its_sip_server_reports_no_more_is_ended(usual: Stage, org: TestOrg) -> None:
    events = sample("F03", usual.settings)
    call = usual.call(events)
    await usual.tell(*events[:9])
    await all_told(call)
    lost = {"item": "lost", "call": events[0].call, "time": events[8].time + 60_000_000}
    await call.signal("tlib_events", [lost])
    ended = await result(call)
    assert (ended["outcome"], ended["calls"][0]["ended"], ended["unreadable"]) == ("completed", True, 0)
    assert ended["reason"] == "lost: its SIP Server does not report it any more"
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])
    assert {event["disconnectType"] for array, event in told_to(org)[-2:]} == {"System"}


async def test_what_comes_after_the_end_is_named(usual: Stage, org: TestOrg, caplog: pytest.LogCaptureFixture) -> None:
    """Signals that arrive while the last events are injected."""
    events = sample("F03", usual.settings)
    call = usual.call(events)
    await usual.tell(*events[:9])
    await all_told(call)
    org.fault = lambda body: refusal(503, "service.unavailable")
    before = len(org.requests)
    await call.signal("end_conversation", "stuck")
    await org.arrived(before + 1)
    await usual.tell(*events[8:11])
    org.fault = lambda body: None
    ended = await result(call)
    assert (ended["late"], org.org.refused, org.org.open) == (2, [], [])
    named = [record.getMessage() for record in caplog.records if "event late" in record.getMessage()]
    assert [events[9].id in named[0], events[10].id in named[1]] == [True, True]
    assert ended["reason"] == "ended by an operator: stuck"


async def test_the_query_says_what_the_details_show(usual: Stage) -> None:
    events = sample("F03", usual.settings)
    await usual.tell(*events[:9])
    call = usual.call(events)
    await all_told(call)
    found = await call.query("conversation")
    assert [party["place"] for party in found["parties"]] == ["(a number) at SIPS1", "9001 at SIPS1", "7001 at SIPS1"]
    assert [party["state"] for party in found["parties"]] == ["connected", "gone", "connected"]
    assert found["heard"][-1].endswith("EventUserEvent 7001")
    assert found["told"]
    assert found["waitsUntil"] is None
    await call.signal("end_conversation")
    await result(call)


@pytest.mark.parametrize("whole", [False, True], ids=["one event", "whole request"])
async def test_a_refused_event_closes_the_conversation_and_marks_the_call(
    usual: Stage, settings: Settings, org: TestOrg, whole: bool
) -> None:
    """EX does not know the agent; another call is told as ever."""
    events, others = sample("F03", settings), sample("F01", settings)
    conversation = identifier(next(event.call for event in events if event.call), "conversation")
    users = [each for array, each in replayed(events, settings) if array == "userEstablishedEvents"]
    if whole:
        ids = {each["eventId"] for each in users}
        org.fault = lambda body: refusal(400) if ids & {each["eventId"] for each in events_of(body)} else None
    else:
        org.org.unknown = frozenset(each["userId"] for each in users)
    await usual.tell(*others[:5])
    await usual.tell(*events[:9])
    call = usual.call(events)

    async def marked() -> bool:
        found = {pair.key.name: pair.value for pair in (await call.describe()).typed_search_attributes}
        return found.get("ExcpOutcome") == "refused"

    await eventually(marked)
    await all_told(call)
    found = await call.query("conversation")
    assert (found["outcome"], found["mode"], found["pending"]) == ("refused", "refused", 0)
    assert any("userEstablished" in line for line in found["refused"])
    assert not org.org.open, "what EX knows is ended while the call goes on in Engage"
    metadata: Any = await call.query("__temporal_workflow_metadata")
    assert "Refused by EX" in str(metadata)
    assert "EXCS" in str(metadata)
    await usual.tell(*events[9:], *others[5:])
    ended = await result(call)
    assert (ended["outcome"], ended["late"]) == ("refused", 0)
    assert (await result(usual.call(others)))["outcome"] == "completed"
    told = [(taken.array, taken.event) for taken in org.org.events_of(conversation)]
    assert all(each in replayed(events, settings) or each[1]["disconnectType"] == "System" for each in told)
    assert not org.org.open


async def test_nothing_shown_holds_a_number(usual: Stage, caplog: pytest.LogCaptureFixture) -> None:
    events = sample("F03", usual.settings)
    call = usual.call(events)
    await usual.tell(*events[:9])
    await call.signal("tlib_events", [{**events[9].wire(), "ani": 15550103}, "+15550103"])
    metadata: Any = await call.query("__temporal_workflow_metadata")
    assert "mode normal" in str(metadata)
    shown = [json.dumps(await call.query("conversation")), str(metadata), caplog.text]
    assert "15550103" not in "".join(shown)
    await call.signal("end_conversation")
    assert "15550103" not in json.dumps(await result(call))

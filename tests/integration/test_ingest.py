"""The ingest on real TCP and real Redis: two instances, the account of every event, gaps, faults, and the process."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from redis.asyncio import Redis
from structlog.testing import capture_logs

from activities.excs import ExcsClient, SnapshotKeeper
from deploy.lab import excs
from deploy.lab.generate import generate
from deploy.lab.ports import free_port
from deploy.lab.sip_playback import read_in_order
from tests.integration.eventually import WAIT, eventually
from tests.integration.gateways import SAMPLES, LabPair, ScriptedGateway
from workers.event_stream import EventStream, cursor_key, holding_key, stream_key
from workers.ingest import submitter
from workers.ingest.process import Ingest
from workers.redis_server import open_redis
from workers.replay.tserver_log import LogEvent
from workers.settings import ServerPair, Settings
from workflows.call.tlib import Feed, TlibEvent
from workflows.call.tlib_reading import read_event
from workflows.linking.entries import SnapshotEnded

HOLD = 0.2
FEEDS = ("VQ", "AGENT", "CALL")
SNAPSHOT_END = '{"frame":"snapshot_end","complete":true}'


class Store:
    """The stream as dispatch sees it."""

    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self.redis: Redis = open_redis(url)
        self.prefix = prefix

    async def _stream(self) -> list[tuple[str, str]]:
        entries: Any = await self.redis.xrange(stream_key(self.prefix))
        return [(entry, fields["e"]) for entry, fields in entries]

    async def entries(self) -> list[tuple[str, str]]:
        """Stream id and text of each event."""
        return [(entry, text) for entry, text in await self._stream() if "item" not in json.loads(text)]

    async def events(self) -> list[TlibEvent]:
        return [TlibEvent.model_validate_json(text) for _, text in await self.entries()]

    async def snapshots(self) -> list[SnapshotEnded]:
        """What the stream has besides events."""
        return [
            SnapshotEnded.model_validate_json(text) for _, text in await self._stream() if "item" in json.loads(text)
        ]

    async def texts(self) -> list[str]:
        return [text for _, text in await self._stream()]

    async def ids(self) -> list[str]:
        return [entry for entry, _ in await self.entries()]

    async def dispatch(self) -> None:
        """Pass everything, as dispatch does: move the cursor and trim behind it."""
        entries = [entry for entry, _ in await self._stream()]
        if entries:
            await self.redis.set(cursor_key(self.prefix), entries[-1])
            await self.redis.xtrim(stream_key(self.prefix), minid=entries[-1], approximate=False)
            await self.redis.xdel(stream_key(self.prefix), entries[-1])

    async def until(self, holds: Callable[[list[TlibEvent]], bool]) -> list[TlibEvent]:
        async with asyncio.timeout(WAIT):
            while not holds(events := await self.events()):  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
        return events


class Instance:
    """An ingest in this process."""

    def __init__(self, name: str, url: str, servers: dict[str, ServerPair], excs_url: str, **more: Any):
        fixed = {"EXCP_INSTANCE": name, "redis_url": url, "excs_url": excs_url, "tenant_id": "t"}
        voice_servers = {f"voice_server_{feed.lower()}": (pair,) for feed, pair in servers.items()}
        usual = {"reconnect_hold": HOLD, "excs_refresh": 0.1, "stop_within": 5}
        self.settings = Settings.model_validate({**fixed, **voice_servers, **usual, **more})
        self.stop = asyncio.Event()
        self.ingest: Ingest

    async def run(self) -> None:
        redis = open_redis(str(self.settings.redis_url))
        keeper = SnapshotKeeper(ExcsClient(str(self.settings.excs_url)), self.settings.excs_refresh)
        try:
            async with keeper:
                stream = EventStream(redis, self.settings.key_prefix, self.settings.redis_stream_cap)
                self.ingest = Ingest(self.settings, stream, keeper)
                await self.ingest.run(self.stop)
        finally:
            await redis.aclose()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Instance"]:
        task = asyncio.create_task(self.run())
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            self.stop.set()
            await task

    @property
    def totals(self) -> dict[str, dict[str, int]]:
        """By feed, as the instance's last log line has them."""
        return {feed: totals.as_dict() for feed, totals in self.ingest.totals().items()}

    def total(self, what: str) -> int:
        return sum(totals[what] for totals in self.totals.values())


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Store]:
    store = Store(redis_url, "excp:{t}:")
    yield store
    await store.redis.aclose()


@asynccontextmanager
async def serving_excs(mapping: Path, port: int = 0) -> AsyncIterator[str]:
    config = uvicorn.Config(excs.application(excs.MappingSource(mapping)), port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def excs_url() -> AsyncIterator[str]:
    async with serving_excs(SAMPLES / "mapping.yaml") as url:
        yield url


def all_feeds(pair: ServerPair) -> dict[str, ServerPair]:
    return dict.fromkeys(FEEDS, pair)


def check_account(lab: dict[str, Any], *instances: Instance) -> None:
    """For each instance read = first + duplicate + repeated; over all, per feed, the sum of first = distinct events."""
    for instance in instances:
        for feed, totals in instance.totals.items():
            stored = totals["first"] + totals["duplicate"] + totals["repeated"]
            assert totals["read"] == stored, (instance.settings.instance, feed, totals)
            assert totals["unsent"] == 0
    for feed in FEEDS:
        first = sum(instance.totals[feed]["first"] for instance in instances)
        assert first == lab["feeds"][feed]["distinct"], feed


def check_feed_order(events: list[TlibEvent]) -> None:
    for feed in Feed:
        times = [event.time for event in events if event.feed is feed]
        assert times == sorted(times), f"feed {feed} is out of order"


def names_in_order(log: Path) -> dict[Feed, dict[str, None]]:
    """The names of a log's events, feed by feed."""
    names: dict[Feed, dict[str, None]] = {feed: {} for feed in Feed}
    for timed in read_in_order([log]):
        assert isinstance(timed.found, LogEvent)
        event = read_event(timed.found.name, timed.found.attributes, "SIPS1", ("DispositionCode",))
        names[event.feed][event.id] = None
    return names


async def drained(*instances: Instance) -> None:
    """Wait until the instances have submitted what they read."""
    await eventually(lambda: not any(instance.ingest.pending for instance in instances))


async def test_two_instances_store_every_event_once(store: Store, excs_url: str) -> None:
    logs = [SAMPLES / name for name in ("F01.log", "F03.log", "F06.log", "V2.log", "two-calls.log")]
    async with LabPair("SIPS1", *logs).running() as lab:
        a, b = (Instance(name, store.url, all_feeds(lab.servers), excs_url) for name in "ab")
        async with a.running(), b.running():
            await lab.reported("subscribed", times=12)
            lab.command("start")
            played = await lab.reported("finished")
            distinct = sum(feed["distinct"] for feed in played["feeds"].values())
            events = await store.until(lambda events: len(events) == distinct)
            await drained(a, b)
    assert {event.feed for event in events} == set(Feed)
    assert all(event.seen is not None and abs(event.seen / 1000 - time.time()) < 60 for event in events)
    check_feed_order(events)
    check_account(played, a, b)
    assert a.total("read") == b.total("read") == distinct
    assert played["feeds"]["AGENT"]["unusable"] == a.totals["AGENT"]["ignored"]


async def test_mixed_traffic_with_switchovers_and_lost_connections(store: Store, tmp_path: Path) -> None:
    """Connections of one instance are cut and come back under traffic, the servers change their roles while calls
    live: nothing is lost, the order is the log's, the account holds."""
    generate(calls=40, caps=5, seed=1, output=tmp_path)
    async with AsyncExitStack() as stack:
        excs_url = await stack.enter_async_context(serving_excs(tmp_path / "mapping.yaml"))
        lab = await stack.enter_async_context(LabPair("SIPS1", tmp_path / "SIPS1.log", speed=15).running())
        a, b = (Instance(name, store.url, all_feeds(lab.servers), excs_url) for name in "ab")
        async with a.running(), b.running():
            await lab.reported("subscribed", times=12)
            lab.command("start", events=150)
            await lab.reported("paused", times=1)
            for number, client in enumerate("ab"):
                lab.command("drop", server="primary", client=client)
                lab.command("start", events=60)
                await lab.reported("paused", times=2 + 2 * number)
                await lab.reported("subscribed", times=15 + 3 * number)
                assert len(lab.pair.calls) >= 10, "the switchover finds calls to re-report"
                lab.command("switchover")
                lab.command("start", events=60)
                await lab.reported("paused", times=3 + 2 * number)
            lab.command("start")
            await lab.reported("finished")
            await drained(a, b)
        lab.command("status")
        played = await lab.reported("status")
        events = await store.events()
    check_account(played, a, b)
    assert len(events) == sum(feed["distinct"] for feed in played["feeds"].values())
    assert played["feeds"]["CALL"]["undelivered"] == 0
    # what both read again after a switchover was stored by one of them, which knows it as its own
    assert a.totals["CALL"]["repeated"] + b.totals["CALL"]["repeated"] >= 20
    names = names_in_order(tmp_path / "SIPS1.log")
    for feed in Feed:
        of_log = [event.id for event in events if event.feed is feed and event.id in names[feed]]
        assert of_log == list(names[feed]), f"feed {feed} is not in the log's order"


async def test_what_follows_a_gap_is_held_so_that_the_other_instance_is_first(store: Store, excs_url: str) -> None:
    """Both instances get 1 and 2, but b is slow. a is cut off, misses 2, and reads 3: it is stored after 2."""
    lines, instances = [call_created(number) for number in (1, 2, 3)], []
    async with AsyncExitStack() as stack:
        to_a = await stack.enter_async_context(ScriptedGateway.listening())
        to_b = await stack.enter_async_context(ScriptedGateway.listening())
        for name, gateway in (("a", to_a), ("b", to_b)):
            servers = {"CALL": ServerPair("SIPS1", (gateway.address,))}
            instance = Instance(name, store.url, servers, excs_url, reconnect_hold=0.5)
            instances.append(instance)
            await stack.enter_async_context(instance.running())
        a, b = await to_a.connected(), await to_b.connected()
        await a.subscribed()
        await b.subscribed()
        a.say(lines[0])
        b.say(lines[0])
        await store.until(lambda events: len(events) == 1)
        a.writer.close()
        a = await to_a.connected()
        await a.subscribed()
        read_at = time.time()
        a.say(lines[2])
        await eventually(lambda: instances[0].total("read") == 2)
        b.say(*lines[1:])
        events = await store.until(lambda events: len(events) == 3)
        stored_at = int((await store.ids())[1].split("-")[0]) / 1000
    assert [event.time % 1_000_000 for event in events] == [1, 2, 3]
    assert stored_at - read_at < 0.4, "what b reads is not held"


async def test_at_the_start_everything_is_held(store: Store, excs_url: str) -> None:
    async with ScriptedGateway.listening() as gateway:
        servers = {"CALL": ServerPair("SIPS1", (gateway.address,))}
        async with Instance("a", store.url, servers, excs_url, reconnect_hold=0.4).running():
            conversation = await gateway.connected()
            started = time.time()
            await conversation.subscribed()
            conversation.say(call_created(1))
            await store.until(lambda events: len(events) == 1)
            [stored] = await store.ids()
    assert int(stored.split("-")[0]) / 1000 - started >= 0.4


def call_created(number: int, **more: Any) -> str:
    """An EventCallCreated; its microseconds are the number."""
    attributes = {"CallUUID": f"{number:032}", "ConnID": "1", "TimeinSecs": 1432904724, "TimeinuSecs": number, **more}
    return json.dumps({"frame": "event", "name": "EventCallCreated", "attributes": attributes})


@asynccontextmanager
async def one_instance(store: Store, excs_url: str, **settings: Any) -> AsyncIterator[tuple[Instance, Any]]:
    """An instance with the CALL feed of a scripted gateway, and the gateway's side of the connection."""
    async with ScriptedGateway.listening() as gateway:
        servers = {"CALL": ServerPair("SIPS1", (gateway.address,))}
        async with Instance("a", store.url, servers, excs_url, **{"reconnect_hold": 0.01, **settings}).running() as a:
            conversation = await gateway.connected()
            await conversation.subscribed()
            yield a, conversation


async def test_what_cannot_be_read_and_what_is_not_ours_is_counted_and_named(store: Store, excs_url: str) -> None:
    number = "+15550101"
    bad = {"CallUUID": "0" * 32, "ANI": number, "TimeinSecs": [[number, number]]}
    with capture_logs() as logs:
        async with one_instance(store, excs_url) as (instance, gateway):
            gateway.say(call_created(1), call_created(1), "nonsense")
            gateway.say(json.dumps({"frame": "event", "name": "EventCallCreated", "attributes": bad}))
            gateway.say('{"frame":"event","name":"EventRinging","attributes":{"ThisDN":"7001"}}')
            gateway.say('{"frame":"event","name":"EventQueued","attributes":{"ThisDN":"VQ_Sales"}}', call_created(2))
            await store.until(lambda events: len(events) == 2)
            await drained(instance)
    totals = {"read": 3, "first": 2, "duplicate": 0, "repeated": 1, "invalid": 2, "ignored": 2, "unsent": 0}
    assert instance.totals["CALL"] == totals
    unreadable = [each for each in logs if each["event"] == "event not readable"]
    assert [each["call"] for each in unreadable] == [None, "0" * 32]
    assert "TimeinSecs" in unreadable[1]["reason"]
    assert number not in str([each for each in logs if each["log_level"] != "debug"])


async def test_that_events_are_held_is_said_at_once_and_once(
    store: Store, excs_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a key that expires: so calls do not take an event that was read, and is held, for one that did not happen."""
    monkeypatch.setattr(submitter, "POLL", 60.0)
    key = holding_key(store.prefix)

    async def scripts() -> int:
        return int((await store.redis.info("commandstats"))["cmdstat_evalsha"]["calls"])

    async def said() -> bool:
        return bool(await store.redis.exists(key))

    async with one_instance(store, excs_url, reconnect_hold=10, stop_within=0.1) as (instance, gateway):
        await eventually(said)
        assert 8_000 < await store.redis.pttl(key) <= 10_000
        before = await scripts()
        gateway.say(*(call_created(number) for number in range(98)))
        await eventually(lambda: instance.totals["CALL"]["read"] == 98)
        assert await scripts() - before <= 1


async def test_what_a_stop_leaves_behind_is_counted_and_named(store: Store, excs_url: str) -> None:
    """Held after the connect for longer than a stop may take."""
    with capture_logs() as logs:
        async with one_instance(store, excs_url, reconnect_hold=10, stop_within=0.1) as (instance, gateway):
            gateway.say(call_created(1), call_created(2))
            await eventually(lambda: instance.totals["CALL"]["read"] == 2)
    assert instance.totals["CALL"]["unsent"] == 2
    left = [each for each in logs if each["event"].startswith("event not submitted before the stop")]
    assert [(each["event_name"], each["call"]) for each in left] == [
        ("EventCallCreated", f"{number:032}") for number in (1, 2)
    ]


async def test_an_event_that_is_too_large_is_named_and_the_others_go_on(store: Store, excs_url: str) -> None:
    """Of what is read of it: what is left out anyway may be large."""
    with capture_logs() as logs:
        async with one_instance(store, excs_url) as (instance, gateway):
            gateway.say(call_created(1, Filler="x" * 900_000), call_created(2, DNIS="1" * 900_000), call_created(3))
            await store.until(lambda events: len(events) == 2)
            await drained(instance)
    assert instance.totals["CALL"]["invalid"] == 1
    [said] = [each for each in logs if each["event"] == "event not readable"]
    assert said["call"] == f"{2:032}"
    assert "more than 131072" in said["reason"]


async def test_only_participant_lists_and_logins_are_taken_from_the_agent_feed(store: Store, excs_url: str) -> None:
    times = {"ThisDN": "7001", "TimeinSecs": 1432904724, "ConnID": "1"}
    parties = [["LCTPartiesLength", 1], ["LCTParty1", "7001"]]
    sent = [
        ("EventUserEvent", {**times, "Extensions": parties}),
        ("EventUserEvent", {**times, "Extensions": [["Other", 1]]}),
        ("EventUserEvent", times),
        ("EventRegistered", {**times, "AgentID": "1001"}),
        ("EventRegistered", times),
        ("EventUserEvent", {**times, "Extensions": "odd"}),
    ]
    async with ScriptedGateway.listening() as gateway:
        servers = {"AGENT": ServerPair("SIPS1", (gateway.address,))}
        async with Instance("a", store.url, servers, excs_url, reconnect_hold=0.01).running() as instance:
            conversation = await gateway.connected()
            await conversation.subscribed()
            for name, attributes in sent:
                conversation.say(json.dumps({"frame": "event", "name": name, "attributes": attributes}))
            await store.until(lambda events: len(events) == 2)
            await eventually(lambda: instance.totals["AGENT"]["invalid"] == 1)
    totals = {"read": 2, "first": 2, "duplicate": 0, "repeated": 0, "invalid": 1, "ignored": 3, "unsent": 0}
    assert instance.totals["AGENT"] == totals


class CuttingProxy:
    """Between ingest and Redis: lets a submission through and cuts the connection before the answer, when told to."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("redis://").removesuffix("/0").rpartition(":")
        self._redis = (host, int(port))
        self.url = ""
        self.cuts = 0
        self.cut = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["CuttingProxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        redis, to_redis = await asyncio.open_connection(*self._redis)
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(self._pass(client, to_redis)),
                    asyncio.create_task(self._answer(redis, to_client)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            to_client.transport.abort()
            to_redis.close()

    async def _pass(self, client: asyncio.StreamReader, to_redis: asyncio.StreamWriter) -> None:
        while data := await client.read(1 << 16):
            to_redis.write(data)

    async def _answer(self, redis: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        while data := await redis.read(1 << 16):
            if self.cuts and b"STORED" in data and b"FIRST" in data:
                self.cuts -= 1
                self.cut += 1
                return
            to_client.write(data)


async def test_a_submission_that_was_stored_but_not_answered_is_repeated_and_counts_as_first(
    store: Store, excs_url: str
) -> None:
    logs = [SAMPLES / name for name in ("F01.log", "F03.log", "V2.log")]
    async with AsyncExitStack() as stack:
        lab = await stack.enter_async_context(LabPair("SIPS1", *logs, speed=40).running())
        cutting = await stack.enter_async_context(CuttingProxy(store.url).listening())
        a = Instance("a", cutting.url, all_feeds(lab.servers), excs_url)
        b = Instance("b", store.url, all_feeds(lab.servers), excs_url, reconnect_hold=1)
        async with a.running(), b.running():
            await lab.reported("subscribed", times=12)
            cutting.cuts = 4
            lab.command("start")
            played = await lab.reported("finished")
            await store.until(lambda events: len(events) == sum(f["distinct"] for f in played["feeds"].values()))
            await drained(a, b)
    assert cutting.cut > 0
    assert a.total("repeated") == 0
    check_account(played, a, b)


async def test_an_emptied_redis_gets_again_what_dispatch_had_not_passed(store: Store, excs_url: str) -> None:
    async with one_instance(store, excs_url) as (instance, gateway):
        gateway.say(*map(call_created, range(1, 4)))
        await store.until(lambda events: len(events) == 3)
        await store.dispatch()
        gateway.say(*map(call_created, range(4, 7)))
        await store.until(lambda events: len(events) == 3)
        await eventually(lambda: instance.ingest.held == 3)
        await store.redis.flushall()
        events = await store.until(lambda events: len(events) == 3)
        assert [event.time % 1_000_000 for event in events] == [4, 5, 6]
        await gateway.heard("ask_snapshot")
        gateway.say(call_created(7))
        await store.until(lambda events: len(events) == 4)
        await drained(instance)
    assert instance.totals["CALL"]["first"] == instance.totals["CALL"]["read"] == 7


async def test_a_complete_snapshot_of_the_primary_is_told_behind_its_calls(store: Store, excs_url: str) -> None:
    """With the calls that were heard of since it was asked for, also those whose events are repeats."""
    started = time.time_ns() // 1_000
    async with one_instance(store, excs_url) as (instance, gateway):
        gateway.say(call_created(1), call_created(2))
        await store.until(lambda events: len(events) == 2)
        [empty] = await store.snapshots()
        assert (empty.site, empty.calls) == ("SIPS1", ())
        await store.redis.flushall()
        await gateway.heard("ask_snapshot")
        gateway.say(call_created(2), call_created(3), SNAPSHOT_END)
        await store.until(lambda events: len(events) == 3)
        await eventually(lambda: instance.ingest.pending == 0)
        told = (await store.snapshots())[-1]
    assert told.calls == (f"{2:032}", f"{3:032}")
    assert started < empty.began < empty.time < told.began < told.time < time.time_ns() // 1_000
    assert "item" in json.loads((await store.texts())[-1]), "it stands behind its calls"
    assert instance.totals["CALL"]["read"] == instance.total("first") + instance.total("repeated") == 4


@pytest.mark.parametrize(
    "frames",
    [
        ['{"frame":"snapshot_end","complete":false}'],
        ['{"frame":"role","role":"backup"}', SNAPSHOT_END],
        ['{"frame":"snapshot_end","complete":true,"calls":2}'],
        [SNAPSHOT_END],
    ],
    ids=["incomplete", "of a backup", "not all of it was read", "not asked for"],
)
async def test_a_snapshot_that_proves_nothing_is_not_told(frames: list[str], store: Store, excs_url: str) -> None:
    async with one_instance(store, excs_url) as (_, gateway):
        gateway.say(call_created(1))
        await store.until(lambda events: len(events) == 1)
        before = await store.snapshots()
        if frames != [SNAPSHOT_END]:
            await store.redis.flushall()
            await gateway.heard("ask_snapshot")
        gateway.say(*frames, call_created(2))
        await store.until(lambda events: len(events) == 2)
        assert await store.snapshots() == before


async def test_a_full_stream_holds_the_events_and_then_the_gateway(store: Store, excs_url: str) -> None:
    total = 6_000
    async with one_instance(store, excs_url, redis_stream_cap=500, events_held_max=1_000) as (instance, gateway):
        for number in range(1, total + 1):
            gateway.say(call_created(number, Filler="x" * 5_000))
        await eventually(lambda: instance.ingest.held >= 1_000)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await gateway.writer.drain()
        assert instance.ingest.held <= 1_001
        assert 500 <= len(await store.ids()) <= 700, "the stream holds its cap and no more than a batch"

        async def all_stored() -> bool:
            await store.dispatch()
            return instance.total("first") >= total

        await eventually(all_stored, 3 * WAIT)
    assert instance.total("read") == instance.total("first") == total


async def test_excs_away_at_the_start_and_a_queue_added_later(store: Store, tmp_path: Path) -> None:
    mapping, port = tmp_path / "mapping.yaml", free_port()
    text = (SAMPLES / "mapping.yaml").read_text()
    mapping.write_text(text)
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        instance = Instance("a", store.url, all_feeds(lab.servers), f"http://127.0.0.1:{port}")
        async with instance.running():
            for report in (await lab.reported("subscribed"), await lab.reported("subscribed", times=2)):
                assert report["feed"] == "CALL"
            async with serving_excs(mapping, port):
                await lab.reported("subscribed", times=6)
                vq = {report["dns"] for report in lab.reports if report.get("feed") == "VQ"}
                agent = {report["dns"] for report in lab.reports if report.get("feed") == "AGENT"}
                assert (vq, agent) == ({2}, {13})
                mapping.write_text(text.replace("    virtual_queues:\n", "    virtual_queues:\n      VQ_New: {}\n"))
                clients = [c for server in lab.pair.servers for c in server.clients if c.feed is Feed.VQ]
                await eventually(lambda: all("VQ_New" in client.dns for client in clients))


def environment(name: str, lab: LabPair, url: str, excs_url: str) -> dict[str, str]:
    own = {
        **{f"VOICE_SERVER_{feed}": str(lab.servers) for feed in FEEDS},
        "EXCP_INSTANCE": name,
        "REDIS_URL": url,
        "EXCS_URL": excs_url,
        "TENANT_ID": "t",
        "RECONNECT_HOLD": str(HOLD),
        "LOG_FORMAT": "json",
    }
    return {**{key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}, **own}


class Process:
    """`excp ingest` as a process; its log is in a file, so that a failing test can show it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.log = folder / f"{name}.log"
        self.running: asyncio.subprocess.Process

    async def start(self, name: str, lab: LabPair, url: str, excs_url: str) -> None:
        with self.log.open("wb") as stderr:
            self.running = await asyncio.create_subprocess_exec(
                str(Path(sys.executable).with_name("excp")),
                "ingest",
                env=environment(name, lab, url, excs_url),
                cwd=self.log.parent,
                stderr=stderr,
            )

    async def kill(self) -> None:
        if self.running.returncode is None:
            self.running.kill()
            await self.running.wait()


@asynccontextmanager
async def two_processes(lab: LabPair, url: str, excs_url: str, folder: Path) -> AsyncIterator[tuple[Process, Process]]:
    a, b = Process("a", folder), Process("b", folder)
    try:
        for process in (a, b):
            await process.start(process.log.stem, lab, url, excs_url)
        yield a, b
    except BaseException:
        for process in (a, b):
            print(f"{process.log.name}, exit code {process.running.returncode}:\n{process.log.read_text()}")
        raise
    finally:
        for process in (a, b):
            await process.kill()


async def test_one_process_is_killed_and_the_other_stops_in_good_order(
    store: Store, excs_url: str, tmp_path: Path
) -> None:
    logs = [SAMPLES / name for name in ("F01.log", "F03.log", "F06.log")]
    async with (
        LabPair("SIPS1", *logs, speed=20).running() as lab,
        two_processes(lab, store.url, excs_url, tmp_path) as (a, b),
    ):
        await lab.reported("subscribed", times=12)
        lab.command("start")
        await store.until(lambda events: len(events) >= 10)
        await a.kill()
        played = await lab.reported("finished")
        distinct = sum(feed["distinct"] for feed in played["feeds"].values())
        events = await store.until(lambda events: len(events) == distinct)
        b.running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(b.running.wait(), WAIT) == 0
    check_feed_order(events)
    last = json.loads(b.log.read_text().splitlines()[-1])
    assert last["event"] == "ingest stopped"
    assert last["instance"] == "b"
    for feed, totals in last["feeds"].items():
        assert totals["read"] == totals["first"] + totals["duplicate"] == played["feeds"][feed]["distinct"]

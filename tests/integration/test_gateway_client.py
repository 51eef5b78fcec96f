"""The gateway client against gateways on real TCP: the lab's, and ones that misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.integration.eventually import WAIT, eventually
from tests.integration.gateways import HELLO, SAMPLES, Conversation, LabPair, ScriptedGateway
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_codec import FRAMING_LOST
from workers.ingest.gateway_connection import Timing
from workers.ingest.gateway_items import Item, Received, Resumed, SnapshotEnded, Unreadable
from workers.ingest.gateway_protocol import DnType, Role
from workers.settings import ServerPair
from workflows.call.tlib import FEED_OF_EVENT, Feed

FAST = Timing(heartbeat=0.5, connect=20, first_retry=0.02, last_retry=0.1)


class Inbox:
    """A sink that a test can look into, and can close for a while."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.open = asyncio.Event()
        self.open.set()
        self._news = asyncio.Event()

    async def take(self, item: Item) -> None:
        await self.open.wait()
        self.items.append(item)
        self._news.set()

    async def until(self, holds: Callable[[list[Item]], bool]) -> None:
        async with asyncio.timeout(WAIT):
            while not holds(self.items):
                self._news.clear()
                await self._news.wait()

    @property
    def names(self) -> list[str]:
        return [item.name for item in self.items if isinstance(item, Received)]

    def count(self, kind: type[Item]) -> int:
        return sum(isinstance(item, kind) for item in self.items)


@asynccontextmanager
async def running(client: GatewayClient) -> AsyncIterator[None]:
    task = asyncio.create_task(client.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway.listening() as listening:
        yield listening


def client_of(gateway: ScriptedGateway, inbox: Inbox, feed: Feed = Feed.CALL) -> GatewayClient:
    return GatewayClient(feed, ServerPair("SIPS1", (gateway.address,)), "a", inbox.take, FAST)


def event(number: int, **attributes: Any) -> str:
    return json.dumps({"frame": "event", "name": f"Event{number}", "attributes": attributes})


async def test_the_sample_log_arrives_in_order_feed_by_feed(inbox: Inbox) -> None:
    vq, agent = Inbox(), Inbox()
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        clients = [
            GatewayClient(feed, lab.servers, "a", sink.take, FAST)
            for feed, sink in ((Feed.CALL, inbox), (Feed.VQ, vq), (Feed.AGENT, agent))
        ]
        clients[1].register({"VQ_Sales": DnType.VIRTUAL_QUEUE, "VQ_Service": DnType.VIRTUAL_QUEUE})
        clients[2].register({str(dn): DnType.EXTENSION for dn in range(7001, 7011)})
        async with running(clients[0]), running(clients[1]), running(clients[2]):
            await lab.reported("subscribed", times=6)
            lab.command("start")
            finished = await lab.reported("finished")
            for client, sink in zip(clients, (inbox, vq, agent), strict=True):
                played = finished["feeds"][client.feed]
                await sink.until(lambda _, played=played, sink=sink: len(sink.names) == played["played"])  # type: ignore[misc]
                assert played["played"] - played["undelivered"] > 0
                assert {FEED_OF_EVENT[name] for name in sink.names} == {client.feed}
    assert inbox.names[0] == "EventCallCreated"
    assert inbox.names[-1] == "EventCallDeleted"
    assert inbox.count(Resumed) == 2, "one gap before the first event of each server"


async def test_an_event_comes_as_it_was_sent(gateway: ScriptedGateway, inbox: Inbox) -> None:
    async with running(client_of(gateway, inbox)):
        conversation = await gateway.connected()
        assert await conversation.subscribed() == {"frame": "subscribe", "feed": "CALL", "dns": []}
        conversation.say(event(1, ANI="1", Extensions=[["K", 1], ["K", "2"]]))
        await inbox.until(lambda items: len(items) == 3)
    resumed, snapshot, received = inbox.items
    assert resumed == Resumed(gateway.address, "connected")
    assert isinstance(snapshot, SnapshotEnded)
    assert snapshot.complete
    assert snapshot.reported is not None
    assert snapshot.reported.calls == frozenset()
    assert received == Received(gateway.address, "Event1", {"ANI": "1", "Extensions": [("K", 1), ("K", "2")]})


async def test_bad_lines_and_unknown_frames_do_not_end_the_connection(gateway: ScriptedGateway, inbox: Inbox) -> None:
    async with running(client_of(gateway, inbox)):
        conversation = await gateway.connected()
        await conversation.subscribed()
        conversation.say(event(1), "nonsense", '{"frame":"news","of":"tomorrow"}')
        conversation.say('{"frame":"event","name":"Event2"}', "x" * (1 << 20), event(3))
        await inbox.until(lambda _: inbox.names == ["Event1", "Event3"])
    assert inbox.count(Unreadable) == 3
    assert [item.event for item in inbox.items if isinstance(item, Unreadable)] == [None, "Event2", None]


async def test_a_gateway_that_sends_no_lines_is_left(gateway: ScriptedGateway, inbox: Inbox) -> None:
    async with running(client_of(gateway, inbox)):
        conversation = await gateway.connected()
        await conversation.subscribed()
        conversation.writer.write(b"\x00" * (FRAMING_LOST + 1_000_000))
        second = await gateway.connected()
        await second.subscribed()
        second.say(event(1))
        await inbox.until(lambda _: inbox.names == ["Event1"])


async def test_another_protocol_version_is_told_clearly(gateway: ScriptedGateway, inbox: Inbox) -> None:
    with capture_logs() as logs:
        async with running(client_of(gateway, inbox)):
            (await gateway.connected()).say('{"frame":"hello","protocol":2,"server":"S","role":"primary"}')
            await gateway.connected()
    assert "the gateway speaks protocol 2, this ingest 1: update the older one" in [each.get("reason") for each in logs]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("HTTP/1.1 400 Bad Request", "no hello first"),
        ('{"frame":"heartbeat"}', "no hello first"),
        ('{"frame":"error","code":"link_lost","message":"no SIP Server"}', "refused by the gateway: link_lost"),
        ('{"frame":"bye","reason":"update"}', "no hello first"),
    ],
)
async def test_no_hello_is_told_clearly(gateway: ScriptedGateway, inbox: Inbox, line: str, reason: str) -> None:
    with capture_logs() as logs:
        async with running(client_of(gateway, inbox)):
            (await gateway.connected()).say(line)
            await gateway.connected()
    assert any(reason in each.get("reason", "") for each in logs)


async def reconnected(gateway: ScriptedGateway, inbox: Inbox, ending: Callable[[Conversation], object]) -> None:
    """A connection ends somehow after Event1: the client connects again, and marks the gap before Event2."""
    async with running(client_of(gateway, inbox)):
        first = await gateway.connected()
        await first.subscribed()
        first.say(event(1))
        await inbox.until(lambda _: inbox.names == ["Event1"])
        ending(first)
        second = await gateway.connected()
        await second.subscribed()
        second.say(event(2))
        await inbox.until(lambda _: inbox.names == ["Event1", "Event2"])
    kinds = [type(item) for item in inbox.items if not isinstance(item, SnapshotEnded)]
    assert kinds == [Resumed, Received, Resumed, Received]


@pytest.mark.parametrize(
    "ending",
    [
        lambda conversation: conversation.writer.transport.abort(),
        lambda conversation: conversation.writer.close(),
        lambda conversation: conversation.say('{"frame":"bye"}'),
        lambda conversation: conversation.say('{"frame":"error","code":"overflow"}'),
    ],
    ids=["reset", "closed", "bye", "error"],
)
async def test_a_lost_connection_is_made_again(
    gateway: ScriptedGateway, inbox: Inbox, ending: Callable[[Conversation], object]
) -> None:
    await reconnected(gateway, inbox, ending)


async def test_a_silent_gateway_is_left(gateway: ScriptedGateway, inbox: Inbox) -> None:
    with capture_logs() as logs:
        async with running(client_of(gateway, inbox)):
            conversation = await gateway.connected()
            conversation.say('{"frame":"hello","protocol":1,"server":"S","role":"primary","heartbeat":0.05}')
            await gateway.connected()
    assert "no heartbeat for 0.15 s" in [each.get("reason") for each in logs]


async def test_the_client_sends_heartbeats_and_says_goodbye(gateway: ScriptedGateway, inbox: Inbox) -> None:
    async with running(client_of(gateway, inbox)):
        conversation = await gateway.connected()
        conversation.say(HELLO)
        assert (await conversation.heard("hello"))["heartbeat"] == FAST.heartbeat
        await conversation.heard("heartbeat")
        await conversation.heard("heartbeat")
    assert (await conversation.heard("bye"))["reason"] == "the client stops"


async def test_while_the_reader_holds_the_gateway_is_slowed_and_nothing_is_lost(
    gateway: ScriptedGateway, inbox: Inbox
) -> None:
    async with running(client_of(gateway, inbox)):
        conversation = await gateway.connected()
        await conversation.subscribed()
        await inbox.until(lambda items: len(items) == 2)
        inbox.open.clear()
        filler = "x" * 10_000
        for number in range(2_000):
            conversation.say(event(number, Filler=filler))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await conversation.writer.drain()
        unread = conversation.writer.transport.get_write_buffer_size()
        await conversation.heard("heartbeat")
        assert conversation.writer.transport.get_write_buffer_size() == unread > 5_000_000
        assert inbox.names == []
        inbox.open.set()
        await inbox.until(lambda _: len(inbox.names) == 2_000)
    assert inbox.names == [f"Event{number}" for number in range(2_000)]


async def test_a_feed_with_dns_waits_for_them_and_follows_their_changes(gateway: ScriptedGateway, inbox: Inbox) -> None:
    client = client_of(gateway, inbox, Feed.VQ)
    vq = DnType.VIRTUAL_QUEUE
    async with running(client):
        conversation = await gateway.connected()
        conversation.say(HELLO)
        await conversation.heard("heartbeat")
        assert inbox.items == []
        client.register({"VQ_1": vq, "VQ_2": vq})
        subscription = await conversation.heard("subscribe")
        assert subscription["dns"] == [{"dn": "VQ_1", "type": vq}, {"dn": "VQ_2", "type": vq}]
        client.register({"VQ_2": vq, "VQ_3": vq})
        assert (await conversation.heard("unregister"))["dns"] == ["VQ_1"]
        assert (await conversation.heard("register"))["dns"] == [{"dn": "VQ_3", "type": vq}]
        client.register({"VQ_2": vq, "VQ_3": vq})
        client.register({"VQ_2": vq})
        assert (await conversation.heard("unregister"))["dns"] == ["VQ_3"]


async def test_a_refused_dn_is_asked_for_again(gateway: ScriptedGateway, inbox: Inbox) -> None:
    client = client_of(gateway, inbox, Feed.AGENT)
    dns = {"7001": DnType.EXTENSION, "7002": DnType.EXTENSION}
    client.register(dns)
    with capture_logs() as logs:
        async with running(client):
            conversation = await gateway.connected()
            await conversation.subscribed()
            conversation.say('{"frame":"registered","dn":"7002","ok":false,"code":59,"message":"invalid"}', event(1))
            await inbox.until(lambda _: inbox.names == ["Event1"])
            client.register(dns)
            assert (await conversation.heard("register"))["dns"] == [{"dn": "7002", "type": "extension"}]
    refused = {"event": "DN not registered", "dn": "7002", "code": 59, "reason": "invalid"}
    assert any(refused.items() <= each.items() for each in logs)


async def test_many_dns_take_several_frames(gateway: ScriptedGateway, inbox: Inbox) -> None:
    client = client_of(gateway, inbox, Feed.AGENT)
    client.register({f"7{number:04}": DnType.EXTENSION for number in range(2_500)})
    async with running(client):
        conversation = await gateway.connected()
        sizes = [len((await conversation.subscribed())["dns"])]
        sizes += [len((await conversation.heard("register"))["dns"]) for _ in range(2)]
    assert sizes == [1000, 1000, 500]


async def test_after_a_switchover_the_events_come_from_the_other_server(inbox: Inbox) -> None:
    lab = LabPair("SIPS1", SAMPLES / "F03.log", speed=0)
    client_pair: ServerPair
    async with lab.running():
        client_pair = lab.servers
        client = GatewayClient(Feed.CALL, client_pair, "a", inbox.take, FAST)
        async with running(client):
            await lab.reported("subscribed", times=2)
            assert [connection.role for connection in client.connections] == [Role.PRIMARY, Role.BACKUP]
            lab.command("switchover")
            await inbox.until(lambda items: Resumed(client_pair.servers[1], "switchover") in items)
            lab.command("start")
            finished = await lab.reported("finished")
            await inbox.until(lambda _: len(inbox.names) == finished["feeds"]["CALL"]["played"])
            assert [connection.role for connection in client.connections] == [Role.BACKUP, Role.PRIMARY]
    senders = {item.server for item in inbox.items if isinstance(item, Received)}
    assert senders == {client_pair.servers[1]}


async def test_a_reconnected_client_gets_the_living_calls_again(inbox: Inbox) -> None:
    """F03's call lives when the connection is lost: it is re-reported as it is then."""
    async with LabPair("SIPS1", SAMPLES / "F03.log", speed=1).running() as lab:
        client = GatewayClient(Feed.CALL, lab.servers, "a", inbox.take, FAST)
        async with running(client):
            await lab.reported("subscribed", times=2)
            lab.command("start")
            await inbox.until(lambda _: len(inbox.names) >= 3)
            seen = len(inbox.names)
            lab.command("drop", server="primary")
            await inbox.until(lambda _: len(inbox.names) >= seen + 3)
    received = [item for item in inbox.items if isinstance(item, Received)]
    created, again = received[0], received[seen]
    assert (created.name, again.name) == ("EventCallCreated", "EventCallCreated")
    for attribute in ("CallUUID", "TimeinSecs", "TimeinuSecs"):
        assert created.attributes[attribute] == again.attributes[attribute]
    assert {item.name for item in received[seen + 1 : seen + 3]} == {"EventCallPartyAdded"}


async def test_a_snapshot_that_proves_nothing_is_named(gateway: ScriptedGateway, inbox: Inbox) -> None:
    """One that does not end, and one of which the gateway says that it is incomplete."""
    timing = replace(FAST, heartbeat=0.05, snapshot=0.1)
    with capture_logs() as logs:
        async with running(GatewayClient(Feed.CALL, ServerPair("SIPS1", (gateway.address,)), "a", inbox.take, timing)):
            conversation = await gateway.connected()
            conversation.say(HELLO)
            await conversation.heard("subscribe")
            await eventually(lambda: any("does not end" in each["event"] for each in logs))
            conversation.say('{"frame":"snapshot_end","complete":false}')
            await inbox.until(lambda _: inbox.count(SnapshotEnded) == 1)
    named = [each["event"] for each in logs if "snapshot" in each["event"]]
    assert named == [
        "snapshot does not end: calls that are over and not reported stay open until one does",
        "snapshot proves nothing, the gateway says that it is incomplete",
    ]


async def test_while_both_servers_are_primary_no_snapshot_proves_anything(inbox: Inbox) -> None:
    """A call may live on the other one. When one is left, it is asked again."""
    async with ScriptedGateway.listening() as one, ScriptedGateway.listening() as other:
        pair = ServerPair("SIPS1", (one.address, other.address))
        async with running(GatewayClient(Feed.CALL, pair, "a", inbox.take, FAST)):
            first = await one.connected()
            first.say(HELLO)
            await first.heard("subscribe")
            second = await other.connected()
            await second.subscribed()
            await inbox.until(lambda items: SnapshotEnded(other.address, True, None) in items)
            first.writer.transport.abort()
            await second.heard("ask_snapshot")
            second.say('{"frame":"snapshot_end","complete":true}')
            await inbox.until(lambda _: inbox.count(SnapshotEnded) == 2)
    last = [item for item in inbox.items if isinstance(item, SnapshotEnded)][-1]
    assert last.reported is not None

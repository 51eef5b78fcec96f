"""Events on their way from the SIP Server to clients: what is sent is what an ingest reads."""

import base64
import json
from typing import Any

import pytest

from tests.integration.gateways import SAMPLES
from tests.integration.test_gateway_client import FAST, Inbox, running
from tests.integration.test_ingest import Instance, Store, all_feeds, check_feed_order, names_in_order, serving_excs
from tests.psdk_gateway.process import Built, client, gateway
from tests.psdk_gateway.tserver import Behaviour, TServer, call, call_uuid, message, of_log, packed
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_items import Received
from workers.ingest.gateway_protocol import DnType
from workers.replay.tserver_log import LogEvent, read_log
from workers.settings import Address, ServerPair
from workflows.call.tlib import FEED_OF_EVENT, Feed
from workflows.call.tlib_reading import read_event

FEEDS = ("VQ", "AGENT", "CALL")
CALLER = "+493012345678"


def sample(name: str) -> list[LogEvent]:
    with (SAMPLES / name).open() as log:
        return [found for found in read_log(log) if isinstance(found, LogEvent) and found.name in FEED_OF_EVENT]


def sent(events: list[LogEvent], feed: str) -> list[dict[str, Any]]:
    return [of_log(event.name, event.attributes) for event in events if FEED_OF_EVENT[event.name] == feed]


@pytest.mark.parametrize("log", ["F03.log", "F06.log"])
async def test_a_log_comes_through_as_it_is(built: Built, log: str) -> None:
    events = sample(log)
    want = {
        feed: [
            read_event(event.name, event.attributes, "SIPS1", ("DispositionCode",)).id
            for event in events
            if FEED_OF_EVENT[event.name] is feed
        ]
        for feed in (Feed.VQ, Feed.CALL)
    }
    async with TServer.listening() as server, gateway(built, server) as process:
        vq, agent, calls = await server.opened(*FEEDS)
        pair = ServerPair("SIPS1", (Address("127.0.0.1", process.port),))
        sinks = {feed: Inbox() for feed in Feed}
        clients = {feed: GatewayClient(feed, pair, "a", sinks[feed].take, FAST) for feed in Feed}
        clients[Feed.VQ].register({"VQ_Sales": DnType.VIRTUAL_QUEUE, "VQ_Service": DnType.VIRTUAL_QUEUE})
        clients[Feed.AGENT].register({str(dn): DnType.EXTENSION for dn in range(7001, 7011)})
        async with running(clients[Feed.VQ]), running(clients[Feed.AGENT]), running(clients[Feed.CALL]):
            for feed in Feed:
                await process.logged("client subscribes", feed=feed.value)
            await vq.until_asked("RegisterAddress", 2)
            await agent.until_asked("RegisterAddress", 10)
            for channel in (vq, agent, calls):
                channel.send(*sent(events, channel.feed))
            for feed in (Feed.VQ, Feed.CALL):
                await sinks[feed].until(lambda _, feed=feed: len(sinks[feed].names) == len(want[feed]))  # type: ignore[misc]
    for feed in (Feed.VQ, Feed.CALL):
        got = [each for each in sinks[feed].items if isinstance(each, Received)]
        assert [read_event(e.name, e.attributes, "SIPS1", ("DispositionCode",)).id for e in got] == want[feed]


async def test_two_ingests_read_a_call_through_the_gateway(built: Built, store: Store) -> None:
    """The whole way into Redis: both instances store each event once, and what is stored is the log."""
    events = sample("F01.log")
    names = names_in_order(SAMPLES / "F01.log")
    total = sum(map(len, names.values()))
    async with (
        TServer.listening() as server,
        gateway(built, server) as process,
        serving_excs(SAMPLES / "mapping.yaml") as excs_url,
    ):
        channels = await server.opened(*FEEDS)
        pair = ServerPair("SIPS1", (Address("127.0.0.1", process.port),))
        a, b = (Instance(name, store.url, all_feeds(pair), excs_url) for name in "ab")
        async with a.running(), b.running():
            await process.logged("client subscribes", times=6)
            await channels[0].until_asked("RegisterAddress", 2)
            await channels[1].until_asked("RegisterAddress", 9)
            for channel, feed in zip(channels, FEEDS, strict=True):
                channel.send(*sent(events, feed))
            stored = await store.until(lambda found: len(found) >= total)
    assert {event.id for event in stored} == {name for feed in names.values() for name in feed}
    check_feed_order(stored)


async def test_every_kind_of_value(built: Built) -> None:
    pairs = [
        ["K", "1"],
        ["K", "two"],
        ["Empty", ""],
        ["Int", -5],
        ["Long", {"long": 1 << 40}],
        ["Wide", {"wide": "名前"}],
        ["Float", {"float": 1.5}],
        ["Bytes", {"base64": "AAEC"}],
        ["List", [["Inner", [["Deep", "x"]]], ["None", []]]],
        ["Odd", 'quote " back\\slash \n\t\x00\x1f 😀 \ud83d'],
    ]
    want = [
        *(["K", "1"], ["K", "two"], ["Empty", ""], ["Int", -5], ["Long", 1 << 40], ["Wide", "名前"], ["Float", "1.5"]),
        *(["Bytes", {"base64": "AAEC"}], ["List", [["Inner", [["Deep", "x"]]], ["None", []]]]),
        ["Odd", 'quote " back\\slash \n\t\x00\x1f 😀 �'],
    ]
    links = [["SIPS2", call_uuid(7)]]
    event = call(
        1,
        UserData=pairs,
        CallType="Consult",
        Cause="PathOptimization",
        ThisDNRole="RoleDestination",
        ConnID="f06c02462a161006",
        CallID=7,
        NetworkCallID=1 << 40,
        ANI="FAIL",
        DN="7001",
        PartyState=0x1000C,
        ISLinkList=packed(links),
        RefConnID="00000000000000ff",
    )
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            calls.send(event, call(2, ISLinkList=packed(links, True)), call(3, ISLinkList={"base64": "AAECAw=="}))
            frames = [await ingest.until("event") for _ in range(3)]
    first, second, third = (frame["attributes"] for frame in frames)
    assert first.pop("UserData") == want
    assert first == {
        "CallUUID": call_uuid(1),
        "ConnID": "f06c02462a161006",
        "CallID": 7,
        "NetworkCallID": 1 << 40,
        "CallType": 4,
        "CallTypeName": "Consult",
        "Cause": "PathOptimization",
        "CauseNumber": 16,
        "ThisDNRole": 2,
        "ThisDNRoleName": "RoleDestination",
        "DN": "7001",
        "PartyState": 0x1000C,
        "RefConnID": "00000000000000ff",
        "ISLinkList": links,
        "TimeinSecs": 1_700_002_000,
        "TimeinuSecs": 1,
    }
    assert second["ISLinkList"] == links
    assert third["ISLinkList"] == {"base64": "AAECAw=="}


async def test_an_event_too_long_for_a_line_loses_its_largest_attribute(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            calls.send(call(1, UserData=[["Blob", "ü" * 600_000]], Extensions=[["E", "x" * 1000]]), call(2))
            cut, whole = await ingest.until("event"), await ingest.until("event")
        entry = await process.logged("event too long for a line, attributes left out")
    assert "UserData" not in cut["attributes"]
    assert cut["attributes"]["Extensions"]
    assert whole["attributes"]["CallUUID"] == call_uuid(2)
    assert (entry["tlib"], entry["call"], entry["attributes"]) == ("EventCallCreated", call_uuid(1), "[UserData]")


async def test_what_is_not_the_feeds_is_not_sent(built: Built) -> None:
    """Other applications' EventUserEvents, answers without an agent, unknown messages, DNs nobody asked for."""
    user_event = {"ThisDN": "7001", "ConnID": "1", "TimeinSecs": 1_700_002_000}
    behaviour = Behaviour(agents={"7001": "A7001"})
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="AGENT") as process:
        (agent,) = await server.opened("AGENT")
        async with client(process) as ingest:
            await ingest.subscribed("AGENT", "7001", "7002")
            await ingest.until("snapshot_end")
            login = next(frame for frame in ingest.frames if frame["frame"] == "event")
            agent.send(
                message("EventUserEvent", {**user_event, "Extensions": [["Other", "1"]]}),
                message("EventUserEvent", user_event),
                {"id": 500, "no_event": True},
                {"id": 154, "no_event": True},
                {"channel_error": True},
                message("EventUserEvent", {**user_event, "ThisDN": "7009", "Extensions": [["LCTPartiesLength", "1"]]}),
                message("EventUserEvent", {**user_event, "Extensions": [["LCTPartiesLength", "1"]]}),
                message("EventAgentLogin", {"ThisDN": "7002", "AgentID": "A7002", "TimeinSecs": 1_700_002_000}),
            )
            events = [await ingest.until("event"), await ingest.until("event")]
        await process.stop()
        totals = (await process.logged("gateway stopped"))["totals"]
    assert (login["name"], login["attributes"]["AgentID"]) == ("EventRegistered", "A7001")
    assert [event["name"] for event in events] == ["EventUserEvent", "EventAgentLogin"]
    assert events[0]["attributes"]["Extensions"] == [["LCTPartiesLength", "1"]]
    assert {
        'events_not_of_the_feed{of="EventUserEvent"}': 2,
        'messages_unknown{of="500"}': 1,
        'channel_errors{of="AGENT"}': 1,
        'events_nobody_wants{of="EventUserEvent"}': 1,
    }.items() <= totals.items()


async def test_milliseconds_are_found_out_and_can_be_set(built: Built) -> None:
    events = [call(1, "EventCallDataChanged", time=1_700_002_000 + n, TimeinuSecs=594) for n in range(100)]
    for setting, want in (("us", 594), ("ms", 594_000)):
        async with (
            TServer.listening() as server,
            gateway(built, server, feeds="CALL", time_fraction=setting) as process,
        ):
            (calls,) = await server.opened("CALL")
            async with client(process) as ingest:
                await ingest.subscribed()
                calls.send(*events)
                assert (await ingest.until("event"))["attributes"]["TimeinuSecs"] == want
                if setting == "us":
                    await process.logged(
                        "all fractions of the event times are below 1000: set GATEWAY_TIME_FRACTION=ms"
                    )


async def test_no_personal_data_in_the_log(built: Built) -> None:
    secret = base64.b64encode(b"blob").decode()
    events = [
        call(1, ANI=CALLER, DNIS=CALLER, DialedNumber=CALLER, UserData=[["Name", "Secret"], ["B", {"base64": secret}]]),
        call(1, "EventCallPartyAdded", PartyUUID="P1", DN=CALLER, OtherDN=CALLER),
        call(2, UserData=[["Name", "Secret" * 200_000]], ANI=CALLER),
        call(1, "EventCallDeleted", ANI=CALLER),
    ]
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            calls.send(*events)
            for _ in events:
                await ingest.until("event")
            ingest.say("no frame " + CALLER)
            await ingest.until("error", code="bad_frame")
        calls.drop()
        await process.logged("SIP Server lost")
        await process.stop()
    text = json.dumps(process.log)
    assert CALLER not in text
    assert CALLER[1:] not in text
    assert "Secret" not in text

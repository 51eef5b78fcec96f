"""The gateway and its SIP Servers: subscriptions, registrations, snapshots, switchovers, lost links."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.psdk_gateway.process import Built, client, gateway
from tests.psdk_gateway.tserver import Behaviour, TServer, Values, call, call_uuid, error, message, names, party

ALWAYS = {52, 53, 54, 93, 94, 95, 132, 133, 138, 147, 148}
OLD = 1_700_000_500
"""Event time before the SIP Server's clock when the gateway connects (tserver.py, EventServerInfo)."""


def snapshot_of(frames: list[Values]) -> list[Values]:
    """The events between the last snapshot_begin and its end, as CallUUID or PartyUUID."""
    kinds = [frame["frame"] for frame in frames]
    begin = len(kinds) - 1 - kinds[::-1].index("snapshot_begin")
    return [frame for frame in frames[begin:] if frame["frame"] == "event"]


async def test_each_feed_asks_for_what_it_needs_and_for_nothing_else(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, charset="windows-1252") as process:
        vq, agent, calls = await server.opened("VQ", "AGENT", "CALL")
        for channel, events in ((vq, {57, 58, 59}), (agent, {73, 74, 96}), (calls, set(range(160, 167)))):
            mask = (await channel.until_asked("SetInputMask"))[0]["ids"]
            assert set(mask) == events | ALWAYS
            assert channel.registration["client"] == f"EXCP_{channel.feed}"
            assert channel.registration["options"] == {
                "protocol": "addp",
                "addp-timeout": "10",
                "addp-remote-timeout": "10",
                "string-attributes-encoding": "windows-1252",
            }
        assert (await calls.until_asked("StartCallMonitoring"))[0]["mode"] == "Default"
        assert not vq.asked("StartCallMonitoring")
        for feed in ("VQ", "AGENT", "CALL"):
            await process.logged("SIP Server connected", feed=feed)


@pytest.mark.parametrize("references", [True, False])
async def test_many_dns_are_registered_in_a_window(built: Built, references: bool) -> None:
    dns = [f"7{number:04}" for number in range(2_500)]
    behaviour = Behaviour(registers=frozenset(dns[1:]), references=references)
    async with (
        TServer.listening(behaviour) as server,
        gateway(built, server, feeds="AGENT", register_window=50) as process,
    ):
        (agent,) = await server.opened("AGENT")
        behaviour.held.clear()
        async with client(process) as ingest:
            await ingest.subscribed("AGENT", *dns[:1000])
            kind = {"type": "extension"}
            for start in (1000, 2000):
                ingest.say({"frame": "register", "dns": [{"dn": dn, **kind} for dn in dns[start : start + 1000]]})
            await agent.until_asked("RegisterAddress", 50)
            behaviour.held.set()
            agent.answer_registrations()
            answers = [await ingest.until("registered") for _ in dns]
    assert agent.most_waiting == 50
    assert {answer["dn"] for answer in answers} == set(dns)
    refused = [answer for answer in answers if not answer.get("ok", True)]
    assert refused == [{"frame": "registered", "dn": "70000", "ok": False, "code": 59, "message": "invalid DN"}]
    assert {(r["mode"], r["control"], r["type"]) for r in agent.asked("RegisterAddress")} == {
        ("ModeShare", "RegisterDefault", "DN")
    }


async def test_a_queue_of_another_address_type_is_tried_with_the_next(built: Built) -> None:
    behaviour = Behaviour(address_types={"VQ_1": "Queue", "VQ_2": "DN", "VQ_3": "RouteQueue"})
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="VQ") as process:
        (vq,) = await server.opened("VQ")
        async with client(process) as ingest:
            await ingest.subscribed("VQ", "VQ_1", "VQ_2", "VQ_3")
            answers = {
                frame["dn"]: frame.get("ok", True) for frame in [await ingest.until("registered") for _ in "123"]
            }
            assert answers == {"VQ_1": True, "VQ_2": True, "VQ_3": False}
            asked = [(r["dn"], r["type"]) for r in vq.asked("RegisterAddress")]
            assert sorted(asked) == [
                *(("VQ_1", "Queue"), ("VQ_2", "DN"), ("VQ_2", "Queue"), ("VQ_3", "DN"), ("VQ_3", "Queue")),
            ]
            behaviour.address_types = {}
            ingest.say({"frame": "register", "dns": [{"dn": "VQ_3", "type": "virtual_queue"}]})
            assert (await ingest.until("registered")).get("ok", True)
            ingest.say({"frame": "register", "dns": [{"dn": "7001", "type": "extension"}]})
            assert (await ingest.until("registered"))["ok"] is False


async def test_a_registration_that_is_not_answered_is_told_and_a_late_answer_too(built: Built) -> None:
    behaviour = Behaviour()
    async with (
        TServer.listening(behaviour) as server,
        gateway(built, server, feeds="VQ", register_timeout=0.1) as process,
    ):
        (vq,) = await server.opened("VQ")
        behaviour.held.clear()
        async with client(process) as ingest:
            await ingest.subscribed("VQ", "VQ_1", "VQ_2")
            refused = [await ingest.until("registered", ok=False) for _ in "12"]
            assert {answer["message"] for answer in refused} == {"no answer from the SIP Server"}
            assert (await ingest.until("snapshot_end"))["complete"] is False
            ingest.say({"frame": "register", "dns": [{"dn": "VQ_1", "type": "virtual_queue"}]})
            await vq.until_asked("RegisterAddress", 3)
            behaviour.held.set()
            vq.answer_registrations()
            assert await ingest.until("registered") == {"frame": "registered", "dn": "VQ_1"}


async def test_a_dn_goes_to_those_who_want_it_and_a_second_client_is_answered_at_once(built: Built) -> None:
    behaviour = Behaviour(agents={"7001": "A1"})
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="AGENT") as process:
        (agent,) = await server.opened("AGENT")
        async with client(process) as first, client(process) as second:
            await first.subscribed("AGENT", "7001")
            await first.until("snapshot_end")
            await second.subscribed("AGENT", "7001", "7002")
            await second.until("snapshot_end")
            answers = [name for name in names(second.frames) if name not in ("hello", "role", "subscribed")]
            assert sorted(answers) == [
                *("EventRegistered", "registered", "registered", "snapshot_begin", "snapshot_end"),
            ]
            first.say({"frame": "unregister", "dns": ["7001"]})
            assert await first.until("unregistered") == {"frame": "unregistered", "dn": "7001"}
            for dn in ("7001", "7002"):
                event = {"ThisDN": dn, "AgentID": "A2", "TimeinSecs": 1_700_002_000}
                agent.send(message("EventAgentLogin", event))
            assert (await second.until("event"))["attributes"]["ThisDN"] == "7001"
            assert (await second.until("event"))["attributes"]["ThisDN"] == "7002"
            second.say({"frame": "ask_snapshot"})
            again = [await second.until("event") for _ in "12"]
            assert {frame["attributes"]["AgentID"] for frame in again} == {"A2"}
            await second.until("snapshot_end")
            first.say({"frame": "bye"})
            assert "event" not in [frame["frame"] for frame in await first.rest()]
        assert [r["dn"] for r in agent.asked("RegisterAddress")] == ["7001", "7002"]


async def test_a_dn_that_nobody_wants_is_given_back_after_a_while(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="VQ", keep_registered=0.1) as process:
        (vq,) = await server.opened("VQ")
        async with client(process) as ingest:
            await ingest.subscribed("VQ", "VQ_1", "VQ_2", "VQ_3")
            await ingest.until("snapshot_end")
            ingest.say({"frame": "unregister", "dns": ["VQ_1"]})
            assert [r["dn"] for r in await vq.until_asked("UnregisterAddress")] == ["VQ_1"]
            ingest.say({"frame": "register", "dns": [{"dn": "VQ_1", "type": "virtual_queue"}]})
            await ingest.until("registered", dn="VQ_1")
        given_back = [r["dn"] for r in await vq.until_asked("UnregisterAddress", 4)]
    assert given_back[1:] == ["VQ_2", "VQ_3", "VQ_1"]


async def test_a_server_that_never_tells_its_role_is_taken_for_a_primary(built: Built) -> None:
    behaviour = Behaviour(role="", silent=frozenset({"QueryServer"}))
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="VQ") as process:
        async with client(process) as ingest:
            await ingest.subscribed("VQ", "VQ_1")
            assert ingest.frames[0]["role"] == "backup"
            await ingest.until("role", role="primary")
        await process.logged("the SIP Server does not tell its role: taken for a primary")


async def test_living_calls_are_reported_to_whoever_comes(built: Built) -> None:
    """To a client that comes during the server's re-report by that, to a later one as they are then."""
    living = [call(1, time=OLD, UserData=[["A", "1"], ["B", "2"]]), party(1, "P1", DN="7001", PartyState=0xC)]
    living += [call(2, time=OLD), party(2, "P2", DN="7002", PartyState=0xC), call(3, time=OLD)]
    async with TServer.listening(Behaviour(living=living)) as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as early, client(process) as late:
            await early.subscribed()
            assert await early.until("snapshot_end") == {"frame": "snapshot_end", "complete": True, "calls": 3}
            calls.send(
                call(1, "EventCallDataChanged", time=OLD + 9, UserData=[["B", "3"], ["C", "4"]], DNIS="100"),
                party(1, "P1", "EventCallPartyState", PartyState=0xE, Cause="Transfer"),
                party(2, "P2", "EventCallPartyMoved", NewCallUUID=call_uuid(1)),
                call(2, "EventCallDeleted", RefCallUUID=call_uuid(1)),
                call(4, "EventCallCreated"),
                party(5, "P5", DN="7005"),
                party(3, "P3", DN="7003"),
                party(3, "P3", "EventCallPartyDeleted"),
            )
            for _ in range(8):
                await early.until("event")
            await late.subscribed()
            assert (await late.until("snapshot_end"))["complete"] is True
        reports = snapshot_of(late.frames)
        calls_told = {f["attributes"]["CallUUID"]: f["attributes"] for f in reports if f["name"] == "EventCallCreated"}
        assert set(calls_told) == {call_uuid(number) for number in (1, 3, 4, 5)}
        first = calls_told[call_uuid(1)]
        assert first["UserData"] == [["A", "1"], ["B", "3"], ["C", "4"]]
        assert (first["TimeinSecs"], first["DNIS"]) == (OLD, "100")
        parties = {f["attributes"]["PartyUUID"]: f["attributes"] for f in reports if f["name"] == "EventCallPartyAdded"}
        assert set(parties) == {"P1", "P2", "P5"}
        assert (parties["P1"]["PartyState"], parties["P1"]["DN"], parties["P1"]["Cause"]) == (0xE, "7001", "Transfer")
        assert (parties["P2"]["CallUUID"], "NewCallUUID" in parties["P2"]) == (call_uuid(1), False)


@pytest.mark.parametrize(
    ("behaviour", "rule", "complete"),
    [
        (Behaviour(living=[call(1, time=OLD)]), "proven", True),
        (Behaviour(living=[call(1, time=OLD)]), "never", False),
        (Behaviour(), "proven", False),
        (Behaviour(), "settled", True),
        (Behaviour(living=[call(1)]), "proven", False),
        (Behaviour(living=[call(1, ISLinkList={"base64": "AA=="})]), "proven", True),
        (Behaviour(role="Backup"), "settled", False),
        (Behaviour(living=[call(1, time=OLD)], references=False), "proven", True),
    ],
    ids=["older", "never", "nothing", "settled", "as if live", "ISLinkList", "backup", "no references"],
)
async def test_when_a_snapshot_counts_as_complete(
    built: Built, behaviour: Behaviour, rule: str, complete: bool
) -> None:
    async with (
        TServer.listening(behaviour) as server,
        gateway(built, server, feeds="CALL", snapshot_complete=rule) as process,
        client(process) as ingest,
    ):
        await ingest.subscribed()
        assert (await ingest.until("snapshot_end"))["complete"] is complete


async def test_a_switchover_inside_the_channel_is_a_gap_for_clients(built: Built) -> None:
    """The channel stays open; EventPrimaryChanged tells. What is asked of the server is asked again."""
    behaviour = Behaviour(living=[call(1, time=OLD), call(2, time=OLD)])
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="VQ,CALL") as process:
        vq, calls = await server.opened("VQ", "CALL")
        async with client(process) as ingest, client(process) as queues:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            await queues.subscribed("VQ", "VQ_1")
            await queues.until("snapshot_end")
            seen = len(ingest.frames)
            behaviour.living = [call(2, time=OLD)]
            for channel in (vq, calls):
                channel.send(message("EventLinkConnected", {"RegistrationCode": "Primary"}))
                channel.send(message("EventPrimaryChanged", {}))
            end = await ingest.until("snapshot_end")
            assert (end["complete"], end["calls"]) == (True, 1)
            news = names(ingest.frames[seen:])
            assert news[-3:] == ["snapshot_begin", "EventCallCreated", "snapshot_end"] or news[-2:] == [
                "EventCallCreated",
                "snapshot_end",
            ]
            assert [f["role"] for f in ingest.frames[seen:] if f["frame"] == "role"][:2] == ["backup", "primary"]
            await queues.until("role", role="primary")
            await queues.until("registered", dn="VQ_1")
            await queues.until("snapshot_end")
        for channel, requests in (
            (vq, ("SetInputMask", "RegisterAddress")),
            (calls, ("SetInputMask", "StartCallMonitoring")),
        ):
            for request in requests:
                assert len(await channel.until_asked(request, 2)) == 2, "once for all messages of a switchover"


async def test_an_error_to_a_repeated_request_is_no_failure(built: Built) -> None:
    """After a switchover the server may say "already registered": the registration stands."""
    behaviour = Behaviour()
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="VQ,CALL") as process:
        vq, calls = await server.opened("VQ", "CALL")
        async with client(process) as ingest, client(process) as queues:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            await queues.subscribed("VQ", "VQ_1")
            await queues.until("snapshot_end")
            behaviour.registers, behaviour.monitoring = frozenset(), frozenset()
            for channel in (vq, calls):
                channel.send(message("EventPrimaryChanged", {}))
            assert await queues.until("registered") == {"frame": "registered", "dn": "VQ_1"}
            await ingest.until("role", role="primary")
            await ingest.until("snapshot_end")
            calls.send(call(1))
            assert (await ingest.until("event"))["name"] == "EventCallCreated"


async def test_roles_as_the_server_tells_them(built: Built) -> None:
    behaviour = Behaviour(role="Backup")
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            assert ingest.frames[0]["role"] == "backup"
            await ingest.until("snapshot_end")
            behaviour.role = "Primary"
            calls.send(message("EventRestoreConnection", {}))
            await ingest.until("role", role="primary")
            await ingest.until("snapshot_begin")
            await ingest.until("snapshot_end")
            calls.send(message("EventLinkDisconnected", {}))
            await ingest.until("role", role="backup")
            calls.send(call(1))
            await ingest.until("role", role="primary")
            assert (await ingest.frame())["frame"] == "snapshot_begin"
            assert (await ingest.until("event"))["name"] == "EventCallCreated"
        async with client(process) as another:
            await another.subscribed()
            assert another.frames[0]["role"] == "primary"


async def test_the_other_half_s_link_message_does_not_make_a_primary_a_backup(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            asked = len(calls.asked("QueryServer"))
            calls.send(message("EventLinkConnected", {"RegistrationCode": "Backup"}))
            await calls.until_asked("QueryServer", asked + 1)
            calls.send(call(1))
            assert (await ingest.frame())["frame"] == "event"


@pytest.mark.parametrize("early", ["before", "after"])
async def test_a_server_without_a_role_is_known_by_its_link_message(built: Built, early: str) -> None:
    behaviour = Behaviour(early=early, silent=frozenset({"QueryServer"}))
    async with TServer.listening(behaviour) as server, gateway(built, server, feeds="CALL") as process:
        await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            if ingest.frames[0]["role"] == "backup":
                await ingest.until("role", role="primary")


async def test_a_lost_link_ends_the_clients_and_the_backup_serves_them(built: Built) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(TServer.listening(Behaviour(living=[call(1, time=OLD)])))
        second = await stack.enter_async_context(TServer.listening(Behaviour(living=[call(1, time=OLD)])))
        process = await stack.enter_async_context(gateway(built, first, second, feeds="CALL"))
        (calls,) = await first.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            first.behaviour.refuse_client = None
            calls.drop()
            end = (await ingest.rest())[-1]
            assert (end["code"], end["frame"]) == ("link_lost", "error")
        await process.logged("SIP Server connected", times=2)
        async with client(process) as ingest:
            await ingest.subscribed()
            end = await ingest.until("snapshot_end")
            assert (end["complete"], end["calls"]) == (True, 1)
            assert (await process.logged("calls reported", times=2))["re_reported"] == 1


async def test_a_client_waits_for_the_link_and_is_told_of_the_gap(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="VQ", link_wait=60) as process:
        (vq,) = await server.opened("VQ")
        server.behaviour.refuse_client = "not now"
        vq.drop()
        await process.logged("SIP Server not reached")
        async with client(process) as ingest:
            vq_1 = {"dn": "VQ_1", "type": "virtual_queue"}
            ingest.say('{"frame":"hello","protocol":1,"client":"a"}')
            ingest.say({"frame": "subscribe", "feed": "VQ", "dns": [vq_1]}, {"frame": "register", "dns": [vq_1]})
            await process.logged("client subscribes")
            server.behaviour.refuse_client = None
            await ingest.until("subscribed")
            await ingest.until("role", role="primary")
            await ingest.until("registered", dn="VQ_1")
            await ingest.until("snapshot_end")
        assert ingest.frames[0]["role"] == "backup"
    assert server.refused >= 1, "the gateway goes on after a server has refused it"


async def test_a_client_that_waited_too_long_is_told_that_there_is_no_link(built: Built) -> None:
    async with (
        TServer.listening(Behaviour(refuse_client="no")) as server,
        gateway(built, server, feeds="CALL", link_wait=0.2) as process,
        client(process) as ingest,
    ):
        ingest.say('{"frame":"hello","protocol":1,"client":"a"}', {"frame": "subscribe", "feed": "CALL"})
        frames = await ingest.rest()
    assert names(frames) == ["hello", "error"]
    assert (frames[0]["role"], frames[1]["code"]) == ("backup", "link_lost")


async def test_an_overflow_is_a_lost_link_and_not_a_dropped_event(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL", inbox=10) as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            calls.send({**call(1, UserData=[["K", "x" * 20_000]]), "burst": 20_000})
            frames = await ingest.rest()
        assert set(names(frames[:-1])) <= {"EventCallCreated"}
        assert frames[-1]["code"] == "overflow"
        (again,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            again.send(call(2))
            assert (await ingest.until("event"))["attributes"]["CallUUID"] == call_uuid(2)
        await process.stop()
        totals: dict[str, Any] = (await process.logged("gateway stopped"))["totals"]
    assert totals['messages_dropped{of="CALL"}'] > 0
    received = totals.get('events{of="EventCallCreated"}', 0)
    assert totals['messages_dropped{of="CALL"}'] + received >= 20_000


async def test_a_message_that_cannot_be_read_is_a_lost_link_too(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            calls.send(call(1), {"broken": True}, call(2))
            frames = await ingest.rest()
        assert names(frames)[-1] == "error"
        assert [f["attributes"]["CallUUID"] for f in frames if f["frame"] == "event"] == [call_uuid(1)]
        await server.opened("CALL")
        async with client(process) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")


async def test_call_monitoring_that_is_refused_is_tried_with_the_default_and_then_told(built: Built) -> None:
    behaviour = Behaviour(monitoring=frozenset({"Default"}))
    settings = {"feeds": "CALL", "call_monitoring": "NoInternalPartyEvents"}
    async with TServer.listening(behaviour) as server, gateway(built, server, **settings) as process:
        (calls,) = await server.opened("CALL")
        asked = await calls.until_asked("StartCallMonitoring", 2)
        assert [request["mode"] for request in asked] == ["NoInternalPartyEvents", "Default"]
        async with client(process) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
    async with (
        TServer.listening(Behaviour(monitoring=frozenset())) as server,
        gateway(built, server, feeds="CALL") as process,
    ):
        await process.logged("call monitoring refused")
        async with client(process) as ingest:
            ingest.say('{"frame":"hello","protocol":1,"client":"a"}', {"frame": "subscribe", "feed": "CALL"})
            last = (await ingest.rest())[-1]
    assert (last["code"], "refuses call monitoring" in last["message"]) == ("bad_feed", True)


async def test_other_errors_of_the_server_are_logged(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        calls.send(error(41, "no such thing"))
        entry = await process.logged("the SIP Server reports an error")
    assert (entry["code"], entry["reason"]) == (41, "no such thing")


async def test_a_server_that_comes_later_is_found(built: Built) -> None:
    async with TServer.listening() as placeholder:
        port = placeholder.port
    nobody = TServer(Behaviour())
    nobody.port = port
    async with gateway(built, nobody, feeds="CALL") as process:
        await process.logged("SIP Server not reached")
        async with TServer.listening(port=port) as server:
            await server.opened("CALL")
            await process.logged("SIP Server connected")


async def test_events_pass_quickly_and_in_order(built: Built) -> None:
    """A smoke test of the throughput: 5,000 events to two clients."""
    number = 5_000
    events = [call(1, "EventCallDataChanged", time=1_700_002_000 + n, DNIS=str(n)) for n in range(number)]
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as one, client(process) as two:
            for ingest in (one, two):
                await ingest.subscribed()
                await ingest.until("snapshot_end")
            began = time.monotonic()
            calls.send(*events)
            for ingest in (one, two):
                got = await asyncio.wait_for(ingest.taken(number), 15)
                assert [frame["attributes"]["DNIS"] for frame in got] == list(map(str, range(number)))
            assert time.monotonic() - began < 10

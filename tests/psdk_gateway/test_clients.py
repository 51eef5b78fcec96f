"""The gateway and its clients: the protocol's rules, slow clients, TLS, the end."""

import asyncio
import json
import random
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from activities.tls import TlsFiles
from tests.integration.eventually import eventually
from tests.integration.test_gateway_client import FAST, running
from tests.psdk_gateway.conftest import run
from tests.psdk_gateway.process import CLIENT_HELLO, Built, client, gateway
from tests.psdk_gateway.tserver import Behaviour, TServer, call, call_uuid, message, names, party
from workers.gateway_check.command import Target, watch
from workers.gateway_check.findings import Level, findings
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_codec import FRAMING_LOST, MAX_LINE, decode
from workers.ingest.gateway_items import Item
from workers.ingest.gateway_protocol import SERVER_FRAMES, DnType, ErrorCode, Frame, Role, SnapshotEnd
from workers.ingest.gateway_socket import WANTS_TLS
from workers.settings import Address, ServerPair
from workflows.call.tlib import Feed

SUBSCRIBE = '{"frame":"subscribe","feed":"CALL"}'
REFUSALS: list[tuple[list[str], str]] = [
    (["nonsense"], "bad_frame"),
    (["[]"], "bad_frame"),
    (['{"frame":7}'], "bad_frame"),
    (['{"frame":"heartbeat"}'], "hello_expected"),
    (['{"frame":"hello","protocol":2,"name":"later"}'], "protocol_version"),
    (['{"frame":"hello","protocol":"1","client":"a"}'], "bad_frame"),
    (['{"frame":"hello","protocol":1}'], "bad_frame"),
    (['{"frame":"hello","protocol":1,"client":"a","heartbeat":0}'], "bad_frame"),
    ([CLIENT_HELLO, CLIENT_HELLO], "bad_frame"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"NONE"}'], "bad_frame"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"AGENT"}'], "bad_feed"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"CALL","dns":[{"dn":"1","type":"extension"}]}'], "bad_feed"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"VQ","dns":[{"dn":"","type":"virtual_queue"}]}'], "bad_frame"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"VQ","dns":[{"dn":"1","type":"trunk"}]}'], "bad_frame"),
    ([CLIENT_HELLO, '{"frame":"subscribe","feed":"VQ","dns":7}'], "bad_frame"),
    ([CLIENT_HELLO, SUBSCRIBE, SUBSCRIBE], "already_subscribed"),
    ([CLIENT_HELLO, SUBSCRIBE, '{"frame":"register","dns":[]}'], "bad_feed"),
    ([CLIENT_HELLO, SUBSCRIBE, '{"frame":"register"}'], "bad_frame"),
    ([CLIENT_HELLO, '{"frame":"ask_snapshot"}'], "not_subscribed"),
    ([CLIENT_HELLO, '{"frame":"unregister","dns":["1"]}'], "not_subscribed"),
    ([CLIENT_HELLO, '{"frame":"' + "x" * MAX_LINE + '"}'], "bad_frame"),
    ([CLIENT_HELLO, "x" * (FRAMING_LOST + (1 << 17))], "line_too_long"),
]


async def test_who_breaks_the_rules_is_told_and_left(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="VQ,CALL") as process:
        await process.logged("SIP Server connected", times=2)
        for lines, code in REFUSALS:
            async with client(process) as ingest:
                ingest.say(*lines)
                last = (await ingest.rest())[-1]
                assert (last["frame"], last.get("code")) == ("error", code), lines[-1][:100]
                assert decode(json.dumps(last).encode(), SERVER_FRAMES).fatal  # type: ignore[union-attr]


async def test_what_a_later_version_adds_is_passed_over_and_all_frames_are_the_protocols(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL") as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as ingest:
            ingest.say(
                "", '{"frame":"news"}', '{"frame":"hello","protocol":1,"client":"a","more":[{}],"heartbeat":5.0}'
            )
            ingest.say('{"frame":"news","of":"tomorrow"}\r', '{"frame":"subscribe","feed":"CALL","dns":[],"more":1}')
            ingest.say('{"frame":"error","code":"odd","fatal":false}')
            await ingest.until("snapshot_end")
            calls.send(call(1))
            await ingest.until("event")
        for frame in ingest.frames:
            assert isinstance(decode(json.dumps(frame).encode(), SERVER_FRAMES), Frame)
        hello = ingest.frames[0]
        assert (hello["protocol"], hello["server"], hello["heartbeat"]) == (1, "SIPS1", 1)
        assert hello["software"].startswith("EXCP PSDK gateway")
        async with client(process) as again:
            await again.subscribed()
            assert again.frames[0]["session"] == str(server.behaviour.start_time)


async def test_heartbeats_both_ways(built: Built) -> None:
    async with (
        TServer.listening() as server,
        gateway(built, server, feeds="CALL", heartbeat=0.1) as process,
        client(process) as ingest,
    ):
        ingest.say('{"frame":"hello","protocol":1,"client":"a","heartbeat":0.2}')
        reader: Any = ingest._reader
        lines = [json.loads(await asyncio.wait_for(reader.readline(), 5)) for _ in range(4)]
        assert names(lines) == ["hello", "heartbeat", "heartbeat", "heartbeat"]
        assert (await ingest.rest())[-1]["code"] == "heartbeat_lost"


async def test_a_client_that_does_not_read_is_dropped_and_the_others_are_not_held_up(built: Built) -> None:
    number = 3_000
    events = [call(1, "EventCallDataChanged", UserData=[["K", "x" * 10_000]], DNIS=str(n)) for n in range(number)]
    async with TServer.listening() as server, gateway(built, server, feeds="CALL", client_buffer=1) as process:
        (calls,) = await server.opened("CALL")
        async with client(process) as slow, client(process) as quick:
            await slow.subscribed()
            await quick.subscribed()
            await quick.until("snapshot_end")
            got = []
            for start in range(0, number, 20):
                calls.send(*events[start : start + 20])
                got += [(await quick.until("event"))["attributes"]["DNIS"] for _ in range(20)]
            frames = await slow.rest()
        await process.stop()
        totals = (await process.logged("gateway stopped"))["totals"]
    assert got == list(map(str, range(number)))
    told = [frame["attributes"]["DNIS"] for frame in frames if frame["frame"] == "event"]
    assert told == list(map(str, range(len(told))))
    assert len(told) < number
    assert totals['clients_ended{of="overflow"}'] == 1


async def test_sigterm_ends_everything_in_good_order(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server) as process:
        channels = await server.opened("VQ", "AGENT", "CALL")
        async with client(process) as ingest, client(process) as idle:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            channels[2].send(call(1))
            code, rest, other = await asyncio.gather(process.stop(), ingest.rest(), idle.rest())
            assert (code, names(rest)[-1], names(other)[-1]) == (0, "bye", "bye")
    assert process.log[-1]["event"] == "gateway stopped"


async def test_too_many_clients_are_not_let_in(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, clients_max=1) as process:
        async with client(process) as first:
            await first.until("hello")
            async with client(process) as second:
                assert await second.rest() == []
            first.say(CLIENT_HELLO, '{"frame":"bye"}')
            assert await first.rest() == []
        await process.logged("client gone")
        async with client(process) as third:
            await third.until("hello")


async def test_whatever_a_client_sends_the_gateway_lives(built: Built) -> None:
    """Frames with bytes changed, cut and doubled: answered, or refused with a code of the protocol."""
    draw = random.Random(1)
    frames = [
        CLIENT_HELLO,
        '{"frame":"subscribe","feed":"VQ","dns":[{"dn":"VQ_1","type":"virtual_queue"}]}',
        '{"frame":"register","dns":[{"dn":"VQ_2","type":"virtual_queue"},{"dn":"7001","type":"extension"}]}',
        *('{"frame":"unregister","dns":["VQ_1"]}', '{"frame":"ask_snapshot"}', '{"frame":"error","code":"x"}'),
    ]
    codes = {error.value for error in ErrorCode}
    async with TServer.listening() as server, gateway(built, server, feeds="VQ") as process:
        await process.logged("SIP Server connected")
        for _ in range(150):
            line = bytearray("\n".join(frames).encode() + b"\n")
            for _ in range(draw.randint(1, 3)):
                at = draw.randrange(len(line))
                line[at : at + draw.randint(0, 4)] = draw.randbytes(draw.randint(0, 3))
            async with client(process) as ingest:
                ingest.writer.write(bytes(line))
                ingest.writer.write_eof()
                said = await ingest.rest()
            assert {frame["code"] for frame in said if frame["frame"] == "error"} <= codes
        async with client(process) as ingest:
            await ingest.subscribed("VQ", "VQ_1")
            await ingest.until("registered", dn="VQ_1")


async def test_metrics_are_served(built: Built) -> None:
    async with TServer.listening() as server, gateway(built, server, feeds="CALL", metrics_port=0) as process:
        (calls,) = await server.opened("CALL")
        port = (await process.logged("metrics served"))["port"]
        async with client(process) as ingest:
            await ingest.subscribed()
            calls.send(call(1))
            await ingest.until("event")
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert 'excp_psdk_gateway_events_total{of="EventCallCreated"} 1' in answer.text.splitlines()


async def test_the_check_command_is_content_with_it(built: Built) -> None:
    now = int(time.time())
    behaviour = Behaviour(agents={"7001": "A1"}, living=[call(9, time=1_700_000_500, CallType="Inbound")])
    async with TServer.listening(behaviour) as server, gateway(built, server) as process:
        vq, agent, calls = await server.opened("VQ", "AGENT", "CALL")
        await process.logged("calls reported")
        dns = {Feed.VQ: {"VQ_1": DnType.VIRTUAL_QUEUE}, Feed.AGENT: {"7001": DnType.EXTENSION}}
        watching = asyncio.create_task(watch(Target(Address("127.0.0.1", process.port)), tuple(Feed), dns, 1))
        for feed in Feed:
            await process.logged("client subscribes", feed=feed.value)
        await vq.until_asked("RegisterAddress")
        await agent.until_asked("RegisterAddress")
        calls.send(call(1, time=now, CallType="Inbound"), party(1, "P1", DN="7001", PartyState=0xC))
        parties = [["LCTPartiesLength", "1"], ["LCTParty1", "7001"], ["LCTParty1_location", "SIPS1"]]
        at = {"ConnID": "1", "TimeinSecs": now, "TimeinuSecs": 594_200}
        agent.send(message("EventUserEvent", {"ThisDN": "7001", "Extensions": parties, **at}))
        queued = {"CallUUID": call_uuid(1), "ThisDN": "VQ_1", "Extensions": [["VQID", "Q"]], **at}
        vq.send(message("EventQueued", queued))
        seen = await watching
    assert {each.role for each in seen.values()} == {Role.PRIMARY}
    assert {feed: each.live for feed, each in seen.items()} == {Feed.VQ: 1, Feed.AGENT: 2, Feed.CALL: 2}
    assert [each.text for each in findings(seen) if each.level is not Level.NOTE] == []
    assert seen[Feed.CALL].snapshot == SnapshotEnd(complete=True, calls=1)


@pytest.fixture(scope="module")
def certificates(built: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """By name a certificate for localhost that is its own authority, and its key, as PEM files."""
    folder = tmp_path_factory.mktemp("tls")
    names = ("gateway", "ingest")
    stores = [folder / f"{name}.p12" for name in names]
    who = ("-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-ext", "bc:c", "-validity", "2")
    kind = ("-keyalg", "EC", "-groupname", "secp256r1", "-storepass", "changeit")
    making = [
        subprocess.Popen(["keytool", "-genkeypair", "-keystore", str(store), "-alias", name, *kind, *who])
        for name, store in zip(names, stores, strict=True)
    ]
    assert [process.wait(60) for process in making] == [0, 0]
    run("java", "-cp", built.with_fake_sdk, "excp.gateway.PemExport", "changeit", *map(str, stores))
    return {name: (folder / f"{name}.pem", folder / f"{name}.key") for name in names}


async def test_tls_to_clients_and_to_the_sip_server(built: Built, certificates: dict[str, tuple[Path, Path]]) -> None:
    """With certificates for clients too: who has none, or speaks plainly, is not let in."""
    (pem, key), (own, own_key) = certificates["gateway"], certificates["ingest"]
    sip = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sip.load_cert_chain(pem, key)
    settings = {
        "tls_certificate": pem,
        "tls_key": key,
        "tls_client_ca": own,
        "feeds": "CALL",
        "sip_tls": "true",
        "sip_tls_ca": pem,
    }
    async with TServer.listening(tls=sip) as server, gateway(built, server, **settings) as process:
        (calls,) = await server.opened("CALL")
        known = ssl.create_default_context(cafile=str(pem))
        async with client(process) as plain:
            plain.say(CLIENT_HELLO)
            assert "hello" not in names(await plain_rest(plain))
        async with client(process, known) as stranger:
            stranger.say(CLIENT_HELLO)
            assert "hello" not in names(await plain_rest(stranger))
        known.load_cert_chain(own, own_key)
        async with client(process, known) as ingest:
            await ingest.subscribed()
            await ingest.until("snapshot_end")
            calls.send(call(1))
            await ingest.until("event")
            async with reading(process.port, TlsFiles(pem, own, own_key)) as logs:
                await eventually(lambda: any(each["event"] == "gateway connected" for each in logs))
                assert logs[0]["tls"] == "TLSv1.3"
            async with reading(process.port, TlsFiles(pem)) as logs:
                await eventually(lambda: len(logs) > 0)
                assert "TLS_CERTIFICATE_FILE" in logs[0]["reason"]
            async with reading(process.port, None) as logs:
                await eventually(lambda: len(logs) > 0)
                assert WANTS_TLS in logs[0]["reason"]
            refused = [e["reason"] for e in process.log if e["event"] == "client refused, TLS failed"]
            assert any("Unsupported or unrecognized SSL message" in reason for reason in refused)
            assert any("Empty client certificate chain" in reason for reason in refused)
            _, rest = await asyncio.gather(process.stop(), ingest.rest())
            assert names(rest)[-1] == "bye"


@asynccontextmanager
async def reading(port: int, tls: TlsFiles | None) -> AsyncIterator[list[MutableMapping[str, Any]]]:
    """An ingest's client; None: plain TCP. What it logs."""

    async def take(item: Item) -> None:
        del item

    pair = ServerPair("SIPS1", (Address("localhost", port),), tls=tls is not None)
    with capture_logs() as logs:
        async with running(GatewayClient(Feed.CALL, pair, "a", take, FAST, tls)):
            yield logs


async def plain_rest(ingest: Any) -> list[dict[str, Any]]:
    """What comes, where it may be no JSON, or an alert of TLS."""
    try:
        frames: list[dict[str, Any]] = await ingest.rest()
    except (ValueError, ssl.SSLError):
        return []
    return frames


async def test_a_sip_server_with_another_certificate_is_not_spoken_to(
    built: Built, certificates: dict[str, tuple[Path, Path]]
) -> None:
    (pem, key), (other, _) = certificates["gateway"], certificates["ingest"]
    sip = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sip.load_cert_chain(pem, key)
    async with (
        TServer.listening(tls=sip) as server,
        gateway(built, server, feeds="CALL", sip_tls="true", sip_tls_ca=other) as process,
    ):
        entry = await process.logged("SIP Server not reached")
    assert "PKIX path" in entry["reason"]

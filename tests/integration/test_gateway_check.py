"""`excp gateway check` against gateways on real TCP: the lab's, scripted ones, and what is no gateway."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.lab.sip_playback import read_in_order
from tests.integration.eventually import WAIT
from tests.integration.gateways import HELLO, SAMPLES, Conversation, LabPair, ScriptedGateway
from tests.integration.test_ingest import excs_url
from workers.cli import app as excp
from workers.gateway_check.command import Target, app, watch
from workers.gateway_check.findings import Level, findings
from workers.ingest.gateway_protocol import DnType, Role
from workers.replay.tserver_log import LogEvent
from workers.settings import Address
from workflows.call.tlib import FEED_OF_EVENT, Feed

__all__ = ["excs_url"]

QUEUES = dict.fromkeys(("VQ_Sales", "VQ_Service"), DnType.VIRTUAL_QUEUE)
EXTENSIONS = {str(dn): DnType.EXTENSION for dn in range(7001, 7011)}
DNS = {Feed.VQ: QUEUES, Feed.AGENT: EXTENSIONS}


async def check(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run the command on a thread with a loop of its own; exit code and all it printed, or its error."""
    result = await asyncio.to_thread(
        CliRunner().invoke, app, ["check", *arguments], env={"COLUMNS": "200", **environment}
    )
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


async def test_it_is_a_command_of_excp() -> None:
    command = [str(Path(sys.executable).with_name("excp")), "gateway", "check", "nowhere"]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await asyncio.wait_for(process.communicate(), 3 * WAIT)
    assert (process.returncode, said.decode()) == (1, "excp: 'nowhere' is not HOST:PORT\n")


def test_its_help_says_where_the_tls_files_come_from() -> None:
    said = CliRunner().invoke(excp, ["gateway", "check", "--help"], env={"COLUMNS": "200"}).output
    assert "trust this CA (PEM) [default: TLS_CA_FILE]" in said


async def test_the_lab_s_pair_under_traffic() -> None:
    log = SAMPLES / "F03.log"
    played = [timed.found for timed in read_in_order([log]) if isinstance(timed.found, LogEvent)]
    callers = {str(found.attributes["ANI"]) for found in played if found.attributes.get("ANI")} - EXTENSIONS.keys()
    assert callers
    async with LabPair("SIPS1", log).running() as lab:
        target = Target(lab.servers.servers[0])
        began = time.monotonic()
        watching = asyncio.create_task(watch(target, tuple(Feed), DNS, 2))
        await lab.reported("subscribed", times=3)
        lab.command("start")
        seen = await watching
        lasted = time.monotonic() - began
    calls, agents = seen[Feed.CALL], seen[Feed.AGENT]
    assert {each.role for each in seen.values()} == {Role.PRIMARY}
    for feed in (Feed.CALL, Feed.VQ):
        number = sum(FEED_OF_EVENT[found.name] is feed for found in played)
        assert seen[feed].live == number
        assert seen[feed].rate == pytest.approx(number / lasted, rel=0.2)
    assert calls.hello
    assert calls.hello.server == "SIPS1_A"
    assert len(seen[Feed.VQ].registered) == 2
    assert agents.lists > 0
    found = findings(seen)
    assert not any(level is Level.MISSING for level in (each.level for each in found))
    assert all("clock" in each.text for each in found if each.level is Level.FAULT), "the log is an old one"
    assert not any(caller in str((seen, found)) for caller in callers)


async def test_the_command_prints_a_table_and_what_is_missing(excs_url: str) -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        primary, backup = map(str, lab.servers.servers)
        code, output = await check(primary, "--site", "SIPS1", "--seconds", "0.3", EXCS_URL=excs_url)
        assert code == 0, output
        assert "SIPS1_A" in output
        assert "2 of 2" in output
        assert "no events in 0 s, so nothing can be said of them: make a call" in output
        assert "nothing is missing" in output
        code, output = await check(backup, "--feed", "CALL", "--seconds", "0.2")
        assert (code, "the server is the backup" in output) == (0, True)
        assert "VQ" not in output
        code, output = await check(primary, "--feed", "VQ", "--queue", "VQ_1", "--site", "SIPS9", EXCS_URL=excs_url)
        assert (code, "EXCS knows no site 'SIPS9'; it knows SIPS1" in output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("127.0.0.1:1", "--seconds", "0.1", "--feed", "CALL"), "no connection to 127.0.0.1:1"),
        (("127.0.0.1:1", "--site", "SIPS1"), "--site needs EXCS_URL"),
        (("127.0.0.1:1", "--key", "k.pem"), "--ca, --certificate and --key are for TLS"),
        (("tls://127.0.0.1:1", "--ca", "none.pem"), "none.pem has no CA certificate in PEM form"),
        (("tls://127.0.0.1:1", "--key", "k.pem"), "TLS_KEY_FILE without TLS_CERTIFICATE_FILE"),
    ],
)
async def test_what_cannot_be_checked_is_told(arguments: tuple[str, ...], told: str) -> None:
    code, output = await check(*arguments)
    assert (code, told in output) == (1, True), output


def say(*lines: str) -> Callable[[Conversation], None]:
    return lambda conversation: conversation.say(*lines)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (say("HTTP/1.1 400 Bad Request"), "is this a TLib gateway's port?"),
        (lambda conversation: conversation.writer.close(), "the gateway closed the connection"),
        (say('{"frame":"hello","protocol":2,"server":"S","role":"primary"}'), "speaks protocol 2, this product 1"),
        (
            say('{"frame":"error","code":"link_lost","message":"gone"}'),
            "link_lost: gone (the gateway has no connection",
        ),
        (say(HELLO, '{"frame":"error","code":"odd"}'), "ended by the gateway: odd"),
        (say(HELLO, '{"frame":"bye","reason":"update"}'), "the gateway says goodbye: update"),
        (say(HELLO), "does not answer the subscription"),
        (
            say('{"frame":"hello","protocol":1,"server":"S","role":"primary","heartbeat":0.02}'),
            "no heartbeat for 0.06 s",
        ),
    ],
    ids=["http", "closed", "version", "no link", "refused", "bye", "no answer", "silent"],
)
async def test_gateways_that_do_not_serve(script: Callable[[Conversation], None], told: str) -> None:
    async with ScriptedGateway.listening() as gateway:
        watching = asyncio.create_task(watch(Target(gateway.address), (Feed.CALL,), {}, 0.5))
        script(await gateway.connected())
        found = findings(await watching)
    assert [told in each.text for each in found] == [True]
    assert found[0].level is Level.FAULT


async def test_thousands_of_dns_are_registered_in_several_frames_and_the_check_says_goodbye() -> None:
    dns = {f"7{number:04}": DnType.EXTENSION for number in range(2_500)}
    async with ScriptedGateway.listening() as gateway:
        watching = asyncio.create_task(watch(Target(gateway.address), (Feed.AGENT,), {Feed.AGENT: dns}, 3))
        conversation = await gateway.connected()
        asked = [len((await conversation.subscribed())["dns"])]
        asked += [len((await conversation.heard("register"))["dns"]) for _ in range(2)]
        conversation.say(*(json.dumps({"frame": "registered", "dn": dn}) for dn in dns))
        await conversation.heard("bye")
        seen = await watching
    assert asked == [1000, 1000, 500]
    assert len(seen[Feed.AGENT].registered) == 2_500


async def test_call_info_off_is_found() -> None:
    """Calls are connected on registered Extensions, agents log in, and no participant list comes."""
    now = {"TimeinSecs": int(time.time()), "TimeinuSecs": 5_000}
    call: dict[str, Any] = {"CallUUID": "AM5D3AE9D90757BKTSVJTCIAR4000014", "ConnID": "1", **now}
    events = {
        "CALL": ("EventCallPartyAdded", {**call, "PartyUUID": "P", "DN": "7001", "PartyState": 0xC}),
        "AGENT": ("EventAgentLogin", {"ThisDN": "7001", "AgentID": "A", **now}),
    }
    async with ScriptedGateway.listening() as gateway:
        dns = {Feed.AGENT: {"7001": DnType.EXTENSION}}
        watching = asyncio.create_task(watch(Target(gateway.address), (Feed.CALL, Feed.AGENT), dns, 0.5))
        for _ in events:
            conversation = await gateway.connected()
            feed = (await conversation.subscribed())["feed"]
            name, attributes = events[feed]
            conversation.say('{"frame":"registered","dn":"7001"}' if feed == "AGENT" else "")
            conversation.say(json.dumps({"frame": "event", "name": name, "attributes": attributes}))
        missing = [each for each in findings(await watching) if each.level is Level.MISSING]
    assert [each.feed for each in missing] == [Feed.AGENT]
    assert "sip-enable-call-info is off" in missing[0].text


async def test_a_host_without_a_gateway() -> None:
    seen = await watch(Target(Address("127.0.0.1", 1)), (Feed.CALL,), {}, 1)
    assert findings(seen)[0].text.startswith("no connection to 127.0.0.1:1")

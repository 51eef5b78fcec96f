"""The lab's SIP Server pair: strict with its clients, silent as a backup, and controlled as a process."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.eventually import WAIT
from tests.integration.gateways import SAMPLES, LabPair
from workflows.call.tlib import Feed

HELLO = {"frame": "hello", "protocol": 1, "client": "a"}
VQ = {"frame": "subscribe", "feed": "VQ", "dns": [{"dn": "VQ_Sales", "type": "virtual_queue"}]}
CALL = {"frame": "subscribe", "feed": "CALL"}

VIOLATIONS = [
    ([CALL], "hello_expected"),
    ([{**HELLO, "protocol": 2}], "protocol_version"),
    ([HELLO, HELLO], "bad_frame"),
    ([HELLO, {"frame": "subscribe", "feed": "MAIL"}], "bad_frame"),
    ([HELLO, {**CALL, "dns": VQ["dns"]}], "bad_feed"),
    ([HELLO, CALL, {"frame": "register", "dns": VQ["dns"]}], "bad_feed"),
    ([HELLO, CALL, CALL], "already_subscribed"),
    ([HELLO, {"frame": "register", "dns": VQ["dns"]}], "not_subscribed"),
    ([HELLO, {"frame": "ask_snapshot"}], "not_subscribed"),
    ([{**HELLO, "heartbeat": 0.02}], "heartbeat_lost"),
]


class Client:
    """Says and hears frames as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, lab: LabPair, server: int = 0) -> "Client":
        return cls(*await asyncio.open_connection(*lab.servers.servers[server]))

    def say(self, *frames: dict[str, Any]) -> None:
        self._writer.write("".join(json.dumps(frame) + "\n" for frame in frames).encode())

    async def hear(self, frame: str) -> dict[str, Any]:
        async with asyncio.timeout(WAIT):
            while line := await self._reader.readline():
                said = json.loads(line)
                if said["frame"] == frame:
                    return dict(said)
        raise ConnectionError(f"closed before {frame}")

    async def rest(self) -> list[dict[str, Any]]:
        """What comes until the server closes, heartbeats aside."""
        async with asyncio.timeout(WAIT):
            frames = [json.loads(line) for line in (await self._reader.read()).splitlines()]
        return [frame for frame in frames if frame["frame"] != "heartbeat"]

    def close(self) -> None:
        self._writer.close()


@pytest.mark.parametrize(("frames", "code"), VIOLATIONS)
async def test_who_breaks_the_protocol_is_refused(frames: list[dict[str, Any]], code: str) -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        client = await Client.to(lab)
        client.say(*frames)
        *_, last = await client.rest()
        assert (last["frame"], last["code"]) == ("error", code)
        client.close()


async def test_no_json_is_refused_and_unknown_frames_are_not() -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        client = await Client.to(lab)
        client.say(HELLO, {"frame": "news"}, {**CALL, "mode": "later"})
        await client.hear("snapshot_end")
        client._writer.write(b"nonsense\n")
        assert (await client.hear("error"))["code"] == "bad_frame"
        client.close()


async def test_only_registered_dns_are_heard_and_others_are_told() -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        client = await Client.to(lab)
        wrong = {"dn": "7001", "type": "extension"}
        client.say(HELLO, {**VQ, "dns": [*VQ["dns"], wrong]})
        assert (await client.hear("registered"))["ok"] is True
        assert (await client.hear("registered"))["ok"] is False
        client.say({"frame": "unregister", "dns": ["VQ_Sales"]})
        await client.hear("unregistered")
        lab.command("start")
        finished = await lab.reported("finished")
        assert finished["feeds"]["VQ"] == {"played": 2, "distinct": 0, "undelivered": 2, "unusable": 0}
        client.say({"frame": "bye"})
        assert [frame["frame"] for frame in await client.rest()] == []
        client.close()


async def test_what_is_played_as_connections_are_cut_is_not_delivered() -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        client = await Client.to(lab)
        client.say(HELLO, CALL)
        await client.hear("snapshot_end")
        [server] = [each for each in lab.pair.servers if each.clients]
        assert server.deliver(Feed.CALL, "EventCallCreated", {}) == 1
        server.drop()
        assert server.deliver(Feed.CALL, "EventCallCreated", {}) == 0
        client.close()


async def test_the_backup_is_silent_until_the_switchover() -> None:
    async with LabPair("SIPS1", SAMPLES / "F03.log").running() as lab:
        primary, backup = await Client.to(lab, 0), await Client.to(lab, 1)
        for client, role in ((primary, "primary"), (backup, "backup")):
            client.say(HELLO, CALL)
            assert (await client.hear("hello"))["role"] == role
            assert (await client.hear("snapshot_end"))["complete"] is (role == "primary")
        lab.command("start")
        await lab.reported("finished")
        lab.command("switchover")
        assert (await primary.hear("role"))["role"] == "backup"
        first = json.loads(await backup._reader.readline())
        assert first == {"frame": "role", "role": "primary"}
        assert (await backup.hear("snapshot_end"))["complete"] is True
        primary.close()
        backup.close()


async def test_the_process_obeys_and_ends_with_its_input(tmp_path: Path) -> None:
    played = tmp_path / "played.jsonl"
    command = ("-m", "deploy.lab.sip_server", "--site", "SIPS1", "--speed", "0", "--played", str(played))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        str(SAMPLES / "F03.log"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    async def report(status: str) -> dict[str, Any]:
        async with asyncio.timeout(2 * WAIT):
            while line := await process.stdout.readline():  # type: ignore[union-attr]
                if (said := dict(json.loads(line)))["status"] == status:
                    return said
        raise AssertionError(f"no report {status}")

    try:
        port = (await report("listening"))["primary"]
        client = Client(*await asyncio.open_connection("127.0.0.1", port))
        client.say(HELLO, CALL)
        assert (await report("subscribed"))["subscriptions"] == 1
        process.stdin.write(b'nonsense\n{"command":"dance"}\n')
        assert "JSON object" in (await report("error"))["message"]
        assert "dance" in (await report("error"))["message"]
        process.stdin.write(b'{"command":"start"}\n')
        finished = await report("finished")
        process.stdin.close()
        assert (await report("stopped"))["feeds"] == finished["feeds"]
        assert await asyncio.wait_for(process.wait(), WAIT) == 0
        assert (await client.rest())[-1]["frame"] == "bye"
        client.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    notes = [json.loads(line) for line in played.read_text().splitlines()]
    assert len(notes) == finished["feeds"]["CALL"]["distinct"]
    assert set(notes[0]) == {"id", "event", "call", "time", "wall"}

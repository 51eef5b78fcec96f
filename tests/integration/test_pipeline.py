"""The whole path on real processes: SIP Server pair → two ingests → Redis → dispatch → Temporal → worker → EX Org.

What reaches the EX Org must be what `excp replay` says of the same logs, also when a process is killed in mid-call.
"""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.lab.generate import generate
from deploy.lab.lab import Lab
from deploy.lab.sample_logs import SAMPLES
from deploy.lab.servers import program

LOGS = sorted(SAMPLES.glob("*.log"))
MAPPING = SAMPLES / "mapping.yaml"
LINGER = {"LINGER": "3", "WRAPUP_WINDOW": "3", "RECONNECT_HOLD": "1"}


@dataclass
class Replayed:
    """What `excp replay --format jsonl` says: events by eventId, and the line of each root call."""

    events: dict[str, tuple[str, dict[str, Any]]]
    calls: dict[str, dict[str, Any]]


async def replay(logs: Sequence[Path | str], mapping: Path) -> Replayed:
    command = [str(program("excp")), "replay", *map(str, logs), "--mapping", str(mapping), "--format", "jsonl"]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env={**os.environ, **LINGER})
    output, _ = await process.communicate()
    assert process.returncode == 0
    lines = [json.loads(line) for line in output.splitlines()]
    told = {line["event"]["eventId"]: (line["array"], line["event"]) for line in lines if line["kind"] == "event"}
    return Replayed(told, {line["call"]: line for line in lines if line["kind"] == "call"})


async def received(lab: Lab) -> dict[str, tuple[str, dict[str, Any]]]:
    return {each["event"]["eventId"]: (each["array"], each["event"]) for each in await lab.ex_org.events()}


async def assert_as_replayed(lab: Lab, logs: Sequence[Path], mapping: Path) -> Replayed:
    """The EX Org has exactly the events of replay, in it nothing is open, and it refused nothing."""
    expected = await replay(logs, mapping)
    assert await lab.ex_org.refused() == []
    assert await lab.ex_org.conversations(open_only=True) == []
    assert await received(lab) == expected.events
    return expected


async def ingest_figures(lab: Lab) -> Mapping[str, tuple[int, int, int, int]]:
    """read, first, duplicate, repeated of each instance."""
    figures = {}
    for name in ("ingest-a", "ingest-b"):
        metrics = await lab.metrics(name)
        whats = ("read", "first", "duplicate", "repeated")
        read, first, duplicate, repeated = (round(metrics.sum(f"excp_ingest_events_{what}_total")) for what in whats)
        figures[name] = (read, first, duplicate, repeated)
    return figures


@dataclass
class Traffic:
    """Generated logs of one site."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "SIPS1.log"

    @property
    def mapping(self) -> Path:
        return self.folder / "mapping.yaml"

    def lab(self, folder: Path) -> Lab:
        return Lab(folder, self.mapping, {"SIPS1": [self.log]}, settings=LINGER)


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    """40 calls that begin within about ten seconds."""
    folder = tmp_path_factory.mktemp("traffic")
    generate(40, 4.0, 7, folder)
    return Traffic(folder)


async def test_samples_are_told_as_replay_says(tmp_path: Path) -> None:
    async with Lab(tmp_path, MAPPING, {"SIPS1": LOGS}, settings=LINGER) as lab:
        lab.play()
        await lab.settle()
        expected = await assert_as_replayed(lab, LOGS, MAPPING)
        for call, line in expected.calls.items():
            result = await lab.temporal.get_workflow_handle(f"call-{call}").result()
            for name in ("outcome", "flow", "violation", "events"):
                assert result[name] == line[name], (call, name)


async def test_200_mixed_calls(tmp_path: Path) -> None:
    traffic = Traffic(tmp_path / "logs")
    generate(200, 5.0, 11, traffic.folder)
    async with traffic.lab(tmp_path) as lab:
        lab.play()
        progress = await lab.settle()
        await assert_as_replayed(lab, [traffic.log], traffic.mapping)
        assert (await lab.ex_org.counts())["repeated"] == 0
        figures = await ingest_figures(lab)
        for read, first, duplicate, repeated in figures.values():
            assert read == first + duplicate + repeated
        assert sum(first for _, first, _, _ in figures.values()) == progress.played
        assert (await lab.metrics("dispatch")).sum("excp_dispatch_events_total") == progress.played


async def test_a_killed_call_worker_loses_nothing(tmp_path: Path, traffic: Traffic) -> None:
    async with traffic.lab(tmp_path) as lab:
        lab.play()
        await _until_told(lab, 60)
        await lab.kill("worker")
        await lab.start("worker")
        await lab.settle()
        await assert_as_replayed(lab, [traffic.log], traffic.mapping)


async def test_a_killed_ingest_loses_nothing(tmp_path: Path, traffic: Traffic) -> None:
    async with traffic.lab(tmp_path) as lab:
        lab.play()
        await _until_told(lab, 60)
        await lab.kill("ingest-a")
        await lab.settle()
        await assert_as_replayed(lab, [traffic.log], traffic.mapping)


async def test_a_killed_dispatch_loses_nothing(tmp_path: Path, traffic: Traffic) -> None:
    async with traffic.lab(tmp_path) as lab:
        lab.play()
        await _until_told(lab, 60)
        await lab.kill("dispatch")
        await lab.start("dispatch")
        await lab.settle()
        await assert_as_replayed(lab, [traffic.log], traffic.mapping)


async def test_an_operator_ends_an_open_call(tmp_path: Path) -> None:
    whole = (SAMPLES / "F03.log").read_text().partition("message EventCallPartyDeleted")[0]
    log = tmp_path / "cut.log"
    log.write_text(whole)
    async with Lab(tmp_path, MAPPING, {"SIPS1": [log]}, settings=LINGER) as lab:
        lab.play()
        await _until_told(lab, 7)
        [open_call] = await lab.ex_org.conversations(open_only=True)
        handle = lab.temporal.get_workflow_handle(f"call-{open_call['interactionId']}")
        assert (await handle.query("conversation"))["outcome"] == "open"
        await handle.signal("end_conversation", "stuck since 3 am")
        result = await handle.result()
        assert (result["outcome"], result["reason"]) == ("completed", "ended by an operator: stuck since 3 am")
        assert await lab.ex_org.conversations(open_only=True) == []
        ends = [each["event"] for each in await lab.ex_org.events() if each["array"] == "communicationEndedEvents"]
        assert [end["disconnectType"] for end in ends[-2:]] == ["System", "System"]
        assert await lab.ex_org.refused() == []


async def _until_told(lab: Lab, events: int) -> None:
    async for progress in lab.watch(patience=30):
        if progress.taken >= events:
            return
    raise AssertionError(f"the run ended before {events} events were told")

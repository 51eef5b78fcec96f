"""Sample logs and generated traffic: always the same, readable, and true to what a contact center can do."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.lab.generate import generate
from deploy.lab.sample_logs import LOGS, SAMPLES, sample_log
from workers.replay.log_file import open_log
from workers.replay.mapping_file import load_mapping
from workers.replay.tserver_log import LogEvent, read_log
from workflows.call.directory import NOT_MAPPED, Snapshot, dn_key
from workflows.call.tlib import FEED_OF_EVENT, TlibEvent
from workflows.call.tlib_reading import read_event


def tlib_events(log: Path) -> Iterator[TlibEvent]:
    with open_log(log) as lines:
        for item in read_log(lines):
            assert isinstance(item, LogEvent)
            if item.name in FEED_OF_EVENT:
                yield read_event(item.name, item.attributes, "SIPS1", {"DispositionCode"})


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("traffic")
    generate(200, 5, 1, output)
    return output


@pytest.fixture(scope="module")
def mapping(traffic: Path) -> Snapshot:
    return load_mapping(traffic / "mapping.yaml")


@pytest.mark.parametrize("name", LOGS)
def test_the_sample_logs_are_what_their_scripts_say(name: str) -> None:
    assert (SAMPLES / name).read_bytes() == "".join(sample_log(name)).encode()


def test_every_sample_log_is_read_without_a_fault() -> None:
    read = [event for name in LOGS for event in tlib_events(SAMPLES / name)]
    calls = {event.call for event in read if event.event == "EventCallCreated" and event.orig_call is None}
    assert len(calls) == sum(len(samples) for _, samples in LOGS.values())
    assert max(e.time for e in read) - min(e.time for e in read) < 20_000_000


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_gives_the_same_files(traffic: Path, tmp_path: Path, hash_seed: str) -> None:
    program = "from deploy.lab.generate import generate; from pathlib import Path; import sys; "
    program += "generate(200, 5, 1, Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=True, timeout=60)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in traffic.iterdir()}


def test_another_seed_gives_other_files(traffic: Path, tmp_path: Path) -> None:
    generate(200, 5, 2, tmp_path)
    assert (tmp_path / "SIPS1.log").read_bytes() != (traffic / "SIPS1.log").read_bytes()


def test_traffic_is_what_was_asked_for(traffic: Path) -> None:
    read = list(tlib_events(traffic / "SIPS1.log"))
    created = [event for event in read if event.event == "EventCallCreated"]
    deleted = [event for event in read if event.event == "EventCallDeleted"]
    assert len({event.call for event in created}) == len(created) == len(deleted)
    assert len([event for event in created if event.orig_call is None]) == 200
    assert 30 < (created[-1].time - created[0].time) / 1e6 < 55
    assert [event.time for event in read] == sorted(event.time for event in read)


def test_traffic_has_every_kind_of_event_and_turn(traffic: Path) -> None:
    read = list(tlib_events(traffic / "SIPS1.log"))
    assert {event.event for event in read} >= set(FEED_OF_EVENT) - {"EventAgentLogout", "EventRegistered"}
    assert {"Route", "NoAnswer", "Conference", "SingleStepTransfer", "Transfer"} <= {event.cause for event in read}
    assert any(event.state == 0xE for event in read)


def test_no_agent_is_in_two_calls_at_once(traffic: Path, mapping: Snapshot) -> None:
    """A consult call belongs to its main call."""
    main: dict[str | None, str | None] = {}
    calls: dict[str, dict[str, str | None]] = defaultdict(dict)
    for event in tlib_events(traffic / "SIPS1.log"):
        if event.event == "EventCallCreated":
            main[event.call] = event.orig_call or event.call
        if event.dn and event.party and event.dn in mapping.sites[0].extensions:
            if event.event == "EventCallPartyAdded":
                calls[event.dn][event.party] = main[event.call]
            elif event.event == "EventCallPartyDeleted":
                del calls[event.dn][event.party]
            assert len(set(calls[event.dn].values())) <= 1
    assert not any(calls.values())


def test_every_dn_is_in_the_mapping(traffic: Path, mapping: Snapshot) -> None:
    dns = {event.dn for event in tlib_events(traffic / "SIPS1.log") if event.dn and not event.dn.startswith("+1555")}
    assert dns
    assert [dn for dn in dns if mapping.answer(dn_key("SIPS1", dn)) == NOT_MAPPED] == []

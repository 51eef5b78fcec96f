"""The events of several logs as one sequence: rotated, overlapping, repeated, damaged; nothing is lost silently."""

import gzip
import os
import random
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.lab.flows import FLOWS
from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.scenario import Scenario
from deploy.lab.script import Cast, Script, Turns
from tests.property.mapping import MAPPING
from workers.replay.log_events import REPEATED_WITHIN, Faults, Log, MergedLogs, merged
from workers.replay.log_file import open_log
from workers.replay.replayed_calls import Lost, Noted, ReplayedCalls, Step
from workers.replay.tserver_log import read_log
from workflows.call.scene import Options
from workflows.call.tlib import TlibEvent

START = 1_772_443_800_000_000
KEYS = ["DispositionCode"]


def lines_of(calls: int = 3) -> list[str]:
    """The lines of a log with some calls, one after the other."""
    scenario = Scenario(START, Identities("log events"))
    site = scenario.site("SIPS1")
    site.login("7001", "A7001")
    for _ in range(calls):
        cast = Cast("+15550111", "+15550900", "9001", "9002", "VQ_A", ("7001",))
        FLOWS["F04"][0](Script(site, cast, Turns()))
        scenario.wait(90)
    return list(print_log(scenario.events))


def read(*paths: Path, faults: Faults | None = None) -> list[TlibEvent]:
    return list(merged([Log("SIPS1", path) for path in paths], KEYS, faults or Faults()))


def pieces(lines: list[str], folder: Path, *cuts: int) -> list[Path]:
    """A log rotated at these lines, as a server does: between two messages."""
    bounds = [0, *cuts, len(lines)]
    bounds = [next((n for n in range(at, len(lines)) if not lines[n].startswith("\t")), len(lines)) for at in bounds]
    paths = []
    for number, (begin, end) in enumerate(pairwise(bounds)):
        paths.append(folder / f"SIPS1.{number}.log")
        paths[-1].write_text("".join(lines[begin:end]), encoding="utf-8")
    return paths


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "SIPS1.log"
    path.write_text("".join(lines_of()), encoding="utf-8")
    return path


@pytest.mark.parametrize("seed", range(4))
def test_rotated_logs_in_any_order_are_one_log(tmp_path: Path, whole: Path, seed: int) -> None:
    lines = lines_of()
    paths = pieces(lines, tmp_path, len(lines) // 4, len(lines) // 3, len(lines) * 3 // 4)
    random.Random(seed).shuffle(paths)
    assert read(*paths) == read(whole)


def test_only_logs_of_the_same_time_are_open_at_once(tmp_path: Path) -> None:
    lines = lines_of(8)
    paths = pieces(lines, tmp_path, *(n * len(lines) // 40 for n in range(1, 40)))
    before = len(os.listdir("/dev/fd"))
    events = merged([Log("SIPS1", path) for path in reversed(paths)], KEYS, Faults())
    assert max(len(os.listdir("/dev/fd")) for _ in events) <= before + 3


def test_overlapping_logs_tell_nothing_twice(tmp_path: Path, whole: Path) -> None:
    lines = lines_of()
    first, second = pieces(lines, tmp_path, len(lines) // 2)
    faults = Faults()
    assert read(second, whole, first, faults=faults) == read(whole)
    assert faults.repeated == len(read(whole))


def test_the_same_log_of_another_site_is_another_log(whole: Path) -> None:
    logs = [Log("SIPS1", whole), Log("SIPS2", whole)]
    assert len(list(merged(logs, KEYS, Faults()))) == 2 * len(read(whole))


def test_a_name_is_remembered_only_for_a_while(whole: Path) -> None:
    source = MergedLogs([Log("SIPS1", whole)], KEYS, Faults())
    events = list(source)
    kept = [event for event in events if source.place(event.id)]
    assert {event.time > events[-1].time - REPEATED_WITHIN - 1 for event in kept} == {True}
    assert len(kept) < len(events)


def test_places_are_file_and_line(whole: Path) -> None:
    source = MergedLogs([Log("SIPS1", whole)], KEYS, Faults())
    lines = whole.read_text("utf-8").splitlines()
    for event in source:
        place = source.place(event.id)
        assert place is not None
        path, _, line = place.rpartition(":")
        assert path == str(whole)
        assert lines[int(line) - 1].endswith(f"message {event.event}")


def test_a_damaged_log_is_read_as_far_as_it_goes(tmp_path: Path, whole: Path) -> None:
    path, faults = tmp_path / "SIPS1.log.gz", Faults()
    path.write_bytes(gzip.compress(whole.read_bytes(), mtime=0)[:-200])
    found = read(path, faults=faults)
    assert 0 < len(found) < len(read(whole))
    assert found == read(whole)[: len(found)]
    assert faults.unreadable == 1
    assert "the file is damaged or cut off, nothing is read after this line" in faults.new[0]


def test_crlf_and_latin_1_change_nothing(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "windows.log"
    text = "".join(lines_of()).replace("Sold", "Verkäuft").replace("\n", "\r\n")
    path.write_bytes(b"Zweigstelle K\xf6ln\r\n" + text.encode("latin-1"))
    assert [event.id for event in read(path)] == [event.id for event in read(whole)]


def fates(events: Iterable[TlibEvent]) -> tuple[set[str], set[str], set[str]]:
    """Ids of the events that were heard by a conversation, lost, and noted."""
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in events for record in calls.take(event)]
    records += calls.finish()
    heard = {record.event.id for record in records if isinstance(record, Step) and record.event}
    lost = {record.event.id for record in records if isinstance(record, Lost)}
    return heard, lost, {record.event.id for record in records if isinstance(record, Noted)}


_LINES = lines_of(2)


@st.composite
def broken_logs(draw: st.DrawFn) -> list[str]:
    """A log with lines lost, repeated, cut and out of order."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(0, 30))):
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["lose", "repeat", "cut", "swap", "garble", "lose many"]))
        if what == "lose":
            del lines[at]
        elif what == "lose many":
            del lines[at : at + 60]
        elif what == "repeat":
            lines[at:at] = lines[max(0, at - 40) : at]
        elif what == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))] + "\n"
        elif what == "swap":
            lines[at], lines[-at] = lines[-at], lines[at]
        else:
            lines[at] = draw(st.text(max_size=20)) + lines[at][draw(st.integers(0, 20)) :]
        if not lines:
            return ["\n"]
    return lines


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(broken_logs(), st.integers(1, 3))
def test_nothing_is_lost_silently(tmp_path: Path, lines: list[str], files: int) -> None:
    paths = [tmp_path / f"{number}.log" for number in range(files)]
    size = len(lines) // files + 1
    for number, path in enumerate(paths):
        text = "".join(lines[number * size : (number + 1) * size])
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    messages = 0
    for path in paths:
        with open_log(path) as log:
            messages += sum(1 for _ in read_log(log))
    faults = Faults()
    events = list(merged([Log("SIPS1", path) for path in paths], KEYS, faults))
    assert messages == len(events) + faults.others + faults.unreadable + faults.repeated
    heard, lost, noted = fates(events)
    assert {event.id for event in events} == heard | lost | noted
    assert not lost & noted

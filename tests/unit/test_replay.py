"""`excp replay`: what it says of the sample logs, how it writes it, and what it does with what it cannot read."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from activities.ex_contract import MAX_BYTES, MAX_EVENTS
from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read
from deploy.lab.flows import FLOWS
from deploy.lab.generate import SHARES, generate
from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.sample_logs import LOGS, SAMPLES
from deploy.lab.scenario import CONNECTED, TREATED, Scenario, SiteEvent
from deploy.lab.script import Cast, Script, Turns
from tests.psdk_log_writer import print_psdk_log
from workers.cli import app
from workflows.call.tlib import CallType

MAPPING = SAMPLES / "mapping.yaml"
START = round(datetime(2026, 3, 2, 9, 30, tzinfo=UTC).timestamp() * 1e6)

IVR = ["externalEstablished", "ivrEstablished"]
QUEUE = ["externalEstablished", "routingEstablished"]
IVR_TO_QUEUE = ["routingTransfer", "routingEstablished", "progressTransfer", "endTransfer", "communicationEnded"]
OFFERED = ["userTransfer", "userEstablished", "progressTransfer"]
REACHED = ["communicationAnswered", "endTransfer", "communicationEnded"]
NOT_REACHED = ["communicationEnded", "endTransfer"]
HOLD = ["holdUpdated", "holdUpdated"]
WRAP_UP = ["communicationDispositionApplied"]
CONSULT = ["userEstablished", "consultTransfer", "communicationAnswered", "progressConsultTransfer"]
COMPLETED = ["communicationEnded", "endConsultTransfer"]
BOTH_END = ["communicationEnded", "communicationEnded"]

TOLD = {
    "F01.log": ("completed", "F01", None, [*IVR, *BOTH_END]),
    "F02.log": ("completed", "F02", None, [*IVR, *IVR_TO_QUEUE, *BOTH_END]),
    "F03.log": ("completed", "F03", None, [*IVR, *IVR_TO_QUEUE, *OFFERED, *REACHED, *HOLD, *WRAP_UP, *BOTH_END]),
    "F04.log": ("completed", "F04", None, [*QUEUE, *OFFERED, *REACHED, *WRAP_UP, *BOTH_END]),
    "F05.log": (
        *("completed", "F05", None),
        ["externalEstablished", "userEstablished", "communicationAnswered", *WRAP_UP, *BOTH_END],
    ),
    "F06.log": (
        *("completed", "F06", None),
        [*QUEUE, *OFFERED, *NOT_REACHED, *OFFERED, *REACHED, *WRAP_UP, *BOTH_END],
    ),
    "F07.log": (
        *("completed", "F07", None),
        [*QUEUE, *OFFERED, *REACHED, *OFFERED, "communicationEnded", *REACHED[:2], *WRAP_UP, *BOTH_END],
    ),
    "F10.log": (
        *("completed", "F10", None),
        [*QUEUE, *OFFERED, *REACHED, *HOLD[:1], *CONSULT, *COMPLETED, *WRAP_UP, *BOTH_END],
    ),
    "V2.log": ("suspended", "F03", "V2", [*IVR, *IVR_TO_QUEUE, *OFFERED, *REACHED, *BOTH_END]),
}


def replay(*arguments: str | Path, mapping: Path = MAPPING) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, arguments), "--mapping", str(mapping)])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def write_log(path: Path, events: list[SiteEvent]) -> Path:
    path.write_text("".join(print_log(events)), encoding="utf-8", newline="")
    return path


def f04(site: str = "SIPS1", start: int = START, seed: str = "test") -> Scenario:
    scenario = Scenario(start, Identities(seed))
    cast = Cast("+15550111", "+15550900", "9001", "9002", "VQ_Sales", ("7001",))
    FLOWS["F04"][0](Script(scenario.site(site), cast, Turns()))
    return scenario


@pytest.mark.parametrize("name", TOLD)
def test_samples(name: str) -> None:
    *told, call = lines(replay(SAMPLES / name, "--format", "jsonl"))
    outcome, flow, violation, arrays = TOLD[name]
    assert (call["outcome"], call["flow"], call["violation"], call["events"]) == (outcome, flow, violation, len(arrays))
    assert [event["array"].removesuffix("Events") for event in told] == arrays
    assert {event["call"] for event in told} == {call["call"]}
    assert {event["event"]["conversationId"] for event in told} == {call["conversationId"]}


def test_two_calls_in_one_log_do_not_mix() -> None:
    told = lines(replay(SAMPLES / "two-calls.log", "--format", "jsonl"))
    assert sorted(line["flow"] for line in told if line["kind"] == "call") == ["F03", "F05"]
    by_call = [line["call"] for line in told if line["kind"] == "event"]
    assert by_call != sorted(by_call)
    assert by_call != sorted(by_call, reverse=True)


def test_a_call_is_told_alike_alone_and_among_others() -> None:
    together = lines(replay(*(SAMPLES / name for name in LOGS), "--format", "jsonl"))
    for name in LOGS:
        alone = lines(replay(SAMPLES / name, "--format", "jsonl"))
        calls = {line["call"] for line in alone}
        assert [line for line in together if line["call"] in calls] == alone


def test_the_call_line_has_the_agreed_keys() -> None:
    call = lines(replay(SAMPLES / "F01.log", "--format", "jsonl"))[-1]
    assert list(call) == ["kind", "call", "conversationId", "outcome", "flow", "violation", "reason", "events"]


def test_the_table_shows_both_sides_and_the_outcome() -> None:
    table = replay(SAMPLES / "F03.log").stdout
    rows = [re.split(r"\s*│\s*", line)[1:-1] for line in table.splitlines() if line.startswith("│")]
    assert ["09:30:00.000", "Created inbound +15550103 → +15550900", ""] in rows
    assert ["09:30:05.754", "PartyState 7001 Connected", "09:30:05.754 U communicationAnswered"] in rows
    assert ["09:30:04.503", "PartyAdded 7001 Alerting (Route)", "09:30:04.503 userTransfer by Q object X"] in rows
    assert ["", "", "09:30:05.756 Q communicationEnded TransferUser"] in rows
    assert "completed · F03 · 18 events" in table


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    written = replay(SAMPLES / "F01.log", "--format", "jsonl", "--output", tmp_path / "told.jsonl")
    assert written.exit_code == 0
    assert written.stdout == ""
    printed = replay(SAMPLES / "F01.log", "--format", "jsonl").stdout
    assert (tmp_path / "told.jsonl").read_text("utf-8") == printed


def test_a_call_that_is_not_in_the_logs() -> None:
    asked = replay(SAMPLES / "F01.log", "--call", "NO5K5OTBUAKVNTK22UHOSU5CS7000001", "--call", "NOSUCHCALL")
    assert asked.exit_code == 1
    assert str(asked.exception).startswith("call NOSUCHCALL is not in these logs: ")
    assert "completed · F01 · 4 events" in asked.stdout


def test_a_file_that_is_no_log() -> None:
    read = replay(MAPPING)
    assert read.exit_code == 0
    assert read.stderr.endswith(
        "No call is in these logs: are they those of a SIP Server, in the C or the PSDK format?\n"
    )


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("traffic")
    generate(200, 5, 1, output)
    return output


class TestGeneratedTraffic:
    def bodies(self, traffic: Path) -> Iterator[bytes]:
        result = replay(traffic / "SIPS1.log", "--format", "batches", mapping=traffic / "mapping.yaml")
        assert result.exit_code == 0
        return (line.encode() for line in result.stdout.splitlines())

    def test_every_call_has_its_flow_and_nothing_stays_open(self, traffic: Path) -> None:
        told = lines(replay(traffic / "SIPS1.log", "--format", "jsonl", mapping=traffic / "mapping.yaml"))
        calls = [line for line in told if line["kind"] == "call"]
        assert len(calls) == 200
        assert {call["flow"] for call in calls} == {flow.split()[0] for flow in SHARES if flow != "V2"}
        assert {call["outcome"] for call in calls if call["violation"] is None} == {"completed"}
        assert {call["outcome"] for call in calls if call["violation"] == "V2"} == {"suspended"}

    def test_a_strict_ex_org_takes_it_all(self, traffic: Path) -> None:
        ex = ExOrg()
        for body in self.bodies(traffic):
            ex.take(read(body), "now")
        assert ex.refused == []
        assert ex.repeated == 0
        assert ex.open == []

    def test_bodies_are_as_full_as_allowed(self, traffic: Path) -> None:
        sizes = [sum(map(len, json.loads(body).values())) for body in self.bodies(traffic)]
        assert set(sizes[:-1]) == {MAX_EVENTS}
        assert all(len(body) <= MAX_BYTES for body in self.bodies(traffic))


class TestLogsAsTheyAre:
    """What real logs are like changes nothing of what is told."""

    def plain(self) -> list[dict[str, Any]]:
        return lines(replay(SAMPLES / "two-calls.log", "--format", "jsonl"))

    def test_rotated_and_given_in_any_order(self, tmp_path: Path) -> None:
        text = (SAMPLES / "two-calls.log").read_text("utf-8").splitlines(keepends=True)
        cut = next(n for n in range(len(text) // 2, len(text)) if not text[n].startswith("\t"))
        first, second = tmp_path / "SIPS1.001.log", tmp_path / "SIPS1.002.log"
        first.write_text("".join(text[:cut]), encoding="utf-8")
        second.write_text("".join(text[cut - 60 :]), encoding="utf-8")
        result = replay(second, first, "--format", "jsonl")
        assert lines(result) == self.plain()
        assert re.search(r" [1-9]\d* repeated,", result.stderr)

    def test_zipped_on_standard_input(self) -> None:
        zipped = gzip.compress((SAMPLES / "two-calls.log").read_bytes())
        arguments = ["replay", "-", "--mapping", str(MAPPING), "--format", "jsonl"]
        assert lines(CliRunner().invoke(app, arguments, input=zipped)) == self.plain()

    def test_of_a_windows_server(self, tmp_path: Path) -> None:
        text = (SAMPLES / "two-calls.log").read_text("utf-8")
        path = tmp_path / "SIPS1.log"
        path.write_bytes(("Köln\n" + text).replace("\n", "\r\n").encode("latin-1"))
        assert lines(replay(path, "--format", "jsonl")) == self.plain()

    def test_in_the_psdk_format(self, tmp_path: Path) -> None:
        events = f04().events
        path = tmp_path / "desktop.log"
        path.write_text("".join(print_psdk_log(events)), encoding="utf-8")
        in_c = replay(write_log(tmp_path / "SIPS1.log", events), "--format", "jsonl")
        assert lines(replay(path, "--format", "jsonl")) == lines(in_c)
        both = replay(path, tmp_path / "SIPS1.log", "--format", "jsonl")
        assert lines(both) == lines(in_c)

    def test_standard_input_twice_is_refused(self) -> None:
        assert "can be read only once" in str(replay("-", "SIPS1=-").exception)

    def test_the_account_adds_up(self) -> None:
        result = replay(*(SAMPLES / name for name in LOGS), "--format", "jsonl")
        assert re.fullmatch(
            r"161 events of 11 calls, \d+ told to EX; 0 unreadable, 0 without a call or late, 0 repeated, "
            r"4 logins outside calls, 72 of other kinds\n",
            result.stderr,
        )


class TestFaults:
    @pytest.fixture
    def broken(self, tmp_path: Path) -> Path:
        """A good call, and an event before it that lacks its time."""
        good = "".join(print_log(f04().events))
        bad = "@09:29:59.0000 [0] 8.1 distribute: message EventQueued\n\tAttributeThisDN\t'VQ_Sales'\n"
        path = tmp_path / "SIPS1.log"
        path.write_text(bad + good, encoding="utf-8")
        return path

    def test_are_named_and_the_rest_goes_on(self, broken: Path) -> None:
        result = replay(broken, "--format", "jsonl")
        assert lines(result)[-1]["flow"] == "F04"
        assert f"{broken}:1: EventQueued: TimeinSecs is missing" in result.stderr
        assert "1 unreadable" in result.stderr

    def test_strict_makes_them_exit_code_2(self, broken: Path) -> None:
        assert replay(broken, "--strict").exit_code == 2
        assert replay(SAMPLES / "F01.log", "--strict").exit_code == 0

    def test_events_of_other_kinds_are_none(self, tmp_path: Path) -> None:
        scenario = Scenario(START, Identities("test"))
        site = scenario.site("SIPS1")
        site.emit("EventUserEvent", ThisDN="7001", UserData=[("anything", "at all")])
        site.emit("EventRegistered", ThisDN="7001")
        site.emit("EventLinkConnected")
        result = replay(write_log(tmp_path / "SIPS1.log", scenario.events), "--strict")
        assert result.exit_code == 0
        assert "0 unreadable" in result.stderr

    def test_a_call_cut_off_by_the_logs_end_is_open(self, tmp_path: Path) -> None:
        events = f04().events[:-3]
        call = lines(replay(write_log(tmp_path / "SIPS1.log", events), "--format", "jsonl"))[-1]
        assert (call["outcome"], call["flow"]) == ("open", "F04")

    def test_a_late_event_is_named(self, tmp_path: Path) -> None:
        scenario = f04()
        deleted = scenario.events[-1]
        scenario.wait(60)
        scenario.emit("SIPS1", "EventCallDataChanged", {"CallUUID": deleted.attributes["CallUUID"]})
        after = f04(start=scenario.now, seed="another").events
        result = replay(write_log(tmp_path / "SIPS1.log", scenario.events + after), "--format", "jsonl")
        assert [line["outcome"] for line in lines(result) if line["kind"] == "call"] == ["completed", "completed"]
        assert f"of call {deleted.attributes['CallUUID']}: late" in result.stderr

    def test_an_event_of_an_unknown_call_is_named(self, tmp_path: Path) -> None:
        scenario = f04()
        queued = next(event for event in scenario.events if event.name == "EventQueued")
        result = replay(write_log(tmp_path / "SIPS1.log", [queued]), "--format", "jsonl")
        assert lines(result) == []
        assert f"of call {queued.attributes['CallUUID']}: its call is not in the logs" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("nowhere.log",), "nowhere.log: the log cannot be read: No such file or directory"),
            (("NOSITE=F01.log",), "NOSITE=F01.log: 'NOSITE' is no site of the mapping file, which has SIPS1"),
            ((SAMPLES / "F01.log", "--output", "/nowhere/x"), "/nowhere/x cannot be written"),
        ],
    )
    def test_what_cannot_be_opened(self, arguments: tuple[str | Path, ...], message: str) -> None:
        result = replay(*arguments)
        assert result.exit_code == 1
        assert message in str(result.exception)


class TestSites:
    """Logs of several sites."""

    @pytest.fixture
    def mapping(self, tmp_path: Path) -> Path:
        path = tmp_path / "mapping.yaml"
        site = "routing_points: ['9001'], extensions: {'7001': {user_id: 0d8f6f2e-4b61-4c3a-9d57-1a2b3c4d7001}}"
        queues = "virtual_queues: {VQ_Sales: {queue_id: 9c1e4d70-2f3a-4b5c-8d6e-7f8091a2b301}}"
        text = "source_id: 5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10\nsites:\n"
        text += "".join(f"  - {{name: {name}, {site}, {queues}}}\n" for name in ("SIPS1", "SIPS2"))
        path.write_text(text)
        return path

    def test_are_merged_by_event_time(self, tmp_path: Path, mapping: Path) -> None:
        first = write_log(tmp_path / "one.log", f04(seed="one").events)
        second = write_log(tmp_path / "two.log", f04("SIPS2", START + 500_000, "two").events)
        told = lines(replay(first, f"SIPS2={second}", "--format", "jsonl", mapping=mapping))
        times = [line["event"]["eventDateTime"] for line in told if line["kind"] == "event" and "ani" in line["event"]]
        assert times == sorted(times)
        sites = {
            line["event"]["initialConfiguration"]["additionalInfo"]["site"]
            for line in told
            if line["kind"] == "event" and "initialConfiguration" in line["event"]
        }
        assert sites == {"SIPS1", "SIPS2"}

    def test_virtual_queues_on_a_server_of_their_own(self, tmp_path: Path, mapping: Path) -> None:
        scenario = f04()
        of_queues = [e for e in scenario.events if e.name in ("EventQueued", "EventDiverted")]
        calls = write_log(tmp_path / "calls.log", [e for e in scenario.events if e not in of_queues])
        queues = write_log(tmp_path / "queues.log", of_queues)
        apart = lines(replay(f"SIPS1={calls}", f"SIPS1={queues}", "--format", "jsonl", mapping=mapping))
        assert apart == lines(
            replay(write_log(tmp_path / "all.log", scenario.events), "--format", "jsonl", mapping=mapping)
        )

    def test_a_leg_that_turns_out_to_be_one_has_no_line_of_its_own(self, tmp_path: Path, mapping: Path) -> None:
        scenario = Scenario(START, Identities("test"))
        main = scenario.site("SIPS1").inbound("+15550111", "+15550900")
        main.enters("9001", TREATED)
        scenario.wait(0.2)
        leg = scenario.site("SIPS2").call(CallType.INBOUND, ani="+15550111")
        trunk = leg.enters("trunk", CONNECTED)
        link = ("UUID", scenario.identities.uuid())
        for call in (main, leg):
            call.site.emit("EventCallDataChanged", CallUUID=call.uuid, ISLinkList=[link])
        scenario.wait(2)
        leg.hung_up_by(trunk)
        main.hung_up_by(main.caller)
        logs = [
            write_log(tmp_path / f"{site}.log", [e for e in scenario.events if e.site == site])
            for site in ("SIPS1", "SIPS2")
        ]
        told = lines(replay(logs[0], f"SIPS2={logs[1]}", "--format", "jsonl", mapping=mapping))
        assert [line["call"] for line in told if line["kind"] == "call"] == [main.uuid]


def test_a_clock_that_goes_back_does_not_change_a_logs_order(tmp_path: Path) -> None:
    events = f04().events
    answered = next(n for n, e in enumerate(events) if e.name == "EventEstablished") - 1
    early = dict(events[answered].attributes) | {"TimeinuSecs": 0}
    events[answered] = SiteEvent(events[answered].time, "SIPS1", events[answered].name, early)
    told = lines(replay(write_log(tmp_path / "SIPS1.log", events), "--format", "jsonl"))
    assert told[-1]["outcome"] == "completed"
    assert [line["array"].removesuffix("Events") for line in told[:-1]] == TOLD["F04.log"][3]

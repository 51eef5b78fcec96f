"""The page of `excp replay --format html`: complete in itself, safe with what a log may hold, and true to the call."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.sample_logs import LOGS, SAMPLES
from deploy.lab.scenario import CONNECTED, TREATED, Cause, Scenario
from workers.cli import app
from workflows.call.rules import RULES
from workflows.call.tlib import CallType

MAPPING = SAMPLES / "mapping.yaml"
START = 1_772_443_800_000_000


class Page(HTMLParser):
    """The parts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.data: dict[str, Any] = {}
        self.text = text
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._script = dict(attrs).get("id") if tag == "script" else None

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.data[self._script] = json.loads(data)
            self._script = None

    @property
    def index(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.data["page"]["calls"]
        return calls

    def call(self, number: int = 0) -> dict[str, Any]:
        call: dict[str, Any] = self.data[f"call-{number}"]
        return call


def run(*arguments: str | Path, mapping: Path = MAPPING) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, arguments), "--mapping", str(mapping), "--format", "html"])


def page_of(*arguments: str | Path) -> Page:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return Page(result.stdout)


@pytest.fixture(scope="module")
def samples() -> Page:
    return page_of(*(SAMPLES / name for name in LOGS))


def test_it_needs_nothing_else(samples: Page) -> None:
    attributes = [(name, value or "") for _, all_of in samples.elements for name, value in all_of.items()]
    assert {value for name, value in attributes if name in ("src", "href")} == {"data:,"}
    style_and_script = re.sub(r'<script type="application/json".*?</script>', "", samples.text, flags=re.DOTALL)
    assert "url(http" not in style_and_script
    assert re.findall(r"https?://[^\"']+", style_and_script) == ["http://www.w3.org/2000/svg"]
    policy = next(all_of["content"] for tag, all_of in samples.elements if all_of.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_every_call_is_listed_and_has_its_data(samples: Page) -> None:
    assert len(samples.index) == 11
    for number, entry in enumerate(samples.index):
        call = samples.call(number)
        assert entry == entry | {key: call[key] for key in ("call", "outcome", "flow", "violation", "events", "begin")}
        assert sum(len(moment["told"]) for moment in call["moments"]) == call["events"]
        assert {told["rule"] for moment in call["moments"] for told in moment["told"]} <= set(
            samples.data["page"]["rules"]
        )
    assert samples.data["page"]["rules"] == dict(RULES)


def test_a_call_is_found_by_what_is_in_it(samples: Page) -> None:
    (v2,) = [entry for entry in samples.index if entry["violation"]]
    for word in (v2["call"], "7007", "f.costa", "VQ_Sales", "+15550107"):
        assert word in v2["found_by"] + v2["places"] + v2["call"]


def test_bars_are_what_ex_was_told(samples: Page) -> None:
    (number,) = [n for n, entry in enumerate(samples.index) if entry["violation"]]
    bars = {bar["name"]: bar for bar in samples.call(number)["bars"]}
    assert {name: bar["how"] for name, bar in bars.items()} == {
        "X": "System",
        "I": "TransferACD",
        "Q": "TransferUser",
        "U": "TransferConference",
    }
    assert [span[2] for span in bars["U"]["spans"]] == ["alerting", "connected"]
    assert all(span[1] is not None for bar in bars.values() for span in bar["spans"])
    assert [move["style"] for move in samples.call(number)["moves"]] == ["done", "done"]
    assert samples.call(number)["suspended"] is not None


def test_holds_are_seen_on_both_sides() -> None:
    call = page_of(SAMPLES / "F03.log").call()
    lanes = {lane["name"]: lane for lane in call["calls"][0]["lanes"]}
    assert [span[2] for span in lanes["7001"]["spans"]] == ["alerting", "connected", "held", "connected"]
    agent = next(bar for bar in call["bars"] if bar["name"] == "U")
    assert [span[2] for span in agent["spans"]] == ["alerting", "connected", "held", "connected"]
    assert agent["wrapup"] is True


def test_a_failed_offer_is_an_arrow_of_its_own() -> None:
    assert [move["style"] for move in page_of(SAMPLES / "F06.log").call()["moves"]] == ["failed", "done"]


def test_events_point_at_their_lanes_and_bars(samples: Page) -> None:
    for number in range(len(samples.index)):
        call = samples.call(number)
        places = {lane["place"] for each in call["calls"] for lane in each["lanes"]}
        bars = {bar["id"] for bar in call["bars"]}
        for moment in call["moments"]:
            assert set(moment.get("lanes", ())) <= places
            assert {bar for told in moment["told"] for bar in told["bars"]} <= bars
            assert "event" in moment or moment["cause"] == "a wait is over"


def consult_log(folder: Path) -> Path:
    """A consult that is completed, with what a log should not be able to do to a page."""
    scenario = Scenario(START, Identities("consult"))
    site = scenario.site("SIPS1")
    call = site.inbound("+15550188", "+15550900")
    router = call.enters("9001", TREATED)
    queued = call.queues("VQ_Sales")
    scenario.wait(2)
    router.leaves(Cause.ROUTE)
    agent = call.rings("7001")
    queued.diverted_to("7001")
    scenario.wait(1)
    agent.answers()
    agent.holds()
    consult = site.call(CallType.CONSULT, main=call)
    own = consult.enters("7001", CONNECTED)
    other = consult.rings("7002")
    scenario.wait(2)
    other.answers()
    agent.leaves()
    own.leaves()
    other.moves_to(call)
    consult.ends(merged_into=call)
    scenario.wait(2)
    call.data(DispositionCode="</script><script>alert(1)</script><!--")
    call.hung_up_by(call.caller)
    path = folder / "consult.log"
    path.write_text("".join(print_log(scenario.events)), encoding="utf-8")
    return path


def test_a_moved_party_is_in_both_calls(tmp_path: Path) -> None:
    call = page_of(consult_log(tmp_path)).call()
    main, consult = call["calls"]
    assert [lane["name"] for lane in consult["lanes"]] == ["7001", "7002"]
    moved = next(lane for lane in consult["lanes"] if lane["name"] == "7002")
    goes_on = next(lane for lane in main["lanes"] if lane["name"] == "7002")
    assert moved["end"] == "moved"
    assert moved["spans"][-1][1] == goes_on["spans"][0][0]
    assert [move["style"] for move in call["moves"]][-1] == "consult"
    assert "merged into" in consult["title"]


def test_nothing_of_a_log_becomes_markup(tmp_path: Path) -> None:
    page = page_of(consult_log(tmp_path))
    assert "alert(1)</script>" not in page.text
    texts = [moment.get("text", "") for moment in page.call()["moments"]]
    assert any("</script><script>alert(1)" in text for text in texts)
    assert sum(tag == "script" for tag, _ in page.elements) == 3


class TestNumbers:
    def test_the_page_says_that_it_holds_them(self, samples: Page) -> None:
        assert "+15550103" in samples.text
        assert samples.comments[0].strip().startswith("This page holds numbers of callers")
        assert samples.text.count("This page holds numbers of callers") == 2

    def test_hidden_they_are_nowhere(self, tmp_path: Path) -> None:
        page = page_of(*(SAMPLES / name for name in LOGS), consult_log(tmp_path), "--hide-numbers")
        assert "+1555" not in page.text
        assert "number 1" in page.text
        assert "The numbers of callers are masked on this page." in page.text

    def test_hidden_in_the_table_too(self) -> None:
        arguments = ["replay", str(SAMPLES / "F03.log"), "--mapping", str(MAPPING), "--hide-numbers"]
        table = CliRunner().invoke(app, arguments).stdout
        assert "+1555" not in table
        assert "Created inbound number 1 → number 2" in table


def test_only_the_call_asked_for(samples: Page) -> None:
    wanted = samples.index[3]["call"]
    elsewhere = run(SAMPLES / "F02.log", "--call", wanted)
    assert (elsewhere.exit_code, Page(elsewhere.stdout).index) == (1, [])
    page = page_of(*(SAMPLES / name for name in LOGS), "--call", wanted)
    assert [entry["call"] for entry in page.index] == [wanted]


@pytest.mark.parametrize("option", [["--call", "X"], ["--hide-numbers"]])
def test_what_only_people_read_is_refused_for_machines(option: list[str]) -> None:
    arguments = ["replay", str(SAMPLES / "F01.log"), "--mapping", str(MAPPING), "--format", "jsonl", *option]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "work with table and html, not with jsonl" in str(result.exception)


def test_a_log_without_calls_is_a_page_too(tmp_path: Path) -> None:
    empty = tmp_path / "empty.log"
    empty.write_text("nothing\n")
    assert page_of(empty).index == []

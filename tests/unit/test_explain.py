"""`excp explain`: each decision with its cause and its rule."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.lab.identities import Identities
from deploy.lab.log_writer import print_log
from deploy.lab.sample_logs import LOGS, SAMPLES
from deploy.lab.scenario import ROUTING, Scenario
from workers.cli import app

MAPPING = SAMPLES / "mapping.yaml"
V2 = "EL5EUVK47ML7LNIRQSDJSQ9RBS000001"
ALL = tuple(SAMPLES / name for name in LOGS)


def explain(call: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["explain", call, *map(str, arguments), "--mapping", str(MAPPING)])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def of_v2() -> str:
    return said(explain(V2, *ALL))


def test_what_became_of_it(of_v2: str) -> None:
    assert of_v2.startswith(f"call {V2} · inbound · SIPS1 suspended · F03 · V2 · DN 7007 at SIPS1 joined a call")
    assert "F03: inbound, IVR, queue, agent V2: single-step conference" in of_v2


def test_who_is_who(of_v2: str) -> None:
    assert "7006 at SIPS1 agent f.costa: the Extension's fixed agent" in of_v2
    assert "9001 at SIPS1 Routing Point" in of_v2
    assert "+15550107 at SIPS1 external: a number that the mapping does not list" in of_v2
    assert "VQ_Sales at SIPS1 Virtual Queue" in of_v2


def test_a_decision_has_its_event_with_file_and_line_and_its_rule(of_v2: str) -> None:
    assert f"09:30:04.803 PartyAdded 7006 Alerting (Route) {SAMPLES / 'V2.log'}:78 offered: A party that rings" in of_v2
    assert "09:30:04.804 U userEstablished alerting invited by X" in of_v2


def test_a_wait_says_what_began_it(of_v2: str) -> None:
    assert "a wait is over, begun 09:30:00.801 by PartyAdded 9001" in of_v2
    assert "opened in the IVR: A Routing Point is an IVR when the call stays on it for IVR_AFTER" in of_v2


def test_where_a_call_opened_is_said(tmp_path: Path) -> None:
    scenario = Scenario(1_772_443_800_000_000, Identities("openings"))
    queued, direct = (scenario.site("SIPS1").inbound(f"+1555018{n}", "+15550900") for n in range(2))
    queued.queues("VQ_Sales")
    direct.rings("7001")
    scenario.wait(5)
    for call in (queued, direct):
        call.hung_up_by(call.caller)
    log = tmp_path / "SIPS1.log"
    log.write_text("".join(print_log(scenario.events)), encoding="utf-8")
    assert "opened at a queue: A conversation opens" in said(explain(queued.uuid, log))
    assert "opened at an agent: A conversation opens" in said(explain(direct.uuid, log))


def test_a_violation_is_a_decision(of_v2: str) -> None:
    assert (
        "V2, single-step conference: DN 7007 at SIPS1 joined a call that nobody left; from here on only ends" in of_v2
    )
    assert "suspended: After a violation only ends are told" in of_v2


def test_events_that_led_to_nothing_are_counted_or_shown(of_v2: str) -> None:
    assert "14 more events led to nothing (--all shows them)" in of_v2
    everything = said(explain(V2, *ALL, "--all"))
    assert "UserEvent 7007 sees" in everything
    assert "more events led to nothing" not in everything


def test_numbers_can_be_hidden() -> None:
    assert "+1555" not in said(explain(V2, *ALL, "--all", "--hide-numbers"))


def test_a_call_that_is_not_there() -> None:
    result = explain("NOSUCHCALL", *ALL)
    assert result.exit_code == 1
    assert "call NOSUCHCALL is not in these logs" in str(result.exception)


def test_a_call_nothing_is_told_of(tmp_path: Path) -> None:
    scenario = Scenario(1_772_443_800_000_000, Identities("nothing"))
    call = scenario.site("SIPS1").inbound("+15550188", "+15550900")
    call.enters("gcti::park", ROUTING)
    scenario.wait(5)
    call.hung_up_by(call.caller)
    scenario.wait(60)
    call.data(anything="late")
    log = tmp_path / "SIPS1.log"
    log.write_text("".join(print_log(scenario.events)), encoding="utf-8")
    text = said(explain(call.uuid, log))
    assert "ignored · 0 events" in text
    assert "gcti::park at SIPS1 nobody: listed as service" in text
    assert "Nothing was told: EX needs two communications" in text
    assert "not taken: 09:31:05.004 EventCallDataChanged, late: its conversation has ended" in text

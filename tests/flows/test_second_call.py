"""V6: a second main call on an agent's DN, seen across conversations."""

from deploy.lab.identities import Identities
from deploy.lab.scenario import ALERTING, CONNECTED, Scenario
from tests.property.lives import MAPPING, START, read
from workers.replayed_calls import Ended, ReplayedCalls
from workflows.call.scene import Options
from workflows.call.tlib import CallType


def outcomes(scenario: Scenario) -> dict[str, tuple[str, str | None]]:
    """By CallUUID: outcome and violation."""
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in read(scenario.events) for record in calls.take(event)]
    ended = [record for record in [*records, *calls.finish()] if isinstance(record, Ended)]
    return {record.call: (record.summary.outcome, record.summary.violation) for record in ended}


def test_the_second_call_an_agent_answers_is_ignored_and_the_first_is_untouched() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first, second = site.inbound("+15550100", "+15550900"), site.inbound("+15550101", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    scenario.wait(5)
    other = second.rings("7001")
    scenario.wait(2)
    agent.holds()
    other.answers()
    scenario.wait(5)
    second.hung_up_by(second.caller)
    agent.retrieves()
    first.hung_up_by(agent)
    assert outcomes(scenario) == {first.uuid: ("completed", None), second.uuid: ("suspended", "V6")}


def test_a_second_call_the_agent_dials_was_not_told_and_is_ignored() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first = site.inbound("+15550100", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    scenario.wait(5)
    second = site.call(CallType.OUTBOUND)
    dialling = second.enters("7001", 0x10001)
    agent.holds()
    second.enters("+15550200", ALERTING)
    scenario.wait(5)
    second.hung_up_by(dialling)
    first.hung_up_by(agent)
    assert outcomes(scenario) == {first.uuid: ("completed", None), second.uuid: ("ignored", "V6")}


def test_ringing_while_in_another_call_is_no_violation() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first, second = site.inbound("+15550100", "+15550900"), site.inbound("+15550101", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    second.rings("7001")
    scenario.wait(5)
    second.hung_up_by(second.caller)
    first.hung_up_by(agent)
    assert {violation for _, violation in outcomes(scenario).values()} == {None}


def test_a_nailed_up_line_is_no_call() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    line = site.call(CallType.INTERNAL)
    nailed = line.enters("7001", CONNECTED)
    line.enters("gcti::park", CONNECTED)
    scenario.wait(5)
    call = site.inbound("+15550100", "+15550900")
    agent = call.rings("7001")
    nailed.holds()
    agent.answers()
    scenario.wait(5)
    call.hung_up_by(agent)
    line.hung_up_by(nailed)
    assert outcomes(scenario) == {call.uuid: ("completed", None), line.uuid: ("ignored", None)}


def test_a_consult_call_is_no_second_call() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    call = site.inbound("+15550100", "+15550900")
    agent = call.rings("7001")
    agent.answers()
    agent.holds()
    consult = site.call(CallType.CONSULT, main=call)
    consulting = consult.enters("7001", CONNECTED)
    scenario.wait(3)
    consult.hung_up_by(consulting)
    agent.retrieves()
    call.hung_up_by(agent)
    assert outcomes(scenario) == {call.uuid: ("completed", None)}

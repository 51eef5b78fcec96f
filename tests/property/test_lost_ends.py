"""A call whose end was never reported takes no later call from its agents, and a complete snapshot ends it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read as read_request
from deploy.lab.identities import Identities
from deploy.lab.scenario import Scenario, SiteEvent
from tests.property.arrivals import read
from tests.property.lives import lives
from tests.property.mapping import AGENTS, MAPPING
from tests.property.telling import SETTINGS
from workers.replay.replayed_calls import Ended, Record, ReplayedCalls, Step
from workflows.call.scene import SECOND, Options
from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded
from workflows.linking.missing_calls import CLOCKS, LOST_AFTER
from workflows.linking.second_calls import FRESH


@st.composite
def cut_lives(draw: st.DrawFn) -> list[TlibEvent]:
    """The beginning of a life: nobody says how it went on."""
    life: list[SiteEvent] = draw(lives())
    return read(life[: draw(st.integers(1, len(life)))])


def later_call(start: int, agent: str) -> tuple[str, list[TlibEvent]]:
    """A call to an agent from that time on, and its CallUUID."""
    scenario = Scenario(start, Identities("later"))
    call = scenario.site("SIPS1").inbound("+15550177", "+15550900")
    scenario.wait(0.1)
    ringing = call.rings(agent)
    scenario.wait(2)
    ringing.answers()
    scenario.wait(5)
    call.hung_up_by(ringing)
    return call.uuid, read(scenario.events)


def outcomes(records: list[Record]) -> dict[str, tuple[str, str | None, str | None]]:
    """By root: outcome, flow and violation."""
    ended = [record for record in records if isinstance(record, Ended) and record.stands]
    return {each.call: (each.summary.outcome, each.summary.flow, each.summary.violation) for each in ended}


def assert_accepted(records: list[Record]) -> ExOrg:
    org = ExOrg()
    for record in records:
        for each in record.told if isinstance(record, Step) else ():
            org.take(read_request(json.dumps({each.array: [each.event]}).encode()), "test")
    assert not org.refused, [(refusal.reason, refusal.array) for refusal in org.refused]
    return org


@SETTINGS
@given(cut_lives(), st.integers(1, 600), st.sampled_from(AGENTS))
def test_a_lost_call_takes_no_later_call_from_its_agents(begun: list[TlibEvent], seconds: int, agent: str) -> None:
    start = max(event.time for event in begun) + FRESH + seconds * SECOND
    call, later = later_call(start, agent)
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in [*begun, *later] for record in calls.take(event)]
    records += calls.finish()
    assert outcomes(records)[call] == ("completed", "F05", None)
    assert_accepted(records)


@SETTINGS
@given(cut_lives())
def test_complete_snapshots_without_it_end_it(begun: list[TlibEvent]) -> None:
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in begun for record in calls.take(event)]
    gone = max(event.time for event in begun) + CLOCKS + SECOND
    for site in ("SIPS1", "SIPS2"):
        records += calls.compare(SnapshotEnded.of(site, gone, gone, ()))
    _, later = later_call(gone + LOST_AFTER, "7009")
    records += [record for event in later for record in calls.take(event)]
    records += calls.finish()
    assert not [root for root, (outcome, _, _) in outcomes(records).items() if outcome == "open"]
    assert not assert_accepted(records).open

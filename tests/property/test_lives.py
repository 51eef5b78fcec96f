"""What must hold for every life of a call, however its events arrive."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read as read_request
from deploy.lab.scenario import SiteEvent
from tests.property.lives import MAPPING, lives, read, skewed
from workers.replayed_calls import Ended, Lost, ReplayedCalls, Step
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

SETTINGS = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def tell(events: list[TlibEvent]) -> tuple[list[ExEvent], list[Ended]]:
    """Everything told for these events, and what became of the calls."""
    calls, told, ended = ReplayedCalls(MAPPING, Options(), silence=3600), [], []
    records = [record for event in events for record in calls.take(event)]
    for record in [*records, *calls.finish()]:
        assert not isinstance(record, Lost), record
        if isinstance(record, Step):
            told += record.told
        elif isinstance(record, Ended):
            ended.append(record)
    return told, ended


def assert_accepted(told: list[ExEvent]) -> None:
    org = ExOrg()
    for each in told:
        org.take(read_request(json.dumps({each.array: [each.event]}).encode()), "test")
    assert not org.refused, [(refusal.reason, refusal.array) for refusal in org.refused]
    assert not org.open


@SETTINGS
@given(lives())
def test_ex_takes_everything_and_every_conversation_ends(life: list[SiteEvent]) -> None:
    told, ended = tell(read(life))
    assert_accepted(told)
    assert [record.summary.outcome for record in ended if record.summary.outcome == "open"] == []


@SETTINGS
@given(skewed())
def test_ex_takes_everything_however_late_a_feed_is(events: list[TlibEvent]) -> None:
    told, ended = tell(events)
    assert_accepted(told)
    assert all(record.summary.outcome != "open" for record in ended)


@SETTINGS
@given(skewed())
def test_nothing_but_ends_after_a_suspension(events: list[TlibEvent]) -> None:
    calls, suspended = ReplayedCalls(MAPPING, Options(), silence=3600), False
    for event in events:
        for record in calls.take(event):
            if isinstance(record, Step):
                arrays = [each.array for each in record.told]
                assert not suspended or set(arrays) <= {"communicationEndedEvents"}, arrays
                conversation = calls._conversations.get(record.call)
                suspended = suspended or (conversation is not None and conversation.state.violation is not None)


@SETTINGS
@given(skewed())
def test_a_second_run_tells_the_same(events: list[TlibEvent]) -> None:
    assert tell(events)[0] == tell(events)[0]


@SETTINGS
@given(lives(), st.data())
def test_what_repeats_the_known_changes_nothing_under_any_name(life: list[SiteEvent], data: st.DataObject) -> None:
    events = read(life)
    position = data.draw(st.integers(0, len(events) - 1))
    again = events[position].model_copy(update={"id": "another name"})
    with_repeat = [*events[: position + 1], again, *events[position + 1 :]]
    assert [each.event for each in tell(with_repeat)[0]] == [each.event for each in tell(events)[0]]

"""What must hold for every life of a call, however its events arrive."""

import json
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read as read_request
from deploy.lab.scenario import SiteEvent
from tests.property.lives import MAPPING, lives, read, skewed
from workers.replay.replayed_calls import Ended, Lost, ReplayedCalls, Step
from workflows.call.conversation import Conversation
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import Feed, TlibEvent

SETTINGS = settings(
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
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


@SETTINGS
@given(skewed())
def test_no_told_party_was_never_in_the_call(events: list[TlibEvent]) -> None:
    dns = {event.dn for event in events if event.feed is Feed.CALL}
    queues = {event.dn for event in events if event.event == "EventQueued"}
    extensions = [extension for site in MAPPING.sites for extension in site.extensions.items()]
    users = {seat.user_id for dn, seat in extensions if seat and dn in dns}
    queue_ids = {queue.queue_id for vq, queue in MAPPING.sites[0].virtual_queues.items() if queue and vq in queues}
    for each in tell(events)[0]:
        if each.array == "userEstablishedEvents":
            assert each.event["userId"] in users
        elif each.array == "routingEstablishedEvents":
            assert each.event["queueId"] in queue_ids
        elif each.array == "phoneEstablishedEvents":
            assert each.event["phoneNumber"] in dns


@SETTINGS
@given(skewed(), st.data())
def test_a_conversation_that_is_dumped_and_loaded_goes_on_the_same(
    events: list[TlibEvent], data: st.DataObject
) -> None:
    root, cut = min(events, key=lambda event: event.time).call, data.draw(st.integers(0, len(events)))
    assert root is not None
    of_root = [event if event.call else event.model_copy(update={"call": root}) for event in events]
    whole, cut_told = Conversation(root, Options()), []
    conversation = Conversation(root, Options())
    for position, event in enumerate(of_root):
        if position == cut:
            dumped = json.loads(json.dumps(conversation.dump()))
            conversation = Conversation.load(root, Options(), dumped)
        for each in (whole, conversation):
            each.learn({key: MAPPING.answer(key) for key in each.keys(event)})
        cut_told.append((whole.step(event), conversation.step(event)))
    assert all(one == other for one, other in cut_told)
    assert whole.deadline == conversation.deadline
    assert whole.summary() == conversation.summary()


@SETTINGS
@given(lives(), st.data())
def test_a_re_report_after_a_switchover_changes_nothing(life: list[SiteEvent], data: st.DataObject) -> None:
    """The server reports its living calls and parties again: the same content, newer times, other names."""
    events = read(life)
    position = data.draw(st.integers(0, len(events) - 1))
    now = events[position].time
    reports = [
        event.model_copy(update={"id": f"again {event.id}", "time": now}) for event in _standing(events[: position + 1])
    ]
    with_reports = [*events[: position + 1], *reports, *events[position + 1 :]]
    assert [each.event for each in tell(with_reports)[0]] == [each.event for each in tell(events)[0]]


def _standing(events: list[TlibEvent]) -> list[TlibEvent]:
    """EventCallCreated of the living calls, and EventCallPartyAdded of their living parties in their last state."""
    calls: dict[str, TlibEvent] = {}
    parties: dict[str, TlibEvent] = {}
    for event in events:
        if event.event == "EventCallCreated":
            calls[event.call or ""] = event
        elif event.event == "EventCallDeleted":
            calls.pop(event.call or "", None)
            parties = {uuid: party for uuid, party in parties.items() if party.call != event.call}
        elif event.event == "EventCallPartyDeleted":
            parties.pop(event.party or "", None)
        elif event.event == "EventCallPartyMoved":
            moved = {"event": "EventCallPartyAdded", "call": event.new_call}
            parties[event.party or ""] = event.model_copy(update=moved)
        elif event.party is not None:
            parties[event.party] = event.model_copy(update={"event": "EventCallPartyAdded"})
    return [*calls.values(), *parties.values()]


@SETTINGS
@given(lives())
def test_the_way_to_another_site_is_never_told(life: list[SiteEvent]) -> None:
    told = tell(read(life))[0]
    assert not [each for each in told if each.event.get("phoneNumber") in ("T1", "T2")]

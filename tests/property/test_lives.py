"""What must hold for every life of a call, however its events arrive."""

from collections import defaultdict
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from deploy.lab.scenario import SiteEvent
from tests.property.arrivals import at_once, read, reported, skewed
from tests.property.life import Draw
from tests.property.lives import lives_at_once
from tests.property.mapping import (
    AGENTS,
    FAR_AGENTS,
    FAR_TRUNK,
    FREE_SEATS,
    MAPPING,
    QUEUE_IDS,
    RECORDER,
    TRUNK,
    user_of,
)
from tests.property.presence import AFTER, Presence
from tests.property.telling import SETTINGS, assert_accepted, tell
from workers.replay.replayed_calls import ReplayedCalls, Step
from workflows.call.communications import Mode
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

DN_OF_USER = {user_of(dn): dn for dn in (*AGENTS, *FAR_AGENTS, *FREE_SEATS)}
VQ_OF_QUEUE = {queue_id: vq for vq, queue_id in QUEUE_IDS.items()}


@SETTINGS
@given(reported())
def test_ex_takes_everything_and_every_conversation_ends(events: list[TlibEvent]) -> None:
    telling = tell(events)
    assert not assert_accepted(telling.told).open
    assert not [root for root, summary in telling.summaries.items() if summary.outcome == "open"]
    assert not telling.lost


@SETTINGS
@given(skewed())
def test_ex_takes_everything_however_late_a_feed_is(events: list[TlibEvent]) -> None:
    telling = tell(events)
    assert not assert_accepted(telling.told).open
    assert not [root for root, summary in telling.summaries.items() if summary.outcome == "open"]


@SETTINGS
@given(skewed())
def test_nothing_but_ends_after_a_suspension_and_nobody_is_left_alone(events: list[TlibEvent]) -> None:
    calls, modes = ReplayedCalls(MAPPING, Options(), silence=3600), defaultdict[str, Mode](lambda: Mode.NORMAL)
    for record in (record for event in events for record in calls.take(event)):
        if not isinstance(record, Step):
            continue
        arrays = {each.array for each in record.told}
        assert modes[record.call] is Mode.NORMAL or arrays <= {"communicationEndedEvents"}, arrays
        modes[record.call] = record.conversation.state.mode
        assert modes[record.call] is not Mode.IGNORED or not arrays
        assert modes[record.call] is not Mode.SUSPENDED or len(record.conversation.state.told.live()) != 1


@SETTINGS
@given(skewed())
def test_a_second_run_tells_the_same(events: list[TlibEvent]) -> None:
    assert tell(events) == tell(events)


@SETTINGS
@given(skewed())
def test_nobody_is_told_who_was_not_in_the_call_at_that_time(events: list[TlibEvent]) -> None:
    presence = Presence(events)
    for root, told in tell(events).of.items():
        known: dict[str, str] = {}
        for each in told:
            who = _who(each)
            if who is not None:
                known[each.event["communicationId"]] = who
            dn = known.get(each.event.get("communicationId", ""))
            if dn is None or each.array == "communicationDispositionAppliedEvents":
                continue
            stay = presence.stay(root, dn)
            assert stay is not None, f"{dn} was never in the call"
            at = round(datetime.fromisoformat(each.time).timestamp() * 1000) * 1000
            assert stay.since - 1000 <= at, f"{each.array} of {dn} before it came"
            assert dn in QUEUE_IDS or at <= stay.until + AFTER, f"{each.array} of {dn} after it left"


def _who(told: ExEvent) -> str | None:
    """DN of whoever an event establishes; None for callers and IVRs, and for other events."""
    event = told.event
    if told.array == "userEstablishedEvents":
        return DN_OF_USER[event["userId"]]
    if told.array == "routingEstablishedEvents":
        return VQ_OF_QUEUE[event["queueId"]]
    return str(event["phoneNumber"]) if told.array == "phoneEstablishedEvents" else None


@SETTINGS
@given(reported())
def test_who_only_serves_the_call_changes_nothing(events: list[TlibEvent]) -> None:
    without = [event for event in events if event.dn != RECORDER]
    assert tell(without).events() == tell(events).events()


@SETTINGS
@given(reported())
def test_the_way_to_another_site_is_never_told_when_its_link_comes_in_time(events: list[TlibEvent]) -> None:
    numbers = {each.event.get("phoneNumber") for each in tell(events).told}
    assert not numbers & {TRUNK, FAR_TRUNK} or _longest_without_link(events) > 2_900_000


def _longest_without_link(events: list[TlibEvent]) -> int:
    """From the first party of a way to the link, microseconds."""
    began = {event.call: event.time for event in reversed(events) if event.dn in (TRUNK, FAR_TRUNK)}
    linked = {event.call: event.time for event in reversed(events) if event.links}
    return max((at - began.get(call, at) for call, at in linked.items()), default=0)


@st.composite
def lives_of_strangers(draw: Draw) -> list[list[SiteEvent]]:
    found: list[list[SiteEvent]] = draw(lives_at_once(strangers=True))
    return found


@SETTINGS
@given(lives_of_strangers())
def test_calls_of_strangers_are_told_as_if_each_were_alone(lives: list[list[SiteEvent]]) -> None:
    alone: dict[str, list[dict[str, object]]] = {}
    for life in lives:
        alone |= tell(read(life)).events()
    assert tell(at_once([read(life) for life in lives])).events() == alone

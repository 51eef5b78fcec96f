"""An event that repeats what is known changes nothing, under any name, whenever it comes."""

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import LATEST, reported, skew, skewed
from tests.property.life import Draw
from tests.property.telling import SETTINGS, tell
from workflows.call.tlib import Feed, TlibEvent


@st.composite
def repeated(draw: Draw) -> tuple[list[TlibEvent], list[TlibEvent]]:
    """Events as they arrive, and the same with some of them once more, at any time later and under other names."""
    events = draw(skewed())
    again = list(events)
    for number in range(draw(st.integers(1, 4))):
        position = draw(st.integers(0, len(again) - 1))
        repeat = again[position].model_copy(update={"id": f"another name {number}"})
        again.insert(draw(st.integers(position + 1, len(again))), repeat)
    return events, again


@SETTINGS
@given(repeated())
def test_what_repeats_the_known_changes_nothing_under_any_name(both: tuple[list[TlibEvent], list[TlibEvent]]) -> None:
    events, again = both
    assert tell(again).events() == tell(events).events()


@st.composite
def reported_again(draw: Draw) -> tuple[list[TlibEvent], list[TlibEvent]]:
    """Events as they arrive, and the same with a switchover: a server reports its living calls and parties again, the
    same content with newer times and other names."""
    events = draw(reported())
    of_calls = [position for position, event in enumerate(events) if event.feed is Feed.CALL]
    position = draw(st.sampled_from(of_calls))
    now, site = events[position].time, events[position].site
    standing = [event for event in _standing(events[: position + 1]) if event.site == site]
    reports = [event.model_copy(update={"id": f"again {event.id}", "time": now}) for event in standing]
    latest = draw(st.sampled_from([0, LATEST]))
    arriving = skew(draw, events, latest)
    seen = next(number for number, event in enumerate(arriving) if event.id == events[position].id)
    reports = [event.model_copy(update={"time": arriving[seen].time}) for event in reports]
    return arriving, [*arriving[: seen + 1], *reports, *arriving[seen + 1 :]]


@SETTINGS
@given(reported_again())
def test_a_re_report_after_a_switchover_changes_nothing(both: tuple[list[TlibEvent], list[TlibEvent]]) -> None:
    events, again = both
    assert tell(again).events() == tell(events).events()


def _standing(events: list[TlibEvent]) -> list[TlibEvent]:
    """EventCallCreated of the living calls, and EventCallPartyAdded of their living parties in their last state."""
    calls: dict[str, TlibEvent] = {}
    parties: dict[str, TlibEvent] = {}
    for event in events:
        if event.event == "EventCallCreated":
            calls[event.call or ""] = event
        elif event.event == "EventCallDataChanged" and event.links:
            known = calls[event.call or ""]
            calls[event.call or ""] = known.model_copy(update={"links": event.links})
        elif event.event == "EventCallDeleted":
            calls.pop(event.call or "", None)
            parties = {uuid: party for uuid, party in parties.items() if party.call != event.call}
        elif event.event == "EventCallPartyDeleted":
            parties.pop(event.party or "", None)
        elif event.event == "EventCallPartyMoved":
            moved = {"event": "EventCallPartyAdded", "call": event.new_call, "new_call": None}
            parties[event.party or ""] = event.model_copy(update=moved)
        elif event.party is not None:
            parties[event.party] = event.model_copy(update={"event": "EventCallPartyAdded"})
    return [*calls.values(), *parties.values()]

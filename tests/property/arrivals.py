"""How the events of lives arrive: late, twice, again, without this or that, by clocks that differ."""

import heapq
from collections.abc import Sequence

from hypothesis import strategies as st

from deploy.lab.scenario import SiteEvent
from tests.property.life import Draw
from tests.property.lives import lives, lives_at_once
from tests.property.mapping import FAR_SITE, VQ_SERVER
from workflows.call.tlib import FEED_OF_EVENT, Feed, TlibEvent
from workflows.call.tlib_reading import read_event

LATEST = 40
"""Tenths of a second a feed may be behind the others: an event waits 5 s for its call to become known."""
CLOCKS = 20
"""Tenths of a second the clocks of two servers may be apart."""


def read(events: Sequence[SiteEvent]) -> list[TlibEvent]:
    """The events of the three feeds."""
    return [
        read_event(event.name, event.attributes, event.site, ["DispositionCode"])
        for event in events
        if event.name in FEED_OF_EVENT
    ]


def at_once(each: Sequence[Sequence[TlibEvent]]) -> list[TlibEvent]:
    """The events of several lives, by time."""
    return list(heapq.merge(*each, key=lambda event: event.time))


@st.composite
def reported(draw: Draw) -> list[TlibEvent]:
    """One life, or several at once, in the order they happen; perhaps from a VQ server, perhaps without VQIDs."""
    several = draw(st.integers(0, 3)) == 0
    events = at_once([read(life) for life in draw(lives_at_once())]) if several else read(draw(lives()))
    if draw(st.booleans()):
        events = [_changed(event, site=VQ_SERVER) if event.feed is Feed.VQ else event for event in events]
    if draw(st.integers(0, 5)) == 0:
        events = [_changed(event, vqid=None) if event.feed is Feed.VQ else event for event in events]
    return events


@st.composite
def skewed(draw: Draw, latest: int = LATEST) -> list[TlibEvent]:
    """As it arrives: each feed of each site in order, but up to some seconds behind the others, some events twice; the
    clocks of the servers differ."""
    arriving = skew(draw, draw(reported()), latest)
    for _ in range(draw(st.integers(0, 3))):
        position = draw(st.integers(0, len(arriving) - 1))
        arriving.insert(draw(st.integers(position, len(arriving))), arriving[position])
    return arriving


def skew(draw: Draw, events: Sequence[TlibEvent], latest: int = LATEST) -> list[TlibEvent]:
    """The events in the order they arrive, by the clocks of their servers."""
    feeds = sorted({(event.site, event.feed) for event in events})
    late = {feed: draw(st.integers(0, latest)) * 100_000 for feed in feeds}
    arriving = sorted(events, key=lambda event: event.time + late[event.site, event.feed])
    ahead = {site: draw(st.integers(-CLOCKS, CLOCKS)) * 100_000 for site in (FAR_SITE, VQ_SERVER)}
    return [
        _changed(event, time=event.time + ahead[event.site]) if ahead.get(event.site) else event for event in arriving
    ]


def _changed(event: TlibEvent, **changes: object) -> TlibEvent:
    return event.model_copy(update=changes)

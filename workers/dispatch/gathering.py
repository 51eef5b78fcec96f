"""The first reading of a dispatcher that has no index, while conversations are open in Temporal.

Redis was emptied and no dispatcher that knew the calls is left. The events that follow are of calls in mid-life: taken
one by one, a consult call or a site leg would open a conversation of its own before its link to the main call is seen
again, and tell EX a call that is none.

An emptied Redis begins another epoch (`workers.event_stream`), so every ingest asks its gateways for new snapshots and
submits again what dispatch had not passed. So everything of the first `GATHER` seconds of stream time is read at once,
the events that say what a call is and how it belongs to others before those that need it. Then each conversation is
sent its events in the order of the stream: data attached at the end of a call would else stand before the agent the
caller was transferred to, and end the wait for that agent. The window depends on the stream alone: a dispatcher that
dies over it is followed by one that reads the same.

Which calls belong to the conversations that run, Temporal says (`workers.dispatch.running_calls`). By which ConnIDs and
IS-Links the events to come find them, the new snapshots say.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from workers.dispatch.store import DispatchStore, Entry, Reading
from workers.dispatch.waiting import patiently
from workers.event_stream import position
from workflows.linking.linker import CALL_DATA
from workflows.linking.routed import Item

log = structlog.get_logger()

GATHER = 10.0
"""Seconds an ingest needs to notice the new epoch (1 s), and its gateways to report what lives (assumption)."""
_MOST = 100_000
_LOOK = 1.0


async def gather(store: DispatchStore, seconds: float = GATHER) -> Reading:
    """Everything of the window, as soon as it is over. Raises LeaseLostError."""
    reading = await patiently(partial(store.read, 1))
    log.warning("calls are open and the index is lost, waiting for new snapshots", within_s=seconds)
    while not reading.entries or reading.now < (over := reading.entries[0].time + int(seconds * 1e6)):
        if reading.entries:
            await asyncio.sleep((over - reading.now) / 1e6)
        else:
            await patiently(partial(store.wait, reading.cursor, _LOOK))
        reading = await patiently(partial(store.read, 1))
    reading = await patiently(partial(store.read, _MOST))
    entries = [entry for entry in reading.entries if entry.time < over]
    return replace(reading, entries=tuple(sorted(entries, key=_needs_its_call)))


def as_read(lanes: Iterable[list[Item]], reading: Reading) -> None:
    """Put each conversation's events back into the order of the stream.

    One in which calls were joined or lost on the way stays as it was linked: what it is told of that has its place.
    """
    read = sorted(reading.entries, key=lambda entry: position(entry.id))
    place = {_field(entry, "id"): number for number, entry in enumerate(read)}
    for items in lanes:
        if all("event" in item for item in items):
            items.sort(key=lambda item: place.get(item["id"], len(place)))


def _needs_its_call(entry: Entry) -> bool:
    """False for an event that says what a call is."""
    return _field(entry, "event") not in CALL_DATA


def _field(entry: Entry, name: str) -> Any:
    """A field of an entry; None when it has none, or cannot be read."""
    try:
        found = json.loads(entry.text)
    except ValueError:
        return None
    return found.get(name) if isinstance(found, dict) else None

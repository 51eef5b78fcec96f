"""What is read when the index is lost: linked out of order, sent in order."""

import json
from typing import Any

from workers.dispatch.gathering import as_read
from workers.dispatch.store import Entry, Reading

NAMES = ("created", "joined the queue", "answered", "data at the end")


def reading() -> Reading:
    """The events of one call as `gather` sorts them: what says what the call is comes first."""
    entries = [Entry(f"{100 + number}-0", json.dumps({"id": name})) for number, name in enumerate(NAMES)]
    return Reading("0-0", "run", 0, tuple(entries[n] for n in (0, 3, 1, 2)))


def item(name: str) -> dict[str, Any]:
    return {"event": "EventCallCreated", "id": name}


def test_a_conversation_gets_its_events_in_the_order_of_the_stream() -> None:
    lane = [item(NAMES[n]) for n in (0, 3, 1, 2)]
    as_read([lane], reading())
    assert [each["id"] for each in lane] == list(NAMES)


def test_one_that_calls_were_joined_to_stays_as_it_was_linked() -> None:
    lane = [item(NAMES[0]), item(NAMES[3]), {"item": "joined"}, item(NAMES[1])]
    before = list(lane)
    as_read([lane], reading())
    assert lane == before

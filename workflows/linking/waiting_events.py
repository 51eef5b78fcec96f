"""Events whose call is not known yet: another feed may make it known a moment later."""

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from workflows.call.tlib import TlibEvent

WAIT = 5_000_000
"""Microseconds of stream time an event of an unknown call waits for that call."""


class _Waiting(NamedTuple):
    arrival: int
    since: int
    event: TlibEvent


class WaitingEvents:
    """By event id, in order of arrival."""

    def __init__(self, touch: Callable[[str], None]) -> None:
        """`touch`: told of each event whose kept text changes."""
        self._touch = touch
        self._waiting: dict[str, _Waiting] = {}

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._waiting

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def add(self, event: TlibEvent, arrival: int, now: int) -> None:
        """`arrival`: its number among all a linker has taken; `now`: stream time."""
        self._waiting[event.id] = _Waiting(arrival, now, event)
        self._touch(event.id)

    def take(self, resolve: Callable[[TlibEvent], TlibEvent | None]) -> TlibEvent | None:
        """The first one that can be resolved, no longer waiting."""
        for waiting in self._waiting.values():
            if event := resolve(waiting.event):
                self._remove(event.id)
                return event
        return None

    def overdue(self, now: int) -> Iterator[TlibEvent]:
        """Those that have waited too long, no longer waiting."""
        while (first := next(iter(self._waiting.values()), None)) and first.since + WAIT <= now:
            self._remove(first.event.id)
            yield first.event

    def text(self, event_id: str) -> str | None:
        """The text kept of one; None when it is gone."""
        waiting = self._waiting.get(event_id)
        return json.dumps([waiting.arrival, waiting.since, waiting.event.wire()]) if waiting else None

    def load(self, texts: list[str]) -> int:
        """Take texts of `text`; the highest arrival number among them."""
        highest = 0
        for arrival, since, event in sorted(map(json.loads, texts), key=lambda entry: int(entry[0])):
            self._waiting[event["id"]] = _Waiting(arrival, since, TlibEvent.model_validate(event))
            highest = arrival
        return highest

    def _remove(self, event_id: str) -> None:
        del self._waiting[event_id]
        self._touch(event_id)

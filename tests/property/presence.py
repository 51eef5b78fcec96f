"""Who was really in a call, and when: read from the events without the model."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.property.arrivals import CLOCKS
from workflows.call.tlib import Feed, PartyState, TlibEvent

AFTER = 2 * CLOCKS * 100_000 + 50_000
"""Microseconds by which a told time may follow its own: after events of a clock that is ahead, and 1 ms a step."""


@dataclass
class Stay:
    """From the first party of a DN, or the first stay on a Virtual Queue, to the end of the last one."""

    since: int
    until: int


class Presence:
    """Stays by conversation and DN."""

    def __init__(self, events: Iterable[TlibEvent]) -> None:
        of_calls = [event for event in events if event.call is not None]
        self._first: dict[str, str] = {}
        for event in of_calls:
            for other in (event.orig_call, event.ref_call, event.new_call, *event.links):
                if other is not None:
                    self._first[self.conversation(other)] = self.conversation(event.call or "")
        self._stays: dict[tuple[str, str], Stay] = {}
        for event in of_calls:
            self._note(event)

    def conversation(self, name: str) -> str:
        """The same name for all calls that belong together."""
        while name in self._first and self._first[name] != name:
            name = self._first[name]
        return name

    def stay(self, root: str, dn: str) -> Stay | None:
        return self._stays.get((self.conversation(root), dn))

    def _note(self, event: TlibEvent) -> None:
        if event.dn is None or event.feed is Feed.AGENT or (event.state or 0) & PartyState.AUDIT:
            return
        began = event.event in ("EventQueued", "EventCallPartyAdded")
        key = self.conversation(event.call or ""), event.dn
        stay = self._stays.get(key)
        if stay is None and began:
            stay = self._stays[key] = Stay(event.time, event.time)
        if stay is not None:
            stay.since = min(stay.since, event.time)
            stay.until = max(stay.until, event.time)

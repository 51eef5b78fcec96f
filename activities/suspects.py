"""Calls under suspicion: one of them at least spoilt a request, and the others are to be cleared with few requests.

One half is sent. If it is taken, the other half holds the bad call, if it is refused, the other half is cleared: of
either, one request says the same as two. So a bad call among n costs about log2(n) requests, and whoever is cleared
goes on with everybody else. When the refusal names an event, its call is sent first, alone: mostly one request is
enough then, and a misleading one costs no more than that.
"""

import re
from collections.abc import Collection, Sequence

from activities.delivery import Delivery, Request
from activities.ex_contract import EVENTS

_PLACE = re.compile(rf"({'|'.join(EVENTS)})[\[./](\d{{1,3}})(?!\d)")
"""An event by its array and position, as JSON paths and pointers write it."""
_IDENTIFIERS = ("eventId", "communicationId", "conversationId")


def named_in(said: str, request: Request) -> set[Delivery]:
    """The calls whose events a refusal names: by an identifier, by their place, or at least by their array.

    Which of it the EX Org does is not published; without any of it the set is empty.
    """
    arrays: dict[str, list[Delivery]] = {}
    identified = set()
    for delivery, sent in request.parts:
        for prepared in sent:
            arrays.setdefault(prepared.told.array, []).append(delivery)
            if any(str(prepared.told.event[name]) in said for name in _IDENTIFIERS if name in prepared.told.event):
                identified.add(delivery)
    if identified:
        return identified
    places = [(array, int(at)) for array, at in _PLACE.findall(said)]
    placed = {arrays[array][at] for array, at in places if at < len(arrays.get(array, ()))}
    return placed or {each for array, calls in arrays.items() if array in said for each in calls}


class Suspects:
    """The calls of one refused request, or of what is left of it."""

    def __init__(self, calls: Sequence[Delivery], named: Collection[Delivery] = ()) -> None:
        """`named`: of whose events the refusal speaks."""
        first = [each for each in calls if each in named]
        if not 0 < len(first) < len(calls):
            first = list(calls[: (len(calls) + 1) // 2])
        self.first = first
        """Sent next, together and apart from all others."""
        self._rest = [each for each in calls if each not in first]

    @property
    def calls(self) -> list[Delivery]:
        return [*self.first, *self._rest]

    def judged(self, sent: Sequence[Delivery], spoilt: bool) -> tuple[list[Delivery], list[Delivery]]:
        """After the answer to a request with these of `first`: who is accused now, and who is cleared."""
        others = [each for each in self.calls if each not in sent]
        if spoilt:
            return list(sent), others
        if others:
            return others, list(sent)
        return [each for each in sent if each.left], []

"""Two main calls of one agent at once (violation V6): seen across conversations, so the linker looks for it.

EX allows an agent one main and one consult call (vendor guide, Call Scenarios Not Supported). The call in which the
agent talked first is untouched; the conversation of the other one is told, and its call model decides whether the DN is
an agent's and whether anybody counts in the first call (a nailed-up line is none). One agent is one DN, or all DNs on
which the same AgentID was seen last.

What is told has two degrees, because of two rules that seem to contradict each other:

- flows.md V6: while an agent in a call only rings in another one, nothing is told of the ring.
- architecture.md, Linker: a call counts only while it was heard of after the new one began or stands in the last
  snapshot. The end of a silent call may have been missed, and an agent must not lose all later calls to it.

A silent call may be either: a caller and an agent who talk for half an hour, or one whose end was never reported. While
the agent only rings elsewhere, nobody can tell which, and it is cheap to be careful: so every call in which the agent
talks by all that is known holds the *ring* back. When the agent answers or dials, the first call shows whether it
lives: a phone that takes a second call holds the first one, just before or at that moment. Only a first call that
shows that is *sure*, and only a sure one makes a violation. Of one that is not sure the second conversation waits
`settle` for a sign of life, and is then told in full, each event with its own time. So a lost call costs the agent's
later calls three seconds, not their telling; and it does that only until a complete snapshot without it (`missing`), or
the longest silence, ends it. Should the first call be heard of later all the same, it is sure from then on.

Sure is a call that was heard of after the second one began, or at most `FRESH` before (an agent holds the call, looks
up a number, dials). At another site, where the end of the first call may be under way while the agent answers the
second, it must have been heard of after that answer.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from workflows.linking.call_index import CallIndex
from workflows.linking.linked_call import LinkedCall
from workflows.linking.seats import Seats, place

MOST = 8
"""A DN on more calls than this is a trunk or a Routing Point."""

FRESH = 30_000_000
"""Microseconds for which a call counts as alive after something was heard of it (assumption)."""


class Note(NamedTuple):
    """A SecondCall on its way."""

    root: str
    item: dict[str, Any]


class _Leg(NamedTuple):
    """A party of an agent in a main call."""

    call: LinkedCall
    party: str
    dn: str

    @property
    def since(self) -> int | None:
        """Since when it talks or dials; None while it rings."""
        return self.call.talking.get(self.party)

    @property
    def order(self) -> tuple[int, str]:
        return self.since or 0, self.call.uuid


def second_calls(index: CallIndex, seats: Seats, places: Iterable[str], time: int) -> Iterator[Note]:
    """What conversations with a party on one of these places are to be told, by an event of that server time."""
    for agent in sorted({seats.of_same_agent(at) for at in places}):
        legs = _legs(index, agent)
        for leg in legs:
            yield from _note(index, legs, leg, time)


def _legs(index: CallIndex, agent: Iterable[str]) -> list[_Leg]:
    """The parties of an agent in main calls; none when no agent can be on that many."""
    legs = []
    for at in agent:
        if index.number_on(at) > MOST:
            return []
        for call in index.on_place(at):
            if not call.ended and not index.in_consult(call):
                legs += [_Leg(call, party, dn) for party, dn in call.parties.items() if place(call.site, dn) == at]
    return legs


def _note(index: CallIndex, legs: list[_Leg], second: _Leg, time: int) -> Iterator[Note]:
    """Tell of a party's first call, what has changed of it, and that it is over; each once."""
    call, said = second.call, _first_call(legs, second)
    text = json.dumps(said, separators=(",", ":")) if said else None
    if text == call.noted.get(second.party):
        return
    if text is None:
        del call.noted[second.party]
    else:
        call.noted[second.party] = text
    index.touch(f"call|{call.uuid}")
    about = {"site": call.site, "dn": second.dn, "party": second.party, "time": time}
    yield Note(call.root, {"item": "second_call", **about, **said})


def _first_call(legs: list[_Leg], second: _Leg) -> dict[str, Any]:
    """The call in which an agent talked before he talks in the second one, or while he rings there; empty when there is
    none. Of several the surest."""
    before = [leg for leg in legs if leg.call.root != second.call.root and _was_before(leg, second)]
    first = max(before, key=lambda leg: (_is_sure(leg, second), leg.order), default=None)
    if first is None:
        return {}
    own = {leg.party for leg in legs}
    others = sorted({dn for party, dn in first.call.parties.items() if party not in own})
    told = {"other": first.call.uuid, "other_site": first.call.site, "others": others}
    return {**told, "sure": True} if _is_sure(first, second) else told


def _was_before(first: _Leg, second: _Leg) -> bool:
    if first.since is None or first.call.missing_since:
        return False
    return second.since is None or first.order < second.order


def _is_sure(first: _Leg, second: _Leg) -> bool:
    heard = max(first.call.last_heard(), first.call.reported)
    if first.call.site == second.call.site:
        return heard > second.call.created - FRESH
    return second.since is not None and heard > second.since

"""Two main calls on one DN at once (violation V6): seen across conversations, so the linker looks for it.

EX allows an agent one main and one consult call (vendor guide, Call Scenarios Not Supported). The call in which the DN
talked first is untouched; the conversation of the other one is told, and its call model decides whether the DN is an
agent's and whether anybody counts in the first call (a nailed-up line is none).
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from workflows.call.call_index import CallIndex
from workflows.call.linked_call import LinkedCall
from workflows.call.tlib import TlibEvent

MOST = 8
"""A DN on more calls than this is a trunk or a Routing Point."""


class SecondCall(BaseModel):
    """What a conversation is told: an agent's DN talks in one of its calls, and has talked in another call since
    before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: str
    dn: str
    party: str
    """PartyUUID in this conversation."""
    other: str
    """CallUUID of the first call."""
    others: tuple[str, ...]
    """DNs of the other parties of the first call."""
    time: int
    """Server time of the event by which it was seen, microseconds."""


class Note(NamedTuple):
    """A SecondCall on its way."""

    root: str
    item: dict[str, Any]


def second_calls(index: CallIndex, call: LinkedCall, event: TlibEvent) -> Iterator[Note]:
    """After an event of a call: what other conversations, or its own, are to be told. Each party is noted once."""
    for dn in sorted({call.parties[party] for party in call.talking if party in call.parties}):
        calls = index.on_dn(call.site, dn)
        if len(calls) <= MOST:
            main = [each for each in calls if not each.consult and not each.ended]
            for one, other in combinations(main, 2):
                if call in (one, other) and one.root != other.root:
                    yield from _note(index, one, other, dn, event.time)


def _note(index: CallIndex, one: LinkedCall, other: LinkedCall, dn: str, time: int) -> Iterator[Note]:
    talking = {each.uuid: _talking(each, dn) for each in (one, other)}
    if None in talking.values():
        return
    first, second = sorted((one, other), key=lambda each: (talking[each.uuid] or ("", 0))[::-1])
    party = (talking[second.uuid] or ("", 0))[0]
    if party in second.noted or first.last_heard() <= second.created:
        return
    second.noted[party] = None
    index.touch(f"call|{second.uuid}")
    others = tuple(sorted({each for each in first.parties.values() if each != dn}))
    told = SecondCall(site=second.site, dn=dn, party=party, other=first.uuid, others=others, time=time)
    yield Note(second.root, {"item": "second_call", **told.model_dump(mode="json")})


def _talking(call: LinkedCall, dn: str) -> tuple[str, int] | None:
    """The party on a DN that talks, and since when."""
    return next(((party, since) for party, since in call.talking.items() if call.parties.get(party) == dn), None)

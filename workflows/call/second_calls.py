"""Two main calls on one DN at once (violation V6): seen across conversations, so the linker looks for it.

EX allows an agent one main and one consult call (vendor guide, Call Scenarios Not Supported). The call in which the DN
talked first is untouched; the conversation of the other one is told, and its call model decides whether the DN is an
agent's and whether anybody counts in the first call (a nailed-up line is none).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from workflows.call.call_index import CallIndex
from workflows.call.linked_call import LinkedCall
from workflows.call.tlib import TlibEvent

MOST = 8
"""A DN on more calls than this is a trunk or a Routing Point."""


class SecondCall(BaseModel):
    """What a conversation is told: a DN rings or talks in one of its calls and talks in another call since before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: str
    dn: str
    party: str
    """PartyUUID in this conversation."""
    other: str | None = None
    """CallUUID of the first call; None when the DN has left it."""
    others: tuple[str, ...] = ()
    """DNs of the other parties of the first call."""
    time: int
    """Server time of the event by which it was seen, microseconds."""


class Note(NamedTuple):
    """A SecondCall on its way."""

    root: str
    item: dict[str, Any]


def second_calls(index: CallIndex, call: LinkedCall, event: TlibEvent) -> Iterator[Note]:
    """By an event of a call: what its own or another conversation is to be told, before the event itself."""
    for dn in sorted({*call.parties.values(), *filter(None, (event.dn,))}):
        calls = index.on_dn(call.site, dn)
        if calls and len(calls) <= MOST:
            main = [each for each in calls if not each.consult and not each.ended]
            for second in main:
                for party in [uuid for uuid, on in second.parties.items() if on == dn]:
                    yield from _note(index, main, second, party, event.time)


def _note(index: CallIndex, main: list[LinkedCall], second: LinkedCall, party: str, time: int) -> Iterator[Note]:
    """Tell of a party's first call once, and once that it is over."""
    dn, noted = second.parties[party], second.noted.get(party)
    first = _first(main, second, party)
    if (first is None) == (noted is None):
        return
    other: dict[str, Any] = {}
    if first is not None:
        second.noted[party] = first.uuid
        other = {"other": first.uuid, "others": tuple(sorted({on for on in first.parties.values() if on != dn}))}
    else:
        del second.noted[party]
    index.touch(f"call|{second.uuid}")
    told = SecondCall(site=second.site, dn=dn, party=party, time=time, **other)
    yield Note(second.root, {"item": "second_call", **told.model_dump(mode="json", exclude_none=True)})


def _first(main: list[LinkedCall], second: LinkedCall, party: str) -> LinkedCall | None:
    """The call in which a DN talked before it talks in the second one, or while it rings there.

    A call counts only when it was heard of after the second one began: the end of a silent one may have been missed.
    """
    dn, since = second.parties[party], second.talking.get(party)
    for first in main:
        talks = [at for uuid, at in first.talking.items() if first.parties.get(uuid) == dn]
        before = talks and (since is None or (min(talks), first.uuid) < (since, second.uuid))
        known = party in second.noted or first.last_heard() > second.created
        if first.root != second.root and before and known:
            return first
    return None

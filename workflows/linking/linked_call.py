"""What the linker knows of one call: how to find it, who is on it, and its events that still matter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from workflows.call.tlib import LOGIN_EVENTS, PARTY_EVENTS, Feed, TlibEvent

LIMIT = 64
"""Most ConnIDs, links, parties or remembered subjects of one call; the one longest unheard of goes first."""

_PLAIN = frozenset({"id", "event", "site", "time", "call", "conn", "seen"})


class Remembered(NamedTuple):
    """An event a call remembers."""

    arrival: int
    """Number that orders the events a linker has taken."""
    text: str
    """The wire item as JSON."""


@dataclass
class LinkedCall:
    """One Engage call. Dictionaries with None as value are sets that keep their order."""

    uuid: str
    site: str
    created: int
    """Server time of its EventCallCreated, microseconds; until that is seen, the time of its first event."""
    sure: bool = False
    """True when `created` is EventCallCreated's."""
    call_type: int | None = None
    root: str = ""
    """CallUUID that names its conversation."""
    told: bool = False
    """Of a root: its conversation has been sent something."""
    heard: int = 0
    """Of a root: stream time at which its conversation was last heard of, microseconds, coarse."""
    ended: bool = False
    conns: dict[str, None] = field(default_factory=dict)
    """`site|ConnID` of every ConnID it had."""
    links: dict[str, None] = field(default_factory=dict)
    """UUIDs of its ISLinkLists."""
    wants: dict[str, None] = field(default_factory=dict)
    """Calls it refers to that were not known then."""
    parties: dict[str, str] = field(default_factory=dict)
    """DN by PartyUUID of the parties on the call."""
    talking: dict[str, int] = field(default_factory=dict)
    """By PartyUUID of the parties on the call: since when it talks or dials, microseconds."""
    noted: dict[str, str] = field(default_factory=dict)
    """By PartyUUID what its conversation was told of the agent's first call, as JSON."""
    consult: bool = False
    names_main: bool = False
    """Of a consult call: its OrigCallUUID is known."""
    recovered: bool = False
    """Of a root: its conversation runs in Temporal, and was known from there (`Linker.recover`)."""
    reported: int = 0
    """When the last snapshot that has it ended, microseconds; 0 when none has."""
    missing_since: int = 0
    """Stream time since which it is missing in a complete snapshot, microseconds; 0 when it is not."""
    missing_at: int = 0
    """When that snapshot ended, microseconds."""
    remembered: dict[str, tuple[Remembered, ...]] = field(default_factory=dict)
    """Per subject (party, VQ, …) its first and its latest event. Not part of `dump`."""

    @property
    def age(self) -> tuple[bool, int, str]:
        """Orders calls, the older first; of equal times the CallUUID decides. One whose conversation runs is older than
        any that was not linked before the index was lost."""
        return not self.recovered, self.created, self.uuid

    def dn_of(self, event: TlibEvent) -> str | None:
        """The DN of a party event, which may itself lack it."""
        return event.dn or self.parties.get(event.party or "")

    def remember(self, event: TlibEvent, arrival: int, item: Mapping[str, Any]) -> list[str]:
        """Keep an event, unless it is one of the past or repeats the latest one; the subjects that changed, one of them
        possibly gone."""
        about = _subject(event, item)
        known = self.remembered.get(about, ())
        if known and _is_old(item, json.loads(known[-1].text)):
            return []
        first = self.remembered.pop(about, ())[:1]
        new = Remembered(arrival, json.dumps(item, separators=(",", ":")))
        self.remembered[about] = (*first, new)
        if len(self.remembered) <= LIMIT:
            return [about]
        oldest = next(key for key in self.remembered if key != "EventCallCreated")
        del self.remembered[oldest]
        return [about, oldest]

    def is_past(self, event: TlibEvent) -> bool:
        """Whether a party event says nothing of where the party is now: a later one is known, or that it has left."""
        known = [json.loads(each[-1].text) for key in _party_subjects(event) if (each := self.remembered.get(key))]
        if not known:
            return False
        latest = max(known, key=lambda item: int(item["time"]))
        left = latest["event"] in ("EventCallPartyDeleted", "EventCallPartyMoved")
        return event.time < latest["time"] or (left and event.time == latest["time"] and event.id != latest["id"])

    def recall(self) -> Iterator[Remembered]:
        for events in self.remembered.values():
            yield from events

    def last_heard(self) -> int:
        """Server time of the newest event remembered, microseconds."""
        return max((int(json.loads(each.text)["time"]) for each in self.recall()), default=0)

    def dump(self) -> str:
        needed = ("uuid", "site", "created")
        state = {key: value for key, value in vars(self).items() if key in needed or (value and key != "remembered")}
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> Self:
        state: Mapping[str, Any] = json.loads(text)
        return cls(**{key: value for key, value in state.items() if key in cls.__dataclass_fields__})


def add_bounded(ordered: dict[str, Any], key: str, value: Any = None) -> str | None:
    """Put a key last in a dictionary of at most LIMIT keys; the key that had to go for it, if any."""
    ordered.pop(key, None)
    ordered[key] = value
    if len(ordered) <= LIMIT:
        return None
    oldest = next(iter(ordered))
    del ordered[oldest]
    return oldest


def _is_old(item: Mapping[str, Any], latest: Mapping[str, Any]) -> bool:
    """Whether an item adds nothing to the latest one: it is older, or the same under any name."""
    names = item.keys() | latest.keys()
    same = all(item.get(name) == latest.get(name) for name in names - {"id", "seen"})
    return same or item["time"] < latest["time"]


def _party_subjects(event: TlibEvent) -> tuple[str, str]:
    """Of events of the same party: when it does not talk, and when it does."""
    return f"party|{event.party}|", f"party|{event.party}|talks"


def _subject(event: TlibEvent, item: Mapping[str, Any]) -> str:
    """What an event is about: a later one on the same subject makes all earlier ones but the first obsolete.

    Two changes of call data are on the same subject when they carry the same attributes. That a party talks is a
    subject of its own: since when it does must not be lost, whatever it does later.
    """
    if event.event in PARTY_EVENTS:
        return _party_subjects(event)[event.talking]
    if event.event in LOGIN_EVENTS:
        return f"login|{event.dn}"
    if event.feed is Feed.VQ:
        return f"queue|{event.dn}|{event.vqid}"
    if event.feed is Feed.AGENT:
        return f"list|{event.dn}"
    if event.event == "EventCallDataChanged":
        return "data|" + ",".join(sorted(item.keys() - _PLAIN))
    return event.event

"""What `excp gateway check` sees of one feed of a gateway, and counts. No I/O. Keeps no caller's number."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.ingest.gateway_codec import Malformed, Unknown
from workers.ingest.gateway_protocol import (
    Bye,
    Error,
    Event,
    Frame,
    Registered,
    Role,
    RoleChange,
    ServerHello,
    SnapshotBegin,
    SnapshotEnd,
    Subscribed,
)
from workflows.call.tlib import FEED_OF_EVENT, PARTY_EVENTS, EventError, Feed, PartyPhase, TlibEvent
from workflows.call.tlib_reading import read_event


@dataclass
class FeedSeen:
    """One feed, as far as it was seen."""

    feed: Feed
    dns: tuple[str, ...] = ()
    """What was to be registered."""
    extensions: frozenset[str] = frozenset()
    """Whose calls are noted: the registered Extensions. Any other party's DN may be a caller's number."""
    hello: ServerHello | None = None
    role: Role | None = None
    seconds: float = 0.0
    """How long it was watched, from the subscription on."""
    ended: str | None = None
    """Why it ended before its time; None if it did not."""
    error: Error | None = None
    """The gateway's last word, if it was an error."""
    goodbye: str | None = None
    """The gateway's reason for ending in good order."""
    subscribed: bool = False
    registered: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    """By DN the gateway's reason."""
    snapshot: SnapshotEnd | None = None
    """Of the last snapshot that ended."""
    reported: int = 0
    """Events within snapshots."""
    events: Counter[str] = field(default_factory=Counter)
    """By name, those of snapshots too."""
    foreign: Counter[str] = field(default_factory=Counter)
    """Events of another feed."""
    unusable: Counter[str] = field(default_factory=Counter)
    """Events the product cannot use, by reason."""
    malformed: Counter[str] = field(default_factory=Counter)
    """Lines that are no frame, by reason."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Frames of a kind this version does not know."""
    lacking: Counter[str] = field(default_factory=Counter)
    """Events without an attribute they ought to have, by `name attribute`."""
    lists: int = 0
    """Participant lists."""
    agents: set[str] = field(default_factory=set)
    """DNs of which an AgentID was seen."""
    connected: set[str] = field(default_factory=set)
    """Those of `extensions` that had a connected party."""
    fractions: int = 0
    """Live events whose time has a fraction of a second."""
    large_fractions: int = 0
    """Those of a thousand microseconds or more."""
    clock: list[float] = field(default_factory=list)
    """Seconds by which the event time of each live event was ahead of this host's clock; the last thousand."""
    _in_snapshot: bool = False

    @property
    def live(self) -> int:
        """Events outside of snapshots."""
        return self.events.total() - self.reported

    @property
    def rate(self) -> float:
        """Live events a second."""
        return self.live / self.seconds if self.seconds else 0.0

    def take(self, item: Frame | Unknown | Malformed, now: float) -> None:
        """A frame came. `now`: seconds since 1970."""
        match item:
            case ServerHello():
                self.hello, self.role = item, item.role
            case Subscribed():
                self.subscribed = True
            case RoleChange():
                self.role = item.role
            case Registered():
                self._answer(item)
            case SnapshotBegin():
                self._in_snapshot = True
            case SnapshotEnd():
                self._in_snapshot, self.snapshot = False, item
            case Event():
                self._event(item.name, item.attributes, now)
            case Error():
                self.error = item
            case Bye():
                self.goodbye = item.reason or "no reason given"
            case Malformed():
                self.malformed[item.reason] += 1
            case Unknown():
                self.unknown[item.frame] += 1

    def _answer(self, answer: Registered) -> None:
        if answer.ok:
            self.registered.add(answer.dn)
            self.refused.pop(answer.dn, None)
        else:
            code = "" if answer.code is None else f"{answer.code} "
            self.refused[answer.dn] = f"{code}{answer.message or ''}".strip() or "no reason given"

    def _event(self, name: str, attributes: Mapping[str, Any], now: float) -> None:
        if FEED_OF_EVENT.get(name) is not self.feed:
            self.foreign[name] += 1
            return
        self.events[name] += 1
        self.reported += self._in_snapshot
        try:
            event = read_event(name, attributes, "", ())
        except EventError as error:
            self.unusable[str(error)] += 1
            return
        if not self._in_snapshot:
            self._time(event.time, now)
        self._attributes(event)

    def _time(self, time: int, now: float) -> None:
        fraction = time % 1_000_000
        self.fractions += fraction > 0
        self.large_fractions += fraction >= 1000
        self.clock.append(time / 1_000_000 - now)
        del self.clock[:-1000]

    def _attributes(self, event: TlibEvent) -> None:
        for attribute, value in _expected(event).items():
            if value is None:
                self.lacking[f"{event.event} {attribute}"] += 1
        if event.agent and event.dn:
            self.agents.add(event.dn)
        if event.event in PARTY_EVENTS and event.phase is PartyPhase.CONNECTED and event.dn in self.extensions:
            self.connected.add(event.dn)
        if event.participants is not None:
            self.lists += 1
            if any(participant.location is None for participant in event.participants):
                self.lacking[f"{event.event} LCTParty<n>_location"] += 1


def _expected(event: TlibEvent) -> dict[str, Any]:
    """What the product would do better with, though it can do without."""
    match event.event:
        case "EventCallCreated":
            return {"ConnID": event.conn, "CallType": event.call_type}
        case "EventCallPartyAdded":
            return {"DN": event.dn, "PartyState": event.state}
        case "EventCallPartyState":
            return {"PartyState": event.state}
        case "EventQueued":
            return {"VQID": event.vqid}
        case "EventDiverted":
            return {"VQID": event.vqid, "ThirdPartyDN": event.third_party_dn}
        case _:
            return {}

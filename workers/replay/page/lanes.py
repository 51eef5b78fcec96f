"""The Engage side of a call as lanes over time: a lane per party and call, and per Virtual Queue and call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workers.replay.numbers import Numbers
from workers.replay.words import call_type
from workflows.call.calls import Call, Party, Visit
from workflows.call.conversation import Conversation
from workflows.call.roles import Who, queue_id
from workflows.call.tlib import PARTY_EVENTS, Feed, PartyPhase, PartyState, TlibEvent

_PHASES = {
    PartyPhase.INITIATED: "dialing",
    PartyPhase.QUEUED: "queued",
    PartyPhase.ALERTING: "alerting",
    PartyPhase.BUSY: "failed",
    PartyPhase.CONNECTED: "connected",
    PartyPhase.CALL_PROGRESS_DETECT: "dialing",
    PartyPhase.HELD: "held",
    PartyPhase.FAILED: "failed",
}

_WHO = {
    Who.UNSEATED: "no mapped agent",
    Who.IVR: "Routing Point",
    Who.EXTERNAL: "external",
    Who.NOBODY: "not told",
}


@dataclass
class Span:
    """A stretch of a lane or bar; microseconds, `to` is None while it lasts."""

    since: int
    to: int | None
    state: str


@dataclass
class Lane:
    """One party in one call, or a call's stays on one Virtual Queue."""

    name: str
    what: str
    kind: str
    call: str
    spans: list[Span] = field(default_factory=list)
    end: str = ""

    def enter(self, time: int, state: str) -> None:
        if self.spans and self.spans[-1].to is None:
            if self.spans[-1].state == state:
                return
            self.spans[-1].to = time
        self.spans.append(Span(time, None, state))

    def leave(self, time: int, end: str) -> None:
        if self.spans and self.spans[-1].to is None:
            self.spans[-1].to = max(time, self.spans[-1].since)
            self.end = end


class Engage:
    """The lanes of a conversation, made of its TLib events in the order they came."""

    def __init__(self, conversation: Conversation, events: Iterable[TlibEvent], numbers: Numbers) -> None:
        self._conversation = conversation
        self._numbers = numbers
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._changed: dict[str, int] = {}
        for event in events:
            if event.event in PARTY_EVENTS:
                self._party(event)
            elif event.event == "EventCallDeleted":
                for (call, _), lane in self._lanes.items():
                    if call == event.call:
                        lane.leave(event.time, "")
        for visit in conversation.state.topology.visits.values():
            self._visit(visit)
        calls = list(conversation.state.topology.calls)
        ordered = [pair for pair in self._lanes.items() if pair[1].spans]
        ordered.sort(key=lambda pair: (calls.index(pair[0][0]) if pair[0][0] in calls else -1, pair[1].spans[0].since))
        self._keys = {key: position for position, (key, _) in enumerate(ordered)}
        self.lanes = [lane for _, lane in ordered]

    def of(self, event: TlibEvent) -> list[int]:
        """The positions of the lanes an event is about."""
        if event.event in PARTY_EVENTS:
            keys = [(event.call, event.party), (event.new_call, event.party)]
        elif event.feed is Feed.VQ:
            keys = [(event.call, f"{event.site} {event.dn}")]
        elif event.feed is Feed.AGENT:
            return [place for place, lane in enumerate(self.lanes) if lane.name == self._numbers.dn(event.dn)]
        else:
            return [place for place, lane in enumerate(self.lanes) if lane.call == event.call]
        return [self._keys[call, what] for call, what in keys if call and what and (call, what) in self._keys]

    def notes(self, call: Call) -> Iterator[str]:
        """What joins a call to others."""
        if call.orig_call:
            yield f"consult of {call.orig_call}"
        if call.ref_call:
            yield f"merged into {call.ref_call}"
        if call.links:
            yield "IS-Link"
        if call.supervisors:
            yield f"supervised by {', '.join(self._numbers.dn(dn) or '' for dn in call.supervisors)}"

    def title(self, call: Call) -> str:
        return " · ".join(filter(None, [call_type(call.call_type), call.site, call.uuid, *self.notes(call)]))

    def _party(self, event: TlibEvent) -> None:
        call, uuid = event.call or "", event.party or ""
        party = self._conversation.state.topology.parties.get(uuid)
        if party is None or event.time < self._changed.get(uuid, 0):
            return
        self._changed[uuid] = event.time
        lane = self._lane(call, party)
        if event.event == "EventCallPartyDeleted":
            lane.enter(event.time, lane.spans[-1].state if lane.spans else "present")
            lane.leave(event.time, event.cause or "")
        elif event.event == "EventCallPartyMoved" and event.new_call is not None:
            lane.leave(event.time, "moved")
            self._lane(event.new_call, party).enter(event.time, _state(event, lane))
        else:
            lane.enter(event.time, _state(event, lane))

    def _lane(self, call: str, party: Party) -> Lane:
        key = (call, party.uuid)
        if key not in self._lanes:
            who = self._conversation.scene.identity(party)
            what = f"agent {who.name}" if who.who is Who.USER else _WHO[who.who]
            self._lanes[key] = Lane(self._numbers.dn(party.dn) or "(no DN)", what, who.who.value, call)
        return self._lanes[key]

    def _visit(self, visit: Visit) -> None:
        if visit.queued_at is None:
            return
        key = (visit.call, f"{visit.site} {visit.vq}")
        if key not in self._lanes:
            mapped = queue_id(visit, self._conversation.directory) is not None
            what = "Virtual Queue" if mapped else "Virtual Queue, not mapped"
            self._lanes[key] = Lane(visit.vq, what, "queue" if mapped else "nobody", visit.call)
        lane = self._lanes[key]
        lane.enter(visit.queued_at, "queued")
        if visit.left_at is not None:
            lane.leave(visit.left_at, f"→ {self._numbers.dn(visit.to)}" if visit.to else "taken off")


def _state(event: TlibEvent, lane: Lane) -> str:
    """A party's state in one word; one that says nothing leaves it as it was."""
    state = event.state or 0
    if state & PartyState.AUDIT:
        return "supervising"
    if state & PartyState.TREATMENT:
        return "treatment"
    if state & PartyState.ROUTING:
        return "routing"
    if state & PartyState.DIALING:
        return "dialing"
    before = lane.spans[-1].state if lane.spans else "present"
    return _PHASES.get(event.phase, before) if event.phase is not None else before

"""The Engage side of a conversation: its calls, their parties and Virtual Queue visits, as the events tell them.

Party events win over participant lists. They say who is in a call, since when, and what it does, each for one party
and in order; a list (EventUserEvent) names DNs without PartyUUID or times, comes late and again, from another feed,
and only while a logged-in agent talks. So a list adds nobody and takes nobody away. What a list alone may know is who
supervises: its LCTSupervisor keys count as much as a party's Audit bit, and neither takes back what the other has
shown.

Nothing here knows what EX is. Events may come in any order between feeds and may repeat: an event that repeats
what is known changes nothing, and of one server an event older than the last one of a party never changes it back
(architecture.md, Call workflow).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.call.calls import Call, Elsewhere, Party, Visit
from workflows.call.tlib import LOGIN_EVENTS, PARTY_EVENTS, CallType, Feed, PartyPhase, PartyState, TlibEvent

_TALKING = (PartyPhase.CONNECTED, PartyPhase.HELD)


@dataclass(slots=True)
class Topology:
    """All calls of one conversation."""

    calls: dict[str, Call] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
    """By PartyUUID of an agent's party: the other main call in which the agent talks since before."""

    def apply(self, event: TlibEvent) -> None:
        """Take over what an event says."""
        if event.event in LOGIN_EVENTS or event.call is None:
            self._seat(event)
            return
        call = self._call(event)
        if event.feed is Feed.VQ:
            self._visit(event)
        elif event.feed is Feed.AGENT:
            self._seat(event)
            call.supervisors += [dn for dn in event.supervisors if dn not in call.supervisors]
        elif event.event in PARTY_EVENTS:
            self._party(event)
        elif event.event == "EventCallDeleted":
            self._deleted(call, event)
        else:
            self._data(call, event)

    def lose(self, uuid: str, at: int) -> None:
        """End a call whose end was not reported, with all that was in it."""
        call = self.calls.get(uuid)
        if call is None or not call.live:
            return
        call.ended_at, call.lost = max(at, call.seen), True
        for party in self.parties_of(call):
            if party.live:
                party.gone_at, party.with_call = max(at, party.added), True
        for visit in self.visits_of(call):
            if visit.live:
                visit.left_at = max(at, visit.queued_at or 0)

    def parties_of(self, *calls: Call) -> Iterator[Party]:
        uuids = {call.uuid for call in calls}
        return (party for party in self.parties.values() if party.call in uuids)

    def visits_of(self, *calls: Call) -> Iterator[Visit]:
        uuids = {call.uuid for call in calls}
        return (visit for visit in self.visits.values() if visit.call in uuids and visit.queued_at is not None)

    def _call(self, event: TlibEvent) -> Call:
        assert event.call is not None
        call = self.calls.get(event.call)
        if call is None:
            call = self.calls[event.call] = Call(event.call, event.site, event.time)
            call.conn, call.call_type = event.conn, event.call_type
        return call

    def _data(self, call: Call, event: TlibEvent) -> None:
        if event.event == "EventCallCreated" and call.created is None:
            call.created, call.site = event.time, event.site
        for name in ("conn", "orig_call", "ani", "dnis", "dialed"):
            if getattr(call, name) is None:
                setattr(call, name, getattr(event, name))
        if call.call_type is None or call.call_type == CallType.UNKNOWN:
            call.call_type = event.call_type
        if not set(event.links) <= set(call.links):
            call.links, call.linked_at = sorted({*call.links, *event.links}), max(call.linked_at, event.time)
        for key, value in event.user_data.items():
            known = call.user_data.get(key)
            if known is None or (known[0] != value and known[1] <= event.time):
                call.user_data[key] = (value, event.time)

    def _deleted(self, call: Call, event: TlibEvent) -> None:
        if call.ended_at is not None:
            return
        call.ended_at, call.ref_call, call.ctrl = event.time, event.ref_call, event.ctrl
        for party in list(self.parties_of(call)):
            if party.live:
                party.gone_at, party.with_call = max(event.time, party.added), True
                party.ctrl = party.ctrl or event.ctrl

    def _party(self, event: TlibEvent) -> None:
        assert event.party is not None
        assert event.call is not None
        party = self.parties.get(event.party)
        if party is None:
            party = Party(event.party, event.call, event.site, event.dn, event.time, event.time, origin=event.call)
            self.parties[event.party] = party
            self._enter_call(party, event.call, event.time)
        party.dn = party.dn or event.dn
        party.agent = event.agent if party.agent is None else party.agent
        party.audit = party.audit or event.audit
        moves_to = event.new_call if event.event == "EventCallPartyMoved" else None
        known_gone = not party.live and not (party.with_call and moves_to)
        if known_gone or event.time < party.changed:
            return
        party.changed = event.time
        if moves_to is not None:
            self._enter_call(party, moves_to, event.time)
        if event.event == "EventCallPartyDeleted":
            party.gone_at, party.cause, party.ctrl = event.time, event.cause, event.ctrl
        else:
            _enter_phase(party, event)

    def _enter_call(self, party: Party, uuid: str, at: int) -> None:
        """It is in a call from now on; in one that has ended it goes at once."""
        call = self.calls.get(uuid)
        ended = call.ended_at if call is not None else None
        party.call, party.joined = uuid, at
        party.gone_at, party.with_call = (None, False) if ended is None else (max(ended, at), True)

    def _visit(self, event: TlibEvent) -> None:
        assert event.call is not None
        assert event.dn is not None
        key = self._visit_key(event)
        visit = self.visits.get(key)
        if visit is None:
            visit = self.visits[key] = Visit(key, event.call, event.site, event.dn)
        if event.event == "EventQueued":
            visit.queued_at = visit.queued_at or event.time
        elif visit.left_at is None:
            visit.left_at = event.time
            visit.to = event.third_party_dn if event.event == "EventDiverted" else None
        else:
            visit.to = visit.to or event.third_party_dn

    def _visit_key(self, event: TlibEvent) -> str:
        """VQID pairs Queued and Diverted; without one the newest visit of that VQ which is still open is meant."""
        if event.vqid is not None:
            return f"{event.dn} {event.vqid}"
        known = [v for v in self.visits.values() if v.vq == event.dn and v.call == event.call and v.site == event.site]
        of_call = f"{event.site} {event.call} {event.dn}"
        if event.event == "EventQueued":
            same = next((v for v in known if v.queued_at == event.time), None)
            return same.id if same else f"{of_call} #{len(known)}"
        open_visits = [v for v in known if v.live]
        return open_visits[-1].id if open_visits else (known[-1].id if known else f"{of_call} #0")

    def _seat(self, event: TlibEvent) -> None:
        """Whoever is logged in on a DN is in the calls of that DN."""
        if event.event == "EventAgentLogout":
            return
        for party in self.parties.values():
            if party.live and party.dn == event.dn and party.site == event.site:
                party.agent = event.agent if party.agent is None else party.agent


def _enter_phase(party: Party, event: TlibEvent) -> None:
    phase = event.phase
    if phase is None:
        return
    assert event.state is not None
    first, party.phase = party.phase is None, phase
    party.dialing = party.dialing or bool(event.state & PartyState.DIALING) or phase == PartyPhase.INITIATED
    if phase == PartyPhase.ALERTING and party.alerting_at is None:
        party.alerting_at = event.time
    if phase in _TALKING and party.answered_at is None and not event.state & PartyState.DIALING:
        party.answered_at = party.added if first and party.moved else event.time

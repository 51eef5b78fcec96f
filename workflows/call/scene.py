"""Both sides of a conversation in one view: who of the Engage parties is which EX communication, and what waits.

The rules (opening, main line, consult, violations) are functions of a Scene. They look at what stands now, never
at a single event, so that the order of events between feeds does not matter. A rule that must wait asks `due`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workflows.call.communications import Communication, Kind, Line, Told
from workflows.call.directory import Directory, Role
from workflows.call.encoding import Disconnect, Encoder
from workflows.call.roles import Identity, Who, identify, queue_id
from workflows.call.rules import Rule
from workflows.call.tlib import CallType
from workflows.call.topology import Call, Elsewhere, Party, Topology, Visit

SECOND = 1_000_000
"""Microseconds."""
SKEW = 2 * SECOND
"""How far the clocks of two servers may be apart."""


@dataclass(frozen=True)
class Options:
    """What a customer may set; seconds (flows.md, What waits)."""

    ivr_after: float = 1.0
    settle: float = 3.0
    linger: float = 10.0
    wrapup_window: float = 30.0
    user_data_key: str = "DispositionCode"


@dataclass(frozen=True)
class Newcomer:
    """A party in the call that no communication stands for yet."""

    party: Party
    who: Identity

    @property
    def kind(self) -> Kind:
        return Kind.USER if self.who.who is Who.USER else Kind.PHONE


class Scene:
    """The state of one conversation and the questions the rules ask of it."""

    def __init__(self, root: str, options: Options, directory: Directory, topology: Topology, told: Told) -> None:
        self.root = root
        self.options = options
        self.directory = directory
        self.topology = topology
        self.told = told
        self.tell = Encoder(root, told)
        self.now = 0
        self.waits: list[int] = []

    def due(self, since: int, seconds: float) -> bool:
        """True when that much event time has passed; else the wait is noted and ends by itself later."""
        end = since + round(seconds * SECOND)
        if self.now >= end:
            return True
        self.waits.append(end)
        return False

    def settled(self, since: int) -> bool:
        return self.due(since, self.options.settle)

    # Engage side

    def root_call(self) -> Call | None:
        calls = self.topology.calls
        return calls.get(self.root) or next(iter(calls.values()), None)

    def calls(self, line: Line | None = None) -> list[Call]:
        """The calls of a line: a consult call with its legs on other sites, else the calls that are no consult."""
        if line is None or line.call is None:
            return self.topology.main_calls()
        return self.topology.with_legs(self.topology.calls[line.call])

    def parties_on(self, line: Line | None = None) -> list[Party]:
        """The parties of a line's calls, gone ones too, in order of arrival."""
        return sorted(self.topology.parties_of(*self.calls(line)), key=_added)

    def visits_on(self, line: Line | None = None) -> list[Visit]:
        """A line's stays on mapped Virtual Queues, in order."""
        return self.mapped(self.topology.visits_of(*self.calls(line)))

    def mapped(self, visits: Iterable[Visit]) -> list[Visit]:
        known = [visit for visit in visits if queue_id(visit, self.directory) is not None]
        return sorted(known, key=lambda visit: visit.queued_at or 0)

    def identity(self, party: Party) -> Identity:
        call = self.topology.calls.get(party.call)
        way = call is not None and bool(call.links) and self._is_way(party, call)
        return identify(party, call, self.directory, way)

    def _is_way(self, party: Party, call: Call) -> bool:
        """Whether a party of a linked call only stands for the way to the other site (flows.md, Who is who, 5).

        On the later call that is its caller, unless it is the caller's own number; on the earlier one whoever was
        called nearest to the later one's begin. While the other side is unknown nobody can tell, for a while.
        """
        if self.told.of_party(party.uuid) is not None or not self._is_outside(party, call):
            return False
        legs = self.topology.legs(call)
        if not legs:
            return not self.settled(max(call.seen, party.added))
        outside = sorted((p for p in self.topology.parties_of(call) if self._is_outside(p, call)), key=_added)
        is_leg = any(leg.seen < call.seen for leg in legs)
        if is_leg and party is outside[0]:
            return party.dn is None or party.dn != self.ani
        called = outside[1:] if is_leg or call.call_type == CallType.INBOUND else outside
        begins = [leg.seen for leg in legs if leg.seen >= call.seen]
        return any(party is min(called, key=lambda p: abs(p.added - begin), default=None) for begin in begins)

    def _is_outside(self, party: Party, call: Call) -> bool:
        return identify(party, call, self.directory).who is Who.EXTERNAL

    @property
    def ani(self) -> str | None:
        root = self.root_call()
        return root.ani if root else None

    def place(self, party: Party) -> str:
        """Where a party is, for people; an external party's number is personal and left out."""
        if party.dn is None or self.identity(party).who is Who.EXTERNAL:
            return f"(a number) at {party.site}"
        return f"{party.dn} at {party.site}"

    def elsewhere(self, party: Party) -> Elsewhere | None:
        """The other main call in which an agent talks since before; none when nobody but the agent counts in it (a
        nailed-up line)."""
        other = self.topology.elsewhere.get(party.uuid)
        if other is None or self.identity(party).who is not Who.USER:
            return None
        others = (Party(dn, other.call, other.site, dn, added=0, changed=0) for dn in other.dns)
        return other if any(self.identity(each).who is not Who.NOBODY for each in others) else None

    def busy_elsewhere(self, party: Party) -> bool:
        """An agent of whom nothing is told here because of another main call: while it only rings here, and when it
        has answered or dialled until it is sure that the other call is over."""
        other = self.elsewhere(party)
        return other is not None and (party.busy_since is None or other.sure or not self.settled(party.busy_since))

    def newcomers(self, parties: Iterable[Party]) -> list[Newcomer]:
        """Agents, then external parties, that no communication stands for, in order.

        A number that has gone again while it was waited for an IS-Link is still one.
        """
        found = []
        for party in parties:
            if party.audit or self.told.of_party(party.uuid) is not None or self.busy_elsewhere(party):
                continue
            who = self.identity(party)
            waited = who.who is Who.EXTERNAL and self.now <= party.added + round(self.options.settle * SECOND)
            if who.who in (Who.USER, Who.EXTERNAL) and (party.live or waited):
                found.append(Newcomer(party, who))
        return sorted(found, key=lambda newcomer: newcomer.kind is Kind.PHONE)

    def routing_points(self, line: Line | None = None) -> list[Party]:
        """Living Routing Point parties of a line."""
        return [p for p in self.parties_on(line) if p.live and self.identity(p).who is Who.IVR]

    def delivered(self, visit: Visit) -> bool:
        """True when a visit ended with a delivery to somebody, not to another queue or a Routing Point."""
        if visit.to is None:
            return False
        return self.directory.dn(visit.site, visit.to).role not in (Role.VIRTUAL_QUEUE, Role.ROUTING_POINT)

    def over(self, line: Line | None = None) -> bool:
        """True when every call of a line has ended."""
        return all(not call.live for call in self.calls(line))

    @property
    def direction(self) -> int:
        """The root call's CallType; inferred from who was there first when the server does not say."""
        root = self.root_call()
        if root is not None and root.call_type in (CallType.INTERNAL, CallType.INBOUND, CallType.OUTBOUND):
            return int(root.call_type)
        parties = [p for p in self.parties_on() if self.identity(p).who in (Who.USER, Who.EXTERNAL)]
        if not parties or self.identity(parties[0]).who is Who.EXTERNAL:
            return CallType.INBOUND
        external = any(self.identity(p).who is Who.EXTERNAL for p in parties[1:])
        return CallType.OUTBOUND if external else CallType.INTERNAL

    # Both sides

    def adopt(self) -> None:
        """A party of somebody who is told already belongs to that communication (an agent on a second DN, in the
        consult call, or with a phone that registered again)."""
        for party in self.topology.parties.values():
            if not party.live or party.audit or self.told.of_party(party.uuid):
                continue
            who = self.identity(party)
            kinds = {Who.USER: (Kind.USER,), Who.IVR: (Kind.IVR,), Who.EXTERNAL: (Kind.EXTERNAL, Kind.PHONE)}
            for kind in kinds.get(who.who, ()):
                known = self.told.live_with_key(kind, who.key)
                if known is not None:
                    known.parties.append(party.uuid)
                    break
        self._adopt_caller()
        for visit in self.topology.visits.values():
            queue = self.told.live_with_key(Kind.QUEUE, visit_key(visit))
            if queue is not None and visit.id not in queue.parties and visit.queued_at is not None:
                queue.parties.append(visit.id)

    def _caller(self) -> Communication | None:
        return self.told.on(self.told.main) if self.told.main is not None else None

    def carried_on(self) -> Party | None:
        """The party of another site's living call that may carry the caller, whose own leg has ended (REFER, 302)."""
        caller = self._caller()
        if caller is None or caller.kind is not Kind.EXTERNAL or not caller.live or self.gone_at(caller) is None:
            return None
        for call in self.topology.main_calls():
            outside = sorted((p for p in self.topology.parties_of(call) if self._is_outside(p, call)), key=_added)
            if call.live and self.topology.legs(call) and outside and outside[0].live:
                return outside[0]
        return None

    def _adopt_caller(self) -> None:
        """A caller whose leg has ended goes on in the other site's call: at once as a party of its own there; what
        stands for the way between the sites carries the caller only when it stays."""
        party, caller = self.carried_on(), self._caller()
        if party is None or caller is None:
            return
        if self.identity(party).who is Who.EXTERNAL or self.settled(self.gone_at(caller) or 0):
            caller.parties.append(party.uuid)

    def parties(self, who: Communication) -> Iterator[Party]:
        known = self.topology.parties
        return (known[uuid] for uuid in who.parties if uuid in known)

    def visits(self, queue: Communication) -> Iterator[Visit]:
        known = self.topology.visits
        return (known[uuid] for uuid in queue.parties if uuid in known)

    def gone_at(self, who: Communication) -> int | None:
        """When the last of its parties went; None while one is there."""
        if who.kind is Kind.QUEUE:
            left = [visit.left_at for visit in self.visits(who)]
        else:
            left = [party.gone_at for party in self.parties(who)]
        return None if not left or None in left else max(at for at in left if at is not None)

    def answered_at(self, who: Communication) -> int | None:
        return min((p.answered_at for p in self.parties(who) if p.answered_at is not None), default=None)

    def held_at(self, who: Communication) -> tuple[bool, int] | None:
        """Whether it is on hold (in the main call, if it is in one), and since when."""
        main = {call.uuid for call in self.topology.main_calls()}
        parties = list(self.parties(who))
        relevant = [p for p in parties if p.call in main] or parties
        living = [p for p in relevant if p.live and p.answered_at is not None]
        return (all(p.held for p in living), max(p.changed for p in living)) if living else None

    def failed(self, who: Communication) -> bool:
        """Busy, rejected or unreachable."""
        return any(party.failed for party in self.parties(who))

    def released(self, who: Communication) -> bool | None:
        """Whether it is named as the one that hung up; None when nobody is named."""
        return None if self._ctrl(who) is None else self.released_by(who, who)

    def released_by(self, who: Communication, by: Communication) -> bool:
        """Whether somebody is named as the one that made it leave."""
        ctrl = self._ctrl(who)
        return ctrl is not None and any(ctrl in (party.uuid, party.dn) for party in self.parties(by))

    def _ctrl(self, who: Communication) -> str | None:
        last, call = self._gone_last(who)
        return (last.ctrl if last else None) or (call.ctrl if call else None)

    def _gone_last(self, who: Communication) -> tuple[Party | None, Call | None]:
        """The party of it that went last, and the call it was in."""
        gone = (party for party in self.parties(who) if party.gone_at is not None)
        last = max(gone, key=lambda party: party.gone_at or 0, default=None)
        return last, self.topology.calls.get(last.call) if last else None

    def hung_up(self, who: Communication) -> Disconnect:
        """How it left: itself, with the others, or because the ring led to nothing (flows.md, disconnectType)."""
        if who.kind is Kind.QUEUE:
            return "Peer"
        _, call = self._gone_last(who)
        if call is not None and call.lost:
            return "System"
        if who.alerting and self.failed(who):
            return "Error"
        released = self.released(who)
        if released is not None:
            return "Self" if released else "Peer"
        if who.alerting:
            return "System"
        talked = (c for c in self.told.communications.values() if not c.live and not c.alerting)
        first = all(c.disconnect not in ("Self", "Peer") for c in talked)
        return "Self" if first else "Peer"

    # Telling

    def note(self, rule: Rule) -> None:
        """Name the rule that tells what is told next."""
        self.tell.rule = rule

    def communication(self, kind: Kind, who: Identity, parties: list[Party], since: int) -> Communication:
        """A new communication for these parties, not told yet."""
        number = parties[0].dn if kind is Kind.PHONE else None
        new_id = self.tell.new_id("communication", kind, who.key)
        made = Communication(new_id, kind, who.key, who.name, since, user_id=who.user_id, number=number)
        made.parties = [party.uuid for party in parties]
        return made

    def queue(self, visit: Visit, since: int) -> Communication:
        """A new queue communication for a visit, not told yet."""
        key = visit_key(visit)
        made = Communication(self.tell.new_id("communication", Kind.QUEUE, key), Kind.QUEUE, key, visit.vq, since)
        made.queue_id = queue_id(visit, self.directory)
        made.parties = [visit.id]
        return made

    def establish(self, at: int, who: Communication, invited_by: str | None) -> None:
        """Tell that somebody joined."""
        direction = self.direction
        inbound = direction == CallType.INBOUND or (direction == CallType.INTERNAL and self.told.opened)
        self.tell.established(
            at,
            who,
            inbound=inbound and who.kind is not Kind.PHONE,
            invited_by=invited_by,
            info=self._info(who),
        )

    def _info(self, who: Communication) -> dict[str, str]:
        """Where it stands in Engage, for diagnosis."""
        known = self.topology
        place = next(iter(self.parties(who)), None) or next(iter(self.visits(who)), None)
        if place is None:
            return {}
        call = known.calls.get(place.call)
        info = {"site": place.site}
        if call is not None and call.conn is not None:
            info["connId"] = call.conn
        if isinstance(place, Visit):
            info["dn"] = place.vq
        elif who.kind in (Kind.USER, Kind.IVR) and place.dn is not None:
            info["dn"] = place.dn
        return info


def _added(party: Party) -> int:
    return party.added


def visit_key(visit: Visit) -> str:
    return f"queue {visit.site} {visit.vq}"

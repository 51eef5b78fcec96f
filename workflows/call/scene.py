"""Both sides of a conversation in one view: who of the Engage parties is which EX communication, and what waits.

The rules (opening, main line, consult, violations) are functions of a Scene. They look at what stands now, never
at a single event, so that the order of events between feeds does not matter. A rule that must wait asks `due`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workflows.call.calls import SKEW, Call, Elsewhere, Party, Visit
from workflows.call.communications import Communication, Kind, Line, Told
from workflows.call.directory import Directory, Role
from workflows.call.encoding import Encoder
from workflows.call.legs import Legs
from workflows.call.roles import Identity, Who, identify, queue_id
from workflows.call.rules import Rule
from workflows.call.tlib import CallType
from workflows.call.topology import Topology
from workflows.call.ways import Ways

SECOND = 1_000_000
"""Microseconds."""


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
        self.legs = Legs(topology)
        self.ways = Ways(self.legs, directory)
        self.now = 0
        self.waits: list[int] = []

    def look(self, now: int) -> None:
        """Look at what stands at that event time."""
        self.now, self.waits = now, []
        self.legs.refresh()
        self.ways.refresh()

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

    def first_call(self) -> Call | None:
        """The root; by the servers' clocks a leg on another site may be that and yet come from another call."""
        calls = self.topology.calls
        return self.ways.first(self.legs.main) or calls.get(self.root) or next(iter(calls.values()), None)

    def calls(self, line: Line | None = None) -> list[Call]:
        """The calls of a line: a consult call with its legs on other sites, else the calls that are no consult."""
        if line is None or line.call is None:
            return self.legs.main
        return self.legs.consult(line.call)

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
        return identify(party, self.topology.calls.get(party.call), self.directory, self._is_way(party))

    def _is_way(self, party: Party) -> bool:
        """Whether a party only stands for the way to another site; while the other side of its call's link is unknown
        nobody can tell, for a while."""
        call = self.topology.calls.get(party.call)
        if call is None or not self.legs.linked or self.told.of_party(party.uuid) is not None:
            return False
        if not self.ways.is_outside(party):
            return False
        if call.links and not self.legs.of(call):
            return not self.settled(max(call.linked_at, party.added))
        return self.ways.is_way(party, self.ani)

    def stands_for_way(self, who: Communication) -> bool:
        """Whether somebody who was told has turned out to be the way to another site: its IS-Link came late, and its
        call began with them."""
        parties = list(self.parties(who))
        return who.live and bool(parties) and all(self._was_way(party) for party in parties)

    def _was_way(self, party: Party) -> bool:
        call = self.topology.calls.get(party.call)
        legs = self.legs.of(call) if call is not None else []
        at_once = any(abs(party.added - leg.begun) <= SKEW for leg in legs)
        return at_once and self.ways.is_way(party, self.ani)

    @property
    def ani(self) -> str | None:
        """The caller's number, as the first site's call has it."""
        first = self.first_call()
        return first.ani if first else None

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

        A number that has gone again while it was waited for an IS-Link is still one. Whoever was first heard of as
        they moved here tells a little later whether they ring or talk.
        """
        found = []
        for party in parties:
            if party.audit or self.told.of_party(party.uuid) is not None or self.busy_elsewhere(party):
                continue
            if party.moved and party.phase is None and not self.settled(party.joined):
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
        """True when every call of a line has ended; of a consult, when the consult call itself has."""
        calls = self.calls() if line is None or line.call is None else [self.topology.calls[line.call]]
        return all(not call.live for call in calls)

    @property
    def direction(self) -> int:
        """The first call's CallType; inferred from who was there first when the server does not say."""
        first = self.first_call()
        if first is not None and first.call_type in (CallType.INTERNAL, CallType.INBOUND, CallType.OUTBOUND):
            return int(first.call_type)
        parties = [p for p in self.parties_on() if self.identity(p).who in (Who.USER, Who.EXTERNAL)]
        parties.sort(key=lambda party: party.moved)  # whoever came from another call came last
        if not parties or self.identity(parties[0]).who is Who.EXTERNAL:
            return CallType.INBOUND
        external = any(self.identity(p).who is Who.EXTERNAL for p in parties[1:])
        return CallType.OUTBOUND if external else CallType.INTERNAL

    # Both sides

    def parties(self, who: Communication) -> Iterator[Party]:
        known = self.topology.parties
        return (known[uuid] for uuid in who.parties if uuid in known)

    def visits(self, queue: Communication) -> Iterator[Visit]:
        known = self.topology.visits
        return (known[uuid] for uuid in queue.parties if uuid in known)

    def gone_at(self, who: Communication, line: Line | None = None) -> int | None:
        """When the last of its parties went, on a line when it has any there; None while one is there."""
        if who.kind is Kind.QUEUE:
            left = [visit.left_at for visit in self.visits(who)]
        else:
            left = [party.gone_at for party in self._parties_on(line, who)]
        return None if not left or None in left else max(at for at in left if at is not None)

    def _parties_on(self, line: Line | None, who: Communication) -> list[Party]:
        parties = list(self.parties(who))
        calls = {call.uuid for call in self.calls(line)} if line is not None else set()
        return [party for party in parties if party.call in calls] or parties

    def answered_at(self, who: Communication) -> int | None:
        return min((p.answered_at for p in self.parties(who) if p.answered_at is not None), default=None)

    def held_at(self, who: Communication) -> tuple[bool, int] | None:
        """Whether it is on hold (in the main call, if it is in one), and since when."""
        main = {call.uuid for call in self.legs.main}
        parties = list(self.parties(who))
        relevant = [p for p in parties if p.call in main] or parties
        living = [p for p in relevant if p.live and p.answered_at is not None]
        return (all(p.held for p in living), max(p.changed for p in living)) if living else None

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

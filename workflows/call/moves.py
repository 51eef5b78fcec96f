"""How a call goes from hand to hand (flows.md, Moves and What waits).

A line has an *object*, the communication that stays (the caller; in a consult the agent who consults), and a *holder*
who has it now. A move offers the object to somebody else and is reached when they answer. The main line and the line of
a consult move by the same rules.
"""

from workflows.call.calls import SKEW, Party, Visit
from workflows.call.communications import Communication, Kind, Line, Offer, Transfer
from workflows.call.encoding import MOVED_TO
from workflows.call.hangups import failed, released_by
from workflows.call.rules import Rule
from workflows.call.scene import SECOND, Newcomer, Scene, visit_key


class Moves:
    """The moves of one line. `hurried`: nothing is waited for any more, the call is over."""

    def __init__(self, scene: Scene, line: Line, *, hurried: bool = False) -> None:
        self.scene = scene
        self.line = line
        self.hurried = hurried

    def next(self) -> bool:
        """Tell the next move, or the end of one. False when there is nothing to tell now."""
        return self.way_over() or self.ring_over() or self._next_queue() or self.next_party() or self._next_ivr()

    @property
    def object(self) -> Communication:
        return self.scene.told.on(self.line)

    @property
    def holder(self) -> Communication | None:
        """Who has the object; None when it is with nobody."""
        holder = self.scene.told.get(self.line.holder)
        return holder if holder is not None and holder.live else None

    @property
    def free(self) -> bool:
        """The call may move on: it is with nobody, in the IVR, or whoever had it has gone."""
        holder = self.holder
        return holder is None or holder.kind is Kind.IVR or self._left(holder) is not None

    def _left(self, holder: Communication) -> int | None:
        """When it let the call go; it may still be in a consult call."""
        return self.scene.gone_at(holder, self.line)

    def way_over(self) -> bool:
        """A number that was told turns out to be the way to another site: it never was anybody."""
        offer, scene = self.line.offer, self.scene
        way = scene.told[offer.target] if offer is not None else self.holder
        if way is None or not scene.stands_for_way(way):
            return False
        self.not_reached(way.since)
        if way.live:
            scene.note(Rule.NO_NUMBER)
            scene.tell.ended(way.since, way, "System")
            self.line.holder = None
        return True

    # A ring

    def ring_over(self) -> bool:
        """A ring that was told: answered, or not, or somebody else answered."""
        offer, scene = self.line.offer, self.scene
        if offer is None:
            return False
        target = scene.told[offer.target]
        answered = scene.answered_at(target)
        if answered is not None:
            self._reached(offer, target, answered)
            return True
        rival = self.talking_newcomer()
        if rival is not None and rival.party.answered_at is not None:
            self.not_reached(rival.party.answered_at)
            self._move(self.holder, rival, rival.party.answered_at, talking=True)
            return True
        gone = scene.gone_at(target)
        if gone is None or not (self.hurried or self.came_after(gone) or scene.settled(gone)):
            return False
        self.not_reached(gone)
        return True

    def talking_newcomer(self) -> Newcomer | None:
        """Who talks on the line without being told: while somebody rings, another one who answered. A number only
        when no IS-Link came for it."""
        talking = (n for n in self.newcomers() if n.party.answered_at is not None)
        return next((n for n in talking if n.kind is Kind.USER or self._waited(n.party.added)), None)

    def cancel(self, hung_up: int | None) -> None:
        """The call ends while the target of a move rings: canceled when the ring ended with it, else not reached."""
        offer, scene = self.line.offer, self.scene
        if offer is None:
            return
        target = scene.told[offer.target]
        gone = scene.gone_at(target)
        before = gone is not None and hung_up is not None and gone + SECOND < hung_up
        if before or failed(scene, target):
            self.not_reached(gone or hung_up or scene.now)
            return
        at = min((time for time in (hung_up, gone) if time is not None), default=scene.now)
        scene.note(Rule.CANCELED)
        scene.tell.ended(at, target, "Peer")
        scene.tell.end_transfer(at, offer.transfer, "Canceled")
        self.line.offer = None

    def _reached(self, offer: Offer, target: Communication, at: int) -> None:
        scene = self.scene
        source = scene.told.get(offer.transfer.source) if offer.transfer else None
        scene.note(Rule.REACHED)
        scene.tell.answered(at, target)
        scene.tell.end_transfer(at, offer.transfer, "Completed")
        if source is not None and source.live:
            scene.tell.ended(at, source, MOVED_TO[target.kind])
        self.line.offer, self.line.holder = None, target.id

    def not_reached(self, at: int) -> None:
        """The ring that was told led to nothing."""
        offer, scene = self.line.offer, self.scene
        if offer is None:
            return
        target = scene.told[offer.target]
        source = scene.told.get(offer.transfer.source) if offer.transfer else None
        scene.note(Rule.NOT_REACHED)
        called_off = released_by(scene, target, self.object)
        scene.tell.ended(at, target, "Error" if failed(scene, target) else "Peer" if called_off else "System")
        scene.tell.end_transfer(at, offer.transfer, "Failed")
        if target.kind is Kind.PHONE and source is not None and source.kind is not Kind.USER and not self.line.call:
            scene.told.moves.pop()  # an overflow that reached nobody is no flow of its own
        self.line.offer = None

    def came_after(self, gone: int) -> bool:
        """The call lives on: it went to a queue, a Routing Point or somebody else at that time."""
        return (
            any(v.live and (v.queued_at or 0) >= gone - SKEW for v in self.scene.visits_on(self.line))
            or any(p.added >= gone for p in self.scene.routing_points(self.line))
            or any(newcomer.party.live for newcomer in self.newcomers())
        )

    # To a queue

    def _next_queue(self) -> bool:
        """The call comes to a queue: from the IVR, from an agent who let it go, or from another queue."""
        holder = self.holder
        if self.line.offer is not None or not self.object.live:
            return False
        if holder is not None and holder.kind is Kind.QUEUE:
            return self._queue_to_queue(holder)
        if not self.free:
            return False
        since = holder.since - SKEW if holder is not None and holder.kind is not Kind.IVR else 0
        waiting = [v for v in self.scene.visits_on(self.line) if v.live and (v.queued_at or 0) >= since]
        if not waiting:
            return False
        self._enter_queue(Rule.TO_QUEUE, holder, waiting[0], waiting[0].queued_at or 0)
        return True

    def _queue_to_queue(self, holder: Communication) -> bool:
        """Off this queue and on another: one after the other at once; a parallel one only when no delivery follows."""
        scene = self.scene
        left = scene.gone_at(holder)
        other = next((visit for visit in scene.visits_on(self.line) if visit.live), None)
        if left is None or other is None or other.queued_at is None:
            return False
        here = {newcomer.party.dn for newcomer in self.newcomers()}
        if any(visit.to in here for visit in scene.visits(holder)):
            return False  # it delivers to somebody who is there: they come first
        if other.queued_at < left:
            delivered = any(scene.delivered(visit) and visit.left_at == left for visit in scene.visits(holder))
            if delivered or not scene.settled(left):
                return False
        self._enter_queue(Rule.QUEUE_TO_QUEUE, holder, other, max(other.queued_at, left))
        return True

    def _enter_queue(self, rule: Rule, holder: Communication | None, visit: Visit, at: int) -> None:
        scene = self.scene
        scene.note(rule)
        queue = scene.queue(visit, at)
        transfer = self._transfer(at, holder, queue) if holder is not None else None
        scene.establish(at, queue, invited_by=self.line.object)
        if holder is not None and transfer is not None:
            scene.tell.progress(at, transfer, queue)
            scene.tell.end_transfer(at, transfer, "Completed")
            scene.tell.ended(self._left(holder) or at, holder, MOVED_TO[Kind.QUEUE])
        self.line.holder = queue.id

    # To an agent or a number

    def next_party(self) -> bool:
        """An agent or a number rings or talks: a move from whoever has the call."""
        holder = self.holder
        if self.line.offer is not None or not self.object.live:
            return False
        newcomer = self.talking_newcomer() or next(iter(self.newcomers()), None)
        if newcomer is None or not (newcomer.kind is Kind.USER or self._waited(newcomer.party.added)):
            return False
        if holder is not None and holder.kind is Kind.QUEUE:
            return self._deliver(holder, newcomer)
        if not self.free:
            return False
        self._move(holder, newcomer, newcomer.party.added)
        return True

    def newcomers(self) -> list[Newcomer]:
        """Who is on the line without being told."""
        return self.scene.newcomers(self.scene.parties_on(self.line))

    def _waited(self, since: int) -> bool:
        return self.hurried or self.scene.settled(since)

    def _deliver(self, holder: Communication, newcomer: Newcomer) -> bool:
        """The queue delivers. On several queues at once: the one that names the agent's DN does."""
        visits, party = self.scene.visits_on(self.line), newcomer.party
        delivering = next((v for v in reversed(visits) if v.to == party.dn and v.left_at is not None), None)
        if delivering is None:
            parallel = {visit_key(visit) for visit in visits if visit.live} | {holder.key}
            if len(parallel) > 1 and party.answered_at is None and not self._waited(party.added):
                return False
        elif visit_key(delivering) != holder.key and (delivering.queued_at or 0) >= holder.since - SKEW:
            at = max(delivering.queued_at or 0, min(delivering.left_at or party.added, party.added))
            self._enter_queue(Rule.DELIVERING_QUEUE, holder, delivering, at)
            return True
        self._move(holder, newcomer, party.added)
        return True

    def _move(self, holder: Communication | None, newcomer: Newcomer, at: int, *, talking: bool = False) -> None:
        """Offer the call to somebody; reached at once when they talk already."""
        if holder is None:
            self.scene.note(Rule.JOINED)
            self.join(newcomer, at, talking=talking)
            return
        scene = self.scene
        scene.note(Rule.OFFERED)
        target = self._target(newcomer, at, talking)
        transfer = self._transfer(at, holder, target)
        scene.establish(at, target, invited_by=self.line.object)
        scene.tell.progress(at, transfer, target)
        left = self._left(holder)
        if holder.kind in (Kind.USER, Kind.PHONE) and left is not None:
            scene.tell.ended(left, holder, MOVED_TO[target.kind])
        if target.alerting:
            self.line.offer = Offer(target.id, transfer)
            return
        scene.tell.end_transfer(at, transfer, "Completed")
        if holder.live:
            scene.tell.ended(at, holder, MOVED_TO[target.kind])
        self.line.holder = target.id

    def join(self, newcomer: Newcomer, at: int, *, talking: bool = False) -> Communication:
        """Tell somebody who joins without a transfer: a ring that may be answered, or a party already talking."""
        target = self._target(newcomer, at, talking)
        self.scene.establish(at, target, invited_by=self.line.object)
        if target.alerting:
            self.line.offer = Offer(target.id)
        else:
            self.line.holder = target.id
        return target

    def _target(self, newcomer: Newcomer, at: int, talking: bool) -> Communication:
        """Established alerting; connected when it is first seen talking, or answered what another one was offered."""
        target = self.scene.communication(newcomer.kind, newcomer.who, [newcomer.party], at)
        if talking or newcomer.party.answered_at == newcomer.party.added:
            target.answered_at = at
        else:
            target.alerting = True
        return target

    def _transfer(self, at: int, source: Communication, target: Communication) -> Transfer:
        """Tell that a move begins."""
        transfer = Transfer(self.scene.tell.new_id("command"), source.id, self.line.object)
        self.scene.tell.transfer(at, transfer, target)
        self._note_flow(source.kind, target.kind)
        return transfer

    def _note_flow(self, source: Kind, target: Kind) -> None:
        """The flow row of a transfer: F07 to F09 (flows.md, The 17 supported flows). A consult has its own row."""
        if self.line.call is not None:
            return
        if target is Kind.PHONE:
            self.scene.told.moves.append("F09")
        elif source is Kind.USER:
            self.scene.told.moves.append("F07" if target is Kind.USER else "F08")

    # To an IVR

    def _next_ivr(self) -> bool:
        """The call goes to a Routing Point and stays there: a move to an IVR, or the IVR of a call with nobody."""
        holder, scene = self.holder, self.scene
        if self.line.offer is not None or not self.object.live or self.object.alerting or not self._may_enter_ivr():
            return False
        points = scene.routing_points(self.line)
        left = self._left(holder) if holder is not None else None
        if not points or not scene.due(max(points[0].added, left or 0), scene.options.ivr_after):
            return False
        self._enter_ivr(holder, points, left)
        return True

    def _may_enter_ivr(self) -> bool:
        """Not while a queue has the call, and a consult call in an IVR is not told."""
        holder, consult = self.holder, self.scene.told.consult
        if consult is not None and consult.line is self.line:
            return False
        return holder is None or (holder.kind not in (Kind.IVR, Kind.QUEUE) and self._left(holder) is not None)

    def _enter_ivr(self, holder: Communication | None, points: list[Party], left: int | None) -> None:
        scene, at = self.scene, max(points[0].added, left or 0)
        scene.note(Rule.TO_IVR)
        ivr = scene.communication(Kind.IVR, scene.identity(points[0]), points, at)
        scene.establish(at, ivr, invited_by=self.line.object)
        if holder is not None:
            scene.tell.ended(left or at, holder, MOVED_TO[Kind.IVR])
            self._note_flow(holder.kind, Kind.IVR)
        self.line.holder = ivr.id

"""The main line: how the call goes from hand to hand, told as moves (flows.md, Moves and What waits).

The *object* is the communication that stays (the caller), the *holder* has it now. `advance` tells one thing at a
time; the conversation calls it until nothing is left to tell.
"""

from workflows.call.communications import Communication, Kind, Offer, Transfer
from workflows.call.encoding import MOVED_TO
from workflows.call.opening import ring
from workflows.call.rules import Rule
from workflows.call.scene import SKEW, Newcomer, Scene, visit_key
from workflows.call.topology import Party, Visit


def advance(scene: Scene) -> bool:
    """Tell the next thing of the main line. False when there is nothing to tell now."""
    return (
        _object_answers(scene)
        or _swap(scene)
        or _finish(scene)
        or _offered(scene)
        or _next_queue(scene)
        or _next_party(scene)
        or _next_ivr(scene)
        or _let_go(scene)
    )


def leave_during_consult(scene: Scene) -> bool:
    """While an agent consults, only the caller's leaving is told of the main line."""
    caller = _object(scene)
    gone = scene.gone_at(caller)
    if not caller.live or gone is None:
        return False
    scene.note(Rule.CALLER_LEFT_CONSULT)
    scene.tell.ended(gone, caller, scene.hung_up(caller))
    return True


def _object(scene: Scene) -> Communication:
    return scene.told[scene.told.object or ""]


def _holder(scene: Scene) -> Communication | None:
    """Who has the object; None when the call is with nobody."""
    holder = scene.told.get(scene.told.holder)
    return holder if holder is not None and holder.live else None


def _free(scene: Scene) -> bool:
    """The call may move on: it is with nobody, in the IVR, or whoever had it has gone."""
    holder = _holder(scene)
    return holder is None or holder.kind is Kind.IVR or scene.gone_at(holder) is not None


def _object_answers(scene: Scene) -> bool:
    """A dialled party answers (F14, F15)."""
    external = _object(scene)
    answered = scene.answered_at(external)
    if not external.live or not external.alerting or answered is None:
        return False
    scene.note(Rule.DIALLED_ANSWERED)
    scene.tell.answered(answered, external)
    return True


def _swap(scene: Scene) -> bool:
    """In a call between agents the one who stays is the object of the next move."""
    staying, leaving = _holder(scene), _object(scene)
    if leaving.kind is not Kind.USER or not leaving.live or scene.gone_at(leaving) is None or scene.told.offer:
        return False
    if staying is None or staying.kind is not Kind.USER or scene.gone_at(staying) is not None:
        return False
    scene.told.object, scene.told.holder = staying.id, leaving.id
    return True


def _finish(scene: Scene) -> bool:
    """The object has gone, or the call has ended: everybody leaves; a ring ends with them."""
    told, last = scene.told, _object(scene)
    gone = scene.gone_at(last) if last.live else last.ended_at
    if (gone is None and not scene.over) or scene.carried_on() is not None:
        return False
    _cancel(scene, gone)
    leaving = []
    for who in told.live():
        left = scene.gone_at(who)
        if who.kind in (Kind.IVR, Kind.QUEUE) and (left is None or (gone is not None and left < gone)):
            left = gone
        if left is not None:
            leaving.append((left, not scene.released(who), who is not last, who))
    scene.note(Rule.FINISHED)
    for at, _, _, who in sorted(leaving, key=lambda item: item[:3]):
        scene.tell.ended(at, who, scene.hung_up(who))
    return bool(leaving)


def _cancel(scene: Scene, gone: int | None) -> None:
    """The caller hung up while the target of a move rang: the ring ends with it, whichever is reported first."""
    offer = scene.told.offer
    if offer is None:
        return
    target = scene.told[offer.target]
    at = min((time for time in (gone, scene.gone_at(target)) if time is not None), default=scene.now)
    scene.note(Rule.CANCELED)
    scene.tell.ended(at, target, "Peer")
    scene.tell.end_transfer(at, offer.transfer, "Canceled")
    scene.told.offer = None


def _offered(scene: Scene) -> bool:
    """A ring that was told: answered, or not."""
    offer = scene.told.offer
    if offer is None:
        return False
    target = scene.told[offer.target]
    answered = scene.answered_at(target)
    if answered is not None:
        _reached(scene, offer, target, answered)
        return True
    rival = next((n for n in scene.newcomers() if n.party.answered_at is not None), None)
    if rival is not None:
        _failed(scene, offer, target, rival.party.answered_at or rival.party.added)
        return True
    gone = scene.gone_at(target)
    if gone is None or not (_came_after(scene, gone) or scene.settled(gone)):
        return False
    _failed(scene, offer, target, gone)
    return True


def _reached(scene: Scene, offer: Offer, target: Communication, at: int) -> None:
    source = scene.told.get(offer.transfer.source) if offer.transfer else None
    scene.note(Rule.REACHED)
    scene.tell.answered(at, target)
    scene.tell.end_transfer(at, offer.transfer, "Completed")
    if source is not None and source.live:
        scene.tell.ended(at, source, MOVED_TO[target.kind])
    scene.told.offer, scene.told.holder = None, target.id


def _failed(scene: Scene, offer: Offer, target: Communication, at: int) -> None:
    scene.note(Rule.NOT_REACHED)
    scene.tell.ended(at, target, "Error" if scene.failed(target) else "System")
    scene.tell.end_transfer(at, offer.transfer, "Failed")
    scene.told.offer = None


def _came_after(scene: Scene, gone: int) -> bool:
    """The call lives on: it went to a queue, a Routing Point or somebody else when the ring ended."""
    return (
        any(v.live and (v.queued_at or 0) >= gone - SKEW for v in scene.main_visits())
        or any(p.added >= gone for p in scene.routing_points())
        or bool(scene.newcomers())
    )


def _next_queue(scene: Scene) -> bool:
    """The call comes to a queue: from the IVR, from an agent who let it go, or from another queue."""
    holder = _holder(scene)
    if scene.told.offer is not None or not _object(scene).live:
        return False
    if holder is not None and holder.kind is Kind.QUEUE:
        return _queue_to_queue(scene, holder)
    if not _free(scene):
        return False
    since = holder.since - SKEW if holder is not None and holder.kind is not Kind.IVR else 0
    waiting = [v for v in scene.main_visits() if v.live and (v.queued_at or 0) >= since]
    if not waiting:
        return False
    scene.note(Rule.TO_QUEUE)
    _enter_queue(scene, holder, waiting[0], waiting[0].queued_at or 0)
    return True


def _queue_to_queue(scene: Scene, holder: Communication) -> bool:
    """Off this queue and on another: one after the other at once; a parallel one only when no delivery follows."""
    left = scene.gone_at(holder)
    if left is None or any(visit.to is not None and visit.left_at == left for visit in scene.visits(holder)):
        return False
    other = next((v for v in scene.main_visits() if v.live and visit_key(v) != holder.key), None)
    if other is None or other.queued_at is None or (other.queued_at < left and not scene.settled(left)):
        return False
    scene.note(Rule.QUEUE_TO_QUEUE)
    _enter_queue(scene, holder, other, max(other.queued_at, left))
    return True


def _enter_queue(scene: Scene, holder: Communication | None, visit: Visit, at: int) -> None:
    queue, caller = scene.queue(visit, at), _object(scene)
    transfer = _transfer(scene, at, holder, queue) if holder is not None else None
    scene.establish(at, queue, invited_by=caller.id)
    if holder is not None and transfer is not None:
        scene.tell.progress(at, transfer, queue)
        scene.tell.end_transfer(at, transfer, "Completed")
        scene.tell.ended(scene.gone_at(holder) or at, holder, MOVED_TO[Kind.QUEUE])
    scene.told.holder = queue.id


def _transfer(scene: Scene, at: int, source: Communication, target: Communication) -> Transfer:
    """Tell that a move begins."""
    transfer = Transfer(scene.tell.new_id("command"), source.id, _object(scene).id)
    scene.tell.transfer(at, transfer, target)
    _note_move(scene, source.kind, target.kind)
    return transfer


def _next_party(scene: Scene) -> bool:
    """An agent or a number rings or talks: a move from whoever has the call."""
    holder = _holder(scene)
    if scene.told.offer is not None or not _object(scene).live:
        return False
    newcomers = scene.newcomers()
    newcomer = next((n for n in newcomers if n.party.answered_at is not None), next(iter(newcomers), None))
    if newcomer is None:
        return False
    if newcomer.kind is Kind.PHONE and not scene.settled(newcomer.party.added):
        return False
    if holder is not None and holder.kind is Kind.QUEUE:
        return _deliver(scene, holder, newcomer)
    if not _free(scene):
        return False
    _move(scene, holder, newcomer)
    return True


def _deliver(scene: Scene, holder: Communication, newcomer: Newcomer) -> bool:
    """The queue delivers. On several queues at once: the one that names the agent's DN does."""
    visits = scene.main_visits()
    delivering = next((v for v in reversed(visits) if v.to == newcomer.party.dn and v.left_at is not None), None)
    parallel = {visit_key(v) for v in visits if v.live} | {holder.key}
    if delivering is None and len(parallel) > 1 and newcomer.party.answered_at is None:
        if not scene.settled(newcomer.party.added):
            return False
    elif (
        delivering is not None
        and visit_key(delivering) != holder.key
        and (delivering.queued_at or 0) >= holder.since - SKEW
    ):
        scene.note(Rule.DELIVERING_QUEUE)
        _enter_queue(scene, holder, delivering, min(delivering.left_at or newcomer.party.added, newcomer.party.added))
        return True
    _move(scene, holder, newcomer)
    return True


def _move(scene: Scene, holder: Communication | None, newcomer: Newcomer) -> None:
    """Offer the call to somebody; reached at once when they talk already."""
    object_id, at = _object(scene).id, newcomer.party.added
    scene.note(Rule.OFFERED if holder is not None else Rule.JOINED)
    if holder is None:
        ring(scene, newcomer, object_id)
        return
    target = scene.communication(newcomer.kind, newcomer.who, [newcomer.party], at)
    answered = newcomer.party.answered_at
    target.alerting = answered is None or answered > at
    transfer = _transfer(scene, at, holder, target)
    scene.establish(at, target, invited_by=object_id)
    scene.tell.progress(at, transfer, target)
    left = scene.gone_at(holder)
    if holder.kind in (Kind.USER, Kind.PHONE) and left is not None:
        scene.tell.ended(left, holder, MOVED_TO[target.kind])
    if target.alerting:
        scene.told.offer = Offer(target.id, transfer)
        return
    target.answered_at = at
    scene.tell.end_transfer(at, transfer, "Completed")
    if holder.live:
        scene.tell.ended(at, holder, MOVED_TO[target.kind])
    scene.told.holder = target.id


def _note_move(scene: Scene, source: Kind, target: Kind) -> None:
    """The flow row of a transfer: F07 to F09 (flows.md, The 17 supported flows)."""
    if target is Kind.PHONE:
        scene.told.moves.append("F09")
    elif source is Kind.USER:
        scene.told.moves.append("F07" if target is Kind.USER else "F08")


def _next_ivr(scene: Scene) -> bool:
    """The call goes to a Routing Point and stays there: a move to an IVR, or the IVR of a call that is with nobody."""
    holder, caller = _holder(scene), _object(scene)
    if scene.told.offer is not None or not caller.live or caller.alerting:
        return False
    if holder is not None and (holder.kind in (Kind.IVR, Kind.QUEUE) or scene.gone_at(holder) is None):
        return False
    points = scene.routing_points()
    left = scene.gone_at(holder) if holder is not None else None
    if not points or not scene.due(max(points[0].added, left or 0), scene.options.ivr_after):
        return False
    scene.note(Rule.TO_IVR)
    _enter_ivr(scene, holder, points)
    return True


def _enter_ivr(scene: Scene, holder: Communication | None, points: list[Party]) -> None:
    left = scene.gone_at(holder) if holder is not None else None
    at = max(points[0].added, left or 0)
    ivr = scene.communication(Kind.IVR, scene.identity(points[0]), points, at)
    scene.establish(at, ivr, invited_by=_object(scene).id)
    if holder is not None:
        scene.tell.ended(left or at, holder, MOVED_TO[Kind.IVR])
        _note_move(scene, holder.kind, Kind.IVR)
    scene.told.holder = ivr.id


def _let_go(scene: Scene) -> bool:
    """Whoever had the call has gone and nobody came: after the wait the caller is alone."""
    holder = _holder(scene)
    if holder is None or holder.kind is Kind.QUEUE or scene.told.offer is not None:
        return False
    gone = scene.gone_at(holder)
    if gone is None or not scene.settled(gone):
        return False
    scene.note(Rule.LEFT_ALONE)
    how = "System" if holder.kind is Kind.IVR else scene.hung_up(holder)
    scene.tell.ended(gone, holder, how)
    scene.told.holder = None
    return True

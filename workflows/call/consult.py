"""Consult calls: an agent calls somebody about the caller, who waits (flows.md, Moves, Consult)."""

from workflows.call.communications import Communication, Consult, Kind, Offer, Transfer
from workflows.call.encoding import MOVED_TO
from workflows.call.rules import Rule
from workflows.call.scene import Newcomer, Scene
from workflows.call.topology import Call, Visit


def advance(scene: Scene) -> bool:
    """Tell the next thing of a consult. False when there is nothing to tell now."""
    consult = scene.told.consult
    if consult is None:
        return _started(scene)
    return _queue_delivers(scene, consult) or _progressed(scene, consult) or _ended(scene, consult)


def _started(scene: Scene) -> bool:
    for call in scene.topology.consult_calls():
        calls = scene.topology.with_legs(call)
        initiator = _initiator(scene, call)
        if initiator is None or not call.live:
            continue
        stays = _other(scene, initiator)
        if stays is None or not stays.live:
            continue
        waiting = [v for v in scene.mapped(scene.topology.visits_of(*calls)) if v.live]
        called = [n for n in scene.newcomers(scene.topology.parties_of(*calls)) if n.who.key != initiator.key]
        if waiting:
            _to_queue(scene, call, initiator, stays, waiting[0])
            return True
        if called and (called[0].kind is Kind.USER or scene.settled(called[0].party.added)):
            _to_party(scene, call, initiator, stays, called[0])
            return True
    return False


def _initiator(scene: Scene, call: Call) -> Communication | None:
    """The agent who makes the consult call: one who talks in the main call and has a party in this one."""
    for party in scene.topology.parties_of(call):
        who = scene.told.of_party(party.uuid)
        if who is not None and who.kind is Kind.USER and who.live and not who.alerting:
            return who
    return None


def _other(scene: Scene, initiator: Communication) -> Communication | None:
    """Whom the initiator talks to in the main call."""
    told = scene.told
    return told.get(told.holder if told.object == initiator.id else told.object)


def _to_party(scene: Scene, call: Call, initiator: Communication, stays: Communication, called: Newcomer) -> None:
    scene.note(Rule.CONSULT_BEGAN)
    party = called.party
    target = scene.communication(called.kind, called.who, [party], party.added)
    target.alerting = party.answered_at is None or party.answered_at > party.added
    scene.establish(party.added, target, invited_by=initiator.id)
    scene.tell.consult(party.added, initiator.id, target.id, stays.id)
    scene.told.consult = Consult(call.uuid, initiator.id, target.id, stays.id)
    scene.told.moves.append({Kind.USER: "F10", Kind.PHONE: "F12"}[target.kind])
    if not target.alerting:
        target.answered_at = party.added


def _to_queue(scene: Scene, call: Call, initiator: Communication, stays: Communication, visit: Visit) -> None:
    scene.note(Rule.CONSULT_OF_QUEUE)
    at = visit.queued_at or 0
    queue = scene.queue(visit, at)
    scene.establish(at, queue, invited_by=initiator.id)
    scene.tell.consult(at, initiator.id, queue.id, stays.id)
    scene.told.consult = Consult(call.uuid, initiator.id, queue.id, stays.id)
    scene.told.moves.append("F11")


def _queue_delivers(scene: Scene, consult: Consult) -> bool:
    """Inside the consult the queue offers the call to an agent; the object of that move is the initiator."""
    queue = scene.told[consult.target]
    offer = scene.told.offer
    if queue.kind is not Kind.QUEUE or not scene.told[consult.initiator].live:
        return False
    if offer is None:
        return _offer_inside(scene, consult, queue)
    target = scene.told[offer.target]
    answered, gone = scene.answered_at(target), scene.gone_at(target)
    if answered is not None:
        scene.note(Rule.REACHED)
        scene.tell.answered(answered, target)
        scene.tell.end_transfer(answered, offer.transfer, "Completed")
        scene.tell.ended(answered, queue, MOVED_TO[Kind.USER])
        consult.target, scene.told.offer = target.id, None
        return True
    if gone is not None:
        scene.note(Rule.NOT_REACHED)
        scene.tell.ended(gone, target, "Error" if scene.failed(target) else "System")
        scene.tell.end_transfer(gone, offer.transfer, "Failed")
        scene.told.offer = None
        return True
    return False


def _offer_inside(scene: Scene, consult: Consult, queue: Communication) -> bool:
    calls = scene.topology.with_legs(scene.topology.calls[consult.call])
    called = [n for n in scene.newcomers(scene.topology.parties_of(*calls)) if n.kind is Kind.USER]
    if not called:
        return False
    scene.note(Rule.CONSULT_DELIVERED)
    party = called[0].party
    target = scene.communication(Kind.USER, called[0].who, [party], party.added)
    target.alerting = True
    transfer = Transfer(scene.tell.new_id("command"), queue.id, consult.initiator)
    scene.tell.transfer(party.added, transfer, target)
    scene.establish(party.added, target, invited_by=consult.initiator)
    scene.tell.progress(party.added, transfer, target)
    scene.told.offer = Offer(target.id, transfer)
    return True


def _progressed(scene: Scene, consult: Consult) -> bool:
    """The consulted party answers."""
    target = scene.told[consult.target]
    answered = scene.answered_at(target)
    if consult.progressed or target.kind is Kind.QUEUE or answered is None or not target.live:
        return False
    scene.note(Rule.CONSULT_ANSWERED)
    if target.alerting:
        scene.tell.answered(answered, target)
    if scene.told[consult.object].live:
        scene.tell.progress_consult(answered, consult.initiator, target.id, consult.object)
    consult.progressed = True
    return True


def _ended(scene: Scene, consult: Consult) -> bool:
    initiator, target = scene.told[consult.initiator], scene.told[consult.target]
    caller = scene.told[consult.object]
    left, gone = scene.gone_at(initiator), scene.gone_at(target)
    if not caller.live:
        return _caller_left(scene, consult)
    if left is not None:
        return _completed(scene, consult, initiator, target, left, gone)
    if gone is None or (target.kind is Kind.QUEUE and _in_call(scene, initiator, consult.call)):
        return False
    held = scene.held_at(initiator)
    back = held is not None and not held[0]
    again = any(call.live and call.uuid != consult.call for call in scene.topology.consult_calls())
    if not (back or again or scene.settled(gone)):
        return False
    scene.note(Rule.CONSULT_GIVEN_UP)
    offer = scene.told.offer
    if offer is not None:
        ringing = scene.told[offer.target]
        scene.tell.ended(gone, ringing, "System")
        scene.tell.end_transfer(gone, offer.transfer, "Canceled")
        scene.told.offer = None
    scene.tell.ended(gone, target, scene.hung_up(target))
    scene.tell.end_consult(gone)
    scene.told.moves.append("F13")
    scene.told.consult = None
    return True


def _in_call(scene: Scene, who: Communication, call: str) -> bool:
    return any(party.live and party.call == call for party in scene.parties(who))


def _completed(
    scene: Scene, consult: Consult, initiator: Communication, target: Communication, left: int, gone: int | None
) -> bool:
    """The initiator left both calls: the caller talks to the consulted party, or waits in its queue or ring."""
    if gone is not None:
        if not (scene.over or scene.settled(gone)):
            return False  # the consulted party may be on its way to the main call
        scene.note(Rule.CONSULT_GIVEN_UP)
        scene.tell.ended(gone, target, scene.hung_up(target))
        scene.tell.end_consult(gone)
        scene.told.consult = None
        return True
    scene.note(Rule.CONSULT_COMPLETED)
    scene.tell.ended(left, initiator, "TransferConsult")
    scene.tell.end_consult(left)
    told = scene.told
    told.object, told.holder, told.consult = consult.object, target.id, None
    if told.offer is None and target.alerting:
        told.offer, told.holder = Offer(target.id), None
    return True


def _caller_left(scene: Scene, consult: Consult) -> bool:
    """The caller hung up during the consult: the two agents go on talking."""
    scene.note(Rule.CALLER_LEFT_CONSULT)
    scene.tell.end_consult(scene.told[consult.object].ended_at or scene.now)
    scene.told.moves.append("F13")
    scene.told.object, scene.told.holder, scene.told.consult = consult.initiator, consult.target, None
    return True

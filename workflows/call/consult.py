"""Consult calls: an agent calls somebody about the caller, who waits (flows.md, Moves, Consult).

A consult has a line of its own whose object is the agent who consults. When it is completed, whoever is on that line
goes over to the caller; when the caller hangs up meanwhile, it goes on as the main line.
"""

from collections.abc import Iterable

from workflows.call.calls import Call, Party
from workflows.call.communications import Communication, Consult, Kind, Line
from workflows.call.encoding import Disconnect
from workflows.call.hangups import hung_up, released
from workflows.call.moves import Moves
from workflows.call.rules import Rule
from workflows.call.scene import Scene


def advance(scene: Scene, main: Line) -> bool:
    """Tell the next thing of a consult. False when there is nothing to tell now."""
    consult = scene.told.consult
    if consult is None:
        return _started(scene, main)
    if not scene.told[consult.caller].live:
        _caller_left(scene, consult)
        return True
    return (
        _replaced(scene, consult)
        or _moved(scene, consult)
        or _progressed(scene, consult)
        or _completed(scene, main, consult)
        or _given_up(scene, main, consult)
    )


# How it begins


def _started(scene: Scene, main: Line) -> bool:
    for call in scene.legs.consults():
        initiator = _initiator(scene, call)
        if initiator is None or call.uuid in scene.told.consulted:
            continue
        caller = scene.told.get(main.holder if main.object == initiator.id else main.object)
        if caller is not None and caller.live and _began(scene, call, initiator, caller):
            return True
    return False


def _initiator(scene: Scene, call: Call) -> Communication | None:
    """The agent who makes the consult call: one who talks in the main call and has a party in this one."""
    for party in scene.topology.parties_of(call):
        who = scene.told.of_party(party.uuid)
        if who is not None and who.kind is Kind.USER and who.live and not who.alerting:
            return who
    return None


def _began(scene: Scene, call: Call, initiator: Communication, caller: Communication) -> bool:
    line = Line(initiator.id, call=call.uuid)
    waiting = [visit for visit in scene.visits_on(line) if visit.live]
    called = [n for n in scene.newcomers(_parties(scene, call)) if n.who.key != initiator.key]
    called.sort(key=lambda newcomer: newcomer.party.answered_at is None)
    if waiting and call.live:
        at = waiting[0].queued_at or 0
        target = scene.queue(waiting[0], at)
        scene.note(Rule.CONSULT_OF_QUEUE)
        scene.establish(at, target, invited_by=initiator.id)
        line.holder = target.id
    elif called and (called[0].kind is Kind.USER or scene.settled(called[0].party.added)):
        at, answered = called[0].party.added, called[0].party.answered_at
        scene.note(Rule.CONSULT_BEGAN)
        talking = answered is not None and answered // 1000 <= scene.told.last_ms
        target = Moves(scene, line).join(called[0], at, talking=talking)
    else:
        return False
    scene.tell.consult(at, initiator.id, target.id, caller.id)
    scene.told.consult = Consult(line, caller.id, target.id)
    scene.told.consulted.append(call.uuid)
    scene.told.moves.append({Kind.USER: "F10", Kind.QUEUE: "F11", Kind.PHONE: "F12"}[target.kind])
    return True


def _parties(scene: Scene, call: Call) -> Iterable[Party]:
    """Whoever is in the consult call or its legs, or came into it and has moved to the main call since."""
    return scene.legs.came_into(*scene.legs.consult(call.uuid))


# How it goes on


def _replaced(scene: Scene, consult: Consult) -> bool:
    """Whoever was called is not who was meant: the consult of the first is over, that of the other one begins."""
    moves, first = Moves(scene, consult.line), scene.told[consult.target]
    if moves.way_over():
        at: int | None = first.ended_at
    else:
        at = _superseded_at(scene, moves, first)
    if at is None:
        return False
    moves.not_reached(at)
    scene.tell.end_consult(at)
    scene.told.consulted.remove(consult.line.call or "")
    scene.told.consult = None
    return True


def _superseded_at(scene: Scene, moves: Moves, first: Communication) -> int | None:
    """When somebody else came into the consult call instead of one who does not answer (a hunt group, a phone that
    forwards)."""
    if moves.line.holder is not None or scene.answered_at(first) is not None:
        return None
    gone, rival = scene.gone_at(first), moves.talking_newcomer()
    somebody = bool(moves.newcomers()) or any(visit.live for visit in scene.visits_on(moves.line))
    if rival is None and not somebody:
        return None
    answered = rival.party.answered_at if rival else None
    return min((time for time in (gone, answered) if time is not None), default=None)


def _moved(scene: Scene, consult: Consult) -> bool:
    """A ring is over, or the queue delivers: moves on the consult's own line."""
    if not Moves(scene, consult.line, hurried=_back(scene, consult)).next():
        return False
    offer = consult.line.offer
    consult.target = offer.target if offer is not None else consult.line.holder or consult.target
    return True


def _progressed(scene: Scene, consult: Consult) -> bool:
    """The consulted party has answered."""
    target = scene.told.get(consult.line.holder)
    if consult.progressed or target is None or target.kind is Kind.QUEUE or target.answered_at is None:
        return False
    scene.note(Rule.CONSULT_ANSWERED)
    scene.tell.progress_consult(target.answered_at, consult.initiator, target.id, consult.caller)
    consult.progressed = True
    return True


# How it ends


def _completed(scene: Scene, main: Line, consult: Consult) -> bool:
    """The agent left both calls: the caller talks to the consulted party, or waits in its queue or ring."""
    told, initiator = scene.told, scene.told[consult.initiator]
    left = scene.gone_at(initiator)
    if left is None or not _somebody(scene, consult.line):
        return False
    if told[consult.target].kind is not Kind.QUEUE and _let_go(scene, main, consult) is not None:
        return False
    scene.note(Rule.CONSULT_COMPLETED)
    scene.tell.ended(left, initiator, "TransferConsult")
    scene.tell.end_consult(left)
    line = consult.line
    main.object, main.holder, main.offer = consult.caller, line.holder, line.offer
    told.consult = None
    return True


def _somebody(scene: Scene, line: Line) -> bool:
    """Whether anybody is on the line besides its object; a queue that delivered counts while the delivery is due."""
    if line.offer is not None:
        return scene.gone_at(scene.told[line.offer.target]) is None
    holder = scene.told.get(line.holder)
    if holder is None or not holder.live:
        return False
    return scene.gone_at(holder) is None or any(scene.delivered(visit) for visit in scene.visits(holder))


def _let_go(scene: Scene, main: Line, consult: Consult) -> int | None:
    """When the agent let the main call go to somebody whom he did not consult: a blind transfer."""
    left = scene.gone_at(scene.told[consult.initiator], main)
    return left if left is not None and Moves(scene, main).came_after(left) else None


def _given_up(scene: Scene, main: Line, consult: Consult) -> bool:
    """The consulted party has gone, or the agent left its queue or let the main call go: the agent is back with the
    caller, or alone."""
    told, line, initiator = scene.told, consult.line, scene.told[consult.initiator]
    target, let_go = told[consult.target], _let_go(scene, main, consult)
    gone = target.ended_at if not target.live else scene.gone_at(target) or let_go
    if target.live and target.kind is Kind.QUEUE and let_go is None and _in_call(scene, initiator, line.call):
        return False
    if gone is None or not (_back(scene, consult) or scene.settled(gone)):
        return False
    scene.note(Rule.CONSULT_GIVEN_UP)
    Moves(scene, line).cancel(gone)
    for who in (target, told.get(line.holder)):
        if who is not None and who.live:
            scene.tell.ended(gone, who, _how(scene, consult, who))
    scene.tell.end_consult(gone)
    told.moves.append("F13")
    told.consult = None
    if line.call is not None and _in_call(scene, initiator, line.call):
        told.consulted.remove(line.call)  # the agent waits in it: somebody else may come
    return True


def _how(scene: Scene, consult: Consult, who: Communication) -> Disconnect:
    """How a consulted party left: with the agent when he left the consult call before it, perhaps on another site; one
    who is still there has no caller any more."""
    if scene.gone_at(who) is None:
        return "System"
    own = [p for p in scene.parties(scene.told[consult.initiator]) if p.call == consult.line.call]
    left = max((p.gone_at or scene.now for p in own), default=scene.now)
    after = left < (scene.gone_at(who) or left) and released(scene, who) is None and not who.alerting
    return "Peer" if after else hung_up(scene, who)


def _back(scene: Scene, consult: Consult) -> bool:
    """Nobody else will come: the agent took the caller off hold again and the consult call ended without being merged
    (the consulted party may be on its way into the main call), he began another consult, or all is over."""
    call = scene.topology.calls.get(consult.line.call or "")
    if call is None or scene.over():
        return True
    later = (each for each in scene.legs.consults() if each.live and each.begun > call.begun)
    if any(each.uuid not in scene.told.consulted for each in later):
        return True
    gone = scene.gone_at(scene.told[consult.target]) or 0
    held = scene.held_at(scene.told[consult.initiator])
    alone = not call.live and call.ref_call is None
    return alone and held is not None and not held[0] and held[1] >= gone


def _in_call(scene: Scene, who: Communication, call: str | None) -> bool:
    return any(party.live and party.call == call for party in scene.parties(who))


def _caller_left(scene: Scene, consult: Consult) -> None:
    """The caller hung up during the consult: the two others go on."""
    scene.note(Rule.CALLER_LEFT_CONSULT)
    scene.tell.end_consult(scene.told[consult.caller].ended_at or scene.now)
    scene.told.moves.append("F13")
    scene.told.main, scene.told.consult = consult.line, None

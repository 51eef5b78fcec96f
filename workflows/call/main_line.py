"""The main line: the caller's way through the call, and its end (flows.md, Moves and Rules for every event)."""

from workflows.call.adoption import caller_goes_on
from workflows.call.communications import Kind, Line
from workflows.call.hangups import hung_up, released
from workflows.call.moves import Moves
from workflows.call.rules import Rule
from workflows.call.scene import Scene


def advance(scene: Scene, line: Line) -> bool:
    """Tell the next thing of the main line. False when there is nothing to tell now."""
    moves = Moves(scene, line)
    told = _object_answers(scene, moves) or _called_a_way(scene, moves)
    return told or _swap(moves) or _finish(scene, moves) or moves.next() or _left_alone(moves)


def leave_during_consult(scene: Scene, line: Line) -> bool:
    """While an agent consults, only the caller's leaving is told of the main line."""
    caller = scene.told.on(line)
    gone = scene.gone_at(caller)
    if not caller.live or gone is None:
        return False
    scene.note(Rule.CALLER_LEFT_CONSULT)
    scene.tell.ended(gone, caller, hung_up(scene, caller))
    return True


def _object_answers(scene: Scene, moves: Moves) -> bool:
    """A dialled party answers (F14, F15)."""
    external = moves.object
    answered = scene.answered_at(external)
    if not external.live or not external.alerting or answered is None:
        return False
    scene.note(Rule.DIALLED_ANSWERED)
    scene.tell.answered(answered, external)
    return True


def _called_a_way(scene: Scene, moves: Moves) -> bool:
    """What an agent dialled turns out to be the way to another site: whoever is there has been called."""
    way, agent = moves.object, moves.holder
    dialled = agent is not None and agent.kind is Kind.USER and agent.since <= way.since
    if agent is None or not dialled or not scene.stands_for_way(way):
        return False
    if not moves.newcomers() and not any(visit.live for visit in scene.visits_on(moves.line)):
        return False
    scene.note(Rule.NO_NUMBER)
    scene.tell.ended(way.since, way, "System")
    moves.line.object, moves.line.holder = agent.id, None
    return True


def _swap(moves: Moves) -> bool:
    """In a call between agents the one who stays is the object of the next move."""
    staying, leaving, scene = moves.holder, moves.object, moves.scene
    if leaving.kind is not Kind.USER or not leaving.live or scene.gone_at(leaving) is None:
        return False
    if staying is None or staying.kind is not Kind.USER or scene.gone_at(staying) is not None:
        return False
    moves.line.object, moves.line.holder = staying.id, leaving.id
    return True


def _finish(scene: Scene, moves: Moves) -> bool:
    """The object has gone, or the call has ended: everybody leaves; a ring ends with them."""
    last = moves.object
    gone = scene.gone_at(last) if last.live else last.ended_at
    if (gone is None and not scene.over(moves.line)) or caller_goes_on(scene):
        return False
    if Moves(scene, moves.line, hurried=True).next_party():
        return True  # whoever was still waited for
    moves.cancel(gone)
    leaving = []
    for who in scene.told.live():
        left = scene.gone_at(who)
        if who.kind in (Kind.IVR, Kind.QUEUE) and (left is None or (gone is not None and left < gone)):
            left = gone
        if left is not None:
            leaving.append((left, not released(scene, who), who is not last, who))
    scene.note(Rule.FINISHED)
    for at, _, _, who in sorted(leaving, key=lambda item: item[:3]):
        scene.tell.ended(at, who, hung_up(scene, who))
    return bool(leaving)


def _left_alone(moves: Moves) -> bool:
    """Whoever had the call has gone and nobody came: after the wait the caller is alone."""
    holder, scene = moves.holder, moves.scene
    if holder is None or holder.kind is Kind.QUEUE or moves.line.offer is not None or moves.newcomers():
        return False
    gone = scene.gone_at(holder)
    if gone is None or scene.routing_points(moves.line) or not scene.settled(gone):
        return False
    scene.note(Rule.LEFT_ALONE)
    scene.tell.ended(gone, holder, "System" if holder.kind is Kind.IVR else hung_up(scene, holder))
    return True

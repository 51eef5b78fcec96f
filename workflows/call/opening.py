"""Opening: nothing is told until two communications can be told; then each with its own time (flows.md)."""

from workflows.call.communications import Communication, Kind, Line
from workflows.call.directory import Role
from workflows.call.moves import Moves
from workflows.call.roles import Who
from workflows.call.rules import Rule
from workflows.call.scene import Newcomer, Scene
from workflows.call.tlib import CallType


def try_open(scene: Scene) -> bool:
    """Tell the first two communications, when they are known. Calls that were joined without being legs of one
    another (a merge, V4) never open."""
    calls = scene.calls()
    if any(not scene.topology.legs(call) for call in calls) and len(calls) > 1:
        return False
    if scene.direction == CallType.INBOUND:
        return _inbound(scene)
    newcomers = sorted(scene.newcomers(scene.parties_on()), key=lambda newcomer: newcomer.party.added)
    if not newcomers:
        return False
    first = newcomers[0]
    if scene.direction == CallType.INTERNAL:
        return first.kind is Kind.USER and _internal(scene, first)
    return _outbound_by_agent(scene, first) if first.kind is Kind.USER else _outbound_by_system(scene, first)


def _inbound(scene: Scene) -> bool:
    caller = _caller(scene)
    if caller is None:
        return False
    return _with_queue_or_agent(scene, caller, {caller.party.uuid}) or _with_ivr(scene, caller)


def _caller(scene: Scene) -> Newcomer | None:
    """The external party of the call, also when it has just gone (a call that ends in the IVR is told then)."""
    for party in scene.parties_on():
        who = scene.identity(party)
        if who.who is Who.EXTERNAL and not party.audit:
            trunk = scene.directory.dn(party.site, party.dn or "").role == Role.TRUNK
            return None if trunk and not scene.settled(party.added) else Newcomer(party, who)
    return None


def _with_queue_or_agent(scene: Scene, caller: Newcomer, known: set[str]) -> bool:
    """Open at a mapped queue, else at an agent or number that rings or talks."""
    if not caller.party.live:
        return False
    waiting = [visit for visit in scene.visits_on() if visit.live]
    others = [
        n for n in scene.newcomers(scene.parties_on()) if n.party.uuid not in known and n.who.key != caller.who.key
    ]
    if not waiting and not (others and (others[0].kind is Kind.USER or scene.settled(others[0].party.added))):
        return False
    scene.note(Rule.OPENED_AT_QUEUE if waiting else Rule.OPENED_AT_AGENT)
    first = _open_with(scene, caller, Kind.EXTERNAL)
    if waiting:
        queue = scene.queue(waiting[0], waiting[0].queued_at or 0)
        scene.establish(queue.since, queue, invited_by=first.id)
        _line(scene).holder = queue.id
    else:
        Moves(scene, _line(scene)).join(others[0], others[0].party.added)
    return True


def _with_ivr(scene: Scene, caller: Newcomer) -> bool:
    """Open at a Routing Point on which the call stays a while, or ends (flows.md, Who is who, 2)."""
    points = [p for p in scene.parties_on() if scene.identity(p).who is Who.IVR]
    if not points:
        return False
    entered = points[0].added
    ended = not caller.party.live or scene.over()
    if not ended and (not points[-1].live or not scene.due(entered, scene.options.ivr_after)):
        return False
    if ended and any(scene.identity(p).who in (Who.USER, Who.UNSEATED) for p in scene.parties_on()):
        return False
    scene.note(Rule.OPENED_IN_IVR)
    first = _open_with(scene, caller, Kind.EXTERNAL)
    ivr = scene.communication(Kind.IVR, scene.identity(points[0]), points, entered)
    scene.establish(entered, ivr, invited_by=first.id)
    _line(scene).holder = ivr.id
    return True


def _outbound_by_agent(scene: Scene, agent: Newcomer) -> bool:
    """F14: the agent, and the party that was dialled."""
    dialled = next((n for n in scene.newcomers(scene.parties_on()) if n.who.who is Who.EXTERNAL), None)
    if dialled is None:
        return False
    scene.note(Rule.OPENED_BY_AGENT)
    user = scene.communication(Kind.USER, agent.who, [agent.party], agent.party.added)
    visits = scene.visits_on()
    user.queue_id = scene.queue(visits[0], 0).queue_id if visits else None
    scene.establish(agent.party.added, user, invited_by=None)
    external = scene.communication(Kind.EXTERNAL, dialled.who, [dialled.party], dialled.party.added)
    external.alerting = not _answered_at_once(dialled)
    scene.establish(dialled.party.added, external, invited_by=user.id)
    scene.told.main = Line(external.id, user.id)
    return True


def _outbound_by_system(scene: Scene, dialled: Newcomer) -> bool:
    """F15: opens only at a mapped queue or agent (flows.md, Opening)."""
    agents = [n for n in scene.newcomers(scene.parties_on()) if n.kind is Kind.USER]
    if not agents and not any(visit.live for visit in scene.visits_on()):
        return False
    numbers = {n.party.uuid for n in scene.newcomers(scene.parties_on()) if n.kind is not Kind.USER}
    return _with_queue_or_agent(scene, dialled, numbers)


def _internal(scene: Scene, caller: Newcomer) -> bool:
    """F16, F17: the calling agent, and the other agent or the queue."""
    others = [n for n in scene.newcomers(scene.parties_on()) if n.who.key != caller.who.key]
    waiting = [visit for visit in scene.visits_on() if visit.live]
    points = scene.routing_points()
    if not waiting and not others:
        if not points or not scene.due(points[0].added, scene.options.ivr_after):
            return False
        scene.note(Rule.OPENED_IN_IVR)
        first = _open_with(scene, caller, Kind.USER)
        ivr = scene.communication(Kind.IVR, scene.identity(points[0]), points, points[0].added)
        scene.establish(ivr.since, ivr, invited_by=first.id)
        _line(scene).holder = ivr.id
        return True
    scene.note(Rule.OPENED_AT_QUEUE if waiting else Rule.OPENED_AT_AGENT)
    first = _open_with(scene, caller, Kind.USER)
    if waiting:
        queue = scene.queue(waiting[0], waiting[0].queued_at or 0)
        scene.establish(queue.since, queue, invited_by=first.id)
        _line(scene).holder = queue.id
    else:
        Moves(scene, _line(scene)).join(others[0], others[0].party.added)
    return True


def _open_with(scene: Scene, caller: Newcomer, kind: Kind) -> Communication:
    """Tell the caller: the communication that stays."""
    told = scene.communication(kind, caller.who, [caller.party], caller.party.added)
    outbound = scene.direction == CallType.OUTBOUND
    told.alerting = outbound and not _answered_at_once(caller)
    scene.establish(caller.party.added, told, invited_by=None)
    scene.told.main = Line(told.id)
    if told.alerting and caller.party.answered_at is not None:
        scene.tell.answered(caller.party.answered_at, told)
    return told


def _line(scene: Scene) -> Line:
    assert scene.told.main is not None
    return scene.told.main


def _answered_at_once(newcomer: Newcomer) -> bool:
    """First seen talking (a call joined half-way): established as connected."""
    return newcomer.party.answered_at is not None and newcomer.party.answered_at == newcomer.party.added

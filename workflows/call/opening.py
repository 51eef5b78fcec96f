"""Opening: nothing is told until two communications can be told; then each with its own time (flows.md)."""

from workflows.call.adoption import goes_on
from workflows.call.calls import Party
from workflows.call.communications import Kind, Line
from workflows.call.directory import Role
from workflows.call.moves import Moves
from workflows.call.roles import Who, queue_id
from workflows.call.rules import Rule
from workflows.call.scene import Newcomer, Scene
from workflows.call.tlib import CallType


def try_open(scene: Scene) -> bool:
    """Tell the first two communications, when they are known. Calls that were joined without being legs of one
    another (a merge, V4) never open."""
    if scene.legs.strangers:
        return False
    if scene.direction == CallType.INBOUND:
        return _inbound(scene)
    own = scene.first_call()
    newcomers = scene.newcomers(scene.parties_on())
    newcomers.sort(key=lambda each: (own is None or each.party.origin != own.uuid, each.party.added))
    if not newcomers:
        return False
    first = newcomers[0]
    if first.kind is not Kind.USER:
        return _by_number(scene, first)
    return _internal(scene, first) if scene.direction == CallType.INTERNAL else _outbound_by_agent(scene, first)


def _inbound(scene: Scene) -> bool:
    caller = _caller(scene)
    if caller is None:
        return False
    if _is_there(scene, caller) and _at_queue_or_party(scene, caller, Kind.EXTERNAL, _others(scene, caller)):
        return True
    points = [p for p in scene.parties_on() if scene.identity(p).who is Who.IVR]
    return bool(points) and _is_in_ivr(scene, caller, points) and _in_ivr(scene, caller, Kind.EXTERNAL, points)


def _caller(scene: Scene) -> Newcomer | None:
    """The external party of the call, also when it has just gone (a call that ends in the IVR is told then)."""
    for party in scene.parties_on():
        who = scene.identity(party)
        if who.who is Who.EXTERNAL and not party.audit:
            return None if _may_be_a_way(scene, party) else Newcomer(party, who)
    return None


def _may_be_a_way(scene: Scene, party: Party) -> bool:
    """Whether it is a trunk of which another site may yet be heard."""
    return scene.directory.dn(party.site, party.dn or "").role == Role.TRUNK and not scene.settled(party.added)


def _is_there(scene: Scene, caller: Newcomer) -> bool:
    """Whether the caller is in the call, perhaps in another site's only."""
    own = [p for p in scene.parties_on() if scene.identity(p).key == caller.who.key]
    return any(party.live for party in own) or goes_on(scene, own)


def _others(scene: Scene, caller: Newcomer) -> list[Newcomer]:
    return [n for n in scene.newcomers(scene.parties_on()) if n.who.key != caller.who.key]


def _at_queue_or_party(scene: Scene, caller: Newcomer, kind: Kind, others: list[Newcomer]) -> bool:
    """Open at a mapped queue, else at an agent who rings or talks, or a number that is no way to another site."""
    waiting = [visit for visit in scene.visits_on() if visit.live]
    if not waiting and not (others and (others[0].kind is Kind.USER or scene.settled(others[0].party.added))):
        return False
    scene.note(Rule.OPENED_AT_QUEUE if waiting else Rule.OPENED_AT_AGENT)
    line = _open_with(scene, caller, kind)
    if waiting:
        queue = scene.queue(waiting[0], waiting[0].queued_at or 0)
        scene.establish(queue.since, queue, invited_by=line.object)
        line.holder = queue.id
    else:
        Moves(scene, line).join(others[0], others[0].party.added)
    return True


def _is_in_ivr(scene: Scene, caller: Newcomer, points: list[Party]) -> bool:
    """Whether the call stays on its Routing Points a while, or ends on them (flows.md, Who is who, 2)."""
    if _is_there(scene, caller):
        return points[-1].live and scene.due(points[0].added, scene.options.ivr_after)
    return all(scene.identity(p).who not in (Who.USER, Who.UNSEATED) for p in scene.parties_on())


def _in_ivr(scene: Scene, caller: Newcomer, kind: Kind, points: list[Party]) -> bool:
    scene.note(Rule.OPENED_IN_IVR)
    line = _open_with(scene, caller, kind)
    ivr = scene.communication(Kind.IVR, scene.identity(points[0]), points, points[0].added)
    scene.establish(ivr.since, ivr, invited_by=line.object)
    line.holder = ivr.id
    return True


def _outbound_by_agent(scene: Scene, agent: Newcomer) -> bool:
    """F14: the agent, and the party that was dialled."""
    dialled = next((n for n in scene.newcomers(scene.parties_on()) if n.who.who is Who.EXTERNAL), None)
    if dialled is None:
        return False
    scene.note(Rule.OPENED_BY_AGENT)
    user = scene.communication(Kind.USER, agent.who, [agent.party], agent.party.added)
    user.queue_id = next((queue_id(visit, scene.directory) for visit in scene.visits_on()), None)
    scene.establish(agent.party.added, user, invited_by=None)
    external = scene.communication(Kind.EXTERNAL, dialled.who, [dialled.party], dialled.party.added)
    external.alerting = not _answered_at_once(dialled)
    scene.establish(dialled.party.added, external, invited_by=user.id)
    scene.told.main = Line(external.id, user.id)
    return True


def _by_number(scene: Scene, number: Newcomer) -> bool:
    """F15, or an internal call from a phone that is listed nowhere: opens only at a mapped queue or agent (flows.md,
    Opening)."""
    if _may_be_a_way(scene, number.party):
        return False
    agents = [n for n in _others(scene, number) if n.kind is Kind.USER]
    return number.party.live and _at_queue_or_party(scene, number, Kind.EXTERNAL, agents)


def _internal(scene: Scene, caller: Newcomer) -> bool:
    """F16, F17: the calling agent, and the other agent or the queue."""
    others = _others(scene, caller)
    if _at_queue_or_party(scene, caller, Kind.USER, others):
        return True
    points = scene.routing_points()
    stays = bool(points) and not others and scene.due(points[0].added, scene.options.ivr_after)
    return stays and _in_ivr(scene, caller, Kind.USER, points)


def _open_with(scene: Scene, caller: Newcomer, kind: Kind) -> Line:
    """Tell the caller, the communication that stays: the main line begins."""
    told = scene.communication(kind, caller.who, [caller.party], caller.party.added)
    told.alerting = scene.direction == CallType.OUTBOUND and not _answered_at_once(caller)
    scene.establish(caller.party.added, told, invited_by=None)
    scene.told.main = Line(told.id)
    if told.alerting and caller.party.answered_at is not None:
        scene.tell.answered(caller.party.answered_at, told)
    return scene.told.main


def _answered_at_once(newcomer: Newcomer) -> bool:
    """First seen talking (a call joined half-way): established as connected."""
    return newcomer.party.answered_at is not None and newcomer.party.answered_at == newcomer.party.added

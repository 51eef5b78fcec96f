"""What goes along with the moves: holds, wrap-up codes, and the ends of a suspended conversation."""

from workflows.call.communications import Communication, Kind
from workflows.call.directory import wrapup_key
from workflows.call.encoding import Disconnect
from workflows.call.hangups import hung_up
from workflows.call.roles import Who
from workflows.call.rules import Rule
from workflows.call.scene import SECOND, Scene


def holds(scene: Scene) -> bool:
    """Tell the next change of an agent's hold."""
    for who in scene.told.live():
        state = scene.held_at(who) if who.kind is Kind.USER and not who.alerting else None
        if state is not None and state[0] != who.held:
            scene.note(Rule.HOLD)
            scene.tell.held(state[1], who, state[0])
            return True
    return False


def wrapup(scene: Scene) -> bool:
    """Tell a new wrap-up code on the agent who has, or had last, the call when it was set."""
    for call in scene.calls():
        value = call.user_data.get(scene.options.user_data_key)
        if value is None or (scene.told.wrapup_seen is not None and value[1] <= scene.told.wrapup_seen[1]):
            continue
        scene.told.wrapup_seen = value
        agent = _agent_at(scene, value[1])
        code = scene.directory[wrapup_key(value[0])].code_id
        if agent is not None and code is not None and code != agent.wrapup:
            scene.note(Rule.WRAP_UP)
            scene.tell.wrapup(value[1], agent, code)
            return True
    return False


def may_be_wrapped_up(scene: Scene) -> bool:
    """True when an agent talked: the code may still come, or be corrected."""
    return any(c.kind is Kind.USER and c.answered_at is not None for c in scene.told.communications.values())


def _agent_at(scene: Scene, time: int) -> Communication | None:
    window = round(scene.options.wrapup_window * SECOND)
    consulted = scene.told.consult.target if scene.told.consult is not None else None
    talked = []
    for who in scene.told.communications.values():
        gone = scene.gone_at(who)
        if who.kind is not Kind.USER or who.alerting or who.since > time or who.id == consulted:
            continue
        if gone is None or time - gone <= window:
            talked.append(who)
    return max(talked, key=lambda who: (who.live, who.answered_at or who.since), default=None)


def suspended_ends(scene: Scene, since: int) -> None:
    """Tell the end of whoever has left; when one would be alone it is ended too (flows.md, Suspended).

    `since`: event time of the violation.
    """
    scene.note(Rule.SUSPENDED)
    leaving = [(gone, who) for who in scene.told.live() if (gone := scene.gone_at(who)) is not None]
    for gone, who in sorted(leaving, key=lambda item: item[0]):
        scene.tell.ended(gone, who, _how(scene, who))
    alone = scene.told.live()
    if len(alone) == 1:
        scene.tell.ended(max([since, *(gone for gone, _ in leaving)]), alone[0], "System")


def _how(scene: Scene, who: Communication) -> Disconnect:
    if who.kind in (Kind.IVR, Kind.QUEUE) and not scene.over():
        return "System"
    if who.id == scene.told.opener:
        others = sum(p.live and scene.identity(p).who not in (Who.NOBODY, Who.IVR) for p in scene.parties_on())
        return "TransferConference" if others > 1 else hung_up(scene, who)
    return "TransferConsult" if _completed_consult(scene, who) else hung_up(scene, who)


def _completed_consult(scene: Scene, who: Communication) -> bool:
    """A consult told before the suspension is completed: its initiator leaves, caller and consulted party stay."""
    consult = scene.told.consult
    if consult is None or who.id != consult.initiator:
        return False
    return all(scene.gone_at(scene.told[each]) is None for each in (consult.caller, consult.target))


def end_all(scene: Scene, at: int, how: Disconnect = "System", goes_on_in: str | None = None) -> None:
    """Tell that everything open has ended."""
    for who in scene.told.live():
        scene.tell.ended(at, who, how, goes_on_in)
    scene.told.consult = None

"""Calls that go on at another site, where they are calls of their own: linked at once or some seconds later."""

from deploy.lab.scenario import ALERTING, CONNECTED, Call, Cause
from tests.property import consult_moves
from tests.property.life import Life
from tests.property.mapping import CALLER, FAR_SITE, FAR_TRUNK, TRUNK
from workflows.call.tlib import CallType


def routed(life: Life) -> None:
    """Routed, or transferred, to an agent of another site."""
    life.deliver(life.far_agent)
    life.let_go()
    if life.agent is not None:
        life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        life.agent = None
    leg = _leg(life)
    way_out, late = life.call.enters(TRUNK, ALERTING), life.maybe()
    if not late:
        link(life, life.call, leg)
    way_in, agent = leg.enters(FAR_TRUNK, CONNECTED), leg.rings(life.far_agent)
    if late:
        life.pause(2)
        link(life, life.call, leg)
    life.pause()
    if life.maybe():
        agent.answers()
        way_out.answers()
        life.pause()
    life.call.hung_up_by(life.call.parties[0])
    leg.hung_up_by(way_in)
    life.over = True


def referred(life: Life) -> None:
    """Transferred by REFER: the call there carries the caller itself, the one here ends."""
    assert life.agent is not None
    leg, late = _leg(life), life.maybe()
    if not late:
        link(life, life.call, leg)
    life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    caller = leg.enters(life.call.parties[0].dn, CONNECTED) if life.maybe() else None
    if late:
        link(life, life.call, leg)
    life.call.hung_up_by(life.call.parties[0])
    life.pause(1)
    if caller is None:
        caller = leg.enters(CALLER, CONNECTED)
    agent = leg.rings(life.far_agent)
    life.pause()
    if life.maybe():
        agent.answers()
        life.pause()
    leg.hung_up_by(caller)
    life.over = True


def consulted(life: Life) -> None:
    """A consult to an agent of another site, completed, given up, or made a conference."""
    consult_moves.start(life)
    assert life.consult is not None
    assert life.consulting is not None
    assert life.agent is not None
    leg, late = _leg(life, CallType.CONSULT), life.maybe()
    way_out = life.consult.enters(TRUNK, ALERTING)
    if not late:
        link(life, life.consult, leg)
    way_in, agent = leg.enters(FAR_TRUNK, CONNECTED), leg.rings(life.far_agent)
    if late:
        life.pause(2)
        link(life, life.consult, leg)
    life.pause()
    if life.maybe():
        agent.answers()
        way_out.answers()
        life.pause()
    how = life.one_of("completed", "completed", "given up", "conference")
    if how == "given up":
        life.consult.hung_up_by(life.consulting)
        leg.hung_up_by(way_in)
        life.consult = life.consulting = None
        life.agent.retrieves()
        return
    if how == "conference":
        life.agent.retrieves()
    elif life.maybe():
        life.agent.leaves(Cause.TRANSFER)
        life.agent = None
    life.consulting.leaves(Cause.TRANSFER)
    if life.maybe():
        way_out.moves_to(life.call)
    else:
        way_out.leaves()
        life.call.enters(TRUNK, CONNECTED)
    life.consult.ends(merged_into=life.call)
    link(life, life.call, leg)
    if how == "completed" and life.agent is not None:
        life.agent.leaves(Cause.TRANSFER)
    life.pause()
    life.consult = life.consulting = None
    life.call.hung_up_by(life.call.parties[0])
    leg.hung_up_by(way_in)
    life.over = True


def linked_late(life: Life) -> None:
    """A leg whose link comes later than `settle`: by then it may be told as a conversation of its own."""
    leg = _leg(life)
    way_out = life.call.enters(TRUNK, ALERTING)
    way_in, agent = leg.enters(FAR_TRUNK, CONNECTED), leg.rings(life.far_agent)
    life.pause()
    agent.answers()
    way_out.answers()
    life.scenario.wait(life.one_of(3, 5, 30))
    link(life, life.call, leg)
    life.pause()
    life.deliver(None)
    life.call.hung_up_by(life.call.parties[0])
    leg.hung_up_by(way_in)
    life.over = True


def link(life: Life, *calls: Call) -> None:
    """The calls have an equal UUID in their ISLinkLists."""
    for call in calls:
        pairs = [("location", call.site.name), ("uuid", f"L1NK{life.number:028d}")]
        call.site.emit("EventCallDataChanged", CallUUID=call.uuid, ISLinkList=pairs)


def _leg(life: Life, *more: CallType) -> Call:
    """The other site may report it with another type than the call it comes from (assumption)."""
    call_type = life.one_of(CallType.INBOUND, CallType.INTERNAL, *more)
    return life.scenario.site(FAR_SITE).call(call_type, ani=life.call.ani, dnis=life.call.dnis)

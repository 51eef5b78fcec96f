"""Consult calls: to an agent, a queue or a number; completed, given up, or more than EX can hold."""

from deploy.lab.scenario import ALERTING, CONNECTED, ROUTING, Cause
from tests.property.life import Life
from tests.property.mapping import MAPPED_QUEUES, NUMBERS, ROUTING_POINTS, SITE
from workflows.call.tlib import CallType


def start(life: Life) -> None:
    """The agent has the caller wait and begins a consult call."""
    assert life.agent is not None
    life.agent.holds()
    life.consult = life.scenario.site(SITE).call(CallType.CONSULT, main=life.call)
    life.consulting = life.consult.enters(life.agent.dn, CONNECTED)
    life.consulting.is_agent = True


def agent(life: Life) -> None:
    start(life)
    assert life.consult is not None
    life.consulted = life.consult.rings(life.free_agent())


def number(life: Life) -> None:
    start(life)
    assert life.consult is not None
    life.consulted = life.consult.enters(NUMBERS[1], ALERTING)


def queue(life: Life) -> None:
    start(life)
    assert life.consult is not None
    life.router = life.consult.enters(ROUTING_POINTS[0], ROUTING)
    life.visits.append(life.consult.queues(life.one_of(*MAPPED_QUEUES)))


def delivered(life: Life) -> None:
    assert life.consult is not None
    dn = life.free_agent()
    life.let_go()
    life.consulted = life.consult.rings(dn)
    life.deliver(dn)


def answered(life: Life) -> None:
    assert life.consulted is not None
    life.consulted.answers()


def completed(life: Life) -> None:
    """Completed as a transfer, in one of the orders, with or without EventCallPartyMoved."""
    assert life.consult is not None
    assert life.consulted is not None
    assert life.consulting is not None
    assert life.agent is not None
    rings, moved = life.consulted.state == ALERTING, life.maybe()
    leaving = [life.agent, life.consulting]
    for party in leaving if life.maybe() else reversed(leaving):
        party.leaves(Cause.TRANSFER)
    if moved:
        life.consulted.moves_to(life.call)
        joined = life.consulted
    else:
        life.consulted.leaves()
        if life.maybe():
            life.consult.ends(merged_into=life.call)
        joined = life.call.enters(life.consulted.dn, life.consulted.state)
        joined.is_agent = life.consulted.is_agent
    life.consult.ends(merged_into=life.call)
    life.agent, life.ringing = (None, joined) if rings else (joined, None)
    life.consult = life.consulted = life.consulting = None


def completed_in_queue(life: Life) -> None:
    """Completed while the consult call still waits in its queue: the caller waits there now."""
    assert life.consult is not None
    assert life.consulting is not None
    assert life.agent is not None
    life.agent.leaves(Cause.TRANSFER)
    life.consulting.leaves(Cause.TRANSFER)
    if life.router is not None:
        life.router.moves_to(life.call)
    life.consult.ends(merged_into=life.call)
    for visit in life.visits:
        visit.call = life.call
    life.agent = life.consult = life.consulting = None


def given_up(life: Life) -> None:
    assert life.consult is not None
    assert life.agent is not None
    for visit in life.visits:
        visit.abandoned()
    life.visits.clear()
    life.router = None
    life.consult.hung_up_by(life.consulting or life.consult.parties[0])
    life.consult = life.consulted = life.consulting = None
    life.pause(2)
    life.agent.retrieves()


def transferred(life: Life) -> None:
    """The caller is transferred blindly to somebody else while the consult goes on."""
    assert life.agent is not None
    assert life.consult is not None
    assert life.consulting is not None
    dn = life.free_agent()
    life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    life.agent, life.ringing = None, life.call.rings(dn, cause=Cause.SINGLE_STEP_TRANSFER)
    life.pause()
    if life.maybe():
        life.ringing.answers()
        life.agent, life.ringing = life.ringing, None
        life.pause()
    life.consult.hung_up_by(life.consulting)
    life.consult = life.consulted = life.consulting = None


def caller_leaves(life: Life) -> None:
    assert life.consult is not None
    life.call.hung_up_by(life.call.parties[0])
    life.pause()
    life.consult.hung_up_by(life.consult.parties[0])
    life.over = True


def conference(life: Life) -> None:
    """V1."""
    assert life.consult is not None
    assert life.consulted is not None
    assert life.consulting is not None
    assert life.agent is not None
    life.agent.retrieves()
    life.consulted.moves_to(life.call)
    life.consulting.leaves()
    life.consult.ends(merged_into=life.call)
    life.consult = life.consulted = life.consulting = None
    life.pause()
    life.hang_up(life.call.parties[0])


def nested(life: Life) -> None:
    """V7: the consulted agent consults."""
    assert life.consult is not None
    assert life.consulted is not None
    if life.consulted.is_agent:
        _beside(life, life.consulted.dn, main_is_consult=True)


def second(life: Life) -> None:
    """V7: the agent begins another consult beside the open one."""
    assert life.agent is not None
    _beside(life, life.agent.dn, main_is_consult=False)


def _beside(life: Life, dn: str, *, main_is_consult: bool) -> None:
    other = life.scenario.site(SITE).call(CallType.CONSULT, main=life.consult if main_is_consult else life.call)
    other.enters(dn, CONNECTED)
    other.rings(life.free_agent())
    life.pause()
    other.hung_up_by(other.parties[0])

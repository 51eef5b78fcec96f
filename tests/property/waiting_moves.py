"""What may happen to a call that no agent has: Routing Points, Virtual Queues, rings."""

from deploy.lab.scenario import ALERTING, CONNECTED, ROUTING, TREATED, Cause
from tests.property.life import Life
from tests.property.mapping import NUMBERS, QUEUES, RECORDER, ROUTING_POINTS, UNMAPPED


def to_ivr(life: Life) -> None:
    if life.router is None:
        life.router = life.call.enters(life.one_of(*ROUTING_POINTS), life.one_of(ROUTING, TREATED))
    elif life.maybe():
        life.router.leaves(Cause.ROUTE)
        life.router = life.call.enters(life.one_of(*ROUTING_POINTS), ROUTING)


def queued(life: Life) -> None:
    if life.router is None:
        to_ivr(life)
    if len(life.visits) < 3:
        life.visits.append(life.call.queues(life.one_of(*QUEUES)))


def ivr_then_queue(life: Life) -> None:
    to_ivr(life)
    life.pause()
    queued(life)


def unqueued(life: Life) -> None:
    if life.visits:
        life.visits.pop(0).diverted_to(None)


def rings(life: Life) -> None:
    _rings(life, life.free_agent())


def rings_unseated(life: Life) -> None:
    """Nobody EX knows sits there, unless somebody logs in now or did before."""
    dn = str(life.one_of(life.free_seat, UNMAPPED))
    if dn == life.free_seat and life.maybe():
        life.login()
    _rings(life, dn)


def _rings(life: Life, dn: str) -> None:
    visit = life.visits.pop() if life.visits else None
    first, stays = life.maybe(), life.maybe()
    if visit and first:
        visit.diverted_to(dn)
    if not stays:
        life.let_go()
    life.ringing = life.call.rings(dn)
    if visit and not first:
        visit.diverted_to(dn)
    life.deliver(None)


def hunts(life: Life) -> None:
    """Two phones ring at once, one answers."""
    first, second = life.call.rings(life.free_agent()), life.call.rings(life.free_agent())
    life.pause(3)
    life.deliver(first.dn)
    answers, other = (first, second) if life.maybe() else (second, first)
    life.ringing = answers
    answered(life)
    other.leaves(Cause.NO_ANSWER)


def answered(life: Life) -> None:
    assert life.ringing is not None
    life.ringing.answers()
    life.agent, life.ringing = life.ringing, None
    life.let_go()


def not_answered(life: Life) -> None:
    assert life.ringing is not None
    life.ringing.leaves(Cause.NO_ANSWER)
    life.ringing = None
    to_ivr(life)
    if life.maybe():
        queued(life)


def abandoned(life: Life) -> None:
    for visit in life.visits:
        visit.abandoned()
    assert life.other is not None
    life.hang_up(life.other)


def recorded(life: Life) -> None:
    """A recorder takes part for a while: nobody to EX."""
    recorder = life.call.enters(RECORDER, CONNECTED)
    life.pause()
    recorder.leaves()


def to_number(life: Life) -> None:
    """A blind transfer, or an overflow, to a number, which may not answer."""
    if life.agent is not None:
        life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        life.agent = None
    life.let_go()
    number = life.call.enters(NUMBERS[1], ALERTING)
    life.deliver(NUMBERS[1])
    life.pause()
    if life.rarely():
        number.leaves(Cause.NO_ANSWER)
        to_ivr(life)
        return
    number.answers()
    life.pause()
    life.hang_up(number if life.maybe() else life.call.parties[0])

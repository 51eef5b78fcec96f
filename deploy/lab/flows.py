"""How calls of each flow go, as scripts: the sample logs and generated traffic are made of them.

The names are those of the product's flow catalogue: F01 to F17, and V2, the vendor's example of a suspension.
"""

from collections.abc import Callable

from deploy.lab.scenario import Call, Cause, Party
from deploy.lab.script import Script
from workflows.call.tlib import CallType


def f01(script: Script) -> None:
    """Ends in the IVR."""
    call = script.arrives()
    script.hears_ivr(call)
    script.wait(script.turns.talk)
    call.hung_up_by(call.caller)


def f02(script: Script) -> None:
    """Abandoned: in the queue, or with an agent in the cast while that agent rings."""
    call = script.arrives()
    router = script.hears_ivr(call)
    queued = script.waits_in_queue(call)
    if script.cast.agents:
        script.rings_at(call, script.cast.agents[0], router, queued)
    else:
        queued.abandoned()
    call.hung_up_by(call.caller)


def f03(script: Script) -> None:
    """IVR, queue, agent."""
    call = script.arrives()
    router = script.hears_ivr(call)
    agent = script.is_delivered(call, router, script.cast.agents[0])
    script.wraps_up(call, agent)


def f04(script: Script) -> None:
    """Queue and agent, no IVR."""
    call, agent = _reaches_agent(script)
    script.wraps_up(call, agent)


def _reaches_agent(script: Script) -> tuple[Call, Party]:
    call = script.arrives()
    router = script.is_routed(call)
    return call, script.is_delivered(call, router, script.cast.agents[0])


def f05_direct(script: Script) -> None:
    """Straight to an agent's Extension."""
    call = script.arrives()
    agent = call.rings(script.cast.agents[0])
    script.wait(script.turns.ring)
    script.answers(agent, None)
    script.talks(agent)
    script.wraps_up(call, agent)


def f05_ivr(script: Script) -> None:
    """From the IVR to an agent, without a queue."""
    call = script.arrives()
    ivr = script.hears_ivr(call)
    agent = script.rings_at(call, script.cast.agents[0], ivr, None)
    script.answers(agent, ivr)
    script.talks(agent)
    script.wraps_up(call, agent)


def f06(script: Script) -> None:
    """The first agent does not answer; back to the queue and to another agent."""
    call = script.arrives()
    router = script.is_routed(call)
    queued = script.waits_in_queue(call)
    silent = script.rings_at(call, script.cast.agents[0], router, queued)
    silent.leaves(Cause.NO_ANSWER)
    if not script.turns.router_stays:
        router = script.is_routed(call)
    again = call.queues(script.cast.queue)
    script.wait(0.6)
    agent = script.rings_at(call, script.cast.agents[1], router, again)
    script.answers(agent, router)
    script.talks(agent)
    script.wraps_up(call, agent)


def f07(script: Script) -> None:
    """The first agent transfers blindly to the second."""
    call, first = _reaches_agent(script)
    second = script.transfers_to(call, first, script.cast.agents[1])
    script.talks(second)
    script.wraps_up(call, second)


def f08(script: Script) -> None:
    """The first agent transfers blindly to the queue, which delivers to the second."""
    call, first = _reaches_agent(script)
    first.leaves(Cause.SINGLE_STEP_TRANSFER)
    router = script.is_routed(call)
    second = script.is_delivered(call, router, script.cast.agents[1])
    script.wraps_up(call, second)


def f09(script: Script) -> None:
    """The agent transfers blindly to an external number."""
    call, agent = _reaches_agent(script)
    agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    script.is_dialled(call, script.cast.number)
    script.wait(script.turns.talk)
    call.hung_up_by(call.caller)


def f10(script: Script) -> None:
    """The first agent consults the second and transfers the caller."""
    call, first = _reaches_agent(script)
    consulting, second = script.consults(call, first, script.cast.agents[1])
    consult = consulting.call
    first.leaves(Cause.TRANSFER)
    consulting.leaves(Cause.TRANSFER)
    second.moves_to(call)
    consult.ends(merged_into=call)
    script.talks(second)
    script.wraps_up(call, second)


def f13(script: Script) -> None:
    """The first agent consults the second and goes back to the caller."""
    call, first = _reaches_agent(script)
    consulting, _ = script.consults(call, first, script.cast.agents[1])
    consulting.call.hung_up_by(consulting)
    first.retrieves()
    script.talks(first)
    script.wraps_up(call, first)


def f14(script: Script) -> None:
    """An agent dials a number."""
    agent_dn, number = script.cast.agents[0], script.cast.caller
    call = script.site.call(CallType.OUTBOUND, ani=agent_dn, dnis=number, dialed=number)
    agent = script.dials(call, agent_dn)
    call.caller = script.is_dialled(call, number)
    script.talks(agent)
    script.wraps_up(call, agent)


def f16(script: Script) -> None:
    """An agent dials another one."""
    first, second = script.cast.agents
    call = script.site.call(CallType.INTERNAL, ani=first, dnis=second, dialed=second)
    call.caller = script.dials(call, first)
    agent = call.rings(second)
    script.wait(script.turns.ring)
    agent.answers()
    script.talks(agent)
    script.wraps_up(call, agent)


def v2(script: Script) -> None:
    """IVR, queue, agent 1, who adds agent 2 by single-step conference and leaves; caller and agent 2 talk on."""
    call = script.arrives()
    router = script.hears_ivr(call)
    queued = script.waits_in_queue(call)
    first = script.rings_at(call, script.cast.agents[0], router, queued)
    script.answers(first, router)
    script.talks(first)
    second = call.rings(script.cast.agents[1], cause=Cause.CONFERENCE, ref=first)
    script.wait(script.turns.ring / 2)
    second.answers()
    script.wait(script.turns.talk / 2)
    call.data(DispositionCode=script.cast.wrapup)
    first.leaves()
    script.wait(script.turns.talk / 2)
    call.hung_up_by(call.caller)


FLOWS: dict[str, tuple[Callable[[Script], None], int]] = {
    "F01": (f01, 0),
    "F02": (f02, 0),
    "F02 ringing": (f02, 1),
    "F03": (f03, 1),
    "F04": (f04, 1),
    "F05": (f05_direct, 1),
    "F05 from the IVR": (f05_ivr, 1),
    "F06": (f06, 2),
    "F07": (f07, 2),
    "F08": (f08, 2),
    "F09": (f09, 1),
    "F10": (f10, 2),
    "F13": (f13, 2),
    "F14": (f14, 1),
    "F16": (f16, 2),
    "V2": (v2, 2),
}
"""Each flow's script, and how many agents it needs."""

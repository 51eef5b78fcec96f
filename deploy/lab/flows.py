"""How calls of each flow go, as scripts: the sample logs and generated traffic are made of them.

The names are those of the product's flow catalogue: F01 to F06, and V2, the vendor's example of a suspension.
"""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.lab.scenario import ROUTING, TREATED, Call, Cause, Party, Queued, SiteView


@dataclass(frozen=True)
class Cast:
    """Who takes part in a call."""

    caller: str
    dnis: str
    ivr: str
    """Routing Point with an IVR application."""
    router: str
    """Routing Point that only routes."""
    queue: str
    """Virtual Queue."""
    agents: tuple[str, ...]
    """Extensions of the agents, in the order in which they come in."""
    wrapup: str = "Resolved"
    other_queue: str | None = None
    """A second Virtual Queue on which the call waits too."""


@dataclass(frozen=True)
class Turns:
    """What may go one way or the other in a call, and how long things take (seconds)."""

    ivr: float = 2.5
    queue: float = 1.5
    ring: float = 1.2
    talk: float = 3.0
    hold: float = 0
    """How long the agent holds the caller; 0: not at all."""
    diverted_first: bool = False
    """EventDiverted comes before the agent's party."""
    router_stays: bool = False
    """The Routing Point leaves only after the answer (SIP Server option divert-on-ringing=false)."""
    agent_hangs_up: bool = False


class Script:
    """The parts that flows have in common, for one call."""

    def __init__(self, site: SiteView, cast: Cast, turns: Turns) -> None:
        self.site = site
        self.cast = cast
        self.turns = turns
        self.wait = site.scenario.wait

    def arrives(self) -> Call:
        return self.site.inbound(self.cast.caller, self.cast.dnis, {"CustomerSegment": "default"})

    def hears_ivr(self, call: Call) -> Party:
        ivr = call.enters(self.cast.ivr, TREATED)
        self.wait(self.turns.ivr)
        return ivr

    def is_routed(self, call: Call) -> Party:
        router = call.enters(self.cast.router, ROUTING)
        self.wait(0.15)
        return router

    def waits_in_queue(self, call: Call) -> Queued:
        queued = call.queues(self.cast.queue)
        other = call.queues(self.cast.other_queue) if self.cast.other_queue else None
        self.wait(self.turns.queue)
        if other:
            other.diverted_to(None)
        return queued

    def rings_at(self, call: Call, dn: str, router: Party, queued: Queued | None) -> Party:
        """The call is routed to an agent; the events of the three feeds come in one of the orders they have."""
        if queued and self.turns.diverted_first:
            queued.diverted_to(dn)
        if not self.turns.router_stays:
            router.leaves(Cause.ROUTE)
        agent = call.rings(dn, cause=Cause.ROUTE, ref=router)
        if queued and not self.turns.diverted_first:
            self.wait(0.05)
            queued.diverted_to(dn)
        self.wait(self.turns.ring)
        return agent

    def answers(self, agent: Party, router: Party | None) -> None:
        agent.answers()
        if router and self.turns.router_stays:
            router.leaves(Cause.ROUTE)

    def talks(self, agent: Party) -> None:
        self.wait(self.turns.talk / 2)
        if self.turns.hold:
            agent.holds()
            self.wait(self.turns.hold)
            agent.retrieves()
        self.wait(self.turns.talk / 2)

    def wraps_up(self, call: Call, agent: Party) -> None:
        call.data(DispositionCode=self.cast.wrapup)
        self.wait(0.4)
        call.hung_up_by(agent if self.turns.agent_hangs_up else call.caller)


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
    _queue_to_agent(script, call, router)


def f04(script: Script) -> None:
    """Queue and agent, no IVR."""
    call = script.arrives()
    router = script.is_routed(call)
    _queue_to_agent(script, call, router)


def _queue_to_agent(script: Script, call: Call, router: Party) -> None:
    queued = script.waits_in_queue(call)
    agent = script.rings_at(call, script.cast.agents[0], router, queued)
    script.answers(agent, router)
    script.talks(agent)
    script.wraps_up(call, agent)


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
    "V2": (v2, 2),
}
"""Each flow's script, and how many agents it needs."""

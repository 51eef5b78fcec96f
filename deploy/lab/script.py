"""A call as a script: who takes part, what may go one way or the other, and the parts that flows have in common."""

from dataclasses import dataclass

from deploy.lab.scenario import ALERTING, CONNECTED, DIALING, ROUTING, TREATED, Call, Cause, Party, Queued, SiteView
from workflows.call.tlib import CallType


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
    number: str = "+15550199"
    """An external number to which an agent transfers."""


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

    def is_delivered(self, call: Call, router: Party, dn: str) -> Party:
        """From the queue to an agent, who answers and talks."""
        queued = self.waits_in_queue(call)
        agent = self.rings_at(call, dn, router, queued)
        self.answers(agent, router)
        self.talks(agent)
        return agent

    def dials(self, call: Call, dn: str) -> Party:
        """An agent's Extension has dialled."""
        return call.enters(dn, DIALING, is_agent=True)

    def is_dialled(self, call: Call, number: str) -> Party:
        """An external number rings and answers."""
        party = call.enters(number, ALERTING)
        self.wait(self.turns.ring)
        party.answers()
        return party

    def transfers_to(self, call: Call, agent: Party, dn: str) -> Party:
        """Blind: the agent is gone before the other one answers."""
        agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        other = call.rings(dn, cause=Cause.SINGLE_STEP_TRANSFER)
        self.wait(self.turns.ring)
        other.answers()
        return other

    def consults(self, call: Call, agent: Party, dn: str) -> tuple[Party, Party]:
        """The caller is held, the other agent answers in a call of its own; both parties there."""
        agent.holds()
        consult = self.site.call(CallType.CONSULT, main=call, dialed=dn)
        consulting = consult.enters(agent.dn, CONNECTED, is_agent=True)
        self.wait(0.1)
        other = consult.rings(dn)
        self.wait(self.turns.ring)
        other.answers()
        self.wait(self.turns.talk / 2)
        return consulting, other

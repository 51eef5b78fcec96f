"""A call's life on its way: what stands in Engage now, and how it begins and ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from deploy.lab.scenario import ALERTING, CONNECTED, Call, Cause, Party, Queued, Scenario
from tests.property.mapping import AGENTS, CALLER, DNIS, FREE_SEATS, NUMBERS, SITE, UNMAPPED
from workflows.call.tlib import CallType

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Life:
    """One main call with its consults and legs, driven by moves that are legal at the moment."""

    draw: Draw
    scenario: Scenario
    agents: tuple[str, ...] = AGENTS
    """Extensions of those who may take part."""
    far_agent: str = "7101"
    """Who takes part at the other site."""
    number: int = 0
    """Of several lives that are lived at once."""
    call: Call = field(init=False)
    router: Party | None = None
    visits: list[Queued] = field(default_factory=list)
    ringing: Party | None = None
    agent: Party | None = None
    other: Party | None = None
    """Whom the agent talks to: the caller, a number, or another agent."""
    consult: Call | None = None
    consulting: Party | None = None
    consulted: Party | None = None
    over: bool = False

    @property
    def free_seat(self) -> str:
        """An Extension where somebody may log in."""
        return FREE_SEATS[self.number]

    def login(self) -> None:
        self.scenario.site(SITE).login(self.free_seat, f"A{self.free_seat}")

    def pause(self, longest: float = 6.0) -> None:
        self.scenario.wait(self.draw(st.integers(0, round(longest * 10))) / 10)

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def rarely(self) -> bool:
        return bool(self.draw(st.integers(0, 7)) == 7)

    def free_agent(self) -> str:
        busy = {p.dn for call in (self.call, self.consult) if call for p in call.parties}
        return str(self.one_of(*(dn for dn in self.agents if dn not in busy)))

    def let_go(self) -> None:
        """The Routing Point lets the call go."""
        if self.router:
            self.router.leaves(Cause.ROUTE)
            self.router = None

    def deliver(self, dn: str | None) -> None:
        """The Virtual Queues let the call go."""
        while self.visits:
            self.visits.pop().diverted_to(dn)

    def hang_up(self, first: Party) -> None:
        """The main call is over, and a consult with it."""
        if self.consult is not None:
            self.consult.hung_up_by(self.consult.parties[0])
            self.consult = None
        self.call.hung_up_by(first)
        self.over = True

    def finish(self) -> None:
        if not self.over:
            for visit in self.visits:
                visit.abandoned()
            self.hang_up(self.call.parties[0])

    def begin(self) -> None:
        if self.rarely():
            self.login()
        kinds = [*[self._inbound] * 6, self._anonymous, *[self._outbound] * 2, self._campaign, self._internal]
        self.one_of(*kinds, self._blended, self._unmapped_dials)()

    def _inbound(self) -> None:
        self.call = self.scenario.site(SITE).inbound(CALLER, DNIS)
        self.other = self.call.caller

    def _anonymous(self) -> None:
        self.call = self.scenario.site(SITE).call(CallType.INBOUND, dnis=DNIS)
        self.other = self.call.enters("anonymous", CONNECTED)

    def _campaign(self) -> None:
        """Dialled by the system."""
        self.call = self.scenario.site(SITE).call(CallType.OUTBOUND, dialed=NUMBERS[0])
        self.other = self.call.enters(NUMBERS[0], ALERTING)
        self.pause(3)
        self.other.answers()

    def _blended(self) -> None:
        """V4: dialled by the system, then merged with a call to the agent (ASM)."""
        self._campaign()
        seizing = self.scenario.site(SITE).call(CallType.INTERNAL)
        agent = seizing.rings(self.free_agent())
        agent.answers()
        self.pause()
        if self.maybe():
            agent.moves_to(self.call)
        else:
            agent.leaves()
            agent = self.call.enters(agent.dn, CONNECTED)
            agent.is_agent = True
        seizing.ends(merged_into=self.call)
        self.agent = agent

    def _internal(self) -> None:
        self._dials(CallType.INTERNAL)

    def _outbound(self) -> None:
        self.agent, dialled = self._dials(CallType.OUTBOUND), self.call.enters(NUMBERS[0], ALERTING)
        self.pause()
        if self.rarely():
            self.hang_up(self.agent)
            return
        dialled.answers()
        self.other = dialled

    def _dials(self, call_type: CallType) -> Party:
        self.call = self.scenario.site(SITE).call(call_type)
        self.other = self.call.enters(str(self.one_of(*self.agents)), CONNECTED)
        self.other.is_agent = True
        return self.other

    def _unmapped_dials(self) -> None:
        """V5."""
        self.call = self.scenario.site(SITE).call(CallType.INTERNAL)
        self.other = self.call.enters(str(self.one_of(self.free_seat, UNMAPPED)), CONNECTED)

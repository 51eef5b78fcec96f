"""Random legal lives of calls: what a SIP Server may report, composed of moves, and how feeds distort it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from deploy.lab.identities import Identities
from deploy.lab.scenario import ALERTING, CONNECTED, ROUTING, TREATED, Call, Cause, Party, Queued, Scenario, SiteEvent
from workflows.call.directory import Snapshot
from workflows.call.tlib import FEED_OF_EVENT, CallType, TlibEvent

START = 1_772_443_800_000_000
AGENTS = tuple(str(dn) for dn in range(7001, 7010))
FREE_SEAT, UNMAPPED = "7050", "7099"
NUMBERS = ("+15550200", "+15550201")
QUEUES = ("VQ_A", "VQ_B", "VQ_U")
OBSERVING = 0xAC


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


MAPPING = Snapshot.model_validate(
    {
        "source_id": _uuid(1),
        "agents": {"A7050": {"agent": "free.seat", "user_id": _uuid(7050)}},
        "sites": [
            {
                "name": "SIPS1",
                "routing_points": ["9001", "9002"],
                "trunks": ["T1"],
                "services": ["rec"],
                "extensions": {
                    **{dn: {"agent": f"a.{dn}", "user_id": _uuid(int(dn))} for dn in AGENTS},
                    FREE_SEAT: {},
                    UNMAPPED: None,
                },
                "virtual_queues": {"VQ_A": {"queue_id": _uuid(101)}, "VQ_B": {"queue_id": _uuid(102)}, "VQ_U": {}},
            },
            {
                "name": "SIPS2",
                "trunks": ["T2"],
                "extensions": {"7101": {"agent": "a.7101", "user_id": _uuid(7101)}},
            },
        ],
        "wrapup_codes": {"Sold": _uuid(201)},
    }
)


@dataclass
class Life:
    """One main call with its consults, driven by moves that are legal at the moment."""

    draw: Callable[[st.SearchStrategy[object]], object]
    scenario: Scenario
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

    def pause(self, longest: float = 6.0) -> None:
        tenths = self.draw(st.integers(0, round(longest * 10)))
        assert isinstance(tenths, int)
        self.scenario.wait(tenths / 10)

    def one_of(self, *choices: str) -> str:
        return str(self.draw(st.sampled_from(choices)))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def free_agent(self) -> str:
        busy = {p.dn for call in (self.call, self.consult) if call for p in call.parties}
        return self.one_of(*(dn for dn in AGENTS if dn not in busy))

    # How it begins

    def begin(self) -> None:
        site = self.scenario.site("SIPS1")
        kind = self.one_of("inbound", "inbound", "inbound", "inbound", "outbound", "campaign", "internal")
        if kind == "inbound":
            self.call = site.inbound("+15550100", "+15550900")
            self.other = self.call.caller
        elif kind == "campaign":
            self.call = site.call(CallType.OUTBOUND, dialed=NUMBERS[0])
            self.other = self.call.enters(NUMBERS[0], ALERTING)
            self.pause(3)
            self.other.answers()
        else:
            self.call = site.call(CallType.INTERNAL if kind == "internal" else CallType.OUTBOUND)
            self.other = self.call.enters(self.one_of(*AGENTS), CONNECTED)
            self.other.is_agent = True
            if kind == "outbound":
                self.agent, dialled = self.other, self.call.enters(NUMBERS[0], ALERTING)
                self.pause()
                if self.maybe():
                    dialled.answers()
                    self.other = dialled
                else:
                    self.call.hung_up_by(self.agent)
                    self.over = True

    # Moves: each is legal when its condition holds

    def moves(self) -> list[Callable[[], None]]:
        if self.ringing is not None:
            return [*[self.answered] * 5, self.not_answered, self.abandoned]
        if self.consult is not None:
            return self._consult_moves()
        if self.agent is not None:
            steady = [self.held, self.wrapped_up, self.phone_again, self.listed]
            leaving = [self.transferred, self.to_router, self.to_number, self.conference, self.supervised]
            across = [self.refers, *[self.consults_across] * 2]
            return [*steady, *leaving, *across, *[self.consults] * 3, *[self.consults_queue] * 2, self.hung_up]
        waiting = [self.queued, self.queued, self.unqueued, self.to_ivr, self.to_ivr]
        away = [self.rings_unmapped, self.hunts, self.to_number, self.goes_to_another_site, self.abandoned]
        return [*waiting, *[self.rings] * 5, *away]

    def _consult_moves(self) -> list[Callable[[], None]]:
        if self.consulted is None:
            return [self.consult_delivered, self.consult_delivered, self.consult_given_up]
        moves = [*[self.consult_completed] * 3, self.consult_given_up, self.caller_leaves_consult]
        if self.consulted.state == ALERTING:
            return [*moves, self.consult_answered, self.consult_answered]
        return [*moves, self.consult_conference, self.nested_consult]

    def to_ivr(self) -> None:
        if self.router is None:
            self.router = self.call.enters(self.one_of("9001", "9002"), self.draw(st.sampled_from((ROUTING, TREATED))))  # type: ignore[arg-type]
        elif self.maybe():
            self.router.leaves(Cause.ROUTE)
            self.router = self.call.enters(self.one_of("9001", "9002"), ROUTING)

    def queued(self) -> None:
        if self.router is None:
            self.to_ivr()
        if len(self.visits) < 3:
            self.visits.append(self.call.queues(self.one_of(*QUEUES)))

    def unqueued(self) -> None:
        if self.visits:
            self.visits.pop(0).diverted_to(None)

    def rings(self) -> None:
        self._rings(self.free_agent())

    def rings_unmapped(self) -> None:
        self._rings(self.one_of(FREE_SEAT, UNMAPPED))

    def _rings(self, dn: str) -> None:
        visit = self.visits.pop() if self.visits else None
        first, stays = self.maybe(), self.maybe()
        if visit and first:
            visit.diverted_to(dn)
        if self.router and not stays:
            self.router.leaves(Cause.ROUTE)
            self.router = None
        self.ringing = self.call.rings(dn)
        if visit and not first:
            visit.diverted_to(dn)
        while self.visits:
            self.visits.pop().diverted_to(None)

    def hunts(self) -> None:
        """Two phones ring at once, one answers."""
        first, second = self.call.rings(self.free_agent()), self.call.rings(self.free_agent())
        self.pause(3)
        while self.visits:
            self.visits.pop().diverted_to(first.dn)
        answers, other = (first, second) if self.maybe() else (second, first)
        self.ringing = answers
        self.answered()
        other.leaves(Cause.NO_ANSWER)

    def answered(self) -> None:
        assert self.ringing is not None
        self.ringing.answers()
        self.agent, self.ringing = self.ringing, None
        if self.router:
            self.router.leaves(Cause.ROUTE)
            self.router = None

    def not_answered(self) -> None:
        assert self.ringing is not None
        self.ringing.leaves(Cause.NO_ANSWER)
        self.ringing = None
        self.to_ivr()
        if self.maybe():
            self.queued()

    def abandoned(self) -> None:
        for visit in self.visits:
            visit.abandoned()
        assert self.other is not None
        self._end(self.other)

    def held(self) -> None:
        assert self.agent is not None
        self.agent.holds()
        self.pause()
        self.agent.retrieves()

    def wrapped_up(self) -> None:
        self.call.data(DispositionCode=self.one_of("Sold", "Nonsense"))

    def phone_again(self) -> None:
        assert self.agent is not None
        if self.agent.is_agent:
            self.agent.leaves()
            self.agent = self.call.enters(self.agent.dn, CONNECTED)
            self.agent.is_agent = True

    def listed(self) -> None:
        self.call.participants_changed()

    def transferred(self) -> None:
        """Blind transfer, the new party before or after the old one's leaving."""
        assert self.agent is not None
        dn, first = self.free_agent(), self.maybe()
        if not first:
            self.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        self.ringing = self.call.rings(dn, cause=Cause.SINGLE_STEP_TRANSFER)
        if first:
            self.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        self.agent = None

    def to_router(self) -> None:
        assert self.agent is not None
        self.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        self.agent = None
        self.to_ivr()
        if self.maybe():
            self.queued()

    def to_number(self) -> None:
        if self.agent is not None:
            self.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
            self.agent = None
        if self.router:
            self.router.leaves(Cause.ROUTE)
            self.router = None
        number = self.call.enters(NUMBERS[1], ALERTING)
        while self.visits:
            self.visits.pop().diverted_to(NUMBERS[1])
        self.pause()
        number.answers()
        self.agent = number
        self.pause()
        self._end(number if self.maybe() else self.call.parties[0])

    def goes_to_another_site(self) -> None:
        """Routed to an agent of another site: a leg there, its IS-Link known at once or some seconds later."""
        while self.visits:
            self.visits.pop().diverted_to("7101")
        if self.router:
            self.router.leaves(Cause.ROUTE)
            self.router = None
        leg = self._leg()
        way_out, late = self.call.enters("T1", ALERTING), self.maybe()
        if not late:
            self.linked(self.call, leg)
        way_in, agent = leg.enters("T2", CONNECTED), leg.rings("7101")
        if late:
            self.pause(2)
            self.linked(self.call, leg)
        self.pause()
        if self.maybe():
            agent.answers()
            way_out.answers()
            self.pause()
        self.call.hung_up_by(self.call.parties[0])
        leg.hung_up_by(way_in)
        self.over = True

    def _leg(self) -> Call:
        return self.scenario.site("SIPS2").call(CallType.INBOUND, ani=self.call.ani, dnis=self.call.dnis)

    def refers(self) -> None:
        """Transferred to another site by REFER: the call there carries the caller itself, the one here ends."""
        assert self.agent is not None
        leg, late = self._leg(), self.maybe()
        if not late:
            self.linked(self.call, leg)
        self.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
        caller = leg.enters(self.call.parties[0].dn, CONNECTED) if self.maybe() else None
        if late:
            self.linked(self.call, leg)
        self.call.hung_up_by(self.call.parties[0])
        self.pause(1)
        if caller is None:
            caller = leg.enters("+15550100", CONNECTED)
        agent = leg.rings("7101")
        self.pause()
        if self.maybe():
            agent.answers()
            self.pause()
        leg.hung_up_by(caller)
        self.over = True

    def consults_across(self) -> None:
        """A consult to an agent of another site, completed, given up, or made a conference."""
        self._start_consult()
        assert self.consult is not None
        assert self.consulting is not None
        assert self.agent is not None
        leg, late = self._leg(), self.maybe()
        way_out = self.consult.enters("T1", ALERTING)
        if not late:
            self.linked(self.consult, leg)
        way_in, agent = leg.enters("T2", CONNECTED), leg.rings("7101")
        if late:
            self.pause(2)
            self.linked(self.consult, leg)
        self.pause()
        if self.maybe():
            agent.answers()
            way_out.answers()
            self.pause()
        how = self.one_of("completed", "completed", "given up", "conference")
        if how == "given up":
            self.consult.hung_up_by(self.consulting)
            leg.hung_up_by(way_in)
            self.consult = self.consulting = None
            self.agent.retrieves()
            return
        if how == "conference":
            self.agent.retrieves()
        elif self.maybe():
            self.agent.leaves(Cause.TRANSFER)
            self.agent = None
        self.consulting.leaves(Cause.TRANSFER)
        if self.maybe():
            way_out.moves_to(self.call)
        else:
            way_out.leaves()
            self.call.enters("T1", CONNECTED)
        self.consult.ends(merged_into=self.call)
        self.linked(self.call, leg)
        if how == "completed" and self.agent is not None:
            self.agent.leaves(Cause.TRANSFER)
        self.pause()
        self.consult = self.consulting = None
        self.call.hung_up_by(self.call.parties[0])
        leg.hung_up_by(way_in)
        self.over = True

    def linked(self, *calls: Call) -> None:
        for call in calls:
            link = [("location", call.site.name), ("uuid", "L1NK0000000000000000000000000000")]
            call.site.emit("EventCallDataChanged", CallUUID=call.uuid, ISLinkList=link)

    def conference(self) -> None:
        """V2: a single-step conference; then the opener leaves, or everybody."""
        second = self.call.rings(self.free_agent(), cause=Cause.CONFERENCE)
        self.pause()
        second.answers()
        self.pause()
        if self.maybe() and self.agent is not None:
            self.agent.leaves()
            self.pause()
        self._end(second)

    def supervised(self) -> None:
        """V3."""
        supervisor = self.call.enters(self.free_agent(), OBSERVING)
        self.pause()
        supervisor.leaves()

    def hung_up(self) -> None:
        assert self.agent is not None
        self._end(self.agent if self.maybe() else self.call.parties[0])

    # Consult calls

    def consults(self) -> None:
        self._start_consult()
        assert self.consult is not None
        self.consulted = self.consult.rings(self.free_agent())

    def consults_queue(self) -> None:
        self._start_consult()
        assert self.consult is not None
        self.router = self.consult.enters("9001", ROUTING)
        self.visits.append(self.consult.queues(self.one_of("VQ_A", "VQ_B")))

    def _start_consult(self) -> None:
        assert self.agent is not None
        self.agent.holds()
        self.consult = self.scenario.site("SIPS1").call(CallType.CONSULT, main=self.call)
        self.consulting = self.consult.enters(self.agent.dn, CONNECTED)
        self.consulting.is_agent = True

    def consult_delivered(self) -> None:
        assert self.consult is not None
        dn = self.free_agent()
        if self.router:
            self.router.leaves(Cause.ROUTE)
            self.router = None
        self.consulted = self.consult.rings(dn)
        while self.visits:
            self.visits.pop().diverted_to(dn)

    def consult_answered(self) -> None:
        assert self.consulted is not None
        self.consulted.answers()

    def consult_completed(self) -> None:
        """Completed as a transfer, in one of the orders, with or without EventCallPartyMoved."""
        assert self.consult is not None
        assert self.consulted is not None
        assert self.consulting is not None
        assert self.agent is not None
        ringing, moved = self.consulted.state == ALERTING, self.maybe()
        leaving = [self.agent, self.consulting]
        for party in leaving if self.maybe() else reversed(leaving):
            party.leaves(Cause.TRANSFER)
        if moved:
            self.consulted.moves_to(self.call)
            joined = self.consulted
        else:
            self.consulted.leaves()
            if self.maybe():
                self.consult.ends(merged_into=self.call)
            joined = self.call.enters(self.consulted.dn, self.consulted.state)
            joined.is_agent = True
        self.consult.ends(merged_into=self.call)
        self.agent, self.ringing = (None, joined) if ringing else (joined, None)
        self.consult = self.consulted = self.consulting = None

    def consult_given_up(self) -> None:
        assert self.consult is not None
        assert self.agent is not None
        for visit in self.visits:
            visit.abandoned()
        self.visits.clear()
        self.router = None
        self.consult.hung_up_by(self.consulting or self.consult.parties[0])
        self.consult = self.consulted = self.consulting = None
        self.pause(2)
        self.agent.retrieves()

    def caller_leaves_consult(self) -> None:
        assert self.consult is not None
        self.call.hung_up_by(self.call.parties[0])
        self.pause()
        self.consult.hung_up_by(self.consult.parties[0])
        self.over = True

    def consult_conference(self) -> None:
        """V1."""
        assert self.consult is not None
        assert self.consulted is not None
        assert self.consulting is not None
        assert self.agent is not None
        self.agent.retrieves()
        self.consulted.moves_to(self.call)
        self.consulting.leaves()
        self.consult.ends(merged_into=self.call)
        self.consult = self.consulted = self.consulting = None
        self.pause()
        self._end(self.call.parties[0])

    def nested_consult(self) -> None:
        """V7."""
        assert self.consult is not None
        assert self.consulted is not None
        nested = self.scenario.site("SIPS1").call(CallType.CONSULT, main=self.consult)
        nested.enters(self.consulted.dn, CONNECTED)
        nested.rings(self.free_agent())
        self.pause()
        nested.hung_up_by(nested.parties[0])

    # How it ends

    def _end(self, first: Party) -> None:
        if self.consult is not None:
            self.consult.hung_up_by(self.consult.parties[0])
            self.consult = None
        self.call.hung_up_by(first)
        self.over = True

    def finish(self) -> None:
        if not self.over:
            for visit in self.visits:
                visit.abandoned()
            self._end(self.call.parties[0])


@st.composite
def lives(draw: Callable[[st.SearchStrategy[object]], object]) -> list[SiteEvent]:
    """The events of one call's life, in the order they happen."""
    scenario = Scenario(START, Identities("life"), user_events_name_call=bool(draw(st.booleans())))
    life = Life(draw, scenario)
    life.begin()
    for _ in range(int(str(draw(st.integers(0, 14))))):
        if life.over:
            break
        life.pause()
        moves = life.moves()
        moves[int(str(draw(st.integers(0, len(moves) - 1))))]()
    life.pause()
    life.finish()
    return scenario.events


def read(events: list[SiteEvent]) -> list[TlibEvent]:
    """The events of the three feeds."""
    return [
        TlibEvent.read(event.name, event.attributes, event.site, ["DispositionCode"])
        for event in events
        if event.name in FEED_OF_EVENT
    ]


@st.composite
def skewed(draw: Callable[[st.SearchStrategy[object]], object]) -> list[TlibEvent]:
    """A life as it arrives: each feed in order, but up to 2 s behind the others, some events twice; the clocks of two
    sites differ by up to 2 s."""
    events = read(draw(lives()))  # type: ignore[arg-type]
    late = {feed: int(str(draw(st.integers(0, 20)))) * 100_000 for feed in ("VQ", "AGENT", "CALL")}
    ahead = int(str(draw(st.integers(-20, 20)))) * 100_000
    arriving = sorted(events, key=lambda event: event.time + late[event.feed])
    arriving = [
        each.model_copy(update={"time": each.time + ahead}) if each.site == "SIPS2" else each for each in arriving
    ]
    for _ in range(int(str(draw(st.integers(0, 3))))):
        position = int(str(draw(st.integers(0, len(arriving) - 1))))
        arriving.insert(int(str(draw(st.integers(position, len(arriving))))), arriving[position])
    return arriving

"""Calls as a contact-center engineer tells them, and the TLib events a SIP Server sends of them.

    scenario = Scenario(start, Identities("example"))
    site = scenario.site("SIPS1")
    call = site.inbound(ani="+15550103", dnis="+15550900")
    router = call.enters("9001", ROUTING)
    scenario.wait(3)
    queued = call.queues("VQ_Sales")
    agent = call.rings("7001")
    router.leaves(Cause.ROUTE)
    queued.diverted_to("7001")
    agent.answers()
    scenario.wait(5)
    call.hung_up_by(agent)

Each line makes the events a real server would: those of the feeds VQ, AGENT and CALL, and the DN events beside them
that the product does not read. All calls and sites of a scenario share its clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deploy.lab.identities import Identities
from workflows.call.tlib import AttributeValue, CallType

CONNECTED, ALERTING, HELD, QUEUED = 0xC, 0xA, 0xE, 0x9
ROUTING = 0x809
"""A Routing Point at work on the call; with a treatment TREATED."""
TREATED = 0xA09
DIALING = 0x10001
"""Whoever dials, while the other party rings."""


class Cause(StrEnum):
    """Causes of party events, by TLib name."""

    ROUTE = "Route"
    NO_ANSWER = "NoAnswer"
    SINGLE_STEP_TRANSFER = "SingleStepTransfer"
    CONFERENCE = "Conference"
    TRANSFER = "Transfer"


@dataclass(frozen=True)
class SiteEvent:
    """An event one site's SIP Server sends."""

    time: int
    """Microseconds since 1970-01-01 UTC."""
    site: str
    name: str
    attributes: dict[str, AttributeValue]


class Scenario:
    """The events of one or several calls, in the order of a clock that only goes forward."""

    def __init__(self, start: int, identities: Identities, *, user_events_name_call: bool = True) -> None:
        """`start`: microseconds since 1970. `user_events_name_call`: whether EventUserEvent carries the CallUUID."""
        self.now = start
        self.identities = identities
        self.user_events_name_call = user_events_name_call
        self.events: list[SiteEvent] = []

    def wait(self, seconds: float) -> None:
        self.now += round(seconds * 10_000) * 100

    def site(self, name: str) -> "SiteView":
        return SiteView(self, name)

    def emit(self, site: str, name: str, attributes: Mapping[str, AttributeValue | None]) -> None:
        """Add an event, a moment after the one before it. Attributes that are None are left out."""
        self.now += 100 * (3 + len(self.events) % 7)
        seconds, microseconds = divmod(self.now, 1_000_000)
        stamped = {"TimeinuSecs": microseconds, "TimeinSecs": seconds, **attributes}
        kept = {key: value for key, value in stamped.items() if value is not None}
        self.events.append(SiteEvent(self.now, site, name, kept))


@dataclass
class SiteView:
    """One site within a scenario: where calls and logins begin."""

    scenario: Scenario
    name: str

    def emit(self, name: str, **attributes: AttributeValue | None) -> None:
        self.scenario.emit(self.name, name, attributes)

    def login(self, dn: str, agent_id: str) -> None:
        """An agent logs in on an Extension."""
        self.emit("EventAgentLogin", ThisDN=dn, AgentID=agent_id, AgentWorkMode=0)

    def registered(self, dn: str, agent_id: str) -> None:
        """The answer to a registration of an Extension on which an agent is logged in already."""
        self.emit("EventRegistered", ThisDN=dn, AgentID=agent_id, Extensions=[("AgentStatus", 1)])

    def inbound(self, ani: str, dnis: str, user_data: Mapping[str, str] | None = None) -> "Call":
        """A call from outside; its first party, the caller, is `caller`."""
        call = self.call(CallType.INBOUND, ani=ani, dnis=dnis, user_data=user_data)
        call.caller = call.enters(ani, CONNECTED)
        return call

    def call(
        self,
        call_type: CallType,
        *,
        ani: str | None = None,
        dnis: str | None = None,
        dialed: str | None = None,
        main: "Call | None" = None,
        user_data: Mapping[str, str] | None = None,
    ) -> "Call":
        """A call without parties yet. `main`: of a consult call the call it is about."""
        identities = self.scenario.identities
        call = Call(self, identities.uuid(), identities.conn_id(), call_type, ani, dnis, dict(user_data or {}))
        self.emit(
            "EventCallCreated",
            CallUUID=call.uuid,
            ConnID=call.conn,
            CallID=identities.call_id(),
            CallType=int(call_type),
            OrigCallUUID=_uuid(main),
            ANI=ani,
            DNIS=dnis,
            DialedNumber=dialed,
            UserData=list(call.user_data.items()) or None,
        )
        return call


@dataclass
class Call:
    """A call on one site."""

    site: SiteView
    uuid: str
    conn: str
    call_type: CallType
    ani: str | None
    dnis: str | None
    user_data: dict[str, str]
    caller: "Party" = field(init=False)
    parties: list["Party"] = field(default_factory=list)

    def enters(
        self,
        dn: str,
        state: int,
        *,
        cause: Cause | None = None,
        ref: "Party | None" = None,
        is_agent: bool = False,
    ) -> "Party":
        """A party joins: the caller, a Routing Point, a number, an agent who dials. `ref`: who brought it in."""
        return self._add(Party(self, self.site.scenario.identities.uuid(), dn, state, is_agent), cause, ref)

    def rings(self, dn: str, *, cause: Cause | None = None, ref: "Party | None" = None) -> "Party":
        """An agent's Extension rings."""
        party = Party(self, self.site.scenario.identities.uuid(), dn, ALERTING, is_agent=True)
        self._add(party, cause, ref)
        self.dn_event("EventRinging", party)
        return party

    def _add(self, party: "Party", cause: Cause | None, ref: "Party | None") -> "Party":
        self.parties.append(party)
        self.party_event("EventCallPartyAdded", party, PartyState=party.state, Cause=cause, RefParty=_uuid(ref))
        return party

    def queues(self, virtual_queue: str) -> "Queued":
        """The call is put on a Virtual Queue."""
        queued = Queued(self, virtual_queue, self.site.scenario.identities.uuid())
        self.vq_event("EventQueued", queued)
        return queued

    def data(self, **pairs: str) -> None:
        """User data is attached."""
        self.user_data |= pairs
        self.site.emit(
            "EventCallDataChanged", CallUUID=self.uuid, ConnID=self.conn, UserData=list(self.user_data.items())
        )

    def hung_up_by(self, first: "Party") -> None:
        """A party hangs up, the others go with it, and the call ends."""
        for party in (first, *(p for p in self.parties if p is not first)):
            party.gone(ctrl=first)
        self.parties.clear()
        self.ends(ctrl=first)

    def ends(self, *, ctrl: "Party | None" = None, merged_into: "Call | None" = None) -> None:
        self.site.emit(
            "EventCallDeleted",
            CallUUID=self.uuid,
            ConnID=self.conn,
            CtrlParty=_uuid(ctrl),
            RefCallUUID=_uuid(merged_into),
        )

    def party_event(self, name: str, party: "Party", **attributes: AttributeValue | None) -> None:
        self.site.emit(name, CallUUID=self.uuid, PartyUUID=party.uuid, DN=party.dn, PartyType=1, **attributes)

    def dn_event(self, name: str, party: "Party") -> None:
        """The event of the DN itself that goes beside the call's, e.g. EventRinging: the product does not read it."""
        self.site.emit(
            name,
            ThisDN=party.dn,
            ThisDNRole=2,
            OtherDN=self.ani,
            OtherDNRole=1,
            ANI=self.ani,
            DNIS=self.dnis,
            UserData=list(self.user_data.items()) or None,
            CallUUID=self.uuid,
            ConnID=self.conn,
            CallType=int(self.call_type),
            CallState=0,
        )

    def vq_event(self, name: str, queued: "Queued", **attributes: AttributeValue | None) -> None:
        self.site.emit(
            name,
            Extensions=[("VQID", queued.vqid)],
            ThisDN=queued.dn,
            ThisQueue=queued.dn,
            OtherDN=self.ani,
            CallUUID=self.uuid,
            ConnID=self.conn,
            CallType=int(self.call_type),
            DNIS=self.dnis,
            **attributes,
        )

    def participants_changed(self) -> None:
        """Every agent who is talking is sent the list of participants."""
        listed = [party for party in self.parties if party.is_agent or party is getattr(self, "caller", None)]
        pairs: list[tuple[str, str | int]] = [("LCTPartiesLength", len(listed))]
        for number, party in enumerate(listed):
            pairs += [(f"LCTParty{number}", party.dn), (f"LCTParty{number}_location", self.site.name)]
        named = self.uuid if self.site.scenario.user_events_name_call else None
        for party in listed:
            if party.is_agent and party.state == CONNECTED:
                self.site.emit("EventUserEvent", ThisDN=party.dn, Extensions=pairs, CallUUID=named, ConnID=self.conn)


@dataclass(eq=False)
class Party:
    """A party of a call."""

    call: Call
    uuid: str
    dn: str
    state: int
    is_agent: bool = False

    def _changes(self, state: int, dn_event: str) -> None:
        self.state = state
        self.call.party_event("EventCallPartyState", self, PartyState=state)
        self.call.dn_event(dn_event, self)

    def answers(self) -> None:
        self._changes(CONNECTED, "EventEstablished")
        self.call.participants_changed()

    def holds(self) -> None:
        self._changes(HELD, "EventHeld")

    def retrieves(self) -> None:
        self._changes(CONNECTED, "EventRetrieved")

    def leaves(self, cause: Cause | None = None) -> None:
        """The party goes, the call lives on."""
        self.call.parties.remove(self)
        self.gone(cause, ctrl=self if cause is None else None)
        if self.is_agent:
            self.call.participants_changed()

    def gone(self, cause: Cause | None = None, *, ctrl: "Party | None" = None) -> None:
        self.call.party_event("EventCallPartyDeleted", self, Cause=cause, CtrlParty=_uuid(ctrl))
        if self.is_agent:
            self.call.dn_event("EventReleased", self)

    def moves_to(self, call: Call) -> None:
        """A consult is completed: the party goes over to the main call."""
        self.call.parties.remove(self)
        self.call.party_event("EventCallPartyMoved", self, PartyState=self.state, NewCallUUID=call.uuid)
        call.parties.append(self)
        self.call = call


@dataclass
class Queued:
    """A call's stay on a Virtual Queue."""

    call: Call
    dn: str
    vqid: str

    def diverted_to(self, dn: str | None) -> None:
        """The call leaves the Virtual Queue for a DN; None: it is taken off without being delivered."""
        target: list[tuple[str, str]] = [("RVQID", self.vqid), ("RTargetObjectSelected", self.dn)]
        self.call.vq_event(
            "EventDiverted",
            self,
            ThirdPartyDN=dn,
            Reasons=[("RTR_REASON", "routed" if dn else "cleared")],
            UserData=[*self.call.user_data.items(), *target],
        )

    def abandoned(self) -> None:
        """The caller hung up while on the Virtual Queue."""
        self.call.vq_event("EventAbandoned", self)


def _uuid(of: Call | Party | None) -> str | None:
    return of.uuid if of else None

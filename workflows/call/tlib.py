"""TLib events as values: what the call model reads of an event. The same value goes through Redis, the Temporal signal
and the model; `tlib_reading` makes it of what a SIP Server sends.
"""

import re
from collections.abc import Mapping
from enum import IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

AttributeValue = str | int | list[tuple[str, Any]]
"""A decoded TLib attribute: string, number, or key-value list (pairs in order, keys may repeat, lists may nest)."""

Attributes = Mapping[str, AttributeValue]
"""The attributes of one event by their TLib name without the `Attribute` prefix of logs, e.g. `CallUUID`."""


class EventError(ValueError):
    """An event that cannot be used; the message names the event and the attribute."""


class Feed(StrEnum):
    """The three clients of a SIP Server pair (vendor guide, General Operating Principles)."""

    VQ = "VQ"
    AGENT = "AGENT"
    CALL = "CALL"


FEED_OF_EVENT: dict[str, Feed] = {
    "EventQueued": Feed.VQ,
    "EventDiverted": Feed.VQ,
    "EventAbandoned": Feed.VQ,
    "EventUserEvent": Feed.AGENT,
    "EventAgentLogin": Feed.AGENT,
    "EventAgentLogout": Feed.AGENT,
    "EventRegistered": Feed.AGENT,
    "EventCallCreated": Feed.CALL,
    "EventCallDataChanged": Feed.CALL,
    "EventCallDeleted": Feed.CALL,
    "EventCallPartyAdded": Feed.CALL,
    "EventCallPartyState": Feed.CALL,
    "EventCallPartyMoved": Feed.CALL,
    "EventCallPartyDeleted": Feed.CALL,
}
"""Every event the product reads, and the feed that carries it (tlib.md, The three feeds)."""

PARTY_EVENTS = frozenset({"EventCallPartyAdded", "EventCallPartyState", "EventCallPartyMoved", "EventCallPartyDeleted"})
LOGIN_EVENTS = frozenset({"EventAgentLogin", "EventAgentLogout", "EventRegistered"})


LAST_SECOND = 1 << 33
Micros = Annotated[int, Field(gt=0, lt=LAST_SECOND * 1_000_000)]
"""A SIP Server's time: microseconds since 1970-01-01 UTC, in this century or the next two."""


class CallType(IntEnum):
    """TLib CallType (tlib.md, Attributes)."""

    UNKNOWN = 0
    INTERNAL = 1
    INBOUND = 2
    OUTBOUND = 3
    CONSULT = 4


class PartyState(IntFlag):
    """Bits of PartyState above its low nibble (tlib.md, Attributes)."""

    AUDIT = 0x80
    TREATMENT = 0x200
    ROUTING = 0x800
    DIALING = 0x10000


class PartyPhase(IntEnum):
    """The low nibble of PartyState: what the party is doing (tlib.md, Attributes)."""

    NULL = 0
    INITIATED = 1
    QUEUED = 9
    ALERTING = 0xA
    BUSY = 0xB
    CONNECTED = 0xC
    CALL_PROGRESS_DETECT = 0xD
    HELD = 0xE
    FAILED = 0xF


CALL_UUID = re.compile(r"[0-9A-V]{32}")
"""To be matched in full."""


class Participant(BaseModel):
    """One line of an EventUserEvent's participant list (LCTParty<n>)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dn: str
    location: str | None = None
    """The switch of the DN: the site's name (assumption)."""
    state: int | None = None


class TlibEvent(BaseModel):
    """One event of a SIP Server, reduced to what the call model reads. Absent attributes are None or empty.

    Whoever made it, another version too: it is one of the three feeds' and has what the model cannot do without.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """Its name: equal for the same event from any instance, server or run."""
    event: str
    """TLib name, e.g. EventCallPartyAdded."""
    site: str
    """The site of the SIP Server that sent it."""
    time: Micros
    """The server's event time."""
    call: str | None = None
    """CallUUID; only an AGENT event may lack it."""
    conn: str | None = None
    """ConnID, 16 hex digits."""
    orig_call: str | None = None
    """OrigCallUUID: on a consult call the main call."""
    ref_call: str | None = None
    """RefCallUUID of EventCallDeleted: the call this one was merged into."""
    new_call: str | None = None
    """NewCallUUID of EventCallPartyMoved."""
    call_type: int | None = None
    ani: str | None = None
    dnis: str | None = None
    dialed: str | None = None
    """DialedNumber of an outgoing call."""
    links: tuple[str, ...] = ()
    """UUIDs of the ISLinkList: calls with an equal one are legs of one multi-site call."""
    party: str | None = None
    """PartyUUID."""
    dn: str | None = None
    """The party's DN; of a VQ event the Virtual Queue; of an AGENT event the Extension."""
    state: int | None = None
    """PartyState."""
    cause: str | None = None
    ctrl: str | None = None
    """CtrlParty: the party that released or moved (PartyUUID or DN, assumption: either)."""
    vqid: str | None = None
    """Pairs an EventQueued with its EventDiverted."""
    third_party_dn: str | None = None
    """Of EventDiverted: where the call went."""
    agent: str | None = None
    """AgentID of whoever is logged in on the DN; empty after a logout."""
    participants: tuple[Participant, ...] | None = None
    """Of EventUserEvent: the list of call participants."""
    supervisors: tuple[str, ...] = ()
    """DNs of LCTSupervisor keys."""
    user_data: dict[str, str] = {}
    """Of UserData only the wanted keys."""
    seen: int | None = None
    """When an ingest first read it, milliseconds since 1970; not part of its name, never read by the model."""
    recalled: bool = False
    """It was sent to another conversation before a late link was learned; what stood then is looked at by its time."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if fault := fault_of(self.event, dict(self)):
            raise ValueError(fault)
        return self

    @property
    def feed(self) -> Feed:
        return FEED_OF_EVENT[self.event]

    @property
    def phase(self) -> PartyPhase | None:
        """What the party is doing; None when the event does not say or says something unknown."""
        if self.state is None:
            return None
        try:
            return PartyPhase(self.state & 0xF)
        except ValueError:
            return None

    @property
    def audit(self) -> bool:
        """True when the party supervises the call (tlib.md: supervision is bit 0x80)."""
        return self.state is not None and bool(self.state & PartyState.AUDIT)

    @property
    def talking(self) -> bool:
        """True when the party of the event talks, holds or dials."""
        busy = self.phase in (PartyPhase.CONNECTED, PartyPhase.HELD, PartyPhase.INITIATED)
        return busy or (self.state is not None and bool(self.state & PartyState.DIALING))

    def wire(self) -> dict[str, Any]:
        """The JSON form for Redis and the Temporal signal: only what is set."""
        return self.model_dump(mode="json", exclude_defaults=True)


NOT_OURS = "not an event of the feeds VQ, AGENT or CALL"


def fault_of(name: str, values: Mapping[str, Any]) -> str | None:
    """What the model cannot do without; None when nothing is missing."""
    feed = FEED_OF_EVENT.get(name)
    if feed is None:
        return NOT_OURS
    if feed is Feed.AGENT:
        if name == "EventUserEvent" and values["call"] is None and values["conn"] is None:
            return "neither CallUUID nor ConnID"
        return "ThisDN is missing" if values["dn"] is None else None
    if values["call"] is None:
        return "CallUUID is missing"
    if name in PARTY_EVENTS and values["party"] is None:
        return "PartyUUID is missing"
    return "ThisDN is missing" if feed is Feed.VQ and values["dn"] is None else None

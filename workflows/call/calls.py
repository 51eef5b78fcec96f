"""What stands in Engage: a call, its parties and its stays on Virtual Queues, as far as the events have told."""

from dataclasses import dataclass, field

from workflows.call.tlib import CallType, PartyPhase

SKEW = 2_000_000
"""How far the clocks of two servers may be apart, microseconds."""


@dataclass(slots=True)
class Party:
    """One party of a call. All times are event times in microseconds."""

    uuid: str
    call: str
    """CallUUID of the call it is in now (a party may move to another call)."""
    site: str
    dn: str | None
    added: int
    changed: int
    """Time of the newest event that was applied."""
    origin: str = ""
    """CallUUID of the call it came into."""
    joined: int = 0
    """When it came into the call it is in now."""
    agent: str | None = None
    """AgentID of whoever is logged in on the DN; empty when they logged out, None when never heard of."""
    phase: int | None = None
    alerting_at: int | None = None
    answered_at: int | None = None
    """First time it was Connected or Held; of one first seen as it moved to another call, that time."""
    dialing: bool = False
    audit: bool = False
    """It supervises the call."""
    gone_at: int | None = None
    with_call: bool = False
    """It went with its call; no event of its own says so, and it may yet be heard of in another call."""
    cause: str | None = None
    """Cause of its leaving."""
    ctrl: str | None = None
    """Who made it leave."""

    @property
    def live(self) -> bool:
        return self.gone_at is None

    @property
    def moved(self) -> bool:
        """It came from another call."""
        return self.call != self.origin

    @property
    def held(self) -> bool:
        return self.phase == PartyPhase.HELD

    @property
    def busy_since(self) -> int | None:
        """Since when it talks or dials; None while it only rings."""
        return self.answered_at or (self.added if self.dialing else None)

    @property
    def failed(self) -> bool:
        return self.phase in (PartyPhase.BUSY, PartyPhase.FAILED) or self.cause in ("Busy", "Reject")


@dataclass(slots=True)
class Visit:
    """One stay of a call on a Virtual Queue, from EventQueued to EventDiverted or EventAbandoned."""

    id: str
    call: str
    site: str
    vq: str
    queued_at: int | None = None
    left_at: int | None = None
    to: str | None = None
    """ThirdPartyDN: where the call was delivered; None when it was taken off without delivery."""

    @property
    def live(self) -> bool:
        return self.queued_at is not None and self.left_at is None


@dataclass(slots=True)
class Call:
    """One Engage call (a CallUUID)."""

    uuid: str
    site: str
    seen: int
    """Time of the first event seen of it."""
    created: int | None = None
    conn: str | None = None
    call_type: int | None = None
    orig_call: str | None = None
    ref_call: str | None = None
    ani: str | None = None
    dnis: str | None = None
    dialed: str | None = None
    links: list[str] = field(default_factory=list)
    linked_at: int = 0
    """When the newest of its links was learned."""
    ended_at: int | None = None
    lost: bool = False
    """Its end was not reported."""
    ctrl: str | None = None
    user_data: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Key → value and the time it was set."""
    supervisors: list[str] = field(default_factory=list)
    """DNs that a participant list names as supervisors."""

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def begun(self) -> int:
        return self.seen if self.created is None else min(self.seen, self.created)

    @property
    def consult(self) -> bool:
        """Also a call of unknown type that was merged into another: of half-way seen calls only the end may say so."""
        merged = self.call_type in (None, CallType.UNKNOWN) and self.ref_call is not None
        return self.call_type == CallType.CONSULT or self.orig_call is not None or merged


@dataclass(slots=True)
class Elsewhere:
    """Another conversation's call in which an agent talks since before."""

    call: str
    """Its CallUUID."""
    site: str
    dns: list[str]
    """DNs of the other parties there."""
    sure: bool
    """True when that call has shown that it lives."""

"""The EX side of a conversation: what the EX Org has been told so far."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a communication is (flows.md, Words)."""

    EXTERNAL = "external"
    IVR = "ivr"
    QUEUE = "queue"
    USER = "user"
    PHONE = "phone"


class Mode(StrEnum):
    """How a conversation is told."""

    NORMAL = "normal"
    SUSPENDED = "suspended"
    """Only `communicationEnded` from here on."""
    IGNORED = "ignored"
    """Nothing was told and nothing will be."""
    REFUSED = "refused"
    """EX refused an event that others build on: all it holds was ended, nothing more will be told."""


@dataclass(slots=True)
class Communication:
    """One bar of the EX conversation. All times are event times in microseconds."""

    id: str
    kind: Kind
    key: str
    """Who it is: the `Identity.key` of its parties, or the Virtual Queue."""
    name: str
    since: int
    """When it came into the call."""
    user_id: str | None = None
    queue_id: str | None = None
    number: str | None = None
    parties: list[str] = field(default_factory=list)
    """PartyUUIDs, or ids of the queue's visits."""
    alerting: bool = False
    answered_at: int | None = None
    held: bool = False
    ended_at: int | None = None
    disconnect: str | None = None
    wrapup: str | None = None
    """The wrap-up code told last."""

    @property
    def live(self) -> bool:
        return self.ended_at is None


@dataclass(slots=True)
class Transfer:
    """The transfer events of a move."""

    command: str
    source: str
    """The communication that is left when the target answers."""
    object: str
    """The communication that is moved; it stays the same when a consult is completed while the target rings."""


@dataclass(slots=True)
class Offer:
    """A ring that was told and not yet answered."""

    target: str
    transfer: Transfer | None = None
    """None for a move from nobody."""


@dataclass(slots=True)
class Line:
    """Who talks to whom: the main line of a conversation, or that of a consult."""

    object: str
    """The communication that stays when the call moves: the caller, in an internal call the other agent, in a consult
    the agent who consults."""
    holder: str | None = None
    """Whoever has the object now: IVR, queue, agent or number."""
    offer: Offer | None = None
    call: str | None = None
    """CallUUID of the consult call; None for the main calls."""


@dataclass(slots=True)
class Consult:
    """A consult that was told and not yet ended."""

    line: Line
    caller: str
    """About whom it is: the communication that waits in the main call."""
    target: str
    """The consulted communication told last: a queue, then the agent it delivers to."""
    progressed: bool = False

    @property
    def initiator(self) -> str:
        return self.line.object


@dataclass(slots=True)
class Told:
    """Everything that was told, and what of it is still open."""

    communications: dict[str, Communication] = field(default_factory=dict)
    main: Line | None = None
    consult: Consult | None = None
    consulted: list[str] = field(default_factory=list)
    """CallUUIDs of all consult calls that were told."""
    opener: str | None = None
    """The agent who made a conference of the call."""
    moves: list[str] = field(default_factory=list)
    """Flow rows (F07 to F13) of the transfers and consults told, in order."""
    wrapup_seen: tuple[str, int] | None = None
    """The wrap-up value of the call's user data looked at last, and when it was set."""
    last_ms: int = 0
    """Time of the last event told, milliseconds."""
    events: int = 0
    ordinals: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, communication_id: str) -> Communication:
        return self.communications[communication_id]

    def get(self, communication_id: str | None) -> Communication | None:
        return self.communications.get(communication_id) if communication_id else None

    def live(self) -> list[Communication]:
        return [c for c in self.communications.values() if c.live]

    def live_with_key(self, kind: Kind, key: str) -> Communication | None:
        return next((c for c in self.communications.values() if c.live and c.kind is kind and c.key == key), None)

    def of_party(self, party: str) -> Communication | None:
        return next((c for c in self.communications.values() if party in c.parties), None)

    @property
    def opened(self) -> bool:
        return self.main is not None

    def on(self, line: Line) -> Communication:
        """The object of a line."""
        return self.communications[line.object]

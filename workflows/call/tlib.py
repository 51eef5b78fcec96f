"""TLib events as values: what the call model reads of an event, and the name of each event.

A T-Server event arrives as attributes (gateway protocol, text log). `TlibEvent.read` keeps only what the
call model needs, checks it, and names it. The same value goes through Redis, the Temporal signal and the model.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from enum import IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

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


_LAST_SECOND = 1 << 33
Micros = Annotated[int, Field(gt=0, lt=_LAST_SECOND * 1_000_000)]
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


CAUSES = (
    *("Empty", "ACD", "Busy", "NoAnswer", "Reject", "Route", "Coverage", "ConverseOn", "Forward", "Redirect"),
    *("Transfer", "SingleStepTransfer", "Conference", "AMdetected", "FaxDetected", "SITdetected"),
)
"""Cause names by number, 0 to 15 (tlib.md, Attributes). A cause is a hint, never a condition."""

_UUID = re.compile(r"(?<![0-9A-Z])[0-9A-V]{32}(?![0-9A-Z])")
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

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if fault := _fault(self.event, dict(self)):
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

    @classmethod
    def read(cls, name: str, attributes: Attributes, site: str, user_data_keys: Collection[str]) -> Self:
        """Make the event from its TLib attributes.

        `user_data_keys`: the keys of UserData to keep. Raises EventError when the event is none of the three
        feeds' or lacks what it cannot do without (time, call, party).
        """
        if name not in FEED_OF_EVENT:
            raise EventError(f"{name}: {_NOT_OURS}")
        fields = _Fields(name, attributes)
        extensions = fields.pairs("Extensions")
        values: dict[str, Any] = {
            "event": name,
            "site": site,
            "time": fields.time(),
            "call": fields.call_uuid("CallUUID"),
            "conn": fields.conn_id("ConnID"),
            "orig_call": fields.call_uuid("OrigCallUUID"),
            "ref_call": fields.call_uuid("RefCallUUID"),
            "new_call": fields.call_uuid("NewCallUUID"),
            "call_type": fields.number("CallType"),
            "ani": fields.text("ANI"),
            "dnis": fields.text("DNIS"),
            "dialed": fields.text("DialedNumber"),
            "links": tuple(sorted(set(_uuids(attributes.get("ISLinkList"))))),
            "party": fields.text("PartyUUID"),
            "dn": fields.text("DN") if FEED_OF_EVENT[name] is Feed.CALL else fields.text("ThisDN"),
            "state": fields.number("PartyState"),
            "cause": fields.cause(),
            "ctrl": fields.text("CtrlParty"),
            "vqid": _last(extensions, "VQID"),
            "third_party_dn": fields.text("ThirdPartyDN"),
            "agent": fields.text("AgentID"),
            "user_data": {k: v for k, v in _scalars(fields.pairs("UserData")) if k in user_data_keys},
        }
        if name == "EventUserEvent":
            values |= _participants(fields, extensions)
        if fault := _fault(name, values):
            raise EventError(f"{name}: {fault}")
        values = {key: value for key, value in values.items() if value is not None}
        try:
            return cls(id=_name(values), **values)
        except ValidationError as error:
            first = error.errors()[0]
            raise EventError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


_NOT_OURS = "not an event of the feeds VQ, AGENT or CALL"


def _fault(name: str, values: Mapping[str, Any]) -> str | None:
    """What the model cannot do without; None when nothing is missing."""
    feed = FEED_OF_EVENT.get(name)
    if feed is None:
        return _NOT_OURS
    if feed is Feed.AGENT:
        if name == "EventUserEvent" and values["call"] is None and values["conn"] is None:
            return "neither CallUUID nor ConnID"
        return "ThisDN is missing" if values["dn"] is None else None
    if values["call"] is None:
        return "CallUUID is missing"
    if name in PARTY_EVENTS and values["party"] is None:
        return "PartyUUID is missing"
    return "ThisDN is missing" if feed is Feed.VQ and values["dn"] is None else None


class _Fields:
    """Typed access to the attributes of one event; every fault becomes an EventError that names the attribute."""

    def __init__(self, name: str, attributes: Attributes) -> None:
        self._name = name
        self._attributes = attributes

    def text(self, attribute: str) -> str | None:
        value = self._attributes.get(attribute)
        if value is None or value == "":
            return None
        if isinstance(value, str | int):
            return str(value)
        raise EventError(f"{self._name}: {attribute} is not a string")

    def number(self, attribute: str) -> int | None:
        value = self._attributes.get(attribute)
        if value is None or isinstance(value, int):
            return value
        number = _integer(str(value))
        if number is None:
            raise EventError(f"{self._name}: {attribute} is not a number")
        return number

    def pairs(self, attribute: str) -> list[tuple[str, Any]]:
        value = self._attributes.get(attribute)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(p, list | tuple) and len(p) == 2 for p in value):
            return [(str(key), item) for key, item in value]
        raise EventError(f"{self._name}: {attribute} is not a key-value list")

    def time(self) -> int:
        seconds = self.number("TimeinSecs")
        if seconds is None:
            raise EventError(f"{self._name}: TimeinSecs is missing")
        microseconds = self.number("TimeinuSecs") or 0
        if not 0 < seconds < _LAST_SECOND or not 0 <= microseconds < 1_000_000:
            raise EventError(f"{self._name}: TimeinSecs / TimeinuSecs is not a time")
        return seconds * 1_000_000 + microseconds

    def call_uuid(self, attribute: str) -> str | None:
        value = self.text(attribute)
        if value is not None and not CALL_UUID.fullmatch(value):
            raise EventError(f"{self._name}: {attribute} is not 32 characters 0-9 A-V")
        return value

    def conn_id(self, attribute: str) -> str | None:
        value = self.text(attribute)
        if value is None:
            return None
        try:
            number = int(value, 16)
        except ValueError:
            raise EventError(f"{self._name}: {attribute} is not hexadecimal") from None
        return f"{number:016x}" if 0 < number < 1 << 64 else None

    def cause(self) -> str | None:
        """The cause's name; a number unknown to tlib.md stays a number."""
        value = self._attributes.get("Cause")
        if isinstance(value, int):
            return CAUSES[value] if 0 <= value < len(CAUSES) else str(value)
        return self.text("Cause")


def _participants(fields: _Fields, extensions: list[tuple[str, Any]]) -> dict[str, Any]:
    """The participant list and the supervisors of an EventUserEvent (tlib.md, AGENT EventUserEvent)."""
    keys = dict(_scalars(extensions))
    if "LCTPartiesLength" not in keys:
        raise EventError(f"{fields._name}: no LCTPartiesLength, so not a participant list")
    parties = [
        {
            "dn": keys[f"LCTParty{number}"],
            "location": keys.get(f"LCTParty{number}_location"),
            "state": _integer(keys.get(f"LCTParty{number}_state", "")),
        }
        for number in _numbered(keys, "LCTParty")
    ]
    supervisors = tuple(keys[f"LCTSupervisor{number}"] for number in _numbered(keys, "LCTSupervisor"))
    return {"participants": tuple(parties), "supervisors": supervisors}


def _integer(text: str) -> int | None:
    """A decimal or 0x number; None when it is none."""
    if re.fullmatch(r"-?[0-9]{1,19}", text):
        return int(text)
    return int(text, 16) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text) else None


def _numbered(keys: Mapping[str, str], prefix: str) -> list[int]:
    return sorted(int(key[len(prefix) :]) for key in keys if re.fullmatch(rf"{prefix}(0|[1-9][0-9]{{0,3}})", key))


def _scalars(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for key, value in pairs:
        if isinstance(value, str | int):
            yield key, str(value)


def _last(pairs: list[tuple[str, Any]], key: str) -> str | None:
    return dict(_scalars(pairs)).get(key)


def _uuids(value: Any) -> Iterator[str]:
    """Every 32-character UUID in a value, key or value, at any depth (tlib.md, ISLinkList)."""
    if isinstance(value, str):
        yield from _UUID.findall(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _uuids(item)


def _name(values: Mapping[str, Any]) -> str:
    """Hash of all that is kept of the event, its site and its server time (architecture.md, Ingest)."""
    parts = (f"{key}={values[key]!r}" for key in sorted(values) if values[key] not in ((), {}))
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

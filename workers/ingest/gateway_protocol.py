"""TLib gateway protocol v1: its frames (deploy/gateway-protocol.md). How they become bytes: gateway_codec.

Both ends use this module: the gateway client reads `SERVER_FRAMES` and writes `CLIENT_FRAMES`, a gateway written in
Python the other way round.
"""

import binascii
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workflows.call.tlib import AttributeValue, Feed

PROTOCOL = 1


class Role(StrEnum):
    """Role of a SIP Server in its HA pair; one that stands alone is the primary."""

    PRIMARY = "primary"
    BACKUP = "backup"


class DnType(StrEnum):
    """What kind of DN is registered; a gateway derives the AddressType of its registration from it."""

    VIRTUAL_QUEUE = "virtual_queue"
    EXTENSION = "extension"


class ErrorCode(StrEnum):
    """Codes of error frames this version knows. On the wire a code is any string."""

    PROTOCOL_VERSION = "protocol_version"
    HELLO_EXPECTED = "hello_expected"
    BAD_FRAME = "bad_frame"
    LINE_TOO_LONG = "line_too_long"
    BAD_FEED = "bad_feed"
    NOT_SUBSCRIBED = "not_subscribed"
    ALREADY_SUBSCRIBED = "already_subscribed"
    HEARTBEAT_LOST = "heartbeat_lost"
    LINK_LOST = "link_lost"
    OVERFLOW = "overflow"


class Frame(BaseModel):
    """What every frame has: its kind, in the field `frame`."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _heartbeat() -> Any:
    return Field(5.0, gt=0, le=3600)


class ServerHello(Frame):
    """First frame of a gateway."""

    frame: Literal["hello"] = "hello"
    protocol: int
    server: str
    """Name of the SIP Server, for logs."""
    role: Role
    session: str = ""
    """Session of the SIP Server: another one means it was restarted."""
    software: str = ""
    """Program and version, for logs."""
    heartbeat: float = _heartbeat()
    """Within so many seconds the sender sends some frame."""


class ClientHello(Frame):
    """First frame of a client."""

    frame: Literal["hello"] = "hello"
    protocol: int
    client: str
    """Name of the ingest instance, for logs."""
    software: str = ""
    """Program and version, for logs."""
    heartbeat: float = _heartbeat()


class Dn(BaseModel):
    """A DN to register."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dn: str = Field(min_length=1)
    type: DnType


class Subscribe(Frame):
    """Client: start this connection's feed. CALL starts call monitoring and has no DNs."""

    frame: Literal["subscribe"] = "subscribe"
    feed: Feed
    dns: tuple[Dn, ...] = ()


class Subscribed(Frame):
    """Gateway: the feed was started."""

    frame: Literal["subscribed"] = "subscribed"
    feed: Feed


class Register(Frame):
    """Client: add DNs to the subscribed feed."""

    frame: Literal["register"] = "register"
    dns: tuple[Dn, ...]


class Unregister(Frame):
    """Client: take DNs off the subscribed feed."""

    frame: Literal["unregister"] = "unregister"
    dns: tuple[str, ...]


class AskSnapshot(Frame):
    """Client: report the living calls again, as after the subscription."""

    frame: Literal["ask_snapshot"] = "ask_snapshot"


class Registered(Frame):
    """Gateway: result of one DN's registration (EventRegistered or EventError)."""

    frame: Literal["registered"] = "registered"
    dn: str
    ok: bool = True
    code: int | None = None
    """ErrorCode of the EventError."""
    message: str | None = None


class Unregistered(Frame):
    """Gateway: result of taking one DN off."""

    frame: Literal["unregistered"] = "unregistered"
    dn: str
    ok: bool = True
    code: int | None = None
    message: str | None = None


def _attribute(name: str, value: Any) -> Any:
    """A value as the product keeps it: bytes become Latin-1 text, byte by byte."""
    match value:
        case str():
            return value
        case int():
            if -(1 << 63) <= value < 1 << 63:
                return value
            raise ValueError(f"{name}: an integer of more than 64 bits")
        case list():
            return [_pair(name, pair) for pair in value]
        case {"base64": str(text)} if len(value) == 1:
            try:
                return from_base64(text)
            except ValueError:
                raise ValueError(f"{name}: not base64") from None
    return value


def from_base64(text: str) -> str:
    """The bytes as Latin-1 text. Raises ValueError."""
    return binascii.a2b_base64(text, strict_mode=True).decode("latin-1")


def _pair(name: str, pair: Any) -> Any:
    if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str):
        return (pair[0], _attribute(name, pair[1]))
    raise ValueError(f"{name}: a key-value list is an array of [key, value]")


def _attributes(raw: dict[str, Any]) -> dict[str, AttributeValue]:
    return {name: _attribute(name, value) for name, value in raw.items() if value is not None}


class Event(Frame):
    """Gateway: one TLib event with all its attributes."""

    frame: Literal["event"] = "event"
    name: str
    """TLib name, e.g. EventCallPartyAdded."""
    attributes: Annotated[dict[str, Any], AfterValidator(_attributes)]
    """By TLib name. What no TLib attribute can be (a float, say) stays as it came, for the reader to judge."""


class SnapshotBegin(Frame):
    """Gateway: what follows up to the snapshot's end may be re-reports of calls that began earlier."""

    frame: Literal["snapshot_begin"] = "snapshot_begin"


class SnapshotEnd(Frame):
    """Gateway: the re-report is over."""

    frame: Literal["snapshot_end"] = "snapshot_end"
    complete: bool
    """True when every call that lives on the server was reported."""
    calls: int | None = None


class RoleChange(Frame):
    """Gateway: its SIP Server's role is another one from here on."""

    frame: Literal["role"] = "role"
    role: Role


class Heartbeat(Frame):
    """Either side: nothing to say, but alive."""

    frame: Literal["heartbeat"] = "heartbeat"


class Error(Frame):
    """Either side: something was refused. After a fatal one the sender closes the connection."""

    frame: Literal["error"] = "error"
    code: str
    message: str = ""
    fatal: bool = True


class Bye(Frame):
    """Either side: closes the connection in good order."""

    frame: Literal["bye"] = "bye"
    reason: str = ""


Frames = Mapping[str, type[Frame]]

SERVER_FRAMES: Frames = {
    model.model_fields["frame"].default: model
    for model in (
        *(ServerHello, Subscribed, Registered, Unregistered, Event, SnapshotBegin, SnapshotEnd),
        *(RoleChange, Heartbeat, Error, Bye),
    )
}
"""What a gateway sends, by kind."""

CLIENT_FRAMES: Frames = {
    model.model_fields["frame"].default: model
    for model in (ClientHello, Subscribe, Register, Unregister, AskSnapshot, Heartbeat, Error, Bye)
}
"""What a client sends, by kind."""

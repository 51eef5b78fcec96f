"""Frames of the TLib gateway protocol as bytes: one line of JSON each (deploy/gateway-protocol.md). No I/O.

Whatever a later version adds (frames, fields, attributes) is passed over, so that either end can be updated first.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from workers.ingest.gateway_protocol import Frame, Frames
from workflows.call.tlib import CALL_UUID
from workflows.errors import ExcpError

MAX_LINE = 1 << 20
"""Longest line, in bytes with its line feed. A longer one is passed over up to its line feed."""
FRAMING_LOST = 16 * MAX_LINE
"""So many bytes without a line feed are no line of this protocol."""


class FrameTooLongError(ExcpError):
    """A frame that does not fit on a line of MAX_LINE bytes."""


class FramingLostError(ExcpError):
    """The other side does not send lines: the connection is of no use any more."""


@dataclass(frozen=True)
class Unknown:
    """A frame of a kind this version does not know: to be passed over."""

    frame: str


@dataclass(frozen=True)
class Malformed:
    """A line that is no frame. The lines after it are not affected."""

    reason: str
    """What is wrong; never the value at fault, which may be a caller's number."""
    event: str | None = None
    """Name of the event, where the line is one and can be read so far."""
    call: str | None = None
    """Its CallUUID, likewise."""


def encode(frame: Frame) -> bytes:
    """The frame's line. Raises FrameTooLongError."""
    line = frame.model_dump_json(exclude_none=True).encode() + b"\n"
    if len(line) > MAX_LINE:
        raise FrameTooLongError(f"a frame of {len(line)} bytes is longer than a line may be ({MAX_LINE} bytes)")
    return line


class Decoder:
    """Makes frames of the bytes of one connection, however they are cut."""

    def __init__(self, frames: Frames) -> None:
        """`frames`: the kinds the other side sends, SERVER_FRAMES or CLIENT_FRAMES."""
        self._frames = frames
        self._rest = bytearray()
        self._passing_over = 0

    def feed(self, data: bytes) -> list[Frame | Unknown | Malformed]:
        """The frames these bytes complete. Raises FramingLostError; then nothing more can be read."""
        *lines, rest = data.split(b"\n")
        found = [item for line in lines if (item := self._line(line))]
        self._rest += rest
        if self._passing_over + len(self._rest) > FRAMING_LOST:
            raise FramingLostError(f"{FRAMING_LOST} bytes without a line feed: this is no TLib gateway")
        if len(self._rest) >= MAX_LINE or self._passing_over:
            self._passing_over += len(self._rest)
            self._rest.clear()
        return found

    def _line(self, tail: bytes) -> Frame | Unknown | Malformed | None:
        length = self._passing_over + len(self._rest) + len(tail) + 1
        line = bytes(self._rest) + tail
        self._rest.clear()
        self._passing_over = 0
        if length > MAX_LINE:
            return Malformed(f"a line of {length} bytes, longer than {MAX_LINE}")
        return decode(line, self._frames) if line.strip() else None


def decode(line: bytes, frames: Frames) -> Frame | Unknown | Malformed:
    """Read one line."""
    try:
        raw = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return Malformed(f"no JSON: {error}")
    if not isinstance(raw, dict) or not isinstance(raw.get("frame"), str):
        return Malformed("no JSON object with a field `frame`")
    model = frames.get(raw["frame"])
    if model is None:
        return Unknown(raw["frame"][:40])
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join([raw["frame"], *map(str, first["loc"])])
        return Malformed(f"{where}: {first['msg']}", *_identity(raw))


_EVENT_NAME = re.compile(r"Event[A-Za-z0-9_]{1,60}")


def _identity(raw: dict[str, Any]) -> tuple[str | None, str | None]:
    """What a log may say of a malformed event: its name and CallUUID, only if they look like that."""
    attributes = raw.get("attributes")
    name = raw.get("name")
    call = attributes.get("CallUUID") if isinstance(attributes, dict) else None
    return (
        name if isinstance(name, str) and _EVENT_NAME.fullmatch(name) else None,
        call if isinstance(call, str) and CALL_UUID.fullmatch(call) else None,
    )

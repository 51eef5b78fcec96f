"""What the formats of text logs have in common: what a message is read as, and which of its attributes are numbers."""

import re
from dataclasses import dataclass
from typing import Protocol

from workflows.call.tlib import AttributeValue

LONGEST = 5_000
"""Lines of the longest message: what is longer is no event."""

LARGEST = 4 << 20
"""Characters of the largest message, likewise: a server sends some 100,000 at most."""

DEEPEST = 50
"""Key-value lists within each other."""

NUMBERS = frozenset(
    {
        *("TimeinSecs", "TimeinuSecs", "ReferenceID", "CallID", "CallType", "PropagatedCallType", "CallState"),
        *("PartyState", "PartyType", "Cause", "Reliability", "NodeID", "NetworkNodeID", "CustomerDBID"),
        *("ThisDNRole", "OtherDNRole", "ThirdPartyDNRole", "AgentWorkMode", "AgentState", "ErrorCode", "AddressType"),
        *("AddressInfoType", "AddressInfoStatus", "RouteType", "MergeType", "ServerRole", "SessionID", "DNStatus"),
    }
)
"""Attributes that are numbers. Of any other, bare digits are a string: a ConnID or a CallUUID may hold digits only."""

LOG_LINE = re.compile(r"(?:\d{4}-\d\d-\d\d[T ])?@?\d\d:\d\d:\d\d[.,]\d{3}")
"""How any other line of a log begins."""

_NUMBER = re.compile(r"(-?(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20}))(?:\s+[(\[].*[)\]])?")


@dataclass(frozen=True)
class LogEvent:
    """An event as the log prints it, of any name: most names of a real log are of no interest to the product."""

    name: str
    attributes: dict[str, AttributeValue]
    """By TLib name, without the log's prefix `Attribute`. Empty for an event that was not wanted."""
    line: int
    """Number of its header line, from 1."""


@dataclass(frozen=True)
class LogFault:
    """An event that cannot be read. What follows it in the log is not affected."""

    line: int
    """Number of the line at fault, from 1."""
    reason: str
    name: str
    """Name of the event."""


class UnreadableError(ValueError):
    """A line that is not what the format has there."""


class Message(Protocol):
    """Reads one message of one log format, line by line."""

    name: str
    wanted: bool
    """False: only its end is of interest."""

    def take(self, line: str, number: int) -> bool:
        """Take a line, with its end; False when it does not belong to the message."""

    def close(self) -> LogEvent | LogFault | None:
        """What was read, after the last line that was taken. None when it turned out to be no message."""


def number(text: str) -> int | None:
    """A printed number: decimal or hexadecimal, perhaps with what it means behind it, `(16:45:24)` or `[Inbound]`."""
    found = _NUMBER.fullmatch(text)
    return int(found[1], 16 if "0x" in found[1] else 10) if found else None

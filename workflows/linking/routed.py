"""What the linker answers, and what it can be told of conversations."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from workflows.call.tlib import TlibEvent

Item = dict[str, Any]
"""What a conversation is sent: the wire form of a TlibEvent, `{"item": "merged", "into": root, "time": µs}`,
`{"item": "second_call", …}` (`SecondCall`) or `{"item": "lost", …}` (`Lost`)."""

Routed = list[tuple[str, Item]]
"""Pairs of a conversation's root CallUUID and what to send it, in order."""


class Origin(NamedTuple):
    """Of a conversation's root, for people who look for it."""

    site: str
    call_type: int | None


class Running(NamedTuple):
    """A conversation that runs in Temporal."""

    root: str
    origin: Origin
    began: int
    """When its workflow was started, microseconds since 1970: later than its root call was created."""
    calls: Mapping[str, str]
    """Site by CallUUID of its calls that live."""


class Released(NamedTuple):
    """What passing time leads to."""

    dropped: list[TlibEvent]
    """Events whose call did not become known in time: count and name them."""
    routed: Routed
    """Calls that are lost."""

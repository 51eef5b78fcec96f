"""What a gateway client hands to the ingest.

Why `Resumed`: a connection that begins (or a backup that takes over) has a gap before its first event. What fell
into the gap was read by the other instance, and must be submitted before what comes after it here. So the ingest is
told where the gap is and holds what follows for a while.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from workers.ingest.snapshot_watch import Reported
from workers.settings import Address
from workflows.call.tlib import Attributes


@dataclass(frozen=True, slots=True)
class Received:
    """An event as the gateway sent it."""

    server: Address
    name: str
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Resumed:
    """Before the next event of this server some may be missing: it was (re)connected or took over."""

    server: Address
    reason: str


@dataclass(frozen=True, slots=True)
class SnapshotEnded:
    """The server has reported the calls that began before this connection (or before it took over)."""

    server: Address
    complete: bool
    """True when a call that was not reported does not live on the server any more."""
    reported: Reported | None = None
    """What it says of the calls; None unless it is complete, of a primary, and was read from the request to its end."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that was no frame, most likely an event."""

    server: Address
    reason: str
    event: str | None
    call: str | None


Item = Received | Resumed | SnapshotEnded | Unreadable
Sink = Callable[[Item], Awaitable[None]]

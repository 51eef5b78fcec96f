"""Which calls one connection was told of since a snapshot was asked for. No I/O, no clock.

Whoever reads the connection has to say it: a re-reported event may equal the first report to the letter, and then never
reaches the stream.

A gateway that is asked while it answers may end both snapshots with one frame, or each with its own. So an overlap says
nothing, and neither does what ends within `UNSURE` after it.
"""

from dataclasses import dataclass

from workflows.call.tlib import CALL_UUID

UNSURE = 600_000_000
"""Microseconds, longer than a frame stands behind back-pressure (assumption)."""

MOST = 100_000
"""Calls heard of in one snapshot. One with more, because a gateway never ends it, say, says nothing."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A snapshot that has ended."""

    began: int
    """When it was asked for, microseconds since 1970."""
    time: int
    """When it ended, microseconds since 1970."""
    calls: frozenset[str]
    """CallUUIDs heard of since it was asked for, without those that were heard to have ended."""


class SnapshotWatch:
    """Of one connection, from its begin to its end. Times are microseconds since 1970."""

    def __init__(self) -> None:
        self._began: int | None = None
        self._calls: dict[str, bool] = {}
        """By CallUUID, whether it lives."""
        self._too_many = False
        self._named = False
        self._unsure_until = 0

    @property
    def calls(self) -> int:
        """How many calls were heard of since it was asked for, those among them that have ended."""
        return len(self._calls)

    def asked(self, now: int) -> None:
        """Call it before the request is written: a call that begins later need not be in the snapshot."""
        if self._began is not None:
            self._unsure_until = now + UNSURE
        self._began = now
        self._calls.clear()
        self._too_many = self._named = False

    def overdue(self, now: int, limit: int) -> bool:
        """Whether its end has been awaited for so many microseconds; true once."""
        if self._named or self._began is None or now - self._began < limit:
            return False
        self._named = True
        return True

    def heard(self, name: str, call: object) -> None:
        """An event came, whatever it is worth."""
        if self._began is None or not isinstance(call, str) or not CALL_UUID.fullmatch(call):
            return
        if call in self._calls or len(self._calls) < MOST:
            self._calls[call] = name != "EventCallDeleted"
        else:
            self._too_many = True

    def ended(self, now: int) -> Reported | None:
        """The frame that ends a snapshot came; None when it is not known what it is the end of."""
        began, self._began = self._began, None
        if began is None or began < self._unsure_until or self._too_many:
            return None
        return Reported(began, now, frozenset(call for call, lives in self._calls.items() if lives))

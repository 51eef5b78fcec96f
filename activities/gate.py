"""The gate before the EX Org: closed while it takes nothing, with one probe at a time, ever less often.

A call that waits behind a closed gate costs its worker nothing: its events stay with Temporal until a slot is free for
them (`workers.calls.injection_slots`), and no slot is but the probe's. While the gate is closed no event is refused
for good, whatever the answer: that a call is at fault shows only beside others that are taken.
"""

import time
from collections.abc import Collection
from enum import StrEnum

import structlog

from activities.metrics import EX_GATE_CLOSED

log = structlog.get_logger()

FIRST, MOST = 0.5, 10.0
"""Seconds until the first probe, doubled with each one that fails, and the longest pause: so much later than the EX
Org itself a worker is back."""
CALLS_IN_VAIN, REQUESTS_IN_VAIN = 3, 6
"""So many different calls refused, each by itself, or requests of several calls, and nothing taken in between: then the
fault is not theirs."""
_REMIND = 60.0
"""While the gate stays closed the log says so again this often (seconds)."""


class Closed(StrEnum):
    """Why the gate is closed (label of the metric)."""

    AWAY = "away"
    NOT_ALLOWED = "not_allowed"
    REFUSES = "refuses"


_SAYS = {
    Closed.AWAY: "EX Org is away, events wait for it",
    Closed.NOT_ALLOWED: "EX Org does not allow injection, events wait: somebody has to mend it",
    Closed.REFUSES: "EX Org refuses everything, events wait: have the ids that EXCS gives (source, users, queues) gone "
    "from the EX Org, or its contract changed? Nothing is lost meanwhile; the first event taken opens the gate",
}
_PAUSE_AT_LEAST = {Closed.NOT_ALLOWED: 30.0}
"""Wrong credentials or permissions: nothing but a person changes that, and each attempt may count against the client
(seconds)."""


class Gate:
    """One per worker. Workers do not share it: each sends its own probe."""

    def __init__(self, first: float = FIRST, most: float = MOST) -> None:
        """`first`, `most`: pauses in seconds."""
        self._first, self._most = first, most
        self.taken_at = float("-inf")
        """When the EX Org last took something (monotonic)."""
        self._calls_in_vain: set[str] = set()
        self._requests_in_vain = 0
        self._failures = 0
        self._closed_at = 0.0
        self._failed_at = 0.0
        self._until = 0.0
        self._said: dict[Closed, float] = {}

    @property
    def closed(self) -> bool:
        """True from a failure until something is taken."""
        return self._failures > 0

    @property
    def pause(self) -> float:
        """Seconds until the next probe may go; 0 when it may, or the gate is open."""
        return max(0.0, self._until - time.monotonic())

    def failed(self, why: Closed, sent: float, reason: str) -> None:
        """A request failed that was sent at this time (monotonic).

        One that was sent before the last failure was known adds nothing to it.
        """
        now = time.monotonic()
        if self.closed and sent < self._failed_at:
            return
        if not self.closed:
            self._closed_at = now
        pause = max(_PAUSE_AT_LEAST.get(why, 0.0), min(self._first * 2 ** min(self._failures, 16), self._most))
        self._failures, self._failed_at, self._until = self._failures + 1, now, now + pause
        for each in Closed:
            EX_GATE_CLOSED.labels(each.value).set(each is why)
        if now - self._said.get(why, float("-inf")) >= _REMIND:
            self._said[why] = now
            log.error(_SAYS[why], reason=reason, for_s=round(now - self._closed_at), next_probe_s=pause)

    def in_vain(self, calls: Collection[str], sent: float, reason: str) -> None:
        """The EX Org answered a request and took nothing of it.

        `calls`: those of which it refused every event, or which was refused alone; none when one event may have spoilt
        a request of several.
        """
        self._calls_in_vain |= set(calls)
        self._requests_in_vain += not calls
        calls_enough = len(self._calls_in_vain) >= CALLS_IN_VAIN
        if self.closed or calls_enough or self._requests_in_vain >= REQUESTS_IN_VAIN:
            self.failed(Closed.REFUSES, sent, reason)

    def taken(self) -> None:
        """The EX Org took something: the gate is open."""
        self.taken_at = time.monotonic()
        self._calls_in_vain.clear()
        self._requests_in_vain = 0
        if not self.closed:
            return
        log.info("EX Org takes events again", after_s=round(self.taken_at - self._closed_at, 1))
        self._failures, self._until = 0, 0.0
        self._said.clear()
        for each in Closed:
            EX_GATE_CLOSED.labels(each.value).set(0)

"""What was read and may not be submitted yet. No I/O, no clock.

After a gap (a reconnect, a switchover) an instance holds what it reads on that connection, so that the other instance,
which has read what fell into the gap, submits that first. What was read before the gap is not held, so an item is
given its release when it is read. What was read later, on whichever connection, waits with it: no feed overtakes
another.
"""

from collections import deque
from collections.abc import Hashable
from typing import NamedTuple

from workers.ingest.outbox import Pending


class _Waiting(NamedTuple):
    release: float
    item: Pending


class WaitingRoom:
    """Items before their release, in the order of reading. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._queue: deque[_Waiting] = deque()
        self._held_until: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def items(self) -> list[Pending]:
        """All of them, in the order of reading."""
        return [waiting.item for waiting in self._queue]

    def hold(self, connection: Hashable, until: float) -> None:
        """What is read on this connection from now on is released at that time, not before."""
        self._held_until[connection] = max(until, self._held_until.get(connection, 0.0))

    def add(self, connection: Hashable, item: Pending) -> None:
        self._queue.append(_Waiting(self._held_until.get(connection, 0.0), item))

    def released(self, now: float) -> list[Pending]:
        """Take what may go, in the order of reading."""
        taken = []
        while self._queue and self._queue[0].release <= now:
            taken.append(self._queue.popleft().item)
        return taken

    @property
    def next_release(self) -> float | None:
        """When the next item may go; None when there is none."""
        return self._queue[0].release if self._queue else None

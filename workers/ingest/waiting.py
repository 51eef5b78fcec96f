"""Events that were read and may not be submitted yet. No I/O, no clock.

After a gap (a reconnect, a switchover) an instance holds what it reads, so that the other instance, which has read
what fell into the gap, submits that first. What was read before the gap is not held, so an event is given its
release when it is read; and of the two servers of a pair each has gaps of its own.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from workers.event_stream import StreamItem


@dataclass(frozen=True, slots=True)
class _Waiting:
    number: int
    """Of its reading, over both servers."""
    release: float
    event: StreamItem


class WaitingRoom:
    """One lane's events before their release. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, deque[_Waiting]] = {}
        self._held_until: dict[Hashable, float] = {}
        self._number = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def hold(self, server: Hashable, until: float) -> None:
        """What is read of this server from now on is released at that time, not before."""
        self._held_until[server] = max(until, self._held_until.get(server, 0.0))

    def add(self, server: Hashable, event: StreamItem) -> None:
        release = self._held_until.get(server, 0.0)
        self._queues.setdefault(server, deque()).append(_Waiting(self._number, release, event))
        self._number += 1
        self._size += 1

    def released(self, now: float) -> list[StreamItem]:
        """Take what may go: per server in order, over both servers in the order of reading."""
        taken = []
        for queue in self._queues.values():
            while queue and queue[0].release <= now:
                taken.append(queue.popleft())
        taken.sort(key=lambda waiting: waiting.number)
        self._size -= len(taken)
        return [waiting.event for waiting in taken]

    @property
    def next_release(self) -> float | None:
        """When the next event may go; None when there is none."""
        return min((queue[0].release for queue in self._queues.values() if queue), default=None)

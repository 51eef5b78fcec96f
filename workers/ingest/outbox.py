"""What a lane has read and dispatch has not passed, and the account of what became of each event. No I/O.

The account has to be right whatever went unanswered: over all instances the sum of `first` is the number of different
events, and of each instance read = first + duplicate + repeated.

A submission that was not answered may have stored its events. Repeated, they come back as REPEATED, although it is
this first reading that was stored. Stream ids tell such an event from one that was read twice (a re-report): they
only grow, so what an unanswered attempt stored has an id above every id this lane was ever answered.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from workers.event_stream import Fate, StreamItem, SubmitStatus, Submitted, position
from workflows.call.tlib import TlibEvent

BATCH = 200
"""Events in one submission."""


@dataclass(slots=True)
class _Entry:
    event: StreamItem
    unanswered: bool = False
    """An attempt to submit it was not answered."""
    counted: bool = False
    """What became of it was counted; what is no event is not."""
    at: tuple[int, int] = (0, 0)
    """Where it stands in the stream."""


class Outbox:
    """The events of one lane, in its order: first those that are kept, then those to be submitted."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        """Epoch of the last answer; None before the first one."""
        self._kept: deque[_Entry] = deque()
        self._to_submit: deque[_Entry] = deque()
        self._highest = (0, 0)

    def __len__(self) -> int:
        return len(self._kept) + len(self._to_submit)

    @property
    def kept(self) -> int:
        """Events that were stored and that dispatch has not passed."""
        return len(self._kept)

    @property
    def to_submit(self) -> int:
        return len(self._to_submit)

    @property
    def uncounted(self) -> int:
        """Events that were never answered."""
        return sum(not entry.counted for entry in self._to_submit)

    def add(self, events: Iterable[StreamItem]) -> None:
        self._to_submit.extend(_Entry(event, counted=not isinstance(event, TlibEvent)) for event in events)

    def batch(self) -> list[StreamItem]:
        """What to submit now; the same again until `answered` says that it was stored."""
        return [entry.event for entry in self._batch()]

    def unanswered(self) -> None:
        """The submission of `batch` failed: it is not known whether it was stored."""
        for entry in self._batch():
            entry.unanswered = True

    def answered(self, answer: Submitted) -> list[Fate]:
        """Take the answer to `batch`. Returns the fate of each event that was submitted for the first time."""
        if answer.status is SubmitStatus.OTHER_EPOCH:
            self.epoch = answer.epoch
            self._to_submit.extendleft(reversed(self._kept))
            self._kept.clear()
            return []
        self.epoch = answer.epoch
        fates = self._store(answer) if answer.status is SubmitStatus.STORED else []
        self._pass(position(answer.cursor))
        return fates

    def _batch(self) -> list[_Entry]:
        return [self._to_submit[index] for index in range(min(BATCH, len(self._to_submit)))]

    def _store(self, answer: Submitted) -> list[Fate]:
        before, fates, stored_now = self._highest, [], set()
        for fate, stream_id in zip(answer.results, answer.ids, strict=True):
            entry = self._to_submit.popleft()
            entry.at = position(stream_id)
            if fate is Fate.REPEATED and entry.unanswered and entry.at > before and entry.at not in stored_now:
                fate = Fate.FIRST
            stored_now.add(entry.at)
            self._highest = max(self._highest, entry.at)
            if not entry.counted:
                entry.counted = True
                fates.append(fate)
            self._kept.append(entry)
        return fates

    def _pass(self, cursor: tuple[int, int]) -> None:
        while self._kept and self._kept[0].at <= cursor:
            self._kept.popleft()

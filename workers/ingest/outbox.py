"""What an ingest has read and dispatch has not passed, and the account of what became of each event. No I/O.

The account has to be right whatever went unanswered: over all instances the sum of `first` is the number of different
events, and of each instance read = first + duplicate + repeated.

A submission that was not answered may have stored its events. Repeated, they come back as REPEATED, although it is
this first reading that was stored. Stream ids tell such an event from one that was read twice (a re-report): they
only grow, so what an unanswered attempt stored has an id above every id this ingest was ever answered.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from workers.event_stream import Fate, StreamItem, SubmitStatus, Submitted, position

BATCH = 200
"""Events in one submission."""


class Reader(Protocol):
    """Whoever read an event."""

    def answered(self, fate: Fate) -> None:
        """What became of one of its events."""


class Pending(NamedTuple):
    """What is to be submitted."""

    item: StreamItem
    reader: Reader | None = None
    """Is told what becomes of it; None for what is no event."""


@dataclass(slots=True)
class _Entry:
    item: StreamItem
    reader: Reader | None
    """None when it is no event, or was told already."""
    unanswered: bool = False
    """An attempt to submit it was not answered."""
    at: tuple[int, int] = (0, 0)
    """Where it stands in the stream."""


class Outbox:
    """Items in the order of reading: first those that are kept, then those to be submitted."""

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
    def uncounted(self) -> list[StreamItem]:
        """Events of which no submission was answered."""
        return [entry.item for entry in self._to_submit if entry.reader is not None]

    def add(self, items: Iterable[Pending]) -> None:
        self._to_submit.extend(_Entry(*item) for item in items)

    def batch(self) -> list[StreamItem]:
        """What to submit now; the same again until `answered` says that it was stored."""
        return [entry.item for entry in self._batch()]

    def unanswered(self) -> None:
        """The submission of `batch` failed: it is not known whether it was stored."""
        for entry in self._batch():
            entry.unanswered = True

    def answered(self, answer: Submitted) -> list[tuple[Reader, Fate]]:
        """Take the answer to `batch`. Returns the fate of each event that was submitted for the first time, with
        whoever read it."""
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

    def _store(self, answer: Submitted) -> list[tuple[Reader, Fate]]:
        before, fates, stored_now = self._highest, [], set()
        for fate, stream_id in zip(answer.results, answer.ids, strict=True):
            entry = self._to_submit.popleft()
            entry.at = position(stream_id)
            if fate is Fate.REPEATED and entry.unanswered and entry.at > before and entry.at not in stored_now:
                fate = Fate.FIRST
            stored_now.add(entry.at)
            self._highest = max(self._highest, entry.at)
            if entry.reader is not None:
                fates.append((entry.reader, fate))
                entry.reader = None
            self._kept.append(entry)
        return fates

    def _pass(self, cursor: tuple[int, int]) -> None:
        while self._kept and self._kept[0].at <= cursor:
            self._kept.popleft()

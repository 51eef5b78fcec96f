"""The calls of a sequence of TLib events, told as the product tells them: linker and call model, and nothing else.

Dispatch and the call workflow do the same with the same two classes; here the clock is the events' own time.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.call.conversation import Conversation, Summary
from workflows.call.directory import Snapshot
from workflows.call.items import Merged, parse
from workflows.call.linker import Item, Linker
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

REMEMBERED = 3600 * 1_000_000
"""Microseconds of event time for which the end of a conversation is remembered: a later event of it is late."""


@dataclass(frozen=True)
class Step:
    """What a conversation told."""

    call: str
    """Root CallUUID."""
    event: TlibEvent | None
    """The event that came; None when a wait ended."""
    told: list[ExEvent]


@dataclass(frozen=True)
class Ended:
    """A conversation tells nothing more."""

    call: str
    """Root CallUUID."""
    summary: Summary
    merged: bool = False
    """It turned out to be a leg of another conversation."""

    @property
    def stands(self) -> bool:
        """False when EX never heard of it and what came of it is told of another conversation."""
        return not self.merged or self.summary.events > 0


@dataclass(frozen=True)
class Lost:
    """An event that reached no conversation."""

    event: TlibEvent
    reason: str


Record = Step | Ended | Lost


class ReplayedCalls:
    """Takes events in order of time; holds only the conversations that are open."""

    def __init__(self, mapping: Snapshot, options: Options, silence: float) -> None:
        """`silence`: seconds after which a call nothing is heard of is forgotten by the linker."""
        self._mapping = mapping
        self._options = options
        ended = max(120.0, options.linger + options.wrapup_window + 60)
        self._linker = Linker(silence=silence + options.linger, keep_ended=ended)
        self._conversations: dict[str, Conversation] = {}
        self._waits: list[tuple[int, str]] = []
        self._closed: dict[str, int] = {}
        self._now = 0

    def take(self, event: TlibEvent) -> Iterator[Record]:
        """One event: first every wait that is over by its time, then what it leads to."""
        self._now = max(self._now, event.time)
        yield from self._run_waits(self._now)
        yield from self._release(self._now)
        for root, item in self._linker.route(event):
            yield from self._deliver(root, item)

    def finish(self) -> Iterator[Record]:
        """After the last event: all waits run out; a call whose end was not seen stays open."""
        while self._waits:
            yield from self._run_waits(self._waits[0][0])
        yield from self._release(1 << 62)
        for root, conversation in self._conversations.items():
            yield Ended(root, conversation.summary())
        self._conversations.clear()

    def _release(self, now: int) -> Iterator[Lost]:
        for event in self._linker.release(now):
            yield Lost(event, "its call is not in the logs")

    def _run_waits(self, now: int) -> Iterator[Record]:
        while self._waits and self._waits[0][0] <= now:
            deadline, root = heapq.heappop(self._waits)
            conversation = self._conversations.get(root)
            if conversation is not None and conversation.deadline == deadline:
                yield Step(root, None, conversation.tick(deadline))
                yield from self._after(root, conversation)

    def _deliver(self, root: str, item: Item) -> Iterator[Record]:
        if root in self._closed:
            if "event" in item and not item.get("copy"):
                yield Lost(TlibEvent.model_validate(item), "late: its conversation has ended")
            return
        conversation = self._conversations.setdefault(root, Conversation(root, self._options))
        parsed = parse(item)
        wanted = conversation.directory.missing(conversation.keys(parsed))
        conversation.learn({key: self._mapping.answer(key) for key in wanted})
        yield Step(root, parsed if isinstance(parsed, TlibEvent) else None, conversation.take(parsed))
        yield from self._after(root, conversation, merged=isinstance(parsed, Merged))

    def _after(self, root: str, conversation: Conversation, *, merged: bool = False) -> Iterator[Ended]:
        if not conversation.closed:
            if conversation.deadline is not None:
                heapq.heappush(self._waits, (conversation.deadline, root))
            return
        del self._conversations[root]
        while self._closed and next(iter(self._closed.values())) < self._now - REMEMBERED:
            self._closed.pop(next(iter(self._closed)))
        self._closed[root] = self._now
        yield Ended(root, conversation.summary(), merged)

"""The calls of a sequence of TLib events, told as the product tells them: linker and call model, and nothing else.

Dispatch and the call workflow do the same with the same two classes; here the clock is the events' own time.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.call.conversation import Conversation, Summary
from workflows.call.directory import Snapshot
from workflows.call.items import Item, Merged, parse
from workflows.call.scene import SECOND, Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linker import Linker

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
    conversation: Conversation = field(compare=False)
    """As it stands now: look before the next record is taken."""


@dataclass(frozen=True)
class Ended:
    """A conversation tells nothing more."""

    call: str
    """Root CallUUID."""
    summary: Summary
    conversation: Conversation = field(compare=False)
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


@dataclass(frozen=True)
class Noted:
    """An event that no conversation needs: a login on a DN without a call. It is remembered for calls to come."""

    event: TlibEvent


Record = Step | Ended | Lost | Noted
"""Every event taken comes back in at least one Step, Lost or Noted."""


class ReplayedCalls:
    """Takes events in order of time; holds only the conversations that are open."""

    def __init__(self, mapping: Snapshot, options: Options, silence: float) -> None:
        """`silence`: seconds of event time after which a call nothing is heard of is lost."""
        self._mapping = mapping
        self._options = options
        self._silence = round(silence * SECOND)
        ended = max(120.0, options.linger + options.wrapup_window + 60)
        self._linker = Linker(silence=silence + options.linger, keep_ended=ended)
        self._conversations: dict[str, Conversation] = {}
        self._heard: dict[str, int] = {}
        """When each conversation was last heard of, the longest silent first."""
        self._waits: list[tuple[int, str]] = []
        self._closed: dict[str, int] = {}
        self._now = 0

    def take(self, event: TlibEvent) -> Iterator[Record]:
        """One event: first every wait that is over by its time, then what it leads to."""
        yield from self._pass(event.time)
        routed = self._linker.route(event)
        if not routed and not self._linker.waits(event.id):
            yield Noted(event)
        for root, item in routed:
            yield from self._deliver(root, item, event)

    def compare(self, snapshot: SnapshotEnded) -> Iterator[Record]:
        """A complete snapshot of a site, as only a living SIP Server gives it: no log has one."""
        yield from self._pass(snapshot.time)
        self._linker.compare(snapshot)

    def finish(self) -> Iterator[Record]:
        """After the last event: all waits run out; a call whose end was not seen stays open."""
        while self._waits:
            yield from self._run_waits(self._waits[0][0])
        yield from self._release(1 << 62)
        for root, conversation in self._conversations.items():
            yield Ended(root, conversation.summary(), conversation)
        self._conversations.clear()

    def _pass(self, time: int) -> Iterator[Record]:
        self._now = max(self._now, time)
        yield from self._run_waits(self._now)
        yield from self._release(self._now)
        yield from self._lose(self._now - self._silence)

    def _release(self, now: int) -> Iterator[Record]:
        self._linker.pass_over_changes()
        released = self._linker.release(now)
        for event in released.dropped:
            yield Lost(event, "its call is not in the logs")
        for root, item in released.routed:
            yield from self._deliver(root, item)

    def _lose(self, silent_since: int) -> Iterator[Record]:
        """End the calls of which nothing was heard for too long, as the call workflow does."""
        while self._heard and (root := next(iter(self._heard))) and self._heard[root] <= silent_since:
            heard, conversation = self._heard.pop(root), self._conversations[root]
            told = conversation.end("lost: nothing heard of the call", heard + self._silence)
            yield Step(root, None, told, conversation)
            yield from self._after(root, conversation)

    def _run_waits(self, now: int) -> Iterator[Record]:
        while self._waits and self._waits[0][0] <= now:
            deadline, root = heapq.heappop(self._waits)
            conversation = self._conversations.get(root)
            if conversation is not None and conversation.deadline == deadline:
                yield Step(root, None, conversation.tick(deadline), conversation)
                yield from self._after(root, conversation)

    def _deliver(self, root: str, item: Mapping[str, Any], taken: TlibEvent | None = None) -> Iterator[Record]:
        if root in self._closed:
            if "event" in item and not item.get("copy"):
                yield Lost(TlibEvent.model_validate(item), "late: its conversation has ended")
            return
        conversation = self._conversations.get(root)
        if conversation is None:
            conversation = self._conversations[root] = Conversation(root, self._options)
        self._heard.pop(root, None)
        self._heard[root] = self._now
        parsed = _parsed(item, taken)
        wanted = conversation.directory.missing(conversation.keys(parsed))
        conversation.learn({key: self._mapping.answer(key) for key in wanted})
        event = parsed if isinstance(parsed, TlibEvent) else None
        yield Step(root, event, conversation.take(parsed), conversation)
        yield from self._after(root, conversation, merged=isinstance(parsed, Merged))

    def _after(self, root: str, conversation: Conversation, *, merged: bool = False) -> Iterator[Ended]:
        if not conversation.closed:
            if conversation.deadline is not None:
                heapq.heappush(self._waits, (conversation.deadline, root))
            return
        del self._conversations[root]
        self._heard.pop(root, None)
        while self._closed and next(iter(self._closed.values())) < self._now - REMEMBERED:
            self._closed.pop(next(iter(self._closed)))
        self._closed[root] = self._now
        yield Ended(root, conversation.summary(), conversation, merged)


def _parsed(item: Mapping[str, Any], taken: TlibEvent | None) -> Item:
    """What an item says; most are the event just taken, as it was."""
    if taken is None or any(item.get(name) != getattr(taken, name) for name in ("id", "agent", "call")):
        return parse(item)
    return taken

"""Submits what all feeds of an ingest read, in the order of reading.

One batch is on its way at a time and is repeated until answered. That, and events read without a gap, is all that
the order in the stream rests on. An event is kept until dispatch has passed it: should Redis lose it, it is submitted
again.

Why one for all feeds: after a gap, or when Redis was away, each feed has a backlog of another length. Submitted apart,
events of minutes of one feed would stand before those of another, and the agent of a call before the queue through
which he was reached.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from workers.event_stream import EventStream, StreamItem, SubmitStatus, Submitted
from workers.ingest.outbox import Outbox, Pending, Reader
from workers.ingest.room import Room
from workers.ingest.waiting_room import WaitingRoom
from workers.logs import Reminder
from workers.redis_server import trouble
from workers.telemetry import EVENTS_HELD, SUBMITS_REFUSED, SUBMITS_UNANSWERED

log = structlog.get_logger()

POLL = 1.0
"""While there is nothing to submit, an empty submission every so many seconds asks for the cursor, and finds out that
Redis was emptied."""
_RETRY_FIRST, _RETRY_MAX = 0.1, 2.0


class Submitter:
    """One per ingest."""

    def __init__(self, stream: EventStream, instance: str, room: Room, hold: float) -> None:
        """`hold`: seconds for which what follows a gap waits."""
        self.resync: Callable[[], None] = lambda: None
        """Called when Redis has lost what it had: asks the gateways for snapshots."""
        self._stream = stream
        self._instance = instance
        self._room = room
        self._hold = hold
        self._waiting = WaitingRoom()
        self._outbox = Outbox()
        self._news = asyncio.Event()
        self._stopping = False
        self._told_until = 0.0
        """Until when Redis knows that items are held."""
        self._trouble = Reminder()
        EVENTS_HELD.set_function(lambda: self._room.held)

    @property
    def pending(self) -> int:
        """Items held or to be submitted."""
        return len(self._waiting) + self._outbox.to_submit

    @property
    def uncounted(self) -> list[StreamItem]:
        """Events that were read and of which nobody knows whether they were stored."""
        return [*self._outbox.uncounted, *(pending.item for pending in self._waiting.items if pending.reader)]

    @property
    def full(self) -> bool:
        """Reading has to wait for `room`."""
        return self._room.full

    async def room(self) -> None:
        """Return when there is room for an item."""
        await self._room.wait()

    def add(self, connection: Hashable, item: StreamItem, reader: Reader | None = None) -> None:
        """Submit what was read from a connection. `reader`: told what becomes of it."""
        self._room.taken(1)
        self._waiting.add(connection, Pending(item, reader))
        self._news.set()

    def gap(self, connection: Hashable) -> None:
        """Before the next item of this connection some may be missing: the other instance is to submit them first."""
        self._waiting.hold(connection, time.monotonic() + self._hold)

    def stop(self) -> None:
        """Let `run` return when everything read is submitted."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Submit until stopped."""
        retry = _RETRY_FIRST
        while await self._something_to_submit():
            if await self._submit():
                retry = _RETRY_FIRST
            else:
                await asyncio.sleep(retry)
                retry = min(2 * retry, _RETRY_MAX)

    async def _something_to_submit(self) -> bool:
        """Wait for items that may go, or for the next poll. False when stopped and done."""
        polled = time.monotonic() + POLL
        while True:
            self._news.clear()
            now = time.monotonic()
            self._outbox.add(self._waiting.released(now))
            if self._outbox.to_submit:
                return True
            if self._stopping and not self._waiting:
                return False
            if now >= polled:
                return True
            release = self._waiting.next_release
            if release is not None and release > self._told_until:
                return True
            with suppress(TimeoutError):
                async with asyncio.timeout(min(polled, release or polled) - now):
                    await self._news.wait()

    async def _submit(self) -> bool:
        """One attempt; True when it was stored or there is reason to go on at once."""
        batch, now = self._outbox.batch(), time.monotonic()
        held_until = self._waiting.next_release or now
        try:
            answer = await self._stream.submit(
                self._instance, self._outbox.epoch, batch, holds=max(0.0, held_until - now)
            )
        except (RedisError, OSError) as error:
            self._outbox.unanswered()
            SUBMITS_UNANSWERED.inc()
            self._report("submission failed, repeating it", trouble(error))
            return False
        self._take_answer(answer)
        self._told_until = held_until if answer.status is not SubmitStatus.OTHER_EPOCH else 0.0
        if answer.status is SubmitStatus.FULL:
            if batch:
                SUBMITS_REFUSED.inc()
            self._report("the stream is full, is dispatch running?", "REDIS_STREAM_CAP reached")
            return not batch
        if self._trouble.over():
            log.info("submitting again", held=self._room.held)
        return True

    def _take_answer(self, answer: Submitted) -> None:
        before = len(self._outbox)
        for reader, fate in self._outbox.answered(answer):
            reader.answered(fate)
        self._room.freed(before - len(self._outbox))
        if answer.status is SubmitStatus.OTHER_EPOCH:
            log.warning("Redis has another epoch, submitting again", events=self._outbox.to_submit)
            self.resync()

    def _report(self, what: str, reason: str) -> None:
        if self._trouble.due(what + reason):
            log.warning(what, reason=reason, held=self._room.held)

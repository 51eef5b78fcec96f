"""A lane of an ingest: the events of one feed of one SIP Server pair, from the gateway client into the stream.

One batch is on its way at a time and is repeated until answered. That, and events read without a gap, is all that
the order in the stream rests on. An event is kept until dispatch has passed it: should Redis lose it, it is submitted
again.
"""

import asyncio
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

import structlog
from redis.exceptions import RedisError

from workers.event_stream import EventStream, Fate, StreamItem, SubmitStatus, Submitted
from workers.ingest.gateway_items import Item, Received, Resumed, SnapshotEnded, Unreadable
from workers.ingest.outbox import Outbox
from workers.ingest.room import Room
from workers.ingest.waiting import WaitingRoom
from workers.logs import Reminder
from workers.redis_server import trouble
from workers.settings import Address
from workers.telemetry import (
    EVENTS_DUPLICATE,
    EVENTS_FIRST,
    EVENTS_HELD,
    EVENTS_IGNORED,
    EVENTS_INVALID,
    EVENTS_READ,
    EVENTS_REPEATED,
    GAPS,
    GAPS_UNDER_PRESSURE,
    SUBMITS_REFUSED,
    SUBMITS_UNANSWERED,
)
from workflows.call import snapshots
from workflows.call.tlib import FEED_OF_EVENT, Attributes, EventError, Feed, TlibEvent

log = structlog.get_logger()

POLL = 1.0
"""While there is nothing to submit, an empty submission every so many seconds asks for the cursor, and finds out that
Redis was emptied."""
_RETRY_FIRST, _RETRY_MAX = 0.1, 2.0
PRESSED = 60.0
"""A gateway that is lost within so many seconds after its reader was stopped had not sent all it had buffered
(assumption: what it buffers it sends within that time)."""

_CALL_UUID = re.compile(r"[0-9A-V]{32}")


@dataclass
class Totals:
    """What became of the events of a lane. read = first + duplicate + repeated + unsent."""

    read: int = 0
    first: int = 0
    duplicate: int = 0
    repeated: int = 0
    invalid: int = 0
    ignored: int = 0
    unsent: int = 0
    """Read and not answered yet: lost to this instance when it stops."""

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    def __add__(self, other: "Totals") -> "Totals":
        others = other.as_dict()
        return Totals(**{name: number + others[name] for name, number in self.as_dict().items()})


class Lane:
    """Takes what a gateway client reads, and submits it."""

    def __init__(
        self, feed: Feed, site: str, stream: EventStream, instance: str, keys: Collection[str], room: Room, hold: float
    ) -> None:
        """`keys`: the user data keys to keep; `room`: what all lanes of this process may hold together; `hold`:
        seconds for which what follows a gap waits."""
        self.feed = feed
        self.site = site
        self._totals = Totals()
        self.resync: Callable[[], None] = lambda: None
        """Called when Redis has lost what it had: asks the gateways for snapshots."""
        self._stream = stream
        self._instance = instance
        self._keys = keys
        self._room = room
        self._hold = hold
        self._waiting = WaitingRoom()
        self._outbox = Outbox()
        self._news = asyncio.Event()
        self._stopping = False
        self._trouble = Reminder()
        self._pressed: dict[Address, float] = {}
        """By server, when reading last went on after it had been stopped."""
        self._ignored_names: set[str] = set()
        self._log = log.bind(site=site, feed=feed.value)
        EVENTS_HELD.labels(site, feed).set_function(lambda: self.held)
        for counter in (*_METRIC_OF.values(), SUBMITS_UNANSWERED, SUBMITS_REFUSED, GAPS, GAPS_UNDER_PRESSURE):
            counter.labels(site, feed)  # a series that begins with its first event shows Prometheus no increase

    @property
    def held(self) -> int:
        """Events in memory: held, to be submitted, or kept until dispatch has passed them."""
        return len(self._waiting) + len(self._outbox)

    @property
    def pending(self) -> int:
        """Events held or to be submitted."""
        return len(self._waiting) + self._outbox.to_submit

    @property
    def totals(self) -> Totals:
        done = self._totals.first + self._totals.duplicate + self._totals.repeated
        return replace(self._totals, unsent=self._totals.read - done)

    async def take(self, item: Item) -> None:
        """The gateway client's sink. Does not return while there is no room."""
        match item:
            case Received():
                event = self._read(item)
                if event is not None:
                    await self._room_for(item.server)
                    self._count("read")
                    self._add(item.server, event)
            case Resumed():
                self._resumed(item.server)
            case Unreadable():
                self._invalid(item.reason, item.event, item.call)
            case SnapshotEnded():
                self._log.info("snapshot read", server=str(item.server), complete=item.complete)
                if self.feed is Feed.CALL and (said := item.reported):
                    await self._room_for(item.server)
                    self._add(item.server, snapshots.SnapshotEnded.of(self.site, said.began, said.time, said.calls))

    async def _room_for(self, server: Address) -> None:
        if self._room.full:
            await self._room.wait()
            self._pressed[server] = time.monotonic()

    def _add(self, server: Address, item: StreamItem) -> None:
        self._room.taken(1)
        self._waiting.add(server, item)
        self._news.set()

    def _resumed(self, server: Address) -> None:
        """Before the next event of this server some may be missing to this instance."""
        now = time.monotonic()
        self._waiting.hold(server, now + self._hold)
        GAPS.labels(self.site, self.feed).inc()
        pressed = self._pressed.pop(server, None)
        if pressed is not None and now - pressed < PRESSED:
            GAPS_UNDER_PRESSURE.labels(self.site, self.feed).inc()
            self._log.error(
                "gateway lost soon after reading was stopped: what it had buffered is lost to this ingest",
                server=str(server),
                reading_went_on_s_ago=round(now - pressed, 1),
            )

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
        """Wait for events that may go, or for the next poll. False when stopped and done."""
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
            with suppress(TimeoutError):
                async with asyncio.timeout(min(polled, release or polled) - now):
                    await self._news.wait()

    async def _submit(self) -> bool:
        """One attempt; True when it was stored or there is reason to go on at once."""
        batch = self._outbox.batch()
        try:
            answer = await self._stream.submit(self._instance, self._outbox.epoch, batch)
        except (RedisError, OSError) as error:
            self._outbox.unanswered()
            SUBMITS_UNANSWERED.labels(self.site, self.feed).inc()
            self._report("submission failed, repeating it", trouble(error))
            return False
        self._take_answer(answer)
        if answer.status is SubmitStatus.FULL:
            SUBMITS_REFUSED.labels(self.site, self.feed).inc()
            self._report("the stream is full, is dispatch running?", "REDIS_STREAM_CAP reached")
            return not batch
        self._recovered()
        return True

    def _take_answer(self, answer: Submitted) -> None:
        before = len(self._outbox)
        for fate in self._outbox.answered(answer):
            self._count(_TOTAL_OF[fate])
        self._room.freed(before - len(self._outbox))
        if answer.status is SubmitStatus.OTHER_EPOCH:
            self._log.warning("Redis has another epoch, submitting again", events=self._outbox.to_submit)
            self.resync()

    def _report(self, what: str, reason: str) -> None:
        if self._trouble.due(what + reason):
            self._log.warning(what, reason=reason, held=self.held)

    def _recovered(self) -> None:
        if self._trouble.over():
            self._log.info("submitting again", held=self.held)

    def _read(self, received: Received) -> TlibEvent | None:
        """The event as the product knows it; None, counted and logged, when it is invalid or none of this feed's."""
        name, attributes = received.name, received.attributes
        if reason := not_ours(self.feed, name, attributes):
            self._count("ignored")
            if name not in self._ignored_names and len(self._ignored_names) < 100:
                self._ignored_names.add(name)
                self._log.info("event ignored, further ones are only counted", event_name=name[:60], reason=reason)
            return None
        try:
            event = TlibEvent.read(name, attributes, self.site, self._keys)
        except Exception as error:  # whatever is wrong with one event, the feed goes on
            reason = str(error) if isinstance(error, EventError) else f"{name}: {type(error).__name__}"
            call = attributes.get("CallUUID")
            self._invalid(reason, name, call if isinstance(call, str) and _CALL_UUID.fullmatch(call) else None)
            return None
        return event.model_copy(update={"seen": time.time_ns() // 1_000_000})

    def _invalid(self, reason: str, name: str | None, call: str | None) -> None:
        self._count("invalid")
        self._log.warning("event not readable", reason=reason, event_name=name, call=call)

    def _count(self, total: str) -> None:
        setattr(self._totals, total, getattr(self._totals, total) + 1)
        _METRIC_OF[total].labels(self.site, self.feed).inc()


_TOTAL_OF = {Fate.FIRST: "first", Fate.DUPLICATE: "duplicate", Fate.REPEATED: "repeated"}
_METRIC_OF = {
    "read": EVENTS_READ,
    "first": EVENTS_FIRST,
    "duplicate": EVENTS_DUPLICATE,
    "repeated": EVENTS_REPEATED,
    "invalid": EVENTS_INVALID,
    "ignored": EVENTS_IGNORED,
}


def not_ours(feed: Feed, name: str, attributes: Attributes) -> str | None:
    """Why an event is none of the feed's; None when it is."""
    if FEED_OF_EVENT.get(name) is not feed:
        return f"not an event of the feed {feed}"
    if name == "EventUserEvent":
        extensions = attributes.get("Extensions")
        if extensions is None:
            return "no participant list"
        if isinstance(extensions, list) and all(pair[0] != "LCTPartiesLength" for pair in extensions):
            return "no participant list"
    if name == "EventRegistered" and not attributes.get("AgentID"):
        return "nobody is logged in"
    return None

"""The intake of one feed of one SIP Server pair: reads, names and counts its events."""

import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace

import structlog

from activities.personal_data import quoted
from workers.event_stream import Fate
from workers.ingest.gateway_items import Item, Received, Resumed, SnapshotEnded, Unreadable
from workers.ingest.submitter import Submitter
from workers.settings import Address
from workers.telemetry import (
    EVENTS_DUPLICATE,
    EVENTS_FIRST,
    EVENTS_IGNORED,
    EVENTS_INVALID,
    EVENTS_READ,
    EVENTS_REPEATED,
    GAPS,
    GAPS_UNDER_PRESSURE,
)
from workflows.call.tlib import CALL_UUID, FEED_OF_EVENT, Attributes, EventError, Feed, TlibEvent
from workflows.call.tlib_reading import read_event
from workflows.linking import entries

log = structlog.get_logger()

PRESSED = 60.0
"""A gateway that is lost within so many seconds after its reader was stopped had not sent all it had buffered
(assumption: what it buffers it sends within that time)."""


LARGEST = 128 * 1024
"""Bytes of an event's JSON, of what the product reads of it: a hundred times the usual. Redis and dispatch take very
many events at a time."""


@dataclass
class Totals:
    """What became of the events of a feed. read = first + duplicate + repeated + unsent."""

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


class Intake:
    """Takes what a gateway client reads, and hands it to the submitter."""

    def __init__(self, feed: Feed, site: str, submitter: Submitter, keys: Collection[str]) -> None:
        """`keys`: the user data keys to keep."""
        self.feed = feed
        self.site = site
        self._totals = Totals()
        self._submitter = submitter
        self._keys = keys
        self._pressed: dict[Address, float] = {}
        """By server, when reading last went on after it had been stopped."""
        self._ignored_names: set[str] = set()
        self._log = log.bind(site=site, feed=feed.value)
        for counter in (*_METRIC_OF.values(), GAPS, GAPS_UNDER_PRESSURE):
            counter.labels(site, feed)  # a series that begins with its first event shows Prometheus no increase

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
                    self._submitter.add(self._connection(item.server), event, self)
            case Resumed():
                self._resumed(item)
            case Unreadable():
                self._invalid(item.reason, item.event, item.call)
            case SnapshotEnded():
                self._log.info("snapshot read", server=str(item.server), complete=item.complete)
                if self.feed is Feed.CALL and (said := item.reported):
                    await self._room_for(item.server)
                    snapshot = entries.SnapshotEnded.of(self.site, said.began, said.time, said.calls)
                    self._submitter.add(self._connection(item.server), snapshot)

    async def _room_for(self, server: Address) -> None:
        if self._submitter.full:
            try:
                await self._submitter.room()
            finally:  # also when the connection is lost meanwhile
                self._pressed[server] = time.monotonic()

    def _connection(self, server: Address) -> tuple[str, Feed, Address]:
        return self.site, self.feed, server

    def _resumed(self, gap: Resumed) -> None:
        """Before the next event of this server some may be missing to this instance."""
        now = time.monotonic()
        self._submitter.gap(self._connection(gap.server))
        GAPS.labels(self.site, self.feed).inc()
        pressed = self._pressed.get(gap.server)
        if gap.reason == "connected" and pressed is not None and now - pressed < PRESSED:
            del self._pressed[gap.server]
            GAPS_UNDER_PRESSURE.labels(self.site, self.feed).inc()
            self._log.error(
                "gateway lost soon after reading was stopped: what it had buffered is lost to this ingest",
                server=str(gap.server),
            )

    def answered(self, fate: Fate) -> None:
        """What became of one of its events."""
        self._count(_TOTAL_OF[fate])

    def _read(self, received: Received) -> TlibEvent | None:
        """The event as the product knows it; None, counted and logged, when it is invalid or none of this feed's."""
        name, attributes = received.name, received.attributes
        if reason := not_ours(self.feed, name, attributes):
            self._count("ignored")
            if name not in self._ignored_names and len(self._ignored_names) < 100:
                self._ignored_names.add(name)
                self._log.info(
                    "event ignored, further ones are only counted", event_name=quoted(name[:60]), reason=reason
                )
            return None
        try:
            event = read_event(name, attributes, self.site, self._keys)
            if (size := len(event.model_dump_json(exclude_defaults=True))) > LARGEST:
                raise EventError(f"{name}: {size} bytes, more than {LARGEST}")
        except Exception as error:  # whatever is wrong with one event, the feed goes on
            reason = str(error) if isinstance(error, EventError) else f"{name}: {type(error).__name__}"
            call = attributes.get("CallUUID")
            self._invalid(reason, name, call if isinstance(call, str) and CALL_UUID.fullmatch(call) else None)
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

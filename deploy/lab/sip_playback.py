"""The events of a site's logs in the order and at the pace they happened, and the account of what was played."""

import asyncio
import heapq
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from workers.ingest.intake import not_ours
from workers.replay.log_file import open_log
from workers.replay.tserver_log import LogEvent, LogFault, read_log
from workflows.call.tlib import FEED_OF_EVENT, Feed
from workflows.call.tlib_reading import read_event


@dataclass(frozen=True)
class Timed:
    """An event of a log, or a fault in it, and when it happened: microseconds since 1970, never going back."""

    time: int
    log: Path
    found: LogEvent | LogFault


def read_in_order(logs: Sequence[Path]) -> Iterator[Timed]:
    """The events of the three feeds in several logs of one site, merged by event time."""
    return heapq.merge(*map(_timed, logs), key=lambda timed: timed.time)


def _timed(path: Path) -> Iterator[Timed]:
    latest = 0
    with open_log(path) as lines:
        for found in read_log(lines):
            if isinstance(found, LogEvent):
                if found.name not in FEED_OF_EVENT:
                    continue
                latest = max(latest, _time(found))
            yield Timed(latest, path, found)


def _time(event: LogEvent) -> int:
    seconds, rest = event.attributes.get("TimeinSecs"), event.attributes.get("TimeinuSecs", 0)
    return seconds * 1_000_000 + rest if isinstance(seconds, int) and isinstance(rest, int) else 0


class Pace:
    """Event time to wall-clock time."""

    def __init__(self, origin: int, start: float, speed: float) -> None:
        """`origin`: event time, in microseconds, that is played at `start`, a wall-clock time in seconds; `speed`:
        1 as it happened, 0 without any wait."""
        self._origin = origin
        self._start = start
        self._speed = speed

    def delay(self, seconds: float) -> None:
        """Everything from here on is played so much later."""
        self._start += seconds

    async def until(self, event_time: int) -> None:
        """Wait until that event's time has come."""
        if self._speed > 0:
            due = self._start + (event_time - self._origin) / 1_000_000 / self._speed
            if (wait := due - time.time()) > 0:
                await asyncio.sleep(wait)


@dataclass
class FeedTotals:
    """What was played on a feed."""

    played: int = 0
    """Events of the logs."""
    distinct: int = 0
    """Different events, by the product's names, among all that a client was sent, re-reports too."""
    undelivered: int = 0
    """Events of the logs that no client was sent: nobody has subscribed, or registered the DN."""
    unusable: int = 0
    """Events sent that the product does not take: they lack an attribute, or are no participant list."""


class Account:
    """Counts what was played, and notes when each event was first sent."""

    def __init__(self, site: str, user_data_key: str, notes: TextIO | None) -> None:
        """`notes`: gets one JSON line per distinct event: `{"id", "event", "call", "time" µs, "wall" ms}`."""
        self.feeds = {feed: FeedTotals() for feed in Feed}
        self._site = site
        self._keys = (user_data_key,)
        self._notes = notes
        self._names: set[str] = set()

    def played(self, feed: Feed, event: LogEvent, clients: int) -> None:
        """An event of the log was sent to so many clients."""
        self.feeds[feed].played += 1
        if clients:
            self.sent(feed, event.name, dict(event.attributes))
        else:
            self.feeds[feed].undelivered += 1

    def sent(self, feed: Feed, name: str, attributes: dict[str, Any]) -> None:
        """A client was sent this event."""
        totals = self.feeds[feed]
        try:
            if not_ours(feed, name, attributes):
                raise ValueError
            event = read_event(name, attributes, self._site, self._keys)
        except ValueError:
            totals.unusable += 1
            return
        if event.id not in self._names:
            self._names.add(event.id)
            totals.distinct += 1
            if self._notes is not None:
                wall = time.time_ns() // 1_000_000
                note = {"id": event.id, "event": name, "call": event.call, "time": event.time, "wall": wall}
                self._notes.write(json.dumps(note) + "\n")

    def close(self) -> dict[str, dict[str, int]]:
        """The totals so far; the notes are written out."""
        if self._notes is not None:
            self._notes.flush()
        return {feed.value: asdict(totals) for feed, totals in self.feeds.items()}

"""The TLib events of several text logs as one sequence: by event time, each event once.

Logs may be given in any order: rotated files of one server, the same minutes twice, a router's log beside a SIP
Server's. A log is opened when the sequence comes to its first event, so that only logs of the same time are open
at once. An event that two logs have, or one log twice, has the same name and is passed on once.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workers.replay.log_file import DAMAGED, open_log
from workers.replay.tserver_log import LogEvent, LogFault, read_log
from workflows.call.tlib import FEED_OF_EVENT, EventError, TlibEvent
from workflows.call.tlib_reading import read_event

REPEATED_WITHIN = 120 * 1_000_000
"""Microseconds of event time for which an event's name is remembered: two copies of an event have the same time."""


@dataclass(frozen=True)
class Log:
    """A text log and the site whose SIP Server wrote it."""

    site: str
    path: Path


@dataclass
class Faults:
    """What of the logs was left out."""

    unreadable: int = 0
    others: int = 0
    """Events of no feed of the product, or that say nothing of a call or a login: a real log is full of them."""
    repeated: int = 0
    """Events that were read before."""
    new: list[str] = field(default_factory=list)
    """Unreadable events not reported yet: file, line and reason."""

    def add(self, log: Log, line: int, reason: str) -> None:
        self.unreadable += 1
        self.new.append(f"{log.path}:{line}: {reason}")


def merged(logs: Iterable[Log], user_data_keys: Collection[str], faults: Faults) -> Iterator[TlibEvent]:
    """The events of all logs by time. Raises LogError."""
    return iter(MergedLogs(logs, user_data_keys, faults))


class MergedLogs:
    """The events of all logs by time, and where each stands. Within one log its own order stands, also where its
    clock goes back."""

    def __init__(
        self,
        logs: Iterable[Log],
        user_data_keys: Collection[str],
        faults: Faults,
        on_read: Callable[[int], None] = lambda count: None,
    ) -> None:
        """`on_read`: see `open_log`."""
        self._logs = list(logs)
        self._keys = user_data_keys
        self._faults = faults
        self._on_read = on_read
        self._recent: dict[str, tuple[int, Log, int]] = {}

    def __iter__(self) -> Iterator[TlibEvent]:
        """Raises LogError."""
        for time, (event, log, line) in _by_time(self._streams()):
            if event.id in self._recent:
                self._faults.repeated += 1
                continue
            self._recent[event.id] = (time, log, line)
            while (oldest := next(iter(self._recent))) and self._recent[oldest][0] < time - REPEATED_WITHIN:
                del self._recent[oldest]
            yield event

    def place(self, event_id: str) -> str | None:
        """File and line of an event that came in the last two minutes of event time."""
        found = self._recent.get(event_id)
        return f"{found[1].path}:{found[2]}" if found else None

    def _streams(self) -> list["_Stream"]:
        """The logs by the time of their first event, not open yet."""
        several = len(self._logs) > 1
        found = [(_first_time(log) if several else 0, position) for position, log in enumerate(self._logs)]
        return [(begin, self._timed(self._logs[position])) for begin, position in sorted(found)]

    def _timed(self, log: Log) -> Iterator["_Timed"]:
        latest = 0
        for event, line in self._events(log):
            latest = max(latest, event.time)
            yield latest, (event, log, line)

    def _events(self, log: Log) -> Iterator[tuple[TlibEvent, int]]:
        for found in self._found(log):
            if found.name not in FEED_OF_EVENT or (isinstance(found, LogEvent) and _says_nothing(found)):
                self._faults.others += 1
            elif isinstance(found, LogFault):
                self._faults.add(log, found.line, found.reason)
            else:
                try:
                    yield read_event(found.name, found.attributes, log.site, self._keys), found.line
                except ValueError as error:
                    reason = str(error) if isinstance(error, EventError) else f"{found.name}: {type(error).__name__}"
                    self._faults.add(log, found.line, reason)

    def _found(self, log: Log) -> Iterator[LogEvent | LogFault]:
        with open_log(log.path, self._on_read) as lines:
            yield from read_log(self._until_damaged(log, lines), FEED_OF_EVENT)

    def _until_damaged(self, log: Log, lines: Iterable[str]) -> Iterator[str]:
        count = 0
        try:
            for text in lines:
                count += 1
                yield text
        except DAMAGED as error:
            self._faults.add(log, count, f"the file is damaged or cut off, nothing is read after this line: {error}")


_Timed = tuple[int, tuple[TlibEvent, Log, int]]
_Stream = tuple[int, Iterator[_Timed]]


def _by_time(streams: list[_Stream]) -> Iterator[_Timed]:
    """Merge streams that are sorted by the time of their first item; each is begun when that time has come."""
    heap: list[tuple[int, int, tuple[TlibEvent, Log, int]]] = []
    begun = 0
    while heap or begun < len(streams):
        while begun < len(streams) and (not heap or streams[begun][0] <= heap[0][0]):
            _push(heap, begun, streams)
            begun += 1
        if heap:
            time, stream, item = heapq.heappop(heap)
            yield time, item
            _push(heap, stream, streams)


def _push(heap: list[tuple[int, int, tuple[TlibEvent, Log, int]]], number: int, streams: list[_Stream]) -> None:
    following = next(streams[number][1], None)
    if following is not None:
        heapq.heappush(heap, (following[0], number, following[1]))


def _first_time(log: Log) -> int:
    """Time of a log's first event; 0 for one that says none, or that can be read only once."""
    if not log.path.is_file():
        return 0
    try:
        with open_log(log.path) as lines:
            for found in read_log(lines):
                time = _time(found) if isinstance(found, LogEvent) else None
                if time is not None:
                    return time
    except DAMAGED:
        pass  # named when the log is read
    return 0


def _time(event: LogEvent) -> int | None:
    seconds, rest = event.attributes.get("TimeinSecs"), event.attributes.get("TimeinuSecs", 0)
    return seconds * 1_000_000 + rest if isinstance(seconds, int) and isinstance(rest, int) else None


def _says_nothing(event: LogEvent) -> bool:
    """True for an EventUserEvent that is no participant list (any application can send one), and for an
    EventRegistered of a DN where nobody is logged in."""
    if event.name == "EventUserEvent":
        extensions = event.attributes.get("Extensions")
        pairs = extensions if isinstance(extensions, list) else []
        return not any(key == "LCTPartiesLength" for key, _ in pairs)
    return event.name == "EventRegistered" and not event.attributes.get("AgentID")

"""The TLib events of several text logs as one sequence, by event time."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from workers.errors import ExcpError
from workers.tserver_log import LogEvent, LogFault, open_log, read_log
from workflows.call.tlib import FEED_OF_EVENT, EventError, TlibEvent


class LogError(ExcpError):
    """A log cannot be read at all."""


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
    new: list[str] = field(default_factory=list)
    """Unreadable events not reported yet: file, line and reason."""

    def add(self, log: Log, line: int, reason: str) -> None:
        self.unreadable += 1
        self.new.append(f"{log.path}:{line}: {reason}")


def merged(logs: Iterable[Log], user_data_keys: Collection[str], faults: Faults) -> Iterator[TlibEvent]:
    """The events of all logs by time. Within one log its own order stands, also where its clock goes back.

    Raises LogError.
    """
    with ExitStack() as files:
        streams = []
        for log in logs:
            try:
                lines = files.enter_context(open_log(log.path))
            except OSError as error:
                raise LogError(f"{log.path}: the log cannot be read: {error.strerror}") from None
            streams.append(_timed(_events(log, lines, user_data_keys, faults)))
        for _, event in heapq.merge(*streams, key=itemgetter(0)):
            yield event


def _timed(events: Iterator[TlibEvent]) -> Iterator[tuple[int, TlibEvent]]:
    latest = 0
    for event in events:
        latest = max(latest, event.time)
        yield latest, event


def _events(log: Log, lines: Iterable[str], keys: Collection[str], faults: Faults) -> Iterator[TlibEvent]:
    for found in read_log(lines):
        if found.name not in FEED_OF_EVENT or (isinstance(found, LogEvent) and _says_nothing(found)):
            faults.others += 1
        elif isinstance(found, LogFault):
            faults.add(log, found.line, found.reason)
        else:
            try:
                yield TlibEvent.read(found.name, found.attributes, log.site, keys)
            except ValueError as error:
                reason = str(error) if isinstance(error, EventError) else f"{found.name}: {type(error).__name__}"
                faults.add(log, found.line, reason)


def _says_nothing(event: LogEvent) -> bool:
    """True for an EventUserEvent that is no participant list (any application can send one), and for an
    EventRegistered of a DN where nobody is logged in."""
    if event.name == "EventUserEvent":
        extensions = event.attributes.get("Extensions")
        pairs = extensions if isinstance(extensions, list) else []
        return not any(key == "LCTPartiesLength" for key, _ in pairs)
    return event.name == "EventRegistered" and not event.attributes.get("AgentID")

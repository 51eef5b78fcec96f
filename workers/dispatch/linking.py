"""Links what was read of the stream: which conversation is to be sent what.

An event at which the linker fails is a bug, and must not stop all calls: it is parked. How far the linker had come with
it nobody knows, so it begins again with the committed index and the round's other events. That gives the same answers
(the linker's depend on index and events, and on what `restore` takes from Temporal again), and nothing of the round was
sent yet.

However much there is to link, the event loop turns meanwhile: a process that stood still for longer than a lease would
lose it, be it the next one, and begin again with the same.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from pydantic import ValidationError

from workers.dispatch.conversation_sender import Result, Tally
from workers.dispatch.store import Entry, Reading
from workers.telemetry import DISPATCH_LAG
from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded, parse_entry
from workflows.linking.linker import Linker
from workflows.linking.routed import Item, Origin, Routed, Running

log = structlog.get_logger()

_NAMED = 20
"""Missing calls named in one line of the log; each that is lost then has a line of its own."""
_AT_ONCE = 100
"""Events linked before the event loop has its turn: some 10 ms."""


@dataclass
class Round:
    """What is to be sent for one reading."""

    lanes: dict[str, list[Item]] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    lost: int = 0
    """Calls that are lost."""

    def park(self, reason: str, entry: Entry) -> None:
        self.tally.park(reason, entry.text)
        self.tally.counts[Result.PARKED] += 1


class _LinkingError(Exception):
    """The linker failed at an entry of the stream: a bug."""

    def __init__(self, stream_id: str, reason: str) -> None:
        super().__init__(reason)
        self.stream_id = stream_id
        self.reason = reason


class Linking:
    """The linker at work on the stream."""

    def __init__(self, linker: Linker, restore: Callable[[], Awaitable[None]]) -> None:
        """`restore`: puts the linker back into the state with which the round began."""
        self._linker = linker
        self._restore = restore

    def recover(self, running: Sequence[Running], reading: Reading) -> Round:
        """What is to be sent once the linker has taken the conversations that run."""
        work = Round()
        self._add(self._linker.recover(running, reading.now), work)
        return work

    async def link(self, reading: Reading) -> Round:
        """What is to be sent by a reading; one without events is the linker's housekeeping. The linker's state must be
        what `restore` restores."""
        unlinked: dict[str, str] = {}
        while True:
            try:
                return await self._link_all(reading, unlinked)
            except _LinkingError as failure:
                unlinked[failure.stream_id] = failure.reason
            await self._restore()

    async def _link_all(self, reading: Reading, unlinked: Mapping[str, str]) -> Round:
        """`unlinked`: by stream id, why the linker cannot take an entry."""
        work = Round()
        for number, entry in enumerate(reading.entries, 1):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            self._release(entry.time, work)
            if entry.id in unlinked:
                work.park(unlinked[entry.id], entry)
            else:
                self._take(entry, work)
        if reading.entries:
            DISPATCH_LAG.set(max(0, reading.now - reading.entries[-1].time) / 1e6)
        else:
            # whole milliseconds as in stream ids: what is released now stands before any entry to come
            self._release(reading.now // 1000 * 1000, work)
            DISPATCH_LAG.set(0)
        return work

    def _take(self, entry: Entry, work: Round) -> None:
        try:
            item = parse_entry(entry.text)
        except ValidationError as error:
            log.error("event parked, it cannot be read", stream_id=entry.id, reason=_first_fault(error))
            work.park(f"cannot be read: {_first_fault(error)}", entry)
            return
        try:
            if isinstance(item, SnapshotEnded):
                self._compare(item)
            else:
                self._route(item, work)
        except Exception as error:
            raise _LinkingError(entry.id, _report(entry.id, item, error)) from error

    def _route(self, event: TlibEvent, work: Round) -> None:
        waited = self._linker.waits(event.id)
        routed = self._linker.route(event)
        if not any("event" in item for _, item in routed) and (waited or not self._linker.waits(event.id)):
            work.tally.counts[Result.UNNEEDED] += 1
            log.debug("event needed by no conversation", event_name=event.event, event_id=event.id, site=event.site)
        self._add(routed, work)

    def _compare(self, snapshot: SnapshotEnded) -> None:
        missing = self._linker.compare(snapshot)
        if missing:
            log.warning(
                "calls missing in a complete snapshot", site=snapshot.site, number=len(missing), first=missing[:_NAMED]
            )

    def _add(self, routed: Routed, work: Round) -> None:
        for root, item in routed:
            work.lanes.setdefault(root, []).append(item)
            work.origins[root] = self._linker.origin(root)

    def _release(self, now: int, work: Round) -> None:
        released = self._linker.release(now)
        for event in released.dropped:
            work.tally.counts[Result.DROPPED] += 1
            log.warning(
                "event dropped, its call did not become known",
                event_name=event.event,
                event_id=event.id,
                call=event.call,
                conn=event.conn,
                site=event.site,
            )
        for root, item in released.routed:
            if item.get("item") == "lost":
                work.lost += 1
                log.warning("call lost, its SIP Server does not report it any more", call=item["call"], root=root)
        self._add(released.routed, work)


def _first_fault(error: ValidationError) -> str:
    """Where it is wrong; never the value, which may be a caller's number."""
    fault = error.errors(include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def _report(stream_id: str, item: TlibEvent | SnapshotEnded, error: Exception) -> str:
    """Log at which item and where in the code the linker failed, and why it is parked. Without the error's text: that
    may hold a caller's number."""
    reason = f"cannot be linked: {type(error).__name__}"
    log.error(
        "event parked, the linker fails at it",
        stream_id=stream_id,
        event_name=item.event if isinstance(item, TlibEvent) else item.item,
        event_id=item.id,
        call=item.call,
        site=item.site,
        reason=reason,
        code=[f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)],
    )
    return reason

"""Calls that a complete snapshot does not contain: of which nothing is heard for a while, they are lost.

A call counts as known before the snapshot was asked for when the SIP Server created it clearly earlier; the clocks of
server and ingest may differ. What is heard of a call after the snapshot, or a later snapshot that has it, takes back
that it is missing.
"""

from collections.abc import Iterator

from workflows.linking.call_index import CallIndex
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linked_call import LinkedCall

LOST_AFTER = 30_000_000
"""Microseconds of stream time after which a missing call of which nothing is heard is lost."""

CLOCKS = 5_000_000
"""Microseconds by which the clocks of a SIP Server and of an ingest may differ (assumption)."""


class MissingCalls:
    """The calls missing now, the longest missing first."""

    def __init__(self, index: CallIndex) -> None:
        self._index = index
        self._calls: dict[str, None] = {}

    def load(self) -> None:
        """Find them among the calls of an index that was loaded."""
        missing = (call for call in self._index.calls.values() if call.missing_since)
        for call in sorted(missing, key=lambda call: (call.missing_since, call.age)):
            self._calls[call.uuid] = None

    def compare(self, snapshot: SnapshotEnded, now: int) -> list[LinkedCall]:
        """Take a complete snapshot at a stream time; the calls that are missing by it and were not before."""
        reported, found = set(snapshot.calls), []
        for call in sorted(self._index.calls.values(), key=lambda call: call.age):
            if call.site != snapshot.site or call.ended:
                continue
            if call.uuid in reported:
                self._report(call, snapshot.time)
            elif call.created < snapshot.began - CLOCKS and not call.missing_since:
                call.missing_since, call.missing_at = now, snapshot.time
                self._calls[call.uuid] = None
                self._index.touch(f"call|{call.uuid}")
                found.append(call)
        return found

    def heard(self, call: LinkedCall) -> None:
        """Something was heard of a call: it is not missing. The caller leaves its key in the index's `dirty`."""
        call.missing_since = call.missing_at = 0
        self._calls.pop(call.uuid, None)

    def lost(self, now: int) -> Iterator[LinkedCall]:
        """The calls that have been missing for too long."""
        while (uuid := next(iter(self._calls), None)) is not None:
            call = self._index.calls.get(uuid)
            if call is not None and call.missing_since + LOST_AFTER > now:
                return
            del self._calls[uuid]
            if call is not None and call.missing_since:  # else forgotten meanwhile, and perhaps heard of again
                yield call

    def _report(self, call: LinkedCall, time: int) -> None:
        call.reported = max(call.reported, time)
        self._index.touch(f"call|{call.uuid}")
        if time > call.missing_at:
            self.heard(call)

"""One attempt to deliver the events of a call, and the requests that are composed of many of them."""

import asyncio
import json
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import structlog
from pydantic import BaseModel, ConfigDict

from activities.ex_client import EventFault
from activities.ex_contract import MAX_BYTES, MAX_EVENTS, fault
from activities.metrics import EX_EVENTS, EX_LATENCY
from workflows.call.encoding import is_built_on
from workflows.call.telling import Batch, ExEvent, Refusal

log = structlog.get_logger()

ROOM = MAX_BYTES - 1_024
"""Bytes of a request for events and the commas between them; the names of all arrays fit into the rest."""


class Rhythm(NamedTuple):
    """How an attempt lives, in seconds. Temporal starts another attempt 5 s after the last heartbeat."""

    wait: float = 5.0
    """How long it waits for its request before Temporal may give its slot to another call."""
    beat: float = 1.0
    """Between two heartbeats."""
    apart: float = 20.0
    """How long it waits under suspicion, from the last refusal on."""
    frozen: float = 3.0
    """An attempt whose last heartbeat is older is given up, so that it does not send beside the next one: one beat, and
    two seconds in which the loop stood still."""


RHYTHM = Rhythm()


class Progress(BaseModel):
    """What an attempt leaves to the next one of the same batch; it travels as heartbeat details."""

    model_config = ConfigDict(extra="ignore")

    done: list[int] = []
    """Positions in the batch of the events taken or refused."""
    refused: list[Refusal] = []
    suspected: bool = False
    """A request with this call was refused as a whole: it goes apart from all others until it is cleared."""
    part: int | None = None
    """Set when this call is the one: at most so many of its events at a time."""


class Prepared(NamedTuple):
    """An event as it stands in a request."""

    position: int
    told: ExEvent
    body: bytes


class Delivery:
    """The events of one batch that are still to be delivered, in their order."""

    def __init__(self, batch: Batch, progress: Progress, rhythm: Rhythm = RHYTHM) -> None:
        self.call = batch.call
        self._batch = batch
        self.age = batch.events[0].time if batch.events else ""
        """Time of its first event: the oldest goes first."""
        self.progress = progress
        self.rhythm = rhythm
        self.beat = time.monotonic()
        """When its activity last showed that it lives."""
        self.begun = self.beat
        self.deadline = self.beat + rhythm.wait
        self.not_before = 0.0
        self.in_flight = False
        self.abandoned = False
        """Whether its activity is over."""
        self.failures = 0
        """Requests in a row in which the EX Org could not take its next event."""
        self.doubted = self.beat if progress.suspected else float("inf")
        """Since when it is under suspicion (monotonic), as far as this attempt knows."""
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        left = set(range(len(batch.events))) - set(progress.done)
        self.left = [self._prepare(position, batch.events[position]) for position in sorted(left)]
        refused = {refusal.event_id for refusal in progress.refused}
        for position in progress.done:
            if batch.events[position].event.get("eventId") in refused:
                self._drop_what_builds_on(position)
        for prepared in self.left[:]:
            if prepared not in self.left:
                break
            reason = fault(prepared.told) or ("larger than a whole request" if len(prepared.body) > ROOM else None)
            if reason:
                self.refuse(prepared, reason)

    @staticmethod
    def _prepare(position: int, told: ExEvent) -> Prepared:
        return Prepared(
            position, told, json.dumps(told.event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        )

    @property
    def suspected(self) -> bool:
        """Whether it goes apart from others."""
        return self.progress.suspected

    def frozen(self) -> bool:
        return time.monotonic() - self.beat > self.rhythm.frozen

    def head(self, events: int, size: int) -> list[Prepared]:
        """Its next events for a request that has room for so many events and bytes."""
        events = min(events, self.progress.part or events)
        head: list[Prepared] = []
        for prepared in self.left[:events]:
            size -= len(prepared.body) + 1
            if size < 0:
                break
            head.append(prepared)
        return head

    @property
    def unsent(self) -> list[str]:
        """Ids of the events neither taken nor refused."""
        done = set(self.progress.done)
        return [told.event_id for position, told in enumerate(self._batch.events) if position not in done]

    def refuse(self, prepared: Prepared, reason: str) -> None:
        """The event will never be taken, and what builds on it is not sent."""
        event_id = str(prepared.told.event.get("eventId"))
        log.error(
            "EX event refused",
            array=prepared.told.array,
            event_id=event_id,
            cause=prepared.told.cause,
            call=self.call,
            reason=reason,
        )
        EX_EVENTS.labels("refused").inc()
        self.progress.refused.append(Refusal(event_id=event_id, message=reason))
        self._done(prepared)
        self._drop_what_builds_on(prepared.position)

    def _drop_what_builds_on(self, position: int) -> None:
        """The call workflow learns of them as unsent, and tells what is to be told instead."""
        if is_built_on(self._batch.events[position]):
            self.left = [prepared for prepared in self.left if prepared.position < position]

    def answered(self, sent: list[Prepared], faults: Mapping[str, EventFault]) -> None:
        """Take in the answer to a request that was taken.

        An event refused after one of its conversation that is to be repeated was judged without its predecessor:
        it is repeated as well. One that was taken is never sent again.
        """
        repeat = False
        for prepared in sent:
            event_fault = faults.get(prepared.told.event_id)
            if event_fault is None:
                self._taken(prepared)
            elif event_fault.retryable or repeat:
                repeat = True
                EX_EVENTS.labels("repeated").inc()
                log.info(
                    "EX event to be repeated", array=prepared.told.array, call=self.call, reason=event_fault.message
                )
            else:
                self.refuse(prepared, event_fault.message)
        if repeat:
            self.failed()
        else:
            self.failures = 0

    def repeat(self, sent: list[Prepared]) -> None:
        """Nobody knows what became of what was sent: it stays to be sent."""
        EX_EVENTS.labels("repeated").inc(len(sent))

    def suspect(self, alone: bool) -> None:
        """It may have spoilt a request. `alone`: it has, so its events go in parts, half as large each time."""
        self.progress.suspected = True
        self.doubted = min(self.doubted, time.monotonic())
        if alone:
            self.progress.part = max(1, min(len(self.left), self.progress.part or MAX_EVENTS) // 2)

    def stay(self) -> None:
        """Go on waiting here: among whom it is suspected is lost with the attempt."""
        self.deadline = max(self.deadline, time.monotonic() + self.rhythm.apart)

    def clear(self) -> None:
        """It has not spoilt anything, or what did is refused."""
        self.progress.suspected, self.progress.part, self.doubted = False, None, float("inf")

    def failed(self) -> None:
        """The EX Org could not take some of it: wait 1, 2, 4 seconds before the next request."""
        self.not_before = time.monotonic() + min(2.0**self.failures, 4.0)
        self.failures += 1

    def _taken(self, prepared: Prepared) -> None:
        EX_EVENTS.labels("taken").inc()
        if prepared.told.seen is not None:
            EX_LATENCY.observe(max(0.0, time.time() - prepared.told.seen / 1000))
        self._done(prepared)

    def _done(self, prepared: Prepared) -> None:
        self.progress.done.append(prepared.position)
        self.left = [left for left in self.left if left is not prepared]


class Request:
    """Events of several calls in one request body."""

    def __init__(self) -> None:
        self.parts: list[tuple[Delivery, list[Prepared]]] = []
        self.sent = time.monotonic()

    @classmethod
    def compose(cls, deliveries: Iterable[Delivery]) -> "Request":
        """Fill a request in the given order, with at most one delivery of a call.

        The last call may be cut: what did not fit goes with a later request, after this one was answered.
        """
        request = cls()
        events, room, calls = MAX_EVENTS, ROOM, set[str]()
        for delivery in deliveries:
            if delivery.call in calls:
                continue
            head = delivery.head(events, room)
            if not head:
                break
            request.parts.append((delivery, head))
            calls.add(delivery.call)
            events -= len(head)
            room -= sum(len(prepared.body) + 1 for prepared in head)
            if events == 0:
                break
        return request

    @property
    def calls(self) -> list[Delivery]:
        return [delivery for delivery, _ in self.parts]

    @property
    def names(self) -> list[str]:
        """CallUUIDs."""
        return [delivery.call for delivery in self.calls]

    @property
    def left(self) -> int:
        """Events its calls still have to deliver."""
        return sum(len(delivery.left) for delivery in self.calls)

    @property
    def event_ids(self) -> frozenset[str]:
        return frozenset(prepared.told.event_id for _, part in self.parts for prepared in part)

    def body(self) -> bytes:
        """The request body; within an array the events keep their order."""
        arrays: dict[str, list[bytes]] = {}
        for _, part in self.parts:
            for prepared in part:
                arrays.setdefault(prepared.told.array, []).append(prepared.body)
        return b"{%s}" % b",".join(b'"%s":[%s]' % (name.encode(), b",".join(events)) for name, events in arrays.items())

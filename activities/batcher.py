"""Puts the events of many calls into few requests, and takes the answers apart again.

The EX Org allows 300 requests a minute; one request an event would cap a site below one call a second. So a request
goes at once while the budget allows, and the scarcer the budget gets, the longer events gather for the next one, up
to 100 events. Of one conversation only one request is in flight, and nothing overtakes an event that is to be
repeated: the EX Org does not promise an order across requests.

Suspicion: a 400 refuses a whole request for one bad event, and a 409 or 500 may, when others are taken. The calls of
such a request then go apart from all others, at most a third of the budget, in ever smaller groups until the bad call
goes alone (`activities.suspects`); then its events in ever smaller parts, in their order, until the bad event goes
alone. After a 400 it is refused for good, if others were taken since it was first suspected or it is refused a third
time; after a 409 or 500 it is repeated; all others are taken. When nothing at all is taken the fault is the EX Org's,
and the gate closes (`activities.gate`).
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable

import structlog

from activities.budget import RequestBudget
from activities.delivery import Delivery, Request
from activities.ex_client import Reply, Verdict
from activities.ex_contract import MAX_EVENTS
from activities.gate import Closed, Gate
from activities.metrics import EX_WAITING
from activities.suspects import Suspects, named_in

log = structlog.get_logger()

IN_FLIGHT = 16
"""Requests at the same time: with a second's answering time still three times the usual budget."""
_IDLE = 60.0
"""Longest sleep while something waits that nothing is known to wake (seconds)."""
_LATELY = 10.0
"""Seconds: a 409 or 500 while other requests were taken is blamed on the events in it."""
_ALONE = 3
"""A 400 to an event alone counts for good at last when it comes so many times."""
_AHEAD = 3.0
"""Room is for what this worker can send in so many seconds: less than an attempt may wait."""


class Batcher:
    """One per process. `run()` has to run as a task."""

    def __init__(
        self,
        inject: Callable[[bytes, frozenset[str]], Awaitable[Reply]],
        budget: RequestBudget,
        gate: Gate | None = None,
    ) -> None:
        """`inject`: `ExClient.inject`."""
        self._inject = inject
        self._budget = budget
        self._waiting: dict[bool, set[Delivery]] = {False: set(), True: set()}
        """By whether they are under suspicion."""
        self._not_before = {False: 0.0, True: 0.0}
        """When to look at them again: more of them gather until then."""
        self._suspects: dict[Delivery, Suspects] = {}
        """With whom each is suspected."""
        self._busy: set[str] = set()
        self._in_flight = 0
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._gate = gate or Gate()

    def submit(self, delivery: Delivery) -> None:
        """Deliver; `delivery.finished` tells when everything was taken or refused."""
        if not delivery.left:
            delivery.finished.set_result(None)
            return
        if delivery.suspected:
            self._suspects[delivery] = Suspects([delivery])
        self._waiting[delivery.suspected].add(delivery)
        EX_WAITING.inc(len(delivery.left))
        self._wake.set()

    def withdraw(self, delivery: Delivery) -> bool:
        """Take back what waits. False when a request with it is in flight."""
        if delivery.in_flight:
            return False
        self._leave(delivery)
        return True

    def abandon(self, delivery: Delivery) -> None:
        """Its activity is over: a request in flight is the last one with it."""
        delivery.abandoned = True
        self._leave(delivery)

    def retry_after(self, delivery: Delivery) -> float:
        """Seconds after which a delivery that could not wait may come back: it then waits with Temporal for a slot.

        A slot says nothing of the lane of suspects: what is in it comes back when its turn may have come.
        """
        ahead = self._events(True) / MAX_EVENTS / self._budget.share * 5 if delivery.suspected else 0.0
        return min(max(1.0, ahead), 10.0) * random.uniform(1.0, 1.2)

    @property
    def paused(self) -> float:
        """Seconds until the next request may go, because the EX Org is away or does not allow any; 0 when it may."""
        return max(self._budget.stopped, self._gate.pause)

    @property
    def probing(self) -> bool:
        """While the gate is closed: no more than a probe is wanted."""
        return self._gate.closed

    @property
    def room(self) -> bool:
        """Whether another call's events could be sent soon."""
        return not self.paused and self._events(False) < MAX_EVENTS * max(2.0, self._budget.share * _AHEAD)

    async def changed(self) -> None:
        """Wait until `room` or `probing` may have changed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.paused or None):
                await self._changed.wait()

    def notify(self) -> None:
        """Wake who waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _events(self, suspected: bool) -> int:
        return sum(len(delivery.left) for delivery in self._waiting[suspected])

    async def run(self) -> None:
        """Send until cancelled; requests in flight are then cut off, so cancel when no delivery is left."""
        async with asyncio.TaskGroup() as requests:
            while True:
                self._wake.clear()
                pause = await self._round(requests)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    async def _round(self, requests: asyncio.TaskGroup) -> float | None:
        """Send one request if there is one to send. Seconds until the next look; None: when woken."""
        if self.paused:
            return self.paused
        if self._in_flight >= (1 if self.probing else IN_FLIGHT):
            return None
        pauses = []
        for suspected in (False, True) if self.probing else (True, False):
            pause = self._not_before[suspected] - time.monotonic()
            if pause <= 0:
                pause = await self._send_if_allowed(suspected, requests)
            if pause == 0:
                return 0.0
            if self._waiting[suspected]:
                pauses.append(pause)
        return min(pauses, default=None)

    async def _send_if_allowed(self, suspected: bool, requests: asyncio.TaskGroup) -> float:
        """0 when a request was sent, else the seconds until there may be one."""
        ready, soonest = self._ready(suspected)
        if not ready:
            return soonest
        grant = await self._budget.take(suspected)
        self._not_before[suspected] = time.monotonic() + (grant.pause if grant.granted else grant.wait)
        if not grant.granted:
            return grant.wait
        self._send(suspected, requests)
        return 0.0

    def _ready(self, suspected: bool) -> tuple[list[Delivery], float]:
        """What may be sent now, oldest first; and the seconds until the next one may."""
        now, ready, soonest = time.monotonic(), [], _IDLE
        for delivery in self._waiting[suspected]:
            if delivery.call in self._busy or delivery.frozen():
                continue
            if suspected and delivery not in self._suspects[delivery].first:
                continue
            if delivery.not_before <= now:
                ready.append(delivery)
            else:
                soonest = min(soonest, delivery.not_before - now)
        return sorted(ready, key=lambda delivery: delivery.age), soonest

    def _send(self, suspected: bool, requests: asyncio.TaskGroup) -> None:
        # looked up again: asking for the budget took time, in which more came and some were withdrawn
        ready = self._ready(suspected)[0]
        if suspected and ready:
            ready = [each for each in self._suspects[ready[0]].first if each in ready]
        request = Request.compose(ready[:1] if self.probing else ready)
        if not request.parts:
            return
        for delivery, _ in request.parts:
            self._waiting[suspected].discard(delivery)
            self._busy.add(delivery.call)
            delivery.in_flight = True
        self._in_flight += 1
        requests.create_task(self._deliver(request), name="EX request")

    async def _deliver(self, request: Request) -> None:
        reply = await self._inject(request.body(), request.event_ids)
        if reply.verdict is Verdict.BUSY:
            log.warning("EX Org asks to slow down: is EX_REQUESTS_PER_MINUTE above its limit?", wait_s=reply.wait)
            await self._budget.stop(reply.wait)
        self._in_flight -= 1
        at_fault = self._note(request, reply)
        before = request.left
        spoilt = reply.verdict is Verdict.REFUSED or (at_fault and reply.verdict is Verdict.FAILED)
        alone = spoilt and len(request.event_ids) == 1
        if at_fault and reply.verdict is Verdict.TAKEN:
            for delivery, sent in request.parts:
                delivery.answered(sent, reply.faults)
            self._judge(request, spoilt, "")
        elif at_fault and alone and reply.verdict is Verdict.REFUSED and self._counts(request.calls[0]):
            request.calls[0].refuse(request.parts[0][1][0], reply.reason)
            self._clear(request.calls[0])
        else:
            for delivery, sent in request.parts:
                delivery.repeat(sent)
                if alone or (spoilt and reply.verdict is Verdict.FAILED):
                    delivery.failed()
            if spoilt:
                self._judge(request, spoilt, reply.said)
        EX_WAITING.dec(before - request.left)
        for delivery in request.calls:
            self._release(delivery)
        self._wake.set()
        self.notify()

    def _release(self, delivery: Delivery) -> None:
        self._busy.discard(delivery.call)
        delivery.in_flight = False
        if not delivery.left:
            delivery.finished.set_result(None)
        elif delivery.abandoned:
            EX_WAITING.dec(len(delivery.left))
        else:
            self._waiting[delivery.suspected].add(delivery)
            return
        self._suspects.pop(delivery, None)

    def _counts(self, delivery: Delivery) -> bool:
        """Whether a refusal shows that the call is at fault: others were taken since it was suspected, or it is the
        only one that is refused, again and again."""
        return delivery.doubted < self._gate.taken_at or delivery.failures >= _ALONE - 1

    def _judge(self, request: Request, spoilt: bool, said: str) -> None:
        """Who is suspected now that this is the answer, and who is not any more."""
        among = self._suspects.get(request.calls[0])
        if among is not None:
            accused, cleared = among.judged(request.calls, spoilt)
        else:
            accused, cleared = request.calls if spoilt else [], []
        for delivery in cleared:
            self._clear(delivery)
        accused = [each for each in accused if not each.abandoned and (each.in_flight or each in self._waiting[True])]
        self._group(Suspects(accused, named_in(said, request) if said else ()))
        for delivery in accused:
            delivery.suspect(alone=len(accused) == 1)
            if not self.probing:
                delivery.stay()

    def _group(self, suspects: Suspects) -> None:
        for delivery in suspects.calls:
            self._suspects[delivery] = suspects

    def _clear(self, delivery: Delivery) -> None:
        waited = delivery in self._waiting[True]
        self._suspects.pop(delivery, None)
        delivery.clear()
        if waited:
            self._waiting[True].discard(delivery)
            self._waiting[False].add(delivery)

    def _note(self, request: Request, reply: Reply) -> bool:
        """What the answer says of the EX Org. Returns whether the events are at fault for what was not taken.

        Behind a closed gate they never are.
        """
        if reply.verdict is Verdict.TAKEN and reply.faults.keys() != request.event_ids:
            self._gate.taken()
        elif reply.verdict is Verdict.TAKEN:
            message = next((fault.message for fault in reply.faults.values()), "")
            if self._gate.closed or not any(fault.retryable for fault in reply.faults.values()):
                self._gate.in_vain(request.names, request.sent, message)
        elif reply.verdict is Verdict.REFUSED:
            self._gate.in_vain(request.names if len(request.parts) == 1 else (), request.sent, reply.reason)
        elif reply.verdict is Verdict.NOT_ALLOWED:
            self._gate.failed(Closed.NOT_ALLOWED, request.sent, reply.reason)
        elif reply.verdict is Verdict.FAILED:
            lately = time.monotonic() - self._gate.taken_at < _LATELY
            if reply.status in (409, 500) and lately and not self._gate.closed:
                return True
            self._gate.failed(Closed.AWAY, request.sent, reply.reason)
        return not self._gate.closed and reply.verdict in (Verdict.TAKEN, Verdict.REFUSED)

    def _leave(self, delivery: Delivery) -> None:
        waiting = self._waiting[delivery.suspected]
        if delivery in waiting:
            waiting.discard(delivery)
            if (among := self._suspects.pop(delivery, None)) is not None:
                self._group(Suspects([each for each in among.calls if each in self._suspects]))
            EX_WAITING.dec(len(delivery.left))
            self.notify()

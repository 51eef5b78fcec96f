"""The injection activity: delivers the events of one call through the batcher its worker shares among all calls."""

import asyncio
import time
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.batcher import Batcher
from activities.delivery import RHYTHM, Delivery, Progress, Rhythm
from workflows.call.telling import Batch, Injected


class InjectionActivity:
    """Holds the process's batcher."""

    def __init__(self, batcher: Batcher, rhythm: Rhythm = RHYTHM) -> None:
        self._batcher = batcher
        self._rhythm = rhythm

    @activity.defn(name="inject")
    async def inject(self, batch: Batch) -> Injected:
        """Deliver the batch in its order; everything is taken but what is returned.

        Heartbeats each second, with the progress for the next attempt. Fails retryable, with the delay for the next
        attempt, when the request budget or the EX Org did not allow it in time.
        """
        delivery = Delivery(batch, _progress(), self._rhythm)
        self._batcher.submit(delivery)
        try:
            while not delivery.finished.done():
                await asyncio.wait([delivery.finished], timeout=self._rhythm.beat)
                self._beat(delivery)
        finally:
            self._batcher.abandon(delivery)
        refused = delivery.progress.refused
        return Injected(refused=refused, unsent=delivery.unsent if refused else [])

    def _beat(self, delivery: Delivery) -> None:
        """Heartbeat; give up what was frozen, waited long enough, or has nothing to wait for."""
        if delivery.finished.done():
            return
        frozen, now = delivery.frozen(), time.monotonic()
        delivery.beat = now
        activity.heartbeat(delivery.progress.model_dump())
        paused = self._batcher.paused
        deadline = delivery.begun + self._rhythm.wait if self._batcher.probing else delivery.deadline
        late = now + paused >= deadline or (paused > 0 and activity.is_worker_shutdown())
        if (frozen or late) and self._batcher.withdraw(delivery):
            delay = timedelta(seconds=self._batcher.retry_after(delivery))
            reason = "this worker stood still" if frozen else "no request in time"
            raise ApplicationError(
                f"{reason}; {len(delivery.left)} events wait",
                type="Waiting",
                next_retry_delay=delay,
                category=ApplicationErrorCategory.BENIGN,
            )


def _progress() -> Progress:
    details = activity.info().heartbeat_details
    return Progress.model_validate(details[0]) if details else Progress()

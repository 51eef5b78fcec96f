"""How many injections a worker takes from Temporal: as many as its batcher has use for.

What waits in the batcher has a slot, a heartbeat each second and an attempt every few seconds (4.4 ms of CPU each);
what waits with Temporal has none of it and keeps its place in the queue. So a worker takes only what the request
budget lets it send soon, and behind a closed gate nothing but a probe: 79,000 calls that wait out an EX outage cost
as much as none.
"""

import asyncio
from contextlib import suppress
from weakref import WeakSet

from temporalio.worker import (
    CustomSlotSupplier,
    FixedSizeSlotSupplier,
    SlotMarkUsedContext,
    SlotPermit,
    SlotReleaseContext,
    SlotReserveContext,
    WorkerTuner,
)

from activities.batcher import Batcher


def injection_tuner(batcher: Batcher, most: int) -> WorkerTuner:
    """For a worker that serves nothing but injections; `most`: at the same time."""
    none = FixedSizeSlotSupplier(1)
    return WorkerTuner.create_composite(
        workflow_supplier=none,
        activity_supplier=InjectionSlots(batcher, most),
        local_activity_supplier=none,
        nexus_supplier=none,
    )


class InjectionSlots(CustomSlotSupplier):
    """Of one worker. Temporal asks for a slot before each poll and calls `release_slot` from threads of its own."""

    def __init__(self, batcher: Batcher, most: int) -> None:
        """`most`: slots while the gate is open."""
        self._batcher = batcher
        self._most = most
        # weak: a permit that Temporal forgot when it shut down, or gave up asking, frees its slot
        self._permits: WeakSet[SlotPermit] = WeakSet()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit:
        """Wait for a slot; cancelled when the worker shuts down."""
        self._loop = asyncio.get_running_loop()
        while not self._free():
            await self._batcher.changed()
        permit = SlotPermit()
        self._permits.add(permit)
        return permit

    def _free(self) -> bool:
        """A probe needs all slots released: what holds one, even a poll, is the probe."""
        most = 1 if self._batcher.probing else self._most
        return len(self._permits) < most and self._batcher.room

    def try_reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit | None:
        """Never: it is asked for activities of the workflows' own queue, and none of these is an injection."""
        return None

    def mark_slot_used(self, ctx: SlotMarkUsedContext) -> None:
        """Nothing to note: a slot counts from its reservation on."""

    def release_slot(self, ctx: SlotReleaseContext) -> None:
        """The task of this slot has ended, or its poll brought none."""
        self._permits.discard(ctx.permit)
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits for a slot
                self._loop.call_soon_threadsafe(self._batcher.notify)

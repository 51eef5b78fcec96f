"""The dispatch process: reads the stream, links, and signals each conversation's workflow. One works, others wait.

Why every workflow gets every event once and in order, whoever dispatches, dies, hangs or repeats:

1. A holder of the lease starts from the committed cursor and index, and reads on without a gap: the stream is only
   trimmed behind the cursor, and a reading is answered only to the lease's token.
2. The linker's answers depend on index and events alone, so any two holders send a conversation the same sequence.
3. A holder sends a conversation its items in order, repeats one until it is answered before it sends the next, and
   moves the cursor, with the index, only when all of the round are accepted, late or parked. So whoever sends, all
   that stands before what it sends was accepted.
4. A holder that lost the lease can still send, but only what it had read, of that same sequence; it cannot commit.
5. The workflow keeps the first arrival of each event's name. Several senders of one sequence, each in order and without
   a gap from a point up to which all was accepted, leave it that sequence, each event once. A workflow that has ended
   is not started again, so that what comes later is late, not a second conversation.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from temporalio.client import Client

from workers.dispatch.conversation_sender import ConversationSender, Result
from workers.dispatch.lease import Lease, hold_lease
from workers.dispatch.linking import Linking, Round
from workers.dispatch.search_attributes import register_search_attributes
from workers.dispatch.store import DispatchStore, LeaseLostError, Reading
from workers.health import HEALTH
from workers.redis_server import check_redis, open_redis
from workers.settings import Settings
from workers.stop import stop_signal
from workers.telemetry import CALLS_LOST, EVENTS_DISPATCHED
from workers.temporal import connect
from workflows.call.linker import Linker

log = structlog.get_logger()

ROUND = 1_000
"""Most events of a round."""
IDLE = 1.0
"""Seconds after which a dispatcher without events looks after its index."""
STOP_WITHIN = 10.0
"""Seconds a round may still take when the process is to stop; what is not committed by then is sent again."""
_RETRY_FIRST, _RETRY_MAX = 0.1, 1.0
_REMIND = 30.0

_T = TypeVar("_T")


async def run(settings: Settings) -> None:
    """Dispatch until SIGTERM or SIGINT. Raises ExcpError at the start when Redis or Temporal cannot be used."""
    stop = stop_signal()
    redis = open_redis(settings.redis_address, settings.tls_files)
    try:
        await check_redis(redis)
        temporal = await connect()
        await register_search_attributes(temporal)
        log.info("dispatch started, waiting for the lease")
        HEALTH.ready()
        await Dispatch(settings, redis, temporal).run(stop)
    finally:
        await redis.aclose()
    log.info("dispatch stopped")


class Dispatch:
    """Term after term: waits for the lease, then does rounds until it is lost or the process is to stop."""

    def __init__(self, settings: Settings, redis: Redis, temporal: Client) -> None:
        self._settings = settings
        self._redis = redis
        self._sender = ConversationSender(temporal, settings)
        self._last: Linker | None = None
        for result in Result:
            EVENTS_DISPATCHED.labels(result)  # a series that begins with its first event shows Prometheus no increase

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            async with hold_lease(self._redis, self._settings.key_prefix, stop) as lease:
                if lease is not None:
                    await first_of(self._rounds(lease, stop), lease.lost.wait(), _too_late(stop))

    async def _rounds(self, lease: Lease, stop: asyncio.Event) -> None:
        store = DispatchStore(self._redis, self._settings.key_prefix, lease.token)
        with suppress(LeaseLostError):
            state = await patiently(store.index)
            # an emptied Redis gets back what its last dispatcher knows
            written_back = not state and self._last is not None
            linker = self._last if written_back and self._last else self._linker(state)
            self._last = linker
            log.info("dispatching", index=len(state), written_back=written_back)
            await Rounds(store, linker, self._sender, anew=written_back).run(stop)

    def _linker(self, state: dict[str, str]) -> Linker:
        settings = self._settings
        ended = max(120.0, settings.linger + settings.wrapup_window + 60)
        return Linker(state, silence=settings.silence + settings.linger, keep_ended=ended)


class Rounds:
    """The rounds of one term: read, link, send, commit."""

    def __init__(self, store: DispatchStore, linker: Linker, sender: ConversationSender, anew: bool) -> None:
        """`anew`: the whole index is written back first."""
        self._store = store
        self._linker = linker
        self._linking = Linking(linker, self._committed)
        self._sender = sender
        self._anew = anew
        self._epoch = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Raises LeaseLostError."""
        while not stop.is_set():
            reading = await patiently(partial(self._store.read, ROUND))
            await self.round(reading)
            if not reading.entries:
                await first_of(patiently(partial(self._store.wait, reading.cursor, IDLE)), stop.wait())

    async def round(self, reading: Reading) -> None:
        """One round; without events it is the linker's housekeeping."""
        if self._epoch and reading.epoch != self._epoch:
            log.warning("Redis has another epoch, writing the index back")
            self._anew = True
        self._epoch = reading.epoch
        if self._anew:
            await self._write_back(reading)
        work = await self._linking.link(reading)
        async with asyncio.TaskGroup() as group:
            sends = [
                group.create_task(self._sender.send(root, work.origins[root], items))
                for root, items in work.lanes.items()
            ]
        for send in sends:
            work.tally.add(send.result())
        await self._commit(reading, work)

    async def _committed(self) -> dict[str, str]:
        """The index as this term committed it last. Raises LeaseLostError."""
        index = await patiently(self._store.index)
        await patiently(partial(self._store.read, 1))  # the lease is still held, so nobody else has committed
        return index

    async def _write_back(self, reading: Reading) -> None:
        """Give the whole index to a Redis that has lost it, before anything is linked on."""
        whole = self._linker.dump()
        self._linker.changes()
        await patiently(partial(self._store.commit, reading.cursor, whole, True, []))
        self._anew = False

    async def _commit(self, reading: Reading, work: Round) -> None:
        changes, tally = self._linker.changes(), work.tally
        if reading.entries or changes or tally.parked:
            cursor = reading.entries[-1].id if reading.entries else reading.cursor
            await patiently(partial(self._store.commit, cursor, changes, False, tally.parked))
        for result, number in tally.counts.items():
            EVENTS_DISPATCHED.labels(result).inc(number)
        CALLS_LOST.inc(work.lost)


async def first_of(*coroutines: Coroutine[Any, Any, Any]) -> None:
    """Run coroutines until one ends; cancel the others; raise what the first one raised."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def patiently(ask: Callable[[], Awaitable[_T]]) -> _T:
    """Repeat a question to Redis until it is answered. The caller is cancelled when the lease is lost meanwhile."""
    wait, reminded = _RETRY_FIRST, -_REMIND
    while True:
        try:
            return await ask()
        except RedisError as error:
            if time.monotonic() - reminded >= _REMIND:
                reminded = time.monotonic()
                log.warning("Redis does not answer", reason=f"{type(error).__name__}: {error}")
        await asyncio.sleep(wait)
        wait = min(2 * wait, _RETRY_MAX)


async def _too_late(stop: asyncio.Event) -> None:
    """Ends when a round that should be the last one takes too long."""
    await stop.wait()
    await asyncio.sleep(STOP_WITHIN)

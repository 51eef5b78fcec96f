"""The dispatch process: reads the stream, links, and signals each conversation's workflow. One works, others wait.

Why every workflow gets every event once and in order, whoever dispatches, dies, hangs or repeats:

1. A holder of the lease starts from the committed cursor and index, and reads on without a gap: the stream is only
   trimmed behind the cursor, and a reading is answered only to the lease's token.
2. The linker's answers depend on index and events alone, so any two holders send a conversation the same sequence.
   What Temporal adds after the index was lost (6) is one word, that a conversation was merged; twice it means the same.
3. A holder sends a conversation its items in order, repeats one until it is answered before it sends the next, and
   moves the cursor, with the index, only when all of the round are accepted, late or parked. So whoever sends, all
   that stands before what it sends was accepted.
4. A holder that lost the lease can still send, but only what it had read, of that same sequence; it cannot commit.
5. The workflow keeps the first arrival of each event's name. Several senders of one sequence, each in order and without
   a gap from a point up to which all was accepted, leave it that sequence, each event once. A workflow that has ended
   is not started again, so that what comes later is late, not a second conversation.
6. When Redis has lost the index, the last holder writes it back from memory (`workers.dispatch.lease` proves that it is
   the last one). What it had linked and not yet sent, it sends first: the linker has taken those events and would not
   say a second time that calls were joined. The ingests submit again what the cursor had not passed, so the sequence
   goes on from a point up to which all was accepted. If no holder is left, Temporal says which calls are open
   (`workers.dispatch.running_calls`), and the new snapshots the rest (`workers.dispatch.gathering`).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import structlog
from redis.asyncio import Redis
from temporalio.client import Client

from workers.dispatch.conversation_sender import ConversationSender, Result
from workers.dispatch.gathering import GATHER, as_read, gather
from workers.dispatch.lease import Lease, hold_lease
from workers.dispatch.linking import Linking, Round
from workers.dispatch.running_calls import RunningCalls
from workers.dispatch.search_attributes import register_search_attributes
from workers.dispatch.store import DispatchStore, LeaseLostError, Reading
from workers.dispatch.waiting import first_of, patiently, seconds_after
from workers.health import HEALTH
from workers.redis_server import check_redis, close_redis, open_redis
from workers.settings import Settings
from workers.start import StoppedError, available
from workers.stop import stop_signal
from workers.telemetry import CALLS_LOST, EVENTS_DISPATCHED
from workers.temporal import check_namespace, connect
from workflows.linking.linker import Linker
from workflows.linking.routed import Running

log = structlog.get_logger()

ROUND = 1_000
"""Most events of a round."""
IDLE = 1.0
"""Seconds after which a dispatcher without events looks after its index."""
STOP_WITHIN = 10.0
"""Seconds a round may still take when the process is to stop; what is not committed by then is sent again."""


@dataclass(frozen=True)
class Timing:
    """Seconds to wait when Redis may have lost the index."""

    knows_best: float = 2.0
    """For a dispatcher that knows it better, of one that has an index in memory."""
    knows_nothing: float = 8.0
    """The same, of one that has none: the last holder may first have to notice that its connection is dead."""
    gather: float = GATHER
    """For new snapshots, when nobody knows it."""


async def run(settings: Settings) -> None:
    """Dispatch until SIGTERM or SIGINT. Waits for Redis and Temporal; raises ExcpError when one cannot be used."""
    stop = stop_signal(within=STOP_WITHIN + 8)
    redis = open_redis(settings.redis_address, settings.tls_files)
    try:
        with suppress(StoppedError):
            await available(partial(check_redis, redis), stop)
            temporal = await available(_temporal, stop)
            log.info("dispatch started, waiting for the lease")
            HEALTH.ready()
            await Dispatch(settings, redis, temporal).run(stop)
    finally:
        await close_redis(redis)
    log.info("dispatch stopped")


async def _temporal() -> Client:
    client = await connect()
    await check_namespace(client)
    await register_search_attributes(client)
    return client


class Dispatch:
    """Term after term: waits for the lease, then does rounds until it is lost or the process is to stop."""

    def __init__(self, settings: Settings, redis: Redis, temporal: Client, timing: Timing | None = None) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._redis = redis
        self._running = RunningCalls(temporal, settings.task_queue)
        self._sender = ConversationSender(temporal, settings)
        self._known: Rounds | None = None
        """Of the last term whose index this process knows, while no one else is known to have gone on from it."""
        for result in Result:
            EVENTS_DISPATCHED.labels(result)  # a series that begins with its first event shows Prometheus no increase

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            async with hold_lease(self._redis, self._settings.key_prefix, stop, self) as lease:
                if lease is not None:
                    await first_of(self._rounds(lease, stop), lease.lost.wait(), seconds_after(stop, STOP_WITHIN))

    @property
    def number(self) -> int:
        """Of the term whose index is in memory; 0 for none (`Candidate`)."""
        return self._known.term.number if self._known and self._known.whole else 0

    def saw(self, author: str) -> None:
        """The index in Redis is of the term with this token (`Candidate`)."""
        if self._known and self._known.term.token != author:
            self._known = None

    async def patience(self) -> float:
        """How long to wait for a process that knows a lost index better (`Candidate`)."""
        if self.number:
            return self._timing.knows_best
        return self._timing.knows_nothing if await self._running.are_any() else 0.0

    async def _rounds(self, lease: Lease, stop: asyncio.Event) -> None:
        store = DispatchStore(self._redis, self._settings.key_prefix, lease)
        with suppress(LeaseLostError):
            if self._known and self.number and not lease.standing:
                log.warning("dispatching, the lost index is written back", term=lease.number)
                self._known = rounds = self._known.carried_on(store, lease)
                await rounds.begin()
            else:
                state = await patiently(store.index)
                log.info("dispatching", term=lease.number, index=len(state))
                linker = await asyncio.to_thread(self._linker, state)  # a great index takes longer than a lease
                rounds = Rounds(store, lease, linker, self._sender)
                if lease.standing:
                    await rounds.begin()
                else:
                    await self._recover(store, rounds, known=bool(state))
                self._known = rounds
            await rounds.run(stop)

    def _linker(self, state: dict[str, str]) -> Linker:
        settings = self._settings
        ended = max(120.0, settings.linger + settings.wrapup_window + 60)
        return Linker(state, silence=settings.silence + settings.linger, keep_ended=ended)

    async def _recover(self, store: DispatchStore, rounds: "Rounds", known: bool) -> None:
        """Begin with an index that lacks calls, or with none (`known` is false): Temporal knows those that run."""
        if known or not await self._running.are_any():
            await rounds.begin(await self._running.all())
        else:
            await rounds.gathered(await gather(store, self._timing.gather), await self._running.all())


class Rounds:
    """The rounds of one term: read, link, send, commit."""

    def __init__(self, store: DispatchStore, term: Lease, linker: Linker, sender: ConversationSender) -> None:
        self.term = term
        self._store = store
        self._linker = linker
        self._linking = Linking(linker, self._restore)
        self._sender = sender
        self.whole = True
        """The linker has taken whole rounds only."""
        self._unsent: Round | None = None
        """Linked, and perhaps not sent or not committed."""
        self._recovered: Sequence[Running] = ()
        """Taken from Temporal, and not committed yet."""
        self._complete_in = term.run
        """Run id of the Redis process that has the whole index."""

    def carried_on(self, store: DispatchStore, term: Lease) -> "Rounds":
        """Those of the next term, when Redis has lost the index of this one."""
        rounds = Rounds(store, term, self._linker, self._sender)
        rounds._unsent, rounds._complete_in = self._unsent, ""
        return rounds

    async def begin(self, running: Sequence[Running] = ()) -> None:
        """The first commit: whose the index is from now on. Raises LeaseLostError.

        `running`: conversations whose calls the index may lack.
        """
        if self._unsent:
            await self._send(self._unsent)
            self._unsent = None
        reading = await patiently(partial(self._store.read, 1))
        await self._send(await self._recover(running, reading))
        await self._commit_index(reading)
        self._recovered = ()

    async def gathered(self, reading: Reading, running: Sequence[Running]) -> None:
        """Instead of `begin`, without an index: one commit, so who goes on after it has all of it or gathers again.
        Raises LeaseLostError."""
        self._complete_in = reading.run  # nothing is committed yet: the one commit has it all
        await self._send(await self._recover(running, reading))
        await self.round(reading, linked_first=True)
        self._recovered = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Raises LeaseLostError."""
        while not stop.is_set():
            reading = await patiently(partial(self._store.read, ROUND))
            await self.round(reading)
            if not reading.entries:
                await first_of(patiently(partial(self._store.wait, reading.cursor, IDLE)), stop.wait())

    async def round(self, reading: Reading, linked_first: bool = False) -> None:
        """One round; without events it is the linker's housekeeping. `linked_first`: the reading is of `gather`."""
        if reading.run != self._complete_in:
            log.warning("Redis was restarted, writing the index back")
            await self._commit_index(reading)
        self.whole = False
        work = self._unsent = await self._linking.link(reading)
        if linked_first:
            as_read(work.lanes.values(), reading)
        self.whole = True
        await self._send(work)
        await self._commit(reading, work)
        self._unsent = None

    async def _send(self, work: Round) -> None:
        async with asyncio.TaskGroup() as group:
            sends = [
                group.create_task(self._sender.send(root, work.origins[root], items))
                for root, items in work.lanes.items()
            ]
        for send in sends:
            work.tally.add(send.result())

    async def _restore(self) -> None:
        """Put the linker back into what this term began with, or committed last. Raises LeaseLostError."""
        index = await patiently(self._store.index)
        reading = await patiently(partial(self._store.read, 1))  # the lease is held, so nobody else has committed
        await asyncio.to_thread(self._linker.reload, index)
        await self._recover(self._recovered, reading)

    async def _recover(self, running: Sequence[Running], reading: Reading) -> Round:
        self._recovered = running
        return await asyncio.to_thread(self._linking.recover, running, reading)

    async def _commit_index(self, reading: Reading) -> None:
        """Say whose the index is, before anything is linked on; write it back to a Redis that has lost it."""
        lost = reading.run != self._complete_in
        if lost:
            await patiently(partial(self._store.write_back, self._linker.dump()))
            self._linker.pass_over_changes()
        changes = self._linker.changes()
        await patiently(partial(self._store.commit, replace(reading, entries=()), changes, lost, []))
        self._complete_in = reading.run

    async def _commit(self, reading: Reading, work: Round) -> None:
        changes, tally = self._linker.changes(), work.tally
        if reading.entries or changes or tally.parked:
            await patiently(partial(self._store.commit, reading, changes, False, tally.parked))
        for result, number in tally.counts.items():
            EVENTS_DISPATCHED.labels(result).inc(number)
        CALLS_LOST.inc(work.lost)

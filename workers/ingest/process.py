"""The ingest process: reads the feeds of the SIP Server pairs and submits their events to the stream.

Two instances run side by side. Both read everything; the stream keeps the first arrival of each event.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import structlog

from activities.excs import ExcsClient, SnapshotKeeper
from activities.tls import client_context
from workers.event_stream import EventStream
from workers.health import HEALTH
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.intake import Intake, Totals
from workers.ingest.registration import keep_registered
from workers.ingest.room import Room
from workers.ingest.submitter import Submitter
from workers.redis_server import check_redis, close_redis, open_redis
from workers.settings import ServerPair, Settings
from workers.start import StoppedError, available
from workers.stop import stop_signal
from workflows.call.tlib import Feed, TlibEvent

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Waits for Redis; raises RedisUnusableError when this one must not be used."""
    stop = stop_signal(within=settings.stop_within + 8)
    tls = client_context(settings.tls_files)
    redis = open_redis(settings.redis_address, settings.tls_files)
    try:
        await available(partial(check_redis, redis), stop)
        excs = ExcsClient(str(settings.excs_url), tls=tls)
        keeper = SnapshotKeeper(excs, settings.excs_refresh, settings.excs_max_age)
        async with keeper:
            stream = EventStream(redis, settings.key_prefix, settings.redis_stream_cap)
            await Ingest(settings, stream, keeper).run(stop)
    except StoppedError:
        log.info("ingest stopped")
    finally:
        await close_redis(redis)


class Ingest:
    """All feeds of one instance: per feed and SIP Server pair a gateway client and an intake; one submitter for all."""

    def __init__(self, settings: Settings, stream: EventStream, keeper: SnapshotKeeper) -> None:
        self._settings = settings
        self._keeper = keeper
        self._room = Room(settings.events_held_max)
        self._clients: list[GatewayClient] = []
        self._intakes: list[Intake] = []
        self._submitter = Submitter(stream, settings.instance, self._room, settings.reconnect_hold)
        self._submitter.resync = self._ask_snapshots
        for feed, pair in _feeds(settings):
            self._open(feed, pair)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then submit what was read, for a bounded time, and log the totals."""
        log.info("ingest started", pairs=[f"{feed} {pair}" for feed, pair in _feeds(self._settings)])
        submitting = asyncio.create_task(self._submitter.run(), name="submitter")
        readers = [asyncio.create_task(client.run(), name="gateway client") for client in self._clients]
        if registering := [client for client in self._clients if client.feed is not Feed.CALL]:
            again = self._settings.excs_refresh
            readers.append(asyncio.create_task(keep_registered(registering, self._keeper, again), name="registrations"))
        stopped = asyncio.create_task(stop.wait(), name="stop")
        HEALTH.ready()
        try:
            await asyncio.wait([stopped, submitting, *readers], return_when=asyncio.FIRST_COMPLETED)
            _raise_failures([submitting, *readers])
            await _cancel(readers)
            self._submitter.stop()
            await asyncio.wait([submitting], timeout=self._settings.stop_within)
            _raise_failures([submitting])
        finally:
            await _cancel([stopped, *readers, submitting])
            self._name_what_is_left()
            log.info("ingest stopped", feeds={feed: totals.as_dict() for feed, totals in self.totals().items()})

    def _open(self, feed: Feed, pair: ServerPair) -> None:
        settings = self._settings
        intake = Intake(feed, pair.site, self._submitter, keys=(settings.user_data_key,))
        self._intakes.append(intake)
        self._clients.append(GatewayClient(feed, pair, settings.instance, intake.take, tls=settings.tls_files))

    def _name_what_is_left(self) -> None:
        for left in self._submitter.uncounted:
            if isinstance(left, TlibEvent):
                log.warning(
                    "event not submitted before the stop, it is left to the other instance",
                    event_name=left.event,
                    event_id=left.id,
                    site=left.site,
                    call=left.call,
                )

    def _ask_snapshots(self) -> None:
        for client in self._clients:
            client.ask_snapshot()

    @property
    def held(self) -> int:
        """Events in memory."""
        return self._room.held

    @property
    def pending(self) -> int:
        """Events read and not stored yet."""
        return self._submitter.pending

    def totals(self) -> dict[str, Totals]:
        """By feed, over all pairs."""
        feeds: dict[str, Totals] = {}
        for intake in self._intakes:
            feeds[intake.feed.value] = feeds.get(intake.feed.value, Totals()) + intake.totals
        return feeds


def _feeds(settings: Settings) -> Iterator[tuple[Feed, ServerPair]]:
    for feed, pairs in (
        (Feed.VQ, settings.voice_server_vq),
        (Feed.AGENT, settings.voice_server_agent),
        (Feed.CALL, settings.voice_server_call),
    ):
        for pair in pairs:
            yield feed, pair


def _raise_failures(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        if task.done():
            task.result()


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

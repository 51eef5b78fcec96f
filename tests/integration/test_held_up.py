"""Whether events are held up before they come to the calls, by a real Redis."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from activities.held_up import BEHIND, EVERY, LEASE_LEFT, HeldUp
from deploy.lab.wire import Wire
from tests.integration.eventually import eventually
from workers.dispatch.lease import LEASE, RENEW, lease_key
from workers.event_stream import EventStream, cursor_key, holding_key, stream_key
from workers.redis_server import open_redis

PREFIX = "excp:{t}:"
STREAM, CURSOR, HOLDING, LEASE_KEY = (key(PREFIX) for key in (stream_key, cursor_key, holding_key, lease_key))


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    wire = Wire(int(redis_url.removesuffix("/0").rpartition(":")[2]))
    await wire.start()
    yield wire
    await wire.close()


@pytest.fixture
async def held_up(wire: Wire) -> AsyncIterator[HeldUp]:
    async with open_redis(f"redis://127.0.0.1:{wire.port}/0") as reached:
        held_up = HeldUp(reached, STREAM, CURSOR, HOLDING, LEASE_KEY)
        looking = asyncio.create_task(held_up.run())
        yield held_up
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """With a dispatcher that lives."""
    async with open_redis(redis_url) as redis:
        await redis.set(LEASE_KEY, "token")
        yield redis


async def test_before_the_first_event_nothing_is_held_up(held_up: HeldUp) -> None:
    assert not await held_up.events_held_up()


async def test_an_event_that_dispatch_does_not_pass_on_holds_up_until_it_does(held_up: HeldUp, redis: Redis) -> None:
    await redis.set(CURSOR, "0-0")
    last = await redis.xadd(STREAM, {"e": "{}"})
    await eventually(lambda: held_up.now)
    await redis.set(CURSOR, last)
    await eventually(lambda: not held_up.now)


async def test_an_emptied_redis_holds_up_until_dispatch_is_back(held_up: HeldUp, redis: Redis) -> None:
    await redis.set(CURSOR, last := "5-0")
    await eventually(lambda: held_up.had_cursor)
    await redis.flushall()
    await eventually(lambda: held_up.now)
    await redis.set(LEASE_KEY, "token")
    await redis.set(CURSOR, last)
    await eventually(lambda: not held_up.now)


@pytest.mark.parametrize("lease_ms", [0, 1_400])
async def test_a_dispatcher_that_is_gone_holds_up_though_no_event_waits(
    held_up: HeldUp, redis: Redis, lease_ms: int
) -> None:
    """Its lease is over, or was not renewed for a while."""
    await redis.set(CURSOR, "5-0")
    await eventually(lambda: held_up.had_cursor)
    assert not held_up.now
    if lease_ms:
        await redis.pexpire(LEASE_KEY, lease_ms)
    else:
        await redis.delete(LEASE_KEY)
    await eventually(lambda: held_up.now)
    await redis.set(LEASE_KEY, "token", px=int(LEASE * 1000))
    await redis.persist(LEASE_KEY)
    await eventually(lambda: not held_up.now)
    assert LEASE - 1.5 * RENEW == LEASE_LEFT


async def test_a_redis_that_is_slow_holds_up(held_up: HeldUp, wire: Wire, redis: Redis) -> None:
    """What the ingests submit comes as late."""
    await redis.set(CURSOR, "5-0")
    await eventually(lambda: held_up.had_cursor)
    assert not held_up.now
    wire.lag = 2 * BEHIND
    await eventually(lambda: held_up.now)
    wire.lag = 0.0
    await eventually(lambda: not held_up.now)


async def test_an_instance_that_holds_what_it_read_holds_up(held_up: HeldUp, redis: Redis) -> None:
    await EventStream(redis, PREFIX, 10).submit("a", None, [], holds=10)
    await eventually(lambda: held_up.now)
    await redis.pexpire(HOLDING, 1)
    await eventually(lambda: not held_up.now)


async def test_a_redis_that_is_away_holds_up(held_up: HeldUp, wire: Wire, redis: Redis) -> None:
    await redis.set(CURSOR, "5-0")
    wire.freeze()
    await eventually(lambda: held_up.now)
    await wire.mend()
    await eventually(lambda: not held_up.now)


async def test_a_process_that_stood_still_holds_up(held_up: HeldUp, redis: Redis) -> None:
    """Its timers end before it has read what came meanwhile."""
    await redis.set(CURSOR, "5-0")
    await eventually(lambda: held_up.had_cursor and not held_up.now)
    time.sleep(2.4 * EVERY)  # noqa: ASYNC251  the loop stands still
    await eventually(lambda: held_up.now, within=EVERY)
    await eventually(lambda: not held_up.now)

"""The request budget is shared through Redis, and never exceeded."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from activities.budget import LONGEST_STOP, RequestBudget
from tests.integration.conftest import start_redis, stop
from tests.integration.eventually import WAIT, eventually
from workers.redis_server import open_redis

PREFIX = "excp:{t}:"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url) as client:
        yield client


def budget(redis: Redis, worker: str = "w1", per_minute: int = 300) -> RequestBudget:
    return RequestBudget(redis, PREFIX, "client-1", worker, per_minute)


async def fill(redis: Redis, tokens: float, name: str = "bucket") -> None:
    seconds, micros = await redis.time()
    values: Mapping[Any, str] = {"tokens": str(tokens), "at": f"{seconds}.{micros:06}"}
    await redis.hset(f"{PREFIX}ex:client-1:{name}", mapping=values)


async def take_all(*budgets: RequestBudget, apart: bool = False) -> int:
    """Take from each in turn until neither gets any at once."""
    taken = 0
    while any([(await budget.take(apart)).granted for budget in budgets]):
        taken += 1
    return taken


@pytest.mark.parametrize("per_minute", [1, 2, 3, 4, 5, 10, 60, 300, 3000])
def test_no_sixty_seconds_see_more_than_the_budget(per_minute: int) -> None:
    limited = RequestBudget(Redis(), PREFIX, "c", "w", per_minute)
    assert limited.burst + 62 * limited.rate <= max(per_minute, 1.5)
    assert limited.rate > 0


async def test_a_full_bucket_gives_its_burst_and_then_waits(redis: Redis) -> None:
    limited = budget(redis, per_minute=60)
    await fill(redis, 12)
    assert await take_all(limited) == 12
    grant = await limited.take()
    assert not grant.granted
    assert 0 < grant.wait <= 1 / limited.rate


async def test_an_unknown_bucket_is_almost_empty(redis: Redis) -> None:
    assert await take_all(budget(redis, per_minute=60)) == 1


async def test_it_is_refilled_with_time_and_no_further_than_the_burst(redis: Redis) -> None:
    seconds, _ = await redis.time()
    await redis.hset(f"{PREFIX}ex:client-1:bucket", mapping={"tokens": "0", "at": str(seconds - 3600)})
    assert await take_all(budget(redis, per_minute=60)) == 12


async def test_a_clock_of_redis_that_is_put_back_holds_nobody_up(redis: Redis) -> None:
    """What was noted by the clock before lies ahead: bucket, workers, and a stop, which Redis times by it as well."""
    seconds, _ = await redis.time()
    ahead: Mapping[Any, str] = {"tokens": "-3", "at": str(seconds + 3600)}
    for name in ("bucket", "apart"):
        await redis.hset(f"{PREFIX}ex:client-1:{name}", mapping=ahead)
    await redis.zadd(f"{PREFIX}ex:client-1:workers", {"gone": seconds + 3600})
    limited = budget(redis, per_minute=60_000)
    assert not (await limited.take()).granted
    assert limited.share == limited.rate
    await eventually(lambda: _granted(limited), 5)
    await eventually(lambda: _granted(limited, apart=True), 5)
    await redis.set(f"{PREFIX}ex:client-1:stop", "1", px=3_900_000)
    assert (await limited.take()).wait <= LONGEST_STOP
    assert await redis.pttl(f"{PREFIX}ex:client-1:stop") <= LONGEST_STOP * 1000


async def _granted(limited: RequestBudget, apart: bool = False) -> bool:
    return (await limited.take(apart)).granted


async def test_workers_share_one_bucket(redis: Redis) -> None:
    await fill(redis, 12)
    assert await take_all(budget(redis, "w1", 60), budget(redis, "w2", 60)) == 6


async def test_the_scarcer_the_slower(redis: Redis) -> None:
    limited = budget(redis)
    await fill(redis, 60)
    assert (await limited.take()).pause == 0
    await fill(redis, 16)
    alone = (await limited.take()).pause
    assert 0 < alone < 1 / limited.rate
    await budget(redis, "w2").take()
    await fill(redis, 16)
    assert (await limited.take()).pause == pytest.approx(2 * alone, rel=0.3)


async def test_suspects_get_a_third(redis: Redis) -> None:
    limited = budget(redis, per_minute=60)
    await fill(redis, 12)
    await fill(redis, 100, "apart")
    assert await take_all(limited, apart=True) == 4
    assert (await limited.take()).granted


async def test_a_stop_holds_all_workers_and_is_never_shortened(redis: Redis) -> None:
    await fill(redis, 12)
    first, second = budget(redis, "w1"), budget(redis, "w2")
    await first.stop(60)
    await first.stop(0.1)
    grant = await second.take()
    assert not grant.granted
    assert 30 < grant.wait <= 60
    assert 30 < second.stopped <= 60
    assert 30 < first.stopped <= 60


async def test_a_stop_ends(redis: Redis) -> None:
    await fill(redis, 12)
    first, second = budget(redis, "w1"), budget(redis, "w2")
    await first.stop(0.3)
    await second.take()
    await asyncio.sleep(max(first.stopped, second.stopped))
    assert (await first.take()).granted
    assert (await second.take()).granted


async def test_without_redis_a_worker_takes_its_part(tmp_path: Path) -> None:
    process, url = start_redis(tmp_path)
    try:
        async with open_redis(url) as redis:
            first, second = budget(redis, "w1", 60_000), budget(redis, "w2", 60_000)
            await fill(redis, 12)
            await second.take()
            await first.take()  # learns of two workers
            stop(process)
            rate = 60_000 * 0.8 / 62 / 2
            begin = time.monotonic()
            taken = 0
            async with asyncio.timeout(WAIT):
                while time.monotonic() < begin + 0.3 or taken <= 0.05 * rate:
                    grant = await first.take()
                    taken += grant.granted
                    await asyncio.sleep(grant.wait)
            assert taken <= (time.monotonic() - begin) * rate
    finally:
        stop(process)


async def test_a_redis_that_is_back_starts_from_an_empty_bucket(tmp_path: Path) -> None:
    process, url = start_redis(tmp_path)
    port = url.rpartition(":")[2].partition("/")[0]
    try:
        async with open_redis(url) as redis:
            limited = budget(redis, per_minute=60)
            await limited.take()
            stop(process)
            assert not (await limited.take()).granted
            process, url = start_redis(tmp_path, "--port", port)
            await fill(redis, 12)
            limited._redis_again = 0.0  # as if its pause were over
            assert not (await limited.take()).granted
            assert float(await redis.hget(f"{PREFIX}ex:client-1:bucket", "tokens") or 1) == 0
    finally:
        stop(process)

"""The stream keeps one copy of each event, in order, and says what became of each."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.integration.conftest import start_redis, stop
from workers.event_stream import NAMES_TTL, EventStream, Fate, SubmitStatus
from workers.redis_server import RedisAwayError, RedisUnusableError, check_redis, open_redis
from workflows.call.tlib import TlibEvent

CALL = "AM5D3AE9D90757BKTSVJTCIAR4000014"


def event(n: int, call: str | None = CALL) -> TlibEvent:
    return TlibEvent(id=f"{n:024x}", event="EventCallDataChanged", site="S1", time=1_700_000_000_000_000 + n, call=call)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url) as client:
        yield client


@pytest.fixture
def stream(redis: Redis) -> EventStream:
    return EventStream(redis, "excp:{t}:", cap=1000)


async def stored(redis: Redis) -> list[int]:
    entries: Any = await redis.xrange("excp:{t}:stream")
    return [int(json.loads(fields["e"])["id"], 16) for _, fields in entries]


async def test_the_first_arrival_of_a_name_is_kept(stream: EventStream, redis: Redis) -> None:
    mine = await stream.submit("a", None, [event(1), event(2)])
    other = await stream.submit("b", mine.epoch, [event(1), event(2), event(3)])
    again = await stream.submit("a", mine.epoch, [event(2), event(3)])

    assert mine.results == (Fate.FIRST, Fate.FIRST)
    assert other.results == (Fate.DUPLICATE, Fate.DUPLICATE, Fate.FIRST)
    assert again.results == (Fate.REPEATED, Fate.DUPLICATE)
    assert again.ids == (mine.ids[1], other.ids[2])
    assert await stored(redis) == [1, 2, 3]


async def test_an_event_twice_in_a_batch_is_stored_once(stream: EventStream, redis: Redis) -> None:
    answer = await stream.submit("a", None, [event(1), event(1)])
    assert answer.results == (Fate.FIRST, Fate.REPEATED)
    assert await stored(redis) == [1]


async def test_a_full_stream_refuses_and_loses_nothing(redis: Redis) -> None:
    stream = EventStream(redis, "excp:{t}:", cap=2)
    first = await stream.submit("a", None, [event(1), event(2)])
    refused = await stream.submit("a", first.epoch, [event(3)])
    assert (refused.status, refused.results) == (SubmitStatus.FULL, ())
    assert await stored(redis) == [1, 2]

    await redis.xtrim("excp:{t}:stream", maxlen=0)
    taken = await stream.submit("a", first.epoch, [event(3)])
    assert taken.results == (Fate.FIRST,)


async def test_an_emptied_redis_begins_another_epoch(stream: EventStream, redis: Redis) -> None:
    before = await stream.submit("a", None, [event(1)])
    await redis.flushall()

    told = await stream.submit("a", before.epoch, [event(2)])
    assert told.status is SubmitStatus.OTHER_EPOCH
    assert told.epoch != before.epoch
    assert await stored(redis) == []

    again = await stream.submit("a", told.epoch, [event(1), event(2)])
    assert again.results == (Fate.FIRST, Fate.FIRST)
    assert (await stream.submit("b", before.epoch, [event(1)])).status is SubmitStatus.OTHER_EPOCH


async def test_a_restarted_redis_begins_another_epoch(tmp_path: Path) -> None:
    options = ("--appendonly", "yes", "--appendfsync", "always")
    process, url = start_redis(tmp_path, *options)
    async with open_redis(url) as redis:
        before = await EventStream(redis, "excp:{t}:", 10).submit("a", None, [event(1)])
    stop(process)
    process, url = start_redis(tmp_path, *options)
    async with open_redis(url) as redis:
        stream = EventStream(redis, "excp:{t}:", 10)
        told = await stream.submit("a", before.epoch, [event(2)])
        again = await stream.submit("a", told.epoch, [event(1), event(2)])
    stop(process)
    assert told.status is SubmitStatus.OTHER_EPOCH
    assert again.results == (Fate.REPEATED, Fate.FIRST)


async def test_the_answer_carries_the_cursor(stream: EventStream, redis: Redis) -> None:
    assert (await stream.submit("a", None, [])).cursor == "0-0"
    await redis.set("excp:{t}:cursor", "17-3")
    assert (await stream.submit("a", None, [event(1)])).cursor == "17-3"


async def test_names_expire_also_those_of_a_dn(stream: EventStream, redis: Redis) -> None:
    login = TlibEvent(id="b" * 24, event="EventAgentLogin", site="S1", time=1_700_000_000_000_000, dn="7001")
    by_conn = TlibEvent(id="c" * 24, event="EventUserEvent", site="S1", time=1, dn="7001", conn="006c02462a161006")
    await stream.submit("a", None, [event(1), login, by_conn])
    keys = sorted(await redis.keys("excp:{t}:names:*"))
    assert keys == [
        "excp:{t}:names:006c02462a161006",
        f"excp:{{t}}:names:{CALL}",
        "excp:{t}:names:S1|7001|19675",
    ]
    lifetimes = [await redis.ttl(key) for key in keys]
    assert all(0 < lifetime <= NAMES_TTL for lifetime in lifetimes)


async def test_check_accepts_a_safe_redis(redis: Redis) -> None:
    await check_redis(redis)


async def test_check_names_every_fault(tmp_path: Path) -> None:
    process, url = start_redis(tmp_path, "--maxmemory-policy", "allkeys-lru", "--cluster-enabled", "yes")
    async with open_redis(url) as redis:
        with pytest.raises(RedisUnusableError, match=r"(?s)Cluster.*allkeys-lru: set it to noeviction"):
            await check_redis(redis)
    stop(process)


async def test_check_says_when_redis_is_away() -> None:
    async with open_redis("redis://127.0.0.1:1/0") as redis:
        with pytest.raises(RedisAwayError, match="REDIS_URL"):
            await check_redis(redis)

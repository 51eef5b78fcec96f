"""Who gets the lease, and who may say what a lost index was."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from tests.integration.eventually import eventually
from workers.dispatch.lease import Lease, author_key, hold_lease, lease_key
from workers.dispatch.store import DispatchStore, Reading

PREFIX = "excp:{t}:"


@dataclass
class Who:
    """A candidate that knows the index of a term, or none."""

    number: int = 0
    waits: float = 0.0
    seen: list[str] = field(default_factory=list)

    def saw(self, author: str) -> None:
        self.seen.append(author)

    async def patience(self) -> float:
        return self.waits


async def take(redis: Redis, stack: AsyncExitStack, who: Who) -> Lease:
    """Hold the lease until the stack ends."""
    lease = await stack.enter_async_context(hold_lease(redis, PREFIX, asyncio.Event(), who))
    assert lease is not None
    return lease


async def commit(redis: Redis, lease: Lease) -> None:
    await DispatchStore(redis, PREFIX, lease).commit(Reading("0-0", lease.run, 0, ()), {}, False, [])


async def test_the_first_term_finds_no_index(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        lease = await take(redis, stack, Who())
    assert (lease.number, lease.standing) == (1, False)
    assert not await redis.exists(lease_key(PREFIX)), "it is given back"


async def test_an_index_that_was_committed_stands_for_the_next_term(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        first = await take(redis, stack, Who())
        await commit(redis, first)
    async with AsyncExitStack() as stack:
        who = Who(number=1)
        second = await take(redis, stack, who)
    assert (second.number, second.standing) == (2, True)
    assert who.seen == [first.token]


async def test_who_waits_sees_whose_index_it_is(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        first = await take(redis, stack, Who())
        await commit(redis, first)
        who, stop = Who(number=9), asyncio.Event()
        waiting = asyncio.create_task(_hold(redis, stop, who))
        await eventually(lambda: bool(who.seen))
        stop.set()
        assert await waiting is None
    assert set(who.seen) == {first.token}


async def claimed(redis: Redis) -> bool:
    return bool(await redis.exists(f"{PREFIX}claims"))


async def _hold(redis: Redis, stop: asyncio.Event, who: Who) -> Lease | None:
    async with hold_lease(redis, PREFIX, stop, who) as lease:
        return lease


async def test_the_last_author_gets_a_lease_of_a_redis_that_lost_the_index(redis: Redis) -> None:
    """Whoever comes first: an older one and one that knows nothing wait for it."""
    async with AsyncExitStack() as stack:
        stop = asyncio.Event()
        others = [Who(number=3, waits=1.0), Who(number=0, waits=1.0)]
        waiting = [asyncio.create_task(_hold(redis, stop, who)) for who in others]
        lease = await take(redis, stack, Who(number=7, waits=0.6))
        assert (lease.number, lease.standing) == (8, False)
        await commit(redis, lease)
        stop.set()
        assert await asyncio.gather(*waiting) == [None, None]


async def test_an_author_that_has_gone_is_not_waited_for(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        stop = asyncio.Event()
        gone = asyncio.create_task(_hold(redis, stop, Who(number=7, waits=60)))
        await eventually(lambda: claimed(redis))
        gone.cancel()
        lease = await take(redis, stack, Who(number=3, waits=0.1))
    assert lease.number == 4


@pytest.mark.parametrize("author", ["", "5 token another-run", "nonsense"])
async def test_an_author_of_another_redis_process_does_not_stand(redis: Redis, author: str) -> None:
    await redis.set(author_key(PREFIX), author)
    async with AsyncExitStack() as stack:
        lease = await take(redis, stack, Who())
    assert not lease.standing
    assert lease.number == (6 if author.startswith("5") else 1)


async def test_a_clock_that_was_put_back_meanwhile_holds_nobody_up(redis: Redis) -> None:
    ahead = str((await redis.time())[0] * 1_000 + 3_600_000)
    await redis.hset(f"{PREFIX}claims", mapping={"since": ahead, "gone": f"9 {ahead}"})
    async with AsyncExitStack() as stack:
        lease = await asyncio.wait_for(take(redis, stack, Who()), 10)
    assert lease.number == 1

"""The batcher ends when it is cancelled, whatever happens at that moment."""

import asyncio

import pytest

from activities.batcher import Batcher
from activities.budget import Grant, RequestBudget
from activities.delivery import Delivery, Progress
from activities.ex_client import Reply, Verdict
from tests.ex_events import batch
from workers.redis_server import open_redis

pytestmark = pytest.mark.asyncio


class NoBudget(RequestBudget):
    """Nothing may be sent for a minute."""

    def __init__(self) -> None:
        super().__init__(open_redis("redis://127.0.0.1:1"), "t:", "client", "worker", 300)
        self.asked = asyncio.Event()

    async def take(self, apart: bool = False) -> Grant:
        self.asked.set()
        return Grant(False, wait=60.0)


async def taken(_: bytes, __: frozenset[str]) -> Reply:
    return Reply(Verdict.TAKEN, 200)


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancellation_counts_in_the_moment_something_comes(turns: int) -> None:
    budget = NoBudget()
    batcher = Batcher(taken, budget)
    running = asyncio.create_task(batcher.run())
    batcher.submit(Delivery(batch("A"), Progress()))
    await budget.asked.wait()
    for _ in range(10):  # until it sleeps
        await asyncio.sleep(0)
    batcher.submit(Delivery(batch("B"), Progress()))
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=30)
    assert ended

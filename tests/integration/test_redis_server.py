"""The client of Redis that every process opens."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import start_redis, stop
from workers.redis_server import open_redis

CANCELLATIONS = 200
"""Without our own connection about half of them would be lost."""


@pytest.fixture(params=["tcp", "unix"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    process, url = start_redis(tmp_path, "--unixsocket", "s")
    yield url if request.param == "tcp" else f"unix://{tmp_path}/s"
    stop(process)


async def test_a_task_that_asks_in_a_loop_can_be_cancelled_at_any_moment(url: str) -> None:
    async with open_redis(url) as redis:
        await redis.ping()

        async def asks() -> None:
            while True:
                await redis.ping()

        for steps in range(CANCELLATIONS):
            asking = asyncio.create_task(asks())
            for _ in range(2 + steps % 23):
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.wait([asking], timeout=5)
            assert asking.cancelled()
        assert await redis.ping()


@pytest.mark.parametrize("turns", range(1, 7))
async def test_it_can_be_cancelled_while_the_connection_breaks(url: str, turns: int) -> None:
    async with open_redis(url) as redis:
        pool: Any = redis.connection_pool
        connection = await pool.get_connection()
        connection._writer.transport.abort()
        asking = asyncio.create_task(connection.send_command("PING"))
        for _ in range(turns):
            await asyncio.sleep(0)
        over = asking.done()
        asking.cancel()
        await asyncio.wait([asking], timeout=5)
        assert asking.cancelled() != over


async def test_commands_of_a_task_that_was_cancelled_before_are_carried_out(url: str) -> None:
    """As those by which a process gives its lease back."""
    async with open_redis(url) as redis:

        async def gives_back() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await redis.set("given", "back")

        giving = asyncio.create_task(gives_back())
        await asyncio.sleep(0)
        giving.cancel()
        await asyncio.wait([giving])
        assert await redis.get("given") == "back"

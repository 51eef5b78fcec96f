"""Waiting for Redis, for the first of several things, and for the end of the time to stop in."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError

from workers.logs import Reminder
from workers.redis_server import trouble

log = structlog.get_logger()

_RETRY_FIRST, _RETRY_MAX = 0.1, 1.0

_T = TypeVar("_T")


async def patiently(ask: Callable[[], Awaitable[_T]]) -> _T:
    """Repeat a question to Redis until it is answered. The caller is cancelled when the lease is lost meanwhile."""
    wait, reminder = _RETRY_FIRST, Reminder()
    while True:
        try:
            answer = await ask()
        except (RedisError, OSError) as error:
            if reminder.due():
                log.warning("waiting for Redis", reason=trouble(error))
        else:
            if reminder.over():
                log.info("Redis answers again")
            return answer
        await asyncio.sleep(wait)
        wait = min(2 * wait, _RETRY_MAX)


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


async def seconds_after(event: asyncio.Event, seconds: float) -> None:
    """End that long after the event was set."""
    await event.wait()
    await asyncio.sleep(seconds)

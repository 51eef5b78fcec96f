"""Waiting for a server, for the first of several things, and for the end of the time to stop in."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

import structlog
from redis.exceptions import RedisError
from temporalio.service import RPCError

from workers.logs import Reminder
from workers.redis_server import trouble

log = structlog.get_logger()

_RETRY_FIRST, _RETRY_MAX = 0.1, 1.0

_T = TypeVar("_T")


class Server(NamedTuple):
    """Of which something is asked."""

    name: str
    away: tuple[type[Exception], ...]
    """What is raised while it does not answer."""
    reason: Callable[[Exception], str]


REDIS = Server("Redis", (RedisError, OSError), trouble)
TEMPORAL = Server("Temporal", (RPCError, RuntimeError), str)
"""RuntimeError: not connected yet."""


async def patiently(ask: Callable[[], Awaitable[_T]], server: Server = REDIS) -> _T:
    """Repeat a question until it is answered. The caller is cancelled when the lease is lost meanwhile."""
    wait, reminder = _RETRY_FIRST, Reminder()
    while True:
        try:
            answer = await ask()
        except server.away as error:
            if reminder.due():
                log.warning(f"waiting for {server.name}", reason=server.reason(error))
        else:
            if reminder.over():
                log.info(f"{server.name} answers again")
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

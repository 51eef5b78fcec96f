"""Waiting at the start for what a process needs: it waits for what may come by itself, and ends over what is wrong.

A process that ended whenever Redis or Temporal is away would be restarted ever less often by whatever watches over it,
and begin minutes after they are back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from workers.errors import NotYetError
from workers.health import HEALTH
from workers.logs import Reminder

log = structlog.get_logger()

_RETRY_FIRST, _RETRY_MAX = 0.25, 5.0

_T = TypeVar("_T")


class StoppedError(Exception):
    """SIGTERM or SIGINT came before the work began."""


async def available(attempt: Callable[[], Awaitable[_T]], stop: asyncio.Event) -> _T:
    """Attempt until it succeeds; what it waits for is logged at once and every `workers.logs.SELDOM` seconds.

    Raises StoppedError when `stop` is set first, and what the attempt raises unless that is a NotYetError.
    """
    pause, reminder = _RETRY_FIRST, Reminder()
    while True:
        try:
            return await unless_stopped(attempt(), stop)
        except NotYetError as error:
            HEALTH.starting(str(error))
            if reminder.due(str(error)):
                log.warning("cannot start yet, waiting", reason=str(error))
        await unless_stopped(asyncio.sleep(pause), stop)
        pause = min(2 * pause, _RETRY_MAX)


async def unless_stopped(awaitable: Awaitable[_T], stop: asyncio.Event) -> _T:
    """Its result. Raises StoppedError, and cancels it, when the stop comes first."""
    work, stopping = asyncio.ensure_future(awaitable), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            raise StoppedError
        return work.result()
    finally:
        stopping.cancel()
        work.cancel()

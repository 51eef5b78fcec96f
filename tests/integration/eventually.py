"""Waiting for what can only be looked at: the state of another process, of Redis, of a server's thread."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

WAIT = 30.0
"""Seconds a test waits for what must come."""


async def eventually(holds: Callable[[], bool | Awaitable[bool]], within: float = WAIT) -> None:
    """Wait until it holds. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while True:
            now = holds()
            if await now if inspect.isawaitable(now) else now:
                return
            await asyncio.sleep(0.01)

"""The lease in Redis: of all dispatch processes one dispatches, the others wait for it to stop or to die.

The lease expires by itself, so a process that hangs may still believe it has one. Nothing depends on that belief:
whatever the holder reads or commits is checked against its token by the script that does it.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from workers.telemetry import LEASE_HELD

log = structlog.get_logger()

LEASE = 4.0
"""Seconds a lease lasts that is not renewed: this long after a holder died nothing is dispatched."""
RENEW = 1.0
POLL = 0.25
"""Seconds between two attempts of a waiting process."""
_REMIND = 30.0

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


def lease_key(prefix: str) -> str:
    return f"{prefix}lease"


@dataclass(frozen=True)
class Lease:
    """A term as the one that dispatches."""

    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Of this term alone."""
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when another process may have the lease."""


@asynccontextmanager
async def hold_lease(redis: Redis, prefix: str, stop: asyncio.Event) -> AsyncIterator[Lease | None]:
    """Wait for the lease, for as long as it takes; renew it inside the block; give it back after it.

    None when `stop` was set first.
    """
    key, lease = lease_key(prefix), Lease()
    try:
        if not await _acquire(redis, key, lease, stop):
            yield None
            return
        log.info("lease acquired")
        LEASE_HELD.set(1)
        renewal = asyncio.create_task(_renew(redis, key, lease), name="lease renewal")
        try:
            yield lease
        finally:
            LEASE_HELD.set(0)
            renewal.cancel()
            await asyncio.wait([renewal])
    finally:
        release: Any = redis.register_script(_RELEASE)
        with suppress(RedisError, TimeoutError):
            async with asyncio.timeout(RENEW):
                await release(keys=[key], args=[lease.token])


async def _acquire(redis: Redis, key: str, lease: Lease, stop: asyncio.Event) -> bool:
    reminded = -_REMIND
    while not stop.is_set():
        try:
            if await redis.set(key, lease.token, nx=True, px=int(LEASE * 1000)):
                return True
        except RedisError as error:
            if time.monotonic() - reminded >= _REMIND:
                reminded = time.monotonic()
                log.warning("Redis does not answer", reason=f"{type(error).__name__}: {error}")
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await stop.wait()
    return False


async def _renew(redis: Redis, key: str, lease: Lease) -> None:
    renew: Any = redis.register_script(_RENEW)
    until = time.monotonic() + LEASE
    while time.monotonic() < until:
        await asyncio.sleep(RENEW)
        asked = time.monotonic()
        with suppress(RedisError, TimeoutError):
            async with asyncio.timeout(RENEW):
                if not await renew(keys=[key], args=[lease.token, int(LEASE * 1000)]):
                    break
            until = asked + LEASE
    log.warning("lease lost")
    lease.lost.set()

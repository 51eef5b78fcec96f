"""The lease in Redis: of all dispatch processes one dispatches, the others wait for it to stop or to die.

The lease expires by itself, so a process that hangs may still believe it has one. Nothing depends on that belief:
whatever the holder reads or commits is checked against its token by the script that does it.

Who may say what the index was, when Redis may have lost it
-----------------------------------------------------------

Each turn as the holder is a *term* with a number, one above that of the term before. With each commit the holder writes
who the index in Redis is of: the key `author` = number, token, and run id of the Redis process.

1. `author` names the run that Redis is in: the index *stands*, it is what was committed last. Then whoever is first
   takes the lease and loads it. A waiting process that sees a standing index of another author drops what it has in
   memory: it is not the last author any more.
2. Otherwise Redis was emptied, or restarted, or a replica took over, and what was committed last may be gone. Each
   process claims the lease with the number of the index in its memory (0: none), again and again, and takes it when for
   its *patience* no one has claimed with a higher number. A number is the author's alone, and a later author has a
   higher one. So of the processes that live and answer within that time the last author wins, and writes its index
   back; no older index is ever written over or before it.
3. A process without an index in memory waits longest, because the last author may be slow to come back; but not when
   Temporal has no open call, since the index serves none then (a first start).
4. Whoever wins is the author with its first commit; before that it may ask Temporal what the index lacks
   (`workers.dispatch.running_calls`).

What remains: an author that was cut off from Redis for longer than a lease does not know whether there was a later one.
It wins only if that later one is dead *and* Redis lost its data, before the first could see either.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from workers.logs import Reminder
from workers.redis_server import trouble
from workers.telemetry import LEASE_HELD

log = structlog.get_logger()

LEASE = 4.0
"""Seconds a lease lasts that is not renewed: this long after a holder died nothing is dispatched."""
RENEW = 1.0
POLL = 0.25
"""Seconds between two attempts of a waiting process."""
_CLAIM = 1.5
"""Seconds for which a claim that is not repeated counts."""
_UNDECIDED = 3600.0

RUN_ID = """
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
"""
"""Lua: `run` is the run id of the Redis process, another one after each restart and on each replica."""

ALTHOUGH_FULL = """
redis.call('PERSIST', KEYS[2])
"""
"""Lua: changes nothing, but Redis refuses for want of memory only what would be the first write of a script. Dispatch
must not be refused: what it commits is what makes room."""

_TAKE = (
    RUN_ID
    + """
local lease, author, claims = KEYS[1], KEYS[2], KEYS[3]
local token, for_ms, mine, patience, claim_ms = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local number, writer, its_run = string.match(redis.call('GET', author) or '', '^(%d+) (%S+) (%S+)$')
local standing = its_run == run
local holder = redis.call('GET', lease)
if holder and holder ~= token then return {'HELD', standing and writer or '', 0, run} end
"""
    + ALTHOUGH_FULL
    + """
local highest = math.max(tonumber(number or 0), mine)
if not standing then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if tonumber(redis.call('HGET', claims, 'since') or now) > now then redis.call('DEL', claims) end  -- clock put back
  redis.call('HSETNX', claims, 'since', string.format('%.0f', now))
  redis.call('HSET', claims, token, string.format('%.0f %.0f', mine, now))
  redis.call('PEXPIRE', claims, claim_ms)
  local patient = now - tonumber(redis.call('HGET', claims, 'since')) >= patience
  local all = redis.call('HGETALL', claims)
  for i = 1, #all, 2 do
    local claimed, at = string.match(all[i + 1], '^(%d+) (%d+)$')
    if claimed and now - at <= tonumber(claim_ms) then highest = math.max(highest, tonumber(claimed)) end
    if claimed and now - at <= tonumber(claim_ms) and tonumber(claimed) > mine then patient = false end
  end
  if not patient then return {'CLAIMED', '', 0, run} end
end
redis.call('DEL', claims)
redis.call('SET', lease, token, 'PX', for_ms)
return {standing and 'STANDING' or 'DOUBTFUL', writer or '', highest + 1, run}
"""
)

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


def author_key(prefix: str) -> str:
    return f"{prefix}author"


@dataclass(frozen=True)
class Lease:
    """A term as the one that dispatches."""

    token: str
    """Of this term alone."""
    number: int
    """Of this term."""
    run: str
    """Run id of the Redis process that gave it."""
    standing: bool
    """The index in Redis is what was committed last."""
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when another process may have the lease."""


class Candidate(Protocol):
    """What a process that wants the lease knows."""

    @property
    def number(self) -> int:
        """Of the term whose index is in its memory; 0 for none."""

    def saw(self, author: str) -> None:
        """The index in Redis stands, and is of the term with this token."""

    def patience(self) -> Awaitable[float]:
        """Seconds to wait, when the index may be lost, for someone who knows it better."""


@asynccontextmanager
async def hold_lease(redis: Redis, prefix: str, stop: asyncio.Event, who: Candidate) -> AsyncIterator[Lease | None]:
    """Wait for the lease, for as long as it takes; renew it inside the block; give it back after it.

    None when `stop` was set first.
    """
    key, token = lease_key(prefix), uuid.uuid4().hex
    try:
        lease = await _acquire(redis, prefix, token, stop, who)
        if lease is None:
            yield None
            return
        log.info("lease acquired", term=lease.number)
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
                await release(keys=[key], args=[token])


async def _acquire(redis: Redis, prefix: str, token: str, stop: asyncio.Event, who: Candidate) -> Lease | None:
    take: Any = redis.register_script(_TAKE)
    keys = [lease_key(prefix), author_key(prefix), f"{prefix}claims"]
    patience, reminder = _UNDECIDED, Reminder()
    while not stop.is_set():
        arguments = [token, int(LEASE * 1000), who.number, int(patience * 1000), int(_CLAIM * 1000)]
        try:
            answer, author, number, run = await take(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            if reminder.due():
                log.warning("waiting for Redis", reason=trouble(error))
        else:
            if reminder.over():
                log.info("Redis answers again")
            if answer in ("HELD", "STANDING") and author:
                who.saw(author)
            if answer in ("STANDING", "DOUBTFUL"):
                return Lease(token, int(number), run, standing=answer == "STANDING")
            if answer == "HELD":
                patience = _UNDECIDED
            elif patience == _UNDECIDED:
                log.info("no index of this Redis, looking for who knows it best", own_term=who.number)
                patience = await who.patience()
                continue
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await stop.wait()
    return None


async def _renew(redis: Redis, key: str, lease: Lease) -> None:
    renew: Any = redis.register_script(_RENEW)
    loop = asyncio.get_running_loop()
    until = loop.time() + LEASE
    try:
        while loop.time() < until:
            await asyncio.sleep(RENEW)
            asked = loop.time()
            with suppress(RedisError, TimeoutError):
                async with asyncio.timeout(RENEW):
                    if not await renew(keys=[key], args=[lease.token, int(LEASE * 1000)]):
                        break
                until = asked + LEASE
        log.warning("lease lost")
    finally:
        lease.lost.set()

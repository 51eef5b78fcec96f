"""The request budget of the OAuth client, shared by all workers through Redis.

The EX Org allows `per_minute` requests in a minute and does not publish whether that minute slides. A token bucket
that holds a fifth of the budget and is refilled with the rest over a bit more than a minute never lets more than
the budget through in any 60 seconds, leaves no minute's worth of silence after a burst, and its level says how scarce
requests are. A bucket Redis does not know (new, lost, expired) starts almost empty, because what was used of
it is not known either.
"""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from activities.metrics import EX_BUDGET_SHARED

log = structlog.get_logger()

LONGEST_STOP = 300.0
"""Seconds nobody sends after a 429, whatever it says."""
_MINUTE = 62.0
"""Seconds: a minute, and how much the ways to the EX Org may differ in length."""
_TIMEOUT = 1.0
"""Seconds to wait for Redis."""
_WITHOUT_REDIS = 2.0
"""After a failure Redis is left alone this long (seconds)."""

_TAKE = """
-- KEYS: bucket, bucket of suspects, stop, workers; ARGV: burst, rate/s, apart, worker, empty, longest stop
-- what lies ahead was noted, or is timed, by a clock that was put back since
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
redis.call('ZADD', KEYS[4], now, ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - 60)
redis.call('ZREMRANGEBYSCORE', KEYS[4], now + 1, '+inf')
redis.call('EXPIRE', KEYS[4], 3600)
local workers = redis.call('ZCARD', KEYS[4])
local stop = redis.call('PTTL', KEYS[3])
if stop > tonumber(ARGV[6]) then
  stop = tonumber(ARGV[6])
  redis.call('PEXPIRE', KEYS[3], stop)
end
if stop > 0 then return {0, stop, '0', workers, 1} end
local function level(key, burst, rate)
  local kept = redis.call('HMGET', key, 'tokens', 'at')
  if not kept[1] then return 1 end
  if tonumber(kept[2]) > now then redis.call('HSET', key, 'at', string.format('%.6f', now)) end
  return math.min(burst, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate)
end
local function keep(key, tokens)
  redis.call('HSET', key, 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', now))
  redis.call('EXPIRE', key, 3600)
end
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens = level(KEYS[1], burst, rate)
if ARGV[5] == '1' then
  tokens = math.min(tokens, 0)
  keep(KEYS[1], tokens)
end
local wait = math.max(0, (1 - tokens) / rate)
if ARGV[3] == '1' then
  local apart_burst, apart_rate = math.max(1, burst / 3), rate / 3
  local apart_tokens = level(KEYS[2], apart_burst, apart_rate)
  wait = math.max(wait, (1 - apart_tokens) / apart_rate)
  if wait <= 0 then keep(KEYS[2], apart_tokens - 1) end
end
if wait > 0 then return {0, math.ceil(wait * 1000), tostring(tokens), workers, 0} end
keep(KEYS[1], tokens - 1)
return {1, 0, tostring(tokens - 1), workers, 0}
"""

_STOP = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""


@dataclass(frozen=True)
class Grant:
    """The answer to one wish for a request."""

    granted: bool
    wait: float = 0.0
    """When not granted: seconds after which to ask again."""
    pause: float = 0.0
    """When granted: seconds until the next request should go, so that more gathers while the budget is scarce."""


class Bucket:
    """The local token bucket for when Redis is away; it starts empty."""

    def __init__(self, burst: float, rate: float) -> None:
        """`burst` in requests, `rate` in requests a second."""
        self.burst, self.rate = burst, rate
        self.tokens = 0.0
        self._at = time.monotonic()

    def wait(self) -> float:
        """Seconds until there is a token; 0 when there is one."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self._at) * self.rate)
        self._at = now
        return max(0.0, (1 - self.tokens) / self.rate)


class RequestBudget:
    """Asks for one request at a time; never raises, never waits longer than Redis's time-out."""

    def __init__(self, redis: Redis, prefix: str, client_id: str, worker: str, per_minute: int) -> None:
        """`prefix`: settings.key_prefix; `worker`: this process's name among those that share the budget."""
        self._keys = [f"{prefix}ex:{client_id}:{name}" for name in ("bucket", "apart", "stop", "workers")]
        self._worker = worker
        self._take, self._stop = redis.register_script(_TAKE), redis.register_script(_STOP)
        self.burst = max(1.0, per_minute / 5)
        self.rate = max((per_minute - self.burst - 1) / _MINUTE, per_minute / 2 / _MINUTE)
        self._workers = 1
        self._stopped_until = 0.0
        self._redis_again = 0.0
        self._local: tuple[Bucket, Bucket] | None = None

    @property
    def stopped(self) -> float:
        """Seconds until any worker may send again after a 429, as far as this one knows; 0 when it may."""
        return max(0.0, self._stopped_until - time.monotonic())

    @property
    def share(self) -> float:
        """This worker's part of the budget, requests a second."""
        return self.rate / self._workers

    async def take(self, apart: bool = False) -> Grant:
        """Take one request. `apart`: for events under suspicion, which get a third of the budget."""
        if self.stopped > 0:
            return Grant(False, wait=self.stopped)
        if time.monotonic() < self._redis_again:
            return self._take_locally(apart)
        empty, longest = int(self._local is not None), round(LONGEST_STOP * 1000)
        arguments: list[str | float] = [self.burst, self.rate, int(apart), self._worker, empty, longest]
        try:
            async with asyncio.timeout(_TIMEOUT):
                answer: list[Any] = await self._take(keys=self._keys, args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)
            return self._take_locally(apart)
        if self._local is not None:
            log.info("Redis is back, the request budget is shared again")
            self._local = None
        EX_BUDGET_SHARED.set(1)
        granted, wait, tokens, self._workers = bool(answer[0]), answer[1] / 1000, float(answer[2]), int(answer[3])
        if granted:
            return self._granted(tokens, self.burst, self.share)
        if answer[4]:
            self._stopped_until = max(self._stopped_until, time.monotonic() + wait)
        return Grant(False, wait)

    async def stop(self, seconds: float) -> None:
        """Nobody sends for so long (429)."""
        self._stopped_until = max(self._stopped_until, time.monotonic() + seconds)
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._stop(keys=[self._keys[2]], args=[max(1, math.ceil(seconds * 1000))])
        except (RedisError, OSError, TimeoutError) as error:
            self._lost(error)

    def _take_locally(self, apart: bool) -> Grant:
        if self._local is None:
            burst, rate = max(1.0, self.burst / self._workers), self.share
            self._local = Bucket(burst, rate), Bucket(max(1.0, burst / 3), rate / 3)
        buckets = self._local if apart else self._local[:1]
        wait = max(bucket.wait() for bucket in buckets)
        if wait > 0:
            return Grant(False, wait)
        for bucket in buckets:
            bucket.tokens -= 1
        return self._granted(self._local[0].tokens, self._local[0].burst, self._local[0].rate)

    @staticmethod
    def _granted(tokens: float, burst: float, rate: float) -> Grant:
        """At once while the bucket is at least half full, then ever more slowly down to the pace it is refilled."""
        return Grant(True, pause=max(0.0, 1 - 2 * tokens / burst) / rate)

    def _lost(self, error: Exception) -> None:
        EX_BUDGET_SHARED.set(0)
        if self._local is None:
            log.warning(
                "Redis unreachable, this worker takes its part of the request budget",
                workers=self._workers,
                reason=str(error),
            )
        self._redis_again = time.monotonic() + _WITHOUT_REDIS

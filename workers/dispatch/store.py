"""The dispatch side of the stream: what the holder of the lease reads and commits.

Keys, besides those of `workers.event_stream`:

| key | what |
|---|---|
| `lease` | token of the process that dispatches |
| `index` | hash, the linker's state up to the cursor |
| `parked` | list of what could not be sent to a conversation, for people: the newest `PARKED_CAP` |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from workers.dispatch.lease import lease_key
from workers.errors import ExcpError
from workers.event_stream import cursor_key, epoch_key, stream_key

PARKED_CAP = 1_000

_READ = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
local cursor = redis.call('GET', KEYS[2]) or '0-0'
local now = redis.call('TIME')
local entries = redis.call('XRANGE', KEYS[3], '(' .. cursor, '+', 'COUNT', ARGV[2])
return {cursor, redis.call('GET', KEYS[4]) or '', now[1] .. string.format('%06d', now[2]), entries}
"""

_COMMIT = """
local lease, cursor, stream, index, parked = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
if redis.call('GET', lease) ~= ARGV[1] then return false end
local set, deleted, cap = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if ARGV[3] == 'anew' then redis.call('DEL', index) end
local at = 7
for _ = 1, set do
  redis.call('HSET', index, ARGV[at], ARGV[at + 1])
  at = at + 2
end
for _ = 1, deleted do
  redis.call('HDEL', index, ARGV[at])
  at = at + 1
end
if at <= #ARGV then
  for i = at, #ARGV do redis.call('RPUSH', parked, ARGV[i]) end
  redis.call('LTRIM', parked, -cap, -1)
end
redis.call('SET', cursor, ARGV[2])
redis.call('XTRIM', stream, 'MINID', ARGV[2])
return 1
"""


class LeaseLostError(ExcpError):
    """Another process dispatches now: drop what was not committed."""


@dataclass(frozen=True)
class Entry:
    """One event of the stream."""

    id: str
    text: str
    """JSON of `TlibEvent.wire`."""

    @property
    def time(self) -> int:
        """When it was appended by Redis' clock, microseconds since 1970."""
        return int(self.id.partition("-")[0]) * 1_000


@dataclass(frozen=True)
class Reading:
    """What stands behind the cursor."""

    cursor: str
    epoch: str
    """The epoch in force; empty when no ingest has submitted anything yet."""
    now: int
    """Redis' clock, microseconds since 1970."""
    entries: tuple[Entry, ...]


class DispatchStore:
    """Reads and commits in the name of one lease token. All methods raise redis.exceptions.RedisError."""

    def __init__(self, redis: Redis, prefix: str, token: str) -> None:
        self._redis = redis
        self._token = token
        self._lease, self._cursor, self._stream = lease_key(prefix), cursor_key(prefix), stream_key(prefix)
        self._epoch, self._index, self._parked = epoch_key(prefix), f"{prefix}index", f"{prefix}parked"
        self._read: Any = redis.register_script(_READ)
        self._commit: Any = redis.register_script(_COMMIT)

    async def index(self) -> dict[str, str]:
        """The linker's state as last committed; empty when there is none."""
        state: Any = await self._redis.hgetall(self._index)
        return dict(state)

    async def read(self, count: int) -> Reading:
        """The next events behind the cursor. Raises LeaseLostError."""
        keys = [self._lease, self._cursor, self._stream, self._epoch]
        answer = await self._read(keys=keys, args=[self._token, count])
        if answer is None:
            raise LeaseLostError("the lease was lost before reading")
        cursor, epoch, now, entries = answer
        return Reading(cursor, epoch, int(now), tuple(Entry(entry, fields[1]) for entry, fields in entries))

    async def wait(self, cursor: str, seconds: float) -> None:
        """Return when something stands behind the cursor, or after that time."""
        await self._redis.xread({self._stream: cursor}, count=1, block=int(seconds * 1000))

    async def commit(self, cursor: str, changes: Mapping[str, str | None], anew: bool, parked: Sequence[str]) -> None:
        """Move the cursor, and with it the index, the parked list and the start of the stream. May be repeated.

        `anew`: `changes` is the whole index. Raises LeaseLostError: then nothing was committed by this attempt.
        """
        kept = {key: text for key, text in changes.items() if text is not None}
        gone = [key for key, text in changes.items() if text is None]
        arguments: list[str | int] = [self._token, cursor, "anew" if anew else "on", len(kept), len(gone), PARKED_CAP]
        for key, text in kept.items():
            arguments += (key, text)
        arguments += [*gone, *parked]
        keys = [self._lease, self._cursor, self._stream, self._index, self._parked]
        if await self._commit(keys=keys, args=arguments) is None:
            raise LeaseLostError("the lease was lost before committing")

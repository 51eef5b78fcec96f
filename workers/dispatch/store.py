"""The dispatch side of the stream: what the holder of the lease reads and commits.

Keys, besides those of `workers.event_stream`:

| key | what |
|---|---|
| `lease` | token of the process that dispatches; expires (`workers.dispatch.lease`) |
| `claims` | hash of the processes that want the lease while the index may be lost; expires |
| `author` | whose the index is: number and token of the term, run id of the Redis process |
| `index` | hash, the linker's state up to the cursor |
| `index:new` | the same, while it is written back; expires |
| `parked` | list of what could not be sent to a conversation (`workers.dispatch.parked`); capped, expires |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from workers.dispatch.lease import ALTHOUGH_FULL, RUN_ID, Lease, author_key, lease_key
from workers.dispatch.parked import PARKED_CAP, PARKED_TTL, parked_key
from workers.errors import ExcpError
from workers.event_stream import cursor_key, position, stream_key

_READ = (
    RUN_ID
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
local cursor = redis.call('GET', KEYS[2]) or '0-0'
local now = redis.call('TIME')
local entries = redis.call('XRANGE', KEYS[3], '(' .. cursor, '+', 'COUNT', ARGV[2])
return {cursor, run, now[1] .. string.format('%06d', now[2]), entries}
"""
)

_WRITE_BACK = (
    """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
"""
    + ALTHOUGH_FULL
    + """
if ARGV[2] == 'first' then redis.call('DEL', KEYS[2]) end
for at = 4, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1
"""
)

_COMMIT = (
    """
local lease, cursor, stream, parked, author, index, written_back = unpack(KEYS)
local token, upto, anew, set, deleted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('GET', lease) ~= token then return false end
"""
    + ALTHOUGH_FULL
    + """
if anew == 'anew' then
  redis.call('DEL', index)
  if redis.call('EXISTS', written_back) == 1 then
    redis.call('RENAME', written_back, index)
    redis.call('PERSIST', index)
  end
end
local at = 9
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
  redis.call('LTRIM', parked, -tonumber(ARGV[6]), -1)
  redis.call('EXPIRE', parked, ARGV[7])
end
redis.call('SET', author, ARGV[8])
redis.call('SET', cursor, upto)
redis.call('XTRIM', stream, 'MINID', upto)
return 1
"""
)

_FIELDS_AT_ONCE = 10_000
"""Fields of the index written back by one script: Redis serves nobody else meanwhile."""
_WRITING_BACK = 600
"""Seconds after which an index that was not completely written back goes."""


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
    run: str
    """Run id of the Redis process."""
    now: int
    """Redis' clock, microseconds since 1970."""
    entries: tuple[Entry, ...]

    @property
    def end(self) -> str:
        """The cursor once all of this was passed on."""
        return max((entry.id for entry in self.entries), key=position, default=self.cursor)


class DispatchStore:
    """Reads and commits in the name of one term. All methods raise redis.exceptions.RedisError."""

    def __init__(self, redis: Redis, prefix: str, lease: Lease) -> None:
        self._redis = redis
        self._term = lease
        self._lease, self._cursor, self._stream = lease_key(prefix), cursor_key(prefix), stream_key(prefix)
        self._author, self._index, self._parked = author_key(prefix), f"{prefix}index", parked_key(prefix)
        self._written_back = f"{prefix}index:new"
        self._read: Any = redis.register_script(_READ)
        self._write_back: Any = redis.register_script(_WRITE_BACK)
        self._commit: Any = redis.register_script(_COMMIT)

    async def index(self) -> dict[str, str]:
        """The linker's state as last committed; empty when there is none."""
        state: Any = await self._redis.hgetall(self._index)
        return dict(state)

    async def read(self, count: int) -> Reading:
        """The next events behind the cursor. Raises LeaseLostError."""
        keys = [self._lease, self._cursor, self._stream]
        answer = await self._read(keys=keys, args=[self._term.token, count])
        if answer is None:
            raise LeaseLostError("the lease was lost before reading")
        cursor, run, now, entries = answer
        return Reading(cursor, run, int(now), tuple(Entry(entry, fields[1]) for entry, fields in entries))

    async def wait(self, cursor: str, seconds: float) -> None:
        """Return when something stands behind the cursor, or after that time."""
        await self._redis.xread({self._stream: cursor}, count=1, block=int(seconds * 1000))

    async def write_back(self, index: Mapping[str, str]) -> None:
        """Put the whole index beside the one in force; the next `commit` with `anew` puts it in its place.

        May be repeated. Raises LeaseLostError.
        """
        fields = list(index.items())
        for start in range(0, max(1, len(fields)), _FIELDS_AT_ONCE):
            which = "on" if start else "first"
            part = [text for field in fields[start : start + _FIELDS_AT_ONCE] for text in field]
            arguments = [self._term.token, which, _WRITING_BACK, *part]
            if await self._write_back(keys=[self._lease, self._written_back], args=arguments) is None:
                raise LeaseLostError("the lease was lost before writing the index back")

    async def commit(
        self, reading: Reading, changes: Mapping[str, str | None], anew: bool, parked: Sequence[str]
    ) -> None:
        """Move the cursor to the end of a reading, and with it the index, its author, the parked list and the start of
        the stream. May be repeated.

        `anew`: the index is what was written back, and `changes`. Raises LeaseLostError: then nothing was committed by
        this attempt.
        """
        kept = {key: text for key, text in changes.items() if text is not None}
        gone = [key for key, text in changes.items() if text is None]
        author = f"{self._term.number} {self._term.token} {reading.run}"
        arguments: list[str | int] = [self._term.token, reading.end, "anew" if anew else "on", len(kept), len(gone)]
        arguments += [PARKED_CAP, PARKED_TTL, author]
        for key, text in kept.items():
            arguments += (key, text)
        arguments += [*gone, *parked]
        keys = [self._lease, self._cursor, self._stream, self._parked, self._author, self._index, self._written_back]
        if await self._commit(keys=keys, args=arguments) is None:
            raise LeaseLostError("the lease was lost before committing")

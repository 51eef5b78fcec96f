"""The one stream of events in Redis: what the ingest instances append to and dispatch reads.

An ingest submits a batch and repeats it until answered, so an event arrives at least once from each instance, in
that instance's order. One script per batch keeps the first arrival of each name: it appends the event to the stream
and then marks its name. In this order because a script that fails half-way is not rolled back: an event appended and
not marked is appended again, and the receiver drops the second by its name; an event marked and not appended would be
lost.

The **epoch** stands for this Redis with everything it was given. An emptied Redis, one that was restarted and may
have lost its last seconds, and a replica that took over begin another. A caller with an old epoch stores nothing and
is told the new one: it asks its gateways for snapshots, and submits again every event the cursor has not passed.

Keys, all under the tenant's prefix:

| key | what |
|---|---|
| `stream` | the events, field `e` = JSON of a `StreamItem`'s `wire`; trimmed only behind the cursor |
| `names:…` | hash per call: event id → `instance stream-id` of its first arrival; expires `NAMES_TTL` after the last |
| `epoch` | epoch in force, `random-run` with the run id of the Redis process |
| `cursor` | stream id up to which dispatch has passed everything on |
| `holding` | an instance that holds what it read, after a reconnect; expires when it does so no longer |
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from redis.asyncio import Redis

from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded

NAMES_TTL = 6 * 3600
"""Seconds the names of a call's events are kept after its last new event: longer than the longest silence of a call.

No setting: a copy that comes still later is dropped by its name in the call's workflow, or is late when that has ended.
The time only bounds what Redis holds.
"""

StreamItem = TlibEvent | SnapshotEnded
"""What stands in the stream."""

_DAY = 86_400_000_000

_SUBMIT = """
local stream, epoch_key, cursor_key, holding = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local instance, known, fresh, cap, ttl, holds_ms = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]

local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
local epoch = redis.call('GET', epoch_key)
if not epoch or string.match(epoch, '%-(%w+)$') ~= run then
  epoch = fresh .. '-' .. run
  redis.call('SET', epoch_key, epoch)
end
local cursor = redis.call('GET', cursor_key) or '0-0'
if known ~= '' and known ~= epoch then return {'OTHER_EPOCH', epoch, cursor} end
if tonumber(holds_ms) > math.max(0, redis.call('PTTL', holding)) then
  redis.call('SET', holding, instance, 'PX', holds_ms)
end
if redis.call('XLEN', stream) >= cap then return {'FULL', epoch, cursor} end

local answer = {'STORED', epoch, cursor}
for i = 5, #KEYS do
  local id, event = ARGV[2 * i - 3], ARGV[2 * i - 2]
  local mark = redis.call('HGET', KEYS[i], id)
  if mark then
    local first, at = string.match(mark, '^(.*) (%S+)$')
    answer[#answer + 1] = first == instance and 'REPEATED' or 'DUPLICATE'
    answer[#answer + 1] = at
  else
    local at = redis.call('XADD', stream, '*', 'e', event)
    redis.call('HSET', KEYS[i], id, instance .. ' ' .. at)
    redis.call('EXPIRE', KEYS[i], ttl)
    answer[#answer + 1] = 'FIRST'
    answer[#answer + 1] = at
  end
end
return answer
"""


class SubmitStatus(StrEnum):
    """What became of a batch."""

    STORED = "STORED"
    """Every event stands in the stream, by this submission or an earlier one."""
    FULL = "FULL"
    """Nothing was stored: the stream holds its cap. Submit again later."""
    OTHER_EPOCH = "OTHER_EPOCH"
    """Nothing was stored: this Redis lacks what it had in the caller's epoch. Resync, then submit with the new one."""


class Fate(StrEnum):
    """What became of one event of a stored batch."""

    FIRST = "FIRST"
    """This submission appended it."""
    DUPLICATE = "DUPLICATE"
    """Another instance had appended it."""
    REPEATED = "REPEATED"
    """This instance had appended it."""


@dataclass(frozen=True)
class Submitted:
    """The answer to a submission."""

    status: SubmitStatus
    epoch: str
    """The epoch in force."""
    results: tuple[Fate, ...]
    """Per event, in the order submitted; empty unless STORED."""
    ids: tuple[str, ...]
    """Per event the stream id under which it stands; empty unless STORED."""
    cursor: str
    """Stream id up to which dispatch has passed everything on, `0-0` at first."""


def stream_key(prefix: str) -> str:
    return f"{prefix}stream"


def epoch_key(prefix: str) -> str:
    return f"{prefix}epoch"


def cursor_key(prefix: str) -> str:
    return f"{prefix}cursor"


def holding_key(prefix: str) -> str:
    return f"{prefix}holding"


def position(stream_id: str) -> tuple[int, int]:
    """A stream id as a value that compares: milliseconds of Redis' clock, and a number."""
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number or 0)


class EventStream:
    """The ingest side of the stream."""

    def __init__(self, redis: Redis, prefix: str, cap: int) -> None:
        """`redis`: of `open_redis`; `prefix`: of every key; `cap`: events the stream holds before it refuses more."""
        self._prefix = prefix
        self._cap = cap
        self._submit: Any = redis.register_script(_SUBMIT)

    async def submit(
        self, instance: str, epoch: str | None, events: Sequence[StreamItem], holds: float = 0.0
    ) -> Submitted:
        """Store what is new of a batch, in its order. Repeat it until it is answered, and then go on.

        `instance`: name of the submitting instance. `epoch`: the one of the last answer; None takes the one in force.
        `holds`: seconds for which the instance holds back what it has read further.
        Raises redis.exceptions.RedisError: then it is not known what was stored.
        """
        keys = [key(self._prefix) for key in (stream_key, epoch_key, cursor_key, holding_key)]
        arguments: list[str | int] = [instance, epoch or "", uuid.uuid4().hex[:12], self._cap, NAMES_TTL]
        arguments.append(round(holds * 1000))
        for event in events:
            keys.append(self._names_key(event))
            arguments += (event.id, json.dumps(event.wire(), separators=(",", ":")))
        status, current, cursor, *fates = await self._submit(keys=keys, args=arguments)
        return Submitted(SubmitStatus(status), current, tuple(map(Fate, fates[::2])), tuple(fates[1::2]), cursor)

    def _names_key(self, event: StreamItem) -> str:
        """The hash that holds an event's name. A DN is never over, so its hash is one per day of the server's time."""
        owner = event.call or event.conn or f"{event.site}|{event.dn}|{event.time // _DAY}"
        return f"{self._prefix}names:{owner}"

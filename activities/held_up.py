"""Whether TLib events are held up on their way to the calls: Redis is away or slow, nobody dispatches, dispatch is
behind, an ingest holds what it reads for some seconds after a reconnect, or the machine stood still.

A call waits for events of other feeds by a timer (flows.md, What waits). While events stand in Redis, or cannot get
there, that they have not come says nothing: the timer must not end the wait.
"""

import asyncio
import time
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from temporalio import activity

log = structlog.get_logger()

EVERY = 0.5
"""Seconds between two looks."""
BEHIND = 0.25
"""Seconds an event may stand in the stream before dispatch passes it on, and in which Redis answers. With the time
between two looks it is less than the grace that a call's timer gives (`EngageCallWorkflow`)."""
LEASE_LEFT = 2.5
"""Seconds; a lease of dispatch that has less left was not renewed for 1.5 s: it lasts 4 s, is renewed each second."""
RECOVERY = 3.0
"""Seconds for which events are still held up afterwards: ingests submit what they kept, dispatch passes it on
(assumption: a backlog of a minute takes less)."""
HOLDING = 15.0
"""Seconds for which it counts, without a pause of `PAUSE`, that ingests hold what they read: a gateway that loses its
connections again and again must not hold up all calls. It is one time for all sites, and longer than the longest
`RECONNECT_HOLD`."""
PAUSE = 6.5
"""Seconds: longer than `RECOVERY`, a look, and the time after which a call asks again, so that a wait ends in it."""
_NO_KEY = -2
"""Redis' answer to PTTL."""
_STALE = 3 * EVERY
"""Seconds after which a look says nothing any more: the process stood still, or Redis does not answer."""

_LOOK = """
local holding, lease = redis.call('EXISTS', KEYS[3]), redis.call('PTTL', KEYS[4])
local cursor = redis.call('GET', KEYS[2])
if not cursor then return {-1, holding, lease} end
local next = redis.call('XRANGE', KEYS[1], '(' .. cursor, '+', 'COUNT', 1)
if #next == 0 then return {0, holding, lease} end
local now = redis.call('TIME')
local behind = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(string.match(next[1][1], '^%d+'))
return {math.max(0, behind), holding, lease}
"""


class Holding:
    """How long ingests have held what they read."""

    def __init__(self) -> None:
        self._since = self._at = float("-inf")
        """First and last time that one was seen to hold it, without a pause between."""

    def counts(self, holding: bool, at: float) -> bool:
        """Whether it holds up calls that an ingest holds it now; `at` in seconds, never less than before."""
        if not holding:
            return False
        before, self._at = self._at, at
        if at - before > PAUSE:
            self._since = at
        return at - self._since < HOLDING


class HeldUp:
    """One per worker. `run()` has to run as a task."""

    def __init__(self, redis: Redis, stream: str, cursor: str, holding: str, lease: str) -> None:
        """Redis keys: `stream`, `cursor`, `holding` (workers.event_stream), `lease` (workers.dispatch.lease)."""
        self._keys = [stream, cursor, holding, lease]
        self._script: Any = redis.register_script(_LOOK)
        self.had_cursor = False
        """Dispatch has passed events on since this process began."""
        self._clear_at = time.monotonic()
        """Last time dispatch was seen to be up with the stream."""
        self._held_at = float("-inf")
        """Last time it was not."""
        self._holding = Holding()
        self._said = False
        """Whether the log says that events are held up."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            asked = time.monotonic()
            try:
                async with asyncio.timeout(_STALE):
                    behind, holding, lease = await self._script(keys=self._keys)
            except (RedisError, OSError, TimeoutError) as error:
                self._note(str(error) or "Redis does not answer")
            else:
                # before the first event there is no cursor; later that means an emptied Redis
                self.had_cursor = self.had_cursor or behind >= 0
                holds = self._holding.counts(bool(holding), asked)
                late = behind > 1000 * BEHIND or time.monotonic() - asked > BEHIND
                nobody = behind < 0 or lease == _NO_KEY or 0 <= lease < 1000 * LEASE_LEFT
                if late:
                    self._note("dispatch is behind, or Redis slow")
                elif nobody and self.had_cursor:
                    self._note("nobody dispatches")
                elif holds:
                    self._note("an ingest holds what it reads after a reconnect")
                else:
                    self._note(None)
            before = time.monotonic()
            await asyncio.sleep(EVERY)
            if time.monotonic() - before > 2 * EVERY:
                self._note("this process stood still")

    @property
    def now(self) -> bool:
        """Whether events may be held up."""
        at = time.monotonic()
        return at - self._clear_at > _STALE or at - self._held_at < RECOVERY

    @activity.defn(name="events_held_up")
    async def events_held_up(self) -> bool:
        """A local activity without I/O: whether events of the call may be held up before they come to it."""
        return self.now

    def _note(self, reason: str | None) -> None:
        """What a look has shown: why events are held up, if they are."""
        if reason is None:
            self._clear_at = time.monotonic()
        else:
            self._held_at = time.monotonic()
        if self.now == self._said:
            return
        self._said = self.now
        if self._said:
            log.warning("waits of calls last longer, their events are held up", reason=reason)
        else:
            log.info("waits of calls end as usual again")

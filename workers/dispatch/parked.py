"""The parked list: events that no conversation could be sent, kept for people to look at.

An entry is JSON: `at` (milliseconds since 1970), `reason`, `call` (root CallUUID, null when it could not be read), and
`item`: what was to be sent, or the text that could not be read. It holds callers' numbers, as the stream does.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

PARKED_CAP = 1_000
"""The newest so many are kept."""
PARKED_TTL = 7 * 86_400
"""Seconds after the last addition until the list goes."""

MASK = "****"
_NUMBER = re.compile(r"\+?\d{4,}")
"""What may be a telephone number in a text, or part of one."""
_NOT_NUMBERS = frozenset({"id", "event", "item", "call", "conn", "site", "time", "seen", "began"})
"""Fields of an item that hold no telephone number, though perhaps digits. A reason never quotes a value."""


def parked_key(prefix: str) -> str:
    return f"{prefix}parked"


@dataclass(frozen=True)
class Parked:
    """One entry."""

    at: datetime | None
    reason: str
    call: str | None
    item: Any

    @classmethod
    def of(cls, text: str) -> "Parked":
        entry = json.loads(text)
        at = entry.get("at")
        when = datetime.fromtimestamp(at / 1000, UTC) if at else None
        return cls(when, entry["reason"], entry["call"], entry["item"])

    @property
    def event(self) -> str | None:
        """Name of the event, or kind of the control item."""
        return self._field("event") or self._field("item")

    @property
    def site(self) -> str | None:
        return self._field("site")

    def masked(self) -> "Parked":
        """The same without telephone numbers."""
        return Parked(self.at, self.reason, self.call, _masked(self.item))

    def as_dict(self) -> dict[str, Any]:
        when = self.at.isoformat(timespec="milliseconds") if self.at else None
        named = {"at": when, "reason": self.reason, "site": self.site, "call": self.call, "event": self.event}
        return {**named, "item": self.item}

    def _field(self, name: str) -> str | None:
        item = self.item
        if isinstance(item, str):  # what could not be read as an event may still be JSON
            try:
                item = json.loads(item)
            except ValueError:
                return None
        value = item.get(name) if isinstance(item, dict) else None
        return value if isinstance(value, str) else None


async def parked(redis: Redis, prefix: str) -> list[Parked]:
    """All entries, the oldest first. Raises redis.exceptions.RedisError."""
    entries: Any = await redis.lrange(parked_key(prefix), 0, -1)
    return [Parked.of(entry) for entry in entries]


async def clear(redis: Redis, prefix: str) -> int:
    """Drop all entries; how many there were. Raises redis.exceptions.RedisError."""
    key = parked_key(prefix)
    async with redis.pipeline(transaction=True) as both:
        both.llen(key)
        both.delete(key)
        number, _ = await both.execute()
    return int(number)


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _NUMBER.sub(MASK, value)
        case dict():
            return {key: each if key in _NOT_NUMBERS else _masked(each) for key, each in value.items()}
        case list():
            return [_masked(each) for each in value]
    return value

"""How many events one ingest process may hold in memory."""

import asyncio

import structlog

from workers.telemetry import READING_STOPPED

log = structlog.get_logger()

_RESUME = 0.9
"""Reading goes on when only this part of the limit is held."""


class Room:
    """Counts held events. At the limit every feed stops being read, and TCP slows the gateways."""

    def __init__(self, limit: int) -> None:
        self.held = 0
        self._limit = limit
        self._open = asyncio.Event()
        self._open.set()

    @property
    def full(self) -> bool:
        """Reading is stopped."""
        return not self._open.is_set()

    async def wait(self) -> None:
        """Return when there is room for an event."""
        while not self._open.is_set():
            await self._open.wait()

    def taken(self, events: int) -> None:
        self.held += events
        if self.held >= self._limit and self._open.is_set():
            self._open.clear()
            READING_STOPPED.inc()
            log.error("reading stopped, EVENTS_HELD_MAX reached: the gateways have to wait", held=self.held)

    def freed(self, events: int) -> None:
        self.held -= events
        if self.held <= _RESUME * self._limit and not self._open.is_set():
            self._open.set()
            log.warning("reading goes on", held=self.held)

"""SIGTERM and SIGINT: a process finishes what it does, and stops."""

import asyncio
import signal

from workers.health import HEALTH


def stop_signal() -> asyncio.Event:
    """Set when the process is to stop; it is no longer ready then. Call it in the event loop, once."""
    stop = asyncio.Event()

    def stopping() -> None:
        HEALTH.stopping()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping)
    return stop

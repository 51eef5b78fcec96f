"""SIGTERM and SIGINT: a process finishes what it does, and stops."""

import asyncio
import os
import signal

import structlog

from workers.health import HEALTH

log = structlog.get_logger()


def stop_signal(within: float) -> asyncio.Event:
    """Set when the process is to stop; it is no longer ready then. Call it in the event loop, once.

    `within`: seconds after which it leaves with exit code 1, whatever still runs; what was not committed is done again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stopping() -> None:
        HEALTH.stopping()
        if not stop.is_set():
            loop.call_later(within, leave)
        stop.set()

    def leave() -> None:
        tasks = sorted(task.get_name() for task in asyncio.all_tasks())
        log.critical("process does not come to its end, leaving it", after_s=within, tasks=tasks)
        os._exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping)
    return stop

"""Servers as child processes: start, wait till they answer, stop, and leave nothing behind."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.errors import ExcpError

TAIL = 15
"""Lines of a log shown when its process fails."""
STOP_WITHIN = 15.0
"""Seconds a process has between SIGTERM and SIGKILL."""
_LONGEST_LINE = 1 << 24
"""Bytes of a report of a piped process."""


class ProcessError(ExcpError):
    """A process did not come up or ended too early; the message shows the end of its log."""


@dataclass(frozen=True)
class Running:
    """A child process, leader of its own process group, so that a Ctrl-C on the terminal is ours alone."""

    name: str
    process: Process
    log: Path
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    def failed(self, what: str) -> ProcessError:
        try:
            tail = self.log.read_text("utf-8", "replace").splitlines()[-TAIL:]
        except OSError:
            tail = []
        said = "\n".join(f"  {line}" for line in tail) or "  (empty)"
        return ProcessError(f"{self.name} {what}. The end of its log {self.log}:\n{said}")


class Processes:
    """The children of the lab, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, Running] = {}

    def __getitem__(self, name: str) -> Running:
        return self._running[name]

    def __contains__(self, name: str) -> bool:
        return name in self._running

    def __len__(self) -> int:
        return len(self._running)

    async def start(
        self, name: str, *command: str | Path, environment: Mapping[str, str] | None = None, piped: bool = False
    ) -> Running:
        """Start a command. Its output goes to NAME.log; `piped`: standard input and output are the caller's."""
        log, words = self._folder / f"{name}.log", tuple(map(str, command))
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=PIPE if piped else DEVNULL,
                stdout=PIPE if piped else output,
                stderr=output,
                env=environment,
                cwd=self._folder,
                start_new_session=True,
                limit=_LONGEST_LINE,
                preexec_fn=_die_with_parent,
            )
        self._running[name] = Running(name, process, log, words, environment)
        return self._running[name]

    async def ready(self, name: str, check: Callable[[], Awaitable[bool]], within: float) -> None:
        """Wait until `check` is true. Raises ProcessError when the process ends before, or after `within` seconds."""
        running = self._running[name]
        deadline = time.monotonic() + within
        while True:
            if not running.alive:
                raise running.failed(f"did not come up: it ended with exit code {running.process.returncode}")
            if await check():
                return
            if time.monotonic() > deadline:
                raise running.failed(f"did not come up within {within:.0f} seconds")
            await asyncio.sleep(0.05)

    def check_alive(self) -> None:
        """Raises ProcessError when a process ended that nobody stopped."""
        for running in self._running.values():
            if not running.alive:
                raise running.failed(f"ended unexpectedly with exit code {running.process.returncode}")

    async def stop(self, name: str, within: float = STOP_WITHIN) -> int:
        """SIGTERM, and SIGKILL when that does not help; the exit code."""
        running = self._running.pop(name)
        _signal(running, signal.SIGTERM)
        _signal(running, signal.SIGCONT)  # one that was frozen hears it only then
        try:
            async with asyncio.timeout(within):
                code = await running.process.wait()
        except TimeoutError:
            code = await _end(running)
        _signal(running, signal.SIGKILL)  # what it may have left in its group
        return code

    async def kill(self, name: str) -> None:
        """SIGKILL, as a crash would end it."""
        await _end(self._running.pop(name))

    async def crash(self, name: str) -> Callable[[], Awaitable[Running]]:
        """SIGKILL; what is returned starts the same command again, on the same ports."""
        was = self._running[name]
        await self.kill(name)
        return lambda: self.start(name, *was.command, environment=was.environment)

    def freeze(self, name: str) -> None:
        """SIGSTOP: the process stands still, its connections stay open."""
        _signal(self._running[name], signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT: it goes on, not knowing that it stood still."""
        _signal(self._running[name], signal.SIGCONT)

    async def stop_all(self, within: float = STOP_WITHIN) -> None:
        """Stop everything at once."""
        await asyncio.gather(*(self.stop(name, within) for name in list(self._running)))


async def _end(running: Running) -> int:
    _signal(running, signal.SIGKILL)
    return await running.process.wait()


def _signal(running: Running, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, number)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """In the child: SIGKILL when the lab is gone, even by SIGKILL. PR_SET_PDEATHSIG is 1 (prctl(2), Linux)."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGKILL)

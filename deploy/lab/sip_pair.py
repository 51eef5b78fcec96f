"""The lab's side of a simulated SIP Server pair: starts its process, tells it what to do, keeps what it reports."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.lab.processes import ProcessError, Processes, Running

UP_WITHIN = 30.0


@dataclass
class SipPair:
    """A primary and a backup SIP Server of one site, in one process."""

    site: str
    running: Running
    ports: tuple[int, int] = (0, 0)
    """Of the primary and the backup, as they were at the start."""
    subscriptions: Counter[str] = field(default_factory=Counter)
    """Feeds each client has subscribed to, on both servers together."""
    played: int = 0
    totals: dict[str, Any] | None = None
    """What was played, once everything was."""
    windows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The reports `played`, by name."""
    error: str | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, processes: Processes, site: str, logs: Sequence[Path], speed: float, origin: int) -> "SipPair":
        """`origin`: event time, microseconds since 1970, that is played at the start; one for all sites."""
        name = f"sip-{site}"
        options = ("--site", site, "--speed", str(speed), "--origin", str(origin))
        command = ("-m", "deploy.lab.sip_server", *options, *map(str, logs))
        pair = cls(site, await processes.start(name, sys.executable, *command, piped=True))
        pair._listening = asyncio.create_task(pair._listen(), name=name)

        async def listens() -> bool:
            pair.check()
            return pair.ports != (0, 0)

        await processes.ready(name, listens, UP_WITHIN)
        return pair

    @property
    def address(self) -> str:
        """As a VOICE_SERVER variable wants it."""
        return f"{self.site}={'/'.join(f'127.0.0.1:{port}' for port in self.ports)}"

    def command(self, command: str, **values: Any) -> None:
        """Tell it one of the commands of `sip_server`."""
        stdin = self.running.process.stdin
        assert stdin is not None
        stdin.write(json.dumps({"command": command, **values}).encode() + b"\n")

    def check(self) -> None:
        """Raises ProcessError when it has reported an error."""
        if self.error:
            raise ProcessError(f"the SIP Servers of {self.site}: {self.error}")

    async def without(self, client: str) -> None:
        """Wait until a client has no subscription left. Raises ProcessError."""
        while self.subscriptions[client]:
            self.check()
            self._news.clear()
            await self._news.wait()

    async def played_window(self, name: str) -> dict[str, Any]:
        """Wait until the logs of that `play` were played; the report. Raises ProcessError."""
        while name not in self.windows:
            self.check()
            self._news.clear()
            await self._news.wait()
        return self.windows[name]

    async def _listen(self) -> None:
        stdout = self.running.process.stdout
        assert stdout is not None
        try:
            while line := await stdout.readline():
                self._take(json.loads(line))
                self._news.set()
        finally:  # whoever waits for a report learns that none comes
            self.error = self.error or "their process has ended, or its report cannot be read"
            self._news.set()

    def _take(self, report: dict[str, Any]) -> None:
        match report["status"]:
            case "listening":
                self.ports = report["primary"], report["backup"]
            case "subscribed":
                self.subscriptions[report["client"]] += 1
            case "unsubscribed":
                self.subscriptions[report["client"]] -= 1
            case "progress":
                self.played = report["played"]
            case "played":
                self.windows[report["name"]] = report
            case "finished":
                self.totals = report
                self.played = sum(feed["played"] for feed in report["feeds"].values()) + report["faults"]
            case "error":
                self.error = report["message"]

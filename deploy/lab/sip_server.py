"""A simulated SIP Server pair of one site that plays T-Server logs over the TLib gateway protocol.

    python -m deploy.lab.sip_server --site SIPS1 SIPS1.log

It is controlled by JSON lines on standard input and reports by JSON lines on standard output.

| command | effect |
|---|---|
| `{"command": "start", "at": 1700000000.0}` | plays the logs; `at`: wall-clock time of the origin, now if left out |
| `{"command": "start", "events": 100}` | plays so many events more, then pauses; `start` goes on |
| `{"command": "switchover"}` | the backup becomes primary and the primary backup |
| `{"command": "drop", "server": "primary"}` | cuts the connections to that server (`primary` or `backup`, by role); |
| | with `"client": "a"` only those of that client, which with `"seconds": 1` is not let in before |
| `{"command": "away", "server": "primary"}` | as if that server's gateway were killed; it goes on with `back` |
| `{"command": "break_snapshots", "times": 2}` | so many of the next snapshots of each server break off half-way |
| `{"command": "play", "name": "w", "logs": [PATH], "origin": 17…, "at": 17….0}` | plays more logs beside the others; |
| | `origin`: event time, microseconds since 1970, that is played at `at`, seconds since 1970 |
| `{"command": "status"}` | reports the subscriptions and the totals so far |
| `{"command": "stop"}` | ends; so does the end of standard input |

| status | when |
|---|---|
| `listening` | at start, with the ports `primary` and `backup` |
| `subscribed`, `unsubscribed` | a client's `feed` begins or ends, with `server`, `role`, `client`, `dns` (how many) |
| | and the `subscriptions` there are now |
| `started`, `progress` | every second: events `played`, event time `time` in microseconds |
| `paused` | the events of `start` were played, how many there were in all (`played`) |
| `played` | the logs of a `play` were played: its `name`, how many `events`, and the CallUUIDs of those `undelivered` |
| `finished` | everything was played, with the totals: per feed (`sip_playback.FeedTotals`), the logs' `faults` |
| `status` | answer to the command of that name |
| `error` | a command that cannot be obeyed |
| `stopped` | at the end, with the totals |
"""

import asyncio
import json
import signal
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.lab.sip_calls import Calls
from deploy.lab.sip_gateway import Client, SipServer
from deploy.lab.sip_playback import Account, Pace, Timed, read_in_order
from deploy.lab.tls import server_context
from workers.ingest.gateway_protocol import Role
from workers.replay.tserver_log import LogEvent
from workflows.call.tlib import FEED_OF_EVENT, Feed


@dataclass(frozen=True)
class Options:
    """What a pair is started with."""

    site: str
    logs: tuple[Path, ...]
    speed: float = 1.0
    origin: int | None = None
    """Event time, microseconds, that is played at the start; None for the first event's."""
    ports: tuple[int, int] = (0, 0)
    """Of the primary and the backup; 0 takes a free one."""
    heartbeat: float = 5.0
    user_data_key: str = "DispositionCode"
    tls: ssl.SSLContext | None = None
    """None: the gateways speak plain TCP."""


def say(status: str, **values: Any) -> None:
    """Report on standard output."""
    print(json.dumps({"status": status, **values}), flush=True)


Report = Callable[..., None]


class Pair:
    """The two servers of a site, and the player."""

    def __init__(self, options: Options, account: Account, report: Report = say) -> None:
        self.options = options
        self.account = account
        self.calls = Calls()
        self.report = report
        self.servers = tuple(
            SipServer(f"{options.site}_{name}", role, self.calls, options.heartbeat, self)
            for name, role in (("A", Role.PRIMARY), ("B", Role.BACKUP))
        )
        self._faults = 0
        self._last = 0
        self._playing: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._unregistered: set[str] = set()
        self._allowed: int | None = None
        """Events that may be played before a pause; None: all."""
        self._may_play = asyncio.Event()

    async def run(self, commands: AsyncIterator[dict[str, Any]]) -> None:
        """Listen and obey until told to stop, or until there are no more commands."""
        for server, port in zip(self.servers, self.options.ports, strict=True):
            await server.listen(port, self.options.tls)
        primary, backup = self.servers
        self.report("listening", site=self.options.site, primary=primary.port, backup=backup.port)
        try:
            async for command in commands:
                if command.get("command") == "stop":
                    break
                await self._obey(command)
        finally:
            playing = [task for task in (self._playing, *self._beside) if task is not None]
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            for server in self.servers:
                await server.close()
            self.report("stopped", **self._totals())

    def subscriptions(self, server: SipServer, client: Client, begins: bool) -> None:
        self.report(
            "subscribed" if begins else "unsubscribed",
            server=server.name,
            role=server.role,
            client=client.name,
            feed=client.feed,
            dns=len(client.dns),
            subscriptions=self._subscribed(),
        )

    def sent(self, feed: Feed, name: str, attributes: dict[str, Any]) -> None:
        self.account.sent(feed, name, attributes)

    async def _obey(self, command: dict[str, Any]) -> None:
        match command:
            case {"command": "start"}:
                self._start(float(command.get("at") or time.time()), command.get("events"))
            case {"command": "play", "name": str(name), "logs": list(logs), "origin": int(origin), "at": float(at)}:
                task = asyncio.create_task(self._play_beside(name, [Path(log) for log in logs], Pace(origin, at, 1.0)))
                self._beside.add(task)
                task.add_done_callback(self._played)
            case {"command": "switchover"}:
                for server in sorted(self.servers, key=lambda each: each.role is not Role.PRIMARY):
                    server.change_role(Role.BACKUP if server.role is Role.PRIMARY else Role.PRIMARY)
            case {"command": "drop" | "away" as what, "server": "primary" | "backup" as role}:
                for server in self.servers:
                    if server.role == role and what == "drop":
                        self._drop(server, command.get("client"), command.get("seconds", 0))
                    elif server.role == role:
                        server.go_away()
            case {"command": "back"}:
                for server in self.servers:
                    await server.listen_again()
            case {"command": "break_snapshots", "times": int(times)}:
                for server in self.servers:
                    server.breaks_snapshots = times
            case {"command": "status"}:
                self.report("status", subscriptions=self._subscribed(), **self._totals())
            case _:
                self.report("error", message=f"cannot obey {json.dumps(command)}")

    def _drop(self, server: SipServer, client: str | None, seconds: float) -> None:
        if client is not None and seconds:
            server.shunned[client] = asyncio.get_running_loop().time() + seconds
        server.drop(client)

    def _start(self, at: float, events: int | None) -> None:
        """Begin, or go on after a pause."""
        self._allowed = None if events is None else (self._allowed or 0) + events
        self._may_play.set()
        if self._playing is None:
            self._playing = asyncio.create_task(self._play(at))
            self._playing.add_done_callback(self._played)

    async def _play(self, start: float) -> None:
        first = next(read_in_order(self.options.logs), None)
        pace = Pace(self.options.origin or (first.time if first else 0), start, self.options.speed)
        self.report("started")
        reported = time.monotonic()
        for done, timed in enumerate(read_in_order(self.options.logs), 1):
            if self._allowed is not None and done > self._allowed:
                await self._pause(pace, played=done - 1)
            await pace.until(timed.time)
            self._play_one(timed)
            if done % 100 == 0:
                await self._drained()
            if time.monotonic() - reported >= 1:
                reported = time.monotonic()
                self.report("progress", played=done, time=timed.time)
        self.report("finished", **self._totals())

    async def _play_beside(self, name: str, logs: list[Path], pace: Pace) -> None:
        undelivered: set[str] = set()
        events = 0
        for timed in read_in_order(logs):
            await pace.until(timed.time)
            events += 1
            if not self._play_one(timed) and isinstance(timed.found, LogEvent):
                undelivered.add(self.calls.named(timed.found.attributes) or "")
        self.report("played", name=name, events=events, undelivered=sorted(undelivered))

    async def _pause(self, pace: Pace, played: int) -> None:
        self._may_play.clear()
        self.report("paused", played=played)
        began = time.time()
        await self._may_play.wait()
        pace.delay(time.time() - began)

    def _play_one(self, timed: Timed) -> int:
        """To how many clients it was sent."""
        event, self._last = timed.found, timed.time
        if not isinstance(event, LogEvent):
            self._faults += 1
            print(f"{timed.log}:{event.line}: {event.reason}", file=sys.stderr)
            return 0
        feed = FEED_OF_EVENT[event.name]
        attributes = dict(event.attributes)
        self.calls.follow(event.name, attributes)
        clients = sum(s.deliver(feed, event.name, attributes) for s in self.servers if s.role is Role.PRIMARY)
        self.account.played(feed, event, clients)
        if not clients:
            self._not_delivered(feed, event)
        return clients

    def _not_delivered(self, feed: Feed, event: LogEvent) -> None:
        dn = "" if feed is Feed.CALL else str(event.attributes.get("ThisDN"))
        key = f"{feed} {dn}"
        if key not in self._unregistered:
            self._unregistered.add(key)
            what = f"DN {dn} is not registered" if dn else "nobody has subscribed"
            print(f"{self.options.site}: {event.name} not delivered, feed {feed}: {what}", file=sys.stderr)

    async def _drained(self) -> None:
        """At full speed wait for the clients; otherwise only let them have a turn."""
        for server in self.servers:
            for client in list(server.clients):
                if self.options.speed <= 0:
                    await client.drained()
        await asyncio.sleep(0)

    def _subscribed(self) -> int:
        return sum(client.feed is not None for server in self.servers for client in server.clients)

    def _totals(self) -> dict[str, Any]:
        return {"feeds": self.account.close(), "faults": self._faults, "calls": len(self.calls), "time": self._last}

    def _played(self, task: asyncio.Task[None]) -> None:
        self._beside.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.report("error", message=f"playing failed: {type(error).__name__}: {error}")


async def _commands() -> AsyncIterator[dict[str, Any]]:
    """The commands on standard input, until its end, SIGTERM or SIGINT."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, reader.feed_eof)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            command = json.loads(line)
        except ValueError:
            command = None
        if isinstance(command, dict):
            yield command
        elif line.strip():
            say("error", message="a command is a JSON object on one line")


def serve(
    site: Annotated[str, typer.Option(help="Name of the site")],
    logs: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="T-Server logs of the site")
    ] = None,
    speed: Annotated[float, typer.Option(min=0, help="1: as it happened; 0: as fast as the clients read")] = 1.0,
    origin: Annotated[int | None, typer.Option(help="Event time played at the start, microseconds since 1970")] = None,
    primary_port: Annotated[int, typer.Option(help="0: a free one")] = 0,
    backup_port: Annotated[int, typer.Option(help="0: a free one")] = 0,
    heartbeat: Annotated[float, typer.Option(min=0.01, help="Seconds between two heartbeats")] = 5.0,
    user_data_key: Annotated[str, typer.Option(help="USER_DATA_KEY of the ingests: part of an event's name")] = (
        "DispositionCode"
    ),
    certificate: Annotated[Path | None, typer.Option(help="Speak TLS with this certificate and its key (PEM)")] = None,
    client_ca: Annotated[Path | None, typer.Option(help="With TLS want client certificates of this CA (PEM)")] = None,
    played: Annotated[Path | None, typer.Option(help="File for when each event was first sent, JSON lines")] = None,
) -> None:
    """Simulate the SIP Server pair of one site; see the module's text for its control by JSON lines."""
    options = Options(site, tuple(logs or ()), speed, origin, (primary_port, backup_port), heartbeat, user_data_key)
    if certificate is not None:
        options = replace(options, tls=server_context(certificate, client_ca))
    with ExitStack() as stack:
        notes = stack.enter_context(played.open("w")) if played else None
        try:
            asyncio.run(Pair(options, Account(site, user_data_key, notes)).run(_commands()))
        except OSError as error:
            say("error", message=f"cannot listen on ports {options.ports}: {error}")
            raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(serve)

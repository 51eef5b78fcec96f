"""A connection to one TLib gateway: hello, subscription, heartbeats, and again from the start when it is lost.

What it reads goes to a sink, one item at a time and in order. The sink is awaited: while it holds, nothing is read,
and TCP slows the gateway.
"""

import asyncio
import random
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import NoReturn

import structlog

from activities.personal_data import quoted
from activities.tls import TlsError, TlsFiles, tls_fault
from workers.ingest.gateway_codec import FramingLostError, Malformed, Unknown, encode
from workers.ingest.gateway_frames import ConnectionEndedError, Frames
from workers.ingest.gateway_greeting import greeting, refused
from workers.ingest.gateway_items import Received, Resumed, Sink, SnapshotEnded, Unreadable
from workers.ingest.gateway_protocol import (
    PROTOCOL,
    AskSnapshot,
    Bye,
    ClientHello,
    Dn,
    DnType,
    Error,
    Event,
    Frame,
    Heartbeat,
    Register,
    Registered,
    Role,
    RoleChange,
    SnapshotEnd,
    Subscribe,
    Subscribed,
    Unregister,
)
from workers.ingest.gateway_socket import connect, tls_version
from workers.ingest.pair_roles import PairRoles
from workers.ingest.snapshot_watch import Reported, SnapshotWatch
from workers.settings import Address
from workers.telemetry import GATEWAY_CONNECTED
from workflows.call.tlib import Feed

log = structlog.get_logger()


Dns = Mapping[str, DnType]


@dataclass(frozen=True)
class Timing:
    """Seconds."""

    heartbeat: float = 5.0
    """How often this side says that it is alive."""
    connect: float = 5.0
    """Until an attempt to connect, or to get the gateway's hello, is given up."""
    snapshot: float = 60.0
    """Until a snapshot that has not ended is named (assumption)."""
    first_retry: float = 0.5
    last_retry: float = 30.0
    """The longest wait between two attempts; each is drawn between half of it and all of it."""


DNS_A_FRAME = 1000
SILENT_BEATS = 3
"""So many of the gateway's heartbeat intervals without a byte: the connection is lost."""


class Connection:
    """The connection to one server of a pair; made again whenever it is lost."""

    def __init__(
        self,
        feed: Feed,
        site: str,
        address: Address,
        instance: str,
        sink: Sink,
        timing: Timing,
        roles: PairRoles,
        tls: TlsFiles | None = None,
    ) -> None:
        """`roles`: of the pair, shared by its connections; `tls`: None for plain TCP."""
        self.address = address
        self.role: Role | None = None
        """The server's role; None while not connected."""
        self._feed = feed
        self._instance = instance
        self._sink = sink
        self._timing = timing
        self._roles = roles
        self._tls = tls
        self._wanted: Dns | None = None
        self._asked: dict[str, DnType] = {}
        self._snapshot_wanted = False
        self._snapshot = SnapshotWatch()
        self._changed = asyncio.Event()
        self._log = log.bind(site=site, feed=feed.value, server=str(address))
        self._gauge = GATEWAY_CONNECTED.labels(site, feed, str(address))

    def register(self, dns: Dns) -> None:
        """From now on these DNs are registered and no others. The feed is subscribed when this was called first."""
        self._wanted = dns
        self._changed.set()

    def ask_snapshot(self) -> None:
        """Have the living calls reported again."""
        self._snapshot_wanted = True
        self._changed.set()

    async def run(self) -> NoReturn:
        """Keep connected until cancelled."""
        retry = self._timing.first_retry
        while True:
            ended = await self._connect_once()
            if self.role is not None:
                retry = self._timing.first_retry
            self._gauge.set(0)
            self._be(None)
            wait = (self._timing.last_retry if ended.patient else retry) * random.uniform(0.5, 1)
            self._log.warning("gateway not connected", reason=str(ended), retry_in_s=round(wait, 2))
            await asyncio.sleep(wait)
            retry = min(2 * retry, self._timing.last_retry)

    async def _connect_once(self) -> ConnectionEndedError:
        """Connect and stay so while it lasts; why it ended."""
        try:
            async with asyncio.timeout(self._timing.connect):
                reader, writer = await connect(self.address, self._tls)
        except TlsError as error:
            return ConnectionEndedError(str(error))
        except (OSError, TimeoutError) as error:
            return ConnectionEndedError(f"no connection: {tls_fault(error) or str(error) or 'no answer'}")
        try:
            return await self._session(reader, writer)
        except asyncio.CancelledError:
            writer.write(encode(Bye(reason="the client stops")))
            raise
        except (OSError, FramingLostError) as error:
            return ConnectionEndedError(tls_fault(error) or str(error) or type(error).__name__)
        except ConnectionEndedError as ended:
            return ended
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await writer.wait_closed()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> NoReturn:
        """One connection's life: ends with the exception that tells why."""
        frames = Frames(reader)
        software, beat = f"excp {version('excp')}", self._timing.heartbeat
        writer.write(encode(ClientHello(protocol=PROTOCOL, client=self._instance, software=software, heartbeat=beat)))
        hello = await greeting(frames, self._tls, self._timing.connect)
        frames.silence = SILENT_BEATS * hello.heartbeat
        self._be(hello.role)
        self._asked = {}
        self._snapshot = SnapshotWatch()
        self._gauge.set(1)
        about = {"role": hello.role, "name": hello.server, "session": hello.session, "tls": tls_version(writer)}
        self._log.info("gateway connected", **about)
        raise await _first_failure(self._read(frames), self._beat(writer), self._follow(writer))

    async def _read(self, frames: Frames) -> NoReturn:
        while True:
            await self._take(await frames.next())

    async def _take(self, frame: Frame | Unknown | Malformed) -> None:
        match frame:
            case Event():
                self._heard(frame.name, frame.attributes.get("CallUUID"))
                await self._sink(Received(self.address, frame.name, frame.attributes))
            case Malformed():
                self._heard(frame.event or "", frame.call)
                await self._sink(Unreadable(self.address, frame.reason, frame.event, frame.call))
            case RoleChange():
                await self._change_role(frame.role)
            case SnapshotEnd():
                await self._sink(SnapshotEnded(self.address, frame.complete, self._reported(frame)))
            case Registered(ok=False):
                self._asked.pop(frame.dn, None)
                self._log.warning("DN not registered", dn=frame.dn, code=frame.code, reason=quoted(frame.message or ""))
            case Subscribed():
                self._log.info("feed subscribed")
            case Error(fatal=True):
                raise refused(frame)
            case Error():
                self._log.warning("gateway reports an error", code=frame.code, reason=quoted(frame.message or ""))
            case Bye():
                raise ConnectionEndedError(
                    f"the gateway says goodbye: {quoted(frame.reason or '') or 'no reason given'}"
                )

    def _heard(self, name: str, call: object) -> None:
        if self._feed is Feed.CALL:  # the others report no calls, and no end of one
            self._snapshot.heard(name, call)

    async def _change_role(self, role: Role) -> None:
        if role is self.role:
            return
        self._log.warning("SIP Server changes its role", role=role)
        self._be(role)
        if role is Role.PRIMARY:
            self._snapshot.asked(_now())
            await self._sink(Resumed(self.address, "switchover"))

    def _be(self, role: Role | None) -> None:
        self.role = role
        self._roles.changed(self.address, role)

    def _reported(self, end: SnapshotEnd) -> Reported | None:
        """What a snapshot says of the calls, by its end; None when that proves nothing."""
        read = self._snapshot.calls
        reported = self._snapshot.ended(_now())
        if self.role is not Role.PRIMARY or self._feed is not Feed.CALL or reported is None:
            return None
        if not end.complete:
            self._log.warning("snapshot proves nothing, the gateway says that it is incomplete", read=read)
            return None
        if end.calls is not None and read < end.calls:
            self._log.warning("snapshot proves nothing, calls of it were not read", calls=end.calls, read=read)
            return None
        if not self._roles.alone(self.address, self.ask_snapshot):
            self._log.warning("snapshot proves nothing, the other server of the pair is primary too")
            return None
        return reported

    async def _beat(self, writer: asyncio.StreamWriter) -> NoReturn:
        while True:
            await asyncio.sleep(self._timing.heartbeat)
            await self._send(writer, Heartbeat())
            proves = self._feed is Feed.CALL and self.role is Role.PRIMARY
            if proves and self._snapshot.overdue(_now(), int(self._timing.snapshot * 1e6)):
                self._log.warning(
                    "snapshot does not end: calls that are over and not reported stay open until one does",
                    awaited_s=self._timing.snapshot,
                    calls=self._snapshot.calls,
                )

    async def _follow(self, writer: asyncio.StreamWriter) -> NoReturn:
        """Subscribe when the DNs are known, then do what is asked for."""
        while self._wanted is None:
            await self._next_change()
        first = dict(list(self._wanted.items())[:DNS_A_FRAME])
        await self._sink(Resumed(self.address, "connected"))
        self._snapshot.asked(_now())
        await self._send(writer, Subscribe(feed=self._feed, dns=_dns(first)))
        self._asked, self._snapshot_wanted = first, False
        while True:
            await self._follow_dns(writer, self._wanted)
            if self._snapshot_wanted:
                self._snapshot_wanted = False
                self._snapshot.asked(_now())
                await self._send(writer, AskSnapshot())
            await self._next_change()

    async def _follow_dns(self, writer: asyncio.StreamWriter, wanted: Dns) -> None:
        gone = tuple(dn for dn, kind in self._asked.items() if wanted.get(dn) is not kind)
        added = _dns({dn: kind for dn, kind in wanted.items() if self._asked.get(dn) is not kind})
        self._asked = dict(wanted)
        for start in range(0, len(gone), DNS_A_FRAME):
            await self._send(writer, Unregister(dns=gone[start : start + DNS_A_FRAME]))
        for start in range(0, len(added), DNS_A_FRAME):
            await self._send(writer, Register(dns=added[start : start + DNS_A_FRAME]))

    async def _next_change(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    async def _send(self, writer: asyncio.StreamWriter, frame: Frame) -> None:
        writer.write(encode(frame))
        try:
            async with asyncio.timeout(self._timing.connect + SILENT_BEATS * self._timing.heartbeat):
                await writer.drain()
        except TimeoutError:
            raise ConnectionEndedError("the gateway does not read") from None


def _now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1_000


def _dns(dns: Dns) -> tuple[Dn, ...]:
    return tuple(Dn(dn=dn, type=kind) for dn, kind in dns.items())


async def _first_failure(*work: Coroutine[None, None, NoReturn]) -> BaseException:
    """Run all of them until one fails, end the others, and return that failure."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(error for task in done if (error := task.exception()))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

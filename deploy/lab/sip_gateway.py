"""One simulated SIP Server with its TLib gateway: listens, speaks the gateway protocol, refuses who breaks it."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol

from deploy.lab.ports import free_port
from deploy.lab.sip_calls import Calls
from workers.ingest.gateway_codec import Decoder, FramingLostError, Malformed, Unknown, encode
from workers.ingest.gateway_protocol import (
    CLIENT_FRAMES,
    PROTOCOL,
    AskSnapshot,
    Bye,
    ClientHello,
    Dn,
    DnType,
    Error,
    ErrorCode,
    Event,
    Frame,
    Heartbeat,
    Register,
    Registered,
    Role,
    RoleChange,
    ServerHello,
    SnapshotBegin,
    SnapshotEnd,
    Subscribe,
    Subscribed,
    Unregister,
    Unregistered,
)
from workflows.call.tlib import Feed

OVERFLOW = 64 << 20
"""Bytes a client may leave unread before it is dropped: a real server would not wait for it either."""
SILENT_BEATS = 3
NO_SUCH_DN = 59
"""ErrorCode of a DN of a type the feed does not have (TERR_INVALID_DN in the T-Library SDK, as we read it)."""

_TYPE_OF = {Feed.VQ: DnType.VIRTUAL_QUEUE, Feed.AGENT: DnType.EXTENSION}


class Witness(Protocol):
    """Is told what happens at a server."""

    def subscriptions(self, server: "SipServer", client: "Client", begins: bool) -> None:
        """A client has subscribed, or one that had subscribed is gone."""

    def sent(self, feed: Feed, name: str, attributes: dict[str, Any]) -> None:
        """An event other than a played one was sent to a client."""


class SipServer:
    """One of the two servers of a pair."""

    def __init__(self, name: str, role: Role, calls: Calls, heartbeat: float, witness: Witness) -> None:
        self.name = name
        self.role = role
        self.calls = calls
        self.heartbeat = heartbeat
        self.witness = witness
        self.clients: set[Client] = set()
        self.port = 0
        self.breaks_snapshots = 0
        """So many of the next snapshots that report calls break off half-way, and the connection with them."""
        self.shunned: dict[str, float] = {}
        """Clients that are not let in, by name, until that time of the loop's clock."""
        self._listener: asyncio.Server | None = None

    async def listen(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen on loopback; port 0 takes a free one, see `port`. Raises OSError."""
        self.port = port or free_port()
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=tls)

    async def listen_again(self) -> None:
        """On the same port, after `go_away`. Raises OSError."""
        if self._listener is not None and not self._listener.is_serving():
            await self.listen(self.port)

    async def close(self) -> None:
        """Say goodbye to every client and stop listening."""
        if self._listener is not None:
            self._listener.close()
        for client in list(self.clients):
            client.end(Bye(reason="the SIP Server stops"))

    def deliver(self, feed: Feed, name: str, attributes: dict[str, Any]) -> int:
        """Send an event to every client that subscribed to it; how many these are."""
        wanting = [client for client in self.clients if client.wants(feed, attributes)]
        if wanting:
            line = encode(Event(name=name, attributes=attributes))
            for client in wanting:
                client.write(line)
        return len(wanting)

    def change_role(self, role: Role) -> None:
        """Tell the clients; a new primary reports the living calls."""
        self.role = role
        for client in list(self.clients):
            client.send(RoleChange(role=role))
            if role is Role.PRIMARY and client.feed is not None:
                client.report()

    def drop(self, name: str | None = None) -> None:
        """Cut all connections, or those of the client of that name, without a word."""
        for client in list(self.clients):
            if name in (None, client.name):
                client.abort()

    def go_away(self) -> None:
        """As if killed: no connection stays, no new one is accepted until `listen_again`."""
        if self._listener is not None:
            self._listener.close()
        self.drop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(self, writer)
        self.clients.add(client)
        try:
            await client.converse(reader)
        finally:
            self.clients.discard(client)
            writer.close()
            if client.feed is not None:
                self.witness.subscriptions(self, client, begins=False)


class Client:
    """A connection of an ingest."""

    def __init__(self, server: SipServer, writer: asyncio.StreamWriter) -> None:
        self.name: str | None = None
        self.feed: Feed | None = None
        self.dns: set[str] = set()
        self._server = server
        self._writer = writer
        self._silence = SILENT_BEATS * server.heartbeat
        self._decoder = Decoder(CLIENT_FRAMES)
        self._ended = False

    def wants(self, feed: Feed, attributes: dict[str, Any]) -> bool:
        if self._ended:  # cut, and its task has not noticed yet
            return False
        return feed is self.feed and (feed is Feed.CALL or attributes.get("ThisDN") in self.dns)

    def send(self, frame: Frame) -> None:
        self.write(encode(frame))

    def write(self, line: bytes) -> None:
        if self._ended:
            return
        self._writer.write(line)
        if self._writer.transport.get_write_buffer_size() > OVERFLOW:
            self.end(Error(code=ErrorCode.OVERFLOW, message=f"{OVERFLOW} bytes unread"))

    def end(self, frame: Frame) -> None:
        """Say a last word and close."""
        self.send(frame)
        self._ended = True
        self._writer.close()

    def abort(self) -> None:
        self._ended = True
        self._writer.transport.abort()

    async def drained(self) -> None:
        with suppress(OSError):
            await self._writer.drain()

    def report(self) -> None:
        """Re-report the calls that live (feed CALL) and who is logged in (feed AGENT); a backup has no calls."""
        self.send(SnapshotBegin())
        reports = [*self._living()]
        broken_off = bool(reports) and self._server.breaks_snapshots > 0
        for name, attributes in reports[: len(reports) // 2] if broken_off else reports:
            self._event(name, attributes)
        if broken_off:
            self._server.breaks_snapshots -= 1
            self._ended = True
            self._writer.close()
            return
        calls = sum(name == "EventCallCreated" for name, _ in reports)
        self.send(SnapshotEnd(complete=self._server.role is Role.PRIMARY, calls=calls))

    def _living(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.feed is Feed.CALL and self._server.role is Role.PRIMARY:
            yield from self._server.calls.reports()
        elif self.feed is Feed.AGENT:
            yield from self._logins(sorted(self.dns))

    def _logins(self, dns: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for dn in dns:
            if login := self._server.calls.login(dn):
                yield "EventRegistered", login

    def _event(self, name: str, attributes: dict[str, Any]) -> None:
        assert self.feed is not None
        self.send(Event(name=name, attributes=attributes))
        self._server.witness.sent(self.feed, name, attributes)

    async def converse(self, reader: asyncio.StreamReader) -> None:
        server = self._server
        self.send(
            ServerHello(
                protocol=PROTOCOL, server=server.name, role=server.role, heartbeat=server.heartbeat, session="1"
            )
        )
        beating = asyncio.create_task(self._beat())
        try:
            while not self._ended:
                async with asyncio.timeout(self._silence):
                    data = await reader.read(1 << 16)
                if not data:
                    return
                for item in self._decoder.feed(data):
                    self._take(item)
        except TimeoutError:
            self.end(Error(code=ErrorCode.HEARTBEAT_LOST, message=f"nothing heard for {self._silence:g} s"))
        except FramingLostError as error:
            self._refuse(ErrorCode.LINE_TOO_LONG, str(error))
        except OSError:
            return
        finally:
            beating.cancel()

    def _hello(self) -> ServerHello:
        server = self._server
        return ServerHello(
            protocol=PROTOCOL,
            server=server.name,
            role=server.role,
            session="1",
            software="lab SIP Server",
            heartbeat=server.heartbeat,
        )

    async def _beat(self) -> None:
        while not self._ended:
            await asyncio.sleep(self._server.heartbeat)
            self.send(Heartbeat())

    def _take(self, item: Frame | Unknown | Malformed) -> None:
        if self._ended or isinstance(item, Unknown):
            return
        if isinstance(item, Malformed):
            self._refuse(ErrorCode.BAD_FRAME, item.reason)
        elif self.name is None:
            self._greeted(item)
        elif isinstance(item, Bye) or (isinstance(item, Error) and item.fatal):
            self._ended = True
            self._writer.close()
        else:
            self._obey(item)

    def _greeted(self, item: Frame) -> None:
        if not isinstance(item, ClientHello):
            self._refuse(ErrorCode.HELLO_EXPECTED, "the first frame has to be a hello")
        elif item.protocol != PROTOCOL:
            self._refuse(ErrorCode.PROTOCOL_VERSION, f"this gateway speaks protocol {PROTOCOL}, not {item.protocol}")
        elif asyncio.get_running_loop().time() < self._server.shunned.get(item.client, 0.0):
            self.abort()
        else:
            self.name = item.client
            self._silence = SILENT_BEATS * item.heartbeat

    def _obey(self, item: Frame) -> None:
        match item:
            case Subscribe() if self.feed is not None:
                self._refuse(ErrorCode.ALREADY_SUBSCRIBED, f"this connection has the feed {self.feed}")
            case Subscribe() if item.feed is Feed.CALL and item.dns:
                self._refuse(ErrorCode.BAD_FEED, "the feed CALL has no DNs")
            case Subscribe():
                self._subscribe(item)
            case Register() | Unregister() | AskSnapshot() if self.feed is None:
                self._refuse(ErrorCode.NOT_SUBSCRIBED, f"{type(item).__name__.lower()} before subscribe")
            case Register() | Unregister() if self.feed is Feed.CALL:
                self._refuse(ErrorCode.BAD_FEED, "the feed CALL has no DNs")
            case Register():
                self._register(item.dns)
                for name, attributes in self._logins(dn.dn for dn in item.dns if dn.dn in self.dns):
                    self._event(name, attributes)
            case Unregister():
                self.dns -= set(item.dns)
                for dn in item.dns:
                    self.send(Unregistered(dn=dn))
            case AskSnapshot():
                self.report()
            case ClientHello():
                self._refuse(ErrorCode.BAD_FRAME, "a second hello")

    def _subscribe(self, item: Subscribe) -> None:
        self.feed = item.feed
        self.send(Subscribed(feed=item.feed))
        self._register(item.dns)
        self.report()
        self._server.witness.subscriptions(self._server, self, begins=True)

    def _register(self, dns: tuple[Dn, ...]) -> None:
        assert self.feed is not None
        for dn in dns:
            if dn.type is not _TYPE_OF[self.feed]:
                self.send(Registered(dn=dn.dn, ok=False, code=NO_SUCH_DN, message=f"no DN of the feed {self.feed}"))
                continue
            self.dns.add(dn.dn)
            self.send(Registered(dn=dn.dn))

    def _refuse(self, code: ErrorCode, message: str) -> None:
        self.end(Error(code=code, message=message))

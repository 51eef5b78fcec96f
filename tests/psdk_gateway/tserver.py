"""A simulated T-Server as the fake Platform SDK knows it: JSON lines, one connection a T-Server client.

The fake SDK (deploy/psdk-gateway/fake) sends the requests the gateway makes; this end answers them as a SIP Server
does and sends what a test wants.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from workflows.call.tlib_reading import CAUSES

WAIT = 15.0
"""Seconds a test waits for what must come."""

IDS = {
    "EventError": 52,
    "EventRegistered": 53,
    "EventQueued": 57,
    "EventDiverted": 58,
    "EventAbandoned": 59,
    "EventAgentLogin": 73,
    "EventAgentLogout": 74,
    "EventServerInfo": 93,
    "EventLinkDisconnected": 94,
    "EventLinkConnected": 95,
    "EventUserEvent": 96,
    "EventRestoreConnection": 132,
    "EventPrimaryChanged": 133,
    "EventACK": 138,
    "EventCallCreated": 160,
    "EventCallDataChanged": 161,
    "EventCallDeleted": 162,
    "EventCallPartyAdded": 163,
    "EventCallPartyState": 164,
    "EventCallPartyMoved": 165,
    "EventCallPartyDeleted": 166,
}
CALL_TYPES = ("Unknown", "Internal", "Inbound", "Outbound", "Consult")

Values = dict[str, Any]


def message(name: str, attributes: Mapping[str, Any] | None = None, reference: int | None = None) -> Values:
    """A message as the fake SDK reads it: enumerations by name, bytes as base64."""
    return {"id": IDS[name], "attributes": dict(attributes or {}), "reference": reference}


def of_log(name: str, attributes: Mapping[str, Any]) -> Values:
    """A message with the attributes of an event of a log, where enumerations are numbers and ISLinkList is a list."""
    values = dict(attributes)
    if isinstance(kind := values.get("CallType"), int):
        values["CallType"] = CALL_TYPES[kind]
    if isinstance(cause := values.get("Cause"), int):
        values["Cause"] = CAUSES[cause]
    if "ISLinkList" in values:
        values["ISLinkList"] = packed(values["ISLinkList"])
    return message(name, values)


def packed(pairs: Any, length_first: bool = False) -> dict[str, str]:
    """A key-value list as bytes, in the fake SDK's packing."""
    raw = json.dumps(pairs).encode()
    raw = len(raw).to_bytes(4, "big") + raw if length_first else raw
    return {"base64": base64.b64encode(raw).decode()}


@dataclass
class Behaviour:
    """How the servers of a test answer. Changed while a test runs."""

    role: str = "Primary"
    refuse_client: str | None = None
    """Reason with which a client is refused."""
    references: bool = True
    """Whether the fake SDK tells the gateway the ReferenceIDs."""
    early: str = "after"
    """EventLinkConnected of the handshake comes `before` or `after` the channel is told to be open."""
    registers: frozenset[str] | None = None
    """DNs that exist; None: all."""
    address_types: Mapping[str, str] = field(default_factory=dict)
    """AddressType a DN insists on."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """AgentID by DN of who is logged in."""
    living: list[Values] = field(default_factory=list)
    """Messages that re-report the living calls."""
    monitoring: frozenset[str] | None = None
    """RegModeMask values accepted; None: all."""
    silent: frozenset[str] = frozenset()
    """Requests that are never answered."""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Registrations are answered while it is set."""
    start_time: int = 1_700_000_000

    def __post_init__(self) -> None:
        self.held.set()


class TServerClient:
    """A T-Server channel of the gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behaviour: Behaviour) -> None:
        self.registration: Values = {}
        self.requests: list[Values] = []
        self._reader = reader
        self._writer = writer
        self._behaviour = behaviour
        self._news = asyncio.Event()
        self._waiting: list[Values] = []
        self.most_waiting = 0

    @property
    def feed(self) -> str:
        return str(self.registration["client"]).rpartition("_")[2]

    def send(self, *messages: Values) -> None:
        self._writer.write("".join(json.dumps(each) + "\n" for each in messages).encode())

    def drop(self) -> None:
        self._writer.transport.abort()

    def asked(self, request: str) -> list[Values]:
        return [each for each in self.requests if each["request"] == request]

    async def until_asked(self, request: str, times: int = 1) -> list[Values]:
        async with asyncio.timeout(WAIT):
            while len(self.asked(request)) < times:
                self._news.clear()
                await self._news.wait()
        return self.asked(request)

    async def converse(self, opened: asyncio.Queue["TServerClient"]) -> None:
        behaviour = self._behaviour
        self.registration = json.loads(await self._reader.readline())
        if behaviour.refuse_client is not None:
            self.send({"refused": behaviour.refuse_client})
            return
        self.send(message("EventLinkConnected", {"RegistrationCode": behaviour.role, "SessionID": 7}))
        self.send({"open": True, "references": behaviour.references, "early": behaviour.early})
        opened.put_nowait(self)
        while line := await self._reader.readline():
            request = json.loads(line)
            self.requests.append(request)
            self._news.set()
            if request["request"] not in behaviour.silent:
                await self._answer(request)

    async def _answer(self, request: Values) -> None:
        reference = request.get("reference")
        match request["request"]:
            case "QueryServer":
                info = {"ServerRole": self._behaviour.role, "ServerStartTime": self._behaviour.start_time}
                self.send(message("EventServerInfo", info | {"TimeinSecs": 1_700_001_000}, reference))
            case "SetInputMask":
                self.send(message("EventACK", {}, reference))
            case "StartCallMonitoring":
                modes = self._behaviour.monitoring
                if modes is not None and request["mode"] not in modes:
                    self.send(error(50, "not offered", reference))
                else:
                    self.send(*self._behaviour.living)
            case "RegisterAddress":
                self._waiting.append(request)
                self.most_waiting = max(self.most_waiting, len(self._waiting))
                if self._behaviour.held.is_set():
                    self.answer_registrations()

    def answer_registrations(self) -> None:
        for request in self._waiting:
            self._register(request["dn"], request)
        self._waiting.clear()

    def _register(self, dn: str, request: Values) -> None:
        behaviour = self._behaviour
        reference = request.get("reference")
        exists = behaviour.registers is None or dn in behaviour.registers
        if not exists or behaviour.address_types.get(dn, request["type"]) != request["type"]:
            self.send(error(59, "invalid DN", reference, dn))
            return
        agent = {"AgentID": behaviour.agents[dn]} if dn in behaviour.agents else {}
        time = {"TimeinSecs": 1_700_001_000, "TimeinuSecs": 5}
        self.send(message("EventRegistered", {"ThisDN": dn} | agent | time, reference))


def error(code: int, text: str, reference: int | None = None, dn: str | None = None) -> Values:
    return message("EventError", {"ErrorCode": code, "ErrorMessage": text} | ({"ThisDN": dn} if dn else {}), reference)


class TServer:
    """Listens; a test takes the gateway's channels as they are opened."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.port = 0
        self.clients: list[TServerClient] = []
        self.refused = 0
        self._opened: asyncio.Queue[TServerClient] = asyncio.Queue()

    async def opened(self, *feeds: str) -> list[TServerClient]:
        """The next channels to be opened, one for each of these feeds, in the order of the feeds."""
        found: dict[str, TServerClient] = {}
        async with asyncio.timeout(WAIT):
            while not found.keys() >= set(feeds):
                client = await self._opened.get()
                found[client.feed] = client
        return [found[feed] for feed in feeds]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = TServerClient(reader, writer, self.behaviour)
        self.clients.append(client)
        try:
            await client.converse(self._opened)
        except ConnectionError:
            pass
        finally:
            self.refused += self.behaviour.refuse_client is not None
            writer.close()

    @classmethod
    @asynccontextmanager
    async def listening(
        cls, behaviour: Behaviour | None = None, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator["TServer"]:
        server = cls(behaviour or Behaviour())
        listener = await asyncio.start_server(server._serve, "127.0.0.1", port, ssl=tls)
        server.port = listener.sockets[0].getsockname()[1]
        try:
            yield server
        finally:
            listener.close()
            for client in server.clients:
                client.drop()


CALL = "AM5D3AE9D90757BKTSVJTCIAR40000"


def call_uuid(number: int) -> str:
    return f"{CALL}{number:02}"


def call(number: int, name: str = "EventCallCreated", time: int = 1_700_002_000, **attributes: Any) -> Values:
    """An event of the call of that number."""
    fixed = {"CallUUID": call_uuid(number), "ConnID": f"{number:016x}", "TimeinSecs": time, "TimeinuSecs": number}
    return message(name, fixed | attributes)


def party(number: int, party: str, name: str = "EventCallPartyAdded", **attributes: Any) -> Values:
    return call(number, name, PartyUUID=party, **attributes)


def names(frames: Iterable[Values]) -> list[str]:
    """What frames are, events by their name."""
    return [str(frame.get("name", frame["frame"])) for frame in frames]

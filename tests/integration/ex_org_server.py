"""The lab's EX Org on a real socket, with faults put before it, and a server that breaks connections."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from activities.ex_client import ExClient
from deploy.lab.ex_org import Service, application
from deploy.lab.ex_org_oauth import OAuth
from deploy.lab.ex_org_rate import RateLimit
from deploy.lab.ex_org_rules import ExOrg
from tests.integration.eventually import WAIT

CLIENT, SECRET = "client-1", "secret-1"

Fault = Callable[[dict[str, Any]], Response | None]
"""Given a request's body: an answer of its own, or None to let the EX Org answer."""


class EntryPoint:
    """Notes every injection request and answers it itself where the test says so."""

    def __init__(self, app: ASGIApp, org: "TestOrg") -> None:
        self._app, self._org = app, org

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/api/v2/events/conversations":
            await self._app(scope, receive, send)
            return
        raw = await Request(scope, receive).body()
        body = json.loads(raw)
        with self._org.arrival:
            self._org.requests.append(body)
            self._org.arrival.notify_all()
        answer = self._org.fault(body)
        if answer is not None:
            await answer(scope, receive, send)
            return

        async def replayed() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        await self._app(scope, replayed, send)


class TestOrg:
    """A running EX Org and what reached it."""

    __test__ = False

    def __init__(self) -> None:
        self.service = Service(ExOrg(), OAuth({}), RateLimit())
        self.url = ""
        self.arrival = threading.Condition()
        self.empty()

    def empty(self, rate: int = 10_000, expires_in: float = 3600) -> None:
        """Begin anew; `rate` in requests a minute, `expires_in` in seconds."""
        self.requests: list[dict[str, Any]] = []
        self.fault: Fault = lambda body: None
        self.service.org, self.service.rate = ExOrg(), RateLimit(rate)
        self.service.oauth = OAuth({CLIENT: SECRET}, expires_in)
        self.service.statuses.clear()

    @property
    def org(self) -> ExOrg:
        return self.service.org

    @property
    def oauth(self) -> OAuth:
        return self.service.oauth

    async def arrived(self, requests: int) -> None:
        """Wait until so many requests have arrived."""

        def wait() -> bool:
            with self.arrival:
                return self.arrival.wait_for(lambda: len(self.requests) >= requests, WAIT)

        assert await asyncio.to_thread(wait), f"{len(self.requests)} of {requests} requests arrived"

    @property
    def taken(self) -> list[str]:
        """Ids of the events taken, in order."""
        return [str(taken.event["eventId"]) for taken in self.org.taken]

    def sizes(self) -> list[int]:
        """Number of events of each request."""
        return [len(events_of(body)) for body in self.requests]

    def client(self, secret: str = SECRET, client_id: str = CLIENT) -> ExClient:
        return ExClient(self.url, self.url, client_id, secret)


def events_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for events in body.values() for event in events]


def calls_of(body: dict[str, Any]) -> set[str]:
    """The conversations of a request."""
    return {event["conversationId"] for event in events_of(body)}


def refusal(status: int, code: str = "invalid.value", **headers: str) -> Response:
    """A whole request's error in the published shape."""
    content = {"message": f"Lab says {code} to +441234567890", "code": code, "status": status, "contextId": "c1"}
    return JSONResponse(content, status, headers={"ININ-Correlation-Id": "c1", **headers})


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port, in a thread of its own so that a frozen test loop does not freeze it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()


@contextmanager
def ex_org() -> Iterator[TestOrg]:
    """A strict EX Org."""
    org = TestOrg()
    with serve(application(org.service, [Middleware(EntryPoint, org=org)])) as url:
        org.url = url
        yield org


@asynccontextmanager
async def breaking_server(answer: bytes | None) -> AsyncIterator[str]:
    """Reads a request, sends these bytes or nothing, and resets the connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """Takes connections and answers nothing."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()

"""Faults of an HTTP service: an ASGI layer before the lab's EX Org and EXCS that answers wrongly, late or not at all.

`PUT /lab/fault` with the JSON of a `HttpFault` puts one in force, `{}` none; `GET` says how many requests it struck.
"""

import asyncio
import json
from enum import StrEnum

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTROL = "/lab/fault"


class Cut(StrEnum):
    """When the connection is cut instead of an answer."""

    BEFORE = "before"
    """The service never sees the request."""
    AFTER = "after"
    """The service has done what was asked; the caller cannot know."""


class HttpFault(BaseModel, extra="forbid"):
    """What happens to requests whose path begins with `path`. Without any fault they are answered as ever."""

    path: str = "/"
    delay: float = 0
    """Seconds before the service sees the request."""
    hang: bool = False
    """No answer, for as long as the caller waits."""
    cut: Cut | None = None
    status: int | None = None
    """Answered in the service's stead, with `headers` and `body`."""
    headers: dict[str, str] = {}
    body: str = ""
    times: int | None = None
    """How many requests it strikes; None: all."""


class Faulty:
    """Lets requests through to the service, or does to them what the fault in force says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._fault: HttpFault | None = None
        self._struck = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == CONTROL:
            await (await self._control(Request(scope, receive)))(scope, receive, send)
        elif fault is None or not scope["path"].startswith(fault.path) or fault.times == self._struck:
            await self._app(scope, receive, send)
        else:
            self._struck += 1
            await self._strike(fault, scope, receive, send)

    async def _control(self, request: Request) -> Response:
        if request.method == "PUT":
            try:
                fault = HttpFault.model_validate_json(await request.body())
            except ValidationError as error:
                return Response(str(error), 400)
            self._fault, self._struck = fault if fault.model_fields_set else None, 0
        return JSONResponse({"struck": self._struck})

    async def _strike(self, fault: HttpFault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.delay)
        if fault.hang:
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.cut is not None:
            await (Request(scope, receive).body() if fault.cut is Cut.BEFORE else self._app(scope, receive, _lost))
            await _cut(send)
        elif fault.status is not None:
            await Request(scope, receive).body()
            kind = "application/json" if _is_json(fault.body) else "text/html"
            answer = Response(fault.body, fault.status, {"content-type": kind, **fault.headers})
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _lost(message: Message) -> None:
    """An answer that does not reach the caller."""


async def _cut(send: Send) -> None:
    """Promise more than is sent: the server then closes the connection in mid-answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True

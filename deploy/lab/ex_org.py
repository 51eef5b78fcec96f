"""The lab's EX Org: OAuth, the injection API, a read-only look inside, and its web page, in one ASGI process.

Start it with `python -m deploy.lab.ex_org --port PORT`. Login and API share the address.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.lab.ex_org_faults import EventFaults
from deploy.lab.ex_org_inspect import Names, counts, detail, summaries
from deploy.lab.ex_org_oauth import OAuth, OAuthError
from deploy.lab.ex_org_rate import RateLimit
from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import MAX_BYTES, RequestError, read
from deploy.lab.http_faults import Faulty
from workers.replay.mapping_file import load_mapping

CORRELATION = "ININ-Correlation-Id"
_PAGE = Path(__file__).parent / "ex_org_page"


@dataclass
class Service:
    """What the endpoints share."""

    org: ExOrg
    oauth: OAuth
    rate: RateLimit
    names: Names = field(default_factory=Names)
    faults: EventFaults = field(default_factory=EventFaults)
    statuses: Counter[int] = field(default_factory=Counter)
    """Answers of the injection API by HTTP status."""


def application(service: Service, middleware: Sequence[Middleware] = ()) -> ASGIApp:
    """The ASGI application. `middleware` sits between the client and the endpoints, e.g. to inject faults."""
    app = Starlette(
        routes=[
            Route("/oauth/token", _token, methods=["POST"]),
            Route("/api/v2/events/conversations", _inject, methods=["POST"]),
            Route("/lab/counts", _counts),
            Route("/lab/conversations", _conversations),
            Route("/lab/conversations/{id}", _conversation),
            Route("/lab/events", _events),
            Route("/lab/refused", _refused),
            Route("/lab/event-faults", _event_faults, methods=["PUT"]),
            Route("/lab/tokens", _revoke_tokens, methods=["DELETE"]),
            Mount("/", StaticFiles(directory=_PAGE, html=True)),
        ],
        middleware=middleware,
        exception_handlers={HTTPException: _http_error, 500: _server_error},
    )
    app.state.service = service
    return Correlated(app)


class Correlated:
    """Gives every request an id and every answer that id in `ININ-Correlation-Id`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        identifier = str(uuid.uuid4())
        scope.setdefault("state", {})["correlation"] = identifier

        async def correlated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[CORRELATION] = identifier
            await send(message)

        await self._app(scope, receive, correlated)


async def _token(request: Request) -> Response:
    service: Service = request.app.state.service
    headers, body = request.headers, await request.body()
    try:
        token = service.oauth.token(headers.get("authorization"), headers.get("content-type"), body)
    except OAuthError as error:
        return JSONResponse({"error": error.error, "description": error.description}, error.status)
    return JSONResponse(token)


async def _inject(request: Request) -> Response:
    service: Service = request.app.state.service
    response = await _injected(request, service)
    service.statuses[response.status_code] += 1
    return response


async def _injected(request: Request, service: Service) -> Response:
    client = service.oauth.client(request.headers.get("authorization"))
    if client is None:
        return _error(request, 401, "bad.credentials", "Invalid login credentials.")
    if wait := service.rate.admit(client):
        return _too_many(request, service.rate.limit, wait)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _error(request, 415, "unsupported.media.type", "Content-Type has to be application/json.")
    try:
        body = await _body(request)
        events = read(body)
        service.faults.check(len(body), events)
    except RequestError as bad:
        details = [{"errorCode": code, "fieldName": where} for code, where, _ in bad.faults]
        errors = [
            {"message": f"{where}: {reason}", "code": code, "status": bad.status} for code, where, reason in bad.faults
        ]
        return _error(request, bad.status, bad.code, bad.message, details=details, errors=errors)
    received = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    events, errors = service.faults.apart(events)
    return JSONResponse({"errors": errors + service.org.take(events, received)})


async def _body(request: Request) -> bytes:
    """The body, read no further than the limit needs to be seen surpassed."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            break
    return bytes(body)


def _error(request: Request, status: int, code: str, message: str, **more: Any) -> JSONResponse:
    """The published error body."""
    body = {"message": message, "code": code, "status": status, "contextId": request.state.correlation}
    return JSONResponse({**body, "details": [], "errors": [], **more}, status)


def _too_many(request: Request, limit: int, wait: int) -> JSONResponse:
    message = f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
    reached = {"key": "token.rate.per.minute", "namespace": "platform.api", "value": limit}
    response = _error(request, 429, "too.many.requests", message, limit=reached)
    response.headers["Retry-After"] = str(wait)
    return response


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = _error(request, error.status_code, error.detail.lower().replace(" ", "."), error.detail)
    response.headers.update(error.headers or {})
    return response


async def _server_error(request: Request, error: Exception) -> Response:
    return _error(request, 500, "internal.server.error", f"The lab's EX Org failed: {error!r}")


async def _counts(request: Request) -> Response:
    service: Service = request.app.state.service
    return JSONResponse(counts(service.org, service.statuses))


async def _conversations(request: Request) -> Response:
    """Newest first; `?open=true`: only open ones; `?limit=`: at most so many."""
    service: Service = request.app.state.service
    found = summaries(service.org, service.names)
    if request.query_params.get("open") == "true":
        found = [summary for summary in found if summary["ended"] is None]
    return JSONResponse(found[: int(request.query_params.get("limit", len(found)))])


async def _conversation(request: Request) -> Response:
    service: Service = request.app.state.service
    conversation = service.org.conversations.get(request.path_params["id"])
    if conversation is None:
        raise HTTPException(404, "Not found")
    return JSONResponse(detail(service.org, conversation, service.names))


async def _events(request: Request) -> Response:
    """Every event taken, in the order received; `?since=`: without so many of the first ones."""
    service: Service = request.app.state.service
    since = int(request.query_params.get("since", 0))
    return JSONResponse([vars(taken) for taken in service.org.taken[since:]])


async def _refused(request: Request) -> Response:
    service: Service = request.app.state.service
    return JSONResponse([vars(refusal) for refusal in service.org.refused])


async def _event_faults(request: Request) -> Response:
    service: Service = request.app.state.service
    service.faults = EventFaults.model_validate_json(await request.body())
    return Response(status_code=204)


async def _revoke_tokens(request: Request) -> Response:
    """No token given so far is good any more."""
    service: Service = request.app.state.service
    service.oauth.revoke()
    return Response(status_code=204)


def main(
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    client: Annotated[list[str] | None, typer.Option(help="OAuth client as ID:SECRET; may be repeated.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="EXCS mapping file, for names and the source id.")] = None,
    expires_in: Annotated[float, typer.Option(help="Seconds a token is good for.")] = 86_400,
    rate: Annotated[int, typer.Option(help="Requests a minute of one OAuth client.")] = 300,
) -> None:
    """Serve the lab's EX Org until SIGTERM."""
    clients = {name: secret for name, _, secret in (pair.partition(":") for pair in client or ["lab:lab-secret"])}
    service = Service(ExOrg(), OAuth(clients, expires_in), RateLimit(rate))
    if mapping:
        snapshot = load_mapping(mapping)
        service.names, service.org.source_id = Names.of(snapshot), snapshot.source_id
    uvicorn.run(Faulty(application(service)), host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    typer.run(main)

"""The lab's EXCS: serves a mapping file by the contract of deploy/excs-openapi.yaml.

Start it with `python -m deploy.lab.excs --port PORT --mapping FILE`. The file is read again when it changes; while it
is broken the last good content is served.
"""

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.lab.http_faults import Faulty
from workers.replay.mapping_file import MappingError, load_mapping
from workflows.call.directory import NOT_MAPPED, Role, Snapshot, agent_key, dn_key, wrapup_key

_CONTRACT = Path(__file__).parent.parent / "excs-openapi.yaml"


class MappingSource:
    """A mapping file and what was last read of it."""

    def __init__(self, path: Path) -> None:
        """Raises MappingError when the file is broken from the start."""
        self._path = path
        self._stamp = self._stat()
        self._load()

    def current(self) -> tuple[Snapshot, bytes, str]:
        """The snapshot, its JSON and its ETag."""
        if (stamp := self._stat()) != self._stamp:
            self._stamp = stamp
            try:
                self._load()
            except MappingError as error:
                print(f"mapping file changed, but cannot be used: {error}", file=sys.stderr, flush=True)
        return self._snapshot, self._body, self._etag

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _load(self) -> None:
        self._snapshot = load_mapping(self._path)
        self._body = self._snapshot.model_dump_json().encode()
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'


def application(source: MappingSource) -> Starlette:
    """The ASGI application."""
    app = Starlette(
        routes=[
            Route("/v1/snapshot", _snapshot),
            Route("/v1/sites/{site}/dns/{dn:path}", _dn),
            Route("/v1/sites/{site}/virtual-queues/{vq:path}", _virtual_queue),
            Route("/v1/agents/{agent_id:path}", _agent),
            Route("/v1/wrapup-codes/{value:path}", _wrapup_code),
            Route("/openapi.yaml", _openapi),
        ],
        exception_handlers={HTTPException: _problem},
    )
    app.state.source = source
    return app


async def _snapshot(request: Request) -> Response:
    _, body, etag = request.app.state.source.current()
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _answer(request: Request, key: str, what: str, role: Role | None = None) -> Response:
    snapshot: Snapshot = request.app.state.source.current()[0]
    answer = snapshot.answer(key)
    if answer == NOT_MAPPED or (role and answer.role != role):
        raise HTTPException(404, f"{what} is not in the mapping")
    return JSONResponse(answer.model_dump(mode="json", exclude_none=True))


async def _dn(request: Request) -> Response:
    site, dn = request.path_params["site"], request.path_params["dn"]
    return _answer(request, dn_key(site, dn), f"DN {dn} of site {site}")


async def _virtual_queue(request: Request) -> Response:
    site, vq = request.path_params["site"], request.path_params["vq"]
    return _answer(request, dn_key(site, vq), f"Virtual Queue {vq} of site {site}", Role.VIRTUAL_QUEUE)


async def _agent(request: Request) -> Response:
    agent_id = request.path_params["agent_id"]
    return _answer(request, agent_key(agent_id), f"Agent {agent_id}")


async def _wrapup_code(request: Request) -> Response:
    value = request.path_params["value"]
    return _answer(request, wrapup_key(value), f"Wrap-up code {value}")


async def _openapi(request: Request) -> Response:
    return PlainTextResponse(_CONTRACT.read_text("utf-8"), media_type="application/yaml")


async def _problem(request: Request, error: Exception) -> Response:
    """An error as problem details (RFC 9457)."""
    assert isinstance(error, HTTPException)
    title = {404: "Not found", 405: "Method not allowed"}.get(error.status_code, "Error")
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": error.detail}
    return JSONResponse(body, error.status_code, error.headers, media_type="application/problem+json")


def main(
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    mapping: Annotated[Path, typer.Option(help="Mapping file to serve.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve a mapping file as EXCS until SIGTERM."""
    try:
        source = MappingSource(mapping)
    except MappingError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    uvicorn.run(Faulty(application(source)), host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    typer.run(main)

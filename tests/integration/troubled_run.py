"""A run of the whole lab in which everybody quotes callers' numbers where they should not, and all that it leaves to be
seen: logs, metrics, what the Temporal UI shows, command lines."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.lab.generate import generate
from deploy.lab.lab import Lab
from deploy.lab.product import PRODUCT
from tests.integration.ex_org_server import serve
from tests.integration.test_pipeline import LINGER

STRANGER = "+15550199123"
"""Is only in what is malformed."""
PRETTY = "+1 (555) 0199-123"
REDIS_PASSWORD, EXCS_PASSWORD, CLIENT_SECRET = "redis-pass-word", "excs-pass-word", "lab-secret"

EVERYTHING: dict[str, Any] = {"keys": ["*"], "channels": ["*"], "categories": ["+@all"]}

ODD_LINES = (
    {"frame": "event", "name": "EventCallPartyAdded", "attributes": {"CallUUID": STRANGER, "DN": STRANGER}},
    {"frame": "event", "name": "EventQueued", "attributes": {"ThisDN": {"number": STRANGER}}},
    {"frame": "event", "name": "EventCallCreated", "attributes": {"TimeinSecs": int(STRANGER), "CallUUID": "A" * 32}},
    {"frame": "event", "name": f"EventDialing {STRANGER}", "attributes": {}},
    {"frame": "event", "name": [STRANGER], "attributes": {STRANGER: STRANGER}},
    {"frame": "registered", "dn": "7001", "ok": False, "code": 59, "message": f"in a call with {STRANGER}"},
    {"frame": "error", "code": "odd", "message": f"no room for the call of {PRETTY}", "fatal": False},
    {"frame": STRANGER},
)
LAST_LINES = (f"{STRANGER} is calling", json.dumps({"frame": "bye", "reason": f"lost the call of {STRANGER}"}))


@dataclass
class Traces:
    """What a run leaves."""

    callers: set[str]
    logs: dict[str, str] = field(default_factory=dict)
    """By product process."""
    metrics: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    workflows: dict[str, str] = field(default_factory=dict)
    """By id: search attributes, memo, summaries, details, the query's answer or the result."""
    told: str = ""
    """All events the EX Org took."""
    tokens: set[str] = field(default_factory=set)

    def shown(self) -> dict[str, str]:
        """Everything that people and other systems see of the product."""
        kinds = {"log": self.logs, "metrics": self.metrics, "command": self.commands, "workflow": self.workflows}
        return {f"{kind} {name}": text for kind, texts in kinds.items() for name, text in texts.items()}


async def troubled_run(folder: Path) -> Traces:
    generate(30, 5.0, 3, folder / "logs")
    log = folder / "logs" / "SIPS1.log"
    numbers = {f"+155501{call:05d}" for call in range(30)}
    traces = Traces({number for number in numbers if number in log.read_text("utf-8")})
    async with AsyncExitStack() as stack:

        async def between(plain: Mapping[str, str]) -> Mapping[str, str]:
            gateways = plain["VOICE_SERVER_CALL"].removeprefix("SIPS1=").split("/")
            fronts = [await stack.enter_async_context(talkative_gateway(each)) for each in gateways]
            async with Redis.from_url(plain["REDIS_URL"]) as redis:
                await redis.acl_setuser("excp", enabled=True, passwords=f"+{REDIS_PASSWORD}", **EVERYTHING)
            ex = stack.enter_context(talkative_ex_org(plain["EX_API_URL"], min(traces.callers), traces.tokens))
            excs = stack.enter_context(talkative_excs(plain["EXCS_URL"]))
            return {
                **plain,
                **{f"VOICE_SERVER_{feed}": f"SIPS1={'/'.join(fronts)}" for feed in ("VQ", "AGENT", "CALL")},
                "REDIS_URL": plain["REDIS_URL"].replace("://", f"://excp:{REDIS_PASSWORD}@"),
                "EXCS_URL": excs.replace("://", f"://excp:{EXCS_PASSWORD}@"),
                "EX_API_URL": ex,
                "EX_LOGIN_URL": ex,
            }

        settings = {**LINGER, "LOG_LEVEL": "DEBUG"}
        logs = {"SIPS1": [log]}
        async with Lab(folder, folder / "logs" / "mapping.yaml", logs, settings=settings, between=between) as lab:
            lab.play()
            await lab.settle()
            await _gather(lab, traces)
    traces.logs = {name: (folder / f"{name}.log").read_text("utf-8") for name in PRODUCT}
    return traces


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text("utf-8")


async def _gather(lab: Lab, traces: Traces) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for name in PRODUCT:
            traces.metrics[name] = (await http.get(lab.metrics_url(name))).text
            traces.commands[name] = command_line(lab.processes[name].pid)
    async for found in lab.temporal.list_workflows(""):
        handle = lab.temporal.get_workflow_handle(found.id, run_id=found.run_id)
        described = await handle.describe()
        summaries = [str(event.user_metadata) async for event in handle.fetch_history_events()]
        details = await handle.query("__temporal_workflow_metadata")
        shown = [described.search_attributes, await described.memo(), str(described.raw_description.execution_config)]
        traces.workflows[found.id] = "\n".join(
            [found.id, *map(str, shown), *summaries, str(details), json.dumps(await handle.result())]
        )
    traces.told = json.dumps(await lab.ex_org.events())


@asynccontextmanager
async def talkative_gateway(behind: str) -> AsyncIterator[str]:
    """Passes on what a gateway says, and adds lines of its own to each feed, after which the first one ends."""
    host, _, port = behind.rpartition(":")
    connections = 0

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, added: list[bytes]) -> None:
        try:
            with suppress(OSError):
                while line := await reader.readline():
                    writer.write(line)
                    if added and b'"snapshot_end"' in line:
                        writer.write(b"".join(added))
                        added.clear()
        finally:
            writer.close()

    async def serve_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        lines = [*map(json.dumps, ODD_LINES), *(LAST_LINES if connections == 1 else LAST_LINES[:1])]
        from_gateway, to_gateway = await asyncio.open_connection(host, int(port), limit=1 << 21)
        added = [f"{line}\n".encode() for line in lines]
        await asyncio.gather(pass_on(reader, to_gateway, []), pass_on(from_gateway, writer, added))

    async with await asyncio.start_server(serve_client, "127.0.0.1", 0, limit=1 << 21) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextmanager
def talkative_ex_org(behind: str, refused: str, tokens: set[str]) -> Iterator[str]:
    """Refuses the events of one caller, quoting the number; answers 500 once and refuses one event alone besides."""
    tempers: list[str] = ["500", "one event"]

    async def answer(request: Request) -> Response:
        body = await request.body()
        if request.url.path.endswith("/oauth/token"):
            passed = await _passed_on(request, behind, body)
            tokens.add(json.loads(bytes(passed.body))["access_token"])
            return passed
        if refused.encode() in body:
            said = f"The value {refused} of ani (in short {PRETTY}) is not valid"
            return JSONResponse({"message": said, "code": "invalid.value", "status": 400}, 400)
        temper = tempers.pop(0) if tempers else ""
        if temper == "500":
            return JSONResponse({"message": f"the call of {STRANGER} broke something"}, 500)
        if temper == "one event":
            [event, *_] = (event for events in json.loads(body).values() for event in events)
            fault = {"eventId": event["eventId"], "message": f"{PRETTY} is gone", "retryable": True}
            return JSONResponse({"errors": [fault]})
        return await _passed_on(request, behind, body)

    with serve(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])) as url:
        yield url


@contextmanager
def talkative_excs(behind: str) -> Iterator[str]:
    """Answers 500 at first, then garbage."""
    garbage = {"sites": [{"name": "SIPS1", "extensions": {STRANGER: {"agent": 5}}}]}
    tempers: list[Response] = [PlainTextResponse(f"no such DN: {STRANGER}", 500), JSONResponse(garbage)]

    async def answer(request: Request) -> Response:
        return tempers.pop(0) if tempers else await _passed_on(request, behind, b"")

    with serve(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        yield url


async def _passed_on(request: Request, behind: str, body: bytes) -> Response:
    kept = ("authorization", "content-type", "if-none-match")
    headers = {name: value for name, value in request.headers.items() if name in kept}
    async with httpx.AsyncClient(trust_env=False) as http:
        found: Any = await http.request(request.method, f"{behind}{request.url.path}", content=body, headers=headers)
    back = {name: value for name, value in found.headers.items() if name in ("content-type", "etag", "retry-after")}
    return Response(found.content, found.status_code, back)

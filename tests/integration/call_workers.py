"""Call workers as processes of their own, started like in production."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle

from deploy.lab.sample_logs import SAMPLES
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg
from workers.dispatch.conversation_sender import ConversationSender
from workers.replay.log_events import Faults, Log, merged
from workers.replay.mapping_file import load_mapping
from workers.replay.replayed_calls import ReplayedCalls, Step
from workers.settings import Settings
from workflows.call.scene import Options
from workflows.call.tlib import PartyPhase, TlibEvent
from workflows.linking.linker import Linker

Told = list[tuple[str, dict[str, Any]]]
"""EX events in order, each with its array."""


def worker_settings(temporal: str, redis: str, excs: str, org: TestOrg) -> dict[str, str]:
    """The environment of a call worker with a task queue and a build of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "EX_", "EXCP_"))}
    return kept | {
        "TEMPORAL_ADDRESS": temporal,
        "REDIS_URL": redis,
        "EXCS_URL": excs,
        "EX_API_URL": org.url,
        "EX_LOGIN_URL": org.url,
        "EX_CLIENT_ID": CLIENT,
        "EX_CLIENT_SECRET": SECRET,
        "EX_REQUESTS_PER_MINUTE": "6000",
        "TENANT_ID": "t",
        "TASK_QUEUE": f"calls-{uuid.uuid4()}",
        "BUILD_ID": f"build-{uuid.uuid4()}",
        "LOG_FORMAT": "json",
    }


class Process:
    """A started call worker and its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.log: list[str] = []

    async def says(self, text: str) -> dict[str, Any]:
        """Wait for a log line with this text."""
        assert self._process.stderr is not None
        while line := (await asyncio.wait_for(self._process.stderr.readline(), 30)).decode():
            self.log.append(line)
            if text in line:
                return dict(json.loads(line))
        raise AssertionError(f"{text!r} was never said:\n{''.join(self.log)}")

    async def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        _, rest = await asyncio.wait_for(self._process.communicate(), 30)
        self.log.append(rest.decode())
        return self._process.returncode or 0


@asynccontextmanager
async def call_worker(environment: dict[str, str], directory: Path, *options: str) -> AsyncIterator[Process]:
    command = [str(Path(sys.executable).parent / "excp"), "worker", *options]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=directory, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def replayed(events: list[TlibEvent], settings: Settings) -> Told:
    """What is to be told of these events."""
    options = Options(
        settings.ivr_after, settings.settle, settings.linger, settings.wrapup_window, settings.user_data_key
    )
    calls = ReplayedCalls(load_mapping(SAMPLES / "mapping.yaml"), options, settings.silence)
    records = [record for event in events for record in calls.take(event)]
    steps = [record for record in [*records, *calls.finish()] if isinstance(record, Step)]
    return [(told.array, told.event) for step in steps for told in step.told]


class Operator:
    """Runs `excp calls`, with the address of Temporal and nothing else."""

    def __init__(self, temporal: str) -> None:
        self._environment = {"TEMPORAL_ADDRESS": temporal, "COLUMNS": "200"}

    async def calls(self, *arguments: str, code: int = 0) -> str:
        """Its output, on standard error too."""
        excp = Path(sys.executable).parent / "excp"
        process = await asyncio.create_subprocess_exec(
            excp,
            "calls",
            *arguments,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == code, output.decode()
        return output.decode()

    async def data(self, *arguments: str) -> Any:
        return json.loads(await self.calls(*arguments, "--json"))


class Call:
    """A sample as a call nobody has had before, sent like dispatch sends it."""

    def __init__(self, client: Client, queue: str, name: str = "F03") -> None:
        self.uuid = uuid.uuid4().hex.upper()
        values: dict[str, Any] = {"tenant_id": "t", "task_queue": queue, "settle": 0.5}
        self.settings = Settings(_env_file=None, linger=0.2, wrapup_window=0.2, **values)
        self.events = [
            event.model_copy(update={"call": self.uuid, "id": f"{self.uuid} {event.id}"})
            for event in merged([Log("SIPS1", SAMPLES / f"{name}.log")], [self.settings.user_data_key], Faults())
        ]
        self._linker = Linker()
        self.to(client)

    def to(self, client: Client) -> None:
        """Go on with this client."""
        self._sender = ConversationSender(client, self.settings)
        self.handle: WorkflowHandle[Any, dict[str, Any]] = client.get_workflow_handle(
            f"call-{self.uuid}", result_type=dict
        )

    @property
    def answered(self) -> int:
        """How many events there are until agent 7001 talks."""
        return 1 + next(i for i, e in enumerate(self.events) if e.dn == "7001" and e.phase is PartyPhase.CONNECTED)

    @property
    def hold(self) -> TlibEvent:
        """The agent holds the call, a second after the answer."""
        answer = self.events[self.answered - 1]
        change = {"event": "EventCallPartyState", "state": int(PartyPhase.HELD), "id": f"{self.uuid} hold"}
        return answer.model_copy(update={**change, "time": answer.time + 1000})

    async def tell(self, *events: TlibEvent) -> None:
        for event in events:
            for root, item in self._linker.route(event):
                await self._sender.send(root, self._linker.origin(root), [item])

    async def told(self) -> None:
        """Wait until EX has answered for something, and for all that is to be told so far."""

        async def answered() -> bool:
            data = await self.handle.query("conversation")
            return data["events"] > 0 and not data["pending"]

        await eventually(answered)

    async def result(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.handle.result(), 30)

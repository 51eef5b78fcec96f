"""The process `excp worker`, started like in production."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import VersioningBehavior, WorkflowIDReusePolicy

import deploy.lab
from deploy.lab.excs import MappingSource, application
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg, ex_org, refusal, serve
from workers.replay.log_events import Faults, Log, merged
from workflows.call.tlib import TlibEvent

SAMPLES = Path(deploy.lab.__file__).parent / "samples"


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


@pytest.fixture(scope="module")
def excs_url() -> Iterator[str]:
    with serve(application(MappingSource(SAMPLES / "mapping.yaml"))) as url:
        yield url


@pytest.fixture
def environment(temporal_address: str, redis_url: str, excs_url: str, org: TestOrg) -> dict[str, str]:
    """The settings of a call worker with a task queue of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "EX_", "EXCP_"))}
    return kept | {
        "TEMPORAL_ADDRESS": temporal_address,
        "REDIS_URL": redis_url,
        "EXCS_URL": excs_url,
        "EX_API_URL": org.url,
        "EX_LOGIN_URL": org.url,
        "EX_CLIENT_ID": CLIENT,
        "EX_CLIENT_SECRET": SECRET,
        "EX_REQUESTS_PER_MINUTE": "6000",
        "ORG_ID": "org",
        "TENANT_ID": "t",
        "TASK_QUEUE": f"calls-{uuid.uuid4()}",
        "BUILD_ID": f"build-{uuid.uuid4()}",
        "LOG_FORMAT": "json",
    }


class Process:
    """A started call worker and its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
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


def sample(name: str) -> list[TlibEvent]:
    return list(merged([Log("SIPS1", SAMPLES / f"{name}.log")], ["DispositionCode"], Faults()))


async def start_call(client: Client, queue: str, events: list[TlibEvent]) -> WorkflowHandle[Any, Any]:
    """What dispatch does, with all events at once."""
    call = next(event.call for event in events if event.event == "EventCallCreated")
    return await client.start_workflow(
        "EngageCallWorkflow",
        {"call": call, "linger": 0.1, "wrapup_window": 0.1, "settle": 0.5, "injection_queue": f"{queue}-injection"},
        id=f"call-{uuid.uuid4()}",
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        start_signal="tlib_events",
        start_signal_args=[[event.wire() for event in events]],
        execution_timeout=timedelta(seconds=60),
    )


async def test_a_call_is_told_and_the_worker_stops(
    environment: dict[str, str], temporal_client: Client, org: TestOrg, tmp_path: Path
) -> None:
    async with call_worker(environment | {"LOG_LEVEL": "DEBUG"}, tmp_path) as worker:
        await worker.says("EX events are injected")
        handle = await start_call(temporal_client, environment["TASK_QUEUE"], sample("F03"))
        await asyncio.wait_for(handle.result(), 30)
        assert await worker.stop() == 0
    assert len(org.taken) == 18
    assert not org.org.refused
    assert not org.org.open
    lines = "".join(worker.log).splitlines()
    assert all(json.loads(line)["process"] == "worker" for line in lines)
    assert not any("+1555" in line for line in lines), "a caller's number is in the log"
    for secret in (SECRET, *org.oauth._tokens):
        assert not any(secret in line for line in lines), "a secret is in the log"
    assert "worker stopped" in lines[-1]
    info: Any = (await handle.describe()).raw_description.workflow_execution_info
    assert info.versioning_info.deployment_version.build_id == environment["BUILD_ID"]
    assert info.versioning_info.behavior == VersioningBehavior.PINNED


async def test_a_call_goes_on_at_the_next_worker(
    environment: dict[str, str], temporal_client: Client, org: TestOrg, tmp_path: Path
) -> None:
    """The first one is stopped while the EX Org is away; it does not wait for it."""
    org.fault = lambda body: refusal(503, "service.unavailable")
    async with call_worker(environment, tmp_path) as first:
        await first.says("EX events are injected")
        handle = await start_call(temporal_client, environment["TASK_QUEUE"], sample("F03"))
        await org.arrived(1)
        assert await first.stop() == 0
    assert not org.taken
    org.fault = lambda body: None
    async with call_worker(environment, tmp_path) as second:
        await asyncio.wait_for(handle.result(), 30)
        assert await second.stop() == 0
    assert len(org.taken) == 18
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TEMPORAL_ADDRESS", "127.0.0.1:1"),
        ("REDIS_URL", "redis://127.0.0.1:1/0"),
        ("EXCS_URL", "http://127.0.0.1:1"),
        ("EX_CLIENT_SECRET", "wrong"),
    ],
)
async def test_what_it_waits_for_is_named(
    environment: dict[str, str], tmp_path: Path, setting: str, value: str
) -> None:
    async with call_worker(environment | {setting: value}, tmp_path, "--no-current") as worker:
        line = await worker.says(setting)
        assert "reason" in line
        assert await worker.stop() == 0
    assert "Traceback" not in "".join(worker.log)
    assert "worker stopped" in worker.log[-1]

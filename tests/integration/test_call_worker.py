"""The process `excp worker`, started like in production."""

import asyncio
import json
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import VersioningBehavior, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter

import deploy.lab
from deploy.lab.excs import MappingSource, application
from deploy.lab.ports import free_port
from tests.integration.call_workers import Call, call_worker, worker_settings
from tests.integration.conftest import answers, dev_server, stop
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import SECRET, TestOrg, ex_org, refusal, serve
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
    return worker_settings(temporal_address, redis_url, excs_url, org)


def sample(name: str) -> list[TlibEvent]:
    return list(merged([Log("SIPS1", SAMPLES / f"{name}.log")], ["DispositionCode"], Faults()))


def callers_numbers(events: list[TlibEvent]) -> set[str]:
    """Whole, without the sign: fewer digits may stand in any time stamp."""
    said = {number for event in events for number in (event.ani, event.dnis, event.dn) if number}
    return {number.removeprefix("+") for number in said if number.startswith("+")}


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
    """The secret comes from a file; a person reads log and metrics, and whoever may list processes their arguments."""
    (tmp_path / "secret").write_text(environment.pop("EX_CLIENT_SECRET") + "\n", "utf-8")
    port = free_port()
    more = {"LOG_LEVEL": "DEBUG", "METRICS_PORT": str(port), "EX_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    async with call_worker(environment | more, tmp_path) as worker:
        await worker.says("new calls begin on this build")
        events = sample("F03")
        handle = await start_call(temporal_client, environment["TASK_QUEUE"], events)
        await asyncio.wait_for(handle.result(), 30)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert [(await http.get(path)).text for path in ("/healthz", "/readyz")] == ["alive\n", "ready\n"]
            metrics = (await http.get("/metrics")).text
        arguments = await asyncio.to_thread(Path(f"/proc/{worker.pid}/cmdline").read_text, "utf-8")
        assert await worker.stop() == 0
    assert 'excp_calls_ended_total{outcome="completed"} 1.0' in metrics
    numbers = callers_numbers(events)
    assert len(numbers) > 1
    for private in (SECRET, *numbers):
        assert private not in metrics + arguments
    assert len(org.taken) == 18
    assert not org.org.refused
    assert not org.org.open
    lines = "".join(worker.log).splitlines()
    assert all(json.loads(line)["process"] == "worker" for line in lines)
    assert not [line for line in lines if json.loads(line)["level"] not in ("info", "debug", "warning")]
    assert not any(number in line for number in numbers for line in lines), "a caller's number is in the log"
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


async def test_calls_go_on_at_a_worker_that_starts_while_excs_is_away(
    environment: dict[str, str], temporal_client: Client, org: TestOrg, tmp_path: Path
) -> None:
    """Whoever is in the call is known already."""
    call = Call(temporal_client, environment["TASK_QUEUE"])
    async with call_worker(environment, tmp_path) as first:
        await first.says("new calls begin on this build")
        await call.tell(*call.events[: call.answered])
        await call.told()
        assert await first.stop() == 0
    async with call_worker(environment | {"EXCS_URL": "http://127.0.0.1:1"}, tmp_path) as second:
        await call.handle.signal("end_conversation", "the agent left an hour ago")
        assert (await call.result())["reason"] == "ended by an operator: the agent left an hour ago"
        assert await second.stop() == 0
    assert not any("new calls begin on this build" in line for line in second.log)
    assert (org.org.refused, org.org.open) == ([], [])


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
    port = free_port()
    more = {setting: value, "METRICS_PORT": str(port)}
    async with call_worker(environment | more, tmp_path, "--no-current") as worker:
        line = await worker.says(setting)
        assert "reason" in line
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert (await http.get("/healthz")).status_code == 200

            async def named() -> bool:
                ready = await http.get("/readyz")
                return ready.status_code == 503 and setting in ready.text

            await eventually(named)
        assert await worker.stop() == 0
    assert "Traceback" not in "".join(worker.log)
    assert "worker stopped" in worker.log[-1]


@asynccontextmanager
async def temporal(port: int, database: Path) -> AsyncIterator[Client]:
    """A server that keeps what it has in a file."""
    for _ in range(3):
        process = await asyncio.to_thread(
            subprocess.Popen, [*dev_server(port), "--db-filename", str(database)], text=True
        )
        try:
            if await answers(f"127.0.0.1:{port}", process):
                yield await Client.connect(f"127.0.0.1:{port}", data_converter=pydantic_data_converter)
                return
        finally:
            await asyncio.to_thread(stop, process)
    raise RuntimeError("the Temporal dev server did not come up three times in a row")


async def test_temporal_comes_later_and_goes_away(environment: dict[str, str], org: TestOrg, tmp_path: Path) -> None:
    port = free_port()
    async with call_worker(environment | {"TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}, tmp_path) as worker:
        assert "TEMPORAL_ADDRESS" in (await worker.says("worker cannot start yet"))["reason"]
        async with temporal(port, tmp_path / "temporal.db") as client:
            await worker.says("new calls begin on this build")
            call = Call(client, environment["TASK_QUEUE"])
            await call.tell(*call.events[: call.answered])
            await call.told()
        await worker.says("temporal")
        async with temporal(port, tmp_path / "temporal.db") as client:
            call.to(client)
            await call.tell(*call.events[call.answered :])
            assert (await call.result())["outcome"] == "completed"
            assert await worker.stop() == 0
    assert [org.org.repeated, org.org.refused, org.org.open, len(org.taken)] == [0, [], [], 18]

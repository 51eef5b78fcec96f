"""`excp calls`: what an operator sees of open calls, and how one is ended."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from deploy.lab.excs import MappingSource, application
from deploy.lab.sample_logs import SAMPLES
from tests.integration.call_workers import Call, Operator, Process, call_worker, worker_settings
from tests.integration.conftest import temporal_server
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import TestOrg, ex_org, refusal, serve
from workers.errors import ExcpError
from workers.open_calls.wanted import Wanted, age


@pytest.fixture(scope="module")
def temporal_address() -> Iterator[str]:
    """A server that has no other calls."""
    with temporal_server() as address:
        yield address


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


@pytest.fixture
def environment(temporal_address: str, redis_url: str, org: TestOrg) -> Iterator[dict[str, str]]:
    with serve(application(MappingSource(SAMPLES / "mapping.yaml"))) as excs:
        yield worker_settings(temporal_address, redis_url, excs, org)


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture
async def worker(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Process]:
    async with call_worker(environment, tmp_path) as running:
        await running.says("new calls begin on this build")
        yield running


@pytest.fixture
def operator(temporal_address: str) -> Operator:
    return Operator(temporal_address)


async def listed(operator: Operator, call: Call, *options: str) -> dict[str, Any]:
    """The call, as soon as it is listed: Temporal's visibility follows some time later."""
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = [each for each in await operator.data("list", *options) if each["call"] == call.uuid]
        return bool(found)

    await eventually(there, 30)
    return found[0]


async def test_open_calls_are_listed_shown_and_ended(
    worker: Process, environment: dict[str, str], client: Client, operator: Operator, org: TestOrg
) -> None:
    call, suspended = Call(client, environment["TASK_QUEUE"]), Call(client, environment["TASK_QUEUE"], "V2")
    await call.tell(*call.events[: call.answered])
    await call.told()
    await suspended.tell(*suspended.events[:-6])
    await suspended.told()

    found = await listed(operator, call, "--outcome", "open", "--site", "SIPS1", "--build", environment["BUILD_ID"])
    assert {name: found[name] for name in ("site", "outcome", "flow", "stuck", "waits_for")} == {
        "site": "SIPS1",
        "outcome": "open",
        "flow": "F03",
        "stuck": False,
        "waits_for": "events",
    }
    assert (await listed(operator, suspended, "--outcome", "suspended"))["outcome"] == "suspended"
    assert await operator.calls("list", "--older-than", "1h") == "no such call is open\n"
    table = await operator.calls("list", "--limit", "1")
    assert "1 more: --limit 2" in table

    text = await operator.calls("show", call.uuid)
    for part in ("inbound call at SIPS1", "Communications", "7001 at SIPS1", "Told last", "waits for"):
        assert part in text
    assert (await operator.data("show", f"call-{call.uuid}"))["conversation"]["calls"][0]["site"] == "SIPS1"

    said = await operator.calls("end", call.uuid, "--reason", "the agent left")
    assert said.startswith(f"call {call.uuid} has ended: completed, ")
    ended = await operator.data("show", call.uuid)
    assert (ended["state"], ended["conversation"]["reason"]) == ("completed", "ended by an operator: the agent left")
    assert "is not open: its workflow has completed" in await operator.calls("end", call.uuid, code=1)
    await operator.calls("end", suspended.uuid)
    assert (org.org.refused, org.org.open) == ([], [])


async def test_what_a_call_waits_for_is_named(
    worker: Process, environment: dict[str, str], client: Client, operator: Operator, org: TestOrg
) -> None:
    call = Call(client, environment["TASK_QUEUE"])
    await call.tell(*call.events[: call.answered])
    await call.told()
    org.fault = lambda body: refusal(503, "service.unavailable")
    await call.tell(call.hold)

    async def waits_for_ex() -> bool:
        return str((await listed(operator, call))["waits_for"]).startswith("EX to take 1 events")

    await eventually(waits_for_ex, 30)
    assert await worker.stop() == 0
    org.fault = lambda body: None
    await call.tell(call.events[call.answered])

    async def waits_for_a_worker() -> bool:
        found = await listed(operator, call)
        return bool(found["stuck"]) and found["waits_for"] == f"a worker of build {environment['BUILD_ID']}"

    await eventually(waits_for_a_worker, 30)
    shown = await operator.data("show", call.uuid)
    assert (shown["conversation"], shown["waits for"]) == (None, f"a worker of build {environment['BUILD_ID']}")


@pytest.mark.parametrize("command", ["show", "end"])
async def test_a_call_that_is_not_there(operator: Operator, command: str) -> None:
    assert "namespace default has no call NOSUCHCALL." in await operator.calls(command, "NOSUCHCALL", code=1)


@pytest.mark.parametrize("command", [("list",), ("show", "C1"), ("end", "C1"), ("move", "--from", "1"), ("builds",)])
async def test_temporal_is_away(command: tuple[str, ...]) -> None:
    said = await Operator("127.0.0.1:1").calls(*command, code=1)
    assert said == "excp: Temporal at 127.0.0.1:1 cannot be reached (TEMPORAL_ADDRESS): nothing listens there\n"


async def test_it_ends_cleanly_however_often_it_is_asked(operator: Operator) -> None:
    """A native thread of Temporal's once aborted the process on its way out."""
    for _ in range(3):
        await asyncio.gather(*[operator.calls("builds") for _ in range(4)])


def test_queries() -> None:
    now = datetime(2026, 1, 2, 3, tzinfo=UTC)
    always = "WorkflowType = 'EngageCallWorkflow' AND ExecutionStatus = 'Running'"
    assert Wanted().query(now) == always
    assert Wanted(site="O'Hara", outcome="open").query(now) == (
        f"{always} AND ExcpSite = 'O\\'Hara' AND ExcpOutcome IS NULL"
    )
    assert Wanted(build="1.2", outcome="ignored", older_than=timedelta(hours=1)).query(now) == (
        f"{always} AND TemporalWorkerDeploymentVersion = 'excp:1.2' AND ExcpOutcome = 'ignored' "
        "AND StartTime < '2026-01-02T02:00:00+00:00'"
    )


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10m", 600), ("4h", 14400), ("2d", 172800)])
def test_ages(text: str, seconds: int) -> None:
    assert age(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "1", "m", "-1m", "1.5h", "1w"])
def test_no_ages(text: str) -> None:
    with pytest.raises(ExcpError, match="is no age"):
        age(text)

"""Several builds: a call stays on the one it began on until an operator moves it; where new calls begin."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.common import PinnedVersioningOverride, WorkerDeploymentVersion
from temporalio.contrib.pydantic import pydantic_data_converter

import workers
from deploy.lab.excs import MappingSource, application
from deploy.lab.sample_logs import SAMPLES
from tests.integration.call_workers import Call, Operator, call_worker, replayed, worker_settings
from tests.integration.conftest import temporal_server
from tests.integration.eventually import eventually
from tests.integration.ex_org_server import TestOrg, ex_org, serve
from workers.calls.deployment import DEPLOYMENT
from workers.open_calls.found import OpenCalls
from workers.open_calls.moving import move
from workers.open_calls.wanted import Wanted

PRODUCT = Path(workers.__file__).parent.parent
BROKEN = ("workflows/call/encoding.py", '{"communicationId": who.id, "held": held}', '{"held": who.hold}')
"""A bug in the rule that tells a hold: file, what is right, what stands there instead."""


@pytest.fixture
def temporal_address() -> Iterator[str]:
    """A server that has not seen a build."""
    with temporal_server() as address:
        yield address


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture
def operator(temporal_address: str) -> Operator:
    return Operator(temporal_address)


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


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The product's source with a bug in it."""
    for package in ("workflows", "activities", "workers", "deploy"):
        shutil.copytree(PRODUCT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    file, right, wrong = BROKEN
    source = (tmp_path / file).read_text("utf-8")
    assert source.count(right) == 1
    (tmp_path / file).write_text(source.replace(right, wrong), "utf-8")
    return tmp_path


async def test_a_call_that_met_a_bug_goes_on_with_the_next_build(
    environment: dict[str, str], client: Client, operator: Operator, broken: Path, org: TestOrg, tmp_path: Path
) -> None:
    """The first build is stopped with two open calls: one has met its bug, one has not."""
    queue = environment["TASK_QUEUE"]
    met, other, later = (Call(client, queue) for _ in range(3))
    async with call_worker(environment | {"BUILD_ID": "1", "PYTHONPATH": str(broken)}, tmp_path) as first:
        await first.says("new calls begin on this build")
        for call in (met, other):
            await call.tell(*call.events[: call.answered])
            await call.told()
        before = len(org.taken)
        await met.tell(met.hold)

        async def seen() -> dict[str, Any]:
            return {each["call"]: each for each in await operator.data("list", "--build", "1")}

        async def stuck() -> bool:
            return bool((await seen())[met.uuid]["stuck"])

        await eventually(stuck, 30)
        calls = await seen()
        assert " fails with AttributeError at encoding.py:" in calls[met.uuid]["waits_for"]
        assert (calls[other.uuid]["stuck"], calls[other.uuid]["waits_for"]) == (False, "events")
        async with call_worker(environment | {"BUILD_ID": "2"}, tmp_path) as second:
            await second.says("new calls begin on this build")
            assert await first.stop() == 0
            await later.tell(*later.events)
            await later.result()
            assert (await operator.data("show", later.uuid))["build"] == "2"
            assert len(org.taken) == before + 18, "nothing more was told of the calls on build 1"
            said = await operator.calls("move", "--from", "1")
            assert said.startswith("2 calls moved from build 1 to build 2\n1 of them go on when their failed task")
            for call in (met, other):
                await call.tell(*call.events[call.answered :])
                assert (await call.result())["outcome"] == "completed"
            assert (await operator.data("show", met.uuid))["build"] == "2"
    lives = ([*met.events[: met.answered], met.hold, *met.events[met.answered :]], other.events, later.events)
    ids = {event["eventId"] for life in lives for _, event in replayed(life, met.settings)}
    assert (set(org.taken), len(org.taken)) == (ids, len(ids))
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])


async def test_a_moved_call_can_be_moved_again(
    environment: dict[str, str], client: Client, operator: Operator, org: TestOrg, tmp_path: Path
) -> None:
    """To the third build by the override that servers before 1.32 know; it outlives the task."""
    call = Call(client, environment["TASK_QUEUE"])
    for build in ("1", "2", "3"):
        async with call_worker(environment | {"BUILD_ID": build}, tmp_path) as worker:
            await worker.says("new calls begin on this build")
            if build == "2":
                await operator.calls("move", "--from", "1", "--to", "2")
            if build == "3":
                to = PinnedVersioningOverride(WorkerDeploymentVersion(DEPLOYMENT, build))
                moved = await move(client, OpenCalls(client).ids(Wanted(build="2")), to)
                assert (moved.moved, moved.ended) == (1, 0)
            part = {"1": slice(0, 7), "2": slice(7, 9), "3": slice(9, None)}[build]
            await call.tell(*call.events[part])
            if build == "3":
                await call.result()
            await call.told()
            assert (await operator.data("show", call.uuid))["build"] == build
            assert await worker.stop() == 0
    assert len(org.taken) == 18
    assert (org.org.repeated, org.org.refused, org.org.open) == (0, [], [])


async def test_a_build_that_was_replaced_does_not_take_over_by_a_restart(
    environment: dict[str, str], operator: Operator, tmp_path: Path
) -> None:
    async def current() -> list[str]:
        return [build["id"] for build in await operator.data("builds") if build["current"]]

    async with call_worker(environment | {"BUILD_ID": "1"}, tmp_path) as worker:
        await worker.says("new calls begin on this build")
        async with call_worker(environment | {"BUILD_ID": "2"}, tmp_path) as newer:
            await newer.says("new calls begin on this build")
            assert await worker.stop() == 0
            async with call_worker(environment | {"BUILD_ID": "1"}, tmp_path) as restarted:
                line = await restarted.says("new calls begin on another build")
                assert (line["current"], line["to_change"]) == ("2", "excp calls current 1")
                assert await current() == ["2"]
                await operator.calls("current", "1")
                assert await current() == ["1"]
            async with call_worker(environment | {"BUILD_ID": "2"}, tmp_path, "--current") as forced:
                await forced.says("new calls begin on this build")
                assert await current() == ["2"]


async def test_what_cannot_be_moved_is_said(environment: dict[str, str], operator: Operator, tmp_path: Path) -> None:
    assert "no build is current" in await operator.calls("move", "--from", "1", code=1)
    async with call_worker(environment | {"BUILD_ID": "1"}, tmp_path) as worker:
        await worker.says("new calls begin on this build")
        assert "run on build 1 already" in await operator.calls("move", "--from", "1", code=1)
        assert "knows no build 7: start a worker" in await operator.calls("move", "--from", "1", "--to", "7", code=1)
        assert "knows no build 7: start a worker" in await operator.calls("current", "7", code=1)
        assert await operator.calls("move", "--from", "0") == "0 calls moved from build 0 to build 1\n"

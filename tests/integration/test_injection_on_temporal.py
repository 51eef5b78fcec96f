"""The injection activity as the call workflow uses it: on a real Temporal server, with its retries."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import Response
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.delivery import Rhythm
from activities.injection import InjectionActivity
from tests.ex_events import batch
from tests.integration.ex_org_server import CLIENT, TestOrg, ex_org, refusal
from tests.integration.one_batch import OneBatch
from workers.calls.deployment import make_current
from workers.redis_server import open_redis
from workflows.call.telling import Injected


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


@pytest.fixture
async def queue(temporal_client: Client, redis_url: str, org: TestOrg) -> AsyncIterator[str]:
    """The task queue of an unversioned injection worker."""
    name = f"injection-{uuid.uuid4()}"
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(redis_url))
        client = await stack.enter_async_context(org.client())
        batcher = Batcher(client.inject, RequestBudget(redis, "excp:{t}:", CLIENT, "w1", 100_000))
        run = asyncio.create_task(batcher.run())
        stack.callback(run.cancel)
        activity = InjectionActivity(batcher, Rhythm(wait=0.5, beat=0.05))
        worker = Worker(
            temporal_client,
            task_queue=name,
            activities=[activity.inject],
            max_heartbeat_throttle_interval=timedelta(seconds=1),
        )
        await stack.enter_async_context(worker)
        yield name


async def test_the_next_attempt_sends_only_what_was_not_taken(
    temporal_client: Client, org: TestOrg, queue: str
) -> None:
    """What the first attempt got through comes back as heartbeat details, also when it failed right afterwards."""
    told = batch("C", holds=50)
    answers: Iterator[Response | None] = iter([None, refusal(503), refusal(503)])
    org.fault = lambda body: next(answers, None)
    calls = f"calls-{uuid.uuid4()}"
    async with Worker(
        temporal_client, task_queue=calls, workflows=[OneBatch], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        handle = await temporal_client.start_workflow(
            OneBatch.run, args=[told, queue], id=calls, task_queue=calls, execution_timeout=timedelta(seconds=30)
        )
        assert await handle.result() == Injected()
    assert org.taken == [event.event_id for event in told.events]
    assert org.org.repeated == 0
    assert org.sizes()[0] == 100
    assert set(org.sizes()[1:]) == {4}
    history = await handle.fetch_history()
    started = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED]
    assert started[0].activity_task_started_event_attributes.attempt > 1


async def test_a_pinned_call_injects_through_an_unversioned_worker(
    temporal_client: Client, org: TestOrg, queue: str
) -> None:
    calls = f"calls-{uuid.uuid4()}"
    deployment = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=calls, build_id="b1"),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
    async with Worker(
        temporal_client,
        task_queue=calls,
        workflows=[OneBatch],
        workflow_runner=UnsandboxedWorkflowRunner(),
        deployment_config=deployment,
    ):
        await make_current(temporal_client, calls, "b1")
        handle = await temporal_client.start_workflow(
            OneBatch.run, args=[batch("C"), queue], id=calls, task_queue=calls, execution_timeout=timedelta(seconds=20)
        )
        assert await handle.result() == Injected()
    description: Any = await handle.describe()
    versioning = description.raw_description.workflow_execution_info.versioning_info
    assert versioning.deployment_version.build_id == "b1"
    assert versioning.behavior == VersioningBehavior.PINNED

"""The process `excp worker`: runs the call workflows, asks EXCS, and injects into the EX Org.

Two Temporal workers share one process, because the batcher has to see the events of many calls at once: one for the
workflows with the mapping activities, versioned and pinned (a call ends on the build it began on), and one for the
injection on a queue of its own, unversioned, so that any build injects for any.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeVar

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import (
    PollerBehaviorSimpleMaximum,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
)

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.ex_client import ExClient
from activities.ex_token import LoginRefusedError
from activities.excs import ExcsClient, SnapshotKeeper
from activities.held_up import HeldUp
from activities.injection import InjectionActivity
from activities.mapping import MappingActivities
from activities.tls import client_context
from workers.calls.deployment import DEPLOYMENT, roll_out
from workers.calls.ended_calls import EndedCalls
from workers.calls.injection_slots import injection_tuner
from workers.dispatch.lease import lease_key
from workers.errors import ExcpError
from workers.event_stream import cursor_key, holding_key, stream_key
from workers.health import HEALTH
from workers.redis_server import check_redis, close_redis, open_redis
from workers.settings import Settings
from workers.stop import stop_signal
from workers.temporal import check_namespace, connect
from workflows.engage_call import EngageCallWorkflow

log = structlog.get_logger()

CACHED_CALLS = 4_000
"""Calls kept in memory (about 50 KiB each); a call beyond is replayed from its history with each event."""
INJECTIONS = 1_000
"""Injection attempts at the same time: each is one call's events that wait for their request."""
POLLERS = PollerBehaviorSimpleMaximum(16)
"""For call workflows, and for injections. A poller waits a round trip for each task: measured with one of 45 ms, the
SDK's 5 do not keep up with 10 calls/s (`tests/bench/bench_injection.py` has that row)."""
GRACE = timedelta(seconds=65)
"""A stopping worker lets its activities finish: longer than the start-to-close time-out of an injection."""
STOP_WITHIN = GRACE.total_seconds() + 20
"""Seconds for a stop: the rest is for what it closes."""

_T = TypeVar("_T")


class _Stopped(Exception):  # noqa: N818
    """SIGTERM or SIGINT came."""


async def run(settings: Settings, current: bool | None) -> None:
    """Work until SIGTERM or SIGINT, then let what runs finish.

    `current`: whether this build is the one on which new calls begin; None: as `deployment.roll_out` has it.
    """
    stop = stop_signal(within=STOP_WITHIN)
    log.info("worker started", build=settings.build_id, org=settings.org_id)
    with suppress(_Stopped):
        await _work(settings, current, stop)
    log.info("worker stopped")


async def _work(settings: Settings, current: bool | None, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        temporal = await _patiently(_temporal, stop)
        redis = open_redis(settings.redis_address, settings.tls_files)
        stack.push_async_callback(close_redis, redis)
        await _patiently(lambda: check_redis(redis), stop)
        excs = ExcsClient(str(settings.excs_url), tls=client_context(settings.tls_files))
        keeper = SnapshotKeeper(excs, settings.excs_refresh, settings.excs_max_age)
        await stack.enter_async_context(keeper)
        client = await stack.enter_async_context(ex_client(settings))
        budget = RequestBudget(
            redis,
            settings.key_prefix,
            str(settings.ex_client_id),
            uuid.uuid4().hex,
            settings.ex_requests_per_minute,
        )
        batcher = Batcher(client.inject, budget)
        batching = await stack.enter_async_context(_task(batcher.run(), "batcher"))
        held_up = HeldUp(redis, *(key(settings.key_prefix) for key in (stream_key, cursor_key, holding_key, lease_key)))
        looking = await stack.enter_async_context(_task(held_up.run(), "held-up events"))
        calls = await stack.enter_async_context(calls_worker(temporal, settings, keeper, held_up))
        log.info("calls are served", task_queue=settings.task_queue, build=settings.build_id)
        await _patiently(client.log_in, stop)
        injection = await stack.enter_async_context(injection_worker(temporal, settings, batcher))
        log.info("EX events are injected", task_queue=settings.injection_queue)
        HEALTH.starting("EXCS has not answered yet (EXCS_URL)")
        await _until(keeper.changed(None), stop)
        if current is not False:  # last: no call should begin on a build that cannot tell it
            await _patiently(lambda: roll_out(temporal, DEPLOYMENT, settings.build_id, by_force=bool(current)), stop)
        HEALTH.ready()
        try:
            # neither is cancelled by the stop: what is in the batcher then is still sent
            await _until(asyncio.wait([batching, looking], return_when=asyncio.FIRST_COMPLETED), stop)
        finally:
            log.info("worker stops: no new work, what runs may finish", within_s=GRACE.seconds)
            await asyncio.gather(calls.shutdown(), injection.shutdown())


def calls_worker(temporal: Client, settings: Settings, keeper: SnapshotKeeper, held_up: HeldUp) -> Worker:
    """The versioned worker of the workflows and of the activities that only look something up.

    Without the SDK's sandbox, which takes a fifth of the worker's CPU (measured) and guards one file, the model being
    passed through: the linter keeps clocks and chance out of `workflows/`, and the tests replay in the sandbox.
    """
    mapping = MappingActivities(keeper)
    return Worker(
        temporal,
        task_queue=settings.task_queue,
        workflows=[EngageCallWorkflow],
        activities=[mapping.look_up, mapping.wait_for_mapping, held_up.events_held_up],
        interceptors=[EndedCalls()],
        workflow_runner=UnsandboxedWorkflowRunner(),
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=settings.build_id),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.PINNED,
        ),
        max_cached_workflows=CACHED_CALLS,
        workflow_task_poller_behavior=POLLERS,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        graceful_shutdown_timeout=GRACE,
    )


def injection_worker(temporal: Client, settings: Settings, batcher: Batcher) -> Worker:
    """The unversioned worker of the injection activity."""
    return Worker(
        temporal,
        task_queue=settings.injection_queue,
        activities=[InjectionActivity(batcher).inject],
        tuner=injection_tuner(batcher, INJECTIONS),
        activity_task_poller_behavior=POLLERS,
        max_heartbeat_throttle_interval=timedelta(seconds=1),
        default_heartbeat_throttle_interval=timedelta(seconds=1),
        graceful_shutdown_timeout=GRACE,
    )


def ex_client(settings: Settings) -> ExClient:
    """The client of the EX Org the settings name."""
    assert settings.ex_client_id is not None
    assert settings.ex_client_secret is not None
    secret = settings.ex_client_secret.get_secret_value()
    tls = client_context(settings.tls_files)
    return ExClient(settings.api_url, settings.login_url, settings.ex_client_id, secret, tls)


async def _temporal() -> Client:
    client = await connect()
    await check_namespace(client)
    return client


async def _patiently(attempt: Callable[[], Awaitable[_T]], stop: asyncio.Event) -> _T:
    """Attempt until it succeeds, ever less often. Raises _Stopped."""
    pause = 1.0
    while not stop.is_set():
        try:
            return await _until(attempt(), stop)
        except ExcpError as error:
            # wrong credentials: each attempt counts against the client, and nothing but a person helps
            pause = 30.0 if isinstance(error, LoginRefusedError) else pause
            HEALTH.starting(str(error))
            log.error("worker cannot start yet", reason=str(error), again_in_s=pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
        pause = min(2 * pause, 30.0)
    raise _Stopped


async def _until(awaitable: Awaitable[_T], stop: asyncio.Event) -> _T:
    """Its result. Raises _Stopped, and cancels it, when the stop comes first."""
    work, stopping = asyncio.ensure_future(awaitable), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            raise _Stopped
        return work.result()
    finally:
        stopping.cancel()
        work.cancel()


@asynccontextmanager
async def _task(work: Awaitable[None], name: str) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(_awaited(work), name=name)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _awaited(work: Awaitable[None]) -> None:
    await work

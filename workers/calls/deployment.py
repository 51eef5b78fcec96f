"""The build on which new calls begin: Temporal's Worker Deployment and its current version.

A running call stays on the build it began on (pinned); only what starts later begins on the current one. Which one
that is, the last roll-out or the operator says: a worker makes its build current when none is, or when its build never
was before. A build that was replaced does not take over again because one of its workers restarts.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.errors import ExcpError

log = structlog.get_logger()

DEPLOYMENT = "excp"
"""Name of the Worker Deployment in Temporal; its versions are the build ids."""
_UNSEEN = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
_PATIENCE = 10.0
"""Seconds after which a build whose poller the server has not seen is an error."""


@dataclass(frozen=True)
class Build:
    """A build Temporal knows of: it forgets one some time after its last worker and its last call."""

    id: str
    current: bool
    last_current: datetime | None
    """When it last became current; None: never."""


async def builds(temporal: Client, deployment: str = DEPLOYMENT) -> list[Build]:
    """The builds, the newest first; none before the first worker came. Raises RPCError."""
    request = DescribeWorkerDeploymentRequest(namespace=temporal.namespace, deployment_name=deployment)
    try:
        answer = await temporal.workflow_service.describe_worker_deployment(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return []
    info = answer.worker_deployment_info
    current = info.routing_config.current_deployment_version.build_id
    newest_first = sorted(info.version_summaries, key=lambda each: each.create_time.ToNanoseconds(), reverse=True)
    return [
        Build(
            each.deployment_version.build_id,
            each.deployment_version.build_id == current,
            _time(each.last_current_time) if each.HasField("last_current_time") else None,
        )
        for each in newest_first
    ]


async def roll_out(temporal: Client, deployment: str, build_id: str, by_force: bool = False) -> None:
    """Make this build current if none is, if it never was before, or by force. Its worker has to poll already.

    Raises ExcpError.
    """
    try:
        known = await builds(temporal, deployment)
    except RPCError as error:
        raise ExcpError(f"Temporal does not tell its builds: {error}") from error
    current = next((build.id for build in known if build.current), None)
    was_current = any(build.id == build_id and build.last_current for build in known)
    if by_force or current in (None, build_id) or not was_current:
        await make_current(temporal, deployment, build_id)
        log.info("new calls begin on this build", deployment=deployment, build=build_id)
    else:
        log.warning(
            "new calls begin on another build, this one was replaced",
            deployment=deployment,
            build=build_id,
            current=current,
            to_change=f"excp calls current {build_id}",
        )


async def make_current(temporal: Client, deployment: str, build_id: str) -> None:
    """New calls begin on this build. Its worker has to poll already; waits until the server has seen that.

    Raises ExcpError.
    """
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=temporal.namespace,
        deployment_name=deployment,
        build_id=build_id,
        identity=temporal.identity,
        ignore_missing_task_queues=True,
    )
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            await temporal.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            if error.status not in _UNSEEN or time.monotonic() > until:
                raise ExcpError(f"Temporal does not make build {build_id} the current one: {error}") from error
            await asyncio.sleep(0.2)
            continue
        return


def _time(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)

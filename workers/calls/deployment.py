"""The build on which new calls begin: Temporal's Worker Deployment and its current version.

A running call stays on the build it began on (pinned); only what starts later begins on the current one.
"""

import asyncio
import time

import structlog
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.errors import ExcpError

log = structlog.get_logger()

DEPLOYMENT = "excp"
"""Name of the Worker Deployment in Temporal; its versions are the build ids."""
_UNSEEN = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
_PATIENCE = 10.0
"""Seconds after which a build whose poller the server has not seen is an error."""


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
        log.info("new calls begin on this build", deployment=deployment, build=build_id)
        return

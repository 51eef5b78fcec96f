"""Moves open calls to another build: for calls whose build is gone, or meets a bug that the other one has not.

The other build replays the call's history: it has to decide the same for what has happened so far, else the
call meets a non-determinism error, stays as it is, and can be moved again. Of what EX took nothing is told again: an
event keeps its id.

The move is an override of the call's versioning. It lasts until the other build completed a task, and from then on the
call is pinned there like one that began there. A server before 1.32 knows only an override that lasts for the rest of
the call.

A call whose task has failed some times goes on at the next attempt: until then the server waits for the old build, ever
longer, at most 10 minutes (dynamic configuration `history.workflowTaskRetryMaxInterval`).
"""

import asyncio
import re
from collections.abc import AsyncIterable
from dataclasses import dataclass

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest, UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client
from temporalio.common import (
    OneTimeVersioningOverride,
    PinnedVersioningOverride,
    VersioningOverride,
    WorkerDeploymentVersion,
)
from temporalio.service import RPCError, RPCStatusCode

from workers.calls.deployment import DEPLOYMENT

AT_ONCE = 20
_ONE_TIME_SINCE = (1, 32)


@dataclass
class Moved:
    """What became of the calls."""

    moved: int = 0
    ended: int = 0
    """Had ended meanwhile."""
    failing: int = 0
    """Of the moved ones: go on when their failed task is tried again."""


async def move(temporal: Client, ids: AsyncIterable[str], override: VersioningOverride) -> Moved:
    """Move the calls with these workflow ids. Raises RPCError."""
    options = WorkflowExecutionOptions(versioning_override=override._to_proto())
    done, few = Moved(), asyncio.Semaphore(AT_ONCE)

    async def one(id: str) -> None:
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=id),
            workflow_execution_options=options,
            update_mask=FieldMask(paths=["versioning_override"]),
            identity=temporal.identity,
        )
        async with few:
            try:
                await temporal.workflow_service.update_workflow_execution_options(request)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                done.ended += 1
                return
            description = await temporal.get_workflow_handle(id).describe()
        done.moved += 1
        done.failing += description.raw_description.pending_workflow_task.attempt > 1

    await asyncio.gather(*[one(id) async for id in ids])
    return done


async def override(temporal: Client, build: str) -> VersioningOverride:
    """The override to a build that this server knows. Raises RPCError."""
    info = await temporal.workflow_service.get_system_info(GetSystemInfoRequest())
    target = WorkerDeploymentVersion(DEPLOYMENT, build)
    version = tuple(map(int, re.findall(r"\d+", info.server_version)[:2]))
    return OneTimeVersioningOverride(target) if version >= _ONE_TIME_SINCE else PinnedVersioningOverride(target)

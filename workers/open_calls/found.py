"""The open calls: found by Temporal's visibility, and what each of them waits for. Never a caller's number."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingWorkflowTaskState, WorkflowTaskFailedCause
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from workers.open_calls.wanted import Wanted
from workflows.engage_call import OUTCOME, SITE

ANSWER_WITHIN = timedelta(seconds=3)
"""For a call to answer a query; one that a worker runs does so in some milliseconds."""
UNSERVED_AFTER = timedelta(seconds=5)
"""A task no worker took for this long has no worker."""
AT_ONCE = 20
_FRAME = re.compile(r'File "(?:.*/)?([^/"]+)", line (\d+)')


@dataclass(frozen=True)
class OpenCall:
    """A call whose workflow runs."""

    call: str
    """Root CallUUID."""
    site: str
    outcome: str
    """open; suspended, ignored or refused (by EX) once that is certain."""
    flow: str | None
    """None: not known, or no worker answers."""
    build: str
    """On which it runs; `1 → 2` while it moves; empty before the first task."""
    began: datetime
    """Of the workflow's run."""
    waits_for: str
    stuck: bool
    """It waits for a person: its workflow task fails, or no worker serves its build."""


class OpenCalls:
    """Finds and looks at open calls. All methods raise RPCError."""

    def __init__(self, temporal: Client) -> None:
        self._temporal = temporal
        self._few = asyncio.Semaphore(AT_ONCE)
        self._unanswered: set[str] = set()
        """Builds of which no worker answered."""

    async def find(self, wanted: Wanted, most: int) -> list[OpenCall]:
        """The open calls, the oldest of what Temporal lists first; at most so many."""
        ids = [id async for id in self.ids(wanted, most)]
        looked = await asyncio.gather(*map(self.look, ids))
        return sorted((call for call in looked if call is not None), key=lambda call: call.began)

    async def count(self, wanted: Wanted) -> int:
        return (await self._temporal.count_workflows(wanted.query(datetime.now(UTC)))).count

    async def ids(self, wanted: Wanted, most: int | None = None) -> AsyncIterator[str]:
        """The workflow ids."""
        async for each in self._temporal.list_workflows(wanted.query(datetime.now(UTC)), limit=most):
            yield each.id

    async def look(self, id: str) -> OpenCall | None:
        """The call of a workflow id; None when Temporal knows it no more."""
        async with self._few:
            handle = self._temporal.get_workflow_handle(id)
            try:
                description = await handle.describe()
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return None
                raise
            raw = description.raw_description
            build = build_of(raw.workflow_execution_info)
            stuck = await self._stuck(raw)
            data = None if stuck else await self._conversation(id, build)
            if not stuck and data is None:
                stuck = f"a worker of build {build}"
            found = description.typed_search_attributes
            return OpenCall(
                call=id.removeprefix("call-"),
                site=found.get(SITE) or "",
                outcome=found.get(OUTCOME) or "open",
                flow=(data or {}).get("flow"),
                build=build,
                began=description.start_time,
                waits_for=stuck or _waits_for(raw, data or {}),
                stuck=stuck is not None,
            )

    async def _stuck(self, raw: DescribeWorkflowExecutionResponse) -> str | None:
        """What only a person can mend."""
        if not raw.HasField("pending_workflow_task"):
            return None
        task = raw.pending_workflow_task
        if task.attempt > 1:
            return f"its code to be mended: attempt {task.attempt} fails with {await self._failure(raw)}"
        waited = datetime.now(UTC) - task.original_scheduled_time.ToDatetime(UTC)
        if task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED and waited > UNSERVED_AFTER:
            return f"a worker of build {build_of(raw.workflow_execution_info) or 'the current one'}"
        return None

    async def _failure(self, raw: DescribeWorkflowExecutionResponse) -> str:
        """The kind of error and where it was raised, without its text: that may hold anything."""
        execution = raw.workflow_execution_info.execution
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=self._temporal.namespace,
            execution=WorkflowExecution(workflow_id=execution.workflow_id, run_id=execution.run_id),
            maximum_page_size=20,
        )
        answer = await self._temporal.workflow_service.get_workflow_execution_history_reverse(request)
        for event in answer.history.events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failed = event.workflow_task_failed_event_attributes
                cause = WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_")
                kind = failed.failure.application_failure_info.type or cause.replace("_", " ").lower()
                frames = _FRAME.findall(failed.failure.stack_trace)
                return f"{kind} at {frames[-1][0]}:{frames[-1][1]}" if frames else kind
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
                return "a time-out"
        return "an unknown error"

    async def _conversation(self, id: str, build: str) -> dict[str, Any] | None:
        """What the call says of itself; None when no worker answers."""
        if build in self._unanswered:
            return None
        handle = self._temporal.get_workflow_handle(id)
        try:
            return dict(await handle.query("conversation", rpc_timeout=ANSWER_WITHIN))
        except (RPCError, WorkflowQueryFailedError):
            self._unanswered.add(build)
            return None


def build_of(info: WorkflowExecutionInfo) -> str:
    """The build on which a call runs."""
    versioning = info.versioning_info
    build = versioning.deployment_version.build_id
    override = versioning.versioning_override
    to = override.one_time.target_deployment_version.build_id or override.pinned.version.build_id
    return f"{build} → {to}" if to and to != build else build


def _waits_for(raw: DescribeWorkflowExecutionResponse, data: dict[str, Any]) -> str:
    activities = {each.activity_type.name: each for each in raw.pending_activities}
    if inject := activities.get("inject"):
        attempt = f", attempt {inject.attempt}" if inject.attempt > 1 else ""
        return f"EX to take {data.get('pending', 'its')} events{attempt}"
    if "wait_for_mapping" in activities:
        return "EXCS to say who is who"
    if until := data.get("waitsUntil"):
        return f"other feeds and sites, until {until} (event time)"
    return "events"

"""Counts the calls that ended, by what their workflow returns: once each, however often it is replayed."""

from typing import Any

from temporalio import workflow
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from workers.telemetry import CALLS_ENDED, CALLS_EVENTS_LATE, CALLS_EVENTS_UNREADABLE

_COUNT = "__excp_count_ended_call"


class EndedCalls(Interceptor):
    """Of the workflows' worker."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        input.unsafe_extern_functions[_COUNT] = count
        return _Ending


class _Ending(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        ended = await super().execute_workflow(input)
        if not workflow.unsafe.is_replaying():
            workflow.extern_functions()[_COUNT](ended)
        return ended


def count(ended: dict[str, Any]) -> None:
    """Count a call by the result of its workflow (`call_details.data`)."""
    CALLS_ENDED.labels(ended["outcome"]).inc()
    CALLS_EVENTS_LATE.inc(ended["late"])
    CALLS_EVENTS_UNREADABLE.inc(ended["unreadable"])

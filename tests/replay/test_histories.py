"""Recorded histories of the sample calls still replay, and every activity is asked for with the same input."""

from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from deploy.lab.sample_logs import LOGS
from tests.replay.record import HISTORIES
from workflows.engage_call import EngageCallWorkflow

RECORDED = [WorkflowHistory.from_json(path.stem, path.read_text("utf-8")) for path in sorted(HISTORIES.glob("*.json"))]
CONVERTER = pydantic_data_converter.payload_converter

Asked = list[tuple[str, Any]]
"""Activities in order: name, and input as plain JSON values."""

asked: Asked = []
"""What the replay of one history asked for."""


class Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        payloads = CONVERTER.to_payloads(list(input.args))
        asked.append((input.activity, CONVERTER.from_payloads(payloads)))
        return super().start_activity(input)


class Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(Outbound(outbound))


class Listening(Interceptor):
    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return Inbound


def recorded_activities(history: WorkflowHistory) -> Asked:
    scheduled = [e.activity_task_scheduled_event_attributes for e in history.events]
    return [(a.activity_type.name, CONVERTER.from_payloads(a.input.payloads)) for a in scheduled if a.activity_id]


@pytest.mark.parametrize("history", RECORDED, ids=lambda history: history.workflow_id)
async def test_history_replays_with_the_same_activity_inputs(history: WorkflowHistory) -> None:
    asked.clear()
    replayer = Replayer(
        workflows=[EngageCallWorkflow], data_converter=pydantic_data_converter, interceptors=[Listening()]
    )
    await replayer.replay_workflow(history)
    assert asked == recorded_activities(history)
    assert asked


def test_every_sample_call_is_recorded() -> None:
    assert len(RECORDED) == sum(len(samples) for _, samples in LOGS.values())

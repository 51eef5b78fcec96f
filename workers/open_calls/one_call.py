"""One call: what it says of itself, and the signal that ends it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.table import Table
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from workers.errors import ExcpError
from workers.open_calls.found import ANSWER_WITHIN, OpenCalls, build_of
from workflows.engage_call import OUTCOME, SITE

END_WITHIN = 15.0
"""Seconds `end` waits until everything open was told as ended."""


@dataclass(frozen=True)
class Shown:
    """A call as it is shown."""

    head: dict[str, str]
    """What Temporal knows."""
    conversation: dict[str, Any] | None
    """What the call says; None when no worker answers."""
    details: str
    """The same to be read, Markdown; empty when no worker answers."""

    @property
    def data(self) -> dict[str, Any]:
        """Both as JSON values."""
        return {**self.head, "conversation": self.conversation}

    def renderable(self) -> RenderableType:
        """For a terminal."""
        table = Table.grid(padding=(0, 2))
        for name, value in self.head.items():
            table.add_row(name, value)
        if not self.details and self.conversation:
            for name, value in self.conversation.items():
                if not isinstance(value, list | dict) and value is not None:
                    table.add_row(name, str(value))
        return Group(table, "", Markdown(self.details)) if self.details else table


async def look(temporal: Client, call: str) -> Shown:
    """Raises ExcpError when there is no such call, and RPCError."""
    handle, description = await _find(temporal, call)
    found = description.typed_search_attributes
    assert description.status is not None
    head = {
        "call": handle.id.removeprefix("call-"),
        "site": found.get(SITE) or "",
        "state": description.status.name.lower(),
        "outcome": found.get(OUTCOME) or "open",
        "build": build_of(description.raw_description.workflow_execution_info),
        "began": f"{description.start_time:%Y-%m-%d %H:%M:%S} UTC",
    }
    if description.status is WorkflowExecutionStatus.RUNNING:
        looked = await OpenCalls(temporal).look(handle.id)
        if looked is not None:
            head["waits for"] = looked.waits_for
            if looked.stuck:
                return Shown(head, None, "")
    return Shown(head, await _conversation(handle, description), await _details(handle))


async def end(temporal: Client, call: str, reason: str) -> str:
    """Signal the call to end; what became of it. Raises ExcpError and RPCError."""
    handle, description = await _find(temporal, call)
    if description.status is not WorkflowExecutionStatus.RUNNING:
        assert description.status is not None
        raise ExcpError(f"call {call} is not open: its workflow has {description.status.name.lower()}")
    await handle.signal("end_conversation", reason)
    try:
        async with asyncio.timeout(END_WITHIN):
            ended: dict[str, Any] = await handle.result()
    except TimeoutError:
        looked = await OpenCalls(temporal).look(handle.id)
        waits = f"it waits for {looked.waits_for}" if looked else "it has ended meanwhile"
        return f"call {call} was told to end, but {waits}"
    return f"call {call} has ended: {ended['outcome']}, {ended['events']} events told"


async def _find(
    temporal: Client, call: str
) -> tuple[WorkflowHandle[Any, dict[str, Any]], WorkflowExecutionDescription]:
    handle: WorkflowHandle[Any, dict[str, Any]] = temporal.get_workflow_handle(
        f"call-{call.removeprefix('call-')}", result_type=dict
    )
    try:
        return handle, await handle.describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise ExcpError(
            f"Temporal namespace {temporal.namespace} has no call {call}. A consult call, or the leg of a call on "
            "another site, is part of the call that began first: look for that one"
        ) from None


async def _conversation(
    handle: WorkflowHandle[Any, dict[str, Any]], description: WorkflowExecutionDescription
) -> dict[str, Any] | None:
    try:
        if description.status is WorkflowExecutionStatus.RUNNING:
            return dict(await handle.query("conversation", rpc_timeout=ANSWER_WITHIN))
        return dict(await handle.result())
    except (RPCError, WorkflowQueryFailedError, WorkflowFailureError):
        return None


async def _details(handle: WorkflowHandle[Any, dict[str, Any]]) -> str:
    try:
        metadata = await handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata, rpc_timeout=ANSWER_WITHIN
        )
    except (RPCError, WorkflowQueryFailedError):
        return ""
    return str(metadata.current_details)

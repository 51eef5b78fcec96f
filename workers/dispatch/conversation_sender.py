"""Sends a conversation's events to its workflow: one lane a conversation, nothing overtakes anything in it.

Each signal starts the workflow if need be. A workflow that has ended is never started again: what comes for it is
late. What Temporal will never take is parked, so that the lane goes on. Everything else is repeated for ever.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog
from pydantic_core import PydanticSerializationError
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from workers.logs import Reminder
from workers.settings import Settings
from workflows.call.tlib import CallType
from workflows.engage_call import CALL_TYPE, SITE
from workflows.linking.routed import Item, Origin

log = structlog.get_logger()

MAX_EVENTS = 100
MAX_BYTES = 256 * 1024
"""Limits of one signal. Temporal refuses more than 2 MB, and above 4 MB in a way that looks as if it would pass."""
AT_ONCE = 64
"""Signals on their way at the same time."""
_ENDED_KEPT = 100
_RPC_TIMEOUT = timedelta(seconds=10)
_RETRY_FIRST, _RETRY_MAX = 0.1, 5.0
_NOT_ENCODABLE = (UnicodeError, PydanticSerializationError)


class Result(StrEnum):
    """What became of an event. Each event of the stream is counted once, when its round is committed."""

    ACCEPTED = "accepted"
    LATE = "late"
    """Its conversation has ended."""
    PARKED = "parked"
    """Temporal does not take it, or it cannot be read."""
    DROPPED = "dropped"
    """Its call did not become known in time."""
    UNNEEDED = "unneeded"
    """No conversation needs it: a login on a DN without a call, or the repeat of an event that waits for its call."""


@dataclass
class Tally:
    """What became of the events of a round."""

    counts: Counter[Result] = field(default_factory=Counter)
    parked: list[str] = field(default_factory=list)
    """JSON objects for the parked list."""

    def count(self, result: Result, items: Sequence[Item]) -> None:
        """Control items and copies are no events of their own."""
        self.counts[result] += sum(1 for item in items if "event" in item and not item.get("copy"))

    def park(self, reason: str, text: Any, call: str | None = None) -> None:
        entry = {"at": time.time_ns() // 1_000_000, "call": call, "reason": reason, "item": text}
        self.parked.append(json.dumps(entry, default=str))

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.parked += other.parked


class _Refused(Exception):  # noqa: N818
    """Temporal will never take this signal."""


class ConversationSender:
    """Signals call workflows, starting them."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._sent: dict[str, frozenset[str]] = {}
        """What ended conversations were sent: of those for which something came later."""

    async def send(self, root: str, origin: Origin, items: Sequence[Item]) -> Tally:
        """Send a conversation's items in their order; returns when all are accepted, late or parked."""
        tally = Tally()
        for part in _parts(items):
            await self._send(root, origin, part, tally)
        return tally

    async def _send(self, root: str, origin: Origin, items: list[Item], tally: Tally) -> None:
        try:
            if len(items) == 1 and _size(items[0]) > MAX_BYTES:
                raise _Refused(f"larger than {MAX_BYTES} bytes")
            result = await self._signal_until_answered(root, origin, items)
        except (_Refused, *_NOT_ENCODABLE) as error:
            if len(items) > 1:
                middle = len(items) // 2
                await self._send(root, origin, items[:middle], tally)
                await self._send(root, origin, items[middle:], tally)
                return
            result = Result.PARKED
            tally.park(str(error), items[0], root)
            log.error("event parked, Temporal does not take it", call=root, reason=str(error), **_named(items[0]))
        if result is Result.LATE:
            before = await self._sent_before(root)
            tally.count(Result.ACCEPTED, [item for item in items if item.get("id") in before])
            items = [item for item in items if item.get("id") not in before]
        tally.count(result, items)
        if result is Result.LATE:
            for item in items:
                if "event" in item and not item.get("copy"):
                    log.warning("event late, its conversation has ended", call=root, **_named(item))

    async def _sent_before(self, root: str) -> frozenset[str]:
        """Ids of what the last run of an ended conversation was sent.

        A repeat that comes after the end is not late when an attempt that was not answered, or a holder that died
        before its commit, had come in time.
        """
        if root not in self._sent:
            if len(self._sent) >= _ENDED_KEPT:
                del self._sent[next(iter(self._sent))]
            try:
                async with self._slots:
                    self._sent[root] = frozenset([each async for each in self._signalled(root)])
            except (RPCError, RuntimeError, ValueError) as error:
                log.warning("what a conversation was sent before cannot be read", call=root, reason=str(error))
        return self._sent.get(root, frozenset())

    async def _signalled(self, root: str) -> AsyncIterator[str]:
        async for event in self._client.get_workflow_handle(f"call-{root}").fetch_history_events():
            if event.HasField("workflow_execution_signaled_event_attributes"):
                payloads = event.workflow_execution_signaled_event_attributes.input.payloads
                for argument in await self._client.data_converter.decode(payloads):
                    for item in argument if isinstance(argument, list) else ():
                        if isinstance(item, dict) and isinstance(item.get("id"), str):
                            yield item["id"]

    async def _signal_until_answered(self, root: str, origin: Origin, items: list[Item]) -> Result:
        wait, reminder = _RETRY_FIRST, Reminder()
        while True:
            try:
                async with self._slots:
                    return await self._signal(root, origin, items)
            except _NOT_ENCODABLE:
                raise
            except Exception as error:
                if _is_refusal(error):
                    raise _Refused(str(error)) from error
                if reminder.due():
                    log.warning("Temporal did not take a signal, repeating", call=root, reason=str(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _RETRY_MAX)

    async def _signal(self, root: str, origin: Origin, items: list[Item]) -> Result:
        settings = self._settings
        kind = _type_name(origin.call_type)
        start = {
            "call": root,
            "ivr_after": settings.ivr_after,
            "settle": settings.settle,
            "linger": settings.linger,
            "wrapup_window": settings.wrapup_window,
            "silence": settings.silence,
            "user_data_key": settings.user_data_key,
            "injection_queue": settings.injection_queue,
        }
        found = [SearchAttributePair(SITE, origin.site), SearchAttributePair(CALL_TYPE, kind)]
        try:
            await self._client.start_workflow(
                "EngageCallWorkflow",
                start,
                id=f"call-{root}",
                task_queue=settings.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=TypedSearchAttributes(found),
                static_summary=f"{kind} call at {origin.site}",
                start_signal="tlib_events",
                start_signal_args=[items],
                rpc_timeout=_RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return Result.LATE
        return Result.ACCEPTED


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in order, in lists that keep the limits of a signal; one that is too large alone stands alone."""
    part: list[Item] = []
    size = 0
    for item in items:
        length = _size(item)
        if part and (len(part) == MAX_EVENTS or size + length > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    if part:
        yield part


def _size(item: Item) -> int:
    """Bytes an item takes in a signal, or a few more."""
    return len(json.dumps(item)) + 1


def _is_refusal(error: Exception) -> bool:
    """True when repeating cannot help. A missing search attribute is the set-up's fault, not the event's."""
    if not isinstance(error, RPCError) or error.status is not RPCStatusCode.INVALID_ARGUMENT:
        return False
    return "search attribute" not in error.message.lower()


def _type_name(call_type: int | None) -> str:
    try:
        return CallType(call_type or 0).name.lower()
    except ValueError:
        return CallType.UNKNOWN.name.lower()


def _named(item: Item) -> dict[str, Any]:
    return {"event_name": item.get("event", item.get("item")), "event_id": item.get("id")}

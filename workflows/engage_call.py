"""EngageCallWorkflow: one Engage call as a durable workflow. A thin shell around the call model.

Hazards, and what is done about them:
- A signal whose argument does not decode is dropped by the SDK without a trace. So the argument is a list of plain
  dicts, and each element is parsed here; what cannot be parsed is parked and shown.
- A signal may arrive while a batch is being injected. The handler only appends; `run` drains when it comes round.
- Local activities may run twice. Only the side-effect-free look-up is one.
- A cancellation must not leave the EX conversation open: it ends the conversation like an operator's signal.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from workflows import call_details
    from workflows.call import items
    from workflows.call.conversation import Conversation
    from workflows.call.directory import Answer
    from workflows.call.items import Item
    from workflows.call.telling import Batch, ExEvent, Injected
    from workflows.call_input import CallInput

OUTCOME = SearchAttributeKey.for_keyword("ExcpOutcome")
FLOW = SearchAttributeKey.for_keyword("ExcpFlow")

_BATCH = 100
"""Most events of one injection (ex/api.md)."""
_SHOWN = 8
"""How many of the last events the details show."""
_GRACE = timedelta(seconds=1)
"""How much later than by event time the watchdog ends a wait: the feeds are not synchronous (assumption)."""
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1.0)


@workflow.defn(name="EngageCallWorkflow")
class EngageCallWorkflow:
    """Takes TLib events as signals, tells EX through activities, lives until its last call ended."""

    @workflow.init
    def __init__(self, start: CallInput) -> None:
        self._start = start
        load = start.state
        self._conversation = (
            Conversation.load(start.call, start.options, load) if load else Conversation(start.call, start.options)
        )
        self._inbox: list[dict[str, Any]] = list(start.pending)
        self._outbox: list[ExEvent] = []
        self._heard: list[str] = []
        self._told: list[str] = []
        self._parked = 0
        self._refused: list[str] = []
        self._end: str | None = None
        self._newest = (0, 0)
        self._heard_at = workflow.now()
        self._wait: asyncio.Task[None] | None = None
        self._wait_for: int | None = None
        self._wait_over: int | None = None

    @workflow.run
    async def run(self, start: CallInput) -> dict[str, Any]:
        silence = asyncio.create_task(self._watch_silence())
        while not (self._conversation.closed and not self._outbox):
            try:
                await workflow.wait_condition(lambda: bool(self._inbox or self._wait_over or self._end))
                await self._take()
                await self._deliver()
            except asyncio.CancelledError:
                self._end = "cancelled by an operator"
            if workflow.info().is_continue_as_new_suggested() and not self._end and not self._conversation.closed:
                self._continue_as_new()
            self._set_watchdog()
            self._show()
        silence.cancel()
        summary = self._conversation.summary()
        workflow.upsert_search_attributes([OUTCOME.value_set(summary.outcome), FLOW.value_set(summary.flow or "none")])
        return call_details.data(self._conversation, 0, self._refused)

    @workflow.signal(description="TLib events of this call, as dispatch sends them")
    def tlib_events(self, items: list[dict[str, Any]]) -> None:
        self._inbox += items

    @workflow.signal(description="End a stuck conversation: everything open is told as ended, the workflow completes")
    def end_conversation(self, reason: str = "") -> None:
        self._end = f"ended by an operator: {reason}" if reason else "ended by an operator"

    @workflow.query(description="The conversation as data")
    def conversation(self) -> dict[str, Any]:
        return call_details.data(self._conversation, len(self._outbox), self._refused)

    async def _take(self) -> None:
        """Drain the inbox into the model, item by item; then let a wait or the operator have its say."""
        signalled, self._inbox = self._inbox, []
        taken = [item for each in signalled if (item := self._parse(each)) is not None]
        await self._look_up(taken)
        for item in taken:
            self._outbox += self._conversation.take(item)
            self._heard = [*self._heard, call_details.heard_line(item)][-_SHOWN:]
        if taken:
            self._heard_at = workflow.now()
            self._newest = max(self._newest, (max(item.time for item in taken), _micros()))
        if self._wait_over is not None:
            self._outbox += self._conversation.tick(self._wait_over)
            self._wait_over = None
        if self._end is not None:
            self._outbox += self._conversation.end(self._end, self._event_time())

    def _parse(self, item: dict[str, Any]) -> Item | None:
        """A signalled element; one that cannot be read is parked and counted."""
        try:
            return items.parse(item)
        except (ValueError, AttributeError) as error:
            self._parked += 1
            workflow.logger.warning("event parked: cannot be read (%d of this call)", self._parked, exc_info=error)
            return None

    async def _look_up(self, taken: list[Item]) -> None:
        """Learn what EXCS says of the DNs, agents and codes of these items."""
        directory = self._conversation.directory
        keys = directory.missing(key for item in taken for key in self._conversation.keys(item))
        if not keys:
            return
        answers: dict[str, Any] | None = await workflow.execute_local_activity(
            "look_up", keys, start_to_close_timeout=timedelta(seconds=5)
        )
        if answers is None:  # no fresh snapshot: unreachable is never "unmapped"
            answers = await workflow.execute_activity(
                "wait_for_mapping",
                keys,
                start_to_close_timeout=timedelta(seconds=60),
                heartbeat_timeout=timedelta(seconds=10),
                retry_policy=_RETRY,
            )
        self._conversation.learn({key: Answer.model_validate(answer) for key, answer in answers.items()})

    async def _deliver(self) -> None:
        """Inject what is to be told, one batch at a time; a batch leaves the outbox when EX answered for it."""
        while self._outbox:
            events = self._outbox[:_BATCH]
            self._show()
            result = await workflow.execute_activity(
                "inject",
                Batch(call=self._start.call, events=events),
                result_type=Injected,
                activity_id=f"inject-{events[0].event_id}-{events[-1].event_id}",
                task_queue=self._start.injection_queue,
                start_to_close_timeout=timedelta(seconds=60),
                heartbeat_timeout=timedelta(seconds=5),
                retry_policy=_RETRY,
                summary=f"{len(events)} events",
            )
            del self._outbox[: len(events)]
            self._told = [*self._told, *map(call_details.told_line, events)][-_SHOWN:]
            for refusal in result.refused:
                self._refused.append(f"{refusal.event_id}: {refusal.message}")
                workflow.logger.error("EX refused event %s: %s", refusal.event_id, refusal.message)

    def _event_time(self) -> int:
        """Now by the SIP Server's clock: the newest event's time and what has passed since it came."""
        event_time, taken = self._newest
        return event_time + max(0, _micros() - taken)

    def _set_watchdog(self) -> None:
        """One timer for the model's next wait; none while nothing waits."""
        deadline = self._conversation.deadline
        if deadline == self._wait_for:
            return
        if self._wait is not None:
            self._wait.cancel()
            self._wait = None
        self._wait_for = deadline
        if deadline is not None:
            left = timedelta(microseconds=max(0, deadline - self._event_time())) + _GRACE
            self._wait = asyncio.create_task(self._watch(deadline, left))

    async def _watch(self, deadline: int, left: timedelta) -> None:
        await workflow.sleep(left, summary="wait for events of other feeds and sites")
        self._wait_over = deadline

    async def _watch_silence(self) -> None:
        """Nothing heard for the configured time: the call is lost."""
        limit = timedelta(seconds=self._start.silence)
        while (left := self._heard_at + limit - workflow.now()) > timedelta(0):
            await workflow.sleep(left, summary="longest silence")
        self._end = self._end or "lost: nothing heard of the call"

    def _continue_as_new(self) -> None:
        carried = self._start.model_copy(update={"state": self._conversation.dump(), "pending": self._inbox})
        workflow.continue_as_new(carried)

    def _show(self) -> None:
        workflow.set_current_details(
            call_details.markdown(self._conversation, self._heard, self._told, len(self._outbox), self._refused)
        )


def _micros() -> int:
    return round(workflow.now().timestamp() * 1_000_000)

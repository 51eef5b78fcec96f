"""EngageCallWorkflow: one Engage call as a durable workflow. A thin shell around the call model.

Hazards, and what is done about them:
- A signal whose argument does not decode is dropped by the SDK without a trace. So the argument is a list of anything,
  and each element is parsed here; what cannot be parsed is counted, logged and shown.
- A signal may arrive while a batch is being injected. The handler only appends; `_live` drains when it comes round.
- Local activities may run twice. Only the side-effect-free look-up is one.
- A cancellation must not leave the EX conversation open: it ends the conversation like an operator's signal. Temporal
  cancels whatever the main task awaits, and a cancelled injection ends the workflow. So the main task awaits nothing
  but `_live`, shielded.
- EXCS may be away when an operator ends the call. The end does not wait for it.
- The SDK gives up a workflow task that computes for 2 s, at each attempt. So a great backlog is taken in parts, with
  a round trip to the server after each: then a replay computes them one by one, too.
- A run that continues as new begins without timers: it sets the model's wait again before it waits for signals.
"""

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from workflows import call_details
    from workflows.call import items
    from workflows.call.communications import Mode
    from workflows.call.conversation import Conversation
    from workflows.call.directory import Answer
    from workflows.call.items import Item
    from workflows.call.telling import Batch, ExEvent, Injected
    from workflows.call.tlib import TlibEvent
    from workflows.call_input import Before, CallInput
    from workflows.call_view import View

SITE = SearchAttributeKey.for_keyword("ExcpSite")
CALL_TYPE = SearchAttributeKey.for_keyword("ExcpCallType")
OUTCOME = SearchAttributeKey.for_keyword("ExcpOutcome")
FLOW = SearchAttributeKey.for_keyword("ExcpFlow")
CALLS = "calls"
"""Memo: site by CallUUID of the conversation's calls that lived when the newest joined it, or the run began; none while
there is only its root."""

_BATCH = 100
"""Most events of one injection (ex/api.md)."""
_TAKEN = 200
"""Most items taken in one workflow task: about 0.3 s of a slow CPU."""
_GRACE = timedelta(seconds=1)
"""How much later than by event time the watchdog ends a wait: the feeds are not synchronous (assumption)."""
_HELD_UP = timedelta(seconds=2)
"""How much longer a wait lasts each time while events are held up before they come here,"""
_HELD_UP_MOST = 30
"""and how often at most."""
_NO_TIME = timedelta(milliseconds=1)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1.0)


@workflow.defn(name="EngageCallWorkflow")
class EngageCallWorkflow:
    """Takes TLib events as signals, tells EX through activities, lives until its last call ended."""

    @workflow.init
    def __init__(self, start: CallInput) -> None:
        self._start = start
        before = start.before
        self._conversation = (
            Conversation.load(start.call, start.options, before.conversation)
            if before
            else Conversation(start.call, start.options)
        )
        self._inbox: list[Any] = list(before.inbox) if before else []
        self._outbox: list[ExEvent] = []
        self._view = before.view if before else View()
        self._newest = before.newest if before else (0, 0)
        self._heard_at = workflow.now()
        self._idle = False
        self._end: str | None = None
        self._noted = 1
        self._wait: asyncio.Task[None] | None = None
        self._wait_for: int | None = None
        self._wait_over: int | None = None

    @workflow.run
    async def run(self, start: CallInput) -> dict[str, Any]:
        life = asyncio.create_task(self._live())
        while not life.done():
            try:
                await asyncio.shield(life)
            except asyncio.CancelledError:
                self._end = "cancelled by an operator"
        return life.result()

    async def _live(self) -> dict[str, Any]:
        silence = asyncio.create_task(self._watch_silence())
        self._note_calls()
        self._set_watchdog()
        self._show()
        while not (self._conversation.closed and not self._outbox):
            self._idle = True
            await workflow.wait_condition(lambda: bool(self._inbox or self._wait_over or self._end))
            self._idle = False
            more = await self._take()
            self._mark()
            self._note_calls()
            if more and not self._outbox:
                await workflow.sleep(_NO_TIME, summary="more events wait")
            await self._deliver()
            if workflow.info().is_continue_as_new_suggested() and self._may_continue():
                self._continue_as_new()
            self._set_watchdog()
            self._show()
        silence.cancel()
        self._drop(item for each in self._inbox if (item := self._parse(each)) is not None)
        summary = self._conversation.summary()
        workflow.upsert_search_attributes([OUTCOME.value_set(summary.outcome), FLOW.value_set(summary.flow or "none")])
        return self.conversation()

    @workflow.signal(description="TLib events of this call, as dispatch sends them")
    def tlib_events(self, items: list[Any]) -> None:
        self._inbox += items

    @workflow.signal(description="End a stuck conversation: everything open is told as ended, the workflow completes")
    def end_conversation(self, reason: str = "") -> None:
        self._end = f"ended by an operator: {reason}" if reason else "ended by an operator"

    @workflow.query(description="The conversation as data")
    def conversation(self) -> dict[str, Any]:
        return call_details.data(self._conversation, len(self._outbox), self._view)

    async def _take(self) -> bool:
        """Drain the inbox into the model, item by item; then let a wait or the operator have its say.

        True when there was more in it than is taken at once: that has to come first.
        """
        more = len(self._inbox) > _TAKEN
        signalled, self._inbox = self._inbox[:_TAKEN], self._inbox[_TAKEN:]
        taken = [item for each in signalled if (item := self._parse(each)) is not None]
        if not await self._look_up(taken):
            self._drop(taken)
            taken = []
        for item in taken:
            if self._conversation.closed:
                self._drop([item])
            self._outbox += self._conversation.take(item)
            self._view.hear(call_details.heard_line(item))
        if taken:
            self._heard_at = workflow.now()
            self._newest = max(self._newest, (max(item.time for item in taken), _micros()))
        if more:
            return True
        if self._wait_over is not None:
            self._outbox += self._conversation.tick(self._wait_over)
            self._wait_over = None
        if self._end is not None:
            self._outbox += self._conversation.end(self._end, self._event_time())
        return False

    def _parse(self, item: Any) -> Item | None:
        """A signalled element; None, counted and logged, for one that cannot be read."""
        try:
            return items.parse(item)
        except ValidationError as error:
            self._view.unreadable += 1
            workflow.logger.warning("event cannot be read: %s %s", _kind(item), items.fault(error))
            return None

    def _drop(self, late: Iterable[Item]) -> None:
        """Count and name events that are not told any more: the conversation has ended, or is to end now."""
        for item in late:
            if isinstance(item, TlibEvent) and item.id not in self._conversation.state.seen:
                self._view.late += 1
                workflow.logger.warning("event late, its conversation has ended: %s %s", item.event, item.id)

    async def _look_up(self, taken: list[Item]) -> bool:
        """Learn what EXCS says of the DNs, agents and codes of these items.

        False when the conversation is to end and EXCS has not answered.
        """
        directory = self._conversation.directory
        keys = directory.missing(key for item in taken for key in self._conversation.keys(item))
        if not keys:
            return True
        answers: dict[str, Any] | None = await workflow.execute_local_activity(
            "look_up", keys, start_to_close_timeout=timedelta(seconds=5)
        )
        if answers is None:
            answers = await self._wait_for_mapping(keys)
        if answers is None:
            return False
        self._conversation.learn({key: Answer.model_validate(answer) for key, answer in answers.items()})
        return True

    async def _wait_for_mapping(self, keys: list[str]) -> dict[str, Any] | None:
        """EXCS's answers, however long it is away: unreachable is never "unmapped". None when the call is to end."""
        asked: workflow.ActivityHandle[dict[str, Any]] = workflow.start_activity(
            "wait_for_mapping",
            keys,
            start_to_close_timeout=timedelta(seconds=60),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=_RETRY,
        )
        await workflow.wait_condition(lambda: asked.done() or self._end is not None)
        if not asked.done():
            asked.cancel()
            with suppress(ActivityError):
                return await asked
            return None
        return asked.result()

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
            messages = {refusal.event_id: refusal.message for refusal in result.refused}
            unsent = [each for each in events if each.event_id in result.unsent]
            refused = [each for each in events if each.event_id in messages]
            self._view.tell(call_details.told_line(each) for each in events if each not in (*refused, *unsent))
            if refused:
                self._refused(refused, messages, unsent)

    def _refused(self, refused: list[ExEvent], messages: dict[str, str], unsent: list[ExEvent]) -> None:
        """EX refused events for good: mark the call, and tell what the model says instead of what is left."""
        lines = [call_details.refused_line(each, messages[each.event_id]) for each in refused]
        self._view.refused += lines
        self._outbox = self._conversation.refused(refused, f"EX refused {lines[0]}", [*unsent, *self._outbox])
        workflow.upsert_search_attributes([OUTCOME.value_set("refused")])
        mode = self._conversation.state.mode.value
        workflow.logger.error("EX refused %d events, mode %s: %s", len(lines), mode, lines[0])

    def _mark(self) -> None:
        """Make a call that is not told in full to be found while it is open; few are, so the history stays short."""
        mode = self._conversation.state.mode
        if mode is not Mode.NORMAL and workflow.info().typed_search_attributes.get(OUTCOME) is None:
            workflow.upsert_search_attributes([OUTCOME.value_set(mode.value)])

    def _note_calls(self) -> None:
        """Dispatch asks Temporal for the calls of the conversations that run when its index is lost."""
        calls = self._conversation.state.topology.calls
        if len(calls) > self._noted:
            workflow.upsert_memo({CALLS: {call.uuid: call.site for call in calls.values() if call.live}})
            self._noted = len(calls)

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
        """End a wait, but not while events are held up: that they have not come says nothing then."""
        await workflow.sleep(left, summary="wait for events of other feeds and sites")
        for _ in range(_HELD_UP_MOST):
            try:
                held_up: bool = await workflow.execute_local_activity(
                    "events_held_up", start_to_close_timeout=timedelta(seconds=5)
                )
            except ActivityError:  # cancelled: another wait began
                return
            if not held_up:
                break
            await workflow.sleep(_HELD_UP, summary="events are held up before they come here")
        self._wait_over = deadline

    async def _watch_silence(self) -> None:
        """Nothing heard for the configured time: the call is lost, but not when EX or EXCS did not answer."""
        limit = timedelta(seconds=self._start.silence)
        while (left := self._heard_at + limit - workflow.now()) > timedelta(0):
            await workflow.sleep(left, summary="longest silence")
            if not self._idle:
                self._heard_at = workflow.now()
        self._end = self._end or "lost: nothing heard of the call"

    def _may_continue(self) -> bool:
        """Not with a great backlog: it is more than an argument of the next run may hold."""
        return len(self._inbox) <= _TAKEN and not self._end and not self._conversation.closed

    def _continue_as_new(self) -> None:
        before = Before(conversation=self._conversation.dump(), inbox=self._inbox, newest=self._newest, view=self._view)
        workflow.continue_as_new(self._start.model_copy(update={"before": before}))

    def _show(self) -> None:
        details = call_details.markdown(self._conversation, len(self._outbox), self._view)
        workflow.set_current_details(f"{_title()}\n\n{details}")


def _kind(item: Any) -> str:
    """What an unreadable element says it is; only words, which a newer dispatch may know."""
    kind = str((item.get("item") or item.get("event")) if isinstance(item, dict) else type(item).__name__)
    return kind if re.fullmatch(r"[A-Za-z_]{1,40}", kind) else "?"


def _title() -> str:
    """What dispatch gave as static summary, from its search attributes: those outlive a continue-as-new."""
    found = workflow.info().typed_search_attributes
    return f"{found.get(CALL_TYPE) or 'unknown'} call at {found.get(SITE) or 'an unknown site'}"


def _micros() -> int:
    return round(workflow.now().timestamp() * 1_000_000)

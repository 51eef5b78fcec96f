"""The call model's front: one conversation, TLib events in, EX events out.

Every event goes the same way: it changes the topology (what stands in Engage), then the rules tell what of it EX
can be told now. The rules run event by event, so the result does not depend on how events were batched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import TypeAdapter

from workflows.call import afterwards, consult, main_line, opening, refusal, violations
from workflows.call.adoption import adopt
from workflows.call.calls import Elsewhere
from workflows.call.communications import Mode, Told
from workflows.call.directory import SOURCE_KEY, Answer, Directory, agent_key, dn_key, wrapup_key
from workflows.call.encoding import identifier
from workflows.call.flow import flow_of
from workflows.call.items import Item, Lost, Merged, SecondCall
from workflows.call.rules import Rule
from workflows.call.scene import Options, Scene
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent
from workflows.call.topology import Topology
from workflows.call.violations import Violation

_MOST_STEPS = 200
"""More things told for one event than any call can need: a rule that never ends is a bug and must show."""


@dataclass
class State:
    """Everything a conversation remembers: plain values, so that it survives a continue-as-new."""

    topology: Topology = field(default_factory=Topology)
    told: Told = field(default_factory=Told)
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    """Names of the events taken."""
    now: int = 0
    mode: Mode = Mode.NORMAL
    violation: str | None = None
    reason: str | None = None
    violated_at: int = 0
    """Event time of the violation."""
    refused: bool = False
    """EX refused an event for good."""
    closed: bool = False


_STATE = TypeAdapter(State)


@dataclass(frozen=True)
class Summary:
    """What became of a call (the `call` line of `excp replay`)."""

    conversation_id: str
    outcome: str
    """completed, suspended, refused, ignored or open."""
    flow: str | None
    violation: str | None
    reason: str | None
    events: int
    """How many events were told."""


class Conversation:
    """One root call with its consult calls and its legs on other sites."""

    def __init__(self, call: str, options: Options, state: State | None = None) -> None:
        self.call = call
        self.state = state or State()
        self.directory = Directory(self.state.answers)
        self.scene = Scene(call, options, self.directory, self.state.topology, self.state.told)
        self._names = set(self.state.seen)
        self._event_time = self.state.now
        self.deadline: int | None = None
        """When the next wait ends, event time in microseconds; None while nothing waits."""

    def keys(self, event: Item) -> list[str]:
        """The mapping keys this item needs: learn their answers before it is taken."""
        keys = [SOURCE_KEY]
        if isinstance(event, SecondCall):
            return [*keys, *(dn_key(event.other_site, dn) for dn in event.others)]
        if isinstance(event, Merged | Lost):
            return keys
        keys += [dn_key(event.site, dn) for dn in (event.dn, event.third_party_dn) if dn]
        if event.agent:
            keys.append(agent_key(event.agent))
        code = event.user_data.get(self.scene.options.user_data_key)
        return [*keys, wrapup_key(code)] if code else keys

    def learn(self, answers: Mapping[str, Answer]) -> None:
        """Take EXCS's answers; the first answer for a key stands for the conversation."""
        self.directory.learn(answers)

    def take(self, item: Item) -> list[ExEvent]:
        """Take what the linker sent; what is to be told now, in order."""
        match item:
            case Merged():
                return self.merged_into(item.into, item.time)
            case SecondCall():
                return self.second_call(item)
            case Lost():
                return self.lost(item)
        return self.step(item)

    def step(self, event: TlibEvent) -> list[ExEvent]:
        """Take one event; what is to be told now, in order. An event taken before changes nothing."""
        if event.id in self._names or self.state.closed:
            return []
        out = self.tick(event.time)
        if self.state.closed:
            return out
        self._names.add(event.id)
        self.state.seen.append(event.id)
        self.state.topology.apply(event)
        self.state.now = event.time if event.recalled else max(self.state.now, event.time)
        return out + self._reconcile(event)

    def tick(self, now: int) -> list[ExEvent]:
        """Let event time pass: every wait that ends until `now` (microseconds) is told in its turn."""
        out: list[ExEvent] = []
        while self.deadline is not None and self.deadline <= now and not self.state.closed:
            self.state.now = max(self.state.now, self.deadline)
            out += self._reconcile(None)
        return out

    def end(self, reason: str, at: int | None = None) -> list[ExEvent]:
        """End everything open (`System`): by an operator, or because the call is lost."""
        self.state.now = max(self.state.now, at or 0)
        return self._close(reason)

    def second_call(self, note: SecondCall) -> list[ExEvent]:
        """An agent here talks in another main call since before, or no longer (V6)."""
        out = self.tick(note.time)
        if self.state.closed:
            return out
        self.state.now = max(self.state.now, note.time)
        elsewhere = self.state.topology.elsewhere
        elsewhere.pop(note.party, None)
        if note.other is not None:
            elsewhere[note.party] = Elsewhere(note.other, note.other_site, list(note.others), note.sure)
        return out + self._reconcile(None)

    def lost(self, note: Lost) -> list[ExEvent]:
        """A call is over without a word of its SIP Server; when it was the last one, all that is open is ended."""
        out = self.tick(note.time)
        if self.state.closed:
            return out
        self.state.now = max(self.state.now, note.time)
        self.state.topology.lose(note.call, note.time)
        awaited = self.state.told.opened and not self.state.told.live()  # a wrap-up code may still come
        if self.ended and not awaited:
            return out + self._close("lost: its SIP Server does not report it any more")
        return out + self._reconcile(None)

    def refused(self, refused: Sequence[ExEvent], why: str, unsent: Sequence[ExEvent]) -> list[ExEvent]:
        """EX refused events for good: what is to be told now instead of what was told and not sent yet."""
        self.state.refused = True
        self.state.reason = self.state.reason or why
        if not refusal.breaks(refused):
            return list(unsent)
        self.state.mode = Mode.REFUSED
        self.scene.now = self.state.now
        ends = refusal.last_ends(self.scene, refused, unsent)
        if not self.state.closed:
            self._reconcile(None)
        return ends

    def merged_into(self, root: str, at: int) -> list[ExEvent]:
        """The call turned out to be a leg of another conversation: its parties go on there."""
        self.state.now = max(self.state.now, at)
        return self._close(f"merged into call {root}", identifier(root, "conversation"))

    @property
    def closed(self) -> bool:
        """True when nothing more will be told."""
        return self.state.closed

    @property
    def ended(self) -> bool:
        """True when every call of the conversation has ended."""
        calls = self.state.topology.calls.values()
        return bool(calls) and all(not call.live for call in calls)

    def summary(self) -> Summary:
        told, state = self.state.told, self.state
        violation = state.violation
        if not told.opened and state.mode is Mode.NORMAL and self.ended and violations.is_agentless(self.scene):
            violation = "V4"
        return Summary(
            conversation_id=self.scene.tell.conversation_id,
            outcome=self._outcome(),
            flow=flow_of(told, self.scene.direction),
            violation=violation,
            reason=state.reason,
            events=told.events,
        )

    def dump(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        self.state.answers = self.directory.answers()
        data: dict[str, Any] = _STATE.dump_python(self.state, mode="json")
        return data

    @classmethod
    def load(cls, call: str, options: Options, data: Mapping[str, Any]) -> Self:
        """A conversation from a `dump`."""
        conversation = cls(call, options, _STATE.validate_python(dict(data)))
        conversation._reconcile(None)
        return conversation

    def _outcome(self) -> str:
        if not self.state.told.opened:
            return "ignored" if self.ended or self.closed or self.state.mode is Mode.IGNORED else "open"
        if self.state.told.live():
            return "open"
        if self.state.refused:
            return "refused"
        return "suspended" if self.state.mode is Mode.SUSPENDED else "completed"

    def _reconcile(self, event: TlibEvent | None) -> list[ExEvent]:
        """Tell what stands now and was not told yet."""
        scene, tell = self.scene, self.scene.tell
        scene.look(self.state.now)
        self._event_time = event.time if event else self.state.now
        tell.out, tell.cause, tell.seen = [], event.id if event else None, event.seen if event else None
        tell.source_id = self.directory[SOURCE_KEY].code_id or ""
        first = scene.first_call()
        if first is not None:
            tell.ani, tell.dnis = first.ani, first.dnis
        adopt(scene)
        self._find_violation()
        if self.state.mode is Mode.NORMAL:
            self._tell_all()
        if self.state.mode is Mode.SUSPENDED:
            afterwards.suspended_ends(scene, self.state.violated_at)
        self._wait_for_the_end()
        self.deadline = min((wait for wait in scene.waits if wait > self.state.now), default=None)
        return tell.out

    def _find_violation(self) -> None:
        if self.state.mode is not Mode.NORMAL:
            return
        found = violations.find(self.scene)
        if found is not None:
            self._violate(found)

    def _violate(self, found: Violation) -> None:
        if self.state.mode is Mode.NORMAL:
            self.state.violation, self.state.reason = found.code, found.reason
            self.state.told.opener = found.opener
            self.state.violated_at = self._event_time
            self.state.mode = Mode.SUSPENDED if self.state.told.opened else Mode.IGNORED

    def _tell_all(self) -> None:
        scene = self.scene
        for _ in range(_MOST_STEPS):
            if self._tell_next():
                adopt(scene)
                self._find_violation()
                if self.state.mode is not Mode.NORMAL:
                    return
            else:
                return
        raise RuntimeError(f"call {self.call}: the rules do not come to an end")

    def _tell_next(self) -> bool:
        scene, main = self.scene, self.state.told.main
        scene.tell.rule = None
        if main is None:
            return opening.try_open(scene)
        if consult.advance(scene, main):
            return True
        step = main_line.advance if scene.told.consult is None else main_line.leave_during_consult
        return step(scene, main) or afterwards.holds(scene) or afterwards.wrapup(scene)

    def _wait_for_the_end(self) -> None:
        """Close some time after the last call ended; longer while a wrap-up code may still come."""
        calls = self.state.topology.calls.values()
        if not self.ended or self.scene.told.live():
            return
        last = max(call.ended_at or 0 for call in calls)
        awaited = self.state.mode is Mode.NORMAL and afterwards.may_be_wrapped_up(self.scene)
        options = self.scene.options
        if self.scene.due(last, max(options.linger, options.wrapup_window) if awaited else options.linger):
            self.state.closed = True

    def _close(self, reason: str, goes_on_in: str | None = None) -> list[ExEvent]:
        scene = self.scene
        scene.tell.out, scene.tell.cause, scene.tell.seen = [], None, None
        scene.note(Rule.MERGED if goes_on_in else Rule.ENDED_BY_FORCE)
        if not self.state.closed:
            afterwards.end_all(scene, self.state.now, goes_on_in=goes_on_in)
            self.state.reason = self.state.reason or reason
            self.state.closed, self.deadline = True, None
        return scene.tell.out

"""A call as a story: what came and what waits ended, in order, and what each led to. Read by the table, the page and
`excp explain`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from workers.replay.log_file import LogError
from workers.replay.replayed_calls import Ended, Step
from workflows.call.communications import Mode
from workflows.call.conversation import Conversation, Summary
from workflows.call.rules import Rule
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent


@dataclass(frozen=True)
class Moment:
    """An event that came, or a wait that ended, and what was told then."""

    at: int
    """Server time of the event, or time at which the wait ended; microseconds."""
    event: TlibEvent | None
    """None when a wait ended, or when the linker had something to say."""
    place: str | None
    """File and line of the event."""
    told: list[ExEvent]
    begun_by: int | None = None
    """Of a wait: the position of the moment that began it."""
    violation: str | None = None
    """Code of a violation found now."""
    reason: str | None = None
    """What was seen of the violation."""

    @property
    def cause(self) -> str:
        """What led to it, when no event did."""
        if not self.told:
            return "seen across calls"
        other = {Rule.MERGED.value: "joined to another call", Rule.ENDED_BY_FORCE.value: "nothing heard for too long"}
        return other.get(self.told[0].rule or "", "a wait is over")


@dataclass
class Story:
    """One conversation from its first event to its end, or to the end of the logs."""

    call: str
    """Root CallUUID."""
    summary: Summary
    conversation: Conversation
    moments: list[Moment]

    @property
    def suspended_at(self) -> int | None:
        """When a violation made a conversation that was open suspended."""
        if self.conversation.state.mode is not Mode.SUSPENDED:
            return None
        return next((moment.at for moment in self.moments if moment.violation), None)


class Teller(Protocol):
    """Shows stories."""

    def story(self, story: Story) -> None: ...

    def close(self, account: str) -> None:
        """`account`: a line that says what was read and told."""


@dataclass
class _Open:
    """A story under way."""

    moments: list[Moment] = field(default_factory=list)
    violation: str | None = None
    waits: dict[int, int] = field(default_factory=dict)
    """The moment that began each wait, by the wait's end."""


class Stories:
    """Gathers what happens to each call and passes the story on when the call has ended. Holds the calls under way."""

    def __init__(
        self,
        teller: Teller,
        place: Callable[[str], str | None] = lambda event_id: None,
        calls: Collection[str] = (),
    ) -> None:
        """`place`: file and line of an event that has just come. `calls`: only conversations with one of these
        CallUUIDs, or with one of these conversationIds, are passed on; empty: all."""
        self._teller = teller
        self._place = place
        self._calls = frozenset(calls)
        self._missing = set(calls)
        self._open: dict[str, _Open] = {}

    def step(self, step: Step) -> None:
        under_way = self._open.setdefault(step.call, _Open())
        event, state = step.event, step.conversation.state
        found: tuple[str | None, str | None] = (None, None)
        if state.violation != under_way.violation:
            under_way.violation = state.violation
            found = state.violation, state.reason
        by_wait = [told for told in step.told if event is None or told.cause != event.id]
        if by_wait or (event is None and found[0]):
            at = event.time if event else state.now
            begun_by, seen = under_way.waits.get(at), (None, None) if event else found
            under_way.moments.append(Moment(at, None, None, by_wait, begun_by, *seen))
        if event is not None:
            told = [told for told in step.told if told.cause == event.id]
            place = self._place(event.id) or self._known_place(event.id)
            under_way.moments.append(Moment(event.time, event, place, told, None, *found))
        if step.conversation.deadline is not None:
            under_way.waits.setdefault(step.conversation.deadline, len(under_way.moments) - 1)

    def ended(self, ended: Ended) -> None:
        under_way = self._open.pop(ended.call, _Open())
        if not ended.stands:
            return
        names = {ended.call, ended.summary.conversation_id, *ended.conversation.state.topology.calls}
        self._missing -= names
        if not self._calls or not self._calls.isdisjoint(names):
            self._teller.story(Story(ended.call, ended.summary, ended.conversation, under_way.moments))

    def close(self, account: str) -> None:
        """Raises LogError when one of the wanted calls did not come."""
        self._teller.close(account)
        if self._missing:
            missing = ", ".join(sorted(self._missing))
            raise LogError(f"call {missing} is not in these logs: `excp replay` says which calls are ({account})")

    def _known_place(self, event_id: str) -> str | None:
        """Of an event that another conversation had first: a late link made it a leg of this one."""
        known = (m for story in self._open.values() for m in story.moments if m.event and m.event.id == event_id)
        return next((moment.place for moment in known), None)

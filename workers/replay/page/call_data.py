"""A story as the data of its page: what `page.js` draws. Times are milliseconds from the call's begin."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from workers.replay.numbers import Numbers
from workers.replay.page.lanes import Engage, Span
from workers.replay.story import Moment, Story
from workers.replay.words import FLOWS, VIOLATIONS, Names, call_type, event_details, event_name
from workflows.call.communications import Kind
from workflows.call.encoding import date_time
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

_COMMUNICATION_FIELDS = (
    *("communicationId", "initiatingCommunicationId", "destinationCommunicationId", "objectCommunicationId"),
)
_NUMBER_FIELDS = ("ani", "dnis", "dialed")
_DN_FIELDS = ("dn", "third_party_dn", "ctrl")


def call_data(story: Story, numbers: Numbers) -> dict[str, Any]:
    """Everything the page shows of a call, as JSON values."""
    return _CallData(story, numbers).data()


def index_entry(data: dict[str, Any]) -> dict[str, Any]:
    """What the overview shows of a call and finds it by."""
    kept = ("call", "kind", "begin", "end", "outcome", "flow", "violation", "events", "places")
    names = {lane["name"] for call in data["calls"] for lane in call["lanes"]}
    words = {word for call in data["calls"] for lane in call["lanes"] for word in lane["what"].split()}
    found_by = [data["conversation"], *(call["uuid"] for call in data["calls"]), *sorted(names | words)]
    return {key: data[key] for key in kept} | {"found_by": " ".join(found_by)}


class _CallData:
    def __init__(self, story: Story, numbers: Numbers) -> None:
        self._story = story
        self._numbers = numbers
        self._names = Names()
        self._events = [moment.event for moment in story.moments if moment.event]
        self._told = [told for moment in story.moments for told in moment.told]
        for event in self._events:
            event_details(event, numbers)  # numbers get their names in the order of the events, as in the table
        self._engage = Engage(story.conversation, self._events, numbers)
        self._bars = _bars(self._told)
        times = [moment.at for moment in story.moments]
        times += [span.since for spans in self._all_spans() for span in spans]
        self._begin = min(times, default=0)
        self._end = max([*times, *(span.to for spans in self._all_spans() for span in spans if span.to)], default=0)

    def data(self) -> dict[str, Any]:
        story, summary = self._story, self._story.summary
        calls = story.conversation.state.topology.calls
        kinds = (event.call_type for event in self._events if event.call_type is not None)
        moments = [self._moment(moment) for moment in story.moments]
        return {
            "call": story.call,
            "conversation": summary.conversation_id,
            "kind": call_type(next(kinds, None)) or "",
            "begin": self._begin // 1000,
            "end": self._ms(self._end),
            "outcome": summary.outcome,
            "flow": summary.flow,
            "flow_name": FLOWS.get(summary.flow or ""),
            "violation": summary.violation,
            "violation_name": VIOLATIONS.get(summary.violation or ""),
            "reason": summary.reason,
            "events": summary.events,
            "suspended": self._ms(story.suspended_at),
            "places": self._places(),
            "calls": [
                {
                    "uuid": call.uuid,
                    "title": self._engage.title(call),
                    "lanes": [self._lane(place) for place, lane in enumerate(self._engage.lanes) if lane.call == uuid],
                }
                for uuid, call in calls.items()
            ],
            "bars": [self._bar(bar_id, spans) for bar_id, spans in self._bars.items()],
            "moves": list(self._moves()),
            "moments": moments,
        }

    def _ms(self, time: int | None) -> int | None:
        return None if time is None else time // 1000 - self._begin // 1000

    def _all_spans(self) -> Iterator[list[Span]]:
        yield from (lane.spans for lane in self._engage.lanes)
        yield from self._bars.values()

    def _spans(self, spans: list[Span]) -> list[tuple[int | None, int | None, str]]:
        return [(self._ms(span.since), self._ms(span.to), span.state) for span in spans]

    def _lane(self, place: int) -> dict[str, Any]:
        lane = self._engage.lanes[place]
        kept = {"place": place, "name": lane.name, "what": lane.what, "kind": lane.kind, "end": lane.end}
        return kept | {"spans": self._spans(lane.spans)}

    def _places(self) -> str:
        """Queues and agents of a call, in the order they came, for the overview."""
        bars = self._story.conversation.state.told.communications.values()
        return " · ".join(dict.fromkeys(bar.name for bar in bars if bar.kind in (Kind.IVR, Kind.QUEUE, Kind.USER)))

    def _bar(self, bar_id: str, spans: list[Span]) -> dict[str, Any]:
        state = self._story.conversation.state
        who = state.told[bar_id]
        what = who.name
        if who.kind in (Kind.EXTERNAL, Kind.PHONE):
            party = next((state.topology.parties[uuid] for uuid in who.parties if uuid in state.topology.parties), None)
            what = self._numbers.dn(party.dn if party else who.number) or ""
        return {
            "id": bar_id,
            "name": self._names[bar_id],
            "kind": who.kind.value,
            "what": what,
            "spans": self._spans(spans),
            "how": who.disconnect,
            "wrapup": who.wrapup is not None,
        }

    def _moves(self) -> Iterator[dict[str, Any]]:
        """Transfers and consults as arrows from bar to bar: one that is completed where it ended, else where its
        destination came in."""
        begun: dict[str, ExEvent] = {}
        under_way: dict[str, dict[str, Any]] = {}
        for told in self._told:
            event, command = told.event, told.event.get("commandId")
            arrow = {"to": event.get("destinationCommunicationId"), "at": self._ms(_micros(told))}
            if told.array == "consultTransferEvents":
                yield arrow | {"from": event["initiatingCommunicationId"], "style": "consult", "how": "consult"}
            elif told.array == "progressTransferEvents" and command in begun:
                source = begun[command].event["initiatingCommunicationId"]
                under_way[command] = arrow | {"from": source, "style": "open", "how": "transfer"}
            elif told.array == "endTransferEvents" and command in under_way:
                move, how = under_way.pop(command), event["finalState"]
                at = arrow["at"] if how == "Completed" else move["at"]
                yield move | {"at": at, "style": "done" if how == "Completed" else "failed", "how": f"transfer {how}"}
            elif command and "initiatingCommunicationId" in event:
                begun[command] = told
        yield from under_way.values()

    def _moment(self, moment: Moment) -> dict[str, Any]:
        told = [self._event(each) for each in moment.told]
        shown: dict[str, Any] = {"at": self._ms(moment.at), "told": told}
        if moment.event:
            shown["event"] = event_name(moment.event)
            shown["text"] = event_details(moment.event, self._numbers)
            shown["lanes"] = self._engage.of(moment.event)
            shown["place"] = moment.place
            shown["fields"] = self._fields(moment.event)
        else:
            shown |= {"cause": moment.cause, "begun_by": moment.begun_by}
        if moment.violation:
            shown |= {"violation": moment.violation, "reason": moment.reason}
        return shown

    def _event(self, told: ExEvent) -> dict[str, Any]:
        return {
            "at": self._ms(_micros(told)),
            "text": self._names.told(told),
            "rule": told.rule,
            "bars": [told.event[name] for name in _COMMUNICATION_FIELDS if name in told.event],
            "array": told.array,
            "event": self._numbers.ex_event(told.event),
        }

    def _fields(self, event: TlibEvent) -> dict[str, Any]:
        """What the product reads of an event."""
        fields = event.wire()
        fields |= {name: self._numbers.number(fields[name]) for name in _NUMBER_FIELDS if name in fields}
        fields |= {name: self._numbers.dn(fields[name]) for name in _DN_FIELDS if name in fields}
        for party in fields.get("participants", ()):
            party["dn"] = self._numbers.dn(party["dn"])
        if "supervisors" in fields:
            fields["supervisors"] = [self._numbers.dn(dn) for dn in fields["supervisors"]]
        fields["time"] = date_time(event.time // 1000)
        if event.state is not None:
            fields["state"] = hex(event.state)
        return fields


def _micros(told: ExEvent) -> int:
    """An EX event's time."""
    moment = datetime.fromisoformat(told.time.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000) * 1000


def _bars(events: list[ExEvent]) -> dict[str, list[Span]]:
    """The stretches of each communication, as they were told."""
    bars: dict[str, list[Span]] = {}
    for told in events:
        uuid, time = told.event.get("communicationId"), _micros(told)
        state = _bar_state(told)
        if uuid is None or state is None:
            continue
        spans = bars.setdefault(uuid, [])
        if spans and spans[-1].to is None:
            spans[-1].to = max(time, spans[-1].since)
        if state != "ended":
            spans.append(Span(time, None, state))
    return bars


def _bar_state(told: ExEvent) -> str | None:
    """What a communication is from this event on; None when it does not change."""
    what = told.array.removesuffix("Events")
    if what.endswith("Established"):
        return "alerting" if told.event["initialConfiguration"]["alerting"] else "connected"
    if what == "holdUpdated":
        return "held" if told.event["held"] else "connected"
    return {"communicationAnswered": "connected", "communicationEnded": "ended"}.get(what)

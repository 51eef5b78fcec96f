"""The table of `excp replay`: a call's timeline, the TLib events left, what EX is told right, the outcome below."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.replayed_calls import Ended, Step
from workflows.call.conversation import Summary
from workflows.call.telling import ExEvent
from workflows.call.tlib import PARTY_EVENTS, CallType, Feed, PartyState, TlibEvent

WIDTH = 150
"""Columns where the output is no terminal."""

_COLOURS = {"completed": "green", "suspended": "yellow", "ignored": "dim", "open": "red"}


class TableWriter:
    """Prints a call when it has ended; holds the calls that have not."""

    def __init__(self, output: TextIO) -> None:
        self._console = Console(file=output, width=None if output.isatty() else WIDTH, highlight=False)
        self._timelines: dict[str, list[Step]] = {}

    def step(self, step: Step) -> None:
        if step.event or step.told:
            self._timelines.setdefault(step.call, []).append(step)

    def ended(self, ended: Ended) -> None:
        steps = self._timelines.pop(ended.call, [])
        if not ended.stands:
            return
        table = Table(title=_title(ended.call, steps), title_justify="left", title_style="bold", expand=False)
        table.add_column("time (UTC)", no_wrap=True)
        table.add_column("TLib event")
        table.add_column("told to EX")
        names = _Names()
        for step in steps:
            by_wait = [told for told in step.told if step.event is None or told.cause != step.event.id]
            by_event = [told for told in step.told if step.event and told.cause == step.event.id]
            if by_wait:
                table.add_row("", "[dim]a wait is over[/]", _told(by_wait, names))
            if step.event:
                table.add_row(_clock(step.event.time), _event(step.event), _told(by_event, names))
        self._console.print(table)
        self._console.print(_outcome(ended.summary))
        self._console.print()

    def close(self) -> None:
        pass


def _title(call: str, steps: list[Step]) -> str:
    first = next((step.event for step in steps if step.event), None)
    kind = _call_type(next((s.event.call_type for s in steps if s.event and s.event.call_type is not None), None))
    return f"call {call}{f' · {kind}' if kind else ''}{f' · {first.site}' if first else ''}"


def _outcome(summary: Summary) -> str:
    colour = _COLOURS.get(summary.outcome, "default")
    parts = [f"[bold {colour}]{summary.outcome}[/]", summary.flow, summary.violation, summary.reason]
    parts += [f"{summary.events} events", f"conversation {summary.conversation_id}" if summary.events else None]
    return " · ".join(part if part and part.startswith("[bold") else escape(part) for part in parts if part)


def _event(event: TlibEvent) -> str:
    """One line for an event: its name without `Event`, and what matters of it."""
    name = event.event.removeprefix("Event").removeprefix("Call") if event.feed is Feed.CALL else event.event[5:]
    text = " ".join(filter(None, _details(event)))
    return f"[bold]{name}[/] {escape(text)}"


def _details(event: TlibEvent) -> list[str | None]:
    if event.feed is Feed.VQ:
        return [event.dn, f"→ {event.third_party_dn}" if event.third_party_dn else None]
    if event.event in PARTY_EVENTS:
        return [event.dn or "(no DN)", _state(event), f"({event.cause})" if event.cause else None]
    if event.participants is not None:
        supervisors = f"supervised by {', '.join(event.supervisors)}" if event.supervisors else None
        return [event.dn, "sees", ", ".join(party.dn for party in event.participants), supervisors]
    if event.feed is Feed.AGENT:
        return [event.dn, f"agent {event.agent}" if event.agent else None]
    joins = (("consult of", event.orig_call), ("merged into", event.ref_call), ("linked by", " ".join(event.links)))
    return [
        _call_type(event.call_type),
        f"{event.ani or ''} → {event.dialed or event.dnis or ''}" if event.event == "EventCallCreated" else None,
        *(f"{word} {uuid}" for word, uuid in joins if uuid),
        *(f"{key}={value}" for key, value in event.user_data.items()),
    ]


def _state(event: TlibEvent) -> str | None:
    if event.state is None:
        return None
    phase = event.phase.name.capitalize().replace("_", " ") if event.phase else ""
    bits = [flag.name.lower() for flag in PartyState if event.state & flag and flag.name]
    return ", ".join(filter(None, [phase, *bits])) or hex(event.state)


def _call_type(number: int | None) -> str | None:
    try:
        return CallType(number).name.lower() if number is not None else None
    except ValueError:
        return f"CallType {number}"


_LETTERS = {"external": "X", "ivr": "I", "routing": "Q", "user": "U", "phone": "P"}


class _Names:
    """Short names for the communications of a conversation: X, I, Q, U, P, numbered from the second on."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def give(self, communication_id: str, kind: str) -> None:
        letter = _LETTERS.get(kind, kind)
        self._count[letter] += 1
        self._names[communication_id] = f"{letter}{self._count[letter]}" if self._count[letter] > 1 else letter

    def __getitem__(self, communication_id: str | None) -> str:
        return self._names.get(communication_id or "", "?")


def _told(events: list[ExEvent], names: _Names) -> str:
    return "\n".join(_line(told.array.removesuffix("Events"), told.event, names) for told in events)


def _line(what: str, event: dict[str, Any], names: _Names) -> str:
    initial = event.get("initialConfiguration", {})
    if what.endswith("Established"):
        names.give(event["communicationId"], what.removesuffix("Established"))
    parts = [
        names[event["communicationId"]] if "communicationId" in event else None,
        what,
        "alerting" if initial.get("alerting") else None,
        f"invited by {names[initial['invitedBy']]}" if "invitedBy" in initial else None,
        _way(event, names),
        f"object {names[event['objectCommunicationId']]}" if "objectCommunicationId" in event else None,
        event.get("disconnectType"),
        event.get("finalState"),
        {True: "on hold", False: "off hold"}.get(event["held"]) if "held" in event else None,
    ]
    return f"[dim]{event['eventDateTime'][11:23]}[/] {escape(' '.join(filter(None, parts)))}"


def _way(event: dict[str, Any], names: _Names) -> str | None:
    """By whom a transfer or consult is, and to whom."""
    source, target = event.get("initiatingCommunicationId"), event.get("destinationCommunicationId")
    if target is None:
        return f"by {names[source]}" if source else None
    return f"{names[source] if source else ''} → {names[target]}".lstrip()


def _clock(time: int) -> str:
    moment = datetime.fromtimestamp(time // 1_000_000, UTC)
    return f"{moment:%H:%M:%S}.{time % 1_000_000 // 1000:03d}"

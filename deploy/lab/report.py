"""What a lab run shows at its end: each call as the EX Org holds it, and the figures of the whole run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

DRAWN = 25
"""Up to so many calls are drawn as timelines; more are one line each."""
NAME_WIDTH, END_WIDTH = 30, 20
STYLES = {"external": "blue", "ivr": "magenta", "queue": "yellow", "user": "green", "phone": "cyan"}
KINDS = {"external": "external", "ivr": "IVR", "queue": "queue", "user": "agent", "phone": "number"}
GLYPHS = {"alerting": "░", "connected": "█", "held": "▒"}


@dataclass(frozen=True)
class CallReport:
    """One root call."""

    call: str
    """Root CallUUID."""
    closed: bool
    """The workflow has completed."""
    outcome: str
    flow: str | None
    violation: str | None
    reason: str | None
    conversation: dict[str, Any] | None
    """As the EX Org shows it; None when it never heard of the call."""

    @property
    def open(self) -> bool:
        return not self.closed or (self.conversation is not None and self.conversation["ended"] is None)


@dataclass(frozen=True)
class InstanceFigures:
    """What an ingest instance did with the events it read."""

    name: str
    read: int
    first: int
    duplicate: int
    repeated: int
    invalid: int


@dataclass(frozen=True)
class Report:
    """A whole run."""

    calls: Sequence[CallReport]
    instances: Sequence[InstanceFigures]
    dispatched: dict[str, int]
    """Events by what dispatch did with them."""
    counts: dict[str, Any]
    """The EX Org's own counts."""
    refused: Sequence[dict[str, Any]]
    p50: float | None
    p99: float | None
    """Injected after seen, seconds."""
    seconds: float
    """From the first played event to the end of the last conversation."""
    faults: list[str] = field(default_factory=list)
    """What went wrong in the run itself."""

    @property
    def open(self) -> list[CallReport]:
        return [call for call in self.calls if call.open]

    @property
    def good(self) -> bool:
        return not (self.refused or self.open or self.counts["open"] or self.faults)


def show(report: Report, console: Console) -> None:
    """Print the calls, the figures, and what is wrong."""
    if len(report.calls) <= DRAWN:
        for call in report.calls:
            console.print(_drawn(call, console.width), "")
    else:
        console.print(_listed(report.calls, console.width))
    console.print(_figures(report))
    for refusal in report.refused:
        event = refusal["event"]
        console.print(Text(f"refused: {refusal['array']} {event['eventId']}: {refusal['reason']}", style="red"))
    for call in report.open:
        console.print(Text(f"open: {call.call} ({call.outcome})", style="red"))
    for fault in report.faults:
        console.print(Text(fault, style="red"))
    if report.good:
        console.print(Text("Every conversation has ended, and the EX Org refused nothing.", style="bold green"))
    else:
        console.print(Text("The run was not clean.", style="bold red"))


def _head(call: CallReport) -> Text:
    style = {"completed": "green", "suspended": "yellow", "ignored": "bright_black"}.get(call.outcome, "red")
    text = Text.assemble((call.flow or "–", "bold"), "  ", (call.outcome, style), "  ", (call.call, "bright_black"))
    if call.violation or call.reason:
        text.append(f"  {': '.join(filter(None, (call.violation, call.reason)))}", style)
    return text


def _drawn(call: CallReport, width: int) -> RenderableType:
    """The call as a timeline: a bar to the right of each party's name, for the time it was in the conversation."""
    conversation = call.conversation
    if conversation is None:
        return Group(_head(call), Text("  the EX Org was told nothing of it", style="bright_black"))
    start, end = _span(conversation)
    room = max(20, width - NAME_WIDTH - END_WIDTH - 4)
    lines = [_head(call)]
    for party in conversation["communications"]:
        line = Text(f"  {party['name'][: NAME_WIDTH - 10]:<{NAME_WIDTH - 10}} ")
        line.append(f"{KINDS[party['kind']]:<9}", "bright_black")
        line.append(_bar(party["states"], start, end, room), STYLES[party["kind"]])
        line.append(f" {party['disconnectType'] or 'open'}", "bright_black" if party["disconnectType"] else "red")
        lines.append(line)
    scale = f"{'':{NAME_WIDTH + 2}}0 s{f'{end - start:.1f} s':>{room - 3}}   {conversation['taken']} events"
    return Group(*lines, Text(scale, style="bright_black"))


def _span(conversation: dict[str, Any]) -> tuple[float, float]:
    times = [_seconds(state["at"]) for party in conversation["communications"] for state in party["states"]]
    return min(times), max(max(times), min(times) + 0.001)


def _bar(states: list[dict[str, str]], start: float, end: float, room: int) -> str:
    """Every state is at least one column wide."""

    def column(time: float) -> int:
        return round((time - start) / (end - start) * room)

    bar = ""
    for position, state in enumerate(states):
        if state["state"] == "ended":
            break
        begins = max(len(bar), min(column(_seconds(state["at"])), room - 1))
        follows = states[position + 1]["at"] if position + 1 < len(states) else None
        ends = max(begins + 1, column(_seconds(follows) if follows else end))
        bar = bar.ljust(begins) + GLYPHS[state["state"]] * (ends - begins)
    return bar[:room].ljust(room)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _listed(calls: Sequence[CallReport], width: int) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading, columns in {
        "flow": 4,
        "outcome": 13,
        "CallUUID": 32,
        "told": max(12, width - 65),
        "events": 6,
    }.items():
        table.add_column(heading, no_wrap=True, width=columns)
    for call in calls:
        conversation = call.conversation
        parties = conversation["communications"] if conversation else []
        told = Text(" ").join(Text(p["name"], STYLES[p["kind"]]) for p in parties if p["kind"] != "external")
        outcome = ": ".join(filter(None, (call.outcome, call.violation)))
        table.add_row(call.flow or "–", outcome, call.call, told, str(conversation["taken"]) if conversation else "0")
    return table


def _figures(report: Report) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bright_black")
    table.add_column()
    read = sum(instance.read for instance in report.instances)
    distinct = sum(instance.first for instance in report.instances)
    table.add_row("calls", f"{len(report.calls)}, {_outcomes(report.calls)}")
    table.add_row("TLib events seen", f"{read}, {distinct} distinct; {read - distinct} duplicates dropped")
    for one in report.instances:
        told = f"{one.read} read = {one.first} first + {one.duplicate} the other's + {one.repeated} repeated"
        table.add_row(f"  {one.name}", told + (f"; {one.invalid} unreadable" if one.invalid else ""))
    table.add_row("dispatched", ", ".join(f"{n} {result}" for result, n in sorted(report.dispatched.items())) or "0")
    counts = report.counts
    table.add_row(
        "EX events injected", f"{counts['taken']}; {counts['repeated']} repeated, {counts['refused']} refused"
    )
    statuses = ", ".join(f"{n} × {status}" for status, n in counts["by_status"].items())
    table.add_row("EX requests used", f"{counts['requests']} ({statuses})")
    table.add_row("injected after seen", f"p50 {_milliseconds(report.p50)}, p99 {_milliseconds(report.p99)}")
    table.add_row("lasted", f"{report.seconds:.1f} s")
    return table


def _outcomes(calls: Sequence[CallReport]) -> str:
    outcomes = [call.outcome for call in calls]
    return ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(sorted(outcomes))) or "none"


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1000:.0f} ms"

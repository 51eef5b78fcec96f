"""The table of `excp replay`: a call's timeline, the TLib events left, what EX is told right, the outcome below."""

from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.replay.numbers import Numbers
from workers.replay.story import Story
from workers.replay.words import Names, call_type, clock, event_details, event_name
from workflows.call.conversation import Summary
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent

WIDTH = 150
"""Columns where the output is no terminal."""

_COLOURS = {"completed": "green", "suspended": "yellow", "ignored": "dim", "open": "red"}


def console_for(output: TextIO) -> Console:
    """A console that writes as wide as the terminal; to a file always alike."""
    return Console(file=output, width=None if output.isatty() else WIDTH, highlight=False)


def title(story: Story) -> str:
    """Which call: CallUUID, type, site."""
    events = [moment.event for moment in story.moments if moment.event]
    kind = call_type(next((event.call_type for event in events if event.call_type is not None), None))
    site = events[0].site if events else None
    return " · ".join(filter(None, [f"call {story.call}", kind, site]))


def outcome(summary: Summary) -> str:
    """What became of a call, as console markup."""
    colour = _COLOURS.get(summary.outcome, "default")
    parts = [f"[bold {colour}]{summary.outcome}[/]", summary.flow, summary.violation, summary.reason]
    parts += [f"{summary.events} events", f"conversation {summary.conversation_id}" if summary.events else None]
    return " · ".join(part if part and part.startswith("[bold") else escape(part) for part in parts if part)


def event_line(event: TlibEvent, numbers: Numbers) -> str:
    """A TLib event in one line, as console markup."""
    return f"[bold]{event_name(event)}[/] {escape(event_details(event, numbers))}".rstrip()


def told_lines(events: list[ExEvent], names: Names) -> str:
    """EX events, one a line, as console markup."""
    return "\n".join(f"[dim]{told.time[11:23]}[/] {escape(names.told(told))}" for told in events)


class TableTeller:
    """Prints each call."""

    def __init__(self, output: TextIO, new_numbers: Callable[[], Numbers] = Numbers) -> None:
        self._console = console_for(output)
        self._new_numbers = new_numbers

    def story(self, story: Story) -> None:
        table = Table(title=title(story), title_justify="left", title_style="bold", expand=False)
        table.add_column("time (UTC)", no_wrap=True)
        table.add_column("TLib event")
        table.add_column("told to EX")
        names, numbers = Names(), self._new_numbers()
        for moment in story.moments:
            if moment.event:
                what = clock(moment.event.time), event_line(moment.event, numbers)
                table.add_row(*what, told_lines(moment.told, names))
            elif moment.told:
                table.add_row("", f"[dim]{moment.cause}[/]", told_lines(moment.told, names))
        self._console.print(table)
        self._console.print(outcome(story.summary))
        self._console.print()

    def close(self, account: str) -> None:
        pass

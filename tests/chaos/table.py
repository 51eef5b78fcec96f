"""The table of a run, for people and as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.chaos.verdict import Row

HEADINGS = {
    "calls": "told to EX",
    "events in": "TLib events played",
    "told": "EX events taken",
    "lost": "missing EX events, missing or open conversations; must be 0",
    "other": "EX events that replay does not tell so; must be 0",
    "loose": "calls judged by the invariants alone (accepted, ended, none missing)",
    "same id": "repeated to EX with the same id",
    "refused": "by the EX Org",
    "delay": "longest, from when an event could be told until it was taken, s",
    "recovery": "after the fault until all that was due had been told, s",
}


def table(rows: Sequence[Row]) -> Table:
    """All rows."""
    shown = Table("fault", box=None, pad_edge=False, header_style="bold")
    for heading in HEADINGS:
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        style = None if row.good else "red"
        shown.add_row(Text(row.fault, style=style or ""), *_cells(row), style=style)
    return shown


def _cells(row: Row) -> list[str]:
    counts = (row.calls, row.events, row.told, row.lost, row.other, row.loosely, row.repeated, row.refused)
    return [*map(str, counts), f"{row.delay:.1f}", f"{row.recovery:.1f}"]


def show(rows: Sequence[Row], console: Console) -> None:
    """The table, and what its columns mean."""
    console.print(table(rows))
    console.print(Text("\n".join(f"{name}: {meaning}" for name, meaning in HEADINGS.items()), style="bright_black"))
    for row in rows:
        if row.note:
            console.print(Text(f"{row.fault}: {row.note}", style="bright_black"))
    bad = [row.fault for row in rows if not row.good]
    total = f"{len(rows)} faults, {sum(row.calls for row in rows)} calls, {sum(row.events for row in rows)} events in"
    verdict = f"{len(bad)} rows are not good" if bad else "nothing was lost"
    console.print(Text(f"{total}: {verdict}.", style="bold red" if bad else "bold green"))


def show_details(row: Row, console: Console) -> None:
    """What is wrong with a row."""
    for detail in row.details:
        console.print(Text(f"        {detail}", style="red"), soft_wrap=True)


def write_json(rows: Sequence[Row], path: Path) -> None:
    path.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n", "utf-8")

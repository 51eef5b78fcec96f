"""`excp calls`: what an operator does with open calls and builds. Temporal's client is loaded when one is asked for."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.open_calls.wanted import Wanted, age

if TYPE_CHECKING:
    from workers.open_calls.found import OpenCall

app = typer.Typer(help="Open calls, and the builds they run on.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
CallUuid = Annotated[str, typer.Argument(metavar="CALLUUID", help="Of the conversation's root call.")]


class Outcome(StrEnum):
    """Of a call that is open."""

    OPEN = "open"
    SUSPENDED = "suspended"
    IGNORED = "ignored"
    REFUSED = "refused"


@app.command("list")
def list_calls(
    site: Annotated[str | None, typer.Option(help="Only calls of this site.")] = None,
    build: Annotated[str | None, typer.Option(help="Only calls on this build.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only calls of this outcome so far.")] = None,
    older_than: Annotated[str | None, typer.Option(metavar="AGE", help="90s, 10m, 4h or 2d.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most calls to look at.")] = 100,
    as_json: Json = False,
) -> None:
    """List open calls: outcome, flow, build, age, and what each waits for; in red what waits for a person."""
    wanted = Wanted(site, build, outcome, age(older_than) if older_than else None)
    from workers.open_calls import asked

    found, total = asked.find(wanted, limit)
    if as_json:
        _print_json([asdict(call) for call in found])
        return
    console = Console()
    if not found:
        console.print("no such call is open")
        return
    console.print(_table(found, datetime.now(UTC)))
    if total > len(found):
        console.print(f"{total - len(found)} more: --limit {total}", highlight=False)


@app.command()
def show(call: CallUuid, as_json: Json = False) -> None:
    """Show one call, open or ended: communications, parties, what was heard and told last, what it waits for."""
    from workers.open_calls import asked

    shown = asked.show(call)
    if as_json:
        _print_json(shown.data)
    else:
        Console().print(shown.renderable())


@app.command()
def end(
    call: CallUuid, reason: Annotated[str, typer.Option(help="Shown with the call; no caller's number.")] = ""
) -> None:
    """End a stuck conversation: everything open is told as ended, and its workflow completes."""
    from workers.open_calls import asked

    Console().print(asked.end(call, reason), highlight=False, soft_wrap=True)


@app.command()
def move(
    source: Annotated[str, typer.Option("--from", metavar="BUILD", help="The build the calls run on.")],
    target: Annotated[
        str | None, typer.Option("--to", metavar="BUILD", help="Where they go on; left out: the current build.")
    ] = None,
) -> None:
    """Move the open calls of a build that is gone, or has a bug, to another one, where they go on."""
    from workers.open_calls import asked

    done, to = asked.move(source, target)
    text = f"{done.moved} calls moved from build {source} to build {to}"
    Console().print(text + (f"; {done.ended} had ended meanwhile" if done.ended else ""), highlight=False)
    if done.failing:
        again = f"{done.failing} of them go on when their failed task is tried again, within 10 minutes"
        Console().print(f"{again}: excp calls list --build {to}", highlight=False)


@app.command()
def builds(as_json: Json = False) -> None:
    """List the builds Temporal knows, the newest first, with their open calls."""
    from workers.open_calls import asked

    found = asked.builds()
    if as_json:
        _print_json([asdict(build) | {"open_calls": calls} for build, calls in found])
        return
    table = Table("build", "new calls", "last became current (UTC)", "open calls")
    for build, calls in found:
        since = f"{build.last_current:%Y-%m-%d %H:%M:%S}" if build.last_current else "never"
        table.add_row(escape(build.id), "begin here" if build.current else "", since, str(calls))
    Console().print(table)


@app.command()
def current(build: Annotated[str, typer.Argument(metavar="BUILD", help="A build whose worker runs.")]) -> None:
    """Let new calls begin on this build; running calls stay where they are."""
    from workers.open_calls import asked

    asked.make_current(build)
    Console().print(f"new calls begin on build {build}", highlight=False)


def _print_json(data: object) -> None:
    print(json.dumps(data, default=str, indent=2, ensure_ascii=False))


def _table(found: Sequence["OpenCall"], now: datetime) -> Table:
    table = Table("call", "site", "outcome", "flow", "build", "age", "waits for")
    for call in found:
        cells = (call.call, call.site, call.outcome, call.flow or "–", call.build, _shown_age(now - call.began))
        waits = escape(call.waits_for)
        table.add_row(*map(escape, cells), f"[bold red]{waits}[/]" if call.stuck else waits)
    return table


def _shown_age(passed: timedelta) -> str:
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"

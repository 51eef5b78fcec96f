"""`excp replay`: what would be told to EX for the calls of text logs? No Redis, no Temporal, no network."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from workers.errors import ExcpError
from workers.replay.formats import Format, Shown, writer
from workers.replay.log_events import MergedLogs
from workers.replay.log_file import LogError
from workers.replay.mapping_file import load_mapping
from workers.replay.numbers import listed_dns
from workers.replay.run import Account, find_log, find_logs, progress, tell
from workers.settings import load

__all__ = ["find_log", "replay"]

Logs = Annotated[
    list[str],
    typer.Argument(
        metavar="LOG...",
        help="PATH, or SITE=PATH; PATH is of the mapping's first site. Plain or gzip; `-` for standard input",
    ),
]
Mapping = Annotated[Path, typer.Option(help="Which Engage object is which EX object", dir_okay=False)]
HideNumbers = Annotated[bool, typer.Option("--hide-numbers", help="Mask callers' numbers (table, html, explain)")]


def replay(
    logs: Logs,
    mapping: Mapping,
    format: Annotated[Format, typer.Option(help="How to write it")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    call: Annotated[
        list[str] | None, typer.Option(help="Only the conversation with this CallUUID (table, html); may be repeated")
    ] = None,
    hide_numbers: HideNumbers = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 2 when an event cannot be read")] = False,
) -> None:
    """Show what would be told to EX for the calls of T-Server text logs, in the C or the PSDK format.

    Logs may be rotated, overlap, and be given in any order; those of several sites are merged by event time. Waits are
    those of the settings (`excp config`).
    """
    settings = load("config")
    known = load_mapping(mapping)
    sources = find_logs(logs, known)
    if format in (Format.JSONL, Format.BATCHES) and (call or hide_numbers):
        raise ExcpError(f"--hide-numbers and --call work with table and html, not with {format}")
    if format is Format.HTML and output is None and sys.stdout.isatty():
        raise ExcpError("a page is no reading for a terminal: --output FILE")
    account = Account()
    with _opened(output) as file, progress(sources, account, shown=_has_free_terminal(output)) as on_read:
        source = MergedLogs(sources, {settings.user_data_key}, account.faults, on_read)
        shown = Shown(_named(logs), source.place, tuple(call or ()), hide_numbers, listed_dns(known))
        tell(source, known, settings, writer(format, file, shown), account)
    typer.echo(str(account), err=True)
    if not account.counts["events"]:
        typer.echo("No call is in these logs: are they those of a SIP Server, in the C or the PSDK format?", err=True)
    if strict and account.faults.unreadable:
        raise typer.Exit(2)


def _named(logs: list[str]) -> str:
    """The logs of a run, for a heading."""
    return ", ".join(logs) if len(logs) < 4 else f"{logs[0]} and {len(logs) - 1} more"


def _has_free_terminal(output: Path | None) -> bool:
    """True when standard error is a terminal on which nothing else is written."""
    return sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        file = output.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise LogError(f"{output} cannot be written: {error.strerror}") from None
    with file:
        yield file

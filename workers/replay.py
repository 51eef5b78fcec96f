"""`excp replay`: what would be told to EX for the calls of text logs? No Redis, no Temporal, no network."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from workers.log_events import Faults, Log, LogError, merged
from workers.mapping_file import load_mapping
from workers.replay_formats import Format, Writer, writer
from workers.replayed_calls import Ended, Record, ReplayedCalls, Step
from workers.settings import Settings, load
from workflows.call.directory import Snapshot
from workflows.call.scene import Options


def replay(
    logs: Annotated[
        list[str], typer.Argument(metavar="LOG...", help="PATH, or SITE=PATH; PATH is of the mapping's first site")
    ],
    mapping: Annotated[Path, typer.Option(help="Which Engage object is which EX object", dir_okay=False)],
    format: Annotated[Format, typer.Option(help="How to write it")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 2 when an event cannot be read")] = False,
) -> None:
    """Show what would be told to EX for the calls of T-Server text logs.

    Logs of several sites are merged by event time. Waits are those of the settings (`excp config`).
    """
    settings = load("config")
    known = load_mapping(mapping)
    sources = [find_log(text, known) for text in logs]
    faults = Faults()
    with _opened(output) as file:
        counts = _run(sources, known, settings, faults, writer(format, file))
    _report(faults, counts)
    if strict and faults.unreadable:
        raise typer.Exit(2)


def find_log(text: str, mapping: Snapshot) -> Log:
    """A log of the command line: `PATH` or `SITE=PATH`. Raises LogError."""
    site, equals, path = text.partition("=")
    if not equals or Path(text).exists():
        return Log(mapping.sites[0].name, Path(text))
    names = [known.name for known in mapping.sites]
    if site not in names:
        raise LogError(f"{text}: {site!r} is no site of the mapping file, which has {', '.join(names)}")
    return Log(site, Path(path))


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


def _run(logs: list[Log], mapping: Snapshot, settings: Settings, faults: Faults, out: Writer) -> Counter[str]:
    counts: Counter[str] = Counter()
    options = Options(
        ivr_after=settings.ivr_after,
        settle=settings.settle,
        linger=settings.linger,
        wrapup_window=settings.wrapup_window,
        user_data_key=settings.user_data_key,
    )
    calls = ReplayedCalls(mapping, options, settings.silence)
    for event in merged(logs, {settings.user_data_key}, faults):
        counts["events"] += 1
        _name(faults)
        for record in calls.take(event):
            _write(record, out, counts)
    _name(faults)
    for record in calls.finish():
        _write(record, out, counts)
    out.close()
    return counts


def _write(record: Record, out: Writer, counts: Counter[str]) -> None:
    if isinstance(record, Step):
        counts["told"] += len(record.told)
        out.step(record)
    elif isinstance(record, Ended):
        counts["calls"] += record.stands
        out.ended(record)
    else:
        counts["lost"] += 1
        event = record.event
        typer.echo(f"{event.event} {event.id} of call {event.call or event.conn}: {record.reason}", err=True)


def _name(faults: Faults) -> None:
    for fault in faults.new:
        typer.echo(fault, err=True)
    faults.new.clear()


def _report(faults: Faults, counts: Counter[str]) -> None:
    typer.echo(
        f"{counts['events']} events of {counts['calls']} calls, {counts['told']} told to EX; "
        f"{faults.unreadable} unreadable, {counts['lost']} without a call or late, {faults.others} of other kinds",
        err=True,
    )

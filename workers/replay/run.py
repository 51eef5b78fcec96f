"""The run over the logs that `excp replay` and `excp explain` have in common."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from workers.replay.formats import Writer
from workers.replay.log_events import Faults, Log, MergedLogs
from workers.replay.log_file import STANDARD_INPUT, LogError
from workers.replay.replayed_calls import Ended, Lost, Record, ReplayedCalls, Step
from workers.settings import Settings
from workflows.call.directory import Snapshot
from workflows.call.scene import Options

_MADE = 50_000
"""New objects after which Python looks for cycles: a run makes many and keeps few, and at 700 a fifth of its time
goes into looking."""


def find_log(text: str, mapping: Snapshot) -> Log:
    """A log of the command line: `PATH` or `SITE=PATH`, `-` for standard input. Raises LogError."""
    site, equals, path = text.partition("=")
    if not equals or Path(text).exists():
        return Log(mapping.sites[0].name, Path(text))
    names = [known.name for known in mapping.sites]
    if site not in names:
        raise LogError(f"{text}: {site!r} is no site of the mapping file, which has {', '.join(names)}")
    return Log(site, Path(path))


def find_logs(texts: Sequence[str], mapping: Snapshot) -> list[Log]:
    """The logs of the command line. Raises LogError."""
    logs = [find_log(text, mapping) for text in texts]
    if sum(log.path == STANDARD_INPUT for log in logs) > 1:
        raise LogError("standard input (-) can be read only once")
    return logs


@dataclass
class Account:
    """What was read, and what became of it: events = heard + noted + lost."""

    say: Callable[[str], None] = lambda text: typer.echo(text, err=True)
    """Names what is left out."""
    on_lost: Callable[[Lost], None] | None = None
    """Gets the events that reached no conversation; without it they are named."""
    faults: Faults = field(default_factory=Faults)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, record: Record) -> None:
        if isinstance(record, Step):
            self.counts["told"] += len(record.told)
        elif isinstance(record, Ended):
            self.counts["calls"] += record.stands
        elif isinstance(record, Lost):
            self.counts["lost"] += 1
            if self.on_lost is not None:
                self.on_lost(record)
                return
            event = record.event
            self.say(f"{event.event} {event.id} of call {event.call or event.conn}: {record.reason}")
        else:
            self.counts["noted"] += 1

    def name_faults(self) -> None:
        for fault in self.faults.new:
            self.say(fault)
        self.faults.new.clear()

    def __str__(self) -> str:
        counts, faults = self.counts, self.faults
        return (
            f"{counts['events']} events of {counts['calls']} calls, {counts['told']} told to EX; "
            f"{faults.unreadable} unreadable, {counts['lost']} without a call or late, {faults.repeated} repeated, "
            f"{counts['noted']} logins outside calls, {faults.others} of other kinds"
        )


def options_of(settings: Settings) -> Options:
    """The call model's options."""
    return Options(
        ivr_after=settings.ivr_after,
        settle=settings.settle,
        linger=settings.linger,
        wrapup_window=settings.wrapup_window,
        user_data_key=settings.user_data_key,
    )


def tell(source: MergedLogs, mapping: Snapshot, settings: Settings, out: Writer, account: Account) -> None:
    """Run the calls of the logs and write what is told. Raises LogError."""
    gc.set_threshold(_MADE)
    calls = ReplayedCalls(mapping, options_of(settings), settings.silence)
    for event in source:
        account.counts["events"] += 1
        account.name_faults()
        for record in calls.take(event):
            _write(record, out, account)
    account.name_faults()
    for record in calls.finish():
        _write(record, out, account)
    out.close(str(account))


def _write(record: Record, out: Writer, account: Account) -> None:
    account.take(record)
    if isinstance(record, Step):
        out.step(record)
    elif isinstance(record, Ended):
        out.ended(record)


@contextmanager
def progress(logs: Sequence[Log], account: Account, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """Show on standard error how far the run is. Yields what is to be told of each count of bytes read."""
    if not shown:
        yield lambda count: None
        return
    known = all(log.path.is_file() for log in logs)
    total = sum(log.path.stat().st_size for log in logs) if known else None
    figures = (DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(BarColumn(), *figures, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.update(task, advance=count, description=f"{account.counts['calls']} calls")

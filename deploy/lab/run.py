"""`excp lab run`: what is played, the run itself with its progress, and the gathering of what came out."""

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError

from deploy.lab.lab import Lab, Progress, StuckError
from deploy.lab.processes import ProcessError
from deploy.lab.readings import Metrics
from deploy.lab.report import CallReport, InstanceFigures, Report, show
from deploy.lab.sample_logs import SAMPLES
from workers.errors import ExcpError
from workers.replay.command import find_log
from workers.replay.mapping_file import load_mapping
from workflows.call.directory import Snapshot

PATIENCE = 45.0
"""Seconds without any change after which a run is given up: longer than any wait of a call in the lab."""


ANSWER_WITHIN = timedelta(seconds=3)
"""For a call's workflow to answer a query: one whose worker fails never does."""
LINE_EVERY = 5.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True)
class Play:
    """What a run plays: the mapping, and the logs of each site."""

    mapping: Path
    logs: Mapping[str, Sequence[Path]]


def find_play(logs: Sequence[str], mapping: Path | None) -> Play:
    """From the command line: nothing (the samples), a folder as `generate` writes it, or logs. Raises ExcpError."""
    folder = SAMPLES if not logs else Path(logs[0]) if len(logs) == 1 and Path(logs[0]).is_dir() else None
    if folder is not None:
        mapping = mapping or folder / "mapping.yaml"
        found = sorted(folder.glob("*.log"))
        if not found:
            raise ExcpError(f"{folder}: there is no *.log in it")
        return Play(mapping, _by_site(found, load_mapping(mapping)))
    if mapping is None:
        raise ExcpError("the logs need a mapping file: --mapping FILE")
    known = load_mapping(mapping)
    sites: dict[str, list[Path]] = {}
    for text in logs:
        log = find_log(text, known)
        if not log.path.is_file():
            raise ExcpError(f"{log.path}: there is no such log")
        sites.setdefault(log.site, []).append(log.path)
    return Play(mapping, sites)


def _by_site(logs: Sequence[Path], mapping: Snapshot) -> dict[str, list[Path]]:
    """`SITE.log` belongs to that site, any other log to the mapping's first site."""
    names = [site.name for site in mapping.sites]
    sites: dict[str, list[Path]] = {}
    for log in logs:
        sites.setdefault(log.stem if log.stem in names else names[0], []).append(log)
    return sites


def run(play: Play, speed: float, keep: bool, console: Console) -> int:
    """Run a lab to its end; the exit code. Ctrl-C and SIGTERM stop everything it started.

    Raises ExcpError.
    """
    try:
        return asyncio.run(_until_signal(_run(play, speed, keep, console), console))
    except asyncio.CancelledError:
        console.print("stopped")
        return 130
    except (RPCError, httpx.HTTPError) as error:
        raise ProcessError(f"a server of the lab does not answer any more: {error!r}") from None


async def _until_signal(work: Coroutine[Any, Any, int], console: Console) -> int:
    task = asyncio.current_task()
    assert task is not None

    def stop() -> None:
        console.print("stopping everything …")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    return await work


async def _run(play: Play, speed: float, keep: bool, console: Console) -> int:
    async with _folder(console) as folder, Lab(folder.path, play.mapping, play.logs, speed=speed) as lab:
        console.print(f"{len(lab.processes)} processes run, the SIP Servers play.")
        _print_addresses(lab, console, ("EX Org", "Temporal UI"))
        begun = time.monotonic()
        faults = await _play(lab, console)
        report = await gather(lab, time.monotonic() - begun, faults)
        show(report, console)
        folder.keep = not report.good
        if keep:
            _print_addresses(lab, console, (*lab.addresses, *lab.measured))
            console.print("Everything goes on running: Ctrl-C stops it.")
            await asyncio.get_running_loop().create_future()
        return 0 if report.good else 1


@dataclass
class Folder:
    """The run's temporary folder."""

    path: Path
    keep: bool = False


@asynccontextmanager
async def _folder(console: Console) -> AsyncIterator[Folder]:
    """Removed in the end, but when something went wrong: its logs may tell why."""
    folder = Folder(Path(tempfile.mkdtemp(prefix="excp-lab-")))
    try:
        yield folder
    except Exception:
        folder.keep = True
        raise
    finally:
        if folder.keep:
            console.print(f"The logs are in {folder.path}")
        else:
            shutil.rmtree(folder.path, ignore_errors=True)


def _print_addresses(lab: Lab, console: Console, names: Sequence[str]) -> None:
    addresses = lab.addresses | {name: f"{lab.metrics_url(name)} (metrics)" for name in lab.measured}
    for name in names:
        console.print(f"  {name:<12} {escape(addresses[name])}", highlight=False, soft_wrap=True)


async def _play(lab: Lab, console: Console) -> list[str]:
    """Play, and show the progress to the end; what went wrong."""
    total = await asyncio.to_thread(lab.events)
    show_progress = _bar if console.is_terminal else _lines
    lab.play()
    try:
        with show_progress(console, total) as shown:
            async for now in lab.watch(PATIENCE):
                shown(now)
    except StuckError as error:
        return [str(error)]
    return []


Shown = Callable[[Progress], None]


@contextmanager
def _bar(console: Console, total: int) -> Iterator[Shown]:
    """The progress as a bar that is gone afterwards."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda now: bar.update(task, completed=now.played, description=_described(now))


@contextmanager
def _lines(console: Console, total: int) -> Iterator[Shown]:
    """The progress as a line every few seconds."""
    printed = time.monotonic()

    def shown(now: Progress) -> None:
        nonlocal printed
        if time.monotonic() - printed >= LINE_EVERY:
            printed = time.monotonic()
            console.print(f"  {now.played}/{total} {_described(now)}", highlight=False, soft_wrap=True)

    yield shown


def _described(now: Progress) -> str:
    doing = "played" if not now.finished else "played, waiting for the last calls"
    return f"events {doing} · {now.running} calls open, {now.calls - now.running} ended · {now.taken} told to EX"


async def gather(lab: Lab, seconds: float, faults: list[str]) -> Report:
    """Everything a run has brought forth, from the product's metrics, Temporal and the EX Org."""
    measured: dict[str, Metrics] = {}
    for name in lab.measured:
        try:
            measured[name] = await lab.metrics(name)
        except ProcessError as error:
            faults = [*faults, str(error)]
    dispatch = Metrics.added(measured[name] for name in measured if lab.product[name] == "dispatch")
    worker = Metrics.added(measured[name] for name in measured if lab.product[name] == "worker")
    return Report(
        calls=await _calls(lab),
        instances=[_instance(name, measured[name]) for name in measured if lab.product[name] == "ingest"],
        dispatched={k: round(n) for k, n in dispatch.by("excp_dispatch_events_total", "result").items() if n},
        counts=await lab.ex_org.counts(),
        refused=await lab.ex_org.refused(),
        p50=worker.quantile("excp_injection_latency_seconds", 0.5),
        p99=worker.quantile("excp_injection_latency_seconds", 0.99),
        seconds=seconds,
        faults=faults,
    )


def _instance(name: str, metrics: Metrics) -> InstanceFigures:
    read, first, duplicate, repeated, invalid = (
        round(metrics.sum(f"excp_ingest_events_{what}_total"))
        for what in ("read", "first", "duplicate", "repeated", "invalid")
    )
    return InstanceFigures(name, read, first, duplicate, repeated, invalid)


async def _calls(lab: Lab) -> list[CallReport]:
    """The calls, oldest first."""
    told = {each["interactionId"]: each["conversationId"] for each in await lab.ex_org.conversations()}
    few_at_once = asyncio.Semaphore(20)

    async def report(execution: WorkflowExecution) -> CallReport:
        async with few_at_once:
            return await _call(lab, execution, told)

    reports = await asyncio.gather(*[report(each) async for each in lab.temporal.list_workflows("")])
    return sorted(reports, key=lambda report: (report.conversation or {}).get("started", ""))


async def _call(lab: Lab, execution: WorkflowExecution, told: Mapping[str, str]) -> CallReport:
    call = execution.id.removeprefix("call-")
    closed = execution.status == WorkflowExecutionStatus.COMPLETED
    handle = lab.temporal.get_workflow_handle(execution.id, run_id=execution.run_id)
    try:
        data = await (handle.result() if closed else handle.query("conversation", rpc_timeout=ANSWER_WITHIN))
    except (RPCError, WorkflowQueryFailedError) as error:
        data = {"outcome": "stuck", "flow": None, "violation": None, "reason": f"{error}; see worker.log"}
    conversation = await lab.ex_org.conversation(told[call]) if call in told else None
    return CallReport(
        call, closed, data["outcome"], data["flow"], data["violation"], data["reason"], conversation=conversation
    )

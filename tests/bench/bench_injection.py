"""How many calls go into 300 requests a minute, and how long their events wait: the injection stage, and the pipeline.

Run with `make bench` or `python -m tests.bench.bench_injection [BEGINNING OF A ROW'S NAME]`. The stage is real
Temporal, Redis, the call worker and the lab's EX Org, with a load in a process of its own instead of ingest and
dispatch. Delay is from the SIP Server's time of the causing event until the EX Org has it: much of it are waits the
call model makes (an IVR is one after a second). Temporal's server takes more of the machine than the product does: what
the EX Org takes without it is in `bench_ex_budget`. All figures are of one run on one machine: read the ratios.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self

from rich.console import Console
from rich.table import Table

from deploy.lab.generate import SITE, generate
from deploy.lab.lab import Lab
from deploy.lab.product import PRODUCT
from deploy.lab.servers import ExOrgOptions
from deploy.lab.wire import Wire
from tests.bench.bench_ex_away import cpu
from tests.integration.eventually import eventually
from workers.replay.log_events import Faults, Log, merged
from workers.replay.mapping_file import load_mapping
from workers.replay.replayed_calls import ReplayedCalls, Step
from workers.settings import load
from workflows.call.encoding import identifier
from workflows.call.scene import Options

POISONED = 10
"""Every so many calls one holds an event that EX answers 400 to."""
PATIENCE = 600.0
IDLE = 5.0
OLD = 15.0
"""Seconds after which a conversation counts as old."""


@dataclass(frozen=True)
class Run:
    """One row."""

    name: str
    rate: float
    """New calls a second."""
    poisoned: bool = False
    whole: bool = False
    """With SIP Servers, ingest and dispatch."""
    budget: int = 300
    """Requests a minute."""
    away: float = 0.0
    """Seconds at least that every message to Temporal and every answer takes; half as long again on average."""
    seconds: int = 45
    """For which new calls begin."""


@dataclass(frozen=True)
class Delays:
    """Of the events of calls without poison, in seconds."""

    all: list[float]
    middle: list[float]
    """Of the second third of the time in which calls begin: the rate is reached then."""
    last: list[float]
    """Of the third third."""
    old: list[float]
    """Of conversations that are old."""
    young: list[float]


@dataclass(frozen=True)
class Figures:
    """What a run brought forth."""

    calls: int
    events: int
    requests_a_minute: float
    delays: Delays
    refused: int
    late: float
    """How far the load fell behind, seconds."""
    idle: float
    """Cores nobody used in the busiest time (`IDLE`)."""
    cores: dict[str, float]
    """Used on average, by process."""
    lasted: float
    """Seconds from the last call's end until everything was told."""


def poison(log: Path, mapping: Path) -> tuple[set[str], set[str]]:
    """Of every tenth call an event in its middle, by id; and the conversations of these calls."""
    settings = load("config")
    options = Options(settings.ivr_after, settings.settle, settings.linger, settings.wrapup_window)
    replayed = ReplayedCalls(load_mapping(mapping), options, settings.silence)
    told: dict[str, list[str]] = {}
    records = [record for event in merged([Log(SITE, log)], [], Faults()) for record in replayed.take(event)]
    for record in [*records, *replayed.finish()]:
        if isinstance(record, Step):
            told.setdefault(record.call, []).extend(each.event_id for each in record.told)
    chosen = [call for number, call in enumerate(call for call in told if told[call]) if number % POISONED == 5]
    return {told[call][len(told[call]) // 2] for call in chosen}, {identifier(c, "conversation") for c in chosen}


class Far:
    """Between the product and Temporal, so that messages take a while."""

    def __init__(self, away: float) -> None:
        self._away = away
        self._wire: Wire | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._wire is not None:
            await self._wire.close()

    async def reached(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """The environment by which Temporal is reached from afar."""
        if not self._away:
            return environment
        self._wire = Wire(int(environment["TEMPORAL_ADDRESS"].rpartition(":")[2]))
        self._wire.lag = self._wire.request_lag = self._away
        await self._wire.start()
        return {**environment, "TEMPORAL_ADDRESS": f"127.0.0.1:{self._wire.port}"}


async def least_idle() -> float:
    """Until cancelled: how many cores nobody used in the busiest `IDLE` seconds."""
    least, before, at = float("inf"), idle_time(), time.monotonic()
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(IDLE)
            now, then = idle_time(), time.monotonic()
            least, before, at = min(least, (now - before) / (then - at)), now, then
    return least


def idle_time() -> float:
    """Seconds that this machine's cores were idle since it began."""
    return float(Path("/proc/uptime").read_text("ascii").split()[1])


def first_time(log: Path) -> float:
    return next(iter(merged([Log(SITE, log)], [], Faults()))).time / 1e6


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def delays(run: Run, taken: Sequence[dict[str, Any]], poisoned: set[str], shift: float) -> Delays:
    """`shift`: by how many seconds the play was later than the log."""
    found: list[tuple[float, float, float]] = []
    begun: dict[str, float] = {}
    for each in taken:
        event = each["event"]
        at, conversation = seconds(event["eventDateTime"]) + shift, event["conversationId"]
        age = at - begun.setdefault(conversation, at)
        if conversation not in poisoned:
            found.append((at, seconds(each["received"]) - at, age))
    third = run.seconds / 3
    thirds = [
        [delay for at, delay, _ in found if number <= (at - found[0][0]) / third < number + 1] for number in (1, 2)
    ]
    return Delays(
        all=[delay for _, delay, _ in found],
        middle=thirds[0],
        last=thirds[1],
        old=[delay for _, delay, age in found if age >= OLD],
        young=[delay for _, delay, age in found if age < OLD],
    )


async def measure(run: Run) -> Figures:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calls = round(run.rate * run.seconds)
        generate(calls, run.rate, 7, folder)
        log, mapping = folder / f"{SITE}.log", folder / "mapping.yaml"
        ids, conversations = poison(log, mapping) if run.poisoned else (set[str](), set[str]())
        product = PRODUCT if run.whole else {"worker": "worker"}
        logs = {SITE: [log]} if run.whole else {}
        settings = {"LINGER": "2", "WRAPUP_WINDOW": "2"}
        org = ExOrgOptions(requests_per_minute=run.budget)
        async with (
            Far(run.away) as far,
            Lab(folder, mapping, logs, product=product, settings=settings, ex_org=org, between=far.reached) as lab,
        ):
            await lab.ex_org.fault_events(poisoned=sorted(ids))
            watched = ["temporal", "redis", "ex-org", *product]
            before = {each: cpu(lab.processes[each].pid) for each in watched}
            begin, idle = time.monotonic(), asyncio.create_task(least_idle())
            shift = time.time() - first_time(log) if run.whole else 0.0
            late = await (play_whole(lab) if run.whole else play_stage(lab, log))
            played = time.monotonic()
            idle.cancel()
            await all_told(lab)
            lasted, spent = time.monotonic() - played, time.monotonic() - begin
            cores = {each: (cpu(lab.processes[each].pid) - before[each]) / spent for each in watched}
            counts, taken = await lab.ex_org.counts(), await lab.ex_org.events()
    return Figures(
        calls=calls,
        events=len(taken),
        requests_a_minute=counts["requests"] / spent * 60,
        delays=delays(run, taken, conversations, shift),
        refused=len(ids),
        late=late,
        idle=await idle,
        cores=cores,
        lasted=lasted,
    )


async def play_stage(lab: Lab, log: Path) -> float:
    command = (sys.executable, "-m", "tests.bench.call_load", str(log), SITE)
    environment = {**lab.environment, "PYTHONPATH": os.getcwd()}
    playing = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await playing.communicate()
    assert playing.returncode == 0
    return float(json.loads(said.splitlines()[-1])["late"])


async def play_whole(lab: Lab) -> float:
    lab.play()

    async def finished() -> bool:
        return (await lab.progress()).finished

    await eventually(finished, PATIENCE)
    return 0.0


async def all_told(lab: Lab) -> None:
    async def none_runs() -> bool:
        return not (await lab.temporal.count_workflows("ExecutionStatus = 'Running'")).count

    await eventually(none_runs, PATIENCE)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else float("nan")


RUNS = (
    Run("2 calls/s", 2),
    Run("2 calls/s, every tenth poisoned", 2, poisoned=True),
    Run("10 calls/s", 10),
    Run("10 calls/s, Temporal 30 ms away", 10, away=0.015),
    Run("10 calls/s, 150 requests/min", 10, budget=150),
    Run("15 calls/s", 15),
    Run("20 calls/s", 20, seconds=150),
    Run("whole pipeline, 2 calls/s", 2, whole=True),
    Run("whole pipeline, 10 calls/s", 10, whole=True),
    Run("whole pipeline, 5 calls/s, 75 requests/min", 5, whole=True, budget=75),
)


def show(found: dict[Run, Figures], console: Console) -> None:
    table = Table(title="Injection at 300 requests a minute or as said; delays in seconds, of calls without poison")
    headings = (
        "",
        "events/call",
        "requests/min",
        "p50",
        "p99",
        "last third ÷ 2nd",
        "old ÷ young p99",
        "to without poison",
    )
    for heading in (*headings, "behind", "cores: worker", "temporal", "rest", "idle"):
        table.add_column(heading, justify="right" if heading else "left")
    for run, figures in found.items():
        of = figures.delays
        without = found.get(Run(f"{run.rate:g} calls/s", run.rate)) if run.poisoned else None
        ratio = (
            f"{median(of.all) / median(without.delays.all):.2f}, p99 {p99(of.all) / p99(without.delays.all):.2f}"
            if without
            else ""
        )
        rest = sum(cores for name, cores in figures.cores.items() if name not in ("worker", "temporal"))
        table.add_row(
            run.name,
            f"{figures.events / figures.calls:.1f}",
            f"{figures.requests_a_minute:.0f}",
            f"{median(of.all):.2f}",
            f"{p99(of.all):.2f}",
            f"{median(of.last) / median(of.middle):.2f}",
            f"{p99(of.old) / p99(of.young):.2f}" if len(of.old) > 1 else "",
            ratio,
            f"{figures.late:.1f}",
            f"{figures.cores['worker']:.2f}",
            f"{figures.cores['temporal']:.2f}",
            f"{rest:.2f}",
            f"{figures.idle:.2f}",
        )
    console.print(table)
    console.print(
        f"behind: how late the load itself was at most. idle: cores, in the busiest {IDLE:g} s; the others are"
    )
    console.print("averages of the whole run. Less than 0.2 idle, and this machine is the limit: see bench_ex_budget.")


async def main(wanted: str, console: Console) -> None:
    found: dict[Run, Figures] = {}
    for run in (run for run in RUNS if run.name.startswith(wanted)):
        console.print(f"{run.name} …")
        found[run] = await measure(run)
    show(found, console)


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]), Console(width=170)))

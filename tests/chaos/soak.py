"""`python -m tests.chaos.soak --minutes 30`: steady traffic, random faults, and whether memory stays flat."""

import asyncio
import random
import re
import shutil
import signal
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.chaos.matrix import MATRIX, Fault
from tests.chaos.pipeline import PRODUCT, Pipeline
from tests.chaos.run import INJECT_WITHIN, one_window, run_window, said
from tests.chaos.table import show, show_details
from tests.chaos.traffic import Traffic
from tests.chaos.verdict import Row

EVERY = 10.0
"""Seconds between two samples of memory."""
REST = 10.0
"""Seconds of quiet between two faults."""
FLAT = 1.15
"""Memory in the last third over that in the second: more is no longer flat."""
NOISE = 8 * 2**20
"""Bytes that may come and go."""
MEASURED = (*PRODUCT, "redis", "temporal")


@dataclass
class Memory:
    """Resident memory of the processes, and what Redis says it uses (bytes)."""

    samples: defaultdict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    """By process: seconds since the start, and bytes."""

    async def watch(self, rig: Pipeline) -> None:
        """Sample until cancelled."""
        began = time.monotonic()
        while True:
            await asyncio.sleep(EVERY)
            now = time.monotonic() - began
            for name in MEASURED:
                if name in rig.lab.processes and (size := _resident(rig.lab.processes[name].pid)):
                    self.samples[name].append((now, size))
            try:
                async with asyncio.timeout(2):
                    used = (await rig.lab.redis.info("memory"))["used_memory"]
            except Exception:
                continue  # Redis is the one that is disturbed
            self.samples["redis used_memory"].append((now, int(used)))


def _resident(pid: int) -> int | None:
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


@dataclass(frozen=True)
class Trend:
    """How the memory of a process went, over thirds of the run."""

    thirds: tuple[float, float, float]
    """Mean bytes."""
    slope: float
    """Bytes an hour, over the second and last third."""

    @classmethod
    def of(cls, samples: list[tuple[float, int]]) -> "Trend | None":
        """None when there are too few."""
        third = len(samples) // 3
        if not third:
            return None
        parts = samples[:third], samples[third : 2 * third], samples[2 * third :]
        later = [*parts[1], *parts[2]]
        middle, level = mean(t for t, _ in later), mean(size for _, size in later)
        spread = sum((t - middle) ** 2 for t, _ in later)
        slope = sum((t - middle) * (size - level) for t, size in later) / spread if spread else 0.0
        begin, mid, end = (mean(size for _, size in part) for part in parts)
        return cls((begin, mid, end), slope * 3600)

    @property
    def flat(self) -> bool:
        _, middle, end = self.thirds
        return end <= FLAT * middle or end - middle <= NOISE


async def soak(minutes: float, caps: float, seed: int, place: Path, console: Console) -> tuple[Row, Memory]:
    """Run it: the row of the whole time, and the memory."""
    choose = random.Random(seed)
    memory, ran, failed = Memory(), 0, list[str]()
    faults = [each for each in MATRIX if each.soak]
    async with one_window(place, "soak", Traffic(seconds=60 * minutes, caps=caps)) as (rig, window):
        watching = asyncio.create_task(memory.watch(rig))

        async def all_faults(rig: Pipeline) -> None:
            nonlocal ran
            until = time.monotonic() + 60 * minutes
            while time.monotonic() < until - REST:
                each = choose.choice(faults)
                began = time.monotonic()
                try:
                    await _inject(rig, each)
                except Exception as error:
                    failed.append(f"fault {ran + 1}, {each.name}: {said(error)}")
                    console.print(failed[-1], style="red", highlight=False, soft_wrap=True)
                    await rig.restore()
                ran += 1
                left = (until - time.monotonic()) / 60
                told = await rig.taken()
                lasted = time.monotonic() - began
                text = f"{ran:>3} {each.name} ({lasted:.0f} s); told so far {told}, {left:.1f} minutes left"
                console.print(text, highlight=False, soft_wrap=True)
                await asyncio.sleep(REST)

        row = await run_window(rig, window, [Fault("soak", all_faults)], within=60 * minutes + INJECT_WITHIN)
        watching.cancel()
    row.note = f"{ran} faults"
    row.details = failed + row.details
    return row, memory


async def _inject(rig: Pipeline, each: Fault) -> None:
    rig.begin_fault()
    async with asyncio.timeout(INJECT_WITHIN):
        await each.inject(rig)
    await rig.restore()


def main(
    minutes: Annotated[float, typer.Option(help="How long calls begin")] = 30,
    caps: Annotated[float, typer.Option(help="Calls a second that begin")] = 2.0,
    seed: Annotated[int, typer.Option(help="Which faults, in which order")] = 1,
) -> None:
    """Steady traffic with random faults of the matrix, and the memory of each process; exit code 1 on loss."""
    console = Console(width=None if Console().is_terminal else 150)
    place = Path(tempfile.mkdtemp(prefix="excp-soak-"))
    console.print(f"{minutes:g} minutes at {caps:g} calls a second; logs in {place}", highlight=False)
    row, memory = asyncio.run(_run(minutes, caps, seed, place, console))
    show([row], console)
    show_details(row, console)
    show_memory(memory, console)
    if row.good:
        shutil.rmtree(place, ignore_errors=True)
        return
    raise typer.Exit(1)


async def _run(minutes: float, caps: float, seed: int, place: Path, console: Console) -> tuple[Row, Memory]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await soak(minutes, caps, seed, place, console)


def show_memory(memory: Memory, console: Console) -> None:
    """Print how it went. A process that was killed began anew, which shows as a lower mean."""
    table = Table("memory, MiB", box=None, pad_edge=False, header_style="bold")
    for heading in ("begin", "middle", "end", "slope an hour", "flat"):
        table.add_column(heading, justify="right")
    for name, samples in memory.samples.items():
        trend = Trend.of(samples)
        if trend is None:
            continue
        cells = [f"{size / 2**20:.1f}" for size in (*trend.thirds, trend.slope)]
        table.add_row(name, *cells, "yes" if trend.flat else Text("NO", style="red"))
    console.print(table)


if __name__ == "__main__":
    typer.run(main)

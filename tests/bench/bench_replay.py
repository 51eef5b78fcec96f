"""How fast `excp replay` is: MB/s and calls/s, and each step's time against a plain line loop over the same file.

Run with `make bench` or `python -m tests.bench.bench_replay [CALLS]`. All figures are of one run on one machine: read
the ratios. Memory is the largest resident size of `excp replay` as a process of its own, for one log and for one of
four times the length: it must not grow with the log.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.lab.generate import generate
from workers.replay.formats import Format, Shown, writer
from workers.replay.log_events import Faults, Log, MergedLogs
from workers.replay.log_file import open_log
from workers.replay.mapping_file import load_mapping
from workers.replay.run import Account, tell
from workers.replay.tserver_log import read_log
from workers.settings import load
from workflows.call.directory import Snapshot
from workflows.call.tlib import FEED_OF_EVENT

CALLS = 1_000
REPEATS = 3
NOISE = 60
"""Lines of SIP messages and traces put before each message of the noisy log: about what a SIP Server prints."""


@dataclass(frozen=True)
class Bench:
    """A log to be timed."""

    path: Path
    mapping: Snapshot
    calls: int

    def plain_loop(self) -> None:
        with self.path.open("rb") as file:
            for _ in file:
                pass

    def lines(self) -> None:
        with open_log(self.path) as file:
            for _ in file:
                pass

    def messages(self) -> None:
        with open_log(self.path) as file:
            for _ in read_log(file, FEED_OF_EVENT):
                pass

    def events(self) -> None:
        for _ in MergedLogs([self._log], {"DispositionCode"}, Faults()):
            pass

    def replay_jsonl(self) -> None:
        self._replay(Format.JSONL)

    def replay_html(self) -> None:
        self._replay(Format.HTML)

    @property
    def _log(self) -> Log:
        return Log(self.mapping.sites[0].name, self.path)

    def _replay(self, form: Format) -> None:
        settings, account = load("config"), Account()
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            source = MergedLogs([self._log], {settings.user_data_key}, account.faults)
            out = writer(form, nowhere, Shown(self.path.name, source.place))
            tell(source, self.mapping, settings, out, account)

    def steps(self) -> dict[str, Callable[[], None]]:
        """What is timed; each step does what the one before does, and more."""
        return {
            "plain line loop": self.plain_loop,
            "lines of the log": self.lines,
            "messages": self.messages,
            "TLib events": self.events,
            "replay --format jsonl": self.replay_jsonl,
            "replay --format html": self.replay_html,
        }


def best(step: Callable[[], None]) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return min(times)


def noisy(lines: Iterator[str]) -> Iterator[str]:
    """A log with much more between its messages."""
    noise = [
        f"INVITE sip:{n}@10.51.167.61:5060;transport=udp SIP/2.0 Via: z9hG4bK{n * 7919:08X}\r\n" for n in range(NOISE)
    ]
    for line in lines:
        if "message Event" in line:
            yield from noise
        yield line


def memory(bench: Bench, mapping: Path) -> float:
    """Largest resident size of a replay of this log, in MB."""
    program = "import resource, sys; from workers.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    program += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    arguments = ["replay", str(bench.path), "--mapping", str(mapping), "--format", "jsonl", "--output", os.devnull]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def report(console: Console, name: str, bench: Bench) -> None:
    size = bench.path.stat().st_size / 1e6
    table = Table(
        "step", "s", "MB/s", "calls/s", "× the line loop", title=f"{name}: {size:.1f} MB, {bench.calls} calls"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    plain = 0.0
    for step, run in bench.steps().items():
        seconds = best(run)
        plain = plain or seconds
        calls = f"{bench.calls / seconds:,.0f}" if "replay" in step else ""
        table.add_row(step, f"{seconds:.3f}", f"{size / seconds:,.1f}", calls, f"{seconds / plain:,.1f}")
    console.print(table)


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        generate(calls, 10, 1, small)
        generate(4 * calls, 10, 1, large)
        mapping = load_mapping(small / "mapping.yaml")
        dense = Bench(small / "SIPS1.log", mapping, calls)
        noise = Bench(small / "noisy.log", mapping, calls)
        with dense.path.open(encoding="utf-8", newline="\n") as lines, noise.path.open("w", newline="") as file:
            file.writelines(noisy(lines))
        report(console, "events only", dense)
        report(console, "events among SIP messages and traces", noise)
        long = Bench(large / "SIPS1.log", load_mapping(large / "mapping.yaml"), 4 * calls)
        for bench, of in ((dense, small), (long, large)):
            console.print(f"memory for {bench.calls} calls: {memory(bench, of / 'mapping.yaml'):.0f} MB")


if __name__ == "__main__":
    main()

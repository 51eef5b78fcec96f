"""`python -m tests.chaos`: run the fault matrix, or part of it."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from tests.chaos.matrix import MATRIX, Fault
from tests.chaos.run import run_matrix
from tests.chaos.table import show, show_details, write_json
from tests.chaos.verdict import Row


def main(
    only: Annotated[list[str] | None, typer.Option(help="Part of a fault's name; may be repeated")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the rows to this file")] = None,
    folder: Annotated[Path | None, typer.Option(help="For logs; they are kept. Default: a temporary one")] = None,
    names: Annotated[bool, typer.Option("--names", help="List the faults")] = False,
) -> None:
    """Run faults of the matrix one after another; exit code 1 when anything was lost."""
    console = Console(width=None if Console().is_terminal else 150)
    faults = [each for each in MATRIX if not only or any(part.lower() in each.name.lower() for part in only)]
    if names:
        for each in faults:
            console.print(each.name, highlight=False)
        return
    place = folder or Path(tempfile.mkdtemp(prefix="excp-chaos-"))
    place.mkdir(parents=True, exist_ok=True)
    console.print(f"{len(faults)} faults; logs in {place}", highlight=False)
    rows: list[Row] = []

    def on_row(row: Row) -> None:
        rows.append(row)
        good = "good" if row.good else "NOT GOOD"
        text = (
            f"{len(rows):>3}/{len(faults)} {row.fault}: {good}; {row.calls} calls, told {row.told}, lost {row.lost}, "
            f"other {row.other}, repeated {row.repeated}, delay {row.delay:.1f} s, recovery {row.recovery:.1f} s"
        )
        console.print(Text(text, style="green" if row.good else "red"), soft_wrap=True)
        show_details(row, console)
        if json is not None:
            write_json(rows, json)

    asyncio.run(_run(faults, place, on_row))
    show(rows, console)
    if all(row.good for row in rows):
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
        return
    raise typer.Exit(1)


async def _run(faults: Sequence[Fault], place: Path, on_row: Callable[[Row], None]) -> None:
    """SIGTERM ends it as Ctrl-C does: with every process it started."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await run_matrix(faults, place, on_row)


if __name__ == "__main__":
    typer.run(main)

"""Runs faults one after another, each with a window of its own, and judges what came of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.lab.processes import ProcessError
from tests.chaos.matrix import MATRIX, Fault
from tests.chaos.pipeline import Pipeline, writer
from tests.chaos.traffic import Traffic, Window
from tests.chaos.verdict import Row, judge

INJECT_WITHIN = 150.0
"""Seconds a fault may last."""


async def run_matrix(faults: Sequence[Fault], folder: Path, on_row: Callable[[Row], None]) -> list[Row]:
    """All of these faults; after a row that is not good the next one gets a fresh pipeline."""
    numbered = {each.name: number for number, each in enumerate(MATRIX)}
    wanted = [(numbered[each.name], each.name, each.traffic) for each in faults]
    writing = writer(folder / "windows")
    windows = writing.write(wanted)
    rows: list[Row] = []
    left = list(faults)
    while left:
        place = folder / f"pipeline-{len(rows) + 1}"
        place.mkdir()
        async with Pipeline(place, writing.mapping) as rig:
            good = True
            while left and good:
                each = left.pop(0)
                rows.append(await run_window(rig, windows[each.name], [each]))
                on_row(rows[-1])
                good = rows[-1].good
    return rows


async def run_window(rig: Pipeline, window: Window, faults: Sequence[Fault], within: float = INJECT_WITHIN) -> Row:
    """One window with these faults in a row, each over in so many seconds, and everything whole again."""
    problems: list[str] = []
    played_at = await rig.play(window)
    try:
        for each in faults:
            rig.begin_fault()
            async with asyncio.timeout(within):
                await each.inject(rig)
            if len(faults) > 1:
                await rig.restore()
    except Exception as error:
        problems.append(f"the fault itself: {said(error)}")
    healed_at = time.time()
    try:
        await rig.settle()
    except Exception as error:
        problems.append(said(error))
    row = judge(
        window,
        await rig.outcome(),
        played_at,
        healed_at if any(each.name != "none" for each in faults) else float("inf"),
        rig.loose,
        rig.unheard,
        any(each.refuses for each in faults),
    )
    row.note = "; ".join(filter(None, (each.note for each in faults)))
    row.details = problems + row.details
    try:
        await rig.restore()
    except ProcessError as error:
        row.details.append(f"not restored: {said(error)}")
    if row.details:
        row.details.append(f"logs: {rig.folder}")
    return row


def said(error: BaseException) -> str:
    """The first error of a group, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


@asynccontextmanager
async def one_window(folder: Path, name: str, traffic: Traffic) -> AsyncIterator[tuple[Pipeline, Window]]:
    """A pipeline with a single window."""
    writing = writer(folder / "windows")
    windows = writing.write([(len(MATRIX), name, traffic)])
    place = folder / "pipeline"
    place.mkdir()
    async with Pipeline(place, writing.mapping) as rig:
        yield rig, windows[name]

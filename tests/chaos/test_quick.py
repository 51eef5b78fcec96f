"""The quick subset of the fault matrix: its faults one after another in one window of traffic."""

from pathlib import Path

from tests.chaos.matrix import MATRIX
from tests.chaos.run import one_window, run_window
from tests.chaos.traffic import Traffic


async def test_nothing_is_lost_through_a_row_of_faults(tmp_path: Path) -> None:
    faults = [each for each in MATRIX if each.quick]
    async with one_window(tmp_path, "quick", Traffic(seconds=40, caps=1.5)) as (rig, window):
        row = await run_window(rig, window, faults)
        assert row.good, "\n".join(row.details)
        assert row.calls > 40


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({each.name for each in MATRIX}) == len(MATRIX)

"""The telling does not depend on the order in which Python keeps its sets.

The calls of all lives have much the same CallUUIDs, and two hash seeds may order those alike: so there are several
seeds, and only lives of several calls count.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.property.arrivals import skewed
from tests.property.telling import tell
from workflows.call.tlib import TlibEvent

SEEDS = ("1", "2", "3", "4242")
LIVES = 120


def test_hash_seeds_tell_the_same(tmp_path: Path) -> None:
    lives: list[list[TlibEvent]] = []

    @settings(max_examples=LIVES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(skewed().filter(_has_several_calls))
    def gather(events: list[TlibEvent]) -> None:
        lives.append(events)

    gather()
    path = tmp_path / "lives.json"
    path.write_text(json.dumps([[event.wire() for event in life] for life in lives]))
    first, *others = (_told(path, seed) for seed in SEEDS)
    assert first
    for other in others:
        assert other == first


def _has_several_calls(events: list[TlibEvent]) -> bool:
    return len({event.call for event in events if event.call is not None}) > 2


def _told(path: Path, hash_seed: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-m", "tests.property.test_hash_seed", str(path)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout


def print_told(path: Path) -> None:
    """Print what is told of the lives in a file."""
    for life in json.loads(path.read_text()):
        telling = tell(TlibEvent.model_validate(event) for event in life)
        print(*(each.model_dump_json() for each in telling.told), telling.summaries, sep="\n")


if __name__ == "__main__":
    print_told(Path(sys.argv[1]))

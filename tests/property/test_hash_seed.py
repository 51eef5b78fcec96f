"""The telling does not depend on the order in which Python keeps its sets."""

import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.property.arrivals import skewed
from tests.property.telling import tell
from workflows.call.tlib import TlibEvent


def test_two_hash_seeds_tell_the_same(tmp_path: Path) -> None:
    lives: list[list[TlibEvent]] = []

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(skewed())
    def gather(events: list[TlibEvent]) -> None:
        lives.append(events)

    gather()
    path = tmp_path / "lives.json"
    path.write_text(json.dumps([[event.wire() for event in life] for life in lives]))
    told = {
        seed: subprocess.run(
            [sys.executable, "-m", "tests.property.test_hash_seed", str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "4242")
    }
    assert told["1"] == told["4242"] != b""


def print_told(path: Path) -> None:
    """Print what is told of the lives in a file."""
    for life in json.loads(path.read_text()):
        telling = tell(TlibEvent.model_validate(event) for event in life)
        print(*(each.model_dump_json() for each in telling.told), telling.summaries, sep="\n")


if __name__ == "__main__":
    print_told(Path(sys.argv[1]))

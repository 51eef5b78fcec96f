"""The telling does not depend on the order in which Python keeps its sets."""

import os
import subprocess
from pathlib import Path

from deploy.lab.generate import generate
from deploy.lab.servers import program


def test_replay_says_the_same_under_two_hash_seeds(tmp_path: Path) -> None:
    generate(40, 5.0, 3, tmp_path)
    log, mapping = str(tmp_path / "SIPS1.log"), str(tmp_path / "mapping.yaml")
    command = [str(program("excp")), "replay", log, "--mapping", mapping, "--format", "jsonl"]
    told = {
        seed: subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "4242")
    }
    assert told["1"] == told["4242"] != b""

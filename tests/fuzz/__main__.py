"""`make fuzz`: look for input that breaks a parser, guided by coverage (atheris, which is libFuzzer).

    python -m tests.fuzz TARGET|all [--seconds 60]

A target runs in a process of its own. What it learns is kept in `.fuzz/TARGET`: the next run goes on from there. Input
that breaks a promise is written to `.fuzz/TARGET-crash-…`: put it into `tests/fuzz/found/TARGET`.
"""

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(".fuzz")
SLOW = 5
"""Seconds for one input: more is a hang."""
MEMORY = 2_048


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    if options.here:
        _fuzz(options.target, options.seconds)
        return 0  # not reached: libFuzzer ends the process
    from tests.fuzz.targets import TARGETS

    failed = [
        name for name in (TARGETS if options.target == "all" else [options.target]) if _run(name, options.seconds)
    ]
    print(f"broken: {', '.join(failed)}" if failed else "nothing found")
    return 1 if failed else 0


def _run(target: str, seconds: int) -> int:
    print(f"--- {target}", flush=True)
    return subprocess.call([sys.executable, "-m", "tests.fuzz", target, "--here", "--seconds", str(seconds)])


def _fuzz(target: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["workers", "activities", "workflows", "yaml"]):
        from tests.fuzz.targets import TARGETS, seeds

    corpus = FOLDER / target
    corpus.mkdir(parents=True, exist_ok=True)
    words: set[bytes] = set()
    for seed in seeds(target):
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
        words |= set(re.findall(rb"\w{3,40}", seed))
    dictionary = FOLDER / f"{target}.words"
    dictionary.write_text("".join(f'"{word.decode()}"\n' for word in sorted(words)), "utf-8")
    limits = [f"-max_total_time={seconds}", f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY}", "-max_len=4096"]
    limits.append(f"-dict={dictionary}")
    outputs = [f"-artifact_prefix={FOLDER}/{target}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *outputs, str(corpus)], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())

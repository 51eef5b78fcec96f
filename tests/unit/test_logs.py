"""The log of a process is JSON, one object a line, whoever writes to it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXCP = Path(sys.executable).parent / "excp"
SETTINGS = {"REDIS_URL": "redis://:pass-word@127.0.0.1:1/0", "TENANT_ID": "t", "EXCP_INSTANCE": "d1"}

LIBRARIES = """
import asyncio, logging, warnings
from workers.settings import Settings
from workers.telemetry import set_up
set_up(Settings(_env_file=None, log_format="json"), "test")
logging.getLogger("some.library").warning("two\\nlines of %s", "text")
logging.getLogger("some.library").info("too much")
warnings.warn("old", stacklevel=1)
async def fail():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
asyncio.run(fail())
raise RuntimeError("the end")
"""

PERSONAL = """
import logging
from workers.settings import Settings
from workers.telemetry import set_up
set_up(Settings(_env_file=None, log_format="FORMAT"), "test")
token = "t0" + "ken"
logging.getLogger("temporalio").warning("not decoded: input_value=%r", {"ani": "+15550103"})
logging.getLogger("some.library").error("no answer of redis://:pass-" + "word@redis:6379")
raise KeyError("+1555" + "0103")
"""

SELDOM = """
import logging
from workers.logs import Seldom
logger = logging.getLogger("chatty")
logger.addFilter(Seldom())
logger.addHandler(logging.StreamHandler())
for number in range(5):
    logger.warning("attempt %d", number)
logger.warning("another line")
"""


def run(*command: str | Path, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME")}
    return subprocess.run(
        command, env=kept | settings, cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def lines(finished: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert finished.stdout == ""
    return [json.loads(line) for line in finished.stderr.splitlines()]


@pytest.fixture
def port_in_use() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        yield str(taken.getsockname()[1])


def test_what_a_process_cannot_work_with_is_a_line_of_its_log(tmp_path: Path, port_in_use: str) -> None:
    finished = run(EXCP, "dispatch", folder=tmp_path, **SETTINGS, METRICS_PORT=port_in_use, LOG_FORMAT="json")
    last = lines(finished)[-1]
    assert finished.returncode == 1
    assert (last["level"], last["process"], last["instance"]) == ("critical", "dispatch", "d1")
    assert f"port {port_in_use} (METRICS_PORT)" in last["reason"]
    assert "pass-word" not in finished.stderr


def test_people_read_it_as_text(tmp_path: Path, port_in_use: str) -> None:
    finished = run(EXCP, "dispatch", folder=tmp_path, **SETTINGS, METRICS_PORT=port_in_use, LOG_FORMAT="console")
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"excp: metrics cannot be served on port {port_in_use} (METRICS_PORT)")


def test_libraries_and_a_crash_are_lines_of_it(tmp_path: Path) -> None:
    finished = run(sys.executable, "-c", LIBRARIES, folder=tmp_path)
    library, warning, task, crash = lines(finished)
    assert finished.returncode == 1
    assert (library["event"], library["logger"]) == ("two\nlines of text", "some.library")
    assert "old" in warning["event"]
    assert "ZeroDivisionError" in task["exception"]
    assert (crash["event"], crash["level"]) == ("process failed", "critical")
    assert "RuntimeError: the end" in crash["exception"]
    assert {line["process"] for line in (library, warning, task, crash)} == {"test"}


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_others_wrote_shows_no_number_and_no_password(tmp_path: Path, log_format: str) -> None:
    finished = run(sys.executable, "-c", PERSONAL.replace("FORMAT", log_format), folder=tmp_path)
    assert "KeyError" in finished.stderr
    assert "decoded" in finished.stderr
    for secret in ("15550103", "pass-word", "t0ken"):
        assert secret not in finished.stderr


def test_a_line_that_repeats_is_said_seldom(tmp_path: Path) -> None:
    finished = run(sys.executable, "-c", SELDOM, folder=tmp_path)
    assert finished.stderr.splitlines() == ["attempt 0", "another line"]

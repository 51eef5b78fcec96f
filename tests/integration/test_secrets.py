"""A secret that is wrong, or part of an address nobody answers at, is never in what the process says."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest
from redis import Redis

from activities.ex_client import ExClient
from activities.ex_token import LoginRefusedError, LoginUnreachableError
from activities.excs import ExcsClient, ExcsError
from tests.integration.ex_org_server import CLIENT, ex_org
from tests.unit.test_logs import run

EXCP = Path(sys.executable).parent / "excp"
SECRET = "pass-w0rd"
USUAL = {"TENANT_ID": "t", "EXCP_INSTANCE": "x", "LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
WORKER = {
    **USUAL,
    "REDIS_URL": f"redis://:{SECRET}@127.0.0.1:1/0",
    "EXCS_URL": f"https://excp:{SECRET}@excs.example.com",
    "EX_REGION": "mypurecloud.de",
    "EX_CLIENT_ID": "client",
    "EX_CLIENT_SECRET": SECRET,
    "ORG_ID": "o",
}


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://excp:{}@{}", "invalid username-password pair"),
        ("redis://:{}@127.0.0.1:1/0", "127.0.0.1:1"),
        ("redis://:{}@redis.invalid:6379/0", "redis.invalid"),
        ("redis://:{}@redis:port/0", "REDIS_URL"),
        ("redis:/:{}@redis", "REDIS_URL"),
        ("http://:{}@redis:6379", "REDIS_URL"),
        ("unix:///no/such.sock?password={}", "REDIS_URL"),
        ("rediss://:{}@127.0.0.1:1/0?ssl_ca_certs=none.pem", "REDIS_URL"),
        (
            "redis://:{}@127.0.0.1:1/0?socket_timeout=long",
            "options in REDIS_URL cannot be used",
        ),
        ("redis://:{}@127.0.0.1:1/0?no_such_option=1", "no_such_option"),
    ],
)
def test_a_redis_that_cannot_be_used(redis_url: str, tmp_path: Path, url: str, told: str, log_format: str) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.execute_command("ACL", "SETUSER", "excp", "on", ">another", "~*", "+@all")
    settings = USUAL | {"REDIS_URL": url.format(SECRET, redis_url.removeprefix("redis://")), "LOG_FORMAT": log_format}
    assert SECRET not in said(told, tmp_path, settings)


def said(told: str, folder: Path, settings: dict[str, str]) -> str:
    """All that a dispatch says, which ends by itself or is stopped when it has told the trouble and waits."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME")}
    command = [str(EXCP), "dispatch"]
    process = subprocess.Popen(command, env=kept | settings, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True)
    assert process.stdout is not None
    lines = []
    too_late = threading.Timer(30, process.kill)
    too_late.start()
    with process:
        for line in process.stdout:
            lines.append(line)
            if told in line:
                process.terminate()
    too_late.cancel()
    assert told in "".join(lines)
    return "".join(lines)


def test_all_settings_printed(tmp_path: Path) -> None:
    finished = run(EXCP, "config", folder=tmp_path, **WORKER, COLUMNS="400")
    assert (finished.returncode, "excs.example.com" in finished.stdout) == (0, True)
    assert SECRET not in finished.stdout + finished.stderr


@pytest.mark.parametrize("name", ["REDIS_URL", "EXCS_URL", "EX_API_URL", "EX_LOGIN_URL"])
def test_addresses_that_are_none(tmp_path: Path, name: str) -> None:
    for value in (f"https://excp:{SECRET}@host:port", f"//:{SECRET}@host", f"excp:{SECRET}@host"):
        finished = run(EXCP, "config", folder=tmp_path, **WORKER | {name: value})
        assert (finished.returncode, name in finished.stderr) == (1, True)
        assert SECRET not in finished.stdout + finished.stderr


async def test_an_excs_that_cannot_be_used() -> None:
    for url in (f"http://excp:{SECRET}@127.0.0.1:1", f"http://excp:{SECRET}@excs.invalid/base?token={SECRET}"):
        excs = ExcsClient(url)
        with pytest.raises(ExcsError) as raised:
            await excs.snapshot()
        await excs.close()
        assert "EXCS_URL" in str(raised.value)
        assert SECRET not in str(raised.value)


async def test_an_ex_org_that_cannot_be_used() -> None:
    with ex_org() as org:
        behind = org.url.removeprefix("http://")
        address = f"http://excp:{SECRET}@{behind}"
        async with ExClient(org.url, address, CLIENT, SECRET) as client:
            with pytest.raises(LoginRefusedError) as refused:
                await client.log_in()
        async with ExClient(org.url, f"http://excp:{SECRET}@127.0.0.1:1", CLIENT, SECRET) as client:
            with pytest.raises(LoginUnreachableError) as unreachable:
                await client.log_in()
    for error in (refused.value, unreachable.value):
        assert SECRET not in f"{error!r} {error.__cause__!r}"

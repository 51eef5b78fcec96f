"""Compiles the gateway and the fake Platform SDK, once a session. Needs a JDK, version 17 or later."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.conftest import redis_server, redis_url
from tests.integration.test_ingest import store
from tests.psdk_gateway.process import Built

__all__ = ["redis_server", "redis_url", "store"]

SOURCES = Path(__file__).parents[2] / "deploy" / "psdk-gateway"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    for tool in ("java", "javac", "jar"):
        if shutil.which(tool) is None:
            pytest.fail(f"there is no `{tool}`: these tests need a JDK, version 17 or later", pytrace=False)
    folder = tmp_path_factory.mktemp("psdk-gateway")
    run("sh", str(SOURCES / "build.sh"), str(folder))
    jar, stubs, fake = folder / "psdk-gateway.jar", folder / "stubs", folder / "fake"
    fakes = map(str, sorted((SOURCES / "fake").rglob("*.java")))
    run("javac", "--release", "17", "-encoding", "UTF-8", "-cp", f"{jar}:{stubs}", "-d", str(fake), *fakes)
    return Built(jar, stubs, fake)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout}{done.stderr}", pytrace=False)

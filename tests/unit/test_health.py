"""Whether a process is alive and ready is asked over HTTP, beside its metrics."""

import re
import time
import urllib.error
import urllib.request

import pytest

import workers.telemetry  # noqa: F401 its metrics
from deploy.lab.ports import free_port
from tests.integration.eventually import eventually
from workers.health import Health, serve


@pytest.fixture
def health() -> Health:
    return Health(stands_still=0.2)


@pytest.fixture
def port(health: Health) -> int:
    port = free_port()
    serve(port, health)
    return port


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_ready_after_the_start_until_the_stop(port: int, health: Health) -> None:
    assert get(port, "/readyz") == (503, "starting\n")
    health.starting("Redis does not answer")
    assert get(port, "/readyz?verbose") == (503, "starting: Redis does not answer\n")
    health.ready()
    assert get(port, "/readyz") == (200, "ready\n")
    health.stopping()
    assert get(port, "/readyz") == (503, "stopping\n")
    assert get(port, "/healthz") == (200, "alive\n")


async def test_not_alive_while_the_event_loop_stands_still(port: int, health: Health) -> None:
    async with health.beating():
        assert health.unalive is None
        time.sleep(0.6)  # noqa: ASYNC251 the loop is to stand still
        status, text = get(port, "/healthz")
        assert status == 503
        assert re.fullmatch(r"the event loop has stood still for [1-9] s\n", text)
        await eventually(lambda: health.unalive is None)
    assert get(port, "/healthz") == (200, "alive\n")


def test_the_metrics_are_beside_it(port: int) -> None:
    status, text = get(port, "/metrics")
    assert status == 200
    assert "excp_ingest_events_held" in text

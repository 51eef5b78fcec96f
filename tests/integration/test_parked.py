"""What no conversation could be sent is kept for a while, and people can look at it."""

import json
import os
from collections.abc import Callable

import pytest
from redis.asyncio import Redis
from temporalio.client import Client
from typer.testing import CliRunner, Result

from tests.integration.dispatching import created, dispatching, event, new_call, passed, submit
from workers.cli import app
from workers.dispatch.conversation_sender import MAX_BYTES
from workers.dispatch.parked import PARKED_TTL
from workers.event_stream import EventStream
from workers.settings import Settings

NUMBER = "+15550101"
Excp = Callable[..., Result]


@pytest.fixture
def excp(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Excp:
    for name in [name for name in os.environ if name.startswith(("REDIS_", "TENANT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REDIS_URL", str(settings.redis_url))
    monkeypatch.setenv("TENANT_ID", "t")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Result:
        # the command runs a loop of its own, as from a shell
        return CliRunner().invoke(app, ["parked", *arguments])

    return run


@pytest.fixture
async def call(stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, worker: None) -> str:
    """A call of which one event was parked, and one was parked that could not be read."""
    call = new_call()
    await submit(stream, created(call), event(call, 1, ani=NUMBER, dialed="1" * MAX_BYTES))
    raw = json.dumps({"event": "EventCallCreated", "site": "S1", "ani": NUMBER})
    last = await redis.xadd(f"{settings.key_prefix}stream", {"e": raw})
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, str(last))
    return call


async def test_it_goes_some_days_after_the_last_addition(call: str, redis: Redis, settings: Settings) -> None:
    assert PARKED_TTL - 60 < await redis.ttl(f"{settings.key_prefix}parked") <= PARKED_TTL


def test_a_person_lists_and_clears_it(call: str, excp: Excp) -> None:
    shown = excp()
    assert shown.exit_code == 0
    assert all(text in shown.output for text in (call, "S1", "EventCallDataChanged", "larger than", "EventCallCreated"))
    assert NUMBER not in shown.output
    unreadable, too_large = (json.loads(line) for line in excp("--json").output.splitlines())
    assert (too_large["call"], too_large["event"], too_large["site"]) == (call, "EventCallDataChanged", "S1")
    assert too_large["item"]["ani"] == "****"
    assert too_large["at"].endswith("+00:00")
    assert (unreadable["call"], unreadable["event"]) == (None, "EventCallCreated")
    assert NUMBER not in str(unreadable)
    assert json.loads(excp("--json", "--show-numbers").output.splitlines()[1])["item"]["ani"] == NUMBER
    assert excp("clear").output == "dropped 2\n"
    assert excp().output == "nothing is parked\n"

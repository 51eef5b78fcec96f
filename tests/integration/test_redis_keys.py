"""Every key of Redis has a TTL or a bound of its own, looked at after mixed traffic went through everything."""

import json
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from temporalio.client import Client

from activities.budget import RequestBudget
from deploy.lab.generate import generate
from tests.integration.dispatching import dispatching, event, new_call, passed, submit
from workers.dispatch.conversation_sender import MAX_BYTES
from workers.event_stream import EventStream
from workers.replay.log_events import Faults, Log, MergedLogs
from workers.settings import Settings
from workflows.linking.entries import SnapshotEnded

BOUNDED = {
    "stream": "REDIS_STREAM_CAP, and trimmed behind the cursor",
    "epoch": "one value",
    "cursor": "one value",
    "author": "one value",
    "index": "calls that live or ended minutes ago, and one short field a DN",
}
"""Keys without a TTL (deploy/redis.md), and what bounds them."""


@pytest.mark.usefixtures("worker")
async def test_every_key_expires_or_is_bounded(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, tmp_path: Path
) -> None:
    generate(calls=20, caps=5, seed=1, output=tmp_path)
    events = list(MergedLogs([Log("SIPS1", tmp_path / "SIPS1.log")], {"DispositionCode"}, Faults()))
    budget = RequestBudget(redis, settings.key_prefix, "client", "worker-1", 300)
    await budget.take()
    async with dispatching(settings, redis, temporal_client):
        for start in range(0, len(events), 50):
            await submit(stream, *events[start : start + 50])
        await stream.submit("a", None, [SnapshotEnded.of("SIPS1", 1, 2, ["A" * 32])])
        call = new_call()
        last = await submit(stream, event(call, 1, "EventCallCreated", ani="1" * MAX_BYTES))
        await passed(redis, settings, last)
        keys: Any = await redis.keys("*")
        found = {key.removeprefix(settings.key_prefix): await redis.ttl(key) for key in keys}
    kinds = {key.partition(":")[0] for key in found}
    assert kinds == {"stream", "epoch", "cursor", "author", "index", "names", "lease", "parked", "ex"}
    without = {key for key, ttl in found.items() if ttl < 0}
    assert without == set(BOUNDED)
    documented = Path(__file__).parents[2].joinpath("deploy/redis.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}" in documented for kind in kinds | {"claims", "holding", "index:new"}), (
        "a key is not documented"
    )


@pytest.mark.usefixtures("worker")
async def test_the_index_forgets_calls_that_are_over(
    stream: EventStream, redis: Redis, settings: Settings, temporal_client: Client, tmp_path: Path
) -> None:
    """By stream time: what is left of ended calls when minutes have passed is who sits where."""
    generate(calls=10, caps=5, seed=2, output=tmp_path)
    events = list(MergedLogs([Log("SIPS1", tmp_path / "SIPS1.log")], {"DispositionCode"}, Faults()))
    start = 1_700_000_000_000
    for number, each in enumerate(events):
        await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(each.wire())}, id=f"{start + number}-0")
    later = start + 300_000
    idle = event(new_call(), 1, "EventCallPartyDeleted", party="P")
    await redis.xadd(f"{settings.key_prefix}stream", {"e": json.dumps(idle.wire())}, id=f"{later}-0")
    async with dispatching(settings, redis, temporal_client):
        await passed(redis, settings, f"{later}-0")
    fields: Any = await redis.hkeys(f"{settings.key_prefix}index")
    assert {field.partition("|")[0] for field in fields} <= {"agent", "wait"}

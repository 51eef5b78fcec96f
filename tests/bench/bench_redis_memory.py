"""How much memory Redis takes for a call, and what that makes at a given rate of calls.

Run with `make bench` or `python -m tests.bench.bench_redis_memory [CALLS]`. Mixed calls of the lab's generator go
through the real stream and the real linker into a redis-server of their own; what each kind of key takes is read from
Redis (MEMORY USAGE), beside what its `used_memory` grew by.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table

from deploy.lab.generate import generate
from deploy.lab.ports import free_port
from workers.dispatch.lease import Lease, lease_key
from workers.dispatch.store import DispatchStore
from workers.event_stream import NAMES_TTL, EventStream
from workers.redis_server import open_redis
from workers.replay.log_events import Faults, Log, MergedLogs
from workers.settings import Settings
from workflows.call.tlib import TlibEvent
from workflows.linking.linker import GRAIN, Linker

CALLS = 2_000
BATCH = 200
PREFIX = "excp:{bench}:"
LENGTH = 240
"""Seconds a call lasts (assumption): the generated ones are shorter, but have as many events."""
KEPT = 120 + GRAIN // 1_000_000
"""Seconds the linker keeps a conversation after its end (workers.dispatch.process)."""
RATES = (1, 5, 20, 50)
RETENTIONS = (1, 6, 24)
"""Hours the names are kept; the product keeps them NAMES_TTL."""
VENDOR_MB, VENDOR_RATE = 2_000, 5
"""The vendor's sizing: 2 GB for 1000 agents at 5 call attempts a second."""


async def play(redis: Redis, events: list[TlibEvent]) -> None:
    """Submit, link and commit, as ingest and dispatch do; nothing is forgotten while it lasts."""
    lease = Lease("bench", 1, "bench", standing=True)
    await redis.set(lease_key(PREFIX), lease.token)
    stream, store = EventStream(redis, PREFIX, len(events) + 1), DispatchStore(redis, PREFIX, lease)
    linker = Linker()
    for start in range(0, len(events), BATCH):
        await stream.submit("ingest-a", None, events[start : start + BATCH])
        reading = await store.read(BATCH)
        for entry in reading.entries:
            linker.release(entry.time)
            linker.route(TlibEvent.model_validate_json(entry.text))
        await store.commit(reading, linker.changes(), anew=False, parked=[])


async def sizes(redis: Redis) -> Counter[str]:
    """Bytes by kind of key."""
    found: Counter[str] = Counter()
    async for key in redis.scan_iter(count=1000):
        kind = key.removeprefix(PREFIX).partition(":")[0]
        found[kind] += await redis.memory_usage(key, samples=0) or 0
    return found


async def stream_entry(redis: Redis, events: list[TlibEvent]) -> float:
    """Bytes of an event that waits in the stream."""
    await EventStream(redis, PREFIX, len(events) + 1).submit("ingest-a", None, events)
    return (await sizes(redis))["stream"] / len(events)


async def measure(url: str, events: list[TlibEvent], calls: int) -> None:
    async with open_redis(url) as redis:
        before = await used(redis)
        await play(redis, events)
        grown, by_kind = await used(redis) - before, await sizes(redis)
        await redis.flushall()
        entry = await stream_entry(redis, events[:5_000])
    console = Console()
    each = Table("of one call", "bytes", "kept")
    each.add_row("names", f"{by_kind['names'] / calls:,.0f}", f"{NAMES_TTL // 3600} h after its last event (NAMES_TTL)")
    each.add_row("index", f"{by_kind['index'] / calls:,.0f}", f"while it lives, and {KEPT} s")
    each.add_row(f"stream, {len(events) / calls:.1f} events", f"{entry * len(events) / calls:,.0f}", "until dispatched")
    each.caption = (
        f"{calls} mixed calls; sum of the keys {sum(by_kind.values()):,}, used_memory grew by {grown:,} bytes"
    )
    console.print(each)
    rates = Table("calls/s", *(f"names {hours} h" for hours in RETENTIONS), "stream, per minute dispatch is away")
    for rate in RATES:
        cells = [f"{megabytes(by_kind, calls, rate, hours * 3600):,.0f} MB" for hours in RETENTIONS]
        rates.add_row(str(rate), *cells, f"{entry * len(events) / calls * rate * 60 / 1e6:,.1f} MB")
    share = megabytes(by_kind, calls, VENDOR_RATE, NAMES_TTL) / VENDOR_MB
    cap: int = Settings.model_fields["redis_stream_cap"].default
    rates.caption = (
        f"calls of {LENGTH} s; at {VENDOR_RATE} calls/s {share:.0%} of the vendor's {VENDOR_MB:,} MB; "
        f"a stream at its cap of {cap:,} events {entry * cap / 1e6:,.0f} MB"
    )
    console.print(rates)


def megabytes(by_kind: Counter[str], calls: int, rate: float, names_kept: float) -> float:
    """What a steady rate of calls takes, without a backlog in the stream."""
    return rate * (by_kind["names"] * names_kept + by_kind["index"] * (LENGTH + KEPT)) / calls / 1e6


async def used(redis: Redis) -> int:
    info: dict[str, Any] = await redis.info("memory")
    return int(info["used_memory"])


async def answers(url: str) -> None:
    async with open_redis(url) as redis:
        while True:
            try:
                await redis.ping()
                return
            except RedisError:
                await asyncio.sleep(0.05)


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    with tempfile.TemporaryDirectory() as folder:
        generate(calls, caps=5, seed=1, output=Path(folder))
        events = list(MergedLogs([Log("SIPS1", Path(folder) / "SIPS1.log")], {"DispositionCode"}, Faults()))
        port = free_port()
        server = Path(sys.executable).with_name("redis-server")
        options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder)
        with subprocess.Popen([server, *options], stdout=subprocess.DEVNULL) as process:
            try:
                url = f"redis://127.0.0.1:{port}/0"
                asyncio.run(asyncio.wait_for(answers(url), 20))
                asyncio.run(measure(url, events, calls))
            finally:
                process.terminate()


if __name__ == "__main__":
    main()

"""How many calls a second go into 300 requests a minute: the injection activity and the EX Org, without Temporal.

Run with `make bench` or `python -m tests.bench.bench_ex_budget`. The activity with its batcher and the budget in Redis,
in this process; the lab's EX Org, which counts requests, over HTTP. Delay is from the moment at which the call model
tells an event until the EX Org has it. All figures are of one run on one machine: read the ratios.
"""

import asyncio
import dataclasses
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import httpx
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.batcher import Batcher
from activities.budget import RequestBudget
from activities.ex_client import ExClient
from activities.injection import InjectionActivity
from deploy.lab.generate import SITE, generate
from deploy.lab.processes import Processes
from deploy.lab.readings import ExOrgReader
from deploy.lab.servers import ExOrgOptions, start_ex_org, start_redis
from workers.replay.log_events import Faults, Log, merged
from workers.replay.mapping_file import load_mapping
from workers.replay.replayed_calls import ReplayedCalls, Step
from workflows.call.scene import Options
from workflows.call.telling import Batch, ExEvent

RATES = (2, 10, 20, 30)
"""New calls a second."""
SECONDS = 60
"""For which new calls begin."""
SILENCE = 3600.0
STOP_WITHIN = 5.0


@dataclass(frozen=True)
class Told:
    """What a call tells at once."""

    at: float
    """Seconds since the first event."""
    call: str
    events: list[ExEvent]


@dataclass(frozen=True)
class Figures:
    """What one rate brought forth."""

    calls: int
    events: int
    requests: int
    lasted: float
    """Seconds from the first event until everything was told."""
    first_half: list[float]
    """Delays in seconds of what was told in the first half of the time."""
    second_half: list[float]


def telling(log: Path, mapping: Path) -> Iterator[Told]:
    """What the calls of a log tell, and when."""
    replayed, first, now = ReplayedCalls(load_mapping(mapping), Options(), SILENCE), 0, 0
    for event in merged([Log(SITE, log)], [], Faults()):
        first, now = first or event.time, event.time
        for record in replayed.take(event):
            if isinstance(record, Step) and record.told:
                yield Told((now - first) / 1e6, record.call, record.told)
    for record in replayed.finish():
        if isinstance(record, Step) and record.told:
            yield Told((now - first) / 1e6, record.call, record.told)


class Calls:
    """Hands each call's events to the activity, one batch after the other, as the call workflow does."""

    def __init__(self, activity: InjectionActivity) -> None:
        self._activity = activity
        self._outbox: defaultdict[str, list[ExEvent]] = defaultdict(list)

    async def play(self, tellings: list[Told]) -> dict[str, float]:
        """When each event was told, as seconds since the epoch, by its id. Returns when all were delivered."""
        begin, told = time.time() + 1, dict[str, float]()
        async with asyncio.TaskGroup() as delivering:
            for each in tellings:
                await asyncio.sleep(begin + each.at - time.time())
                waits = bool(self._outbox[each.call])
                self._outbox[each.call] += each.events
                told |= dict.fromkeys((event.event_id for event in each.events), time.time())
                if not waits:
                    delivering.create_task(self._deliver(each.call))
        return told

    async def _deliver(self, call: str) -> None:
        outbox = self._outbox[call]
        while outbox:
            events = outbox[:100]
            await self._inject(Batch(call=call, events=events))
            del outbox[: len(events)]

    async def _inject(self, batch: Batch) -> None:
        """Attempts, as Temporal makes them."""
        temporal, details = ActivityEnvironment(), list[object]()
        temporal.on_heartbeat = lambda *beat: details.__setitem__(slice(None), beat)
        while True:
            temporal.info = dataclasses.replace(temporal.info, heartbeat_details=details[:])
            try:
                injected = await temporal.run(self._activity.inject, batch)
                assert not injected.refused
                return
            except ApplicationError as waits:
                delay = waits.next_retry_delay
                await asyncio.sleep(delay.total_seconds() if delay else 1.0)


@asynccontextmanager
async def servers(folder: Path, mapping: Path) -> AsyncIterator[tuple[ExOrgReader, Redis, str, ExOrgOptions]]:
    processes, options = Processes(folder), ExOrgOptions()
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        try:
            port = await start_redis(processes)
            url = await start_ex_org(processes, http, mapping, options)
            async with Redis(host="127.0.0.1", port=port, decode_responses=True) as redis:
                yield ExOrgReader(url, http), redis, url, options
        finally:
            await processes.stop_all(STOP_WITHIN)


async def measure(rate: int) -> Figures:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(rate * SECONDS, rate, 7, folder)
        mapping = folder / "mapping.yaml"
        tellings = list(telling(folder / f"{SITE}.log", mapping))
        async with servers(folder, mapping) as (ex_org, redis, url, options):
            async with ExClient(url, url, options.client_id, options.client_secret) as client:
                budget = RequestBudget(redis, "excp:", options.client_id, "bench", options.requests_per_minute)
                batcher = Batcher(client.inject, budget)
                sending = asyncio.create_task(batcher.run())
                begin = time.monotonic()
                told = await Calls(InjectionActivity(batcher)).play(tellings)
                lasted = time.monotonic() - begin
                sending.cancel()
                with suppress(asyncio.CancelledError):
                    await sending
            requests, taken = (await ex_org.counts())["requests"], await ex_org.events()
    got = {each["event"]["eventId"]: datetime.fromisoformat(each["received"]).timestamp() for each in taken}
    assert got.keys() == told.keys()
    middle = (min(told.values()) + max(told.values())) / 2
    return Figures(
        calls=rate * SECONDS,
        events=len(got),
        requests=requests,
        lasted=lasted,
        first_half=[got[event] - at for event, at in told.items() if at < middle],
        second_half=[got[event] - at for event, at in told.items() if at >= middle],
    )


async def main(console: Console) -> None:
    table = Table(title="300 requests a minute; delays in seconds")
    for heading in ("calls/s", "events/call", "events/request", "requests/min", "p50", "p99", "2nd half ÷ 1st"):
        table.add_column(heading, justify="right")
    for rate in RATES:
        console.print(f"{rate} calls/s …")
        figures = await measure(rate)
        delays = figures.first_half + figures.second_half
        table.add_row(
            str(rate),
            f"{figures.events / figures.calls:.1f}",
            f"{figures.events / figures.requests:.1f}",
            f"{figures.requests / figures.lasted * 60:.0f}",
            f"{median(delays):.2f}",
            f"{quantiles(delays, n=100)[98]:.2f}",
            f"{median(figures.second_half) / median(figures.first_half):.2f}",
        )
    console.print(table)


if __name__ == "__main__":
    asyncio.run(main(Console(width=120)))

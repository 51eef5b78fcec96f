"""The four topologies on real processes: the settings files a customer copies, and calls that take their way through.

A call that arrives on one SIP Server, queues at the VQ server and is answered on another one is one conversation, and
told as `excp replay` tells the same logs.
"""

import time
from pathlib import Path

import httpx
import pytest

from tests.integration.eventually import eventually
from tests.integration.test_pipeline import replay
from tests.integration.topology import TOPOLOGIES, Running, ingests, pairs, read, sites
from tests.integration.topology_calls import START, Route, write

ROUTES = {
    "one-site": [Route("SIPS1", "SIPS1", "SIPS1")],
    "one-site-vq-server": [Route("SIPS1", "VQS", "SIPS1")],
    "several-sites": [Route("SIPS1", "VQS", "SIPS2"), Route("SIPS2", "VQS", "SIPS1"), Route("SIPS2", "VQS", "SIPS2")],
    "two-layers": [Route("IVR1", "VQS1", "SIPS1"), Route("IVR2", "VQS2", "SIPS2"), Route("IVR1", "VQS2", "SIPS2")],
}


@pytest.mark.parametrize("topology", ROUTES)
async def test_calls_take_their_way_through(
    topology: str, redis_url: str, temporal_address: str, tmp_path: Path
) -> None:
    logs = write(tmp_path, topology, ROUTES[topology], sites(topology))
    expected = await replay([f"{site}={log}" for site, log in logs.items()], tmp_path / "mapping.yaml")
    assert [(line["outcome"], line["flow"]) for line in expected.calls.values()] == [("completed", "F03")] * len(
        ROUTES[topology]
    )
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        running = Running(topology, tmp_path, http)
        try:
            await running.start(logs, START, redis_url, temporal_address)
            running.play(time.time())
            await eventually(lambda: running.played, 30)

            async def told() -> bool:
                return len(await running.ex_org.events()) >= len(expected.events)

            await eventually(told, 30)
            told_events = await running.ex_org.events()
            assert {each["event"]["eventId"]: (each["array"], each["event"]) for each in told_events} == expected.events
            assert await running.ex_org.refused() == []
            assert await running.ex_org.conversations(open_only=True) == []
            assert len(await running.ex_org.conversations()) == len(ROUTES[topology])
            assert [(s, feed) for s, feed, figures in running.totals() if figures["undelivered"]] == []
        finally:
            await running.processes.stop_all(5)


@pytest.mark.parametrize("topology", ROUTES)
def test_a_site_has_the_same_addresses_in_every_file(topology: str) -> None:
    addresses: dict[str, set[str]] = {}
    for settings in ingests(topology).values():
        for feed, site in pairs(settings):
            [own] = [pair for pair in settings[feed].split(",") if pair.startswith(f"{site}=")]
            addresses.setdefault(site, set()).add(own)
    assert {site: len(found) for site, found in addresses.items()} == dict.fromkeys(addresses, 1)


def test_every_topology_is_tested() -> None:
    assert {folder.name for folder in TOPOLOGIES.iterdir() if folder.is_dir()} == set(ROUTES)


def test_the_secrets_are_the_workers_alone() -> None:
    assert not any(name.startswith("EX_") for name in read("shared.env"))

"""Which DNs the gateways register: those that EXCS's snapshot has for the site, also when it changes."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn

import structlog

from activities.excs import SnapshotKeeper
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_connection import Dns
from workers.ingest.gateway_protocol import DnType
from workflows.call.directory import Snapshot
from workflows.call.tlib import Feed

log = structlog.get_logger()


def dns_of(snapshot: Snapshot, feed: Feed, site: str) -> Dns:
    """The DNs a feed registers at a site: all Virtual Queues, or all Extensions on which an agent may work."""
    dns: dict[str, DnType] = {}
    for entry in snapshot.sites:
        if entry.name != site:
            continue
        if feed is Feed.VQ:
            dns |= dict.fromkeys(entry.virtual_queues, DnType.VIRTUAL_QUEUE)
        elif feed is Feed.AGENT:
            seats = (dn for dn, seat in entry.extensions.items() if seat is not None)
            dns |= dict.fromkeys(seats, DnType.EXTENSION)
    return dns


async def keep_registered(clients: Sequence[GatewayClient], keeper: SnapshotKeeper, again: float) -> NoReturn:
    """Register the DNs of VQ and AGENT clients until cancelled.

    These feeds wait for the first snapshot. What a gateway refused is asked for again every `again` seconds.
    """
    if keeper.snapshot is None:
        log.info("the feeds VQ and AGENT wait for EXCS's snapshot, which names their DNs")
    known: Snapshot | None = None
    while True:
        try:
            async with asyncio.timeout(again if known else None):
                known = await keeper.changed(known)
            changed = True
        except TimeoutError:
            changed = False
        assert known is not None
        for client in clients:
            dns = dns_of(known, client.feed, client.pair.site)
            if changed:
                say = log.info if dns else log.warning
                say("DNs to register, by EXCS's snapshot", site=client.pair.site, feed=client.feed.value, dns=len(dns))
            client.register(dns)

"""Client of TLib gateways: one feed of one SIP Server pair, over one connection to each of the two servers.

A real backup is silent until it takes over; should both servers send, both are heard, and the names of the events
tell what is the same.
"""

import asyncio

from activities.tls import TlsFiles
from workers.ingest.gateway_connection import Connection, Dns, Timing
from workers.ingest.gateway_items import Sink
from workers.ingest.pair_roles import PairRoles
from workers.settings import ServerPair
from workflows.call.tlib import Feed


class GatewayClient:
    """One feed of a SIP Server pair."""

    def __init__(
        self,
        feed: Feed,
        pair: ServerPair,
        instance: str,
        sink: Sink,
        timing: Timing | None = None,
        tls: TlsFiles | None = None,
    ) -> None:
        """`instance`: this ingest's name, told to the gateways; `tls`: for a pair with `tls`."""
        self.feed = feed
        self.pair = pair
        secured = (tls or TlsFiles()) if pair.tls else None
        roles = PairRoles()
        self.connections = tuple(
            Connection(feed, pair.site, address, instance, sink, timing or Timing(), roles, secured)
            for address in pair.servers
        )
        if feed is Feed.CALL:
            self.register({})

    def register(self, dns: Dns) -> None:
        """From now on these DNs are registered with both servers, and no others. VQ and AGENT subscribe with the
        first call; CALL has no DNs and subscribes at once.

        A DN that a gateway refused is asked for again with the next call.
        """
        for connection in self.connections:
            connection.register(dict(dns))

    def ask_snapshot(self) -> None:
        """Have the living calls reported again, by every connected server."""
        for connection in self.connections:
            connection.ask_snapshot()

    async def run(self) -> None:
        """Keep both connections until cancelled; then say goodbye to the gateways."""
        async with asyncio.TaskGroup() as tasks:
            for connection in self.connections:
                tasks.create_task(connection.run(), name=f"{self.feed} {self.pair.site} {connection.address}")

"""A gateway sends anything at all over a real connection: each line is read, ignored or invalid, and counted once."""

import asyncio
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st
from redis.asyncio import Redis

from tests.integration.gateways import ScriptedGateway
from tests.unit.test_gateway_protocol import EVENTS
from workers.event_stream import EventStream
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_items import Item, Received
from workers.ingest.intake import Intake
from workers.ingest.room import Room
from workers.ingest.submitter import Submitter
from workers.settings import ServerPair
from workflows.call.tlib import Feed

LAST = b'{"frame":"event","name":"Last","attributes":{}}\n'
GARBAGE = st.binary(min_size=1, max_size=40).map(lambda line: line.replace(b"\n", b"\r")).filter(bytes.strip)


@given(st.sampled_from(Feed), st.lists(EVENTS | GARBAGE, max_size=15))
@example(Feed.CALL, [b"\xff\xfe", b"{", b'{"frame":"event","name":1,"attributes":null}'])
async def test_every_line_is_counted(feed: Feed, lines: list[bytes]) -> None:
    everything = asyncio.Event()

    async def take(item: Item) -> None:
        if isinstance(item, Received) and item.name == "Last":
            everything.set()
        await intake.take(item)

    async with ScriptedGateway.listening() as gateway, Redis() as unused:
        stream = EventStream(unused, "excp:{t}:", 1)  # nothing is submitted here
        intake = Intake(feed, "SIPS1", Submitter(stream, "a", Room(1_000), hold=60), keys=("DispositionCode",))
        client = GatewayClient(feed, ServerPair("SIPS1", (gateway.address,)), "a", take)
        client.register({})
        reading = asyncio.create_task(client.run())
        try:
            conversation = await gateway.connected()
            await conversation.subscribed()
            conversation.writer.write(b"".join(line + b"\n" for line in lines) + LAST)
            async with asyncio.timeout(10):
                await everything.wait()
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            conversation.writer.close()
    totals = intake.totals
    assert totals.read + totals.invalid + totals.ignored == len(lines) + 1
    assert totals.ignored >= 1

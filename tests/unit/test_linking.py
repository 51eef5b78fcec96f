"""Dispatch's event loop turns while very much is linked: the lease has to be renewed meanwhile."""

import asyncio
import json

import pytest

from workers.dispatch.linking import Linking
from workers.dispatch.store import Entry, Reading
from workflows.call.tlib import TlibEvent
from workflows.linking.linker import Linker
from workflows.linking.routed import Routed

pytestmark = pytest.mark.asyncio

START = 1_700_000_000_000


class FailingLinker(Linker):
    """A linker with a bug: it fails at parties."""

    def route(self, event: TlibEvent) -> Routed:
        routed = super().route(event)
        if event.event == "EventCallPartyAdded":
            raise KeyError(event.party)
        return routed


def reading(*names: str) -> Reading:
    entries = []
    for number, name in enumerate(names):
        fields = {"call": f"{number:032d}", "party": f"P{number}", "dn": "7001", "time": number + 1}
        text = json.dumps({"id": f"e{number}", "event": name, "site": "S1", **fields})
        entries.append(Entry(f"{START + number}-0", text))
    return Reading("0-0", "run", (START + len(names)) * 1_000, tuple(entries))


async def turns_while_linking(linker: Linker, read: Reading) -> int:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    turns = 0
    await Linking(linker, lambda: asyncio.to_thread(linker.reload, {})).link(read)
    turning.cancel()
    return turns


async def test_the_loop_turns_while_very_many_events_are_linked() -> None:
    assert await turns_while_linking(Linker(), reading(*["EventCallCreated"] * 2_000)) >= 20


async def test_the_loop_turns_between_the_events_at_which_the_linker_fails() -> None:
    assert await turns_while_linking(FailingLinker(), reading(*["EventCallPartyAdded"] * 20)) >= 20

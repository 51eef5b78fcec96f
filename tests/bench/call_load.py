"""Plays a log to call workers as dispatch would, now and at its own pace: a process of its own, so that it measures
nothing of itself.

`python -m tests.bench.call_load LOG SITE`, with the environment of the product. Prints how late it sent at most, as
JSON: a load that could not keep its pace measures itself.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from workers.dispatch.conversation_sender import ConversationSender
from workers.replay.log_events import Faults, Log, merged
from workers.settings import load
from workers.temporal import connect
from workflows.call.tlib import TlibEvent
from workflows.linking.linker import Linker
from workflows.linking.routed import Origin

ROUND = 50_000
"""Events of so many microseconds go in one round, as dispatch gathers them."""
LEAD = 2.0
"""Seconds before the first event."""


def rounds(events: list[TlibEvent], shift: int) -> Iterator[tuple[int, list[TlibEvent]]]:
    """By the time at which a round is due; each event as of now."""
    for slot, group in groupby(events, lambda event: event.time // ROUND):
        due = (slot + 1) * ROUND + shift
        yield due, [event.model_copy(update={"time": event.time + shift, "seen": due // 1000}) for event in group]


async def play(log: Path, site: str) -> float:
    """Seconds the latest round was late."""
    settings = load("dispatch")
    sender, linker = ConversationSender(await connect(), settings), Linker()
    events = list(merged([Log(site, log)], [settings.user_data_key], Faults()))
    shift = round((time.time() + LEAD) * 1_000_000) - events[0].time
    late, lanes = 0.0, dict[str, asyncio.Lock]()

    async def send(root: str, origin: Origin, items: list[dict[str, Any]]) -> None:
        async with lanes.setdefault(root, asyncio.Lock()):
            await sender.send(root, origin, items)

    async with asyncio.TaskGroup() as group:
        for due, part in rounds(events, shift):
            await asyncio.sleep(due / 1e6 - time.time())
            late = max(late, time.time() - due / 1e6)
            conversations: dict[str, list[dict[str, Any]]] = {}
            for event in part:
                for root, item in linker.route(event):
                    conversations.setdefault(root, []).append(dict(item))
            for root, items in conversations.items():
                group.create_task(send(root, linker.origin(root), items))
    return late


if __name__ == "__main__":
    print(json.dumps({"late": asyncio.run(play(Path(sys.argv[1]), sys.argv[2]))}))

"""Plays a log to call workers as dispatch would, round by round, now and at its own pace: a process of its own, so that
it measures nothing of itself.

`python -m tests.bench.call_load LOG SITE`, with the environment of the product. Prints how late it sent at most, as
JSON: a load that could not keep its pace measures itself.
"""

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers.dispatch.conversation_sender import ConversationSender
from workers.replay.log_events import Faults, Log, merged
from workers.settings import load
from workers.temporal import connect
from workflows.call.tlib import TlibEvent
from workflows.linking.linker import Linker

LEAD = 2.0
"""Seconds before the first event."""


def due(waiting: deque[TlibEvent], shift: int) -> Iterator[TlibEvent]:
    """Take the events whose time has come, each as of now."""
    now = time.time_ns() // 1_000
    while waiting and waiting[0].time + shift <= now:
        event = waiting.popleft()
        yield event.model_copy(update={"time": event.time + shift, "seen": now // 1_000})


async def play(log: Path, site: str) -> float:
    """Seconds the latest event was late."""
    settings = load("dispatch")
    sender, linker = ConversationSender(await connect(), settings), Linker()
    waiting = deque(merged([Log(site, log)], [settings.user_data_key], Faults()))
    shift = round((time.time() + LEAD) * 1_000_000) - waiting[0].time
    late = 0.0
    while waiting:
        await asyncio.sleep((waiting[0].time + shift) / 1e6 - time.time())
        late = max(late, time.time() - (waiting[0].time + shift) / 1e6)
        lanes: dict[str, list[dict[str, Any]]] = {}
        for event in due(waiting, shift):
            for root, item in linker.route(event):
                lanes.setdefault(root, []).append(dict(item))
        async with asyncio.TaskGroup() as sending:
            for root, items in lanes.items():
                sending.create_task(sender.send(root, linker.origin(root), items))
    return late


if __name__ == "__main__":
    print(json.dumps({"late": asyncio.run(play(Path(sys.argv[1]), sys.argv[2]))}))

"""The mapping activities: who a DN, an agent or a wrap-up value is for EX."""

import asyncio
import time
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.excs import ExcsError, SnapshotKeeper
from workflows.call.directory import Answer

Answers = dict[str, dict[str, Any]]
"""By key of `workflows.call.directory`: the Answer without what it leaves at its default."""

ATTEMPT = 10.0
"""How long one attempt of `wait_for_mapping` asks EXCS before Temporal starts the next one (seconds)."""
_PAUSE = 1.0
"""Between two questions, and between two heartbeats (seconds)."""


class MappingActivities:
    """`look_up` first; when it says None, `wait_for_mapping`."""

    def __init__(self, keeper: SnapshotKeeper, attempt: float = ATTEMPT) -> None:
        self._keeper = keeper
        self._attempt = attempt

    @activity.defn(name="look_up")
    async def look_up(self, keys: list[str]) -> Answers | None:
        """A local activity without I/O: the answers to all keys, or None when EXCS has to be asked."""
        answers = self._keeper.answers(keys)
        return None if answers is None else _dump(answers)

    @activity.defn(name="wait_for_mapping")
    async def wait_for_mapping(self, keys: list[str]) -> Answers:
        """A normal activity that waits for EXCS, heartbeats each second, and fails retryable after some seconds."""
        until = time.monotonic() + self._attempt
        reason = "EXCS has not answered yet"
        while time.monotonic() < until and not activity.is_worker_shutdown():
            activity.heartbeat()
            try:
                async with asyncio.timeout(_PAUSE):
                    await self._keeper.ask()
            except ExcsError as error:
                reason = str(error)
                await asyncio.sleep(_PAUSE)
            except TimeoutError:
                pass
            answers = self._keeper.answers(keys)
            if answers is not None:
                return _dump(answers)
        # benign: the keeper says that EXCS is away, not each call that waits for it
        raise ApplicationError(reason, type="ExcsUnreachable", category=ApplicationErrorCategory.BENIGN)


def _dump(answers: dict[str, Answer]) -> Answers:
    return {key: answer.model_dump(exclude_defaults=True) for key, answer in answers.items()}

"""Records the workflow histories of the sample calls: `python -m tests.replay.record`.

Record anew only when a change of the call workflow or model is meant to break running calls: that change needs a new
build, on which calls begin, while calls that run end on the old one.
"""

import asyncio
import tempfile
from pathlib import Path

from deploy.lab.lab import Lab
from deploy.lab.sample_logs import SAMPLES

HISTORIES = Path(__file__).parent / "histories"


async def record() -> None:
    logs = sorted(SAMPLES.glob("*.log"))
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        async with Lab(Path(folder), SAMPLES / "mapping.yaml", {"SIPS1": logs}) as lab:
            lab.play()
            await lab.settle()
            async for execution in lab.temporal.list_workflows(""):
                history = await lab.temporal.get_workflow_handle(execution.id).fetch_history()
                (HISTORIES / f"{execution.id}.json").write_text(history.to_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(record())

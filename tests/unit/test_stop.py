"""How a process that is to stop leaves."""

import asyncio
import sys

NEVER_ENDS = """
import asyncio
from workers.stop import stop_signal

async def run():
    stop = stop_signal(within=0.2)
    print("runs", flush=True)
    await stop.wait()
    print("stops", flush=True)
    await asyncio.Event().wait()

asyncio.run(run())
"""


async def test_a_process_that_does_not_come_to_its_end_is_left() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NEVER_ENDS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"runs\n"
    process.terminate()
    said = (await process.stdout.read()).decode()
    assert said.startswith("stops\n")
    assert "process does not come to its end" in said
    assert await process.wait() == 1

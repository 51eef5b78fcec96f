"""What an EX outage costs a call worker: its CPU with thousands of calls that wait, against the same worker idle.

Run with `make bench` or `python -m tests.bench.bench_ex_away [CALLS]`. Real Temporal, Redis and worker process, the
lab's EX Org killed and revived. All figures are of one run on one machine: read the ratio.
"""

import asyncio
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.common import WorkflowIDReusePolicy

from deploy.lab.lab import Lab
from deploy.lab.product import TASK_QUEUE
from deploy.lab.sample_logs import SAMPLES
from deploy.lab.servers import NAMESPACE, ExOrgOptions
from tests.integration.eventually import eventually
from workers.replay.log_events import Faults, Log, merged
from workflows.call.tlib import TlibEvent

CALLS = 5_000
PER_MINUTE = 1_200
"""Request budget: four times the usual one, so that the bench ends sooner."""
WATCHED = 40.0
"""Seconds for which the CPU is measured."""
AT_ONCE = 40
PATIENCE = 900.0
"""Seconds after which something is wrong."""


def cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def cpu_a_minute(pid: int) -> float:
    """Seconds of CPU a process uses in a minute."""
    before, begin = cpu(pid), time.monotonic()
    await asyncio.sleep(WATCHED)
    return (cpu(pid) - before) / (time.monotonic() - begin) * 60


def ended_call(number: int, events: list[TlibEvent]) -> tuple[str, list[dict[str, object]]]:
    """A call from its first event to its last, as dispatch would signal it."""
    call = f"{number:032X}"
    return call, [event.model_copy(update={"call": call, "id": f"{call} {event.id}"}).wire() for event in events]


async def begin_calls(lab: Lab, calls: int) -> None:
    """Every call has begun and ended in Engage, and has four events to tell."""
    events = list(merged([Log("SIPS1", SAMPLES / "F01.log")], ["DispositionCode"], Faults()))
    few = asyncio.Semaphore(AT_ONCE)

    async def begin(number: int) -> None:
        call, items = ended_call(number, events)
        async with few:
            await lab.temporal.start_workflow(
                "EngageCallWorkflow",
                {"call": call, "linger": 1, "wrapup_window": 1, "injection_queue": f"{TASK_QUEUE}-injection"},
                id=f"call-{call}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                start_signal="tlib_events",
                start_signal_args=[items],
                rpc_timeout=timedelta(seconds=30),
            )

    await asyncio.gather(*(begin(number) for number in range(calls)))


async def waiting(lab: Lab) -> int:
    """Injections that wait with Temporal for a slot."""
    answer = await lab.temporal.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=NAMESPACE,
            task_queue=TaskQueue(name=f"{TASK_QUEUE}-injection"),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            report_stats=True,
        )
    )
    return int(answer.stats.approximate_backlog_count)


async def all_wait(lab: Lab, calls: int) -> None:
    async def wait() -> bool:
        return await waiting(lab) >= calls - 10

    await eventually(wait, PATIENCE)


async def all_told(lab: Lab) -> None:
    async def none_runs() -> bool:
        return not (await lab.temporal.count_workflows("ExecutionStatus = 'Running'")).count

    await eventually(none_runs, PATIENCE)


async def probes(lab: Lab) -> float:
    return (await lab.metrics("worker")).sum("excp_ex_requests_total", status="none")


async def run(calls: int, console: Console) -> None:
    with tempfile.TemporaryDirectory() as folder:
        options = ExOrgOptions(requests_per_minute=PER_MINUTE)
        async with Lab(Path(folder), SAMPLES / "mapping.yaml", {}, product={"worker": "worker"}, ex_org=options) as lab:
            worker = lab.processes["worker"].pid
            idle = await cpu_a_minute(worker)
            await lab.crash("ex-org")
            await begin_calls(lab, calls)
            await all_wait(lab, calls)
            before = await probes(lab)
            away = await cpu_a_minute(worker)
            sent = await probes(lab) - before
            console.print(
                f"idle {idle:.2f} s, away {away:.2f} s of CPU a minute; {sent:.0f} probes. The EX Org is back …"
            )
            used, begin = cpu(worker), time.monotonic()
            await lab.revive("ex-org")
            await all_told(lab)
            lasted, used = time.monotonic() - begin, cpu(worker) - used
            counts = await lab.ex_org.counts()
    table = Table(title=f"EX Org away, {calls} ended calls wait")
    for heading in ("worker", "CPU seconds a minute", "against idle", "requests a minute"):
        table.add_column(heading, justify="left" if heading == "worker" else "right")
    table.add_row("idle", f"{idle:.2f}", "1.0", "0")
    table.add_row("EX Org away", f"{away:.2f}", f"{away / idle:.1f}", f"{sent / WATCHED * 60:.0f}")
    table.add_row(
        f"EX Org back, {PER_MINUTE} requests a minute allowed",
        f"{used / lasted * 60:.2f}",
        f"{used / lasted * 60 / idle:.1f}",
        f"{counts['requests'] / lasted * 60:.0f}",
    )
    console.print(table)
    console.print(
        f"{lasted:.0f} s after the EX Org was back all calls were told: {counts['taken']} events taken, "
        f"{counts['repeated']} repeated, {counts['refused']} refused, {counts['open']} conversations open"
    )
    assert (counts["taken"], counts["refused"], counts["open"]) == (4 * calls, 0, 0)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS, Console(width=120)))

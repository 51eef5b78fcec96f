"""Workflows that inject batches with the options of the call workflow."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows.call.telling import Batch, Injected


@workflow.defn
class OneBatch:
    """Result: what the activity answers."""

    @workflow.run
    async def run(self, told: Batch, queue: str) -> Injected:
        return await _inject(told, queue)


@workflow.defn
class BatchByBatch:
    """A call told in several batches, the next one after the last one was taken."""

    @workflow.run
    async def run(self, told: list[Batch], queue: str) -> None:
        for batch in told:
            await _inject(batch, queue)


async def _inject(told: Batch, queue: str) -> Injected:
    injected: Injected = await workflow.execute_activity(
        "inject",
        told,
        result_type=Injected,
        task_queue=queue,
        start_to_close_timeout=timedelta(seconds=60),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1),
    )
    return injected

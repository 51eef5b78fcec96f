"""A workflow that injects one batch with the options of the call workflow."""

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

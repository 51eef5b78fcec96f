"""The conversations that run in Temporal: what is left of the linker's index when Redis and all dispatchers lost it."""

from datetime import timedelta

import structlog
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from workers.dispatch.waiting import TEMPORAL, patiently
from workflows.call.tlib import CallType
from workflows.engage_call import CALL_TYPE, CALLS, SITE
from workflows.linking.routed import Origin, Running

log = structlog.get_logger()

_REFUSED = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.INVALID_ARGUMENT)
"""It will not be otherwise soon. An API key that is not valid stops signals too: that is waited for."""
_COUNT, _LIST = timedelta(seconds=3), timedelta(seconds=10)


class RunningCalls:
    """Asks Temporal for the conversations of one task queue."""

    def __init__(self, temporal: Client, task_queue: str) -> None:
        self._temporal = temporal
        self._query = f"TaskQueue = '{task_queue}' AND ExecutionStatus = 'Running'"

    async def are_any(self) -> bool:
        """Whether one runs; while Temporal does not answer, it may."""
        try:
            return (await self._temporal.count_workflows(self._query, rpc_timeout=_COUNT)).count > 0
        except TEMPORAL.away as error:
            log.warning("Temporal does not say whether calls are open", reason=str(error))
            return True

    async def all(self) -> list[Running]:
        """All of them. Waits for Temporal."""
        return await patiently(self._all, TEMPORAL)

    async def _all(self) -> list[Running]:
        listed = self._temporal.list_workflows(self._query, rpc_timeout=_LIST)
        try:
            found = [await _running(each) async for each in listed]
        except RPCError as error:
            if error.status not in _REFUSED:
                raise
            log.warning(
                "Temporal does not list calls: what belongs to those that run may open conversations of its own",
                reason=str(error),
            )
            return []
        log.info("index compared with Temporal", conversations=len(found))
        return found


async def _running(execution: WorkflowExecution) -> Running:
    found = execution.typed_search_attributes
    root, site = execution.id.removeprefix("call-"), found.get(SITE) or ""
    kind = CallType.__members__.get((found.get(CALL_TYPE) or "").upper())
    calls = await execution.memo_value(CALLS, {root: site})
    return Running(root, Origin(site, kind), round(execution.start_time.timestamp() * 1e6), calls)

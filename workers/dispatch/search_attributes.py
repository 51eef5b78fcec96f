"""The search attributes by which a call is found in the Temporal UI; a namespace must know them before it is used."""

import structlog
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.errors import ExcpError
from workers.temporal import fault
from workflows.engage_call import CALL_TYPE, FLOW, OUTCOME, SITE

log = structlog.get_logger()

NAMES = tuple(key.name for key in (SITE, CALL_TYPE, OUTCOME, FLOW))
"""All are keywords; the workflow sets the last two: the outcome once it is certain, the flow when it ends."""

NO_RIGHTS = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED)


async def register_search_attributes(client: Client) -> None:
    """Register what the namespace lacks.

    Without the right to look, a warning is all there is. Raises NotYetError when Temporal is away, ExcpError when they
    are known to be missing and may not be registered.
    """
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status not in NO_RIGHTS:
            raise fault(f"Temporal does not list search attributes of {client.namespace}", error) from error
        log.warning("search attributes cannot be checked, they must be there", commands=_commands(client, NAMES))
        return
    missing = [name for name in NAMES if name not in listed.custom_attributes]
    if not missing:
        return
    types = dict.fromkeys(missing, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return
        raise ExcpError(
            f"Temporal namespace {client.namespace} lacks search attributes and does not let us register them "
            f"({error}). Run:\n" + "\n".join(_commands(client, missing))
        ) from error
    log.info("search attributes registered", names=missing)


def _commands(client: Client, names: tuple[str, ...] | list[str]) -> list[str]:
    create = f"temporal operator search-attribute create --namespace {client.namespace} --type Keyword"
    return [f"  {create} --name {name}" for name in names]

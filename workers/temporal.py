"""The connection to Temporal: address, namespace, TLS and API key from TEMPORAL_* (also in `.env`) or a profile."""

import logging
from functools import cache

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from workers.environment import environment, from_files
from workers.errors import ExcpError, NotYetError
from workers.logs import Seldom

_AWAY = (
    *(RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.RESOURCE_EXHAUSTED),
    *(RPCStatusCode.CANCELLED, RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL, RPCStatusCode.UNKNOWN),
)
_REFUSED = ("Unauthenticated", "PermissionDenied", "InvalidArgument", "InvalidCertificate", "UnknownIssuer")
"""Parts of the texts of errors that waiting does not mend."""


def settings() -> ClientConnectConfig:
    """Where Temporal is and how to get in, by `temporalio.envconfig`. Raises ExcpError."""
    given = environment()
    secret, faults = from_files(given, ("TEMPORAL_API_KEY",))
    try:
        if faults:
            raise ValueError(*faults.values())
        target = ClientConfig.load_client_connect_config(override_env_vars=given | secret)
    except Exception as error:  # as many kinds as there are files and variables
        raise ExcpError(f"the settings of Temporal cannot be used (TEMPORAL_*): {error}") from error
    target.setdefault("target_host", "localhost:7233")
    target.setdefault("namespace", "default")
    return target


async def connect() -> Client:
    """Connect with these settings.

    Raises NotYetError when the server is away, ExcpError when the settings cannot be used or it does not let us in.
    """
    target = settings()
    try:
        return await Client.connect(**target, data_converter=pydantic_data_converter, runtime=_runtime())
    except (RuntimeError, ValueError, OSError) as error:
        # the SDK tells these apart by text alone
        ours = isinstance(error, ValueError) or any(sign in str(error) for sign in _REFUSED)
        reason = _meaning(str(error)) or error
        raise (ExcpError if ours else NotYetError)(
            f"Temporal at {target['target_host']} cannot be reached (TEMPORAL_ADDRESS): {reason}"
        ) from error


async def check_namespace(client: Client) -> None:
    """Raises NotYetError when Temporal does not answer, ExcpError when it does not have or not open the namespace."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        raise fault(f"Temporal namespace {client.namespace!r} (TEMPORAL_NAMESPACE)", error) from error


def fault(what: str, error: RPCError) -> ExcpError:
    """A failed call to Temporal as an error of ours: one that waiting may mend, or not."""
    return (NotYetError if error.status in _AWAY else ExcpError)(f"{what}: {error.status.name}: {error.message}")


_FAULTS = {
    "kind: ConnectionRefused": "nothing listens there",
    "dns error": "its name is not known here",
    "UnknownIssuer": "its certificate is of an unknown CA; if it is the right server, give its CA "
    "(TEMPORAL_TLS_SERVER_CA_CERT_PATH)",
    "InvalidCertificate(Expired": "its certificate has expired: renew it",
    "NotValidForName": "its certificate has other names; say which one to expect (TEMPORAL_TLS_SERVER_NAME)",
    "tls handshake eof": "it speaks no TLS on this port (TEMPORAL_TLS=false)",
    "InvalidContentType": "it speaks no TLS on this port (TEMPORAL_TLS=false)",
    "call error after connection": "it closes the connection; does it want TLS (TEMPORAL_TLS=true), or a client "
    "certificate (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH)?",
}
"""What errors of the native part mean, by a part of their text (temporalio 1.35): there are no codes for them."""


def _meaning(error: str) -> str | None:
    if "transport::Error" not in error:  # Temporal has answered
        return None
    return next((meaning for part, meaning in _FAULTS.items() if part in error), None)


@cache
def _runtime() -> Runtime:
    """Temporal's native part, which would write coloured text to standard output, logs through `logging` instead.

    While the server is away each of its pollers has something to say every few seconds.
    """
    logger = logging.getLogger("temporal")
    logger.addFilter(Seldom())
    forwarding = LogForwardingConfig(logger, append_target_to_name=False, prepend_target_on_message=False)
    default = LoggingConfig.default
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(default.filter, forwarding)))

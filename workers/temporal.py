"""The connection to Temporal: address, namespace, TLS and API key from TEMPORAL_* (also in `.env`) or a profile."""

import logging
from functools import cache

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig

from workers.environment import environment, from_files
from workers.errors import ExcpError
from workers.logs import Seldom


async def connect() -> Client:
    """Connect with the settings of `temporalio.envconfig`. Raises ExcpError when that is not possible."""
    given = environment()
    secret, faults = from_files(given, ("TEMPORAL_API_KEY",))
    try:
        if faults:
            raise ValueError(*faults.values())
        target = ClientConfig.load_client_connect_config(override_env_vars=given | secret)
    except Exception as error:  # as many kinds as there are files and variables
        raise ExcpError(f"the settings of Temporal cannot be used (TEMPORAL_*): {error}") from error
    target.setdefault("target_host", "localhost:7233")
    try:
        return await Client.connect(**target, data_converter=pydantic_data_converter, runtime=_runtime())
    except (RuntimeError, ValueError, OSError) as error:
        raise ExcpError(f"Temporal at {target['target_host']} cannot be reached (TEMPORAL_ADDRESS): {error}") from error


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

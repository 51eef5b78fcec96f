"""The connection to Temporal: address, namespace, TLS and API key from TEMPORAL_* or a Temporal profile."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from workers.errors import ExcpError


async def connect() -> Client:
    """Connect with the settings of `temporalio.envconfig`. Raises ExcpError when the server cannot be reached."""
    target = ClientConfig.load_client_connect_config()
    target.setdefault("target_host", "localhost:7233")
    try:
        return await Client.connect(**target, data_converter=pydantic_data_converter)
    except RuntimeError as error:
        raise ExcpError(f"Temporal at {target['target_host']} cannot be reached (TEMPORAL_ADDRESS): {error}") from error

"""The product's processes in the lab, and how they are configured: by environment variables alone."""

import os
from collections.abc import Mapping, Sequence

from deploy.lab.servers import NAMESPACE, ExOrgOptions
from deploy.lab.sip_pair import SipPair
from workers.settings import Settings

PRODUCT = {"ingest-a": "ingest", "ingest-b": "ingest", "dispatch": "dispatch", "worker": "worker"}
"""By their name in the lab, and the `excp` command of each."""
TASK_QUEUE = "excp-calls"
FEEDS = ("VQ", "AGENT", "CALL")


def environment(
    pairs: Sequence[SipPair], redis: str, temporal: str, excs: str, ex_org: str, options: ExOrgOptions
) -> Mapping[str, str]:
    """What all processes share. Settings of the surrounding shell do not reach them."""
    mine = {name.upper() for name in Settings.model_fields} | {"EXCP_INSTANCE"}
    inherited = {k: v for k, v in os.environ.items() if k.upper() not in mine and not k.startswith("TEMPORAL_")}
    servers = ",".join(pair.address for pair in pairs)
    return {
        **inherited,
        **{f"VOICE_SERVER_{feed}": servers for feed in FEEDS},
        "NO_PROXY": "127.0.0.1",
        "REDIS_URL": redis,
        "EXCS_URL": excs,
        "EX_API_URL": ex_org,
        "EX_LOGIN_URL": ex_org,
        "EX_CLIENT_ID": options.client_id,
        "EX_CLIENT_SECRET": options.client_secret,
        "EX_REQUESTS_PER_MINUTE": str(options.requests_per_minute),
        "ORG_ID": "lab",
        "TENANT_ID": "lab",
        "TEMPORAL_ADDRESS": temporal,
        "TEMPORAL_NAMESPACE": NAMESPACE,
        "TEMPORAL_CONFIG_FILE": os.devnull,
        "TASK_QUEUE": TASK_QUEUE,
        "WRAPUP_WINDOW": "10",
        "LOG_FORMAT": "json",
    }

"""The connection to the central Redis, and the check that this Redis can be used."""

from typing import Any

from redis.asyncio import Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, TimeoutError

from activities.tls import TlsFiles, client_context, tls_fault
from workers.errors import ExcpError

TIMEOUT = 5.0
"""Seconds until an unanswered command or connection attempt fails. A blocking read waits less than this."""


class RedisUnusableError(ExcpError):
    """This Redis would lose events or cannot run our scripts; the message says what to change."""


def open_redis(url: str, tls: TlsFiles | None = None) -> Redis:
    """A client that answers strings and never repeats a command by itself.

    Every hop repeats its own submissions and counts them; a repeat nobody sees would make the counts wrong. The
    client connects on its first command. With `rediss://` the options in the URL (`?ssl_ca_certs=…`) win over `tls`.
    Raises TlsError when its files cannot be used.
    """
    return Redis.from_url(
        url,
        **(_tls_options(tls or TlsFiles()) if url.startswith("rediss:") else {}),
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
    )


def _tls_options(tls: TlsFiles) -> dict[str, Any]:
    client_context(tls)  # redis-py reads the files with its first connection only, and says less about a fault
    files = {"ssl_ca_certs": tls.ca, "ssl_certfile": tls.certificate, "ssl_keyfile": tls.key}
    return {"ssl_check_hostname": True, **{name: str(file) for name, file in files.items() if file}}


async def check_redis(redis: Redis) -> None:
    """Raise RedisUnusableError when this Redis may evict events, is a cluster, is too old, or does not answer."""
    try:
        info: dict[str, Any] = await redis.info()
    except RedisError as error:
        raise RedisUnusableError(f"Redis cannot be reached (REDIS_URL): {_reason(redis, error)}") from error
    faults = [*_faults(info)]
    if faults:
        raise RedisUnusableError(
            "this Redis cannot be used (REDIS_URL):\n" + "\n".join(f"  {fault}" for fault in faults)
        )


def _reason(redis: Redis, error: RedisError) -> str:
    secured = issubclass(redis.connection_pool.connection_class, SSLConnection)
    if secured and isinstance(error, TimeoutError):
        return f"{error}; does this port speak TLS (rediss://)?"  # a plain Redis waits for the end of a command
    if not secured and str(error).startswith(("Connection closed", "Error while reading")):
        return f"{error}; does this port want TLS (rediss://)?"
    return tls_fault(error) or str(error)


def _faults(info: dict[str, Any]) -> list[str]:
    faults = []
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < (6, 2):
        faults.append(f"version {version} is too old: use 6.2 or newer")
    if info.get("redis_mode") == "cluster" or str(info.get("cluster_enabled", 0)) == "1":
        faults.append("it is a Redis Cluster: use a single Redis, with replicas and Sentinel if need be")
    policy = info.get("maxmemory_policy")
    if policy != "noeviction":
        faults.append(f"maxmemory-policy is {policy}: set it to noeviction, another one would drop events silently")
    return faults

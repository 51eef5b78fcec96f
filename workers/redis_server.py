"""The connection to the central Redis, the check that this Redis can be used, and what its errors mean."""

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from redis.asyncio import Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError,
    InvalidResponse,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.maint_notifications import MaintNotificationsConfig

from activities.tls import TlsFiles, client_context, tls_fault
from workers.errors import ExcpError, NotYetError

TIMEOUT = 5.0
"""Seconds until an unanswered command or connection attempt fails. A blocking read waits less than this."""

_MEANINGS = (
    ("READONLY", "read only replica", "it is a read-only replica; REDIS_URL has to lead to the primary"),
    ("OOM", "maxmemory", "it is out of memory; give it more (maxmemory), and see that dispatch runs"),
    ("NOAUTH", "Authentication required", "it wants a password, and REDIS_URL has none"),
    ("NOAUTH", "client already authenticated", "it wants a password, and REDIS_URL has none"),
    ("WRONGPASS", "invalid username-password", "it refuses the user or password of REDIS_URL"),
    ("LOADING", "loading the dataset", "it is loading its data"),
    ("NOPERM", "no permissions", "its user may not do this; see deploy/redis.md"),
    ("NOREPLICAS", "good replicas", "too few replicas follow it (min-replicas-to-write), so it takes nothing"),
    ("MISCONF", "stop-writes-on-bgsave-error", "it cannot write its disk, so it takes nothing"),
    ("MASTERDOWN", "MASTER is down", "it is a replica without its primary"),
    ("CLUSTERDOWN", "cluster is down", "it is a Redis Cluster, which cannot be used"),
    ("PROTOCOL", "Protocol error", "what answers is no Redis; see host and port of REDIS_URL"),
    ("BUSY", "busy running a script", "a script keeps it busy"),
)
"""Code and part of the text of Redis' errors, and what they mean: redis-py takes the code away, a script leaves it."""
_PASSES = ("BUSY", "MASTERDOWN", "TRYAGAIN")
"""Errors that are over by themselves."""
_WRONG = (AuthenticationError, AuthorizationError, InvalidResponse, ssl.SSLCertVerificationError)
"""Errors that are not."""


class RedisUnusableError(ExcpError):
    """This Redis would lose events, cannot run our scripts, or does not let us in; the message says what to change."""


class RedisAwayError(NotYetError):
    """This Redis cannot be reached, or cannot be used yet."""


class _Cancellable(AbstractConnection):
    """A connection in whose commands a task can be cancelled at any moment.

    redis-py writes in `asyncio.wait_for`, and that of Python 3.11 forgets a cancellation that comes just as it ends
    (bpo-42130, mended in Python 3.12): a task that asks Redis in a loop would go on, and who stops it wait for ever.
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        try:
            await super().send_packed_command(command, check_health)
        except Exception as error:
            if task.cancelling() > before:
                raise asyncio.CancelledError from error
            raise
        if task.cancelling() > before:
            await self.disconnect(nowait=True)  # its answer is not read by anyone
            raise asyncio.CancelledError


class _TcpConnection(_Cancellable, Connection):
    pass


class _TlsConnection(_Cancellable, SSLConnection):
    pass


class _UnixConnection(_Cancellable, UnixDomainSocketConnection):
    pass


_CANCELLABLE = {
    Connection: _TcpConnection,
    SSLConnection: _TlsConnection,
    UnixDomainSocketConnection: _UnixConnection,
}


def open_redis(url: str, tls: TlsFiles | None = None) -> Redis:
    """A client that answers strings and never repeats a command by itself.

    Every hop repeats its own submissions and counts them; a repeat nobody sees would make the counts wrong. The
    client connects on its first command. With `rediss://` the options in the URL (`?ssl_ca_certs=…`) win over `tls`.
    Raises TlsError when its files cannot be used, RedisUnusableError when the options in the URL cannot.
    """
    options = _tls_options(tls or TlsFiles()) if url.startswith("rediss:") else {}
    try:
        redis = _client(url, options)
        pool = redis.connection_pool
        pool.connection_class(**pool.connection_kwargs)  # not opened: it looks at the options
    except (ValueError, TypeError) as error:
        raise RedisUnusableError(f"the options in REDIS_URL cannot be used: {error}") from None
    return redis


def _client(url: str, options: dict[str, Any]) -> Redis:
    redis = Redis.from_url(
        url,
        **options,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        # of Redis Enterprise; with them the pool hands out connections that the server has closed
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    pool = redis.connection_pool
    pool.connection_class = _CANCELLABLE[pool.connection_class]
    return redis


async def close_redis(redis: Redis) -> None:
    """Close its connections, for a second at most: over TLS a server that stands still is waited for."""
    with suppress(RedisError, OSError):
        async with asyncio.timeout(1):
            await redis.aclose()


def _tls_options(tls: TlsFiles) -> dict[str, Any]:
    client_context(tls)  # redis-py reads the files with its first connection only, and says less about a fault
    files = {"ssl_ca_certs": tls.ca, "ssl_certfile": tls.certificate, "ssl_keyfile": tls.key}
    return {"ssl_check_hostname": True, **{name: str(file) for name, file in files.items() if file}}


def trouble(error: Exception) -> str:
    """What is wrong with Redis, for people, in one line that begins with Redis."""
    text = tls_fault(error) or str(error) or type(error).__name__
    for code, part, meaning in _MEANINGS:
        if part in text or code in text.replace("-", " ").split():
            return f"Redis: {meaning} ({text})"
    if isinstance(error, ConnectionError | TimeoutError | OSError):
        return f"Redis cannot be reached: {text}"
    return f"Redis: {type(error).__name__}: {text}"


async def check_redis(redis: Redis) -> None:
    """Raise RedisAwayError when this Redis is away, loads its data, or is a replica (it may be promoted yet).

    Raise RedisUnusableError when it does not let us in, may evict events, is a cluster, or is too old.
    """
    try:
        info: dict[str, Any] = await redis.info()
    except RedisError as error:
        kind = RedisUnusableError if _refuses_us(error) else RedisAwayError
        text = trouble(error).replace(":", " (REDIS_URL):", 1)
        raise kind(text + _hint(redis, error)) from error
    if faults := [*_faults(info)]:
        raise RedisUnusableError(
            "this Redis cannot be used (REDIS_URL):\n" + "\n".join(f"  {fault}" for fault in faults)
        )
    if info.get("loading"):
        raise RedisAwayError("Redis is loading its data (REDIS_URL)")
    if info.get("role") == "slave":
        raise RedisAwayError(
            f"Redis is a read-only replica of {info.get('master_host')}:{info.get('master_port')}; REDIS_URL has to "
            "lead to the primary"
        )


def _refuses_us(error: BaseException | None) -> bool:
    """True when waiting is no use: the password, the user's rights, the database number, the server's certificate,
    a server that is no Redis."""
    while error is not None:
        if isinstance(error, _WRONG):
            return True
        if isinstance(error, ResponseError) and not str(error).startswith(_PASSES):
            return True
        error = error.__cause__ or error.__context__
    return False


def _hint(redis: Redis, error: RedisError) -> str:
    secured = issubclass(redis.connection_pool.connection_class, SSLConnection)
    if secured and isinstance(error, TimeoutError):
        return "; does this port speak TLS (rediss://)?"  # a plain Redis waits for the end of a command
    if not secured and str(error).startswith(("Connection closed", "Error while reading")):
        return "; does this port want TLS (rediss://)?"
    return ""


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

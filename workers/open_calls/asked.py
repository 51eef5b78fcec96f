"""What `excp calls` asks of Temporal. All functions raise ExcpError with a message for the operator."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.calls import deployment
from workers.calls.deployment import DEPLOYMENT, Build
from workers.errors import ExcpError
from workers.open_calls import moving, one_call
from workers.open_calls.found import OpenCall, OpenCalls
from workers.open_calls.moving import Moved
from workers.open_calls.one_call import Shown
from workers.open_calls.wanted import Wanted
from workers.temporal import connect

T = TypeVar("T")


def find(wanted: Wanted, most: int) -> tuple[list[OpenCall], int]:
    """At most so many open calls, and how many there are."""

    async def found(temporal: Client) -> tuple[list[OpenCall], int]:
        calls = OpenCalls(temporal)
        return await calls.find(wanted, most), await calls.count(wanted)

    return _ask(found)


def show(call: str) -> Shown:
    """One call, open or ended."""
    return _ask(lambda temporal: one_call.look(temporal, call))


def end(call: str, reason: str) -> str:
    """End a call; what became of it."""
    return _ask(lambda temporal: one_call.end(temporal, call, reason))


def move(source: str, target: str | None) -> tuple[Moved, str]:
    """Move the open calls of a build; where to."""

    async def moved(temporal: Client) -> tuple[Moved, str]:
        known = await deployment.builds(temporal)
        build = target or next((each.id for each in known if each.current), None)
        if build is None:
            raise ExcpError("no build is current: say where the calls go on, --to BUILD")
        if build == source:
            raise ExcpError(f"the calls run on build {build} already: --to BUILD names another one")
        _check_known(build, known)
        calls = OpenCalls(temporal).ids(Wanted(build=source))
        return await moving.move(temporal, calls, await moving.override(temporal, build)), build

    return _ask(moved)


def builds() -> list[tuple[Build, int]]:
    """The builds, the newest first, each with the number of its open calls."""

    async def found(temporal: Client) -> list[tuple[Build, int]]:
        calls = OpenCalls(temporal)
        known = await deployment.builds(temporal)
        return [(build, await calls.count(Wanted(build=build.id))) for build in known]

    return _ask(found)


def make_current(build: str) -> None:
    """Let new calls begin on a build."""

    async def make(temporal: Client) -> None:
        _check_known(build, await deployment.builds(temporal))
        await deployment.make_current(temporal, DEPLOYMENT, build)

    _ask(make)


def _check_known(build: str, known: Sequence[Build]) -> None:
    if build not in {each.id for each in known}:
        names = ", ".join(each.id for each in known) or "none"
        raise ExcpError(f"Temporal knows no build {build}: start a worker of it first. Known: {names}")


def _ask(question: Callable[[Client], Awaitable[T]]) -> T:
    async def ask() -> T:
        temporal = await connect()
        try:
            return await question(temporal)
        except RPCError as error:
            raise _unanswered(temporal, error) from error

    return asyncio.run(ask())


def _unanswered(temporal: Client, error: RPCError) -> ExcpError:
    where = f"Temporal at {temporal.service_client.config.target_host}, namespace {temporal.namespace}"
    if error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in str(error).lower():
        return ExcpError(f"{where}, lacks search attributes: excp dispatch registers them. {error}")
    return ExcpError(f"{where}, does not answer that (TEMPORAL_*): {error}")

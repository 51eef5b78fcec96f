"""`excp parked`: what could not be sent to a conversation, for people to look at."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.dispatch import parked
from workers.redis_server import RedisAwayError, open_redis, trouble
from workers.settings import load

app = typer.Typer()

_T = TypeVar("_T")


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, with all that was to be sent (`item`).")
    ] = False,
    show_numbers: Annotated[
        bool, typer.Option("--show-numbers", help="Leave callers' numbers and DNs readable: personal data.")
    ] = False,
) -> None:
    """List the events that no conversation could be sent: when, why, site, call and event, the oldest first.

    An event is parked when Temporal will never take it (larger than 256 KB, not to be encoded) or when it cannot be
    read; its lane goes on without it, so the call's telling may lack it. Each is also a log line of dispatch ("event
    parked") and counted (excp_dispatch_events_total{result="parked"}). Redis keeps the newest 1,000, until 7 days after
    the last one came. Once their cause is mended: `excp parked clear`.
    """
    if context.invoked_subcommand is not None:
        return
    entries = [each if show_numbers else each.masked() for each in _ask(parked.parked)]
    if as_json:
        for each in entries:
            typer.echo(json.dumps(each.as_dict(), ensure_ascii=False))
        return
    if not entries:
        typer.echo("nothing is parked")
        return
    table = Table("when", "why", "site", "call", "event")
    for each in entries:
        when = each.at.isoformat(sep=" ", timespec="seconds") if each.at else ""
        table.add_row(when, escape(each.reason), each.site, each.call, each.event)
    Console().print(table)


@app.command()
def clear() -> None:
    """Empty the list."""
    typer.echo(f"dropped {_ask(parked.clear)}")


def _ask(question: Callable[[Redis, str], Awaitable[_T]]) -> _T:
    """Put a question to the Redis of the settings. Raises ExcpError."""
    settings = load("parked")

    async def asked() -> _T:
        async with open_redis(settings.redis_address, settings.tls_files) as redis:
            try:
                return await question(redis, settings.key_prefix)
            except RedisError as error:
                raise RedisAwayError(f"{trouble(error)} (REDIS_URL)") from error

    return asyncio.run(asked())

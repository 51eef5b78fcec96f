"""The `excp` command: one sub-command a process, and the tools around them."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from importlib.metadata import entry_points
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from activities.shown_url import shown
from workers.dispatch.parked_command import app as parked
from workers.errors import ExcpError
from workers.gateway_check.command import app as gateway
from workers.health import HEALTH
from workers.logs import on_terminal
from workers.open_calls.command import app as calls
from workers.replay.command import replay
from workers.replay.explain import explain
from workers.settings import Settings, load
from workers.telemetry import set_up
from workflows.call.encoding import ASSUMPTIONS

app = typer.Typer(
    name="excp",
    help="Open Conversation Provider: tells Genesys Engage calls to a Genesys Cloud EX organization.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(replay)
app.command()(explain)
app.add_typer(gateway, name="gateway")
app.add_typer(calls, name="calls")
app.add_typer(parked, name="parked")


@app.command()
def ingest() -> None:
    """Read the events of the SIP Servers (VOICE_SERVER_*) and submit them to Redis. Run two of these per site."""
    settings = load("ingest")
    from workers.ingest import process

    _run(settings, "ingest", lambda: process.run(settings))


@app.command()
def worker(
    current: Annotated[
        bool | None,
        typer.Option(
            help="New calls begin on this build (BUILD_ID), or not; running calls stay. "
            "Left out: they do when no build is current, or when this one never was."
        ),
    ] = None,
) -> None:
    """Run the calls: workflows, EXCS mapping and EX injection."""
    settings = load("worker")
    from workers.calls import process  # each process loads only what it runs

    _run(settings, "worker", lambda: process.run(settings, current))


@app.command()
def dispatch() -> None:
    """Link the events of the stream to conversations and hand them to Temporal. One instance works, others stand by."""
    settings = load("dispatch")
    from workers.dispatch import process

    _run(settings, "dispatch", lambda: process.run(settings))


@app.command()
def config() -> None:
    """Print the effective settings, secrets masked. X may also be given as X_FILE, a file that holds its value."""
    from workers import temporal

    settings = load("config")
    table = Table("setting", "value", "meaning")
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value if value is not None else "")
        variable = "EXCP_INSTANCE" if name == "instance" else name.upper()
        table.add_row(variable, shown(text), field.description)
    target = temporal.settings()
    table.add_row("TEMPORAL_ADDRESS", target["target_host"], "Temporal's frontend, host:port")
    table.add_row("TEMPORAL_NAMESPACE", target["namespace"], "Its namespace; more TEMPORAL_*: TLS, API key, profiles")
    Console().print(table)


@app.command()
def assumptions() -> None:
    """Print what is assumed about EX: how calls are written as its events is unverified on a live organization."""
    table = Table("name", "what we assume about EX", show_lines=True)
    for name, text in ASSUMPTIONS.items():
        table.add_row(name, text)
    Console().print(table)


def _run(settings: Settings, name: str, process: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a process until it is stopped. What it cannot work with is its last line, in the form of its log."""
    code = 0
    try:
        set_up(settings, name)
        # not closed: it would wait for its threads, and the look-up of a name in one of them may take long
        asyncio.Runner().run(_beating(process))
    except ExcpError as error:
        if on_terminal(settings):
            raise
        structlog.get_logger().critical("process cannot work", reason=str(error))
        code = 1
    except Exception:
        sys.excepthook(*sys.exc_info())
        code = 1
    _leave(code)


async def _beating(process: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async with HEALTH.beating():
        await process()


def main() -> None:
    """Entry point: run a command; the product's own errors are one readable message and exit code 1."""
    for extension in entry_points(group="excp.commands"):
        app.add_typer(extension.load(), name=extension.name)
    try:
        app()
    except SystemExit as ended:
        if "temporalio.bridge.runtime" not in sys.modules:
            raise
        _leave(ended.code if isinstance(ended.code, int) else 0)
    except ExcpError as error:
        Console(stderr=True).print(f"[bold red]excp:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        _leave(1)


def _leave(code: int) -> None:
    """Not sys.exit: while Python winds up, a native thread of Temporal's that calls it aborts the process."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

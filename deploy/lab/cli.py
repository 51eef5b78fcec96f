"""The lab's commands, added to `excp` as `excp lab …`. What a command needs is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    help="A contact center in a box: simulated SIP Servers, EXCS and EX Org around the real product.",
    no_args_is_help=True,
)


@app.command()
def run(
    logs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LOG|DIR",
            help="T-Server text logs, PATH or SITE=PATH, or a folder as `generate` writes it. Default: the sample logs",
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Which Engage object is which EX object. Default: mapping.yaml in the folder")
    ] = None,
    speed: Annotated[float, typer.Option(min=0, help="2: twice as fast as it happened; 0: without any wait")] = 1.0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running afterwards, until Ctrl-C")] = False,
) -> None:
    """Play calls from simulated SIP Servers through the product into a simulated EX Org.

    Everything runs as processes of its own on free loopback ports: Redis, Temporal with its UI, a primary/backup pair
    of SIP Servers per site, EXCS, the EX Org, and the product: two ingests, dispatch, a call worker. The exit code is
    1 when the EX Org refused anything or a conversation stayed open.
    """
    from deploy.lab.run import find_play
    from deploy.lab.run import run as run_lab

    raise typer.Exit(run_lab(find_play(logs or (), mapping), speed, keep, Console()))


@app.command()
def generate(
    output: Annotated[Path, typer.Option(help="Folder for one SITE.log per site and mapping.yaml", file_okay=False)],
    calls: Annotated[int, typer.Option(min=1, help="How many calls")] = 200,
    caps: Annotated[float, typer.Option(min=0.001, help="Call attempts a second, on average")] = 5.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files")] = 1,
) -> None:
    """Write logs of mixed traffic, and their mapping, to be played by `run` or told by `excp replay`."""
    from deploy.lab.generate import generate as write

    write(calls, caps, seed, output)
    Console().print(f"{calls} calls written to {output}")

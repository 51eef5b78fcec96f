"""`excp gateway check`: talk to a TLib gateway for a while and say what is missing."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from activities.tls import TlsFiles, client_context, tls_fault
from workers.errors import ExcpError
from workers.gateway_check.findings import Finding, Level, findings
from workers.gateway_check.seen import FeedSeen
from workers.ingest.gateway_codec import Decoder, FramingLostError, encode
from workers.ingest.gateway_connection import DNS_A_FRAME, SILENT_BEATS, Dns
from workers.ingest.gateway_protocol import (
    PROTOCOL,
    SERVER_FRAMES,
    Bye,
    ClientHello,
    Dn,
    DnType,
    Frame,
    Heartbeat,
    Register,
    Subscribe,
)
from workers.ingest.gateway_socket import closed_early, connect, no_gateway
from workers.settings import TLS_SCHEME, Address, load
from workflows.call.tlib import Feed

app = typer.Typer(help="TLib gateways in front of SIP Servers.", no_args_is_help=True)

CONNECT = 5.0
"""Seconds until an attempt to connect, or to get the gateway's hello, is given up."""
BEAT = 2.0
_COLOURS = {Level.FAULT: "bold red", Level.MISSING: "yellow", Level.NOTE: "dim"}


@dataclass(frozen=True)
class Target:
    """The gateway to talk to."""

    address: Address
    tls: TlsFiles | None = None
    """None: plain TCP."""


@app.callback()
def _commands() -> None:
    """Keep `check` a command of its own, though it is the only one."""


@app.command()
def check(
    gateway: Annotated[str, typer.Argument(metavar="[tls://]HOST:PORT", help="Address of the gateway")],
    feed: Annotated[list[Feed] | None, typer.Option(help="Feed to watch, may be repeated; all if left out")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="How long to watch")] = 10.0,
    queue: Annotated[list[str] | None, typer.Option(help="Virtual Queue to register, may be repeated")] = None,
    extension: Annotated[list[str] | None, typer.Option(help="Extension to register, may be repeated")] = None,
    site: Annotated[str | None, typer.Option(help="Register what EXCS (EXCS_URL) lists for this site")] = None,
    ca: Annotated[Path | None, typer.Option(help="With tls:// trust this CA (PEM) [default: TLS_CA_FILE]")] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Own certificate (PEM, may hold the key) [default: TLS_CERTIFICATE_FILE]")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM) [default: TLS_KEY_FILE]")] = None,
) -> None:
    """Watch a gateway: its role, feeds, events a second, and what is missing. Exit code 1 when something is.

    Registers DNs and starts call monitoring as an ingest does; nothing is stored.
    """
    target = find_target(gateway, TlsFiles(ca, certificate, key))
    watched = tuple(feed or Feed)
    dns = asyncio.run(_listed(site)) if site else {}
    dns[Feed.VQ] = {**dns.get(Feed.VQ, {}), **dict.fromkeys(queue or (), DnType.VIRTUAL_QUEUE)}
    dns[Feed.AGENT] = {**dns.get(Feed.AGENT, {}), **dict.fromkeys(extension or (), DnType.EXTENSION)}
    seen = asyncio.run(watch(target, watched, dns, seconds))
    found = findings(seen)
    show(target.address, seen, found)
    raise typer.Exit(1 if any(each.level is not Level.NOTE for each in found) else 0)


def find_target(text: str, given: TlsFiles) -> Target:
    """What is not given of the TLS files comes from the settings. Raises ExcpError."""
    secured = text.startswith(TLS_SCHEME)
    address = _address(text.removeprefix(TLS_SCHEME))
    if not secured:
        if any(given):
            raise ExcpError(f"--ca, --certificate and --key are for TLS: write {TLS_SCHEME}{address}")
        return Target(address)
    ours = load("config").tls_files
    own = (given.certificate, given.key) if given.certificate else (ours.certificate, given.key or ours.key)
    files = TlsFiles(given.ca or ours.ca, *own)
    client_context(files)  # a fault in them is not the gateway's
    return Target(address, files)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ExcpError(f"{text!r} is not HOST:PORT")
    return Address(host.strip("[]"), int(port))


async def _listed(site: str) -> dict[Feed, Dns]:
    """The DNs EXCS lists for the site. Raises ExcpError."""
    from activities.excs import ExcsClient  # only needed here, and slow to load
    from workers.ingest.registration import dns_of

    settings = load("config")
    if settings.excs_url is None:
        raise ExcpError("--site needs EXCS_URL, the base URL of EXCS's REST API")
    excs = ExcsClient(str(settings.excs_url), tls=client_context(settings.tls_files))
    try:
        snapshot = await excs.snapshot()
    finally:
        await excs.close()
    if site not in {entry.name for entry in snapshot.sites}:
        known = ", ".join(sorted(entry.name for entry in snapshot.sites)) or "none"
        raise ExcpError(f"EXCS knows no site {site!r}; it knows {known}")
    return {feed: dns_of(snapshot, feed, site) for feed in (Feed.VQ, Feed.AGENT)}


async def watch(
    target: Target, feeds: tuple[Feed, ...], dns: Mapping[Feed, Dns], seconds: float
) -> dict[Feed, FeedSeen]:
    """Watch these feeds at the same time, each over a connection of its own."""
    extensions = frozenset(dns.get(Feed.AGENT, {}))
    seen = {feed: FeedSeen(feed, tuple(dns.get(feed, {})), extensions) for feed in dict.fromkeys(feeds)}
    await asyncio.gather(*(_watch(target, each, dns.get(each.feed, {}), seconds) for each in seen.values()))
    return seen


async def _watch(target: Target, seen: FeedSeen, dns: Dns, seconds: float) -> None:
    try:
        async with asyncio.timeout(CONNECT):
            reader, writer = await connect(target.address, target.tls)
    except (OSError, TimeoutError) as error:
        seen.ended = f"no connection to {target.address}: {tls_fault(error) or str(error) or 'no answer'}"
        return
    conversation = _Conversation(seen, reader, writer, target.tls)
    beating = asyncio.create_task(conversation.beat())
    try:
        seen.ended = await conversation.run(dns, seconds)
        writer.write(encode(Bye(reason="the check is over")))
    except FramingLostError as error:
        seen.ended = str(error)
    except OSError as error:
        seen.ended = f"the gateway closed the connection: {tls_fault(error) or str(error) or type(error).__name__}"
    finally:
        beating.cancel()
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await writer.wait_closed()


class _Conversation:
    """A connection to the gateway for one feed."""

    def __init__(
        self, seen: FeedSeen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: TlsFiles | None
    ) -> None:
        self._seen = seen
        self._tls = tls
        self._reader = reader
        self._writer = writer
        self._decoder = Decoder(SERVER_FRAMES)

    async def run(self, dns: Dns, seconds: float) -> str | None:
        """Watch; why it ended before its time, or None."""
        software = f"excp {version('excp')} gateway check"
        self._send(ClientHello(protocol=PROTOCOL, client="gateway check", software=software, heartbeat=BEAT))
        if (fault := await self._hello()) is not None:
            return fault
        self._subscribe(dns)
        began = asyncio.get_running_loop().time()
        try:
            return await self._read(began + seconds)
        finally:
            self._seen.seconds = asyncio.get_running_loop().time() - began

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._send(Heartbeat())

    async def _hello(self) -> str | None:
        seen = self._seen
        try:
            async with asyncio.timeout(CONNECT):
                while seen.hello is None and seen.error is None and not seen.malformed:
                    if not await self._take():
                        return closed_early(self._tls)
        except TimeoutError:
            return f"no hello within {CONNECT:.0f} s: is this a TLib gateway's port?"
        except ConnectionError:
            return closed_early(self._tls)
        if seen.hello is None:
            return None if seen.error else f"no hello first, but a line that is no frame: {no_gateway(self._tls)}"
        if seen.hello.protocol != PROTOCOL:
            return f"the gateway speaks protocol {seen.hello.protocol}, this product {PROTOCOL}: update the older one"
        return None

    def _subscribe(self, dns: Dns) -> None:
        wanted = tuple(Dn(dn=dn, type=kind) for dn, kind in dns.items())
        self._send(Subscribe(feed=self._seen.feed, dns=wanted[:DNS_A_FRAME]))
        for start in range(DNS_A_FRAME, len(wanted), DNS_A_FRAME):
            self._send(Register(dns=wanted[start : start + DNS_A_FRAME]))

    async def _read(self, until: float) -> str | None:
        loop, hello = asyncio.get_running_loop(), self._seen.hello
        silence = SILENT_BEATS * hello.heartbeat if hello else CONNECT
        while (left := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, silence)):
                    if not await self._take():
                        return "the gateway closed the connection"
            except TimeoutError:
                if left > silence:
                    return f"no heartbeat for {silence:g} s"
            if self._seen.error is not None and self._seen.error.fatal:
                return None
            if self._seen.goodbye is not None:
                return f"the gateway says goodbye: {self._seen.goodbye}"
        return None

    async def _take(self) -> bool:
        """What comes next; False at the end."""
        data = await self._reader.read(1 << 16)
        for item in self._decoder.feed(data):
            self._seen.take(item, time.time())
        return bool(data)

    def _send(self, frame: Frame) -> None:
        self._writer.write(encode(frame))


def show(gateway: Address, feeds: Mapping[Feed, FeedSeen], found: list[Finding]) -> None:
    """Print it."""
    console = Console()
    hello = next((seen.hello for seen in feeds.values() if seen.hello), None)
    if hello is not None:
        about = ", ".join(filter(None, (hello.server, hello.software, hello.session and f"session {hello.session}")))
        console.print(f"[bold]{gateway}[/]  {escape(about)}", highlight=False)
    table = Table("feed", "role", "DNs", "snapshot", "events", "events/s", "by name")
    for seen in feeds.values():
        table.add_row(seen.feed, *_row(seen))
    console.print(table)
    for each in found:
        colour = _COLOURS[each.level]
        console.print(f"[{colour}]{each.level:8}[/]{each.feed:6}{escape(each.text)}", highlight=False, soft_wrap=True)
    if not any(each.level is not Level.NOTE for each in found):
        console.print("[green]nothing is missing[/]")


def _row(seen: FeedSeen) -> tuple[str, ...]:
    snapshot = "" if seen.snapshot is None else "complete" if seen.snapshot.complete else "not complete"
    if seen.snapshot is not None and seen.feed is Feed.CALL:
        snapshot += f", {seen.snapshot.calls or 0} calls"
    return (
        seen.role or "?",
        "" if seen.feed is Feed.CALL else f"{len(seen.registered)} of {len(seen.dns)}",
        snapshot if seen.feed is Feed.CALL or not seen.snapshot else "ended",
        str(seen.live),
        f"{seen.rate:.1f}",
        ", ".join(f"{name.removeprefix('Event')} {number}" for name, number in seen.events.most_common()),
    )

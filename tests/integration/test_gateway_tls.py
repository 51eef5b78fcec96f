"""TLS between ingest and gateway: what is let in, what is not, and that the reason is said and the client goes on."""

import asyncio
import shutil
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities.tls import TlsFiles
from deploy.lab.tls import server_context
from tests.integration.certificates import Authority
from tests.integration.eventually import eventually
from tests.integration.gateways import SAMPLES, LabPair, ScriptedGateway
from tests.integration.test_gateway_check import check
from tests.integration.test_gateway_client import FAST, Inbox, event, running
from workers.ingest.gateway_client import GatewayClient
from workers.ingest.gateway_connection import Timing
from workers.ingest.gateway_items import SnapshotEnded
from workers.settings import Address, ServerPair
from workflows.call.tlib import Feed


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def foreign(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "foreign")


def pair(certificate: Path | None, client_ca: Path | None = None, heartbeat: float = 0.1) -> LabPair:
    tls = None if certificate is None else server_context(certificate, client_ca)
    return LabPair("SIPS1", SAMPLES / "F03.log", heartbeat=heartbeat, tls=tls)


@asynccontextmanager
async def reading(
    servers: ServerPair, tls: TlsFiles, secured: bool = True, timing: Timing = FAST
) -> AsyncIterator[Inbox]:
    inbox = Inbox()
    client = GatewayClient(Feed.CALL, servers._replace(tls=secured), "a", inbox.take, timing, tls)
    async with running(client):
        yield inbox


async def refusals(lab: LabPair, tls: TlsFiles, secured: bool = True) -> set[str]:
    """What the client says of both servers; it tries each more than once."""
    with capture_logs() as logs:
        async with reading(lab.servers, tls, secured):
            await eventually(lambda: sum(each["event"] == "gateway not connected" for each in logs) >= 5)
    assert not [each for each in logs if each["event"] == "gateway connected"]
    return {each["reason"] for each in logs if each["event"] == "gateway not connected"}


async def test_events_come_over_tls_with_certificates_on_both_sides(ours: Authority) -> None:
    slow, own = replace(FAST, heartbeat=5), TlsFiles(ours.file, ours.certificate("ingest"))
    async with pair(ours.certificate(), ours.file, heartbeat=5).running() as lab:
        with capture_logs() as logs:
            async with reading(lab.servers, own, timing=slow) as inbox:
                await lab.reported("subscribed", times=2)
                lab.command("start")
                played = (await lab.reported("finished"))["feeds"]["CALL"]["played"]
                await inbox.until(lambda _: len(inbox.names) == played)
    connected = [each["tls"] for each in logs if each["event"] == "gateway connected"]
    assert connected == ["TLSv1.3", "TLSv1.3"]


async def test_while_the_reader_holds_nothing_is_lost(ours: Authority) -> None:
    async with (
        ScriptedGateway.listening(server_context(ours.certificate())) as gateway,
        reading(ServerPair("SIPS1", (gateway.address,)), TlsFiles(ours.file)) as inbox,
    ):
        conversation = await gateway.connected()
        await conversation.subscribed()
        await inbox.until(lambda items: len(items) == 2)
        inbox.open.clear()
        conversation.say(*(event(number, Filler="x" * 10_000) for number in range(500)))
        await conversation.heard("heartbeat")
        assert inbox.names == []
        inbox.open.set()
        await inbox.until(lambda _: len(inbox.names) == 500)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("foreign", "unable to get local issuer certificate; if it is the right server, give its CA (TLS_CA_FILE)"),
        ("expired", "certificate has expired; renew it"),
        ("elsewhere", "certificate is not valid for '127.0.0.1'; use a name the certificate has"),
    ],
)
async def test_a_server_that_does_not_prove_who_it_is(
    ours: Authority, foreign: Authority, name: str, told: str
) -> None:
    certificate = {
        "foreign": foreign.certificate(),
        "expired": ours.certificate(expired=True),
        "elsewhere": ours.certificate("gw9.example.com", "10.0.0.9"),
    }[name]
    async with pair(certificate).running() as lab:
        [reason] = await refusals(lab, TlsFiles(ours.file))
        code, output = await check(f"tls://{lab.servers.servers[0]}", "--feed", "CALL", "--ca", str(ours.file))
    assert reason.startswith("no connection: the server's certificate is not accepted: ")
    assert told in reason
    assert (code, told in output) == (1, True)


async def test_a_server_that_wants_to_know_who_asks(ours: Authority, foreign: Authority) -> None:
    closed = "the gateway closed the connection before its hello: does it want "
    async with pair(ours.certificate(), ours.file).running() as lab:
        assert await refusals(lab, TlsFiles(ours.file)) == {closed + "a certificate of ours (TLS_CERTIFICATE_FILE)?"}
        assert await refusals(lab, TlsFiles(ours.file, foreign.certificate("ingest"))) == {
            closed + "another certificate of ours (TLS_CERTIFICATE_FILE)?"
        }
        server = f"tls://{lab.servers.servers[0]}"
        code, output = await check(server, "--feed", "CALL", TLS_CA_FILE=str(ours.file))
        assert (code, closed in output) == (1, True), output
        own = {"TLS_CA_FILE": str(ours.file), "TLS_CERTIFICATE_FILE": str(ours.certificate("ingest"))}
        code, output = await check(server, "--feed", "CALL", "--seconds", "0.2", **own)
        assert (code, "nothing is missing" in output) == (0, True), output


async def test_tls_on_one_side_only(ours: Authority) -> None:
    async with pair(None).running() as plain:
        assert await refusals(plain, TlsFiles(ours.file)) == {"no connection: the server speaks no TLS on this port"}
        code, output = await check(f"tls://{plain.servers.servers[0]}", "--feed", "CALL")
        assert (code, "the server speaks no TLS on this port" in output) == (1, True)
    async with pair(ours.certificate()).running() as secured:
        for reason in await refusals(secured, TlsFiles(), secured=False):
            assert reason.endswith("before its hello: does it want TLS (tls://host:port)?")
        code, output = await check(str(secured.servers.servers[0]), "--feed", "CALL")
        assert (code, "does it want TLS" in output) == (1, True)


async def test_a_renewed_certificate_needs_no_restart(ours: Authority, foreign: Authority, tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.pem"
    shutil.copy(foreign.file, trusted)
    async with pair(ours.certificate()).running() as lab:
        with capture_logs() as logs:
            async with reading(lab.servers, TlsFiles(trusted)) as inbox:
                await eventually(lambda: len(logs) >= 2)
                trusted.write_text("half a certifica")
                await eventually(lambda: any("has no CA certificate" in each.get("reason", "") for each in logs))
                shutil.copy(ours.file, trusted)
                await inbox.until(lambda _: inbox.count(SnapshotEnded) == 2)


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_says_by_an_alert_what_it_wants(
    ours: Authority, foreign: Authority, newest: ssl.TLSVersion
) -> None:
    """OpenSSL's own socket, as many servers have; asyncio's closes without a word. What the client has written by then
    may cost it the alert."""
    context = server_context(ours.certificate(), ours.file)
    context.maximum_version = newest
    for own in (None, foreign.certificate("ingest")):
        with alerting_server(context) as address, capture_logs() as logs:
            async with reading(ServerPair("SIPS1", (address,)), TlsFiles(ours.file, own)):
                await eventually(lambda: len(logs) >= 5)
        assert all("TLS_CERTIFICATE_FILE" in each["reason"] for each in logs), logs


@contextmanager
def alerting_server(context: ssl.SSLContext) -> Iterator[Address]:
    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(accepted, server_side=True) as secured:
                    secured.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield Address(*listener.getsockname())
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


async def test_a_server_that_says_nothing_in_the_handshake(ours: Authority) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        code, output = await check(f"tls://127.0.0.1:{port}", "--feed", "CALL", "--ca", str(ours.file))
    assert (code, "no answer" in output) == (1, True)

"""What is wrong with Temporal's settings is said in one line."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.lab.tls import server_context
from tests.integration.certificates import Authority
from workers.errors import ExcpError
from workers.temporal import connect


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEMPORAL_ADDRESS", "127.0.0.1:1"),
        ("TEMPORAL_ADDRESS", ":::"),
        ("TEMPORAL_TLS_CLIENT_CERT_PATH", "no-such-file"),
        ("TEMPORAL_PROFILE", "no-such-profile"),
    ],
)
async def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ExcpError, match=r"\(TEMPORAL_(ADDRESS|\*)\)"):
        await connect()


@asynccontextmanager
async def closing_server(tls: ssl.SSLContext | None) -> AsyncIterator[str]:
    """Takes connections, on TLS if given, and closes them when something was said."""

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0, ssl=tls) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ("foreign", "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
        ("expired", "has expired: renew it"),
        ("elsewhere", "TEMPORAL_TLS_SERVER_NAME"),
        ("asking", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
        ("plain", "TEMPORAL_TLS=false"),
        ("unexpected", "TEMPORAL_TLS=true"),
    ],
)
async def test_what_is_wrong_with_tls_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: str, told: str
) -> None:
    ours, foreign = Authority(tmp_path, "ours"), Authority(tmp_path, "foreign")
    tls = {
        "foreign": server_context(foreign.certificate()),
        "expired": server_context(ours.certificate(expired=True)),
        "elsewhere": server_context(ours.certificate("temporal.example.com")),
        "asking": server_context(ours.certificate(), ours.file),
        "plain": None,
        "unexpected": server_context(ours.certificate()),
    }[server]
    if tls is not None:
        tls.set_alpn_protocols(["h2"])
    async with closing_server(tls) as address:
        monkeypatch.setenv("TEMPORAL_ADDRESS", address)
        if server != "unexpected":
            monkeypatch.setenv("TEMPORAL_TLS", "true")
            monkeypatch.setenv("TEMPORAL_TLS_SERVER_CA_CERT_PATH", str(ours.file))
        with pytest.raises(ExcpError) as raised:
            await connect()
    assert told in str(raised.value)

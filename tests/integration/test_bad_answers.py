"""EXCS and the EX Org answer anything at all, over real sockets: no crash, no hang, and each answer means something."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.ex_client import ExClient, Reply, Verdict
from activities.excs import ExcsClient, ExcsError
from deploy.lab.sample_logs import SAMPLES
from workers.replay.mapping_file import load_mapping
from workflows.call.directory import Snapshot

TLS = ssl.create_default_context()
"""One for all: to read the authorities takes longer than an answer."""
SNAPSHOT = load_mapping(SAMPLES / "mapping.yaml").model_dump_json().encode()
TOKEN = b'{"access_token": "t", "expires_in": 86400}'
EVENT = "0f3a1c52-7b1d-4c1e-9a51-7d0f4a1e2003"
FAULT = json.dumps({"errors": [{"eventId": EVENT, "message": "m", "retryable": True}]}).encode()


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[str]:
    """A server that gives these answers, one a connection, the last one again and again."""
    left = list(answers)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    length = b"Content-Length: %d" % len(body)
    return b"HTTP/1.1 " + status + b"\r\n" + b"\r\n".join([length, b"Connection: close", *headers]) + b"\r\n\r\n" + body


VALUES = st.sampled_from([b"gzip", b"chunked", b"-1", b"1e999", b"nan", b'"\xe9"', b"W/", b"99999999999999999999", b""])
HEADERS = st.builds(
    lambda name, value: name + b": " + value,
    st.sampled_from([b"ETag", b"Content-Encoding", b"Transfer-Encoding", b"Retry-After", b"Content-Type", b"Location"]),
    VALUES | st.binary(max_size=6).map(lambda value: value.translate(None, b"\r\n")),
)
STATUSES = st.sampled_from(
    [b"200 OK", b"204 x", b"304 x", b"400 x", b"401 x", b"413 x", b"429 x", b"302 x", b"500", b"777"]
)
JSON_VALUES = st.sampled_from(
    [b"null", b"[]", b"{}", b"1" * 400, b"-1e400", b"NaN", b'"\xc3\xa9"', b'"\\ud800"', b"[" * 2_000, b"true", b'""']
)


def answers(whole: bytes, keys: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Answers that are nearly right, and some that are none."""
    of_json = st.builds(lambda key, value: b'{"' + key + b'":' + value + b"}", st.sampled_from(keys), JSON_VALUES)
    cut = st.integers(0, len(whole)).map(lambda end: whole[:end])
    bodies = st.just(whole) | cut | of_json | JSON_VALUES | st.binary(max_size=20)
    built = st.builds(
        lambda body, headers, status: http(body, *headers, status=status),
        bodies,
        st.lists(HEADERS, max_size=2),
        STATUSES,
    )
    return built | st.binary(max_size=30)


@given(answers(SNAPSHOT, [b"sites", b"source_id", b"agents"]))
@example(http(SNAPSHOT, b'ETag: "\xe9"'))
async def test_excs_says_anything(answer: bytes) -> None:
    async with answering(answer) as url:
        client = ExcsClient(url, timeout=5, tls=TLS)
        for _ in range(2):
            with suppress(ExcsError):
                assert isinstance(await client.snapshot(), Snapshot)
        await client.close()


async def injected(login: bytes, answer: bytes) -> Reply:
    async with answering(login, answer) as url, ExClient(url, url, "id", "secret", TLS) as client:
        return await client.inject(b"{}", frozenset({EVENT}))


@given(answers(TOKEN, [b"access_token", b"expires_in", b'access_token": "t", "expires_in', b"error"]))
@example(http(b'{"access_token": "t", "expires_in": 1%s}' % (b"0" * 400)))
@example(http(b'{"access_token": "\xc3\xa9", "expires_in": 60}'))
@example(http(b'{"access_token": "a\\nb", "expires_in": 60}'))
async def test_the_login_says_anything(login: bytes) -> None:
    reply = await injected(login, http(b"{}"))
    assert reply.verdict in (Verdict.TAKEN, Verdict.FAILED, Verdict.NOT_ALLOWED)
    assert reply.verdict is Verdict.TAKEN or reply.reason


@given(answers(FAULT, [b"errors", b"code", b"message", b'errors":[{"eventId": 1, "message']))
async def test_the_ex_org_says_anything(answer: bytes) -> None:
    reply = await injected(http(TOKEN), answer)
    assert reply.faults.keys() <= {EVENT}
    assert reply.verdict is Verdict.TAKEN or (reply.reason and not reply.faults)
    assert 0 <= reply.wait <= 300


async def test_an_answer_that_comes_drop_by_drop_is_given_up() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        client = ExcsClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=0.1, tls=TLS)
        with pytest.raises(ExcsError, match="does not answer"):
            await asyncio.wait_for(client.snapshot(), 10)
        await client.close()

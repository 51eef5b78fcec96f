"""The disturbances of the lab: wires between product and servers, and an EX Org that answers wrongly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from deploy.lab.ex_org import Service, application
from deploy.lab.ex_org_oauth import OAuth
from deploy.lab.ex_org_rate import RateLimit
from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.http_faults import Faulty
from deploy.lab.readings import ExOrgReader, struck
from deploy.lab.wire import Wire
from tests.ex_events import told_call
from tests.integration.eventually import WAIT
from tests.integration.ex_org_server import serve


class Line:
    """A connection through a wire to a server that says what it hears."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def through(cls, wire: Wire) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", wire.port))

    def say(self, text: bytes) -> None:
        self._writer.write(text + b"\n")

    async def heard(self) -> bytes:
        async with asyncio.timeout(WAIT):
            return (await self._reader.readline()).rstrip()

    async def heard_end(self) -> bool:
        try:
            return await self.heard() == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(line)
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    wire = Wire(server.sockets[0].getsockname()[1])
    await wire.start()
    yield wire
    await wire.close()
    server.close()


async def test_a_wire_forwards_both_ways(wire: Wire) -> None:
    line = await Line.through(wire)
    line.say(b"hello")
    assert await line.heard() == b"hello"
    line.close()


async def test_a_cut_wire_resets_and_refuses_until_it_is_mended(wire: Wire) -> None:
    line = await Line.through(wire)
    line.say(b"hello")
    await line.heard()
    wire.cut()
    assert await line.heard_end()
    with pytest.raises(ConnectionRefusedError):
        await Line.through(wire)
    await wire.mend()
    again = await Line.through(wire)
    again.say(b"back")
    assert await again.heard() == b"back"
    again.close()


async def test_a_frozen_wire_delivers_when_it_is_mended(wire: Wire) -> None:
    line = await Line.through(wire)
    wire.freeze()
    line.say(b"late")
    heard = asyncio.create_task(line.heard())
    assert not (await asyncio.wait([heard], timeout=0.05))[0]
    await wire.mend()
    assert await heard == b"late"
    line.close()


class Org:
    """A strict EX Org behind `Faulty`, and a client."""

    def __init__(self, url: str) -> None:
        self.http = httpx.AsyncClient(base_url=url, trust_env=False)
        self.reader = ExOrgReader(url, self.http)

    async def log_in(self) -> None:
        answer = await self.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=("lab", "x"))
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def inject(self, call: str) -> httpx.Response:
        """The events of one call."""
        arrays: dict[str, list[dict[str, Any]]] = {}
        for told in told_call(call):
            arrays.setdefault(told.array, []).append(told.event)
        return await self.http.post("/api/v2/events/conversations", json=arrays)

    async def taken(self) -> int:
        return int((await self.reader.counts())["taken"])


@pytest.fixture(scope="module")
def org_url() -> Iterator[str]:
    service = Service(ExOrg(), OAuth({"lab": "x"}), RateLimit(10_000))
    with serve(Faulty(application(service))) as url:
        yield url


@pytest.fixture
async def org(org_url: str) -> AsyncIterator[Org]:
    org = Org(org_url)
    await org.log_in()
    yield org
    await org.reader.disturb()
    await org.reader.fault_events()
    await org.http.aclose()


async def test_answers_in_the_services_stead_so_many_times(org: Org) -> None:
    await org.reader.disturb(path="/api/", status=429, headers={"Retry-After": "7"}, times=2)
    answers = [await org.inject("429") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert await struck(org.http, org.reader.url) == 2


@pytest.mark.parametrize(("cut", "more"), [("before", False), ("after", True)])
async def test_a_connection_is_cut_before_or_after_the_request_was_heard(org: Org, cut: str, more: bool) -> None:
    before = await org.taken()
    await org.reader.disturb(path="/api/", cut=cut, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await org.inject(cut)
    assert (await org.taken() > before) is more
    assert (await org.inject(cut)).json() == {"errors": []}


async def test_no_answer(org: Org) -> None:
    await org.reader.disturb(path="/api/", hang=True)
    with pytest.raises(httpx.ReadTimeout):
        await org.http.get("/api/v2/anything", timeout=0.1)


async def test_single_events_and_whole_requests_are_refused(org: Org) -> None:
    [first, *others] = [told.event["eventId"] for told in told_call("single")]
    await org.reader.fault_events(poisoned=[first])
    assert (await org.inject("single")).status_code == 400
    await org.reader.fault_events(repeated={others[-1]: 1})
    assert (await org.inject("single")).json()["errors"] == [
        {"eventId": others[-1], "message": "try again later", "retryable": True}
    ]
    assert (await org.inject("single")).json() == {"errors": []}
    await org.reader.fault_events(refused=[first])
    assert [each["retryable"] for each in (await org.inject("single")).json()["errors"]] == [False]


async def test_a_smaller_limit(org: Org) -> None:
    await org.reader.fault_events(max_bytes=500)
    assert (await org.inject("large")).status_code == 413


async def test_a_revoked_token_is_refused(org: Org) -> None:
    await org.reader.revoke_tokens()
    assert (await org.inject("revoked")).status_code == 401
    await org.log_in()
    assert (await org.inject("revoked")).status_code == 200

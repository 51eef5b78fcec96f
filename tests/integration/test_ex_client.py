"""One injection request over real HTTP, and what each answer means."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from activities.delivery import Delivery, Progress
from activities.delivery import Request as Composed
from activities.ex_client import ExClient, Reply, Verdict
from activities.ex_token import LoginRefusedError, LoginUnreachableError
from tests.ex_events import batch
from tests.integration.ex_org_server import CLIENT, SECRET, TestOrg, breaking_server, ex_org, refusal, silent_server


@pytest.fixture(scope="module")
def running_org() -> Iterator[TestOrg]:
    with ex_org() as running:
        yield running


@pytest.fixture
def org(running_org: TestOrg) -> TestOrg:
    running_org.empty()
    return running_org


async def inject(client: ExClient, call: str = "C") -> Reply:
    request = Composed.compose([Delivery(batch(call), Progress())])
    return await client.inject(request.body(), request.event_ids)


async def test_a_call_is_taken(org: TestOrg) -> None:
    async with org.client() as client:
        assert await inject(client) == Reply(Verdict.TAKEN, 200)
    assert org.taken == [told.event_id for told in batch("C").events]


async def test_the_token_is_kept(org: TestOrg) -> None:
    async with org.client() as client:
        for call in "ABC":
            await inject(client, call)
    assert len(org.oauth._tokens) == 1


async def test_an_expired_token_is_renewed_before_it_is_used(org: TestOrg) -> None:
    org.empty(expires_in=1)  # renewed at half its life
    async with org.client() as client:
        await inject(client, "A")
        while len(org.oauth._tokens) == 1:
            await client.log_in()
        assert (await inject(client, "B")).verdict is Verdict.TAKEN
    assert org.service.statuses == {200: 2}


async def test_a_revoked_token_is_replaced_once(org: TestOrg) -> None:
    async with org.client() as client:
        await inject(client, "A")
        org.oauth._tokens.clear()
        assert (await inject(client, "B")).verdict is Verdict.TAKEN
    assert org.service.statuses == {200: 2, 401: 1}


async def test_a_second_401_is_not_hammered(org: TestOrg) -> None:
    org.fault = lambda body: refusal(401, "bad.credentials")
    async with org.client() as client:
        reply = await inject(client)
    assert reply.verdict is Verdict.NOT_ALLOWED
    assert "one region" in reply.reason
    assert len(org.requests) == 2


@pytest.mark.parametrize(("client_id", "secret", "named"), [(CLIENT, "wrong", "SECRET"), ("who", SECRET, "CLIENT_ID")])
async def test_wrong_credentials_are_named_and_shown_once(
    org: TestOrg, client_id: str, secret: str, named: str
) -> None:
    async with org.client(secret, client_id) as client:
        with pytest.raises(LoginRefusedError, match=named):
            await client.log_in()
        org.oauth._clients[client_id] = secret
        reply = await inject(client)
    assert reply.verdict is Verdict.NOT_ALLOWED
    assert not org.requests


@pytest.mark.parametrize(
    ("answer", "verdict", "status"),
    [
        (refusal(400), Verdict.REFUSED, 400),
        (refusal(413), Verdict.REFUSED, 413),
        (refusal(403), Verdict.NOT_ALLOWED, 403),
        (refusal(404), Verdict.NOT_ALLOWED, 404),
        (refusal(415), Verdict.NOT_ALLOWED, 415),
        (Response(status_code=302, headers={"Location": "/login"}), Verdict.NOT_ALLOWED, 302),
        (refusal(408), Verdict.FAILED, 408),
        (refusal(409), Verdict.FAILED, 409),
        (refusal(500), Verdict.FAILED, 500),
        (refusal(502), Verdict.FAILED, 502),
        (PlainTextResponse("gateway down", 503), Verdict.FAILED, 503),
        (refusal(504), Verdict.FAILED, 504),
        (PlainTextResponse("[" * 100_000, 200), Verdict.FAILED, 200),
        (Response(b"\xff\xfe{}", 400), Verdict.REFUSED, 400),
        (Response(b"what?", 400, media_type="text/plain; charset=base64"), Verdict.REFUSED, 400),
        (PlainTextResponse("<html>welcome to this hotel", 200), Verdict.FAILED, 200),
        (JSONResponse(["what"], 200), Verdict.FAILED, 200),
        (JSONResponse({}, 200), Verdict.TAKEN, 200),
        (JSONResponse({"errors": None}, 200), Verdict.TAKEN, 200),
        (JSONResponse({"errors": []}, 200), Verdict.TAKEN, 200),
        (Response(status_code=200), Verdict.TAKEN, 200),
        (JSONResponse({"errors": [{"message": "which?"}]}, 200), Verdict.REFUSED, 200),
        (JSONResponse({"errors": [7]}, 200), Verdict.REFUSED, 200),
    ],
)
async def test_answers(org: TestOrg, answer: Response, verdict: Verdict, status: int) -> None:
    org.fault = lambda body: answer
    async with org.client() as client:
        reply = await inject(client)
    assert (reply.verdict, reply.status) == (verdict, status)
    assert "441234567890" not in reply.reason


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "86400"}, 300),
        ({"Retry-After": "-5"}, 0.1),
        ({"Retry-After": "nan"}, 3),
        ({"Retry-After": "soon"}, 3),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.1),
        ({"Retry-After": f"Wed, 21 Oct 2015 07:28:00 +{'9' * 30}"}, 3),
        ({}, 3),
    ],
)
async def test_slow_down(org: TestOrg, headers: dict[str, str], wait: float) -> None:
    org.fault = lambda body: refusal(429, "too.many.requests", **headers)
    async with org.client() as client:
        reply = await inject(client)
    assert (reply.verdict, reply.wait) == (Verdict.BUSY, wait)


async def test_slow_down_until_a_date(org: TestOrg) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    org.fault = lambda body: refusal(429, "too.many.requests", **{"Retry-After": at})
    async with org.client() as client:
        reply = await inject(client)
    assert reply.verdict is Verdict.BUSY
    assert 50 < reply.wait <= 60


async def test_errors_of_single_events(org: TestOrg) -> None:
    ids = [told.event_id for told in batch("C").events]
    errors: list[dict[str, Any]] = [
        {"eventId": ids[0], "message": "later", "retryable": True},
        {"eventId": ids[1], "message": "+441234567890 is nobody", "retryable": False},
        {"eventId": ids[1], "message": "said twice", "retryable": True},
        {"eventId": ids[2]},
    ]
    org.fault = lambda body: JSONResponse({"errors": errors})
    async with org.client() as client:
        reply = await inject(client)
    assert reply.verdict is Verdict.TAKEN
    told = {event_id: (fault.message, fault.retryable) for event_id, fault in reply.faults.items()}
    assert told == {
        ids[0]: ("later", True),
        ids[1]: ("… is nobody", False),
        ids[2]: ("without a reason", False),
    }


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"\x00garbage\r\n\r\n"])
async def test_a_broken_connection_is_a_failure(org: TestOrg, answer: bytes | None) -> None:
    async with breaking_server(answer) as url, ExClient(url, org.url, CLIENT, SECRET) as client:
        reply = await inject(client)
    assert (reply.verdict, reply.status) == (Verdict.FAILED, None)
    assert reply.reason


class Dribble(Response):
    """Begins to answer and never ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.02)


async def test_an_answer_that_never_ends_is_a_failure(org: TestOrg) -> None:
    """A byte now and then keeps no request alive."""
    org.fault = lambda body: Dribble()
    async with ExClient(org.url, org.url, CLIENT, SECRET, timeout=0.3) as client:
        client._http.timeout = httpx.Timeout(30)  # of one read: a pause of this machine is none of the server's
        reply = await inject(client)
    assert (reply.verdict, reply.reason) == (Verdict.FAILED, "TimeoutError")


async def test_a_server_that_says_nothing_is_a_failure(org: TestOrg) -> None:
    async with silent_server() as url, ExClient(url, org.url, CLIENT, SECRET, timeout=0.3) as client:
        reply = await inject(client)
    assert (reply.verdict, reply.reason) == (Verdict.FAILED, "ReadTimeout")
    async with silent_server() as url, ExClient(org.url, url, CLIENT, SECRET, timeout=0.3) as client:
        assert (await inject(client)).verdict is Verdict.FAILED


async def test_no_server_is_a_failure(org: TestOrg) -> None:
    async with ExClient("http://127.0.0.1:1", org.url, CLIENT, SECRET) as client:
        assert (await inject(client)).verdict is Verdict.FAILED
    async with ExClient(org.url, "http://127.0.0.1:1", CLIENT, SECRET) as client:
        with pytest.raises(LoginUnreachableError, match="EX_LOGIN_URL"):
            await client.log_in()
        assert (await inject(client)).verdict is Verdict.FAILED


async def test_a_request_carries_what_the_contract_asks_for(org: TestOrg) -> None:
    async with org.client() as client:
        await inject(client)
    assert json.loads(json.dumps(org.requests[0])).keys() == {
        "externalEstablishedEvents",
        "userEstablishedEvents",
        "communicationEndedEvents",
    }

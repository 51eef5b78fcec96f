"""The lab's EXCS and EX Org over HTTP, and the processes they run in."""

import json
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.lab import excs
from deploy.lab.ex_org import CORRELATION, Service, application
from deploy.lab.ex_org_inspect import Names
from deploy.lab.ex_org_oauth import OAuth
from deploy.lab.ex_org_rate import RateLimit
from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import MAX_BYTES
from deploy.lab.processes import ProcessError, Processes
from deploy.lab.servers import ExOrgOptions, start_ex_org, start_excs
from workers.replay.mapping_file import load_mapping

MAPPING = """
source_id: 5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10
agents: {"1001": {agent: b.lee, user_id: 1e9a7c3f-5d72-4d4b-8e68-2b3c4d5e7002}}
sites:
  - name: SIPS1
    routing_points: ["9001"]
    services: ["gcti::park"]
    extensions: {"7001": {agent: a.khan, user_id: 0d8f6f2e-4b61-4c3a-9d57-1a2b3c4d7001}, "7002": {}, "7009": null}
  - name: SIPS2
    virtual_queues: {"VQ_Sales": {queue_id: 9c1e4d70-2f3a-4b5c-8d6e-7f8091a2b301}, "VQ_Old": {}}
wrapup_codes: {"Sold/again": 77aa1b2c-3d4e-4f50-8a6b-7c8d9e0f1a01}
"""
USER = "0d8f6f2e-4b61-4c3a-9d57-1a2b3c4d7001"
CONVERSATION, AGENT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    rewrite(path, MAPPING)
    return path


def rewrite(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


@pytest.fixture
async def mapped(mapping: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of EXCS."""
    transport = httpx.ASGITransport(excs.application(excs.MappingSource(mapping)))
    async with httpx.AsyncClient(transport=transport, base_url="http://excs") as client:
        yield client


class TestExcs:
    async def test_snapshot_is_the_mapping_and_keeps_its_contract(
        self, mapped: httpx.AsyncClient, mapping: Path
    ) -> None:
        snapshot = await mapped.get("/v1/snapshot")
        assert snapshot.json() == load_mapping(mapping).model_dump(mode="json")
        contract = yaml.safe_load((await mapped.get("/openapi.yaml")).text)
        Draft202012Validator({"$ref": "#/components/schemas/Snapshot"} | contract).validate(snapshot.json())

    async def test_unchanged(self, mapped: httpx.AsyncClient) -> None:
        etag = (await mapped.get("/v1/snapshot")).headers["etag"]
        again = await mapped.get("/v1/snapshot", headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)

    async def test_changed(self, mapped: httpx.AsyncClient, mapping: Path) -> None:
        etag = (await mapped.get("/v1/snapshot")).headers["etag"]
        rewrite(mapping, MAPPING.replace("a.khan", "a.khan-jones"))
        again = await mapped.get("/v1/snapshot", headers={"If-None-Match": etag})
        assert again.status_code == 200
        assert again.json()["sites"][0]["extensions"]["7001"]["agent"] == "a.khan-jones"

    async def test_broken_file_leaves_the_last_good_mapping(self, mapped: httpx.AsyncClient, mapping: Path) -> None:
        before = await mapped.get("/v1/snapshot")
        rewrite(mapping, "sites: [")
        assert (await mapped.get("/v1/snapshot")).json() == before.json()

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            (
                "/v1/sites/SIPS1/dns/7001",
                {"role": "extension", "site": "SIPS1", "seat": True, "agent": "a.khan", "user_id": USER},
            ),
            ("/v1/sites/SIPS1/dns/7009", {"role": "extension", "site": "SIPS1", "seat": False}),
            ("/v1/sites/SIPS2/dns/9001", {"role": "routing_point", "site": "SIPS1", "seat": False}),
            ("/v1/sites/SIPS1/dns/gcti::park", {"role": "service", "site": "SIPS1", "seat": False}),
            (
                "/v1/sites/SIPS2/virtual-queues/VQ_Sales",
                {
                    "role": "virtual_queue",
                    "site": "SIPS2",
                    "seat": False,
                    "queue_id": "9c1e4d70-2f3a-4b5c-8d6e-7f8091a2b301",
                },
            ),
            ("/v1/sites/SIPS2/virtual-queues/VQ_Old", {"role": "virtual_queue", "site": "SIPS2", "seat": False}),
            (
                "/v1/agents/1001",
                {"seat": False, "agent": "b.lee", "user_id": "1e9a7c3f-5d72-4d4b-8e68-2b3c4d5e7002"},
            ),
            ("/v1/wrapup-codes/Sold%2Fagain", {"seat": False, "code_id": "77aa1b2c-3d4e-4f50-8a6b-7c8d9e0f1a01"}),
        ],
    )
    async def test_look_up(self, mapped: httpx.AsyncClient, path: str, answer: dict[str, Any]) -> None:
        found = await mapped.get(path)
        assert (found.status_code, found.json()) == (200, answer)

    @pytest.mark.parametrize(
        "path",
        [
            *("/v1/sites/SIPS1/dns/4711", "/v1/sites/SIPS1/virtual-queues/7001", "/v1/agents/4711"),
            *("/v1/wrapup-codes/Bored", "/v1/nothing"),
        ],
    )
    async def test_not_mapped(self, mapped: httpx.AsyncClient, path: str) -> None:
        missing = await mapped.get(path)
        assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
        assert missing.json()["status"] == 404


def agent_established(**changes: Any) -> dict[str, Any]:
    event = {
        "eventId": "33333333-3333-4333-8333-333333333333",
        "conversationId": CONVERSATION,
        "communicationId": AGENT,
        "eventDateTime": "2026-03-02T09:30:00.000Z",
        "initialConfiguration": {"alerting": True},
        "sourceConfiguration": {"sourceId": "5b2c0e36-8f57-4b8e-9d0c-3f6a5c1d2e10", "interactionId": "CALL"},
        "userId": USER,
    }
    return event | changes


class Ex:
    """A client of the EX Org, in process."""

    def __init__(self, mapping: Path, requests_per_minute: int = 300, expires_in: float = 60) -> None:
        snapshot = load_mapping(mapping)
        self.now = 0.0
        oauth = OAuth({"lab": "secret"}, expires_in, clock=lambda: self.now)
        rate = RateLimit(requests_per_minute, clock=lambda: self.now)
        service = Service(ExOrg(snapshot.source_id), oauth, rate, Names.of(snapshot))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(application(service)), base_url="http://ex")

    async def log_in(self) -> None:
        form = {"grant_type": "client_credentials"}
        token = (await self.http.post("/oauth/token", data=form, auth=("lab", "secret"))).json()
        assert (token["token_type"], token["expires_in"]) == ("bearer", 60)
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"

    async def inject(self, **arrays: list[dict[str, Any]]) -> httpx.Response:
        return await self.http.post("/api/v2/events/conversations", json=arrays)

    async def get(self, path: str) -> Any:
        return (await self.http.get(path)).raise_for_status().json()


@pytest.fixture
async def ex(mapping: Path) -> AsyncIterator[Ex]:
    org = Ex(mapping)
    await org.log_in()
    yield org
    await org.http.aclose()


class TestExOrg:
    async def test_taken(self, ex: Ex) -> None:
        answer = await ex.inject(userEstablishedEvents=[agent_established()])
        assert (answer.status_code, answer.json()) == (200, {"errors": []})
        assert answer.headers[CORRELATION]
        [summary] = await ex.get("/lab/conversations?open=true")
        assert summary["parties"] == [{"kind": "user", "name": "a.khan"}]
        seen = await ex.get(f"/lab/conversations/{CONVERSATION}")
        assert [c["states"] for c in seen["communications"]] == [
            [{"at": "2026-03-02T09:30:00.000Z", "state": "alerting"}]
        ]
        assert [e["event"] for e in seen["events"]] == [agent_established()]
        assert await ex.get("/lab/counts") == {
            "requests": 1,
            "by_status": {"200": 1},
            "taken": 1,
            "repeated": 0,
            "refused": 0,
            "conversations": 1,
            "open": 1,
        }

    async def test_one_event_of_a_request_refused(self, ex: Ex) -> None:
        gone = {k: agent_established()[k] for k in ("conversationId", "eventDateTime")}
        other = {"eventId": CONVERSATION, "communicationId": CONVERSATION, "disconnectType": "Self"}
        answer = await ex.inject(
            communicationEndedEvents=[{**gone, **other}],
            userEstablishedEvents=[agent_established(eventDateTime="2026-03-02T09:29:00.000Z")],
        )
        assert answer.status_code == 200
        assert [(e["eventId"], e["retryable"]) for e in answer.json()["errors"]] == [(CONVERSATION, False)]
        [refused] = await ex.get("/lab/refused")
        assert (refused["array"], refused["event"]["eventId"]) == ("communicationEndedEvents", CONVERSATION)

    async def test_source_of_another_mapping(self, ex: Ex) -> None:
        source = {"sourceId": CONVERSATION, "interactionId": "CALL"}
        answer = await ex.inject(userEstablishedEvents=[agent_established(sourceConfiguration=source)])
        assert "sourceId" in answer.json()["errors"][0]["message"]

    async def test_invalid_request(self, ex: Ex) -> None:
        answer = await ex.inject(userEstablishedEvents=[agent_established(userId="a.khan")])
        body = answer.json()
        assert (answer.status_code, body["status"], body["code"]) == (400, 400, "invalid.value")
        assert body["contextId"] == answer.headers[CORRELATION]
        assert body["details"] == [{"errorCode": "invalid.value", "fieldName": "userEstablishedEvents[0].userId"}]
        assert body["errors"][0]["message"].startswith("userEstablishedEvents[0].userId")
        assert await ex.get("/lab/conversations") == []

    async def test_too_large(self, ex: Ex) -> None:
        content = json.dumps({"userEstablishedEvents": [], "x": "x" * MAX_BYTES})
        answer = await ex.http.post(
            "/api/v2/events/conversations", content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["status"]) == (413, 413)

    async def test_other_media_type(self, ex: Ex) -> None:
        answer = await ex.http.post("/api/v2/events/conversations", data={"a": "b"})
        assert answer.status_code == 415

    async def test_without_a_token_and_with_an_expired_one(self, ex: Ex) -> None:
        ex.now = 60
        expired = await ex.inject(userEstablishedEvents=[agent_established()])
        del ex.http.headers["Authorization"]
        missing = await ex.inject(userEstablishedEvents=[agent_established()])
        assert [expired.status_code, missing.status_code] == [401, 401]
        assert missing.json()["code"] == "bad.credentials"

    async def test_login_refused(self, ex: Ex) -> None:
        form = {"grant_type": "client_credentials"}
        wrong = await ex.http.post("/oauth/token", data=form, auth=("lab", "guess"))
        assert (wrong.status_code, set(wrong.json())) == (401, {"error", "description"})
        assert wrong.headers[CORRELATION]

    async def test_rate_limit(self, mapping: Path) -> None:
        ex = Ex(mapping, requests_per_minute=2)
        await ex.log_in()
        answers = [await ex.inject(userEstablishedEvents=[agent_established()]) for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert (answers[2].headers["retry-after"], answers[2].json()["limit"]["value"]) == ("60", 2)
        counts = await ex.get("/lab/counts")
        assert (counts["by_status"], counts["taken"], counts["repeated"]) == ({"200": 2, "429": 1}, 1, 1)
        await ex.http.aclose()

    async def test_elsewhere(self, ex: Ex) -> None:
        answer = await ex.http.get("/api/v2/conversations")
        assert (answer.status_code, answer.json()["code"]) == (404, "not.found")
        assert answer.headers[CORRELATION]

    async def test_page_needs_nothing_from_elsewhere(self, ex: Ex) -> None:
        for name in ("", "page.css", "page.js", "timeline.js"):
            text = (await ex.http.get(f"/{name}")).raise_for_status().text
            assert "https://" not in text
            assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")


class TestProcesses:
    async def test_servers_come_up_and_leave_nothing(self, tmp_path: Path, mapping: Path) -> None:
        processes = Processes(tmp_path)
        async with httpx.AsyncClient(trust_env=False) as http:
            try:
                url = await start_excs(processes, http, mapping)
                assert (await http.get(f"{url}/v1/agents/1001")).json()["agent"] == "b.lee"
                url = await start_ex_org(processes, http, mapping, ExOrgOptions())
                assert "EX Org" in (await http.get(url)).text
                running = [processes["excs"], processes["ex-org"]]
            finally:
                await processes.stop_all()
        assert [process.alive for process in running] == [False, False]

    async def test_port_in_use(self, tmp_path: Path, mapping: Path) -> None:
        processes = Processes(tmp_path)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            command = ("-m", "deploy.lab.excs", "--port", port, "--mapping", mapping)
            await processes.start("excs", sys.executable, *command)
            with pytest.raises(ProcessError, match=r"(?s)excs did not come up.*exit code.*address already in use"):
                await processes.ready("excs", never, 30)

    async def test_one_that_never_answers(self, tmp_path: Path) -> None:
        processes = Processes(tmp_path)
        await processes.start("sleeper", sys.executable, "-c", "input()", piped=True)
        with pytest.raises(ProcessError, match="did not come up within 0 seconds"):
            await processes.ready("sleeper", never, 0)
        await processes.stop_all()

    async def test_one_that_will_not_stop(self, tmp_path: Path) -> None:
        processes = Processes(tmp_path)
        stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); input()"
        process = (await processes.start("stubborn", sys.executable, "-c", stubborn, piped=True)).process
        assert process.stdout is not None
        assert await process.stdout.readline() == b"deaf\n"
        assert await processes.stop("stubborn", within=0.1) == -9


async def never() -> bool:
    return False

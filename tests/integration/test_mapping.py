"""The mapping comes from EXCS over real HTTP; what is not a readable snapshot is never an answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.excs import ExcsClient, ExcsError, SnapshotKeeper
from activities.mapping import MappingActivities
from deploy.lab.excs import MappingSource, application
from tests.ex_events import SOURCE, uuid4
from tests.integration.eventually import WAIT, eventually
from tests.integration.ex_org_server import breaking_server, serve, silent_server
from workflows.call.directory import NOT_MAPPED, Answer, Directory, Role, agent_key, dn_key, wrapup_key

KHAN, SALES = uuid4("khan"), uuid4("sales")
MAPPING = f"""
source_id: {SOURCE}
agents: {{"1001": {{agent: a.khan, user_id: {KHAN}}}}}
sites:
  - name: S1
    routing_points: ["9001"]
    extensions: {{"7001": {{}}}}
    virtual_queues: {{"VQ_Sales": {{queue_id: {SALES}}}, "VQ_Other": {{}}}}
wrapup_codes: {{"Sold": {uuid4("sold")}}}
"""
MAPPED = [agent_key("1001"), dn_key("S1", "7001"), dn_key("S1", "VQ_Sales")]
UNMAPPED = dn_key("S1", "441234567890")

Fault = Callable[[Request], Response | None]


class RunningExcs:
    """The lab's EXCS on a real socket, with faults put before it."""

    def __init__(self, mapping: Path) -> None:
        self.mapping = mapping
        mapping.write_text(MAPPING, "utf-8")
        self.app = application(MappingSource(mapping))
        self.url = ""
        self.fault: Fault = lambda request: None
        self.statuses: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        answer = self.fault(Request(scope))
        await (answer or self.app)(scope, receive, noted)


@pytest.fixture
def excs(tmp_path: Path) -> Iterator[RunningExcs]:
    running = RunningExcs(tmp_path / "mapping.yaml")
    with serve(running) as url:
        running.url = url
        yield running


@pytest.fixture
async def keeper(excs: RunningExcs) -> AsyncIterator[SnapshotKeeper]:
    """A keeper that looks once an hour and calls a snapshot fresh for that long."""
    async with SnapshotKeeper(ExcsClient(excs.url), 3600, 3600) as running:
        await running.changed(None)
        yield running


async def test_the_snapshot_is_read_once_and_then_confirmed(excs: RunningExcs) -> None:
    client = ExcsClient(excs.url + "/")
    first = await client.snapshot()
    assert first.answer(agent_key("1001")) == Answer(agent="a.khan", user_id=KHAN)
    assert await client.snapshot() is first
    assert excs.statuses == [200, 304]
    await client.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PlainTextResponse("no such page", 404), "answers 404"),
        (PlainTextResponse("oops", 500), "answers 500"),
        (PlainTextResponse("<html>", 200), "no valid snapshot: the body"),
        (JSONResponse({"sites": []}), "no valid snapshot: source_id"),
        (JSONResponse({"source_id": SOURCE, "sites": [{"name": "S1", "pink": 1}]}), "sites.0.pink"),
        (Response(status_code=304), "answers 304"),
        (Response(status_code=302, headers={"Location": "/login"}), "answers 302"),
    ],
)
async def test_anything_else_is_unreachable(excs: RunningExcs, answer: Response, reason: str) -> None:
    excs.fault = lambda request: answer
    client = ExcsClient(excs.url)
    with pytest.raises(ExcsError, match=reason):
        await client.snapshot()
    excs.fault = lambda request: None
    assert (await client.snapshot()).source_id == SOURCE
    await client.close()


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_a_broken_connection_is_unreachable(answer: bytes | None) -> None:
    async with breaking_server(answer) as url:
        client = ExcsClient(url)
        with pytest.raises(ExcsError, match="EXCS_URL"):
            await client.snapshot()
        await client.close()


async def test_a_change_is_seen_and_an_outage_is_survived(excs: RunningExcs) -> None:
    async with SnapshotKeeper(ExcsClient(excs.url), refresh=0.02) as keeper:
        first = await keeper.changed(None)
        excs.fault = lambda request: PlainTextResponse("down", 503)
        excs.mapping.write_text(MAPPING.replace("9001", "9002"), "utf-8")
        while 503 not in excs.statuses:
            await asyncio.wait_for(_looked(excs), WAIT)
        assert keeper.snapshot is first
        excs.fault = lambda request: None
        second = await asyncio.wait_for(keeper.changed(first), WAIT)
    assert second.sites[0].routing_points == ("9002",)


async def _looked(excs: RunningExcs) -> None:
    """Wait for the next answer of EXCS."""
    before = len(excs.statuses)
    await eventually(lambda: len(excs.statuses) > before)


async def test_look_up_answers_without_asking(excs: RunningExcs, keeper: SnapshotKeeper) -> None:
    asked = len(excs.statuses)
    keys = [*MAPPED, UNMAPPED, wrapup_key("Sold"), wrapup_key("Other")]
    answers = await ActivityEnvironment().run(MappingActivities(keeper).look_up, keys)
    assert len(excs.statuses) == asked
    directory = Directory({key: Answer.model_validate(value) for key, value in json.loads(json.dumps(answers)).items()})
    assert directory[agent_key("1001")].user_id == KHAN
    assert directory[dn_key("S1", "VQ_Sales")].queue_id == SALES
    assert directory[UNMAPPED] == NOT_MAPPED
    assert not directory.missing(keys)


async def test_unmapped_counts_only_from_a_fresh_snapshot(excs: RunningExcs) -> None:
    async with SnapshotKeeper(ExcsClient(excs.url), refresh=3600, max_age=0) as keeper:
        await keeper.changed(None)
        look_up = MappingActivities(keeper).look_up
        assert not keeper.fresh
        assert await ActivityEnvironment().run(look_up, [*MAPPED, UNMAPPED]) is None
        assert await ActivityEnvironment().run(look_up, [dn_key("S1", "VQ_Other")]) is None
        answers = await ActivityEnvironment().run(look_up, MAPPED)
        assert answers is not None
        assert answers[dn_key("S1", "7001")]["role"] == Role.EXTENSION


async def test_without_a_snapshot_there_is_no_answer_until_excs_answers(excs: RunningExcs) -> None:
    excs.fault = lambda request: PlainTextResponse("starting", 503)
    async with SnapshotKeeper(ExcsClient(excs.url), refresh=3600, max_age=60) as keeper:
        activities = MappingActivities(keeper)
        assert await ActivityEnvironment().run(activities.look_up, MAPPED) is None
        environment, heartbeats = ActivityEnvironment(), list[Any]()
        environment.on_heartbeat = lambda *details: heartbeats.append(details)
        waiting = asyncio.create_task(environment.run(activities.wait_for_mapping, [*MAPPED, UNMAPPED]))
        await _looked(excs)
        excs.fault = lambda request: None
        answers = await asyncio.wait_for(waiting, WAIT)
    assert answers[UNMAPPED] == {"role": "unlisted"}
    assert heartbeats


async def test_waiting_ends_retryable_and_names_excs(excs: RunningExcs) -> None:
    excs.fault = lambda request: PlainTextResponse("starting", 503)
    async with SnapshotKeeper(ExcsClient(excs.url), refresh=3600) as keeper:
        activities = MappingActivities(keeper, attempt=0.1)
        with pytest.raises(ApplicationError, match=f"EXCS at {excs.url}") as caught:
            await ActivityEnvironment().run(activities.wait_for_mapping, MAPPED)
    assert not caught.value.non_retryable
    assert "7001" not in str(caught.value).replace(excs.url, ""), "a DN; its port may hold these digits"


async def test_questions_at_the_same_time_are_one_request(excs: RunningExcs, keeper: SnapshotKeeper) -> None:
    asked = len(excs.statuses)
    await asyncio.gather(*(keeper.ask() for _ in range(20)))
    assert len(excs.statuses) == asked + 1


async def test_what_changes_in_excs_counts_for_what_is_asked_next(excs: RunningExcs, keeper: SnapshotKeeper) -> None:
    """A queue is added, an Extension gets another agent, while calls run that have their answers."""
    added, seat = dn_key("S1", "VQ_New"), dn_key("S1", "7001")
    look_up = MappingActivities(keeper).look_up
    running = Directory()
    before = await ActivityEnvironment().run(look_up, [added, seat])
    assert before is not None
    running.learn({key: Answer.model_validate(value) for key, value in before.items()})
    assert running[added] == NOT_MAPPED
    other = uuid4("meyer")
    changed = MAPPING.replace('"7001": {}', f'"7001": {{agent: b.meyer, user_id: {other}}}')
    excs.mapping.write_text(changed.replace('"VQ_Other"', f'"VQ_New": {{queue_id: {SALES}}}, "VQ_Other"'), "utf-8")
    await keeper.ask()
    after = await ActivityEnvironment().run(look_up, [added, seat])
    assert after is not None
    assert (after[added]["queue_id"], after[seat]["user_id"]) == (SALES, other)
    running.learn({key: Answer.model_validate(value) for key, value in after.items()})
    assert running[added] == NOT_MAPPED, "the first answer stands for the conversation"
    assert running[seat].user_id is None


async def test_a_slow_excs_is_unreachable_not_empty(excs: RunningExcs) -> None:
    """It takes the question and says nothing: the last snapshot goes on, the unmapped waits."""
    async with silent_server() as url:
        client = ExcsClient(url, timeout=0.2)
        with pytest.raises(ExcsError, match=r"does not answer.*ReadTimeout"):
            await client.snapshot()
        await client.close()


async def test_an_excs_that_fails_in_every_way_for_long(excs: RunningExcs) -> None:
    """Through 404, 500, garbage and an empty mapping of another service, what is mapped is answered from the last
    snapshot, what is not waits, and nothing is ever unmapped by mistake."""
    faults = [
        PlainTextResponse("no such page", 404),
        PlainTextResponse("oops", 500),
        PlainTextResponse("<html>"),
        JSONResponse({}),
        JSONResponse({"source_id": SOURCE, "sites": "none"}),
    ]
    async with SnapshotKeeper(ExcsClient(excs.url), refresh=0.02, max_age=0.1) as keeper:
        await keeper.changed(None)
        look_up = MappingActivities(keeper).look_up
        for fault in faults:
            excs.fault = lambda request, answer=fault: answer  # type: ignore[misc]
            await eventually(lambda: not keeper.fresh)
            assert await ActivityEnvironment().run(look_up, [UNMAPPED]) is None
            answers = await ActivityEnvironment().run(look_up, MAPPED)
            assert answers is not None
            assert answers[MAPPED[0]]["user_id"] == KHAN
        excs.fault = lambda request: None
        await eventually(lambda: keeper.fresh)
        assert await ActivityEnvironment().run(look_up, [UNMAPPED]) == {UNMAPPED: {"role": "unlisted"}}

"""Requests are filled oldest first within the contract's limits, and answers are taken apart again."""

import json
import time

import pytest

from activities.delivery import Delivery, Progress, Request
from activities.ex_client import EventFault
from activities.ex_contract import MAX_BYTES, MAX_EVENTS
from tests.ex_events import batch
from workflows.call.telling import Batch

pytestmark = pytest.mark.asyncio


def delivery(call: str, holds: int = 0, progress: Progress | None = None, start: int = 0) -> Delivery:
    return Delivery(batch(call, holds, start), progress or Progress())


def positions(request: Request) -> list[tuple[str, list[int]]]:
    return [(delivery.call, [prepared.position for prepared in part]) for delivery, part in request.parts]


async def test_a_request_holds_the_events_of_many_calls_in_their_arrays() -> None:
    body = json.loads(Request.compose([delivery("A"), delivery("B")]).body())
    assert {array: len(events) for array, events in body.items()} == {
        "externalEstablishedEvents": 2,
        "userEstablishedEvents": 2,
        "communicationEndedEvents": 4,
    }


async def test_the_last_call_is_cut_at_a_hundred_events() -> None:
    request = Request.compose([delivery("A", 40), delivery("B", 40), delivery("C")])
    assert positions(request) == [("A", list(range(84))), ("B", list(range(16)))]
    assert len(request.event_ids) == MAX_EVENTS


async def test_a_request_is_cut_at_its_size() -> None:
    calls = []
    for name in "ABC":
        told = batch(name)
        told.events[0].event["initialConfiguration"]["additionalInfo"] = {"dn": "ü" * 100_000}
        calls.append(Delivery(told, Progress()))
    request = Request.compose(calls)
    assert positions(request) == [("A", [0, 1, 2, 3]), ("B", [0, 1, 2, 3])]
    assert 400_000 < len(request.body()) <= MAX_BYTES


async def test_an_event_larger_than_a_request_is_refused_at_once() -> None:
    told = batch("A")
    told.events[1].event["phoneNumber"] = "1" * MAX_BYTES
    large = Delivery(told, Progress())
    assert [refusal.message for refusal in large.progress.refused] == ["larger than a whole request"]
    assert [prepared.position for prepared in large.left] == [0]


async def test_an_event_that_breaks_the_contract_never_enters_a_request() -> None:
    told = batch("A")
    del told.events[3].event["disconnectType"]
    broken = Delivery(told, Progress())
    assert [refusal.event_id for refusal in broken.progress.refused] == [told.events[3].event_id]
    assert positions(Request.compose([broken])) == [("A", [0, 1, 2])]


async def test_what_builds_on_a_refused_event_is_not_sent() -> None:
    call = delivery("A", holds=1)
    ids = [prepared.told.event_id for prepared in call.left]
    call.answered(call.left[:1], {})
    call.refuse(call.left[0], "no such user")
    assert (call.left, call.unsent) == ([], ids[2:])
    again = Progress.model_validate(call.progress.model_dump(mode="json"))
    assert delivery("A", holds=1, progress=again).unsent == ids[2:]


async def test_what_was_judged_with_a_refused_event_counts() -> None:
    """EX judges each event of a request: what it took is taken, also after a refused one."""
    call = delivery("A", holds=1)
    ids = [prepared.told.event_id for prepared in call.left]
    never = EventFault("never", retryable=False)
    call.answered(call.left[:5], {ids[1]: never, ids[2]: never, ids[3]: EventFault("later", retryable=True)})
    assert [refusal.event_id for refusal in call.progress.refused] == ids[1:3]
    assert (call.left, call.unsent) == ([], [ids[3], ids[5]])


async def test_a_call_is_in_a_request_only_once() -> None:
    assert positions(Request.compose([delivery("A"), delivery("A")])) == [("A", [0, 1, 2, 3])]


async def test_a_call_alone_under_suspicion_goes_in_parts() -> None:
    assert positions(Request.compose([delivery("A", progress=Progress(suspected=True, part=2))])) == [("A", [0, 1])]


async def test_the_next_attempt_goes_on_where_the_last_one_stopped() -> None:
    first = delivery("A")
    first.answered(first.left[:2], {})
    again = Progress.model_validate(first.progress.model_dump(mode="json"))
    assert positions(Request.compose([delivery("A", progress=again)])) == [("A", [2, 3])]


async def test_what_follows_an_event_to_be_repeated_is_repeated_too() -> None:
    """Its refusal was a judgement without its predecessor; what was taken is not sent again."""
    call = delivery("A", holds=1)
    ids = [prepared.told.event_id for prepared in call.left]
    later, refused = EventFault("later", retryable=True), EventFault("never", retryable=False)
    call.answered(call.left[:], {ids[2]: refused, ids[3]: later, ids[4]: refused})
    assert [refusal.event_id for refusal in call.progress.refused] == [ids[2]]
    assert [prepared.position for prepared in call.left] == [3, 4]
    assert call.not_before > time.monotonic()


async def test_an_empty_batch_is_nothing_to_deliver() -> None:
    assert Delivery(Batch(call="A", events=[]), Progress()).left == []

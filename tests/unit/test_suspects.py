"""A bad call among many is found with few requests, and the others are cleared on the way."""

import json
import math
import time
from collections.abc import Sequence

import pytest

from activities.delivery import Delivery, Progress, Request
from activities.suspects import Suspects, named_in
from tests.ex_events import batch

pytestmark = pytest.mark.asyncio


def calls(count: int) -> list[Delivery]:
    return [Delivery(batch(f"C{number}"), Progress()) for number in range(count)]


def requests_until_found(suspected: Sequence[Delivery], bad: Delivery, named: Sequence[Delivery] = ()) -> int:
    """Requests until the bad one goes alone; nobody else may be accused in the end."""
    suspects, count, cleared = Suspects(suspected, named), 0, set[Delivery]()
    while True:
        count += 1
        accused, innocent = suspects.judged(suspects.first, spoilt=bad in suspects.first)
        cleared |= set(innocent)
        suspects = Suspects(accused)
        if accused == [bad]:
            assert cleared == set(suspected) - {bad}
            return count


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 50, 100])
async def test_each_request_halves_the_suspects(count: int) -> None:
    suspected = calls(count)
    worst = max(requests_until_found(suspected, bad) for bad in suspected)
    assert worst <= max(1, math.ceil(math.log2(count)))


async def test_a_name_saves_all_but_one_request() -> None:
    suspected = calls(50)
    assert requests_until_found(suspected, suspected[17], [suspected[17]]) == 1


async def test_a_misleading_name_costs_one_request() -> None:
    suspected = calls(50)
    assert requests_until_found(suspected, suspected[17], [suspected[3]]) <= 1 + 6
    assert requests_until_found(suspected, suspected[17], suspected) <= 6


async def test_a_taken_part_of_a_bad_call_leaves_it_accused() -> None:
    [bad] = calls(1)
    suspects = Suspects([bad])
    bad.answered(bad.left[:2], {})
    assert suspects.judged([bad], spoilt=False) == ([bad], [])
    bad.answered(bad.left[:], {})
    assert suspects.judged([bad], spoilt=False) == ([], [])


async def test_who_was_not_sent_stays_with_the_other_half() -> None:
    """It was busy, or there was no room."""
    suspected = calls(4)
    suspects = Suspects(suspected)
    accused, cleared = suspects.judged([suspected[0]], spoilt=False)
    assert (accused, cleared) == (suspected[1:], [suspected[0]])


async def test_whom_a_refusal_names() -> None:
    suspected = calls(3)
    request = Request.compose(suspected)
    assert list(json.loads(request.body())["userEstablishedEvents"][1]["initialConfiguration"]) == ["inbound"]
    event = suspected[2].left[1].told.event
    assert named_in(f"event {event['eventId']} is wrong", request) == {suspected[2]}
    assert named_in('{"fieldName": "userEstablishedEvents[1].userId"}', request) == {suspected[1]}
    assert named_in("/userEstablishedEvents/2/userId", request) == {suspected[2]}
    assert named_in("userEstablishedEvents[99]: too many", request) == set(suspected)
    assert named_in(f"userEstablishedEvents[{'1' * 5_000}]", request) == set(suspected)
    assert named_in("invalid.value", request) == set()


async def test_a_refusal_that_names_nobody_is_soon_looked_through() -> None:
    """Nothing else goes on meanwhile."""
    request, begin = Request.compose(calls(25)), time.process_time()
    assert named_in("a" * 20_000, request) == set()
    assert time.process_time() - begin < 0.5

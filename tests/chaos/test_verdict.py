"""The judgement of a window: what counts as lost, as told otherwise, and what is judged by the invariants alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.chaos.pipeline import writer
from tests.chaos.soak import Trend
from tests.chaos.traffic import CONSULT, Expected, Traffic, Window, linked
from tests.chaos.verdict import Outcome, Row, judge

ORIGIN = 1_772_443_800_000_000
PLAYED_AT = 1_000_000.0


def window() -> Window:
    """Calls A and B: each is told two events, due a second after the other. C is a leg of B."""
    expected = {
        f"{call}{number}": Expected(call, "arrays", told(call, number), ORIGIN + number * 1_000_000)
        for call in "AB"
        for number in (1, 2)
    }
    return Window("w", {}, ORIGIN, frozenset("ABC"), {"C": "B"}, events=9, expected=expected)


def told(call: str, number: int, **more: Any) -> dict[str, Any]:
    ids = {"eventId": f"{call}{number}", "conversationId": f"conversation {call}"}
    return ids | {"eventDateTime": f"2026-03-02T09:30:0{number}.000Z"} | more


def taken(call: str, number: int, after: float = 1.0, **more: Any) -> dict[str, Any]:
    """An event the EX Org took `after` seconds after it was due."""
    seconds = round(PLAYED_AT + number + after)
    received = f"1970-01-{1 + seconds // 86400:02}T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
    return {"array": "arrays", "event": told(call, number, **more), "received": received}


ALL = [taken("A", 1), taken("A", 2), taken("B", 1), taken("B", 2)]


def row(events: list[dict[str, Any]], *, still_open: str = "", healed_at: float = 2e9, **how: Any) -> Row:
    calls = sorted({each["event"]["conversationId"][-1] for each in events})
    conversations = [
        {
            "interactionId": call,
            "conversationId": f"conversation {call}",
            "ended": None if call in still_open else "now",
        }
        for call in calls
    ]
    counts = {"repeated": 0, "refused": 0}
    outcome = Outcome(events, conversations, counts, counts, how.pop("refused", []))
    return judge(window(), outcome, PLAYED_AT, healed_at, how.pop("loose", ()), how.pop("unheard", ()), False)


def test_all_as_replay_tells() -> None:
    assert row(ALL).good
    assert (row(ALL).told, row(ALL).delay) == (4, 1.0)


def test_a_missing_event_is_lost() -> None:
    assert (row(ALL[:3]).lost, row(ALL[:3]).good) == (1, False)


def test_an_open_conversation_is_lost() -> None:
    assert (row(ALL, still_open="B").lost, row(ALL, still_open="B").good) == (1, False)


@pytest.mark.parametrize("event", [taken("B", 2, disconnectType="Peer"), taken("B", 3)])
def test_what_replay_does_not_tell_so(event: dict[str, Any]) -> None:
    judged = row([*ALL[:3], taken("B", 2), event])
    assert (judged.other, judged.good) == (1, False)


def test_a_loose_call_has_to_be_told_and_ended() -> None:
    assert row([*ALL[:2], taken("B", 7)], loose="B").good
    assert not row(ALL[:2], loose="B").good
    assert not row([*ALL[:2], taken("B", 7)], loose="B", still_open="B").good


def test_a_call_nobody_heard_of_may_be_missing() -> None:
    assert row(ALL[:2], unheard="B").good


def test_the_leg_of_a_call_nobody_heard_of_may_be_a_conversation_of_its_own() -> None:
    assert row([*ALL[:2], taken("C", 1)], unheard="B").good
    assert row([*ALL, taken("C", 1)]).other == 1


def test_a_refusal_is_named() -> None:
    refusal = {"array": "arrays", "event": told("A", 1), "reason": "too late"}
    assert row(ALL, refused=[refusal]).details == ["refused: arrays A1: too late"]


def test_recovery_counts_from_the_end_of_the_fault() -> None:
    late = [taken("A", 1, after=6), taken("A", 2), taken("B", 1), taken("B", 2)]
    assert row(late, healed_at=PLAYED_AT + 3).recovery == 4


@pytest.mark.parametrize("at", [-0.5, 0, 1, 30])
def test_a_link_comes_while_both_calls_live(at: float) -> None:
    rows = [line.split(None, 1) for line in linked(at).splitlines()]
    times = {text.strip(): float(time) for time, text in rows}
    assert times["link L"] == 4 + at
    assert times["link L"] < times["ends"] < times["B: ends"]


def test_memory_that_grows_is_not_flat() -> None:
    grows = Trend.of([(10.0 * n, 100 * 2**20 + n * 2**20) for n in range(90)])
    flat = Trend.of([(10.0 * n, 100 * 2**20 + n % 2 * 2**20) for n in range(90)])
    assert grows is not None
    assert flat is not None
    assert (grows.flat, flat.flat) == (False, True)
    assert round(grows.slope / 2**20) == 360
    assert Trend.of([(0.0, 1)]) is None


def test_a_consult_call_and_a_leg_belong_to_a_conversation(tmp_path: Path) -> None:
    """So that it is known whose telling suffers when an event of them reaches nobody."""
    writing = writer(tmp_path)
    window = writing.write([(0, "consult and leg", Traffic(seconds=0, tables=[CONSULT, linked(0)]))])["consult and leg"]
    roots = set(window.told_calls)
    assert (len(window.calls), len(roots)) == (4, 2)
    assert {call: root in roots for call, root in window.roots.items()} == dict.fromkeys(window.calls, True)

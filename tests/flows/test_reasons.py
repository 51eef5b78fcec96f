"""What an operator reads about a call that was suspended: the DN and what it did, never a caller's number."""

import pytest

from tests.flows.beginnings import CONSULTING, ENDS, TALKING
from tests.flows.notation import told_by

REASONS = [
    (
        CONSULTING
        + """
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        20   7001 connected        |
        24   wait                  |
        """,
        "V1",
        "DN 7002 at SIPS1 joined the call it was consulted about",
    ),
    (
        TALKING
        + """
        10   7002 rings            |
        12   7002 answers          |
        """,
        "V2",
        "DN 7002 at SIPS1 joined a call that nobody left",
    ),
    (
        TALKING
        + """
        10   P enters connected    |
        14   wait                  |
        """,
        "V2",
        "DN (a number) at SIPS1 joined a call that nobody left",
    ),
    (
        TALKING
        + """
        10   7003 enters observing |
        """,
        "V3",
        "DN 7003 at SIPS1 supervises the call",
    ),
    (
        TALKING
        + """
        10   list 7001 supervisor 7003 |
        """,
        "V3",
        "the participant list names a supervisor",
    ),
    (
        CONSULTING
        + """
        15   C: call consult of A  |
        15   C: 7001 enters dialing |
        15   C: 7003 rings         |
        """,
        "V7",
        "call 000000000000000000000063616C6C43 is a second consult beside 000000000000000000000063616C6C42",
    ),
]


@pytest.mark.parametrize(("table", "violation", "reason"), REASONS)
def test_a_violation_is_explained(table: str, violation: str, reason: str) -> None:
    summary = told_by(table)[2]
    assert (summary.violation, summary.reason) == (violation, reason)


def test_a_completed_call_needs_no_reason_whatever_comes_later() -> None:
    table = TALKING + ENDS + "120 operator |"
    assert told_by(table)[2].reason is None

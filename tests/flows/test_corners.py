"""Corners that an earlier reading of flows.md told otherwise."""

from tests.flows import linked
from tests.flows.beginnings import CONSULT, CONSULTING, ENDS_7002, TALKING
from tests.flows.notation import check

ACROSS_ENDS = """
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
"""


def test_v1_the_consulted_agent_leaves_the_conference() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        25   7002 leaves by 7002   | -7002:Self
        27   7001 held             |
        28   7001 connected        |
        40   7001 leaves by 7001   | -7001:Self -X:System
        40   X leaves              |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v2_the_third_party_leaves_again() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        20   7002 leaves by 7002   |
        25   7001 held             |
        30   7001 leaves by 7001   | -7001:Self -X:System
        30   X leaves by 7001      |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v3_supervisor_keys_of_a_consult_call() -> None:
    check(
        CONSULTING
        + """
        15   B: list 7002 7001 supervisor 7003 |
        20   X leaves by X         | -X:Self
        20   7001 leaves           |
        20   ends                  |
        30   B: 7002 leaves by 7002 | -7002:Self -7001:System
        30   B: 7001 leaves        |
        30   B: ends               |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_v4_calls_to_agent_and_customer_are_merged() -> None:
    linked.check(
        """
        0    call outbound         |
        0    7001 rings            |
        3    7001 answers          |
        5    B: call outbound      |
        5    B: P enters alerting  |
        9    B: P connected        |
        10   B: P leaves           |
        10   B: ends into A        |
        10   P enters connected    |
        20   P leaves by P         |
        20   7001 leaves           |
        20   ends                  |
        """,
        A="ignored V4",
    )


def test_v4_calls_to_agent_and_customer_are_merged_by_a_moved_party() -> None:
    linked.check(
        """
        0    call outbound         |
        0    7001 rings            |
        3    7001 answers          |
        5    B: call outbound      |
        5    B: P enters alerting  |
        9    B: P connected        |
        10   B: P moves to A       |
        10   B: ends into A        |
        20   P leaves by P         |
        20   7001 leaves           |
        20   ends                  |
        """,
        A="ignored V4",
    )


def test_v7_a_second_consult_while_the_first_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   C: call consult of A  |
        12   C: 7001 enters connected |
        12   C: 7003 rings         |
        13   B: 7002 answers       |
        20   X leaves by X         | -X:Self
        20   7001 leaves           |
        20   ends                  |
        21   B: 7002 leaves by 7002 | -7002:Self -7001:System
        21   B: 7001 leaves        |
        21   B: ends               |
        22   C: 7001 leaves        |
        22   C: ends               |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


def test_a_consult_is_completed_in_a_suspended_call() -> None:
    check(
        CONSULTING
        + """
        15   7003 enters observing |
        20   B: 7001 leaves        |
        20   7001 leaves           | -7001:TransferConsult
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        25   7002 held             |
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_v6_the_first_call_is_one_that_ex_cannot_hold() -> None:
    linked.check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7099 rings            |
        3    7099 answers          |
        5    B: call inbound       |
        5    B: X enters connected |
        5.2  B: queued VQ_A        | B:+X@5 B:+VQ_A
        7    B: 7002 rings         | B:VQ_A>7002 B:+7002~ B:>>7002
        7    B: diverted VQ_A to 7002 |
        9    B: 7002 answers       | B:7002! B:completed B:-VQ_A:TransferUser
        15   B: 7002 leaves SingleStepTransfer |
        15   7001 held             |
        15   B: 7001 enters connected | B:-7002:Self B:-X:System
        20   B: X leaves by X      |
        20   B: 7001 leaves        |
        20   B: ends               |
        30   7001 leaves           |
        30   ends                  |
        """,
        A="ignored V5",
        B="suspended F04 V6",
    )


def test_a_consult_call_is_reported_after_its_parties() -> None:
    linked.check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: 7001 enters connected |
        10   B: call consult of A  |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_v5_a_free_seat_answers_and_leaves_before_the_wait_for_its_login_is_over() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    diverted VQ_A to 7050 |
        5    7050 rings            |
        7    7050 answers          |
        8.5  7050 leaves by 7050   |
        8.5  queued VQ_A#2         |
        12   7001 rings            |
        12   diverted VQ_A#2 to 7001 | -VQ_A:System -X:System
        14   7001 answers          |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v4_two_told_calls_are_merged() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        5    B: call inbound       |
        5    B: P enters connected |
        5.1  B: 7002 rings         | B:+X@5 B:+7002~
        7    B: 7002 answers       | B:7002!
        10   B: P leaves           | B:-X:Self
        10   B: ends into A        | B:-7002:System>A
        10   P enters connected    |
        10   7001 leaves           | -7001:Self -X:System
        20   P leaves by P         |
        20   X leaves              |
        20   ends                  |
        """,
        A="suspended F05 V4",
        B="merged F05",
    )

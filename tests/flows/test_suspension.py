"""V1 to V7: what EX cannot hold."""

from tests.flows.beginnings import IN_IVR, TALKING
from tests.flows.notation import check


def test_v2_the_vendors_example() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        12   7002 rings            |
        13   7002 answers          |
        14   7001 held             |
        15   data Sold             |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   X leaves by X         |
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F03",
        violation="V2",
    )


CONSULTING = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
"""
)


def test_v1_conference_by_consult() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v2_the_opener_leaves_a_single_step_conference() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   X leaves by X         |
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_a_number_is_added() -> None:
    check(
        TALKING
        + """
        10   P enters alerting     |
        12   P connected           |
        20   P leaves              |
        30   X leaves by X         | -X:Self -7001:System
        30   7001 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v3_a_supervisor_party() -> None:
    check(
        TALKING
        + """
        10   7002 enters observing |
        20   7001 held             |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v3_supervisor_keys_alone() -> None:
    check(
        TALKING
        + """
        10   list 7001 X supervisor 7002 |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v5_an_extension_without_agent_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          |
        11   wait                  | -VQ_A:System@6 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_nothing_told_yet() -> None:
    check(
        """
        0    call internal         |
        0    7050 enters dialing   |
        0    7001 rings            |
        3    7001 answers          |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v7_a_second_consult_beside_an_open_one() -> None:
    check(
        CONSULTING
        + """
        15   C: call consult of A  |
        15   C: 7001 enters connected |
        15   C: 7003 rings         |
        20   B: 7002 leaves        | -7002:Self
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        30   B: ends               |
        30   C: ends               |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


# What keeps happening to a suspended call


SUSPENDED = (
    TALKING
    + """
        10   7003 enters observing |
"""
)


def test_holds_codes_and_queues_of_a_suspended_call_are_not_told() -> None:
    check(
        SUSPENDED
        + """
        11   7001 held             |
        12   7001 connected        |
        13   data Sold             |
        14   9001 enters routing   |
        14.2 queued VQ_A           |
        16   diverted VQ_A to 7002 |
        16   7002 rings            |
        18   7002 answers          |
        20   7002 held             |
        21   7002 leaves           |
        30   X leaves by X         | -X:Self -7001:System
        30   7001 leaves           |
        30   ends                  |
        35   data Info             |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_blind_transfer_of_a_suspended_call() -> None:
    check(
        SUSPENDED
        + """
        12   7001 leaves SingleStepTransfer | -7001:Self -X:System
        12   7002 rings            |
        14   7002 answers          |
        30   X leaves by X         |
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_consult_in_a_suspended_call() -> None:
    check(
        SUSPENDED
        + """
        12   7001 held             |
        12   B: call consult of A  |
        12   B: 7001 enters connected |
        12   B: 7002 rings         |
        14   B: 7002 answers       |
        16   B: 7002 leaves by 7002 |
        16   B: 7001 leaves        |
        16   B: ends               |
        17   7001 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_phone_of_a_suspended_call_registers_again() -> None:
    check(
        SUSPENDED
        + """
        12   7001#2 enters connected |
        12   7001 leaves           |
        30   X leaves by X         | -X:Self -7001:System
        30   7001#2 leaves         |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_suspended_call_of_which_only_the_end_is_reported() -> None:
    check(
        SUSPENDED
        + """
        30   ends by X             | -X:Self -7001:Peer
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_suspended_call_is_lost() -> None:
    check(
        SUSPENDED
        + """
        60   lost                  | -X:System -7001:System
        61   X leaves by X         |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_a_suspended_call_is_ended_by_an_operator_after_one_has_left() -> None:
    check(
        CONSULTING
        + """
        15   7003 enters observing |
        20   B: 7002 leaves by 7002 | -7002:Self
        25   operator              | -X:System -7001:System
        30   7001 leaves           |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_the_caller_hangs_up_while_an_agent_consults_in_a_suspended_call() -> None:
    check(
        CONSULTING
        + """
        15   7003 enters observing |
        20   X leaves by X         | -X:Self
        20   7001 leaves           |
        25   B: 7001 leaves by 7001 | -7001:Self -7002:System
        25   B: 7002 leaves        |
        25   B: ends               |
        26   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_a_transfer_is_open_when_the_call_is_suspended() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        12   7003 enters observing |
        14   7002 answers          |
        20   7002 leaves by 7002   | -7002:Self -X:System
        20   X leaves              |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F07",
        violation="V3",
    )


def test_a_queue_that_was_left_before_ends_with_the_violation() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        7    7003 enters observing |
        7.2  diverted VQ_A to 7001 | -VQ_A:System
        9    7001 answers          |
        20   X leaves by X         | -X:Self -7001:System
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_an_ivr_after_an_agent_in_a_suspended_call() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters treated   |
        11   wait                  | +I@10 -7001:Transfer@10
        12   7003 enters observing |
        15   9001 leaves Route     | -I:System -X:System
        15   7002 rings            |
        18   7002 answers          |
        30   X leaves by X         |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F08",
        violation="V3",
    )


def test_an_agent_leaves_within_the_wait_and_then_the_call_is_suspended() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        11   7003 enters observing | -7001:Self@10 -X:System
        11   7002 rings            |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_whoever_left_within_a_wait_is_told_in_order_of_time() -> None:
    check(
        CONSULTING
        + """
        14   B: 7002 leaves by 7002 |
        15   7001 leaves by 7001   |
        15   B: 7001 leaves        |
        15   B: ends               |
        16   list 7001 X supervisor 7003 | -7002:Self@14 -7001:Self@15 -X:System
        30   X leaves by X         |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_a_delivery_that_is_reported_again_changes_nothing() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        7    diverted VQ_A to 7050 |
        8    7050 answers          |
        11   wait                  | -VQ_A:System@6 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_caller_and_ivr_of_a_suspended_call_end_together() -> None:
    check(
        IN_IVR
        + """
        5    7002 enters observing |
        20   ends by X             | -X:Self -I:Peer
        """,
        outcome="suspended",
        flow="F01",
        violation="V3",
    )


def test_a_recorder_makes_no_conference() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        14   rec enters connected  |
        16   7002 leaves           |
        18   7001 leaves by 7001   | -7001:Self -X:System
        30   X leaves by X         |
        30   rec leaves            |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
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

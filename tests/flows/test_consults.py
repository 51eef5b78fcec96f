"""F10 to F13: consult calls."""

from itertools import permutations

import pytest

from tests.flows.beginnings import ENDS, TALKING
from tests.flows.notation import check, told_by

CONSULT = """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
"""
ENDS_7002 = """
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
"""
ANSWERED = (
    CONSULT
    + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
"""
)


def test_f10_completed_with_a_moved_party() -> None:
    check(
        ANSWERED
        + """
        20   7001 leaves Transfer  |
        20   B: 7001 leaves Transfer | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F10",
    )


def test_f10_the_consult_call_ends_before_the_party_moves() -> None:
    check(
        ANSWERED
        + """
        20   B: 7001 leaves        |
        20   B: ends into A        |
        20.3 B: 7002 moves to A    |
        20.4 7001 leaves           | -7001:TransferConsult done
        """
        + ENDS_7002,
        flow="F10",
    )


def test_f10_completed_without_moved_and_the_consult_call_ends_first() -> None:
    check(
        ANSWERED
        + """
        20   B: 7001 leaves        |
        20   B: 7002 leaves        |
        20   B: ends into A        |
        20   7002 enters connected |
        20.1 7001 leaves           | -7001:TransferConsult done
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F10",
    )


def test_f10_the_main_call_changes_first() -> None:
    check(
        ANSWERED
        + """
        20   7001 leaves           |
        20   7002 enters connected |
        20   B: 7002 leaves        |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: ends               |
        30   7002 leaves by 7002   |
        30   X leaves by 7002      | -7002:Self -X:Peer
        30   ends                  |
        """,
        flow="F10",
    )


def test_f10_mute_transfer() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   B: 7001 leaves        |
        12   7001 leaves           | -7001:TransferConsult done
        12   B: 7002 moves to A    |
        12   B: ends into A        |
        15   7002 connected        | 7002!
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F10",
    )


def test_f11_consult_to_a_queue_and_its_agent() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002 +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        18   B: 7002 answers       | 7002! completed -VQ_A:TransferUser 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F11",
    )


def test_f11_completed_while_still_in_the_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        12   7001 leaves           |
        12   B: 7001 leaves        | -7001:TransferConsult done
        12   B: 9001 moves to A    |
        12   B: ends into A        |
        15   9001 leaves Route     |
        15   7002 rings            | VQ_A>7002 +7002~ >>7002
        15   diverted VQ_A to 7002 |
        18   7002 answers          | 7002! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F11",
    )


def test_f12_to_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   B: P connected        | +P~@10 7001?P@10 P! 7001??P
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: P moves to A       |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        30   P leaves              | -P:Peer
        30   ends                  |
        """,
        flow="F12",
    )


def test_f13_given_up() -> None:
    check(
        ANSWERED
        + """
        20   B: 7001 leaves by 7001 |
        20   B: 7002 leaves by 7001 |
        20   B: ends               |
        20.5 7001 connected        | -7002:Peer@20 done@20 7001/
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F13",
    )


def test_f13_not_answered_then_a_second_consult() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        20   B: 7002 leaves NoAnswer |
        20   B: 7001 leaves        |
        20   B: ends               |
        20.5 7001 connected        | -7002:System@20 done@20 7001/
        25   7001 held             | 7001=
        25   C: call consult of A  |
        25   C: 7001 enters connected |
        25   C: 7003 rings         | +7003~ 7001?7003
        28   C: 7003 answers       | 7003! 7001??7003
        30   7001 leaves           |
        30   C: 7001 leaves        | -7001:TransferConsult done
        30   C: 7003 moves to A    |
        30   C: ends into A        |
        35   X leaves by X         | -X:Self
        35   7003 leaves           | -7003:Peer
        35   ends                  |
        """,
        flow="F10",
    )


def test_f13_the_caller_hangs_up_meanwhile() -> None:
    check(
        ANSWERED
        + """
        20   X leaves by X         | -X:Self done
        20   7001 leaves           |
        20   ends                  |
        30   B: 7001 leaves by 7001 |
        30   B: 7002 leaves by 7001 | -7001:Self -7002:Peer
        30   B: ends               |
        """,
        flow="F13",
    )


def test_f13_a_second_consult_without_retrieving_in_between() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        20   B: 7002 leaves Busy   |
        20   B: 7001 leaves        |
        21   C: call consult of A  | -7002:Error@20 done@20
        21   C: 7001 enters connected |
        21   C: 7003 rings         | +7003~ 7001?7003
        23   C: 7003 answers       | 7003! 7001??7003
        30   7001 leaves           |
        30   C: 7001 leaves        | -7001:TransferConsult done
        30   C: 7003 moves to A    |
        30   C: ends into A        |
        35   X leaves by X         | -X:Self
        35   7003 leaves           | -7003:Peer
        35   ends                  |
        35   B: ends               |
        """,
        flow="F10",
    )


BUSY_LINE_KEPT = (
    CONSULT
    + """
        10   B: 7002 rings         | +7002~ 7001?7002
        10   B: 7004 rings         |
        13   B: 7004 leaves        |
        13   B: 7002 leaves Busy   |
        15   C: call consult of A  | -7002:Error@13 done@13
        15   C: 7001 enters connected |
        15   C: 7003 rings         | +7003~ 7001?7003
        17   C: 7003 answers       | 7003! 7001??7003
"""
)
KEPT_LINE_ENDS = """
        25   B: 7001 leaves        | -7001:TransferConsult done
        25   B: ends               |
        35   X leaves by X         | -X:Self
        35   7003 leaves           | -7003:Peer
        35   ends                  |
"""


def test_f13_a_second_consult_while_the_line_of_the_first_is_kept() -> None:
    check(
        BUSY_LINE_KEPT
        + """
        20   7001 leaves           |
        20   C: 7001 leaves        |
        20   C: 7003 moves to A    |
        20   C: ends into A        |
        """
        + KEPT_LINE_ENDS,
        flow="F10",
    )


def test_f13_a_kept_line_does_not_hurry_the_second_consult() -> None:
    check(
        BUSY_LINE_KEPT
        + """
        20   C: 7003 leaves        |
        20   C: 7001 leaves        |
        20.1 7003 enters connected |
        20.2 7001 leaves           |
        20.3 C: ends into A        |
        """
        + KEPT_LINE_ENDS,
        flow="F10",
    )


def test_v7_somebody_comes_on_the_kept_line() -> None:
    check(
        BUSY_LINE_KEPT
        + """
        18   B: 7004#2 rings       |
        20   C: 7003 leaves by 7003 | -7003:Self
        20   C: 7001 leaves        |
        20   C: ends               |
        25   B: 7004#2 leaves      |
        25   B: 7001 leaves        |
        25   B: ends               |
        35   X leaves by X         | -X:Self -7001:System
        35   7001 leaves           |
        35   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


def test_a_second_consult_call_that_reaches_nobody_does_not_touch_the_first() -> None:
    check(
        ANSWERED
        + """
        15   C: call consult of A  |
        15   C: 7001 enters dialing |
        16   C: 7001 leaves        |
        16   C: ends               |
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20.1 7002#2 enters connected |
        20.2 7001 leaves           | -7001:TransferConsult done
        20.3 B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7002#2 leaves         | -7002:Peer
        40   ends                  |
        """,
        flow="F10",
    )


def test_the_caller_hangs_up_while_the_consulted_agent_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   X leaves by X         | -X:Self done
        12   7001 leaves           |
        12   ends                  |
        14   B: 7002 answers       | 7002!
        20   B: 7001 leaves by 7001 |
        20   B: 7002 leaves by 7001 | -7001:Self -7002:Peer
        20   B: ends               |
        """,
        flow="F13",
    )


def test_a_consult_to_a_number_completed_before_the_wait_is_over() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        11   B: P connected        |
        12   7001 leaves           |
        12   B: 7001 leaves        |
        12   B: P moves to A       |
        12   B: ends into A        |
        13   wait                  | +P~@10 7001?P@10 P!@11 7001??P@11 -7001:TransferConsult@12 done@12
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F12",
    )


def test_a_consult_to_a_queue_completed_while_its_agent_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        17   7001 leaves           |
        17   B: 7001 leaves        | -7001:TransferConsult done
        17   B: 7002 moves to A    |
        17   B: ends into A        |
        19   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F11",
    )


def test_the_caller_hangs_up_while_the_agent_waits_in_a_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        12   X leaves by X         | -X:Self done
        12   7001 leaves           |
        12   ends                  |
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        17   B: 7002 answers       | 7002! completed -VQ_A:TransferUser
        20   B: 7002 leaves by 7002 |
        20   B: 7001 leaves        | -7002:Self -7001:Peer
        20   B: ends               |
        """,
        flow="F13",
    )


def test_a_consult_to_two_queues_in_a_row() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        12   B: diverted VQ_A      |
        12.2 B: queued VQ_B        | VQ_A>VQ_B{7001} +VQ_B >>VQ_B completed -VQ_A:TransferACD
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_B>7002{7001} +7002~ >>7002
        15   B: diverted VQ_B to 7002 |
        17   B: 7002 answers       | 7002! completed -VQ_B:TransferUser 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        flow="F11",
    )


def test_a_consult_overflows_from_the_queue_to_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: diverted VQ_A to P |
        15   B: P enters alerting  |
        18   wait                  | VQ_A>P{7001}@15 +P~@15 >>P@15
        20   B: P connected        | P! completed -VQ_A:Transfer 7001??P
        25   7001 leaves           |
        25   B: 7001 leaves        | -7001:TransferConsult done
        25   B: P moves to A       |
        25   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F11",
    )


def test_f13_the_agent_leaves_the_consult_call_first() -> None:
    check(
        ANSWERED
        + """
        15   B: 7001 leaves        |
        15   7001 connected        | 7001/
        15.5 B: 7002 leaves        |
        15.5 B: ends               |
        20   wait                  | -7002:Peer@15.5 done@15.501
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F13",
    )


def test_f13_the_consulted_party_leaves_the_consult_call_first() -> None:
    check(
        ANSWERED
        + """
        15   B: 7002 leaves        |
        15.5 B: 7001 leaves        |
        15.5 B: ends               |
        15.5 7001 connected        | -7002:Self@15 done@15.001 7001/@15.5
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F13",
    )


GOES_OVER = [
    "20 B: 7002 moves to A |",
    "20 B: 7002 leaves |\n20 7002 enters connected |",
    "20 7002 enters connected |\n20 B: 7002 leaves |",
]


@pytest.mark.parametrize("goes_over", GOES_OVER)
def test_the_events_of_a_completed_consult_come_in_any_order(goes_over: str) -> None:
    for steps in permutations(["20 7001 leaves |", "20 B: 7001 leaves |", "20 B: ends into A |", goes_over]):
        told, _, summary = told_by(ANSWERED + "\n".join(steps) + ENDS_7002)
        assert "-7001:TransferConsult done" in " ".join(told), steps
        assert told[-3:] == ["40.0 X leaves by X | -X:Self", "40.0 7002 leaves | -7002:Peer", "40.0 ends | "], steps
        assert (summary.outcome, summary.flow) == ("completed", "F10"), steps


def test_a_consult_call_known_by_its_main_call_alone() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call unknown of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        flow="F10",
    )


def test_a_consult_given_up_in_the_queue_and_nobody_is_named() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 7001 leaves        |
        15   B: 9001 leaves        |
        15   B: abandoned VQ_A     |
        15   B: ends               |
        15   7001 connected        | -VQ_A:Peer done 7001/
        """
        + ENDS,
        flow="F13",
    )


def test_the_main_call_s_end_ends_the_wait_for_another_consulted_party() -> None:
    check(
        ANSWERED
        + """
        14   B: 7002 leaves by 7002 |
        15   ends by X             | -7002:Self@14 done@14 -X:Self
        16   B: 7001 leaves        | -7001:Peer
        16   B: ends               |
        """,
        flow="F13",
    )


def test_the_caller_hangs_up_before_anybody_is_consulted() -> None:
    check(
        CONSULT
        + """
        11   X leaves by X         | -X:Self
        11   7001 leaves           |
        11   ends                  |
        12   B: 7002 rings         |
        14   B: 7002 answers       |
        20   B: 7001 leaves by 7001 | -7001:Self
        20   B: 7002 leaves        |
        20   B: ends               |
        """,
        flow="F05",
    )


def test_the_consulting_agents_phone_registers_again_and_the_consulted_one_leaves_first() -> None:
    check(
        ANSWERED
        + """
        14   B: 7001#2 enters connected |
        14   B: 7001 leaves        |
        16   B: 7002 leaves        |
        16   B: 7001#2 leaves      |
        16   B: ends               |
        16.2 7001 connected        | -7002:Self@16 done@16 7001/
        """
        + ENDS,
        flow="F13",
    )


def test_the_consulted_party_leaves_as_soon_as_it_is_in_the_main_call() -> None:
    check(
        ANSWERED
        + """
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        21   7002 leaves by 7002   |
        24   wait                  | -7002:Self@21 done@21
        26   7001 connected        | 7001/
        """
        + ENDS,
        flow="F13",
    )


def test_f13_whoever_comes_into_the_consult_call_when_the_agent_has_left_it_is_not_consulted() -> None:
    check(
        ANSWERED
        + """
        20   B: 7002 leaves by 7002 |
        20   B: 7001 leaves        |
        21   7001 connected        | 7001/
        23   wait                  | -7002:Self@20 done@20
        24   B: 7003 rings         |
        26   B: 7003 leaves        |
        26   B: ends               |
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F13",
    )


def test_f11_the_agent_waits_long_between_two_queues() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10   B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: diverted VQ_A      |
        20   B: queued VQ_B        | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD@15
        25   B: 9001 leaves Route  |
        25   B: 7002 rings         | VQ_B>7002 +7002~ >>7002
        25   B: diverted VQ_B to 7002 |
        27   B: 7002 answers       | 7002! completed -VQ_B:TransferUser 7001??7002
        28   7001 leaves           |
        28   B: 7001 leaves        | -7001:TransferConsult done
        28   B: 7002 moves to A    |
        28   B: ends into A        |
        """
        + ENDS_7002,
        flow="F11",
    )

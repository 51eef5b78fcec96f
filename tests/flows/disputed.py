"""Tables whose right side follows from flows.md and which the model does not tell yet: not collected by pytest.

Each goes into the file it belongs to as soon as it passes.
"""

from tests.flows.notation import check

TALKING = """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
"""
IN_IVR = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        1    wait                  | +X@0 +I@0
"""
FROM_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
"""
CONSULT = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
"""
)
CONSULTING = (
    CONSULT
    + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
"""
)
COMPLETED = """
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
"""
ENDS = """
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
"""
ENDS_7001 = ENDS
ENDS_7002 = """
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
"""


def test_a_routing_point_that_comes_late_ends_the_wait_for_the_party() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        12.5 9001 enters treated   |
        13   wait                  |
        13.5 wait                  | +I@12.5 -7001:Transfer@10
        30   X leaves by X         | -X:Self -I:Peer
        30   ends                  |
        """,
        flow="F08",
    )


def test_a_caller_left_alone_goes_to_a_queue() -> None:
    check(
        TALKING
        + """
        10   7001 leaves by 7001   |
        13   wait                  | -7001:Self@10
        20   queued VQ_A           | +VQ_A{X,in}
        25   7002 rings            | VQ_A>7002 +7002~ >>7002
        25   diverted VQ_A to 7002 |
        27   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F05",
    )


def test_a_number_that_is_busy_before_the_wait_is_over() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    P enters alerting     |
        6    P leaves Busy         |
        6    9002 enters treated   |
        8    wait                  | I>P@5 +P~@5 >>P@5 -P:Error@6 failed@6
        20   X leaves by X         | -X:Self -I:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_every_kind_of_move_out_of_a_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    diverted VQ_A to VQ_B |
        5    queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        9    diverted VQ_B to P    |
        9    P enters alerting     |
        12   wait                  | VQ_B>P@9 +P~@9 >>P@9
        15   P connected           | P! completed -VQ_B:Transfer
        20   P leaves by P         |
        20   X leaves              | -P:Self -X:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_the_opener_leaves_a_single_step_conference() -> None:
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


def test_a_code_after_the_call_replaces_one_given_during_it() -> None:
    check(
        TALKING
        + """
        20   data Info             | 7001$
        """
        + ENDS
        + """
        55   data Sold             | 7001$
        """,
        flow="F05",
    )


def test_a_code_during_a_consult_is_the_agents_who_has_the_call() -> None:
    check(
        CONSULTING
        + """
        15   data Info             | 7001$
        """
        + COMPLETED
        + """
        25   data Sold             | 7002$
        """
        + ENDS_7002,
        flow="F10",
    )


def test_no_answer_and_delivered_by_another_queue() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves NoAnswer  |
        16   9001#2 enters routing | -7001:System failed
        16.2 queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        20   9001#2 leaves Route   |
        20   7002 rings            | VQ_B>7002 +7002~ >>7002
        20   diverted VQ_B to 7002 |
        22   7002 answers          | 7002! completed -VQ_B:TransferUser
        """
        + ENDS_7002,
        flow="F06",
    )


def test_of_several_ringing_another_one_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7002 rings            |
        3    7002 answers          | -7001:System +7002{X,in}
        3    7001 leaves           |
        """
        + ENDS_7002,
        flow="F06",
    )


def test_of_several_ringing_from_the_queue_another_one_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    7002 rings            |
        9    7002 answers          | -7001:System failed VQ_A>7002 +7002 >>7002 completed -VQ_A:TransferUser
        9    7001 leaves           |
        9    diverted VQ_A to 7002 |
        """
        + ENDS_7002,
        flow="F06",
    )


def test_a_number_does_not_answer_and_the_call_goes_back_to_the_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   P enters alerting     |
        13   wait                  | VQ_A>P@10 +P~@10 >>P@10
        20   P leaves NoAnswer     |
        23   wait                  | -P:System@20 failed@20
        25   7001 rings            | VQ_A>7001 +7001~ >>7001
        25   diverted VQ_A to 7001 |
        27   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_a_transfer_to_a_busy_agent_and_the_call_ends() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        10.5 7002 leaves Busy      |
        10.5 X leaves              | -7002:Error failed -X:Self
        10.5 ends                  |
        """,
        flow="F07",
    )


def test_a_caller_hangs_up_shortly_after_a_ring_ended() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        22   X leaves by X         | -7002:System@20 failed@20 -X:Self
        22   ends                  |
        """,
        flow="F07",
    )


def test_a_transfer_to_a_busy_number_and_the_call_ends() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        10.5 P leaves Busy         |
        10.5 X leaves              | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10 -P:Error failed -X:Self
        10.5 ends                  |
        """,
        flow="F09",
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


def test_a_number_is_reached_from_a_routing_point_within_the_first_second() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.5  9001 leaves Route     |
        0.5  P enters alerting     |
        3.5  wait                  | +X@0 +P~@0.5
        5    P connected           | P!
        9    X leaves by X         | -X:Self
        9    P leaves              | -P:Peer
        9    ends                  |
        """,
        flow="F09",
    )


def test_the_opener_leaves_a_conference_by_consult() -> None:
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


def test_who_is_left_alone_by_a_violation_ends_with_the_violation() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          | -VQ_A:System@6 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_an_agent_gives_up_before_anybody_is_called() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        4    7001 leaves by 7001   |
        4    ends                  |
        """,
        outcome="ignored",
    )

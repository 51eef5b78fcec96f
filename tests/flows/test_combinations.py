"""Flows one after the other: transfers after transfers, consults after consults, queues in a row."""

from tests.flows import linked
from tests.flows.beginnings import CONSULT, ENDS, FROM_QUEUE, IN_IVR, IN_QUEUE, TALKING
from tests.flows.notation import check

ENDS_7001 = """
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
"""
ENDS_7002 = """
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
"""
ENDS_7003 = """
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
"""


# Queues


def test_two_queues_in_a_row() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        10   diverted VQ_A         |
        10.2 queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        15   9001 leaves Route     |
        15   7001 rings            | VQ_B>7001 +7001~ >>7001
        15   diverted VQ_B to 7001 |
        17   7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F03",
    )


def test_two_queues_in_a_row_the_next_is_queued_before_the_first_is_left() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   queued VQ_B           |
        10.2 diverted VQ_A         |
        13.2 wait                  | VQ_A>VQ_B@10.2 +VQ_B@10.2 >>VQ_B@10.2 completed@10.2 -VQ_A:TransferACD@10.2
        15   7001 rings            | VQ_B>7001 +7001~ >>7001
        15   diverted VQ_B to 7001 |
        17   7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_abandoned_then_queued_again() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A#1         | +X@0 +VQ_A
        10   abandoned VQ_A#1      |
        25   queued VQ_A#2         |
        30   7001 rings            | VQ_A>7001 +7001~ >>7001
        30   diverted VQ_A#2 to 7001 |
        32   7001 answers          | 7001! completed -VQ_A:TransferUser
        32   9001 leaves Route     |
        """
        + ENDS_7001,
        flow="F04",
    )


def test_taken_off_the_queue_then_an_ivr_then_another_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   diverted VQ_A         |
        10   9001 leaves Route     |
        10   9002 enters treated   |
        25   queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        30   9002 leaves Route     |
        30   7001 rings            | VQ_B>7001 +7001~ >>7001
        30   diverted VQ_B to 7001 |
        32   7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_taken_off_the_queue_then_an_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   abandoned VQ_A        |
        20   9001 leaves Route     |
        20   7001 rings            | VQ_A>7001 +7001~ >>7001
        22   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_taken_off_the_queue_and_hung_up_in_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   abandoned VQ_A        |
        20   X leaves by X         | -X:Self -VQ_A:Peer
        20   9001 leaves           |
        20   ends                  |
        """,
        flow="F02",
    )


def test_back_to_a_queue_that_was_left_for_another() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A#1         | +X@0 +VQ_A
        10   diverted VQ_A#1       |
        10   queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        20   diverted VQ_B         |
        20   queued VQ_A#2         | VQ_B>VQ_A +VQ_A' >>VQ_A' completed -VQ_B:TransferACD
        25   7001 rings            | VQ_A'>7001 +7001~ >>7001
        25   diverted VQ_A#2 to 7001 |
        27   7001 answers          | 7001! completed -VQ_A':TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_the_same_agent_is_called_again_after_no_answer() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves NoAnswer  |
        16   9001#2 enters routing | -7001:System failed
        16.2 queued VQ_A#2         |
        20   9001#2 leaves Route   |
        20   7001 rings            | VQ_A>7001 +7001'~ >>7001'
        20   diverted VQ_A#2 to 7001 |
        22   7001 answers          | 7001'! completed -VQ_A:TransferUser
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001':Peer
        40   ends                  |
        """,
        flow="F06",
    )


def test_two_agents_do_not_answer() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves NoAnswer  |
        16   9001#2 enters routing | -7001:System failed
        16.2 queued VQ_A#2         |
        20   7002 rings            | VQ_A>7002 +7002~ >>7002
        20   diverted VQ_A#2 to 7002 |
        30   7002 leaves NoAnswer  |
        30   queued VQ_A#3         | -7002:System failed
        32   7003 rings            | VQ_A>7003 +7003~ >>7003
        32   diverted VQ_A#3 to 7003 |
        34   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ENDS_7003,
        flow="F06",
    )


def test_no_answer_and_abandoned() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves NoAnswer  |
        16   9001#2 enters routing | -7001:System failed
        16.2 queued VQ_A#2         |
        20   X leaves by X         | -X:Self -VQ_A:Peer
        20   ends                  |
        """,
        flow="F02",
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


# Hunt groups


def test_of_several_ringing_the_told_one_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7002 rings            |
        0.1  7003 rings            |
        3    7001 answers          | 7001!
        3    7002 leaves           |
        3    7003 leaves           |
        """
        + ENDS_7001,
        flow="F05",
    )


def test_of_several_ringing_the_told_one_goes_and_another_one_answers_later() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    7002 rings            |
        9    7001 leaves           | -7001:System failed VQ_A>7002@9 +7002~@9 >>7002@9
        12   7002 answers          | 7002! completed -VQ_A:TransferUser
        12   diverted VQ_A to 7002 |
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


# Transfers after transfers


def test_a_transfer_is_not_answered_and_goes_back_to_the_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        20   7001 rings            | -7002:System failed +7001'~{X,in}
        23   7001 answers          | 7001'!
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001':Peer
        40   ends                  |
        """,
        flow="F07",
    )


def test_a_transfer_is_not_answered_and_goes_to_a_queue() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        20   queued VQ_A           | -7002:System failed +VQ_A{X,in}
        25   7003 rings            | VQ_A>7003 +7003~ >>7003
        25   diverted VQ_A to 7003 |
        27   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ENDS_7003,
        flow="F07",
    )


def test_agent_agent_queue_number() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        15   7002 leaves SingleStepTransfer |
        15   9001 enters routing   |
        15.2 queued VQ_A           | 7002>VQ_A +VQ_A >>VQ_A completed -7002:TransferACD
        20   9001 leaves Route     |
        20   7001 rings            | VQ_A>7001 +7001'~ >>7001'
        20   diverted VQ_A to 7001 |
        22   7001 answers          | 7001'! completed -VQ_A:TransferUser
        25   7001 leaves SingleStepTransfer |
        25   P enters alerting     |
        28   wait                  | 7001'>P@25 +P~@25 >>P@25 -7001':Transfer@25
        30   P connected           | P! completed
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F09",
    )


def test_a_survey_after_the_call() -> None:
    check(
        FROM_QUEUE
        + """
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   7001 leaves           |
        20   9002 enters treated   |
        21   wait                  | +I{X,in}@20 -7001:Transfer@20
        40   X leaves by X         | -X:Self -I:Peer
        40   9002 leaves           |
        40   ends                  |
        """,
        flow="F08",
    )


def test_agent_to_ivr_to_queue_to_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters treated   |
        11   wait                  | +I@10 -7001:Transfer@10
        15   queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        20   9001 leaves Route     |
        20   7002 rings            | VQ_A>7002 +7002~ >>7002
        20   diverted VQ_A to 7002 |
        22   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F08",
    )


def test_an_outbound_call_is_transferred_to_a_queue() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.2 queued VQ_A           | 7001>VQ_A{X} +VQ_A{X,out} >>VQ_A{X} completed -7001:TransferACD
        15   9001 leaves Route     |
        15   7002 rings            | VQ_A>7002{X} +7002~{X,out} >>7002{X}
        15   diverted VQ_A to 7002 |
        18   7002 answers          | 7002! completed -VQ_A:TransferUser
        40   P leaves by P         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
        """,
        flow="F08",
    )


def test_the_called_agent_of_an_internal_call_transfers_it() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7002 leaves SingleStepTransfer |
        9    7003 rings            | 7002>7003{7001} +7003~{7001,in} >>7003{7001} -7002:TransferUser
        12   7003 answers          | 7003! completed
        15   7003 leaves by 7003   |
        15   7001 leaves           | -7003:Self -7001:Peer
        15   ends                  |
        """,
        flow="F07",
    )


def test_an_agent_transfers_an_internal_call_to_a_number() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 leaves SingleStepTransfer |
        9    P enters alerting     |
        12   wait                  | 7001>P{7002}@9 +P~{7002,out}@9 >>P{7002}@9 -7001:Transfer@9
        14   P connected           | P! completed
        20   P leaves by P         |
        20   7002 leaves           | -P:Self -7002:Peer
        20   ends                  |
        """,
        flow="F09",
    )


# Single-step transfer to somebody busy or silent: the call may simply end


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


# Consults


def test_a_consult_by_the_agent_who_was_consulted() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7002 moves to A    |
        15   B: ends into A        |
        20   7002 held             | 7002=
        20   C: call consult of A  |
        20   C: 7002 enters connected |
        20   C: 7003 rings         | +7003~{7002,in} 7002?7003{X}
        23   C: 7003 answers       | 7003! 7002??7003
        25   7002 leaves           |
        25   C: 7002 leaves        | -7002:TransferConsult done
        25   C: 7003 moves to A    |
        25   C: ends into A        |
        """
        + ENDS_7003,
        flow="F10",
    )


def test_a_blind_transfer_after_a_consult_that_was_given_up() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        15   B: 7002 leaves by 7001 |
        15   B: 7001 leaves by 7001 |
        15   B: ends               |
        15.2 7001 connected        | -7002:Peer@15 done@15 7001/
        20   7001 leaves SingleStepTransfer |
        20   7003 rings            | 7001>7003 +7003~ >>7003 -7001:TransferUser
        22   7003 answers          | 7003! completed
        """
        + ENDS_7003,
        flow="F07",
    )


def test_the_same_agent_is_consulted_again() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        15   B: 7002 leaves NoAnswer |
        15   B: 7001 leaves        |
        15   B: ends               |
        15.2 7001 connected        | -7002:System@15 done@15 7001/
        20   7001 held             | 7001=
        20   C: call consult of A  |
        20   C: 7001 enters connected |
        20   C: 7002 rings         | +7002'~ 7001?7002'
        22   C: 7002 answers       | 7002'! 7001??7002'
        25   7001 leaves           |
        25   C: 7001 leaves        | -7001:TransferConsult done
        25   C: 7002 moves to A    |
        25   C: ends into A        |
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002':Peer
        40   ends                  |
        """,
        flow="F10",
    )


def test_the_consulted_agent_hangs_up() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        15   B: 7002 leaves by 7002 |
        15   B: 7001 leaves by 7002 |
        15   B: ends               |
        15.2 7001 connected        | -7002:Self@15 done@15 7001/
        """
        + ENDS_7001,
        flow="F13",
    )


def test_the_consulted_agent_moves_before_the_consulting_one_leaves() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   B: 7002 moves to A    |
        20   B: 7001 leaves Transfer |
        20   B: ends into A        |
        20.2 7001 leaves Transfer  | -7001:TransferConsult done
        """
        + ENDS_7002,
        flow="F10",
    )


def test_the_callers_call_is_deleted_while_the_consult_lives() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   ends by X             | -X:Self done
        30   B: 7002 leaves by 7002 |
        30   B: 7001 leaves by 7002 | -7002:Self -7001:Peer
        30   B: ends               |
        """,
        flow="F13",
    )


def test_a_consult_to_a_busy_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   wait                  | +P~{7001,out}@10 7001?P{X}@10
        14   B: P leaves Busy      |
        14   B: 7001 leaves        |
        14   B: ends               |
        14.5 7001 connected        | -P:Error@14 done@14 7001/
        """
        + ENDS_7001,
        flow="F13",
    )


def test_a_mute_transfer_to_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   wait                  | +P~@10 7001?P@10
        14   7001 leaves           |
        14   B: 7001 leaves        | -7001:TransferConsult done
        14   B: P moves to A       |
        14   B: ends into A        |
        16   P connected           | P!
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F12",
    )


def test_a_mute_transfer_that_is_not_answered_goes_to_a_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   7001 leaves           |
        12   B: 7001 leaves        | -7001:TransferConsult done
        12   B: 7002 moves to A    |
        12   B: ends into A        |
        20   7002 leaves NoAnswer  |
        20   queued VQ_A           | -7002:System +VQ_A{X,in}
        25   7003 rings            | VQ_A>7003 +7003~ >>7003
        25   diverted VQ_A to 7003 |
        27   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ENDS_7003,
        flow="F10",
    )


def test_a_consult_in_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7003 rings         | +7003~{7001,in} 7001?7003{7002}
        12   B: 7003 answers       | 7003! 7001??7003{7002}
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7003 moves to A    |
        15   B: ends into A        |
        20   7002 leaves by 7002   |
        20   7003 leaves           | -7002:Self -7003:Peer
        20   ends                  |
        """,
        flow="F10",
    )


def test_a_consult_in_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7002 rings         | +7002~{7001,out} 7001?7002{X}
        12   B: 7002 answers       | 7002! 7001??7002
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7002 moves to A    |
        15   B: ends into A        |
        20   P leaves by P         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F10",
    )


def test_a_consult_to_a_queue_given_up() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A{7001,in} 7001?VQ_A{X}
        15   B: abandoned VQ_A     |
        15   B: 7001 leaves by 7001 |
        15   B: 9001 leaves        |
        15   B: ends               |
        15.2 7001 connected        | -VQ_A:Peer@15 done@15 7001/
        """
        + ENDS_7001,
        flow="F13",
    )


def test_a_consult_to_a_queue_whose_agent_does_not_answer() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~{7001,in} >>7002{7001}
        15   B: diverted VQ_A to 7002 |
        20   B: 7002 leaves NoAnswer |
        20   B: 9001#2 enters routing | -7002:System failed
        20.2 B: queued VQ_A#2      |
        22   B: 7003 rings         | VQ_A>7003{7001} +7003~ >>7003
        22   B: diverted VQ_A#2 to 7003 |
        24   B: 7003 answers       | 7003! completed -VQ_A:TransferUser 7001??7003{X}
        24   B: 9001#2 leaves Route |
        30   7001 leaves           |
        30   B: 7001 leaves        | -7001:TransferConsult done
        30   B: 7003 moves to A    |
        30   B: ends into A        |
        """
        + ENDS_7003,
        flow="F11",
    )


def test_taken_off_the_queue_then_a_number() -> None:
    linked.check(
        IN_QUEUE
        + """
        10   diverted VQ_A         |
        12   9001 leaves Route     |
        12   P enters alerting     |
        15   wait                  | VQ_A>P@12 +P~@12 >>P@12
        17   P connected           | P! completed -VQ_A:Transfer
        30   X leaves by X         | -X:Self
        30   P leaves              | -P:Peer
        30   ends                  |
        """,
        A="completed F09",
    )


def test_a_number_does_not_answer_and_the_call_stays_in_the_ivr() -> None:
    linked.check(
        IN_IVR
        + """
        5    P enters alerting     |
        8    wait                  | I>P@5 +P~@5 >>P@5
        20   P leaves NoAnswer     |
        30   X leaves by X         | -P:System@20 failed@20 -X:Self -I:Peer
        30   9001 leaves           |
        30   ends                  |
        """,
        A="completed F09",
    )


def test_on_two_queues_again_after_no_answer() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_B           |
        6    9001 leaves Route     |
        6    7001 rings            |
        6    diverted VQ_B to 7001 | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD VQ_B>7001 +7001~
                                   | >>7001
        6.1  diverted VQ_A         |
        20   7001 leaves NoAnswer  |
        20   9001#2 enters routing | -7001:System failed
        20.1 queued VQ_A#2         | VQ_B>VQ_A +VQ_A' >>VQ_A' completed -VQ_B:TransferACD
        20.1 queued VQ_B#2         |
        22   9001#2 leaves Route   |
        22   7002 rings            |
        22   diverted VQ_A#2 to 7002 | VQ_A'>7002 +7002~ >>7002
        22   diverted VQ_B#2       |
        24   7002 answers          | 7002! completed -VQ_A':TransferUser
        """
        + ENDS_7002,
        A="completed F06",
    )


def test_abandoned_on_two_queues() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_B           |
        6    abandoned VQ_A        |
        6    abandoned VQ_B        |
        6    X leaves by X         | -X:Self -VQ_A:Peer
        6    9001 leaves           |
        6    ends                  |
        """,
        A="completed F02",
    )


def test_a_transfer_back_to_the_agent_who_had_the_call() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        20   7002 leaves SingleStepTransfer |
        20   7001#2 rings          | 7002>7001 +7001'~ >>7001' -7002:TransferUser
        22   7001#2 answers        | 7001'! completed
        23   7001#2 held           | 7001'=
        25   7001#2 connected      | 7001'/
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        31   data Sold             | 7001'$
        """,
        A="completed F07",
    )


def test_a_queue_gives_the_call_back_to_the_agent_who_transferred_it() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.2 queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD
        15   9001 leaves Route     |
        15   7001#2 rings          | VQ_A>7001 +7001'~ >>7001'
        15   diverted VQ_A to 7001 |
        17   7001#2 answers        | 7001'! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        A="completed F08",
    )


def test_an_internal_call_goes_from_the_ivr_to_a_number() -> None:
    linked.check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  9001 enters treated   |
        2    wait                  | +7001@0 +I@0.1
        5    9001 leaves Route     |
        5    P enters alerting     |
        8    wait                  | I>P@5 +P~@5 >>P@5
        9    P connected           | P! completed -I:Transfer
        20   7001 leaves by 7001   | -7001:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        A="completed F09",
    )


def test_a_transfer_to_a_number_comes_back_to_the_agent() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        13   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10
        20   P leaves NoAnswer     |
        20.1 7001#2 rings          | -P:System@20 failed@20 +7001'~
        22   7001#2 answers        | 7001'!
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        A="completed F09",
    )


def test_a_number_is_busy_and_the_call_is_queued_again() -> None:
    linked.check(
        IN_QUEUE
        + """
        10   9001 leaves Route     |
        10   diverted VQ_A to P    |
        10   P enters alerting     |
        12   P busy                |
        12   P leaves Busy         |
        12   9001#2 enters routing |
        12.1 queued VQ_A#2         |
        15   9001#2 leaves Route   | VQ_A>P@10 +P~@10 >>P@10 -P:Error@12 failed@12
        15   7001 rings            | VQ_A>7001 +7001~ >>7001
        15   diverted VQ_A#2 to 7001 |
        17   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        A="completed F03",
    )

"""Queues in a row, queues left and entered again, and several agents of whom one answers."""

from tests.flows import linked
from tests.flows.beginnings import ENDS, FROM_QUEUE, IN_IVR, IN_QUEUE, ended
from tests.flows.notation import check


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
        + ended("7001"),
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
        + ended("7001"),
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
        + ended("7001"),
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
        + ended("7001"),
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
        + ended("7001"),
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
        + ended("7001"),
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
        + ended("7003"),
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
        + ended("7002"),
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
        + ended("7001"),
        flow="F04",
    )


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
        + ended("7001"),
        flow="F05",
    )


def test_of_several_ringing_one_answers_and_another_one_rings_on() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7002 rings            |
        3    7001 answers          | 7001!
        10   7002 leaves           |
        """
        + ended("7001"),
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
        + ended("7002"),
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
        + ended("7002"),
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
        + ended("7002"),
        flow="F06",
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
        + ended("7002"),
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


def test_back_in_the_ivr_the_call_still_waits_in_another_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    queued VQ_A           | +X +VQ_A
        0    queued VQ_B           |
        5    diverted VQ_A to 7001 |
        5    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        12   9001 enters routing   |
        12   7001 leaves           |
        16   wait                  | +I@12 -7001:Transfer@12 I>VQ_B@12 +VQ_B@12 >>VQ_B@12 completed@12 -I:TransferACD@12
        18   abandoned VQ_B        |
        18   X leaves by X         | -X:Self -VQ_B:Peer
        18   9001 leaves           |
        18   ends                  |
        """,
        flow="F08",
    )

"""F15 (a call of a campaign: number, queue, agent) and F17 (an agent calls a queue), with what may go wrong."""

from tests.flows.notation import check

ANSWERED = """
        0    call outbound         |
        0    P enters alerting     |
        5    P connected           |
        5.1  9001 enters routing   |
        5.2  queued VQ_A           | +X~@0 X!@5 +VQ_A
"""
OFFERED = (
    ANSWERED
    + """
        7    9001 leaves Route     |
        7    7001 rings            | VQ_A>7001 +7001~ >>7001
        7    diverted VQ_A to 7001 |
"""
)
CALLING = """
        0    call internal         |
        0    7001 enters connected |
        0    9001 enters routing   |
        0.3  queued VQ_A           | +7001@0 +VQ_A
"""


def test_f15_the_dialled_number_does_not_answer() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        20   P leaves              |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V4",
    )


def test_f15_a_party_is_heard_of_before_its_call() -> None:
    check(
        """
        0    P enters alerting     |
        0.1  call outbound         |
        5    P connected           |
        5.1  9001 enters routing   |
        5.2  queued VQ_A           | +X~@0 X!@5 +VQ_A
        6    P leaves by P         | -X:Self -VQ_A:Peer
        6    abandoned VQ_A        |
        6    9001 leaves           |
        6    ends                  |
        """,
        flow="F15",
    )


def test_f15_the_number_hangs_up_in_the_queue() -> None:
    check(
        ANSWERED
        + """
        6    P leaves by P         | -X:Self -VQ_A:Peer
        6    abandoned VQ_A        |
        6    9001 leaves           |
        6    ends                  |
        """,
        flow="F15",
    )


def test_f15_the_number_hangs_up_while_the_agent_rings() -> None:
    check(
        OFFERED
        + """
        8    P leaves by P         | -7001:Peer canceled -X:Self -VQ_A:Peer
        8    7001 leaves by P      |
        8    ends                  |
        """,
        flow="F15",
    )


def test_f15_the_first_agent_does_not_answer() -> None:
    check(
        OFFERED
        + """
        15   7001 leaves           |
        15   queued VQ_A#2         | -7001:System failed
        15   9001 enters routing   |
        18   9001 leaves Route     |
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#2 to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
        30   7002 leaves by 7002   |
        30   P leaves              | -7002:Self -X:Peer
        30   ends                  |
        """,
        flow="F15",
    )


def test_f15_the_queue_is_heard_of_before_the_answer() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        5.2  queued VQ_A           | +X~@0 +VQ_A
        5    P connected           | X!@5.201
        5.1  9001 enters routing   |
        7    9001 leaves Route     |
        7    7001 rings            | VQ_A>7001 +7001~ >>7001
        7    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   P leaves by P         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F15",
    )


def test_f15_predictive_straight_to_an_agent() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        5    P connected           |
        5.1  7001 rings            | +X~@0 X!@5 +7001~
        6    7001 answers          | 7001!
        20   7001 leaves by 7001   |
        20   P leaves              | -7001:Self -X:Peer
        20   ends                  |
        """,
        flow="F15",
    )


def test_f15_hold_wrap_up_and_a_transfer() -> None:
    check(
        OFFERED
        + """
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        10   7001 held             | 7001=
        12   7001 connected        | 7001/
        14   data Sold             | 7001$
        15   7001 leaves SingleStepTransfer |
        15   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@15
        17   7002 answers          | 7002! completed
        20   P leaves by P         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F07",
    )


def test_f17_the_caller_hangs_up_in_the_queue() -> None:
    check(
        CALLING
        + """
        5    7001 leaves by 7001   | -7001:Self -VQ_A:Peer
        5    abandoned VQ_A        |
        5    9001 leaves           |
        5    ends                  |
        """,
        flow="F17",
    )


def test_f17_no_answer_then_the_next_agent() -> None:
    check(
        CALLING
        + """
        5    9001 leaves Route     |
        5    7002 rings            | VQ_A>7002 +7002~ >>7002
        5    diverted VQ_A to 7002 |
        15   7002 leaves           |
        15   queued VQ_A#2         | -7002:System failed
        15   9001 enters routing   |
        18   9001 leaves Route     |
        18   7003 rings            | VQ_A>7003 +7003~ >>7003
        18   diverted VQ_A#2 to 7003 |
        20   7003 answers          | 7003! completed -VQ_A:TransferUser
        30   7001 leaves by 7001   |
        30   7003 leaves           | -7001:Self -7003:Peer
        30   ends                  |
        """,
        flow="F17",
    )


def test_f17_the_diverted_comes_before_the_ring_and_the_call_data_last() -> None:
    check(
        CALLING
        + """
        5    diverted VQ_A to 7002 |
        5    7002 rings            | VQ_A>7002 +7002~ >>7002
        5    9001 leaves Route     |
        8    7002 answers          | 7002! completed -VQ_A:TransferUser
        9    7002 leaves by 7002   |
        9    7001 leaves           | -7002:Self -7001:Peer
        9    ends                  |
        """,
        flow="F17",
    )


def test_f17_two_queues_in_a_row() -> None:
    check(
        CALLING
        + """
        5    diverted VQ_A         |
        5.1  queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        8    9001 leaves Route     |
        8    7002 rings            | VQ_B>7002 +7002~ >>7002
        8    diverted VQ_B to 7002 |
        9    7002 answers          | 7002! completed -VQ_B:TransferUser
        12   7002 leaves by 7002   |
        12   7001 leaves           | -7002:Self -7001:Peer
        12   ends                  |
        """,
        flow="F17",
    )


def test_whom_the_system_dialled_is_first_seen_talking() -> None:
    check(
        """
        0    call outbound dials +15550100 |
        0    X enters connected    |
        1    queued VQ_A           | +X@0 +VQ_A
        5    7001 rings            | VQ_A>7001 +7001~ >>7001
        5    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F15",
    )


def test_nothing_is_told_of_a_number_that_hung_up_before_the_agent_rings() -> None:
    check(
        """
        0    call outbound         |
        0    X enters rings        |
        2    X leaves              |
        2.5  7001 rings            |
        5    7001 answers          |
        6    7001 leaves           |
        6    ends                  |
        """,
        "ignored",
    )

"""F01 to F06: inbound calls to the IVR, the queue and an agent."""

from tests.flows.notation import check


def test_f01_ends_in_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        9    X leaves by X         | +X@0 +I@0 -X:Self -I:Peer
        9    9001 leaves           |
        9    ends                  |
        """,
        flow="F01",
    )


def test_f01_a_routing_point_that_ends_the_call_at_once_is_an_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  9001 enters treated   |
        0.5  X leaves by X         | +X@0 +I@0.1 -X:Self -I:Peer
        0.5  9001 leaves           |
        0.5  ends                  |
        """,
        flow="F01",
    )


def test_f01_routing_points_in_a_row_are_one_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9001 leaves Route     | +X@0 +I@0
        5    9002 enters treated   |
        9    9002 leaves by 9002   |
        9    X leaves              | -I:Self -X:Peer
        9    ends                  |
        """,
        flow="F01",
    )


def test_f02_abandoned_in_the_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        8    abandoned VQ_A        |
        8    X leaves by X         | -X:Self -VQ_A:Peer
        8    9001 leaves           |
        8    ends                  |
        """,
        flow="F02",
    )


def test_f02_abandoned_while_an_agent_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.5  queued VQ_A           | +X@0 +VQ_A
        4    7001 rings            | VQ_A>7001 +7001~ >>7001
        4    diverted VQ_A to 7001 |
        7    X leaves by X         | -7001:Peer canceled -X:Self -VQ_A:Peer
        7    7001 leaves           |
        7    9001 leaves           |
        7    ends                  |
        """,
        flow="F02",
    )


def test_f02_abandoned_while_an_agent_rings_the_agent_reported_first() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.5  queued VQ_A           | +X@0 +VQ_A
        4    7001 rings            | VQ_A>7001 +7001~ >>7001
        4    diverted VQ_A to 7001 |
        7    7001 leaves by X      |
        7    X leaves by X         | -7001:Peer canceled -X:Self -VQ_A:Peer
        7    ends                  |
        """,
        flow="F02",
    )


def test_f03_ivr_queue_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6.1  diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        9    7001 held             | 7001=
        12   7001 connected        | 7001/
        20   data Sold             | 7001$
        21   7001 leaves by 7001   |
        21   X leaves by 7001      | -7001:Self -X:Peer
        21   ends                  |
        """,
        flow="F03",
    )


def test_f03_diverted_comes_first_and_the_routing_point_stays_until_the_answer() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        5.9  diverted VQ_A to 7001 |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        8    9001 leaves Route     |
        21   X leaves by X         | -X:Self
        21   7001 leaves           | -7001:Peer
        21   ends                  |
        """,
        flow="F03",
    )


def test_f04_a_short_routing_point_is_no_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.4  queued VQ_A           | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        21   X leaves by X         | -X:Self
        21   7001 leaves           | -7001:Peer
        21   ends                  |
        """,
        flow="F04",
    )


def test_f04_on_two_queues_the_one_that_delivers_is_told_before_the_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_B           |
        6    7001 rings            |
        6    diverted VQ_B to 7001 | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD VQ_B>7001 +7001~ >>7001
        6.2  diverted VQ_A         |
        8    7001 answers          | 7001! completed -VQ_B:TransferUser
        21   X leaves by X         | -X:Self
        21   7001 leaves           | -7001:Peer
        21   ends                  |
        """,
        flow="F04",
    )


def test_f05_direct_to_an_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        9    7001 leaves by 7001   |
        9    X leaves by 7001      | -7001:Self -X:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_f05_from_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        4    9001 leaves Route     | +X@0 +I@0
        4    7001 rings            | I>7001 +7001~ >>7001
        6    7001 answers          | 7001! completed -I:TransferUser
        9    X leaves by X         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_f06_no_answer_then_another_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.4  queued VQ_A#1         | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A#1 to 7001 |
        16   7001 leaves NoAnswer  |
        16   9001 enters routing   | -7001:System failed
        16.2 queued VQ_A#2         |
        18   9001 leaves Route     |
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#2 to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F06",
    )


def test_a_call_to_nobody_leaves_no_trace() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7099 rings            |
        9    X leaves by X         |
        9    7099 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
    )

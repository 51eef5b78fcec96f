"""Servers that send no VQID: which stay on a Virtual Queue an EventDiverted ends."""

from tests.flows import linked
from tests.flows.notation import check

DELIVERED = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A#-         | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A#- to 7001 |
"""


def test_queued_again_after_no_answer() -> None:
    check(
        DELIVERED
        + """
        15   7001 leaves           |
        15   queued VQ_A#-         | -7001:System failed
        15   again                 |
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#- to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F06",
    )


def test_the_diverted_comes_first() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.8  diverted VQ_A#- to 7001 |
        0.2  queued VQ_A#-         | +X@0 +VQ_A@0.2
        0.8  7001 rings            | VQ_A>7001@0.8 +7001~@0.801 >>7001@0.802
        3    7001 answers          | 7001! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F04",
    )


def test_the_agent_consults_the_queue_the_call_came_from() -> None:
    check(
        DELIVERED
        + """
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        11   B: queued VQ_A#-      | +VQ_A' 7001?VQ_A'
        14   B: 7002 rings         | VQ_A'>7002 +7002~ >>7002
        14   B: diverted VQ_A#- to 7002 |
        16   B: 7002 answers       | 7002! completed -VQ_A':TransferUser 7001??7002
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


def test_the_call_does_not_go_back_to_a_queue_that_was_left() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        5.6  queued VQ_D#- @VQS    | +X@0 +VQ_D
        5.8  7001 rings            | VQ_D>7001 +7001~ >>7001
        6.1  diverted VQ_D#- to 7001 @VQS |
        8    7001 answers          | 7001! completed -VQ_D:TransferUser
        15   9001 enters routing   |
        15   7001 leaves           |
        20   X leaves by X         | +I@15 -7001:Transfer@15 -X:Self@20 -I:Peer@20
        20   9001 leaves           |
        20   ends                  |
        """,
        A="completed F08",
    )

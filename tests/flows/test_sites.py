"""Calls over several sites: one conversation, whenever the IS-Link becomes known."""

from tests.flows.notation import check

IVR_AND_QUEUE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
"""
ENDS = """
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        20.2 B: T2 leaves          | -X:Self@20
        20.2 B: 7101 leaves        | -7101:Peer
        20   B: ends               |
"""


def test_the_guides_example_the_link_is_known_first() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    B: call inbound @SIPS2 |
        6    B: link L             |
        6    B: T2 enters connected |
        6    B: 7101 rings         | VQ_A>7101 +7101~ >>7101
        6    diverted VQ_A to 7101 |
        8    B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        8    T1 connected          |
        """
        + ENDS,
        flow="F03",
    )


def test_the_guides_example_the_link_comes_after_the_answer() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    diverted VQ_A to 7101 |
        7    link L                |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        7    B: link L             | VQ_A>7101@6 +7101~@6 >>7101@6
        8    B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F03",
    )


def test_transferred_to_an_agent_of_another_site() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        10   T1 enters alerting    |
        10   7001 leaves SingleStepTransfer |
        10.5 link L                |
        10.1 B: call inbound @SIPS2 |
        10.5 B: link L             |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        12   B: 7101 answers       | 7101! completed
        """
        + ENDS,
        flow="F07",
    )


def test_the_callers_leg_ends_and_the_other_site_carries_the_caller() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    link L                |
        6    B: call inbound @SIPS2 |
        6    B: link L             |
        6    B: X enters connected |
        6    B: 7101 rings         | VQ_A>7101 +7101~ >>7101
        6.2  X leaves              |
        6.2  ends                  |
        8    B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        20   B: X leaves by X      | -X:Self
        20   B: 7101 leaves        | -7101:Peer
        20   B: ends               |
        """,
        flow="F03",
    )


def test_consult_to_an_agent_of_another_site() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10.2 C: link L             |
        10.1 B: call inbound @SIPS2 |
        10.2 B: link L             |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        """
        + ENDS,
        flow="F10",
    )

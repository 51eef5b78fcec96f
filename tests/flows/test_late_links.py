"""An IS-Link that comes later than `settle`: a conversation was opened for the leg, or the way was told as a number."""

from tests.flows.beginnings import ACROSS_ENDS, IVR_AND_QUEUE, TALKING
from tests.flows.linked import check

OVER_A_TRUNK = (
    TALKING
    + """
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   B: call inbound @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7101 rings         |
"""
)


def test_the_link_comes_after_a_conversation_was_opened_for_the_leg() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    diverted VQ_D to 7101 @VQS |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        8    B: 7101 answers       |
        9    wait                  | B:+X@6 B:+7101~@6 B:7101!@8
        12   link L                |
        12   B: link L             | VQ_D>7101@6 +7101~@6 >>7101@6 7101!@8 completed@8 -VQ_D:TransferUser@8
                                   | B:-X:System>A B:-7101:System>A
        """
        + ACROSS_ENDS,
        A="completed F03",
        B="merged F05",
    )


def test_the_link_comes_after_the_way_was_told_as_a_number() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    diverted VQ_D to 7101 @VQS |
        6    T1 enters alerting    |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        8    B: 7101 answers       |
        9    wait                  | VQ_D>T1@6 +T1~@6 >>T1@6 B:+X@6 B:+7101~@6 B:7101!@8
        12   link L                |
        12   B: link L             | -T1:System@6 failed@6 VQ_D>7101@6 +7101~@6 >>7101@6 7101!@8 completed@8
                                   | -VQ_D:TransferUser@8
                                   | B:-X:System>A B:-7101:System>A
        """
        + ACROSS_ENDS,
        A="completed F03",
        B="merged F05",
    )


def test_the_way_was_told_as_a_number_that_answered() -> None:
    check(
        OVER_A_TRUNK
        + """
        12   B: 7101 answers       |
        12   T1 connected          |
        20   link L                | 7001>T1@10 +T1~@10 >>T1@10 -7001:Transfer@10 T1!@12 completed@12 B:+X@10
                                   | B:+7101~@10.2 B:7101!@12
        20   B: link L             | -T1:System@12 +7101~@12 7101!@12 B:-X:System>A B:-7101:System>A
        25   B: 7101 held          | 7101=
        27   B: 7101 connected     | 7101/
        """
        + ACROSS_ENDS,
        A="completed F09",
        B="merged F05",
    )


def test_the_way_was_told_as_a_number_and_the_agent_still_rings() -> None:
    check(
        OVER_A_TRUNK
        + """
        20   link L                | 7001>T1@10 +T1~@10 >>T1@10 -7001:Transfer@10 B:+X@10 B:+7101~@10.2
        20   B: link L             | -T1:System@10 failed@10 +7101~@10.2 B:-X:System>A B:-7101:System>A
        25   B: 7101 answers       | 7101!
        """
        + ACROSS_ENDS,
        A="completed F09",
        B="merged F02",
    )


def test_the_way_was_consulted_as_a_number_that_answered() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10.1 B: call inbound @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         |
        12   B: 7101 answers       |
        12   C: T1 connected       |
        15   B: link L             | +T1~@10 7001?T1@10 T1!@12 7001??T1@12 B:+X@10.1 B:+7101~@10.2 B:7101!@12
        15   C: link L             | -T1:System@12 done@12 +7101~@12 7001?7101@12 7101!@12 7001??7101@12 B:-X:System>A
                                   | B:-7101:System>A
        20   C: 7001 leaves        |
        20   7001 leaves           | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        20   link L                |
        """
        + ACROSS_ENDS,
        A="completed F10",
        B="merged F05",
    )


def test_the_consult_of_a_way_was_completed_before_the_link() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10.1 B: call inbound @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         |
        12   B: 7101 answers       |
        12   C: T1 connected       |
        20   C: 7001 leaves        | +T1~@10 7001?T1@10 T1!@12 7001??T1@12 B:+X@10.1 B:+7101~@10.2 B:7101!@12
        20   7001 leaves           | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        25   link L                |
        25   B: link L             | -T1:System@20 +7101~@20 7101!@20 B:-X:System>A B:-7101:System>A
        """
        + ACROSS_ENDS,
        A="completed F12",
        B="merged F05",
    )


def test_the_agent_of_the_leg_has_held_since_the_answer() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    diverted VQ_D to 7101 @VQS |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        8    B: 7101 answers       |
        10   B: 7101 held          | B:+X@6 B:+7101~@6 B:7101!@8 B:7101=
        14   link L                |
        14   B: link L             | VQ_D>7101@6 +7101~@6 >>7101@6 7101!@8 completed@8 -VQ_D:TransferUser@8 7101=@10
                                   | B:-X:System>A B:-7101:System>A
        16   B: 7101 connected     | 7101/
        """
        + ACROSS_ENDS,
        A="completed F03",
        B="merged F05",
    )


def test_the_leg_was_suspended_before_the_link() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    diverted VQ_D to 7101 @VQS |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        8    B: 7101 answers       |
        12   B: 7102 rings         | B:+X@6 B:+7101~@6 B:7101!@8
        14   B: 7102 answers       |
        20   link L                |
        20   B: link L             | VQ_D>7101@6 +7101~@6 >>7101@6 7101!@8 completed@8 -VQ_D:TransferUser@8
                                   | B:-X:System>A B:-7101:System>A
        30   B: 7101 leaves by 7101 | -7101:TransferConference -X:System
        40   X leaves by X         |
        40   ends                  |
        40.2 B: T2 leaves          |
        40.2 B: 7102 leaves        |
        40.2 B: ends               |
        """,
        A="suspended F03 V2",
        B="merged F05 V2",
    )


def test_the_way_was_told_as_the_party_an_agent_dialled() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.1  T1 enters alerting    | +7001@0 +X~
        0.2  B: call inbound @SIPS2 |
        0.2  B: T2 enters connected |
        0.3  B: 7101 rings         |
        3    B: 7101 answers       |
        3    T1 connected          | X!
        3    7001 connected        |
        10   link L                | B:+X@0.2 B:+7101~@0.3 B:7101!@3
        10   B: link L             | -X:System@3 +7101~{7001,out}@3 7101!@3 B:-X:System>A B:-7101:System>A
        15   7001 held             | 7001=
        17   7001 connected        | 7001/
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F14",
        B="merged F05",
    )


def test_the_way_in_was_told_as_the_caller_and_the_legs_call_seems_to_be_the_older_one() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        1    9001 leaves Route     |
        1    diverted VQ_A to 7101 |
        1    T1 enters alerting    |
        -0.5 B: call inbound @SIPS2 |
        -0.5 B: T2 enters connected |
        -0.5 B: 7101 rings         |
        6    B: 7101 answers       | B:+X@-0.5 B:+7101~@-0.5 VQ_A>T1@1 +T1~@1 >>T1@1 B:7101!
        12   link L                |
        12   B: link L             | -X:System>B -VQ_A:System>B -T1:System>B
        20   B: 7101 leaves SingleStepTransfer |
        20   B: 7102 rings         | B:7101>7102 B:+7102~ B:>>7102 B:-7101:TransferUser
        22   B: 7102 answers       | B:7102! B:completed
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          | B:-X:Self
        40   B: 7102 leaves        | B:-7102:Peer
        40   B: ends               |
        """,
        A="merged F09",
        B="completed F07",
    )

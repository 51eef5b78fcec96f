"""A leg that has a history of its own when its IS-Link comes: that is told as if it happened now, each wait anew."""

from tests.flows.beginnings import ACROSS_ENDS, TALKING
from tests.flows.linked import check

LEG = (
    TALKING
    + """
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   B: call inbound @SIPS2 |
        10   B: T2 enters connected |
"""
)

ANSWERED = (
    LEG
    + """
        10.2 B: 7101 rings         |
        12   B: 7101 answers       |
        14   wait                  | 7001>T1@10 +T1~@10 >>T1@10 -7001:Transfer@10 B:+X@10 B:+7101~@10.2 B:7101!@12
"""
)

QUEUED = (
    LEG
    + """
        10.2 B: 9101 enters routing |
        10.4 B: queued VQ_D @VQS   |
        14   wait                  | 7001>T1@10 +T1~@10 >>T1@10 -7001:Transfer@10 B:+X@10 B:+VQ_D@10.4
"""
)


def test_a_blind_transfer_within_the_leg() -> None:
    check(
        ANSWERED
        + """
        20   B: 7101 leaves SingleStepTransfer |
        20   B: 7102 rings         | B:7101>7102 B:+7102~ B:>>7102 B:-7101:TransferUser
        22   B: 7102 answers       | B:7102! B:completed
        30   link L                |
        30   B: link L             | -T1:System@10 failed@10 +7101~@10.2 7101!@12 7101>7102@20 +7102~@20 >>7102@20
                                   | -7101:TransferUser@20 7102!@22 completed@22 B:-X:System>A B:-7102:System>A
        """
        + ACROSS_ENDS.replace("7101", "7102"),
        A="completed F07",
        B="merged F07",
    )


def test_the_agent_of_the_leg_has_just_let_the_call_go() -> None:
    check(
        ANSWERED
        + """
        20   B: 7101 leaves SingleStepTransfer |
        21   link L                |
        21   B: link L             | -T1:System@10 failed@10 +7101~@10.2 7101!@12 B:-X:System>A B:-7101:System>A
        21.5 B: 7102 rings         | 7101>7102 +7102~ >>7102 -7101:TransferUser
        23   B: 7102 answers       | 7102! completed
        """
        + ACROSS_ENDS.replace("7101", "7102"),
        A="completed F07",
        B="merged F05",
    )


def test_the_agent_of_the_leg_has_long_gone() -> None:
    check(
        ANSWERED
        + """
        20   B: 7101 leaves by 7101 |
        24   wait                  | B:-7101:Self@20
        30   link L                |
        30   B: link L             | -T1:System@10 failed@10 +7101~@10.2 7101!@12 B:-X:System>A
        30   wait                  | -7101:Self@20
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: ends               |
        """,
        A="completed F09",
        B="merged F05",
    )


def test_a_routing_point_before_the_queue_of_the_leg() -> None:
    check(
        QUEUED
        + """
        16   B: 9101 leaves Route  |
        16   B: 7101 rings         | B:VQ_D>7101 B:+7101~ B:>>7101
        16   B: diverted VQ_D to 7101 @VQS |
        18   B: 7101 answers       | B:7101! B:completed B:-VQ_D:TransferUser
        30   link L                |
        30   B: link L             | -T1:System@10 failed@10 +VQ_D@10.4 VQ_D>7101@16 +7101~@16 >>7101@16 7101!@18
                                   | completed@18 -VQ_D:TransferUser@18 B:-X:System>A B:-7101:System>A
        """
        + ACROSS_ENDS,
        A="completed F09",
        B="merged F04",
    )


def test_the_leg_waits_in_its_queue() -> None:
    check(
        QUEUED
        + """
        30   link L                |
        30   B: link L             | -T1:System@10 failed@10 +VQ_D@10.4 B:-X:System>A B:-VQ_D:System>A
        36   B: 9101 leaves Route  |
        36   B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        36   B: diverted VQ_D to 7101 @VQS |
        38   B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F09",
        B="merged F02",
    )

"""Consults of the other site that are completed while it rings there."""

import pytest

from tests.flows.beginnings import ACROSS_ENDS, CONSULT_ACROSS, TALKING
from tests.flows.linked import check


def test_a_mute_transfer_across_sites() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   7001 leaves           |
        12   C: 7001 leaves        | -7001:TransferConsult done
        12   C: T1 moves to A      |
        12   C: ends into A        |
        12   link L                |
        14   B: 7101 answers       | 7101!
        14   T1 connected          |
        """
        + ACROSS_ENDS,
        A="completed F10",
    )


def test_a_mute_transfer_whose_way_is_in_the_main_call_before_the_link() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   B: call inbound @SIPS2 |
        10   C: T1 enters alerting |
        10   C: link L             |
        10   B: link L             |
        10   B: T2 enters connected |
        10   B: 7101 rings         | +7101~ 7001?7101
        12   7001 leaves Transfer  |
        12   C: 7001 leaves Transfer | -7001:TransferConsult done
        12   C: T1 leaves by T1    |
        12   T1 enters connected   |
        12   C: ends into A        |
        12   link L                |
        12   B: link L             |
        14   B: 7101 answers       | 7101!
        40   X leaves by X         |
        40   T1 leaves by X        |
        40   ends                  |
        40   B: T2 leaves          | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F10",
    )


DIALLED = """
        0    call outbound         |
        0    7001 enters connected |
        0    P enters alerting     | +7001 +X~
        0    P answers             | X!
"""


@pytest.mark.parametrize("joins", [False, True])
def test_a_mute_transfer_to_the_other_site_rings_longer_than_the_call_is_old(joins: bool) -> None:
    """By time alone the number that was dialled first is as near to the other site's call as the trunk."""
    table = """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10   B: 7101 rings         | +7101~ 7001?7101
        25   7001 leaves Transfer  |
        25   C: 7001 leaves Transfer | -7001:TransferConsult done
        25   C: T1 leaves by T1    |
        25   T1 enters connected   |
        25   C: ends into A        |
        25   link L                |
        30   wait                  |
        35   B: 7101 answers       | 7101!
        40   P leaves by P         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
    """
    if joins:
        table = table.replace(
            "C: T1 leaves by T1    |\n        25   T1 enters connected   |", "C: T1 moves to A      |"
        )
    check(DIALLED + table, A="completed F10")


def test_a_mute_transfer_to_the_other_site_soon_after_the_number_was_dialled() -> None:
    """The other site's call begins within the clocks' difference of both."""
    check(
        DIALLED
        + """
        1    7001 held             | 7001=
        1    C: call consult of A  |
        1    C: 7001 enters connected |
        1    C: T1 enters alerting |
        1    C: link L             |
        1    B: call inbound linked L @SIPS2 |
        1    B: T2 enters connected |
        1    B: 7101 rings         | +7101~ 7001?7101
        3    7001 leaves Transfer  |
        3    C: 7001 leaves Transfer | -7001:TransferConsult done
        3    C: T1 leaves by T1    |
        3.1  T1 enters connected   |
        3.1  C: ends into A        |
        3.1  link L                |
        9    wait                  |
        10   B: 7101 answers       | 7101!
        20   P leaves by P         |
        20   T1 leaves             |
        20   ends                  |
        20   B: T2 leaves          | -X:Self
        20   B: 7101 leaves        | -7101:Peer
        20   B: ends               |
        """,
        A="completed F10",
    )


def test_a_mute_transfer_to_the_other_site_is_over_when_that_ones_call_is_heard_of() -> None:
    """The trunk is nobody in the main call: its link is the consult call's."""
    check(
        TALKING
        + """
        18.7 7001 held             | 7001=
        18.7 C: call consult of A  |
        18.7 C: 7001 enters connected |
        18.7 C: T1 enters alerting |
        18.7 C: link L             |
        20.1 C: 7001 leaves Transfer |
        20.1 C: T1 leaves by T1    |
        20.1 T1 enters connected   |
        20.1 C: ends into A        |
        20.1 link L                |
        20.1 7001 leaves Transfer  |
        20.1 X leaves by X         | -X:Self -7001:Peer
        20.1 T1 leaves by X        |
        20.1 ends                  |
        19.5 B: call inbound linked L @SIPS2 |
        19.5 B: T2 enters connected |
        19.5 B: 7101 rings         |
        20.9 B: T2 leaves by T2    |
        20.9 B: 7101 leaves        |
        20.9 B: ends               |
        """,
        A="completed F05",
    )

"""Consults of the other site, and what came before or after them."""

from tests.flows.beginnings import CONSULT_ACROSS
from tests.flows.linked import check


def test_given_up_after_the_consulted_agent_transferred_to_a_third_site() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   B: 7101 leaves SingleStepTransfer |
        15   B: T2#2 enters alerting |
        15   B: link M             |
        15.1 D: call inbound linked M @SIPS3 |
        15.1 D: T3 enters connected |
        15.2 D: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser
        17   D: 7201 answers       | 7201! completed
        20   C: 7001 leaves by 7001 |
        20   C: T1 leaves          |
        20   C: ends               |
        20.1 B: T2 leaves          |
        20.1 B: T2#2 leaves        |
        20.1 B: ends               |
        20.1 D: T3 leaves          |
        20.1 D: 7201 leaves        |
        20.1 D: ends               |
        20.5 7001 connected        | -7201:Peer@20.1 done@20.1 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        A="completed F13",
    )


def test_completed_after_the_consulted_agent_transferred_to_a_third_site() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   B: 7101 leaves SingleStepTransfer |
        15   B: T2#2 enters alerting |
        15   B: link M             |
        15.1 D: call inbound linked M @SIPS3 |
        15.1 D: T3 enters connected |
        15.2 D: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser
        17   D: 7201 answers       | 7201! completed
        20   7001 leaves           |
        20   C: 7001 leaves        | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        20   link L                |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          |
        40   B: T2#2 leaves        |
        40   B: ends               |
        40.1 D: T3 leaves          | -X:Self@40
        40.1 D: 7201 leaves        | -7201:Peer
        40.1 D: ends               |
        """,
        A="completed F10",
    )


def test_a_trunk_is_the_way_though_a_consult_call_that_was_given_up_had_used_it() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        14   C: 7001 leaves by 7001 |
        14   C: T1 leaves          |
        14   C: ends               |
        14   B: T2 leaves          |
        14   B: 7101 leaves        |
        14   B: ends               |
        15   7001 connected        | -7101:System@14 done@14 7001/
        20   9001 enters treated   |
        20   7001 leaves Transfer  |
        24   P2 enters alerting    | +I@20 -7001:Transfer@20
        35   P2 leaves             | I>P2@24 +P2~@24 >>P2@24
        50   9001 leaves Route     | -P2:System@35 failed@35
        50   T1 enters alerting    |
        50   link M                |
        50.1 D: call inbound linked M @SIPS2 |
        50.1 D: T2 enters connected |
        50.2 D: 7102 rings         | I>7102 +7102~ >>7102
        55   D: 7102 answers       | 7102! completed -I:TransferUser
        55   T1 connected          |
        60   X leaves by X         |
        60   T1 leaves             |
        60   ends                  |
        60   D: T2 leaves          | -X:Self
        60   D: 7102 leaves        | -7102:Peer
        60   D: ends               |
        """,
        A="completed F08",
    )


THEN_A_NUMBER = (
    CONSULT_ACROSS
    + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        20   B: 7101 leaves        |
        20   B: T2 leaves          |
        20   B: ends               |
        20   C: T1 leaves          |
        20.5 C: P enters alerting  | -7101:System@20 done@20
        24   C: P connected        | +P~@20.5 7001?P@20.5 P!@24 7001??P@24
"""
)
"""In one consult call, after the other site's agent who did not answer."""


def test_in_the_same_consult_call_a_number_is_consulted_after_the_other_sites_agent() -> None:
    check(
        THEN_A_NUMBER
        + """
        30   C: 7001 leaves by 7001 |
        30   C: P leaves           |
        30   C: ends               |
        30.5 7001 connected        | -P:Peer@30 done@30 7001/@30.5
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        A="completed F13",
    )


def test_the_number_consulted_after_the_other_sites_agent_gets_the_call() -> None:
    check(
        THEN_A_NUMBER
        + """
        30   7001 leaves           |
        30   C: 7001 leaves        | -7001:TransferConsult done
        30   C: P moves to A       |
        30   C: ends into A        |
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        A="completed F12",
    )


def test_in_the_same_consult_call_the_other_sites_agent_is_consulted_after_a_number() -> None:
    """The number rang as the consult call began; the other site's call began with the trunk."""
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~@0.1
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: 9001 enters routing |
        15   C: P enters alerting  |
        17   C: P leaves NoAnswer  |
        17.5 C: T1 enters alerting |
        17.5 C: link L             |
        17.6 B: call inbound linked L @SIPS2 |
        17.6 B: T2 enters connected |
        17.6 B: 9101 enters routing |
        22   wait                  | +P~@15 7001?P@15 -P:System@17 done@17
        25   B: 7101 rings         | +7101~ 7001?7101
        27   B: 7101 answers       | 7101! 7001??7101
        27   C: T1 connected       |
        35   7001 leaves           |
        35   C: 7001 leaves        | -7001:TransferConsult done
        35   C: T1 moves to A      |
        35   C: ends into A        |
        35   link L                |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer@40.2
        40.2 B: ends               |
        """,
        A="completed F10",
    )


def test_a_number_that_is_consulted_in_a_call_with_its_main_calls_link_is_no_way() -> None:
    """That link leads to the site from which the main call came, before the consult."""
    check(
        """
        0    E: call inbound @SIPS2 |
        0    E: X enters connected |
        1    E: T2 enters alerting |
        1    E: link L             |
        1.1  call inbound linked L |
        1.1  T1 enters connected   |
        1.3  7001 rings            | E:+X@0 E:+7001~@1.3
        3    7001 answers          | E:7001!
        10   7001 held             | E:7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: link L             |
        10   C: P enters alerting  |
        15   C: P connected        | E:+P~@10 E:7001?P@10 E:P!@15 E:7001??P@15
        20   7001 leaves           |
        20   C: 7001 leaves        | E:-7001:TransferConsult E:done
        20   C: P moves to A       |
        20   C: ends into A        |
        40   E: X leaves by X      |
        40   E: T2 leaves          |
        40   E: ends               |
        40.2 T1 leaves             | E:-X:Self@40
        40.2 P leaves              | E:-P:Peer@40.2
        40.2 ends                  |
        """,
        E="completed F12",
    )

"""Consult calls to another site, and on one."""

import pytest

from tests.flows.beginnings import ACROSS_ENDS, CONSULT_ACROSS, ON_THE_OTHER_SITE, TALKING
from tests.flows.linked import check


def test_a_consult_completed() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~{7001,in} 7001?7101{X}
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        """
        + ACROSS_ENDS,
        A="completed F10",
    )


def test_a_consult_call_of_unknown_type_and_the_other_sites_clock_is_behind() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call unknown of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        9.5  B: call inbound linked L @SIPS2 |
        9.5  B: T2 enters connected |
        9.7  B: 7101 rings         | +7101~{7001,in}@10.001 7001?7101{X}@10.001
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        """
        + ACROSS_ENDS,
        A="completed F10",
    )


def test_the_caller_hangs_up_during_a_consult_across_sites() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   X leaves by X         | -X:Self done
        15   7001 leaves           |
        15   ends                  |
        20   C: 7001 leaves by 7001 |
        20   C: T1 leaves          |
        20   C: ends               | -7001:Self
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F13",
    )


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


def test_a_consult_to_a_queue_of_the_other_site() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.1 B: 9101 enters routing |
        10.5 B: queued VQ_C        | +VQ_C{7001,in} 7001?VQ_C{X}
        15   B: 9101 leaves Route  |
        15   B: 7101 rings         | VQ_C>7101{7001} +7101~ >>7101
        15   B: diverted VQ_C to 7101 |
        17   B: 7101 answers       | 7101! completed -VQ_C:TransferUser 7001??7101
        20   7001 leaves           |
        20   C: 7001 leaves        | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        20   link L                |
        """
        + ACROSS_ENDS,
        A="completed F11",
    )


def test_a_consult_given_up_and_the_other_site_ends_first() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        20   B: 7101 leaves by 7101 |
        20   B: T2 leaves          |
        20   B: ends               |
        20.1 C: T1 leaves          |
        20.1 C: 7001 leaves        |
        20.1 C: ends               |
        20.5 7001 connected        | -7101:Self@20 done@20 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        A="completed F13",
    )


def test_a_conference_across_sites() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 connected        | 7001/
        15   link L                |
        15   C: T1 moves to A      |
        15   C: 7001 leaves        |
        15   C: ends into A        |
        20   7001 held             |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7101:System
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          |
        40.2 B: 7101 leaves        |
        40.2 B: ends               |
        """,
        A="suspended F10 V1",
    )


def test_the_agent_of_the_other_site_consults_there() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7101 held          | 7101=
        20   C: call consult of B @SIPS2 |
        20   C: 7101 enters connected |
        20   C: 7102 rings         | +7102~{7101,in} 7101?7102{X}
        22   C: 7102 answers       | 7102! 7101??7102
        25   B: 7101 leaves        |
        25   C: 7101 leaves        | -7101:TransferConsult done
        25   C: 7102 moves to B    |
        25   C: ends into B        |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7102 leaves        | -7102:Peer
        40.2 B: ends               |
        """,
        A="completed F10",
    )


def test_a_conference_across_sites_the_parties_move_before_the_link() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 connected        | 7001/
        15   C: T1 moves to A      |
        15   C: 7001 leaves        |
        15   C: ends into A        |
        15   link L                |
        20   7001 held             |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7101:System
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          |
        40.2 B: 7101 leaves        |
        40.2 B: ends               |
        """,
        A="suspended F10 V1",
    )


def test_a_consult_across_sites_completed_without_moved_parties() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   C: T1 leaves          |
        15   C: 7001 leaves        |
        15   C: ends into A        |
        15   link L                |
        15   T1 enters connected   |
        15   7001 leaves           | -7001:TransferConsult done
        """
        + ACROSS_ENDS,
        A="completed F10",
    )


def test_a_consult_across_sites_given_up() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        20   C: 7001 leaves by 7001 |
        20   C: T1 leaves          |
        20   C: ends               |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        |
        20.1 B: ends               |
        20.5 7001 connected        | -7101:Peer@20.1 done@20.1 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        A="completed F13",
    )


def test_a_consult_to_a_queue_of_the_other_site_completed_while_in_the_queue() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.1 B: 9101 enters routing |
        10.5 B: queued VQ_C        | +VQ_C{7001,in} 7001?VQ_C{X}
        13   7001 leaves           |
        13   C: 7001 leaves        | -7001:TransferConsult done
        13   C: T1 moves to A      |
        13   C: ends into A        |
        13   link L                |
        15   B: 9101 leaves Route  |
        15   B: 7101 rings         | VQ_C>7101{X} +7101~ >>7101
        15   B: diverted VQ_C to 7101 |
        17   B: 7101 answers       | 7101! completed -VQ_C:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F11",
    )


def test_a_consult_to_a_queue_of_the_other_site_the_link_of_the_main_call_comes_first() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.1 B: 9101 enters routing |
        10.5 B: queued VQ_C        | +VQ_C{7001,in} 7001?VQ_C{X}
        13   link L                |
        13   7001 leaves           |
        13   C: 7001 leaves        | -7001:TransferConsult done
        13   C: T1 moves to A      |
        13   C: ends into A        |
        15   B: 9101 leaves Route  |
        15   B: 7101 rings         | VQ_C>7101{X} +7101~ >>7101
        15   B: diverted VQ_C to 7101 |
        17   B: 7101 answers       | 7101! completed -VQ_C:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F11",
    )


def test_the_link_comes_after_the_way_was_consulted_as_a_number() -> None:
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
        15   B: link L             | +T1~@10 7001?T1@10 B:+X@10.1 B:+7101~@10.2 B:7101!@12
        15   C: link L             | -T1:System@10 done@10 +7101~@10.2 7001?7101@10.2 7101!@12 7001??7101@12
                                   | B:-X:System>A B:-7101:System>A
        20   C: 7001 leaves        |
        20   7001 leaves           | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        20   link L                |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
        """,
        A="completed F10",
        B="merged F05",
    )


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


def test_a_consult_completed_without_a_word_of_who_moved() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   T1 enters connected   |
        15   C: T1 leaves          |
        15   C: ends into A        |
        """
        + ACROSS_ENDS,
        A="completed F10",
    )


def test_the_main_call_learns_the_consults_link_long_before_it_is_completed() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~{7001,in} 7001?7101{X}
        12   B: 7101 answers       | 7101! 7001??7101
        13   link L                |
        20   7001 leaves           |
        20   C: 7001 leaves        | -7001:TransferConsult done
        20   C: T1 moves to A      |
        20   C: ends into A        |
        """
        + ACROSS_ENDS,
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


def test_the_other_sites_call_is_heard_of_after_the_consult_was_given_up() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        12   C: 7001 leaves by 7001 |
        12   C: T1 leaves          |
        12   C: ends               |
        10.1 B: call inbound linked L @SIPS2 |
        10.1 B: T2 enters connected |
        10.3 B: 7101 rings         | +7101~@10.3 7001?7101@10.3
        12.1 B: T2 leaves          |
        12.1 B: 7101 leaves        |
        12.1 B: ends               |
        13   7001 connected        | -7101:System@12.1 done@12.1 7001/@13
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        A="completed F13",
    )


def test_in_the_same_consult_call_a_number_is_consulted_after_the_other_sites_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~@0.1
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        10.1 B: call inbound linked L @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | +7101~ 7001?7101
        20   B: 7101 leaves        |
        20   B: T2 leaves          |
        20   B: ends               |
        20   C: T1 leaves          |
        20.5 C: P enters alerting  | -7101:System@20 done@20
        24   C: P connected        | +P~@20.5 7001?P@20.5 P!@24 7001??P@24
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
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~@0.1
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        10.1 B: call inbound linked L @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | +7101~ 7001?7101
        20   B: 7101 leaves        |
        20   B: T2 leaves          |
        20   B: ends               |
        20   C: T1 leaves          |
        20.5 C: P enters alerting  | -7101:System@20 done@20
        24   C: P connected        | +P~@20.5 7001?P@20.5 P!@24 7001??P@24
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

"""Consult calls to another site, and on one."""

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

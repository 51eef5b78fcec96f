"""REFER and 302: the first site's call ends at the transfer, the other site's call carries the caller itself."""

from tests.flows.beginnings import ON_THE_OTHER_SITE, TALKING
from tests.flows.linked import check


def test_refer_by_an_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: X enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.5 X leaves              |
        10.5 ends                  |
        12   B: 7101 answers       | 7101! completed
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F07",
    )


def test_redirected_out_of_the_ivr_into_a_queue_of_the_other_site() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    link L                | +X@0 +I@0
        5    9001 leaves Route     |
        5.1  B: call inbound linked L @SIPS2 |
        5.1  B: X enters connected |
        5.2  X leaves              |
        5.2  ends                  |
        5.3  B: 9101 enters routing |
        5.5  B: queued VQ_C        | I>VQ_C +VQ_C >>VQ_C completed -I:TransferACD@5
        9    B: 9101 leaves Route  |
        9    B: 7101 rings         | VQ_C>7101 +7101~ >>7101
        9    B: diverted VQ_C to 7101 |
        11   B: 7101 answers       | 7101! completed -VQ_C:TransferUser
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F03",
    )


def test_redirected_at_once() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: X enters connected |
        0.3  X leaves              |
        0.3  ends                  |
        0.5  B: 7101 rings         | +X@0 +7101~
        3    B: 7101 answers       | 7101!
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F05",
    )


def test_refer_by_an_agent_and_the_first_call_ends_before_the_second_begins() -> None:
    check(
        TALKING
        + """
        10   link L                |
        10   7001 leaves SingleStepTransfer |
        10   B: call inbound linked L @SIPS2 |
        10   X leaves              |
        10   ends                  |
        10.3 B: X enters connected |
        10.5 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        12   B: 7101 answers       | 7101! completed
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F07",
    )


def test_the_first_call_has_ended_before_the_other_sites_call_is_known() -> None:
    check(
        TALKING
        + """
        10   link L                |
        10   7001 leaves SingleStepTransfer |
        10   X leaves              |
        10   ends                  |
        10.2 B: call inbound linked L @SIPS2 |
        10.3 B: X enters connected |
        10.5 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        12   B: 7101 answers       | 7101! completed
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F07",
    )


def test_the_other_sites_call_never_comes() -> None:
    check(
        TALKING
        + """
        10   link L                |
        10   7001 leaves SingleStepTransfer |
        10   X leaves              |
        10   ends                  |
        13   wait                  | -X:Self@10 -7001:Peer@10
        """,
        A="completed F05",
    )


def test_the_link_comes_when_the_first_call_is_over() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   X leaves              | -X:Self -7001:Peer
        10   ends                  |
        10.1 B: call inbound @SIPS2 |
        10.1 B: X enters connected |
        10.3 B: 7101 rings         | B:+X@10.1 B:+7101~
        12   B: 7101 answers       | B:7101!
        14   B: link L             |
        14   link L                |
        40   B: X leaves by X      | B:-X:Self
        40   B: 7101 leaves        | B:-7101:Peer
        40   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


def test_the_other_sites_link_comes_a_second_late() -> None:
    check(
        TALKING
        + """
        10   link L                |
        10   7001 leaves SingleStepTransfer |
        10   X leaves              |
        10   ends                  |
        10.1 B: call inbound @SIPS2 |
        10.1 B: X enters connected |
        10.3 B: 7101 rings         | B:+X@10.1 B:+7101~
        11   B: link L             | 7001>7101@10.3 +7101~@10.3 >>7101@10.3 -7001:TransferUser@10.3
                                   | B:-X:System>A B:-7101:System>A
        12   B: 7101 answers       | 7101! completed
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F07",
        B="merged F02",
    )


def test_the_other_sites_link_comes_too_late_to_go_on() -> None:
    check(
        TALKING
        + """
        10   link L                |
        10   7001 leaves SingleStepTransfer |
        10   X leaves              |
        10   ends                  |
        10.1 B: call inbound @SIPS2 |
        10.1 B: X enters connected |
        10.3 B: 7101 rings         | B:+X@10.1 B:+7101~
        12   B: 7101 answers       | B:7101!
        15   B: link L             | -X:Self@10 -7001:Peer@10
        40   B: X leaves by X      | B:-X:Self
        40   B: 7101 leaves        | B:-7101:Peer
        40   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


def test_refer_to_a_second_site_and_from_there_to_a_third() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: X enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.5 X leaves              |
        10.5 ends                  |
        12   B: 7101 answers       | 7101! completed
        20   B: 7101 leaves SingleStepTransfer |
        20   B: link M             |
        20   C: call inbound linked M @SIPS3 |
        20.2 B: X leaves           |
        20.2 B: ends               |
        20.4 C: X enters connected |
        20.5 C: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser@20
        22   C: 7201 answers       | 7201! completed
        40   C: X leaves by X      | -X:Self
        40   C: 7201 leaves        | -7201:Peer
        40   C: ends               |
        """,
        A="completed F07",
    )


def test_redirected_on_a_routing_point_before_the_other_sites_call_is_known() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        0.4  link L                |
        0.5  9001 leaves Route     |
        0.5  X leaves              |
        0.5  ends                  |
        0.7  B: call inbound linked L @SIPS2 |
        0.8  B: X enters connected |
        1    B: 7101 rings         | +X@0 +7101~
        3    B: 7101 answers       | 7101!
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F05",
    )


def test_redirected_on_a_routing_point_and_the_caller_comes_later_than_the_other_sites_call() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        0.3  link L                |
        0.3  B: call inbound linked L @SIPS2 |
        0.5  9001 leaves Route     |
        0.5  X leaves              |
        0.5  ends                  |
        0.8  B: X enters connected |
        1    B: 7101 rings         | +X@0 +7101~
        3    B: 7101 answers       | 7101!
        40   B: X leaves by X      | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F05",
    )


def test_redirected_and_redirected_again_before_the_third_sites_call_is_known() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: X enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.5 X leaves              |
        10.5 ends                  |
        12   B: 7101 answers       | 7101! completed
        20   B: 7101 leaves SingleStepTransfer |
        20   B: link M             |
        20.2 B: X leaves           |
        20.2 B: ends               |
        20.4 C: call inbound linked M @SIPS3 |
        20.4 C: X enters connected |
        20.5 C: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser@20
        22   C: 7201 answers       | 7201! completed
        40   C: X leaves by X      | -X:Self
        40   C: 7201 leaves        | -7201:Peer
        40   C: ends               |
        """,
        A="completed F07",
    )


def test_redirected_over_a_trunk_and_the_caller_leaves_with_that() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.5 X leaves              |
        10.5 ends                  |
        12   B: 7101 answers       | 7101! completed
        20   B: 7101 held          | 7101=
        40   B: T2 leaves by T2    | -X:Self
        40   B: 7101 leaves        | -7101:Peer
        40   B: ends               |
        """,
        A="completed F07",
    )


def test_the_caller_hangs_up_as_the_other_sites_call_gets_a_link_of_its_own() -> None:
    """Nothing is waited for: that link is no way of the caller's."""
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: link M             |
        20.5 X leaves by X         |
        20.5 T1 leaves             |
        20.5 ends                  |
        20.7 B: T2 leaves          | -X:Self@20.5
        20.7 B: 7101 leaves        | -7101:Peer
        20.7 B: ends               |
        """,
        A="completed F07",
    )

"""Trunks, numbers and access numbers: who only stands for the way between two sites, and who is somebody."""

from tests.flows.beginnings import ACROSS_ENDS, IVR_AND_QUEUE, ON_THE_OTHER_SITE, TALKING
from tests.flows.linked import check


def test_an_external_routing_point_stands_in_the_second_call_for_a_moment() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 8001 enters routing |
        6.3  B: 8001 leaves Route  |
        6.3  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_an_access_number_stands_in_the_first_call_for_a_moment() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    8001 enters alerting  |
        6    link L                |
        6.1  T1 enters alerting    |
        6.2  8001 leaves           |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.3  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        6.3  diverted VQ_D to 7101 @VQS |
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_a_trunk_calls_and_there_is_no_link() -> None:
    check(
        """
        0    call inbound          |
        0    T1 enters connected   |
        0.1  7001 rings            |
        3    wait                  | +X@0 +7001~@0.1
        4    7001 answers          | 7001!
        20   T1 leaves by T1       | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_a_call_from_a_site_that_is_not_monitored() -> None:
    check(
        """
        0    call inbound linked L |
        0    T1 enters connected   |
        0.1  7001 rings            |
        2    7001 answers          |
        3    wait                  | +X@0 +7001~@0.1 7001!@2
        20   T1 leaves by T1       | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_a_number_from_the_agents_own_site_is_no_way() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7101 leaves SingleStepTransfer |
        20   B: P enters alerting  |
        23   wait                  | 7101>P@20 +P~@20 >>P@20 -7101:Transfer@20
        25   B: P connected        | P! completed
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: P leaves           | -P:Peer
        40.2 B: ends               |
        """,
        A="completed F09",
    )


def test_an_agent_calls_over_a_trunk_and_the_link_comes_right_after() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0    T1 enters alerting    |
        0    link L                |
        0.1  B: call inbound linked L @SIPS2 |
        0.1  B: T2 enters connected |
        0.2  B: 7101 rings         | +7001{-,out}@0 +7101~{7001,in}
        3    B: 7101 answers       | 7101!
        3    7001 connected        |
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F16",
    )


def test_an_agents_outbound_call_goes_to_an_agent_of_the_other_site() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.1  T1 enters alerting    | +7001@0 +X~
        0.1  link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: T2 enters connected |
        0.3  B: 7101 rings         | -X:System@0.1 +7101~{7001,out}
        3    B: 7101 answers       | 7101!
        3    T1 connected          |
        3    7001 connected        |
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F14",
    )


def test_an_agents_outbound_call_goes_to_a_queue_of_the_other_site() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.1  T1 enters alerting    | +7001@0 +X~
        0.1  link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: T2 enters connected |
        0.2  B: 9101 enters routing |
        0.5  B: queued VQ_C        | -X:System@0.1 +VQ_C{7001,out}
        0.5  T1 connected          |
        0.5  7001 connected        |
        5    B: 9101 leaves Route  |
        5    B: 7101 rings         | VQ_C>7101{7001} +7101~{7001,out} >>7101
        5    B: diverted VQ_C to 7101 |
        8    B: 7101 answers       | 7101! completed -VQ_C:TransferUser
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F14",
    )


def test_a_link_that_comes_late_means_the_trunk_called_last() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        13   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10
        15   P connected           | P! completed
        20   P leaves              |
        20   T1 enters alerting    |
        22.5 link L                |
        22.8 B: call inbound linked L @SIPS2 |
        22.8 B: T2 enters connected |
        22.9 B: 7101 rings         | P>7101 +7101~ >>7101 -P:TransferUser@20
        24   B: 7101 answers       | 7101! completed
        24   T1 connected          |
        """
        + ACROSS_ENDS,
        A="completed F09",
    )


def test_whom_the_system_dialled_is_no_way_to_the_site_of_the_agent() -> None:
    check(
        """
        0    call outbound dials +15550100 |
        0    X enters dialing      |
        2    X connected           |
        2    9001 enters treated   |
        10   9001 leaves Route     |
        10   T1 enters alerting    |
        10   link L                |
        10.1 B: call inbound linked L @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | +X~@0 X!@2 +7101~
        12   B: 7101 answers       | 7101!
        12   T1 connected          |
        """
        + ACROSS_ENDS,
        A="completed F15",
    )


def test_both_callers_are_numbers_and_the_call_that_is_older_leads() -> None:
    """The other site sees the call under an access number nobody knows, and no way out is reported."""
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    link L                | +X@0 +I@0
        8    9001 leaves Route     |
        8    B: call inbound linked L @SIPS2 |
        8    B: P enters connected |
        8.2  B: 7101 rings         | I>7101 +7101~ >>7101
        11   B: 7101 answers       | 7101! completed -I:TransferUser
        30   X leaves by X         |
        30   ends                  |
        30   B: P leaves by P      | -X:Self
        30   B: 7101 leaves        | -7101:Peer
        30   B: ends               |
        """,
        A="completed F05",
    )


def test_callers_without_a_number_stand_for_the_way() -> None:
    check(
        """
        0    call inbound hidden   |
        0    ? enters connected    |
        0    9001 enters treated   |
        3    link L                | +X@0 +I@0
        8    9001 leaves Route     |
        8    B: call inbound hidden linked L @SIPS2 |
        8    B: ? enters connected |
        8.2  B: 7101 rings         | I>7101 +7101~ >>7101
        11   B: 7101 answers       | 7101! completed -I:TransferUser
        30   ? leaves              |
        30   ends                  |
        30   B: ? leaves           | -X:Self
        30   B: 7101 leaves        | -7101:Peer
        30   B: ends               |
        """,
        A="completed F05",
    )


def test_a_number_and_a_trunk_that_are_called_at_once_are_one_way() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        1    P enters alerting     | +7001@0 +X~
        1.5  T1 enters alerting    |
        1.5  link L                |
        1.6  B: call inbound linked L @SIPS2 |
        1.6  B: T2 enters connected |
        1.8  B: 7101 rings         | -X:System@1.001 +7101~{7001,out}
        3    B: 7101 answers       | 7101!
        3    T1 connected          |
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   P leaves              |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F14",
    )


def test_the_caller_is_who_came_first_though_the_way_out_is_heard_of_before() -> None:
    check(
        """
        0    call inbound          |
        1    T1 enters alerting    |
        0    X enters connected    |
        1    link L                |
        1.1  B: call inbound linked L @SIPS2 |
        1.1  B: T2 enters connected |
        1.3  B: 7101 rings         | +X@0 +7101~
        3    B: 7101 answers       | 7101!
        3    T1 connected          |
        """
        + ACROSS_ENDS,
        A="completed F05",
    )


def test_a_dialled_call_that_goes_on_to_a_third_site_by_a_clock_that_is_behind() -> None:
    """The third site's call seems to begin with the way into the second one's, which is none to it."""
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0    T1 enters alerting    |
        0    link L                |
        0.1  B: call internal linked L @SIPS2 |
        0.1  B: T2 enters connected |
        2.5  B: T2#2 enters alerting |
        2.5  B: link M             |
        0.4  D: call inbound linked M @SIPS3 |
        0.4  D: T3 enters connected |
        0.6  D: 7201 rings         | +7001@0 +7201~
        5    D: 7201 answers       | 7201!
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: T2#2 leaves        |
        20.1 B: ends               |
        20.2 D: T3 leaves          |
        20.2 D: 7201 leaves        | -7001:Self@20 -7201:Peer
        20.2 D: ends               |
        """,
        A="completed F16",
    )


def test_a_number_that_is_busy_before_the_trunk_is_called_is_no_way() -> None:
    """A consult call had just ended."""
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~@0.1
        3    7001 answers          | 7001!
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: 7002 rings         | +7002~ 7001?7002
        12   C: 7002 answers       | 7002! 7001??7002
        20   C: 7002 leaves        |
        20   C: 7001 leaves        |
        20   C: ends               |
        20.2 7001 connected        | -7002:Self@20 done@20 7001/@20.2
        20.5 P enters alerting     |
        21   P leaves Busy         |
        21.6 T1 enters alerting    |
        21.6 7001 leaves SingleStepTransfer |
        21.6 link L                |
        21.7 B: call inbound linked L @SIPS2 |
        21.7 B: T2 enters connected |
        21.7 B: 9101 enters routing |
        26   wait                  | +I@21.7 -7001:Transfer@21.7
        30   B: 7101 rings         | I>7101 +7101~ >>7101
        32   B: 7101 answers       | 7101! completed -I:TransferUser
        32   T1 connected          |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer@40.2
        40.2 B: ends               |
        """,
        A="completed F08",
    )

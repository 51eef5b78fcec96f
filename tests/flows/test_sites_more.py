"""Several sites: IVR site, agent site, VQ server; transfers and consults across sites; the linker joins the calls."""

from tests.flows.beginnings import ACROSS_ENDS, ENDS_7002, IVR_AND_QUEUE, ON_THE_OTHER_SITE, TALKING, TRANSFERRED_ACROSS
from tests.flows.linked import check

# The guide's example: IVR on one site, a VQ server, the agent on another site


def test_the_link_is_known_before_the_second_sites_call() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        8    T1 connected          |
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_the_link_is_known_with_the_second_sites_parties() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    diverted VQ_D to 7101 @VQS |
        6    T1 enters alerting    |
        6.1  B: call inbound @SIPS2 |
        6.1  B: T2 enters connected |
        6.2  link L                |
        6.2  B: link L             |
        6.2  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_the_link_is_known_after_the_answer() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    B: call inbound @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        6.5  diverted VQ_D to 7101 @VQS |
        7.5  B: 7101 answers       |
        7.5  T1 connected          |
        8    B: link L             |
        8    link L                | VQ_D>7101@6 +7101~@6 >>7101@6 7101!@7.5 completed@7.5 -VQ_D:TransferUser@7.5
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_the_second_sites_call_is_heard_of_first() -> None:
    check(
        """
        6    B: call inbound linked L @SIPS2 |
        6    B: T2 enters connected |
        6    B: 7101 rings         |
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_D @VQS      | +X@0 +I@0 I>VQ_D@3 +VQ_D@3 >>VQ_D@3 completed@3 -I:TransferACD@3
        6    9001 leaves Route     |
        6    T1 enters alerting    |
        6    link L                | VQ_D>7101 +7101~ >>7101
        6    diverted VQ_D to 7101 @VQS |
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F03",
    )


def test_the_agent_hangs_up() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        10   B: 7101 held          | 7101=
        12   B: 7101 connected     | 7101/
        20   B: 7101 leaves by 7101 |
        20   B: T2 leaves by 7101  |
        20   B: ends               |
        20.2 T1 leaves             |
        20.2 X leaves              | -7101:Self@20 -X:Peer
        20.2 ends                  |
        22   B: data Sold          | 7101$
        """,
        A="completed F03",
    )


def test_the_agent_of_the_other_site_does_not_answer() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        16   B: 7101 leaves NoAnswer |
        16   B: T2 leaves          |
        16   B: ends               |
        16   T1 leaves             |
        16.1 9001#2 enters routing | -7101:System@16 failed@16
        16.2 queued VQ_D#2 @VQS    |
        18   9001#2 leaves Route   |
        18   7001 rings            | VQ_D>7001 +7001~ >>7001
        18   diverted VQ_D#2 to 7001 @VQS |
        20   7001 answers          | 7001! completed -VQ_D:TransferUser
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        A="completed F06",
    )


def test_the_caller_hangs_up_while_the_agent_of_the_other_site_rings() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        9    X leaves by X         |
        9    T1 leaves             |
        9    ends                  |
        9.1  B: T2 leaves          | -7101:Peer@9 canceled@9 -X:Self@9 -VQ_D:Peer@9
        9.1  B: 7101 leaves        |
        9.1  B: ends               |
        """,
        A="completed F02",
    )


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


def test_no_ivr_and_no_queue_straight_to_the_other_site() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  T1 enters alerting    |
        0.1  link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: T2 enters connected |
        0.2  B: 7101 rings         | +X@0 +7101~
        3    B: 7101 answers       | 7101!
        """
        + ACROSS_ENDS,
        A="completed F05",
    )


def test_the_same_dn_on_both_sites_is_two_agents() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7030 rings            | +X@0 +7030~
        3    7030 answers          | 7030!
        10   7030 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7030 rings         | 7030>7130 +7130~ >>7130 -7030:TransferUser@10
        12   B: 7030 answers       | 7130! completed
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7030 leaves        | -7130:Peer
        40.2 B: ends               |
        """,
        A="completed F07",
    )


# Transfers across sites


def test_a_transfer_to_an_agent() -> None:
    check(ON_THE_OTHER_SITE + ACROSS_ENDS, A="completed F07")


def test_a_transfer_is_not_answered_on_the_other_site() -> None:
    check(
        TRANSFERRED_ACROSS
        + """
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        20   B: 7101 leaves NoAnswer |
        20   B: T2 leaves          |
        20   B: ends               |
        20.1 T1 leaves             |
        20.2 7002 rings            | -7101:System@20 failed@20 +7002~
        22   7002 answers          | 7002!
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
        """,
        A="completed F07",
    )


def test_a_transfer_to_a_queue_of_the_other_site() -> None:
    check(
        TRANSFERRED_ACROSS
        + """
        10.1 B: 9101 enters routing |
        10.3 B: queued VQ_C        | 7001>VQ_C +VQ_C >>VQ_C completed -7001:TransferACD@10
        15   B: 9101 leaves Route  |
        15   B: 7101 rings         | VQ_C>7101 +7101~ >>7101
        15   B: diverted VQ_C to 7101 |
        17   B: 7101 answers       | 7101! completed -VQ_C:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F08",
    )


def test_a_transfer_to_an_ivr_of_the_other_site() -> None:
    check(
        TRANSFERRED_ACROSS
        + """
        10.1 B: 9101 enters treated |
        11.1 wait                  | +I@10.1 -7001:Transfer@10
        20   B: 9101 leaves Route  |
        20   B: 7101 rings         | I>7101 +7101~ >>7101
        22   B: 7101 answers       | 7101! completed -I:TransferUser
        """
        + ACROSS_ENDS,
        A="completed F08",
    )


def test_a_transfer_back_to_the_first_site() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7101 leaves SingleStepTransfer |
        20   B: T2#2 enters alerting |
        20   B: link M             |
        20   C: call inbound linked M |
        20   C: T1 enters connected |
        20.2 C: 7002 rings         | 7101>7002 +7002~ >>7002 -7101:TransferUser@20
        22   C: 7002 answers       | 7002! completed
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          |
        40   B: T2#2 leaves        |
        40   B: ends               |
        40.2 C: T1 leaves          | -X:Self@40
        40.2 C: 7002 leaves        | -7002:Peer
        40.2 C: ends               |
        """,
        A="completed F07",
    )


def test_a_transfer_back_to_the_agent_who_had_the_call() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7101 leaves SingleStepTransfer |
        20   B: T2#2 enters alerting |
        20   B: link M             |
        20   C: call inbound linked M |
        20   C: T1 enters connected |
        20.2 C: 7001 rings         | 7101>7001 +7001'~ >>7001' -7101:TransferUser@20
        22   C: 7001 answers       | 7001'! completed
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          |
        40   B: T2#2 leaves        |
        40   B: ends               |
        40.2 C: T1 leaves          | -X:Self@40
        40.2 C: 7001 leaves        | -7001':Peer
        40.2 C: ends               |
        """,
        A="completed F07",
    )


def test_three_sites() -> None:
    check(
        IVR_AND_QUEUE
        + """
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_D to 7101 @VQS |
        6.1  B: call inbound linked L @SIPS2 |
        6.1  B: T2 enters connected |
        6.1  B: 7101 rings         | VQ_D>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_D:TransferUser
        20   B: 7101 leaves SingleStepTransfer |
        20   B: T2#2 enters alerting |
        20   B: link M             |
        20.1 C: call inbound linked M @SIPS3 |
        20.1 C: T3 enters connected |
        20.2 C: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser@20
        22   C: 7201 answers       | 7201! completed
        24   C: 7201 held          | 7201=
        26   C: 7201 connected     | 7201/
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: T2 leaves          |
        40   B: T2#2 leaves        |
        40   B: ends               |
        40.2 C: T3 leaves          | -X:Self@40
        40.2 C: 7201 leaves        | -7201:Peer
        40.2 C: ends               |
        """,
        A="completed F07",
    )


def test_an_agents_outbound_call_is_transferred_to_the_other_site() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7101 rings         | 7001>7101{X} +7101~{X,out} >>7101{X} -7001:TransferUser@10
        12   B: 7101 answers       | 7101! completed
        40   P leaves by P         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
        """,
        A="completed F07",
    )


def test_an_agent_calls_an_agent_of_the_other_site() -> None:
    check(
        """
        0    call internal linked L |
        0    7001 enters dialing   |
        0    T1 enters alerting    |
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


# Trunks and sites that are not monitored


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


# Violations across sites


def test_a_supervisor_on_the_other_site() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7102 enters observing |
        25   B: 7101 held          |
        40   B: 7101 leaves by 7101 | -7101:Self -X:System
        40   B: T2 leaves          |
        40   B: ends               |
        40.2 X leaves              |
        40.2 T1 leaves             |
        40.2 ends                  |
        """,
        A="suspended F07 V3",
    )


def test_a_single_step_conference_on_the_other_site() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7102 rings         |
        22   B: 7102 answers       |
        25   B: 7101 held          |
        30   B: 7101 leaves by 7101 | -7101:TransferConference -X:System
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: ends               |
        """,
        A="suspended F07 V2",
    )


def test_an_extension_without_agent_on_the_other_site() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   link L                |
        10   B: call inbound linked L @SIPS1 |
        10   B: T1#2 enters connected |
        10.2 B: 7099 rings         |
        12   B: 7099 answers       | -7001:Self@10 -X:System
        40   X leaves by X         |
        40   ends                  |
        40   B: ends               |
        """,
        A="suspended F05 V5",
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


def test_a_caller_who_came_by_a_trunk_is_transferred_to_the_other_site() -> None:
    check(
        """
        0    call inbound hidden   |
        0    T1 enters connected   |
        0.2  7001 rings            |
        3    7001 answers          | +X@0 +7001~@0.2 7001!
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.3 T1#2 enters alerting  |
        12   B: 7101 answers       | 7101! completed
        20   T1 leaves by T1       |
        20   T1#2 leaves           |
        20   ends                  |
        20   B: T2 leaves          | -X:Self
        20   B: 7101 leaves        | -7101:Peer
        20   B: ends               |
        """,
        A="completed F07",
    )


def test_a_party_an_agent_dialled_over_a_trunk_is_transferred_to_the_other_site() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.1  T1 enters alerting    | +7001@0 +X~
        3    T1 connected          | X!
        3    7001 connected        |
        10   7001 leaves SingleStepTransfer |
        10   link L                |
        10   B: call inbound linked L @SIPS2 |
        10   B: T2 enters connected |
        10.2 B: 7101 rings         | 7001>7101 +7101~ >>7101 -7001:TransferUser@10
        10.3 T1#2 enters alerting  |
        12   B: 7101 answers       | 7101! completed
        20   T1 leaves by T1       |
        20   T1#2 leaves           |
        20   ends                  |
        20   B: T2 leaves          | -X:Self
        20   B: 7101 leaves        | -7101:Peer
        20   B: ends               |
        """,
        A="completed F07",
    )


def test_the_same_code_on_both_sites_calls_is_one_wrap_up() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: data Sold          | 7101$
        20.2 data Sold             |
        """
        + ACROSS_ENDS,
        A="completed F07",
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


def test_a_leg_that_is_merged_into_the_call_it_came_from() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7101 leaves SingleStepTransfer |
        20   7002 rings            | 7101>7002 +7002~ >>7002 -7101:TransferUser
        20   T1 leaves             |
        20   B: T2 leaves          |
        20   B: ends into A        |
        22   7002 answers          | 7002! completed
        """
        + ENDS_7002,
        A="completed F07",
    )

"""Transfers to another site, back again, and over three sites: one conversation."""

from tests.flows.beginnings import ACROSS_ENDS, CONSULT_ACROSS, IVR_AND_QUEUE, ON_THE_OTHER_SITE, TRANSFERRED_ACROSS
from tests.flows.linked import check


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


def test_after_a_consult_across_sites_the_call_is_sent_on_to_a_third_one() -> None:
    """The first site's call calls the third site over the same trunk."""
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        30   B: 7101 leaves SingleStepTransfer |
        30   B: T2 leaves          |
        30   B: ends               |
        30.1 T1 leaves             |
        30.1 T1#2 enters alerting  |
        30.1 link M                |
        30.2 D: call inbound linked M @SIPS3 |
        30.2 D: T3 enters connected |
        30.3 D: 7201 rings         | 7101>7201 +7201~ >>7201 -7101:TransferUser@30
        34   D: 7201 answers       | 7201! completed
        34   T1#2 connected        |
        40   X leaves by X         |
        40   T1#2 leaves           |
        40   ends                  |
        40.2 D: T3 leaves          | -X:Self@40
        40.2 D: 7201 leaves        | -7201:Peer
        40.2 D: ends               |
        """,
        A="completed F07",
    )

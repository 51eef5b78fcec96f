"""A call with a leg on another site: when the IS-Link becomes known, who answers there, and how it ends."""

from tests.flows.beginnings import ACROSS_ENDS, ENDS_7002, IVR_AND_QUEUE, ON_THE_OTHER_SITE
from tests.flows.linked import check


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

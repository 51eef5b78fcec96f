"""Two sites whose servers' clocks differ by up to 2 s: what stands in the calls tells which one came first."""

from tests.flows.beginnings import ACROSS_ENDS, TALKING
from tests.flows.linked import check


def test_the_agents_sites_call_seems_to_be_the_older_one() -> None:
    check(
        """
        0    call inbound          |
        0    link L                |
        0    X enters connected    |
        0    T1 enters alerting    |
        -1.9 B: call inbound @SIPS2 |
        -1.9 B: link L             |
        -1.9 B: T2 enters connected |
        -1.9 B: 7101 rings         | B:+X@0 B:+7101~@0
        1    B: 7101 answers       | B:7101!
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        18   B: T2 leaves          | B:-X:Self@20
        18   B: 7101 leaves        | B:-7101:Peer@20
        18   B: ends               |
        """,
        B="completed F05",
    )


def test_the_consulted_sites_call_seems_to_be_older_than_the_consult_call() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        9    B: call inbound linked L @SIPS2 |
        9    B: T2 enters connected |
        9.2  B: 7101 rings         | +7101~@10 7001?7101@10
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


def test_an_agent_calls_an_agent_whose_site_seems_to_be_earlier() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0    T1 enters alerting    |
        0    link L                |
        -1.9 B: call inbound linked L @SIPS2 |
        -1.9 B: T2 enters connected |
        -1.8 B: 7101 rings         | B:+7001{-,out}@0 B:+7101~{7001,in}@0
        3    B: 7101 answers       | B:7101!
        3    7001 connected        |
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        18.1 B: T2 leaves          |
        18.1 B: 7101 leaves        | B:-7101:Peer@18.1 B:-7001:Self@20
        18.1 B: ends               |
        """,
        B="completed F16",
    )


def test_the_caller_comes_with_a_trunk_and_the_other_site_seems_older() -> None:
    check(
        """
        0    call inbound          |
        0    T1 enters connected   |
        0.2  T1#2 enters alerting  |
        0.2  link L                |
        -0.5 B: call inbound linked L @SIPS2 |
        -0.5 B: T2 enters connected |
        -0.4 B: 7101 rings         |
        3    B: 7101 answers       | B:+X@0 B:+7101~@0 B:7101!
        20   B: 7101 leaves SingleStepTransfer |
        20   B: P enters alerting  |
        23   wait                  | B:7101>P@20 B:+P~@20 B:>>P@20 B:-7101:Transfer@20
        25   B: P connected        | B:P! B:completed
        40   T1 leaves by T1       |
        40   T1#2 leaves           |
        40   ends                  |
        40   B: T2 leaves          | B:-X:Self
        40   B: P leaves           | B:-P:Peer
        40   B: ends               |
        """,
        B="completed F09",
    )


def test_the_way_out_is_reported_long_after_the_other_call_seems_to_begin() -> None:
    check(
        """
        0    call inbound          |
        0    link L                |
        0    X enters connected    |
        -1.9 B: call inbound @SIPS2 |
        -1.9 B: link L             |
        -1.9 B: T2 enters connected |
        0.5  T1 enters alerting    |
        -1.4 B: 7101 rings         | B:+X@0 B:+7101~@0
        1    B: 7101 answers       | B:7101!
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        18   B: T2 leaves          | B:-X:Self@20
        18   B: 7101 leaves        | B:-7101:Peer@20
        18   B: ends               |
        """,
        B="completed F05",
    )


def test_the_queue_servers_clock_is_ahead_of_the_agents_server() -> None:
    """By its clock the call is queued on the VQ that delivers after the agent rings: it is told when it was there."""
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        2    queued VQ_D @VQS      | +X@0 +I@0 I>VQ_D +VQ_D >>VQ_D completed -I:TransferACD
        7    queued VQ_E @VQS      |
        5.8  9001 leaves Route     |
        6    7001 rings            |
        7.5  diverted VQ_E to 7001 @VQS | VQ_D>VQ_E@7 +VQ_E@7 >>VQ_E@7 completed@7 -VQ_D:TransferACD@7
                                   | VQ_E>7001@7 +7001~@7 >>7001@7
        7.5  diverted VQ_D @VQS    |
        8    7001 answers          | 7001! completed -VQ_E:TransferUser
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        A="completed F03",
    )

"""Lost calls: a complete snapshot of their site does not contain them, and nothing is heard of them for 30 s.

Only a living SIP Server gives snapshots, so replay knows no such loss.
"""

from tests.flows.beginnings import ENDS, TALKING
from tests.flows.linked import check


def test_a_call_that_its_site_reports_no_more_is_lost_after_30_s() -> None:
    check(
        TALKING
        + """
        60   snapshot @SIPS1       |
        89   wait                  |
        90   wait                  | -X:System@60 -7001:System@60
        """,
        A="completed F05",
    )


def test_what_is_heard_of_a_missing_call_takes_that_back() -> None:
    check(
        TALKING
        + """
        20   snapshot @SIPS1       |
        25   7001 held             | 7001=
        28   7001 connected        | 7001/
        70   wait                  |
        """
        + ENDS.replace("30 ", "80 "),
        A="completed F05",
    )


def test_a_later_snapshot_with_the_call_takes_that_back() -> None:
    check(
        TALKING
        + """
        20   snapshot @SIPS1       |
        25   snapshot @SIPS1 of A  |
        70   wait                  |
        """
        + ENDS.replace("30 ", "80 "),
        A="completed F05",
    )


def test_a_call_in_the_snapshot_one_that_began_with_it_and_one_of_another_site_are_not_missing() -> None:
    check(
        TALKING
        + """
        17   B: call inbound       |
        17   B: X enters connected |
        17.1 B: 7002 rings         | B:+X@17 B:+7002~
        18   B: 7002 answers       | B:7002!
        20   snapshot @SIPS1 of A  |
        20   snapshot @SIPS2       |
        60   wait                  |
        """
        + ENDS.replace("30 ", "80 ")
        + """
        80   B: X leaves by X      | B:-X:Self
        80   B: 7002 leaves        | B:-7002:Peer
        80   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


def test_a_call_in_a_queue_is_lost() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        1    queued VQ_A           | +X@0 +VQ_A
        60   snapshot @SIPS1       |
        95   wait                  | -X:System@60 -VQ_A:System@60
        """,
        A="completed F02",
    )


def test_a_lost_call_of_which_nothing_was_told_is_ignored() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        60   snapshot @SIPS1       |
        95   wait                  |
        """,
        A="ignored",
    )


def test_a_transfer_under_way_ends_with_the_lost_call() -> None:
    check(
        TALKING
        + """
        10   7001 leaves           |
        10.2 7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@10
        60   snapshot @SIPS1       |
        95   wait                  | -X:System@60 -7002:System@60
        """,
        A="completed F07",
    )


def test_a_lost_consult_call_is_given_up_and_the_main_call_goes_on() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        40   snapshot @SIPS1 of A  |
        70   wait                  |
        75   wait                  | -7002:System@40 done@40
        76   7001 connected        | 7001/
        """
        + ENDS.replace("30 ", "80 "),
        A="completed F13",
    )


def test_a_call_of_two_sites_is_lost_on_the_agents_site() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    T1 enters alerting    |
        0    link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: T2 enters connected |
        0.4  B: 7101 rings         | +X@0 +7101~
        1    B: 7101 answers       | 7101!
        40   snapshot @SIPS2       |
        40   snapshot @SIPS1 of A  |
        70   wait                  |
        75   wait                  | -7101:System@40
        80   X leaves by X         | -X:Self
        80   T1 leaves             |
        80   ends                  |
        """,
        A="completed F05",
    )


def test_a_call_of_two_sites_is_lost_on_both() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    T1 enters alerting    |
        0    link L                |
        0.2  B: call inbound linked L @SIPS2 |
        0.2  B: T2 enters connected |
        0.4  B: 7101 rings         | +X@0 +7101~
        1    B: 7101 answers       | 7101!
        40   snapshot @SIPS1       |
        50   snapshot @SIPS2       |
        72   wait                  |
        82   wait                  | -X:System@50 -7101:System@50
        """,
        A="completed F05",
    )


def test_the_first_of_two_calls_of_an_agent_is_missing_and_does_not_count() -> None:
    check(
        TALKING
        + """
        15   snapshot @SIPS1       |
        17   B: call inbound       |
        17   B: X enters connected |
        17.1 B: 7001 rings         | B:+X@17 B:+7001~
        18   B: 7001 answers       | B:7001!
        30   B: X leaves by X      | B:-X:Self
        30   B: 7001 leaves        | B:-7001:Peer
        30   B: ends               |
        45   wait                  | -X:System@15 -7001:System@15
        """,
        A="completed F05",
        B="completed F05",
    )


def test_a_lost_consult_call_in_a_queue_leaves_that() -> None:
    check(
        TALKING
        + """
        5    7001 held             | 7001=
        5    B: call consult of A  |
        5    B: 7001 enters connected |
        5    B: queued VQ_A        | +VQ_A 7001?VQ_A
        20   snapshot @SIPS1 of A  |
        50   wait                  |
        51   7001 connected        | -VQ_A:Peer@20 done@20 7001/
        60   X leaves by X         | -X:Self
        60   7001 leaves           | -7001:Peer
        60   ends                  |
        """,
        A="completed F13",
    )

"""What waits: told a little later, with its own time; the awaited event ends the wait at once."""

from tests.flows.beginnings import ENDS_7002, FROM_QUEUE, IN_IVR, TALKING
from tests.flows.notation import check

TWO_QUEUES = """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_B           |
"""
ENDS_7001 = """
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
"""


# An agent lets a living call go


def test_an_agent_lets_go_and_another_rings_within_the_wait() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        12.9 7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@10
        14   7002 answers          | 7002! completed
        """
        + ENDS_7002,
        flow="F07",
    )


def test_an_agent_lets_go_and_a_queue_comes_within_the_wait() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        12   queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD@10
        30   X leaves by X         | -X:Self -VQ_A:Peer
        30   ends                  |
        """,
        flow="F08",
    )


def test_an_agent_lets_go_and_a_routing_point_comes_within_the_wait() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        11   9001 enters treated   |
        12   wait                  | +I@11 -7001:Transfer@10
        30   X leaves by X         | -X:Self -I:Peer
        30   ends                  |
        """,
        flow="F08",
    )


def test_a_routing_point_sends_the_call_on_before_it_counts() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.6 9001 leaves Route     |
        10.6 7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@10
        14   7002 answers          | 7002! completed
        """
        + ENDS_7002,
        flow="F07",
    )


def test_an_agent_leaves_and_nobody_comes_the_caller_is_alone_after_the_wait() -> None:
    check(
        TALKING
        + """
        10   7001 leaves by 7001   |
        12.9 wait                  |
        13   wait                  | -7001:Self@10
        20   X leaves by X         | -X:Self
        20   ends                  |
        """,
        flow="F05",
    )


def test_a_caller_left_alone_is_reached_by_another_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves by 7001   |
        13   wait                  | -7001:Self@10
        20   7002 rings            | +7002~{X,in}
        22   7002 answers          | 7002!
        """
        + ENDS_7002,
        flow="F05",
    )


def test_an_agent_drops_out_and_the_caller_goes_back_to_the_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.4  queued VQ_A#1         | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A#1 to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   7001 leaves           |
        20.5 9001#2 enters routing |
        20.7 queued VQ_A#2         | 7001>VQ_A +VQ_A' >>VQ_A' completed -7001:TransferACD@20
        25   9001#2 leaves Route   |
        25   7002 rings            | VQ_A'>7002 +7002~ >>7002
        25   diverted VQ_A#2 to 7002 |
        27   7002 answers          | 7002! completed -VQ_A':TransferUser
        """
        + ENDS_7002,
        flow="F08",
    )


def test_a_routing_point_that_comes_late_ends_the_wait_for_the_party() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        12.5 9001 enters treated   |
        13   wait                  |
        13.5 wait                  | +I@12.5 -7001:Transfer@10
        30   X leaves by X         | -X:Self -I:Peer
        30   ends                  |
        """,
        flow="F08",
    )


def test_a_caller_left_alone_goes_to_a_queue() -> None:
    check(
        TALKING
        + """
        10   7001 leaves by 7001   |
        13   wait                  | -7001:Self@10
        20   queued VQ_A           | +VQ_A{X,in}
        25   7002 rings            | VQ_A>7002 +7002~ >>7002
        25   diverted VQ_A to 7002 |
        27   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F05",
    )


# A Routing Point lets a living call go


def test_a_routing_point_lets_go_and_an_agent_rings_within_the_wait() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        7.5  7001 rings            | I>7001 +7001~ >>7001
        9    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS_7001,
        flow="F05",
    )


def test_a_routing_point_lets_go_and_nobody_comes() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        7.9  wait                  |
        8    wait                  | -I:System@5
        9    7001 rings            | +7001~{X,in}
        10   7001 answers          | 7001!
        """
        + ENDS_7001,
        flow="F05",
    )


def test_a_routing_point_lets_go_and_a_queue_comes_late() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        7    queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD@5
        9    X leaves by X         | -X:Self -VQ_A:Peer
        9    ends                  |
        """,
        flow="F02",
    )


# An agent rings while the call is on several queues


def test_several_queues_the_diverted_comes_first() -> None:
    check(
        TWO_QUEUES
        + """
        6    diverted VQ_B to 7001 |
        6    7001 rings            | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD VQ_B>7001 +7001~ >>7001
        6.2  diverted VQ_A         |
        8    7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_several_queues_the_told_one_delivers() -> None:
    check(
        TWO_QUEUES
        + """
        6    7001 rings            |
        6.3  diverted VQ_A to 7001 | VQ_A>7001@6 +7001~@6 >>7001@6
        6.3  diverted VQ_B         |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_several_queues_and_no_diverted_in_time() -> None:
    check(
        TWO_QUEUES
        + """
        6    7001 rings            |
        8.9  wait                  |
        9    wait                  | VQ_A>7001@6 +7001~@6 >>7001@6
        11   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_several_queues_the_answer_ends_the_wait() -> None:
    check(
        TWO_QUEUES
        + """
        6    7001 rings            |
        7    7001 answers          | VQ_A>7001@6 +7001~@6 >>7001@6 7001! completed -VQ_A:TransferUser
        7.5  diverted VQ_B to 7001 |
        7.5  diverted VQ_A         |
        """
        + ENDS_7001,
        flow="F04",
    )


def test_three_queues_the_last_one_delivers() -> None:
    check(
        TWO_QUEUES
        + """
        0.4  queued VQ_A#2         |
        1    diverted VQ_A         |
        6    7001 rings            |
        6    diverted VQ_B to 7001 | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD VQ_B>7001 +7001~ >>7001
        6    diverted VQ_A#2       |
        8    7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_several_queues_the_others_are_cleared_before_the_delivery() -> None:
    check(
        TWO_QUEUES
        + """
        6    7001 rings            |
        6    diverted VQ_A         |
        6    diverted VQ_B to 7001 | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD VQ_B>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


# A number is called while the caller is there


def test_a_number_from_the_ivr_waits_for_a_link() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    P enters alerting     |
        7.9  wait                  |
        8    wait                  | I>P@5 +P~@5 >>P@5
        9    P connected           | P! completed -I:Transfer
        20   X leaves by X         | -X:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_the_link_comes_and_the_number_is_the_way_to_the_other_site() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    +15550300 enters alerting |
        7    link L                |
        6    B: call inbound @SIPS2 |
        7    B: link L             |
        6    B: T2 enters connected |
        6    B: 7101 rings         | I>7101 +7101~ >>7101
        9    B: 7101 answers       | 7101! completed -I:TransferUser
        20   X leaves by X         |
        20   +15550300 leaves      |
        20   ends                  |
        20.2 B: T2 leaves          | -X:Self@20
        20.2 B: 7101 leaves        | -7101:Peer
        20.2 B: ends               |
        """,
        flow="F05",
    )


def test_a_number_that_is_busy_before_the_wait_is_over() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    P enters alerting     |
        6    P leaves Busy         |
        6    9002 enters treated   |
        8    wait                  | I>P@5 +P~@5 >>P@5 -P:Error@6 failed@6
        20   X leaves by X         | -X:Self -I:Peer
        20   ends                  |
        """,
        flow="F09",
    )


# Clocks and lateness


def test_the_queues_clock_is_two_seconds_behind() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        -1.6 queued VQ_A           | +X@0 +VQ_A
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        4.1  diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F04",
    )


def test_the_queues_clock_is_two_seconds_ahead() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        2.4  queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8.1  diverted VQ_A to 7001 |
        8    7001 answers          | 7001!@8 completed@8 -VQ_A:TransferUser@8
        """
        + ENDS_7001,
        flow="F03",
    )


def test_a_queue_reported_late_after_the_ivr_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        1.2  9001 treated          | +X@0 +I@0
        0.5  queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        6    9001 leaves Route     |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS_7001,
        flow="F03",
    )


def test_a_queue_reported_after_the_agent_who_got_the_call_answered() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9001 leaves Route     | +X@0 +I@0
        5    7001 rings            | I>7001 +7001~ >>7001
        6    7001 answers          | 7001! completed -I:TransferUser
        2    queued VQ_A           |
        5    diverted VQ_A to 7001 |
        """
        + ENDS_7001,
        flow="F05",
    )


def test_the_queue_feed_is_late_the_agent_rings_before_the_queue_is_known() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9001 leaves Route     | +X@0 +I@0
        5    7001 rings            | I>7001 +7001~ >>7001
        2    queued VQ_A           |
        5    diverted VQ_A to 7001 |
        6    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS_7001,
        flow="F05",
    )


def test_off_one_of_two_queues_to_the_other_which_is_no_delivery() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.3  queued VQ_A           | +X@0 +VQ_A
        0.4  queued VQ_B           |
        5    diverted VQ_A to VQ_B |
        8    wait                  | VQ_A>VQ_B@5 +VQ_B@5.001 >>VQ_B@5.002 completed@5.003 -VQ_A:TransferACD@5.004
        9    9001 leaves Route     |
        9    7001 rings            | VQ_B>7001 +7001~ >>7001
        9    diverted VQ_B to 7001 |
        10   7001 answers          | 7001! completed -VQ_B:TransferUser
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F04",
    )


IN_TWO_QUEUES = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_B           |
        6    9001 leaves Route     |
"""


def test_the_caller_stays_in_the_queue_that_delivered_while_nobody_told_rings() -> None:
    check(
        IN_TWO_QUEUES
        + """
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        10   wait                  |
        12   X leaves by X         | -X:Self -VQ_A:Peer
        12   7050 leaves           |
        12   abandoned VQ_B        |
        12   ends                  |
        """,
        flow="F02",
    )


def test_a_delivery_before_the_last_stay_on_the_queue_is_over() -> None:
    check(
        IN_TWO_QUEUES
        + """
        6    7001 rings            |
        6    diverted VQ_A to 7001 | VQ_A>7001 +7001~ >>7001
        9    7001 leaves NoAnswer  |
        9.1  queued VQ_A#2         | -7001:System@9 failed@9
        15   diverted VQ_A#2       |
        18   wait                  | VQ_A>VQ_B@15 +VQ_B@15 >>VQ_B@15 completed@15 -VQ_A:TransferACD@15
        25   X leaves by X         | -X:Self -VQ_B:Peer
        25   abandoned VQ_B        |
        25   ends                  |
        """,
        flow="F02",
    )


def test_the_last_stay_on_a_queue_delivered_and_nobody_told_rings() -> None:
    check(
        IN_TWO_QUEUES
        + """
        6    7001 rings            |
        6    diverted VQ_A to 7001 | VQ_A>7001 +7001~ >>7001
        9    7001 leaves NoAnswer  |
        9.1  queued VQ_A#2         | -7001:System@9 failed@9
        15   7050 rings            |
        15   diverted VQ_A#2 to 7050 |
        20   wait                  |
        25   X leaves by X         | -X:Self -VQ_A:Peer
        25   7050 leaves           |
        25   abandoned VQ_B        |
        25   ends                  |
        """,
        flow="F02",
    )


def test_the_other_queue_delivers_before_the_agent_rings() -> None:
    check(
        IN_TWO_QUEUES
        + """
        6    diverted VQ_B to 7001 |
        6.5  7001 rings            | VQ_A>VQ_B@6 +VQ_B@6 >>VQ_B@6 completed@6 -VQ_A:TransferACD@6
                                   | VQ_B>7001 +7001~ >>7001
        6.5  diverted VQ_A         |
        8    7001 answers          | 7001! completed -VQ_B:TransferUser
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F04",
    )


def test_a_number_answers_while_the_agent_still_rings() -> None:
    check(
        FROM_QUEUE
        + """
        8    P enters alerting     |
        9    P connected           |
        11   wait                  | -7001:System@9 failed@9
                                   | VQ_A>P@9 +P@9 >>P@9 completed@9 -VQ_A:Transfer@9
        13   7001 leaves           |
        30   X leaves by X         | -X:Self
        30   P leaves              | -P:Peer
        30   ends                  |
        """,
        flow="F09",
    )


def test_an_older_delivery_to_the_same_agent_says_nothing_of_this_one() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_B           | +X@0 +VQ_B
        6    7001 rings            | VQ_B>7001 +7001~ >>7001
        6    diverted VQ_B to 7001 |
        9    7001 leaves NoAnswer  |
        9    queued VQ_A           | -7001:System failed VQ_B>VQ_A +VQ_A >>VQ_A completed -VQ_B:TransferACD
        15   7001#2 rings          | VQ_A>7001 +7001'~ >>7001'
        15.5 diverted VQ_A to 7001 |
        17   7001#2 answers        | 7001'! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        flow="F06",
    )


def test_an_agent_who_talked_before_the_call_could_be_told_rings_again() -> None:
    check(
        """
        0    call inbound          |
        0    T1 enters connected   |
        0.1  7001 rings            |
        0.5  7001 answers          |
        1    7001 leaves           |
        1.5  7001#2 rings          |
        3    wait                  | +X@0 +7001~@1.5
        5    7001#2 answers        | 7001!
        40   T1 leaves by T1       | -X:Self
        40   7001#2 leaves         | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )

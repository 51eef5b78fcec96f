"""Orders of arrival: the three feeds and the sites are not synchronous, and events come twice.

The same is told, or what comes nearest to the truth when something was told before the missing event came.
"""

import pytest

from tests.flows import linked
from tests.flows.beginnings import ENDS, ENDS_7002, IN_QUEUE, TALKING
from tests.flows.notation import NO_EVENTS, check, rows

# EventDiverted and the agent's party


def test_diverted_three_seconds_before_the_agent_rings() -> None:
    check(
        IN_QUEUE
        + """
        6    diverted VQ_A to 7001 |
        9    9001 leaves Route     |
        9    7001 rings            | VQ_A>7001 +7001~ >>7001
        11   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F03",
    )


def test_diverted_between_the_ring_and_the_answer() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    diverted VQ_A to 7001 |
        11   7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F03",
    )


def test_diverted_after_the_answer() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        8.5  diverted VQ_A to 7001 |
        """
        + ENDS,
        flow="F03",
    )


def test_diverted_arrives_three_seconds_late() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        9    7001 held             | 7001=
        6    diverted VQ_A to 7001 |
        12   7001 connected        | 7001/
        """
        + ENDS,
        flow="F03",
    )


def test_diverted_never_arrives() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   7001 leaves SingleStepTransfer |
        20   9001#2 enters routing |
        20.2 queued VQ_B           | 7001>VQ_B +VQ_B >>VQ_B completed -7001:TransferACD
        25   7002 rings            |
        25   diverted VQ_B to 7002 | VQ_B>7002 +7002~ >>7002
        27   7002 answers          | 7002! completed -VQ_B:TransferUser
        """
        + ENDS_7002,
        flow="F08",
    )


def test_diverted_to_an_agent_whose_phone_never_rings() -> None:
    check(
        IN_QUEUE
        + """
        6    diverted VQ_A to 7001 |
        8    queued VQ_A#2         |
        10   9001 leaves Route     |
        10   7002 rings            | VQ_A>7002 +7002~ >>7002
        10   diverted VQ_A#2 to 7002 |
        12   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F03",
    )


def test_diverted_to_an_agent_whose_phone_never_rings_and_another_queue() -> None:
    check(
        IN_QUEUE
        + """
        6    diverted VQ_A to 7001 |
        8    queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        10   9001 leaves Route     |
        10   7002 rings            | VQ_B>7002 +7002~ >>7002
        10   diverted VQ_B to 7002 |
        12   7002 answers          | 7002! completed -VQ_B:TransferUser
        """
        + ENDS_7002,
        flow="F03",
    )


def test_the_diverted_of_an_agent_who_did_not_answer_arrives_with_the_next() -> None:
    check(
        IN_QUEUE
        + """
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        16   7001 leaves NoAnswer  |
        16   queued VQ_A#2         | -7001:System failed
        6    diverted VQ_A to 7001 |
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#2 to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F06",
    )


def test_the_agent_a_queue_delivered_to_is_reported_after_the_call_is_on_the_next_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        1.5  queued VQ_A           | +X@0 +VQ_A
        3    diverted VQ_A to 7001 |
        3.2  queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD@3
        3.1  7001 rings            | VQ_B>VQ_A@3 +VQ_A'@3 >>VQ_A'@3 completed@3 -VQ_B:TransferACD@3
                                   | VQ_A'>7001 +7001~ >>7001
        5    7001 leaves NoAnswer  | -7001:System failed VQ_A'>VQ_B +VQ_B' >>VQ_B' completed -VQ_A':TransferACD@3
        8    7002 rings            | VQ_B'>7002 +7002~ >>7002
        8    diverted VQ_B to 7002 |
        9    7002 answers          | 7002! completed -VQ_B':TransferUser
        """
        + ENDS_7002,
        flow="F06",
    )


def test_the_agent_of_one_of_two_stays_on_a_queue_is_reported_after_the_call_is_on_the_next_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        1.5  queued VQ_A           | +X@0 +VQ_A
        1.6  queued VQ_A#2         |
        2.9  diverted VQ_A#2       |
        3    diverted VQ_A to 7001 |
        3.2  queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD@3
        3.1  7001 rings            | VQ_B>VQ_A@3 +VQ_A'@3 >>VQ_A'@3 completed@3 -VQ_B:TransferACD@3
                                   | VQ_A'>7001 +7001~ >>7001
        5    7001 leaves NoAnswer  | -7001:System failed VQ_A'>VQ_B +VQ_B' >>VQ_B' completed -VQ_A':TransferACD@3
        8    7002 rings            | VQ_B'>7002 +7002~ >>7002
        8    diverted VQ_B to 7002 |
        9    7002 answers          | 7002! completed -VQ_B':TransferUser
        """
        + ENDS_7002,
        flow="F06",
    )


def test_the_consults_diverted_comes_after_the_answer() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        17   B: 7002 answers       | 7002! completed -VQ_A:TransferUser 7001??7002
        18   B: diverted VQ_A to 7002 |
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        flow="F11",
    )


# EventQueued late or early


def test_queued_half_a_second_late() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3.5  wait                  | +X@0 +I@0
        3    queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F03",
    )


def test_queued_three_seconds_late() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        6    wait                  | +X@0 +I@0
        3    queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        9    7001 answers          | 7001! completed -VQ_A:TransferUser
        6    diverted VQ_A to 7001 |
        """
        + ENDS,
        flow="F03",
    )


def test_queued_after_the_routing_point_is_left_and_before_the_agent_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        6    9001 leaves Route     | +X@0 +I@0
        3    queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD@6
        6.1  7001 rings            | VQ_A>7001 +7001~ >>7001
        6.1  diverted VQ_A to 7001 |
        9    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F03",
    )


def test_queued_and_diverted_arrive_after_an_agent_let_go_and_another_rang() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        14   9001 leaves Route     | +I@10 -7001:Transfer@10
        14   7002 rings            | I>7002 +7002~ >>7002
        10.3 queued VQ_A           |
        14   diverted VQ_A to 7002 |
        16   7002 answers          | 7002! completed -I:TransferUser
        """
        + ENDS_7002,
        flow="F08",
    )


def test_queued_arrives_after_the_caller_hung_up() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        8    X leaves by X         | +X@0 +I@0 -X:Self -I:Peer
        8    9001 leaves           |
        8    ends                  |
        7    queued VQ_A           |
        8    abandoned VQ_A        |
        """,
        flow="F01",
    )


def test_abandoned_arrives_after_the_end() -> None:
    check(
        IN_QUEUE
        + """
        8    X leaves by X         | -X:Self -VQ_A:Peer
        8    9001 leaves           |
        8    ends                  |
        8    abandoned VQ_A        |
        """,
        flow="F02",
    )


def test_queued_arrives_before_the_call_is_known() -> None:
    linked.check(
        """
        0.2  queued VQ_A           |
        0    call inbound          |
        0    X enters connected    | +X +VQ_A@0.2
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        A="completed F04",
    )


def test_queued_arrives_three_seconds_before_the_call_is_known() -> None:
    linked.check(
        """
        0.2  queued VQ_A           |
        3.1  wait                  |
        0    call inbound          |
        0    X enters connected    | +X +VQ_A@0.2
        0    9001 enters routing   |
        8    X leaves by X         | -X:Self -VQ_A:Peer
        8    ends                  |
        """,
        A="completed F02",
    )


def test_an_event_of_a_call_that_never_becomes_known_is_dropped() -> None:
    linked.check(
        """
        0.2  Z: queued VQ_A        |
        1    call inbound          |
        1    X enters connected    |
        1.1  7001 rings            | +X@1 +7001~
        3    7001 answers          | 7001!
        6    wait                  | dropped
        """
        + ENDS,
        A="completed F05",
    )


def test_queued_has_a_time_before_the_calls_own() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        -2   queued VQ_A           | +X@0 +VQ_A@0
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        4    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F04",
    )


def test_the_second_queue_is_reported_late() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    diverted VQ_A         |
        7    wait                  |
        5    queued VQ_B           | VQ_A>VQ_B +VQ_B >>VQ_B completed -VQ_A:TransferACD
        9    7001 rings            | VQ_B>7001 +7001~ >>7001
        9    diverted VQ_B to 7001 |
        11   7001 answers          | 7001! completed -VQ_B:TransferUser
        """
        + ENDS,
        flow="F04",
    )


def test_queued_again_is_reported_before_the_no_answer() -> None:
    check(
        IN_QUEUE
        + """
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        16.2 queued VQ_A#2         |
        16   7001 leaves NoAnswer  | -7001:System@16 failed@16
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#2 to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        flow="F06",
    )


# Participant lists


def test_the_list_arrives_before_the_call_is_known() -> None:
    linked.check(
        """
        3    list 7001 X by conn   |
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        """
        + ENDS,
        A="completed F05",
    )


def test_the_list_arrives_before_and_after_the_parties_it_names() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  list 7001 X 7001      |
        0.1  7001 rings            | +X@0 +7001~
        3    list 7001 X 7001      |
        3    7001 answers          | 7001!
        10   list 7002 X 7002      |
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        12   7002 answers          | 7002! completed
        11   list 7001 X 7001      |
        """
        + ENDS_7002,
        flow="F07",
    )


def test_supervisor_keys_arrive_before_the_call_is_known() -> None:
    linked.check(
        """
        3    list 7001 X supervisor 7002 by conn |
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            |
        3    7001 answers          |
        30   X leaves by X         |
        30   ends                  |
        """,
        A="ignored V3",
    )


def test_supervisor_keys_arrive_late() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        12   7001 connected        | 7001/
        9    list 7001 X supervisor 7002 |
        14   7001 held             |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


# Call data


def test_an_inbound_call_is_reported_after_its_parties() -> None:
    check(
        """
        0    X enters connected    |
        0.1  7001 rings            | +X{-,in}@0 +7001~{X,in}
        0.1  call inbound          |
        3    7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_an_outbound_call_is_reported_after_its_parties() -> None:
    check(
        """
        0    7001 enters dialing   |
        0.1  P enters alerting     | +7001{-,out}@0 +X~{7001,out}
        0.1  call outbound         |
        3    P connected           | X!
        9    P leaves by P         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )


def test_an_internal_call_is_reported_after_its_parties() -> None:
    check(
        """
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001{-,out}@0 +7002~{7001,in}
        0.1  call internal         |
        3    7002 answers          | 7002!
        9    7001 leaves by 7001   |
        9    7002 leaves           | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


def test_a_wrap_up_code_arrives_after_the_parties_have_left() -> None:
    check(
        TALKING
        + ENDS
        + """
        29   data Sold             | 7001$@29
        """,
        flow="F05",
    )


# The CALL feed's own orders


def test_the_new_routing_point_is_reported_before_the_old_one_leaves() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9002 enters treated   | +X@0 +I@0
        5    9001 leaves Route     |
        9    X leaves by X         | -X:Self -I:Peer
        9    ends                  |
        """,
        flow="F01",
    )


def test_the_agent_rings_before_the_routing_point_leaves() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    7001 rings            | +X@0 +I@0 I>7001 +7001~ >>7001
        5    9001 leaves Route     |
        7    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS,
        flow="F05",
    )


def test_the_agents_party_comes_before_the_callers() -> None:
    check(
        """
        0    call inbound          |
        0    7001 rings            |
        0    X enters connected    | +X +7001~
        3    7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_the_dialled_party_comes_before_the_agents() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        0    7001 enters dialing   | +7001{-,out} +X~{7001,out}
        3    P connected           | X!
        9    P leaves by P         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )


def test_the_consulted_party_comes_before_the_consulting_agents() -> None:
    check(
        TALKING
        + """
        10   B: call consult of A  |
        10   B: 7002 rings         |
        10   B: 7001 enters connected | +7002~{7001,in} 7001?7002
        10   7001 held             | 7001=
        13   B: 7002 answers       | 7002! 7001??7002
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        20   7001 leaves           | -7001:TransferConsult done
        """
        + ENDS_7002,
        flow="F10",
    )


def test_the_end_of_the_call_comes_before_its_parties() -> None:
    check(
        TALKING
        + """
        30   ends by X             | -X:Self -7001:Peer
        30   X leaves by X         |
        30   7001 leaves by X      |
        """,
        flow="F05",
    )


# Clocks of two sites


IVR_SITE = """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    T1 enters alerting    |
        6    link L                |
        6    diverted VQ_A to 7101 |
"""


def test_the_agents_site_is_two_seconds_behind() -> None:
    linked.check(
        IVR_SITE
        + """
        4    B: call inbound @SIPS2 |
        4    B: link L             |
        4    B: T2 enters connected |
        4    B: 7101 rings         | VQ_A>7101 +7101~ >>7101
        6    B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        18   B: T2 leaves          |
        18   B: 7101 leaves by 7101 |
        18   B: ends               |
        20   X leaves              | -7101:Self@18 -X:Peer
        20   T1 leaves             |
        20   ends                  |
        """,
        A="completed F03",
    )


def test_the_agents_site_is_two_seconds_ahead() -> None:
    linked.check(
        IVR_SITE
        + """
        8    B: call inbound @SIPS2 |
        8    B: link L             |
        8    B: T2 enters connected |
        8    B: 7101 rings         | VQ_A>7101 +7101~ >>7101
        10   B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        22   B: T2 leaves          | -X:Self@20
        22   B: 7101 leaves        | -7101:Peer
        22   B: ends               |
        """,
        A="completed F03",
    )


# Events that come twice


QUEUE_AND_TRANSFER = (
    IN_QUEUE
    + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        9    7001 held             | 7001=
        11   7001 connected        | 7001/
        12   data Sold             | 7001$
        15   7001 leaves SingleStepTransfer |
        15   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        17   7002 answers          | 7002! completed
"""
    + ENDS_7002
)
NO_ANSWER = (
    IN_QUEUE
    + """
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        16   7001 leaves NoAnswer  |
        16   queued VQ_A#2         | -7001:System failed
        18   7002 rings            | VQ_A>7002 +7002~ >>7002
        18   diverted VQ_A#2 to 7002 |
        20   7002 answers          | 7002! completed -VQ_A:TransferUser
"""
    + ENDS_7002
)
CONSULT = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
"""
    + ENDS_7002
)
TWO_SITES = (
    IVR_SITE
    + """
        6    B: call inbound @SIPS2 |
        6    B: link L             |
        6    B: T2 enters connected |
        6    B: 7101 rings         | VQ_A>7101 +7101~ >>7101
        8    B: 7101 answers       | 7101! completed -VQ_A:TransferUser
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        20.2 B: T2 leaves          | -X:Self@20
        20.2 B: 7101 leaves        | -7101:Peer
        20.2 B: ends               |
"""
)


def twice(table: str) -> str:
    """The table with every event coming a second time at once."""
    lines = []
    for time, what, told in rows(table):
        lines.append(f"{time} {what} | {' '.join(told)}")
        if what not in NO_EVENTS:
            lines.append(f"{time} again |")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("table", "flow"),
    [(QUEUE_AND_TRANSFER, "F07"), (NO_ANSWER, "F06"), (CONSULT, "F10"), (TWO_SITES, "F03")],
    ids=["queue and transfer", "no answer", "consult", "two sites"],
)
def test_every_event_comes_twice(table: str, flow: str) -> None:
    linked.check(twice(table), A=f"completed {flow}")


def test_a_queue_that_was_left_before_the_caller_is_known_is_skipped() -> None:
    check(
        """
        0    call inbound          |
        0.2  queued VQ_A           |
        5    diverted VQ_A         |
        0    X enters connected    |
        8    7001 rings            | +X@0 +7001~
        10   7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )

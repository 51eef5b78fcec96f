"""Calls first seen half-way, re-reported calls, ends that are never reported, lost calls, and the operator."""

from tests.flows import linked
from tests.flows.beginnings import TALKING
from tests.flows.notation import check

ENDS = """
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
"""
ENDS_7002 = """
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
"""


# First seen half-way


def test_a_caller_talks_to_an_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands connected | +X{-,in} +7001{X,in}
        """
        + ENDS,
        flow="F05",
    )


def test_the_agent_is_reported_first() -> None:
    check(
        """
        0    call inbound          |
        0    7001 stands connected |
        0    X stands connected    | +X{-,in} +7001{X,in}
        """
        + ENDS,
        flow="F05",
    )


def test_states_are_the_first_that_is_heard() -> None:
    check(
        """
        0    X connected           |
        2    7001 held             | +X@0 +7001 7001=
        5    7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_call_data_are_the_first_that_is_heard() -> None:
    check(
        """
        0    data Info             |
        1    X connected           |
        2    7001 connected        | +X@1 +7001
        8    data Sold             | 7001$
        """
        + ENDS,
        flow="F05",
    )


def test_the_call_itself_is_reported_after_its_parties() -> None:
    check(
        """
        0    X connected           |
        0    call inbound          |
        2    7001 connected        | +X{-,in}@0 +7001{X,in}
        """
        + ENDS,
        flow="F05",
    )


def test_an_agent_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands rings     | +X +7001~
        2    7001 connected        | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_in_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    9001 stands treated   |
        1    wait                  | +X@0 +I@0
        5    9001 leaves Route     |
        5    7001 rings            | I>7001 +7001~ >>7001
        7    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS,
        flow="F05",
    )


def test_a_queue_that_was_entered_before_is_skipped() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    9001 stands routing   |
        5    9001 leaves Route     | +X@0 +I@0
        5    7001 rings            | I>7001 +7001~ >>7001
        5    diverted VQ_A to 7001 |
        7    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS,
        flow="F05",
    )


def test_a_queue_that_was_entered_before_and_then_another() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    9001 stands routing   |
        5    diverted VQ_A         | +X@0 +I@0
        5    queued VQ_B           | I>VQ_B +VQ_B >>VQ_B completed -I:TransferACD
        9    7001 rings            | VQ_B>7001 +7001~ >>7001
        9    diverted VQ_B to 7001 |
        11   7001 answers          | 7001! completed -VQ_B:TransferUser
        11   9001 leaves Route     |
        """
        + ENDS,
        flow="F03",
    )


def test_a_consult_is_open() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands held      | +X +7001 7001=
        0.1  B: call consult of A  |
        0.1  B: 7001 stands connected |
        0.1  B: 7002 stands connected | +7002{7001,in} 7001?7002 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        flow="F10",
    )


def test_a_consult_is_open_and_its_call_is_reported_first() -> None:
    linked.check(
        """
        0    B: call consult of A  |
        0    B: 7001 stands connected |
        0    B: 7002 stands connected |
        0.1  call inbound          |
        0.1  X stands connected    |
        0.1  7001 stands held      | B:+X B:+7001 B:+7002 B:7001?7002 B:7001??7002 B:7001=
        20   7001 leaves           |
        20   B: 7001 leaves        | B:-7001:TransferConsult B:done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        40   X leaves by X         | B:-X:Self
        40   7002 leaves           | B:-7002:Peer
        40   ends                  |
        """,
        B="completed F10",
    )


def test_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 stands connected |
        0    P stands connected    | +7001{-,out} +X{7001,out}
        9    P leaves by P         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )


def test_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 stands connected |
        0    7002 stands held      | +7001{-,out} +7002{7001,in} 7002=
        9    7001 leaves by 7001   |
        9    7002 leaves           | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


def test_a_conference() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands connected | +X +7001
        0    7002 stands connected |
        3    wait                  |
        5    7001 held             |
        9    7001 leaves by 7001   | -7001:TransferConference -X:System
        20   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_supervision() -> None:
    check(
        """
        0    call inbound          |
        0    7002 stands observing |
        0    X stands connected    |
        0    7001 stands connected |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_only_ends_are_heard() -> None:
    check(
        """
        0    7001 leaves           |
        0    X leaves by 7001      |
        0    ends                  |
        """,
        outcome="ignored",
    )


# Re-reported after a switchover


def test_a_re_report_of_a_talk_tells_nothing() -> None:
    check(
        TALKING
        + """
        20   call inbound          |
        20   X stands connected    |
        20   7001 stands connected |
        """
        + ENDS,
        flow="F05",
    )


def test_a_re_report_on_hold_tells_nothing() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        20   call inbound          |
        20   X stands connected    |
        20   7001 stands held      |
        30   7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_a_re_report_in_the_queue_tells_nothing() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        4    call inbound          |
        4    9001 stands routing   |
        4    X stands connected    |
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        7    call inbound          |
        7    X stands connected    |
        7    7001 stands rings     |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F04",
    )


def test_a_re_report_in_a_consult_tells_nothing() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        15   B: call consult of A  |
        15   B: 7002 stands connected |
        15   B: 7001 stands connected |
        15   call inbound          |
        15   7001 stands held      |
        15   X stands connected    |
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        flow="F10",
    )


def test_a_hold_during_the_switchover_is_told_with_the_re_report() -> None:
    check(
        TALKING
        + """
        20   call inbound          |
        20   X stands connected    |
        20   7001 stands held      | 7001=
        30   7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_an_answer_during_the_switchover_is_told_with_the_re_report() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        8    call inbound          |
        8    X stands connected    |
        8    7001 stands connected | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_a_re_report_after_the_end_tells_nothing() -> None:
    check(
        TALKING
        + ENDS
        + """
        41   call inbound          |
        41   X stands connected    |
        41   7001 stands connected |
        """,
        flow="F05",
    )


# Ends that are not reported


def test_the_end_of_the_call_is_never_reported() -> None:
    linked.check(
        TALKING
        + """
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        """,
        A="completed F05",
    )


def test_the_end_of_the_agents_party_is_never_reported() -> None:
    linked.check(
        TALKING
        + """
        40   X leaves by X         | -X:Self
        141  wait                  | -7001:System@140
        """,
        silence=100,
        A="completed F05",
    )


def test_the_parties_ends_are_never_reported() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        9    ends                  | -7001:Peer canceled -X:Self -VQ_A:Peer
        """,
        flow="F02",
    )


def test_a_queue_that_is_never_left() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   7001 leaves SingleStepTransfer |
        20   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        22   7002 answers          | 7002! completed
        """
        + ENDS_7002,
        flow="F07",
    )


# Lost, and ended by an operator


def test_a_talk_is_lost_and_its_later_events_are_not_told() -> None:
    linked.check(
        TALKING
        + """
        200  7001 held             | -X:System@103 -7001:System@103 dropped
        201  X leaves by X         | dropped
        """,
        silence=100,
        A="completed F05",
    )


def test_a_quiet_call_is_not_lost_while_its_consult_is_heard_of() -> None:
    linked.check(
        TALKING
        + """
        50   7001 held             | 7001=
        50   B: call consult of A  |
        50   B: 7001 enters connected |
        50   B: 7002 rings         | +7002~ 7001?7002
        53   B: 7002 answers       | 7002! 7001??7002
        140  B: 7002 held          | 7002=
        200  B: 7002 connected     | 7002/
        301  wait                  | -X:System@300 -7001:System@300 -7002:System@300
        """,
        silence=100,
        A="completed F10",
    )


def test_a_call_of_which_nothing_was_told_is_lost_silently() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7099 rings            |
        200  wait                  |
        """,
        silence=100,
        A="ignored",
    )


def test_an_operator_ends_a_talk() -> None:
    check(
        TALKING
        + """
        20   operator              | -X:System -7001:System
        25   data Sold             |
        30   X leaves by X         |
        30   7001 leaves           |
        30   ends                  |
        """,
        flow="F05",
    )


def test_an_operator_ends_a_call_in_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        9    operator              | +X@0 +I@0 -X:System -I:System
        """,
        flow="F01",
    )


def test_an_operator_ends_a_call_of_which_nothing_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7099 rings            |
        9    operator              |
        10   7001 rings            |
        11   7001 answers          |
        """,
        outcome="ignored",
    )


def test_an_operator_ends_a_consult() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        12   operator              | -X:System -7001:System -7002:System
        13   B: 7002 answers       |
        """,
        flow="F10",
    )


def test_an_operator_ends_a_call_while_an_agent_has_just_left() -> None:
    check(
        TALKING
        + """
        20   7001 leaves SingleStepTransfer |
        21   operator              | -X:System -7001:System
        22   7002 rings            |
        """,
        flow="F05",
    )


def test_the_first_that_is_heard_is_a_party_that_moves() -> None:
    linked.check(
        """
        0    B: 7002 moves to A    |
        0    B: ends into A        |
        0.1  X connected           |
        0.2  7002 connected        | B:+X@0.1 B:+7002@0
        40   X leaves by X         | B:-X:Self
        40   7002 leaves           | B:-7002:Peer
        40   ends                  |
        """,
        B="completed F05",
    )


def test_of_two_who_were_called_in_a_consult_one_talks() -> None:
    check(
        """
        0    call inbound          |
        0    X stands connected    |
        0    B: call consult of A  |
        0    B: 7001 stands connected |
        0    B: 7002 stands alerting |
        0    B: 7003 stands connected |
        0    7001 stands held      | +X +7001 +7003 7001?7003 7001??7003 7001=
        1    B: 7002 leaves        |
        5    7001 leaves           |
        5    B: 7001 leaves        | -7001:TransferConsult done
        5    B: 7003 moves to A    |
        5    B: ends into A        |
        9    X leaves by X         | -X:Self
        9    7003 leaves           | -7003:Peer
        9    ends                  |
        """,
        flow="F10",
    )


def test_a_call_of_unknown_type_that_has_been_on_a_routing_point_came_from_outside() -> None:
    check(
        """
        0    call unknown          |
        0    9001 enters routing   |
        0    X enters connected    |
        9    7001 stands connected | +X{-,in}@0 +I@0 I>7001@9 +7001{X,in} >>7001 completed -I:TransferUser
        40   9001 leaves           |
        """
        + ENDS,
        flow="F05",
    )


def test_an_event_of_the_past_does_not_set_the_clock_back() -> None:
    """Of a trunk nobody knows for 3 s whether it is the caller; those are over when it is heard of."""
    check(
        """
        0    call inbound          |
        10   data Other            |
        0    T1 stands connected   |
        0    7001 stands connected | +X@0 +7001
        40   T1 leaves by T1       | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )

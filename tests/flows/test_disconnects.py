"""How a communication ends: who hung up, who goes with it, what led to nothing, what moved on."""

from tests.flows import linked
from tests.flows.beginnings import FROM_QUEUE, TALKING
from tests.flows.notation import check

RINGING = """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
"""


# Self and Peer


def test_the_agent_hangs_up_named_by_party() -> None:
    check(
        TALKING
        + """
        9    7001 leaves by 7001   |
        9    X leaves by 7001      | -7001:Self -X:Peer
        9    ends by 7001          |
        """,
        flow="F05",
    )


def test_the_agent_hangs_up_and_the_callers_party_goes_first() -> None:
    check(
        TALKING
        + """
        9    X leaves by 7001      | -X:Peer
        9    7001 leaves by 7001   | -7001:Self
        9    ends                  |
        """,
        flow="F05",
    )


def test_ctrl_party_is_a_dn() -> None:
    check(
        TALKING
        + """
        9    X leaves by dn 7001   | -X:Peer
        9    7001 leaves by dn 7001 | -7001:Self
        9    ends                  |
        """,
        flow="F05",
    )


def test_without_ctrl_party_the_first_to_go_hung_up() -> None:
    check(
        TALKING
        + """
        9    X leaves              | -X:Self
        9.1  7001 leaves           | -7001:Peer
        9.1  ends                  |
        """,
        flow="F05",
    )
    check(
        TALKING
        + """
        9    7001 leaves           |
        9.1  X leaves              | -7001:Self@9 -X:Peer
        9.1  ends                  |
        """,
        flow="F05",
    )


def test_only_the_end_of_the_call_is_reported() -> None:
    check(
        TALKING
        + """
        9    ends by X             | -X:Self -7001:Peer
        """,
        flow="F05",
    )
    check(
        TALKING
        + """
        9    ends by 7001          | -7001:Self -X:Peer
        """,
        flow="F05",
    )


def test_the_ivr_hangs_up() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9001 leaves by 9001   | +X@0 +I@0
        5    X leaves by 9001      | -I:Self -X:Peer
        5    ends                  |
        """,
        flow="F01",
    )


# A ring that leads to nothing


def test_no_answer_of_a_direct_call() -> None:
    check(
        RINGING
        + """
        20   7001 leaves NoAnswer  |
        20   9001 enters routing   | -7001:System
        20.3 queued VQ_A           | +VQ_A{X,in}
        25   9001 leaves Route     |
        25   7002 rings            | VQ_A>7002 +7002~ >>7002
        25   diverted VQ_A to 7002 |
        27   7002 answers          | 7002! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F06",
    )


def test_a_ring_ends_without_a_cause() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves           |
        16.2 queued VQ_A#2         | -7001:System@16 failed@16
        30   X leaves by X         | -X:Self -VQ_A:Peer
        30   ends                  |
        """,
        flow="F02",
    )


def test_a_ring_is_redirected() -> None:
    check(
        FROM_QUEUE
        + """
        16   7001 leaves Redirect  |
        16   9001#2 enters routing | -7001:System failed
        16.2 queued VQ_A#2         |
        30   X leaves by X         | -X:Self -VQ_A:Peer
        30   ends                  |
        """,
        flow="F02",
    )


def test_a_busy_agent() -> None:
    check(
        FROM_QUEUE
        + """
        7    7001 leaves Busy      |
        7    9001#2 enters routing | -7001:Error failed
        30   X leaves by X         | -X:Self -VQ_A:Peer
        30   ends                  |
        """,
        flow="F02",
    )


def test_a_phone_that_fails_without_a_cause() -> None:
    check(
        FROM_QUEUE
        + """
        7    7001 failed           |
        7    7001 leaves           |
        7    9001#2 enters routing | -7001:Error failed
        30   X leaves by X         | -X:Self -VQ_A:Peer
        30   ends                  |
        """,
        flow="F02",
    )


def test_the_caller_hangs_up_while_a_direct_call_rings() -> None:
    check(
        RINGING
        + """
        5    X leaves by X         | -7001:Peer -X:Self
        5    7001 leaves           |
        5    ends                  |
        """,
        flow="F02",
    )


def test_a_call_nobody_answers_is_ended_by_the_switch() -> None:
    check(
        RINGING
        + """
        20   7001 leaves NoAnswer  |
        23   wait                  | -7001:System@20
        25   X leaves              | -X:Self
        25   ends                  |
        """,
        flow="F02",
    )


# An agent who dials


def test_a_dialled_number_does_not_answer() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        30   P leaves NoAnswer     | -X:System
        31   7001 leaves by 7001   | -7001:Self
        31   ends                  |
        """,
        flow="F14",
    )


def test_an_agent_gives_up_dialling() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        10   7001 leaves by 7001   |
        10   P leaves by 7001      | -7001:Self -X:Peer
        10   ends                  |
        """,
        flow="F14",
    )


def test_a_dialled_number_is_busy_by_its_state() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        2    P busy                |
        5    7001 leaves by 7001   |
        5    P leaves by 7001      | -7001:Self -X:Error
        5    ends                  |
        """,
        flow="F14",
    )


def test_an_agent_gives_up_before_anybody_is_called() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        4    7001 leaves by 7001   |
        4    ends                  |
        """,
        outcome="ignored",
    )


# Moved on


def test_an_agent_connects_without_ringing() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    diverted VQ_A to 7001 |
        5    7001 enters connected | VQ_A>7001 +7001 >>7001 completed -VQ_A:TransferUser
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F04",
    )


# Lost, and ended by an operator


def test_a_lost_call_in_the_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        60   lost                  | -X:System -VQ_A:System
        """,
        flow="F02",
    )


def test_an_operator_ends_a_call_while_an_agent_rings() -> None:
    check(
        FROM_QUEUE
        + """
        7    operator              | -X:System -VQ_A:System -7001:System
        9    7001 answers          |
        """,
        flow="F02",
    )


def test_a_lost_consult() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        60   lost                  | -X:System -7001:System -7002:System
        """,
        flow="F10",
    )


def test_the_called_agent_of_an_internal_call_is_busy() -> None:
    linked.check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 enters busy      | +7001@0 +7002~
        3    7001 leaves by 7001   | -7002:Error -7001:Self
        3    7002 leaves           |
        3    ends                  |
        """,
        A="completed F16",
    )


def test_only_the_calls_end_names_the_agent_who_hung_up() -> None:
    check(
        TALKING
        + """
        30   7001 leaves           |
        30   ends by 7001          | -7001:Self -X:Peer
        """,
        flow="F05",
    )


def test_a_caller_without_a_dn_is_not_whoever_is_not_named() -> None:
    check(
        """
        0    call inbound hidden   |
        0    ? enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        9    7001 leaves NoAnswer  |
        9    queued VQ_A#2         | -7001:System failed
        15   ? leaves              | -X:Self -VQ_A:Peer
        15   abandoned VQ_A#2      |
        15   ends                  |
        """,
        flow="F02",
    )


def test_one_of_an_agents_two_phones_rejects() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        10.1 7002#2 rings          |
        12   7002#2 busy           |
        12   7002#2 leaves         |
        12   7002 leaves           |
        12   7003 rings            | -7002:Error failed +7003~{X,in}
        15   7003 answers          | 7003!
        20   X leaves by X         | -X:Self
        20   7003 leaves           | -7003:Peer
        20   ends                  |
        """,
        flow="F07",
    )


def test_a_phone_that_fails_after_it_had_answered_has_left() -> None:
    check(
        TALKING
        + """
        10   7001 failed           |
        12   7001 leaves           |
        20   X leaves by X         | -7001:Self@12 -X:Self
        20   ends                  |
        """,
        flow="F05",
    )

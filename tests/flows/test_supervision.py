"""V3: somebody supervises the call."""

from tests.flows import linked
from tests.flows.beginnings import CONSULTING, IN_IVR, IN_QUEUE, TALKING
from tests.flows.notation import check

FROM_QUEUE = (
    IN_QUEUE
    + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
"""
)


def test_v3_before_anything_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7002 enters observing |
        0.1  7001 rings            |
        3    7001 answers          |
        9    X leaves by X         |
        9    7001 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_v3_supervisor_keys_before_anything_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  list 7001 X supervisor 7002 |
        0.1  7001 rings            |
        3    7001 answers          |
        9    X leaves by X         |
        9    7001 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_v3_in_the_ivr() -> None:
    check(
        IN_IVR
        + """
        3    7002 enters observing |
        5    9001 leaves Route     | -I:System -X:System
        5    7001 rings            |
        8    7001 answers          |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V3",
    )


def test_v3_in_the_queue() -> None:
    check(
        IN_QUEUE
        + """
        4    7002 enters observing |
        6    9001 leaves Route     |
        6    7001 rings            |
        6    diverted VQ_A to 7001 | -VQ_A:System -X:System
        8    7001 answers          |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_in_the_queue_and_the_caller_hangs_up() -> None:
    check(
        IN_QUEUE
        + """
        4    7002 enters observing |
        6    X leaves by X         | -X:Self -VQ_A:System
        6    abandoned VQ_A        |
        6    ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_an_agent_rings() -> None:
    check(
        FROM_QUEUE
        + """
        7    7002 enters observing | -VQ_A:System@6
        8    7001 answers          |
        10   7001 held             |
        20   X leaves by X         | -X:Self -7001:System
        20   7001 leaves           |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_an_agent_rings_who_hangs_up_after_the_answer() -> None:
    check(
        FROM_QUEUE
        + """
        7    7002 enters observing | -VQ_A:System@6
        8    7001 answers          |
        20   7001 leaves           | -7001:Self -X:System
        20   X leaves              |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_an_agent_rings_who_does_not_answer() -> None:
    check(
        FROM_QUEUE
        + """
        7    7002 enters observing | -VQ_A:System@6
        16   7001 leaves NoAnswer  | -7001:System -X:System
        16   queued VQ_A#2         |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_the_agent_of_a_direct_call_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        2    7002 enters observing |
        3    7001 answers          |
        20   7001 leaves by 7001   | -7001:Self -X:System
        20   X leaves by 7001      |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_a_party_turns_out_to_be_a_supervisor() -> None:
    check(
        TALKING
        + """
        10   7002 enters alerting  |
        10.5 7002 observing        |
        11   7001 held             |
        20   7002 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v3_the_supervisor_leaves_again() -> None:
    check(
        TALKING
        + """
        10   7002 enters observing |
        12   7002 leaves           |
        15   7001 held             |
        17   7001 connected        |
        20   data Sold             |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v3_in_a_consult_call() -> None:
    check(
        CONSULTING
        + """
        15   B: 7003 enters observing |
        20   B: 7002 leaves by 7002 | -7002:Self
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


def test_v3_supervisor_keys_in_the_queue() -> None:
    linked.check(
        IN_QUEUE
        + """
        6    list 7001 X 7001 supervisor 7009 |
        7    9001 leaves Route     |
        7    7001 rings            |
        7    diverted VQ_A to 7001 | -VQ_A:System -X:System
        9    7001 answers          |
        20   X leaves by X         |
        20   7001 leaves           |
        20   ends                  |
        """,
        A="suspended F02 V3",
    )


def test_v3_supervisor_keys_of_a_consult_call() -> None:
    check(
        CONSULTING
        + """
        15   B: list 7002 7001 supervisor 7003 |
        20   X leaves by X         | -X:Self
        20   7001 leaves           |
        20   ends                  |
        30   B: 7002 leaves by 7002 | -7002:Self -7001:System
        30   B: 7001 leaves        |
        30   B: ends               |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )

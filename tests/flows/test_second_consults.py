"""V7: a consult out of a consult, and a second one beside an open one."""

from tests.flows import linked
from tests.flows.beginnings import CONSULT, CONSULTING
from tests.flows.notation import check


def test_v7_a_nested_consult() -> None:
    check(
        CONSULTING
        + """
        15   B: 7002 held          | 7002=
        15   C: call consult of B  |
        15   C: 7002 enters connected |
        15   C: 7003 rings         |
        18   C: 7003 answers       |
        20   C: 7002 leaves        |
        20   C: 7003 leaves        |
        20   C: ends               |
        21   B: 7002 connected     |
        25   B: 7002 leaves by 7002 | -7002:Self
        25   B: 7001 leaves        |
        25   B: ends               |
        26   7001 connected        |
        40   X leaves by X         | -X:Self -7001:System
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


def test_v7_before_anything_was_told() -> None:
    check(
        """
        0    C: call consult of B  |
        0    C: 7002 stands connected |
        0    B: call consult of A  |
        0    B: 7001 stands connected |
        0    B: 7002 stands held   |
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands held      |
        9    X leaves by X         |
        9    ends                  |
        9    B: ends               |
        9    C: ends               |
        """,
        outcome="ignored",
        violation="V7",
    )


def test_v7_the_other_agent_of_an_internal_call_consults_too() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7003 rings         | +7003~ 7001?7003
        12   B: 7003 answers       | 7003! 7001??7003
        15   7002 held             | 7002=
        15   C: call consult of A  |
        15   C: 7002 enters connected |
        15   C: 7004 rings         |
        18   C: 7004 answers       |
        20   C: 7002 leaves        |
        20   C: 7004 leaves        |
        20   C: ends               |
        25   B: 7003 leaves by 7003 | -7003:Self
        25   B: 7001 leaves        |
        25   B: ends               |
        30   7001 leaves by 7001   | -7001:Self -7002:System
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


def test_v7_the_consulted_agent_consults() -> None:
    linked.check(
        CONSULTING
        + """
        15   C: call consult of B  |
        15   C: 7002 enters connected |
        15   C: 7003 rings         |
        17   C: 7003 answers       |
        20   C: 7003 leaves        |
        20   C: 7002 leaves        |
        20   C: ends               |
        22   B: 7002 leaves by 7002 | -7002:Self
        22   B: 7001 leaves        |
        22   B: ends               |
        23   7001 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   7001 leaves           |
        30   ends                  |
        """,
        A="suspended F10 V7",
    )


def test_v7_a_second_consult_while_the_first_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   C: call consult of A  |
        12   C: 7001 enters connected |
        12   C: 7003 rings         |
        13   B: 7002 answers       |
        20   X leaves by X         | -X:Self
        20   7001 leaves           |
        20   ends                  |
        21   B: 7002 leaves by 7002 | -7002:Self -7001:System
        21   B: 7001 leaves        |
        21   B: ends               |
        22   C: 7001 leaves        |
        22   C: ends               |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )

"""V1 and V2: a conference by consult, and one by a single step."""

from tests.flows import linked
from tests.flows.beginnings import CONSULT, CONSULTING, TALKING
from tests.flows.notation import check


def test_v1_the_consulted_party_moves_before_the_agent_is_back() -> None:
    check(
        CONSULTING
        + """
        20   B: 7002 moves to A    |
        20   7001 connected        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        25   7002 held             |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_without_moved_parties() -> None:
    check(
        CONSULTING
        + """
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        20   7002 enters connected |
        20   7001 connected        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_without_moved_parties_the_main_call_changes_first() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   7002 enters connected |
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_the_caller_hangs_up_first() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        40   7002 leaves by 7002   | -7002:Self -7001:System
        40   7001 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_with_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   B: P connected        | +P~@10 7001?P@10 P! 7001??P
        20   7001 connected        | 7001/
        20   B: P moves to A       |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   P leaves by P         | -P:Self -X:System
        40   X leaves              |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F12",
        violation="V1",
    )


def test_v1_while_the_consulted_agent_still_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   7001 connected        | 7001/
        12   B: 7002 moves to A    |
        12   B: 7001 leaves        |
        12   B: ends into A        |
        16   7002 answers          |
        30   X leaves by X         | -X:Self
        31   7001 leaves by 7001   | -7001:Self -7002:System
        31   7002 leaves           |
        31   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_with_the_agent_of_a_consulted_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        17   B: 7002 answers       | 7002! completed -VQ_A:TransferUser 7001??7002
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F11",
        violation="V1",
    )


def test_v2_the_third_party_rings_for_long() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7001 held             | 7001=
        15.5 7001 connected        |
        20   7002 answers          |
        30   7001 leaves by 7001   | -7001:TransferConference -X:System
        40   X leaves by X         |
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_the_third_party_does_not_answer() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        14   7002 leaves NoAnswer  |
        16   7001 held             | 7001=
        18   7001 connected        | 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v2_the_caller_hangs_up_first() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        30   X leaves by X         | -X:Self -7001:System
        31   7001 leaves by 7001   |
        31   7002 leaves           |
        31   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_the_third_party_comes_from_a_queue() -> None:
    check(
        TALKING
        + """
        10   9001 enters routing   |
        10.3 queued VQ_A           |
        15   9001 leaves Route     |
        15   7002 rings            |
        15   diverted VQ_A to 7002 |
        17   7002 answers          |
        20   7001 held             |
        30   7001 leaves by 7001   | -7001:TransferConference -X:System
        40   X leaves by X         |
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_in_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        12   7002 rings            |
        14   7002 answers          |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   P leaves by P         |
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F14",
        violation="V2",
    )


def test_v2_in_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        3    7001 connected        |
        12   7003 rings            |
        14   7003 answers          |
        18   7002 leaves by 7002   | -7002:TransferConference -7001:System
        30   7001 leaves by 7001   |
        30   7003 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F16",
        violation="V2",
    )


def test_v2_after_a_transfer() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        20   7003 rings            |
        22   7003 answers          |
        30   7002 leaves by 7002   | -7002:TransferConference -X:System
        40   X leaves by X         |
        40   7003 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F07",
        violation="V2",
    )


def test_v2_a_fourth_party_changes_nothing() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        15   7003 rings            |
        16   7003 answers          |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v1_the_agent_is_off_hold_and_the_consulted_party_is_between_the_calls() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        20   7002 enters connected |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v2_seen_before_anything_was_told() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7001 enters connected | +X +7001
        0    7002 enters connected |
        4    7001 leaves           | -7001:TransferConference -X:System
        5    X leaves              |
        5    7002 leaves           |
        5    ends                  |
        """,
        A="suspended F05 V2",
    )


def test_v1_the_consulted_agent_leaves_the_conference() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        25   7002 leaves by 7002   | -7002:Self
        27   7001 held             |
        28   7001 connected        |
        40   7001 leaves by 7001   | -7001:Self -X:System
        40   X leaves              |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v2_the_third_party_leaves_again() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        20   7002 leaves by 7002   |
        25   7001 held             |
        30   7001 leaves by 7001   | -7001:Self -X:System
        30   X leaves by 7001      |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )

"""V5: an Extension without a mapped, logged-in agent."""

from tests.flows.beginnings import CONSULT, IN_IVR, IN_QUEUE, TALKING
from tests.flows.notation import check


def test_v5_an_unmapped_extension_answers_a_direct_call() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7099 rings            |
        3    7099 answers          |
        10   7099 leaves SingleStepTransfer |
        10   7001 rings            |
        13   7001 answers          |
        20   X leaves by X         |
        20   7001 leaves           |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_an_unmapped_extension_dials() -> None:
    check(
        """
        0    call outbound         |
        0    7050 enters dialing   |
        0.2  P enters alerting     |
        5    P connected           |
        9    P leaves by P         |
        9    7050 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_a_free_seat_waits_for_the_login() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          |
        10   7050 login A7050      | VQ_A>7050@6 +7050~@6 >>7050@6 7050!@8 completed@8 -VQ_A:TransferUser@8
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        flow="F03",
    )


def test_v5_the_login_comes_too_late() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          |
        11   wait                  | -VQ_A:System@6 -X:System
        12   7050 login A7050      |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_the_agent_calls_an_extension_without_agent() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7050 rings            |
        3    7050 answers          |
        9    7001 leaves by 7001   |
        9    7050 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_after_the_ivr() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    7099 rings            |
        7    7099 answers          | -I:System@5 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V5",
    )


def test_v5_the_routing_point_stays_until_the_answer() -> None:
    check(
        IN_IVR
        + """
        5    7099 rings            |
        7    7099 answers          |
        7    9001 leaves Route     | -I:System -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V5",
    )


def test_v5_an_extension_without_agent_only_rings() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        16   7050 leaves NoAnswer  |
        16   9001#2 enters routing |
        16.2 queued VQ_A#2         |
        20   7001 rings            | VQ_A>7001 +7001~ >>7001
        20   diverted VQ_A#2 to 7001 |
        22   7001 answers          | 7001! completed -VQ_A:TransferUser
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F03",
    )


def test_v5_of_a_hunt_group_the_one_without_agent_only_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings            |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        3    7050 leaves           |
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v5_of_a_hunt_group_the_one_without_agent_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7099 rings            |
        3    7099 answers          |
        3    7001 leaves           | -7001:System -X:System
        40   X leaves by X         |
        40   7099 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_consulted() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        13   B: 7050 answers       |
        20   B: 7050 leaves by 7050 |
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        |
        40   X leaves by X         | -X:Self -7001:System
        40   7001 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_consulted_and_not_answered() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        15   B: 7050 leaves NoAnswer |
        15   B: 7001 leaves        |
        15   B: ends               |
        16   7001 connected        | 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v5_a_consult_is_completed_to_an_extension_without_agent() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        13   B: 7050 answers       |
        20   B: 7001 leaves        |
        20   7001 leaves           | -7001:Self -X:System
        20   B: 7050 moves to A    |
        20   B: ends into A        |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_a_blind_transfer_to_an_extension_without_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7099 rings            |
        13   wait                  | -7001:Self@10
        15   7099 answers          | -X:System
        40   X leaves by X         |
        40   7099 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_a_blind_transfer_that_goes_on_to_an_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7050 rings            |
        13   wait                  | -7001:Self@10
        20   7050 leaves NoAnswer  |
        20   7002 rings            | +7002~{X,in}
        22   7002 answers          | 7002!
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_somebody_else_logs_in_elsewhere_while_a_free_seat_waits_for_its_login() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings            |
        1    7050 answers          |
        1.2  7001 login A7001      |
        2    7050 login A7050      | +X@0 +7050~@0.1 7050!@1
        9    X leaves by X         | -X:Self
        9    7050 leaves           | -7050:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_a_call_that_ends_while_it_only_rings_on_a_free_seat_is_no_call_of_the_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.3  9001 leaves Route     |
        0.3  7050 rings            |
        0.8  X leaves by X         |
        0.8  7050 leaves           |
        0.8  ends                  |
        """,
        outcome="ignored",
    )


def test_an_agent_who_is_known_and_not_mapped_answers() -> None:
    check(
        IN_QUEUE
        + """
        6    7050 enters rings as A9999 |
        6    diverted VQ_A to 7050 |
        8    7050 answers          | -VQ_A:System@6 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_a_free_seat_answers_and_leaves_before_the_wait_for_its_login_is_over() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    diverted VQ_A to 7050 |
        5    7050 rings            |
        7    7050 answers          |
        8.5  7050 leaves by 7050   |
        8.5  queued VQ_A#2         |
        12   7001 rings            |
        12   diverted VQ_A#2 to 7001 | -VQ_A:System -X:System
        14   7001 answers          |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )

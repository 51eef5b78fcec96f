"""Consults after consults, and what becomes of the call after one that failed."""

from tests.flows.beginnings import CONSULT, ended
from tests.flows.notation import check


def test_a_consult_by_the_agent_who_was_consulted() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7002 moves to A    |
        15   B: ends into A        |
        20   7002 held             | 7002=
        20   C: call consult of A  |
        20   C: 7002 enters connected |
        20   C: 7003 rings         | +7003~{7002,in} 7002?7003{X}
        23   C: 7003 answers       | 7003! 7002??7003
        25   7002 leaves           |
        25   C: 7002 leaves        | -7002:TransferConsult done
        25   C: 7003 moves to A    |
        25   C: ends into A        |
        """
        + ended("7003"),
        flow="F10",
    )


def test_a_blind_transfer_after_a_consult_that_was_given_up() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        15   B: 7002 leaves by 7001 |
        15   B: 7001 leaves by 7001 |
        15   B: ends               |
        15.2 7001 connected        | -7002:Peer@15 done@15 7001/
        20   7001 leaves SingleStepTransfer |
        20   7003 rings            | 7001>7003 +7003~ >>7003 -7001:TransferUser
        22   7003 answers          | 7003! completed
        """
        + ended("7003"),
        flow="F07",
    )


def test_the_same_agent_is_consulted_again() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        15   B: 7002 leaves NoAnswer |
        15   B: 7001 leaves        |
        15   B: ends               |
        15.2 7001 connected        | -7002:System@15 done@15 7001/
        20   7001 held             | 7001=
        20   C: call consult of A  |
        20   C: 7001 enters connected |
        20   C: 7002 rings         | +7002'~ 7001?7002'
        22   C: 7002 answers       | 7002'! 7001??7002'
        25   7001 leaves           |
        25   C: 7001 leaves        | -7001:TransferConsult done
        25   C: 7002 moves to A    |
        25   C: ends into A        |
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002':Peer
        40   ends                  |
        """,
        flow="F10",
    )


def test_the_consulted_agent_hangs_up() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        15   B: 7002 leaves by 7002 |
        15   B: 7001 leaves by 7002 |
        15   B: ends               |
        15.2 7001 connected        | -7002:Self@15 done@15 7001/
        """
        + ended("7001"),
        flow="F13",
    )


def test_the_consulted_agent_moves_before_the_consulting_one_leaves() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   B: 7002 moves to A    |
        20   B: 7001 leaves Transfer |
        20   B: ends into A        |
        20.2 7001 leaves Transfer  | -7001:TransferConsult done
        """
        + ended("7002"),
        flow="F10",
    )


def test_the_callers_call_is_deleted_while_the_consult_lives() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   ends by X             | -X:Self done
        30   B: 7002 leaves by 7002 |
        30   B: 7001 leaves by 7002 | -7002:Self -7001:Peer
        30   B: ends               |
        """,
        flow="F13",
    )


def test_a_consult_to_a_busy_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   wait                  | +P~{7001,out}@10 7001?P{X}@10
        14   B: P leaves Busy      |
        14   B: 7001 leaves        |
        14   B: ends               |
        14.5 7001 connected        | -P:Error@14 done@14 7001/
        """
        + ended("7001"),
        flow="F13",
    )


def test_a_mute_transfer_to_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   wait                  | +P~@10 7001?P@10
        14   7001 leaves           |
        14   B: 7001 leaves        | -7001:TransferConsult done
        14   B: P moves to A       |
        14   B: ends into A        |
        16   P connected           | P!
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F12",
    )


def test_a_mute_transfer_that_is_not_answered_goes_to_a_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   7001 leaves           |
        12   B: 7001 leaves        | -7001:TransferConsult done
        12   B: 7002 moves to A    |
        12   B: ends into A        |
        20   7002 leaves NoAnswer  |
        20   queued VQ_A           | -7002:System +VQ_A{X,in}
        25   7003 rings            | VQ_A>7003 +7003~ >>7003
        25   diverted VQ_A to 7003 |
        27   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ended("7003"),
        flow="F10",
    )


def test_a_consult_in_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7003 rings         | +7003~{7001,in} 7001?7003{7002}
        12   B: 7003 answers       | 7003! 7001??7003{7002}
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7003 moves to A    |
        15   B: ends into A        |
        20   7002 leaves by 7002   |
        20   7003 leaves           | -7002:Self -7003:Peer
        20   ends                  |
        """,
        flow="F10",
    )


def test_a_consult_in_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7002 rings         | +7002~{7001,out} 7001?7002{X}
        12   B: 7002 answers       | 7002! 7001??7002
        15   7001 leaves           |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7002 moves to A    |
        15   B: ends into A        |
        20   P leaves by P         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F10",
    )


def test_a_consult_to_a_queue_given_up() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A{7001,in} 7001?VQ_A{X}
        15   B: abandoned VQ_A     |
        15   B: 7001 leaves by 7001 |
        15   B: 9001 leaves        |
        15   B: ends               |
        15.2 7001 connected        | -VQ_A:Peer@15 done@15 7001/
        """
        + ended("7001"),
        flow="F13",
    )


def test_a_consult_to_a_queue_whose_agent_does_not_answer() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~{7001,in} >>7002{7001}
        15   B: diverted VQ_A to 7002 |
        20   B: 7002 leaves NoAnswer |
        20   B: 9001#2 enters routing | -7002:System failed
        20.2 B: queued VQ_A#2      |
        22   B: 7003 rings         | VQ_A>7003{7001} +7003~ >>7003
        22   B: diverted VQ_A#2 to 7003 |
        24   B: 7003 answers       | 7003! completed -VQ_A:TransferUser 7001??7003{X}
        24   B: 9001#2 leaves Route |
        30   7001 leaves           |
        30   B: 7001 leaves        | -7001:TransferConsult done
        30   B: 7003 moves to A    |
        30   B: ends into A        |
        """
        + ended("7003"),
        flow="F11",
    )

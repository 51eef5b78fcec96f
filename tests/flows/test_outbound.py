"""F14 to F17: calls by an agent, by the system, and between agents."""

from tests.flows.notation import check


def test_f14_an_agent_calls() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        9    P leaves by P         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )


def test_f14_busy() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P leaves Busy         | -X:Error
        6    7001 leaves by 7001   | -7001:Self
        6    ends                  |
        """,
        flow="F14",
    )


def test_f15_dialled_by_the_system() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        5    P connected           |
        5    9001 enters routing   |
        5.2  queued VQ_A           | +X~@0 X!@5 +VQ_A
        7    9001 leaves Route     |
        7    7001 rings            | VQ_A>7001 +7001~ >>7001
        7    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   P leaves by P         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F15",
    )


def test_v4_agentless_campaign() -> None:
    check(
        """
        0    call outbound         |
        0    P enters alerting     |
        5    P connected           |
        5    9001 enters treated   |
        20   P leaves by P         |
        20   9001 leaves           |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V4",
    )


def test_f16_agent_to_agent() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        3    7001 connected        |
        9    7001 leaves by 7001   |
        9    7002 leaves by 7001   | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


def test_f17_agent_to_queue_to_agent() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters connected |
        0    9001 enters routing   |
        0.3  queued VQ_A           | +7001@0 +VQ_A
        5    9001 leaves Route     |
        5    7002 rings            | VQ_A>7002 +7002~ >>7002
        5    diverted VQ_A to 7002 |
        8    7002 answers          | 7002! completed -VQ_A:TransferUser
        9    7002 leaves by 7002   |
        9    7001 leaves by 7002   | -7002:Self -7001:Peer
        9    ends                  |
        """,
        flow="F17",
    )


def test_f16_then_a_blind_transfer_by_the_caller() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        3    7001 connected        |
        9    7001 leaves SingleStepTransfer |
        9    7003 rings            | 7001>7003 +7003~ >>7003 -7001:TransferUser@9
        12   7003 answers          | 7003! completed
        15   7003 leaves by 7003   |
        15   7002 leaves by 7003   | -7003:Self -7002:Peer
        15   ends                  |
        """,
        flow="F07",
    )

"""F07 to F09: blind transfers by an agent, to a queue, to an IVR, to a number."""

from tests.flows.beginnings import TALKING
from tests.flows.notation import check


def test_f07_blind_transfer() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@10
        13   7002 answers          | 7002! completed
        20   X leaves by X         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F07",
    )


def test_f07_the_new_party_is_reported_before_the_old_one_leaves() -> None:
    check(
        TALKING
        + """
        10   7002 rings            |
        10   7001 leaves SingleStepTransfer | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        20   X leaves by X         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F07",
    )


def test_f07_nobody_answers_and_the_call_ends() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        20   X leaves              | -7002:Peer canceled -X:Self
        20   ends                  |
        """,
        flow="F07",
    )


def test_f08_to_a_queue_and_another_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.3 queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD@10
        15   9001 leaves Route     |
        15   7002 rings            | VQ_A>7002 +7002~ >>7002
        15   diverted VQ_A to 7002 |
        18   7002 answers          | 7002! completed -VQ_A:TransferUser
        20   X leaves by X         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F08",
    )


def test_f08_to_an_ivr() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters treated   |
        20   X leaves by X         | +I@10 -7001:Transfer@10 -X:Self -I:Peer
        20   9001 leaves           |
        20   ends                  |
        """,
        flow="F08",
    )


def test_f09_from_an_agent_to_a_number() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        12   P connected           |
        14   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10 P!@12 completed@12
        20   X leaves by X         | -X:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_f09_the_number_is_called_a_little_after_the_agent_has_left() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10.1 P enters alerting     |
        12   P connected           |
        14   wait                  | 7001>P@10.1 +P~@10.1 >>P@10.1 -7001:Transfer@10 P!@12 completed@12
        20   X leaves by X         | -X:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_f09_overflow_from_a_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        10   diverted VQ_A to P    |
        10   P enters alerting     |
        15   P connected           | VQ_A>P@10 +P~@10 >>P@10 P! completed -VQ_A:Transfer
        20   X leaves by X         | -X:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_a_transfer_after_a_transfer() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser@10
        13   7002 answers          | 7002! completed
        20   7002 leaves SingleStepTransfer |
        20   7001 rings            | 7002>7001 +7001'~ >>7001' -7002:TransferUser@20
        23   7001 answers          | 7001'! completed
        30   X leaves by X         | -X:Self
        30   7001 leaves           | -7001':Peer
        30   ends                  |
        """,
        flow="F07",
    )


def test_the_same_phone_registers_again() -> None:
    check(
        TALKING
        + """
        10   7001 leaves           |
        10   7001 enters connected |
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F05",
    )


def test_an_agent_leaves_and_nobody_comes() -> None:
    check(
        TALKING
        + """
        10   7001 leaves by 7001   |
        20   X leaves by X         | -7001:Self@10 -X:Self
        20   ends                  |
        """,
        flow="F05",
    )

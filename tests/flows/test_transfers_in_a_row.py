"""Transfers after transfers, and those that nobody answers."""

from tests.flows import linked
from tests.flows.beginnings import FROM_QUEUE, TALKING, ended
from tests.flows.notation import check


def test_a_transfer_is_not_answered_and_goes_back_to_the_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        20   7001 rings            | -7002:System failed +7001'~{X,in}
        23   7001 answers          | 7001'!
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001':Peer
        40   ends                  |
        """,
        flow="F07",
    )


def test_a_transfer_is_not_answered_and_goes_to_a_queue() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        20   queued VQ_A           | -7002:System failed +VQ_A{X,in}
        25   7003 rings            | VQ_A>7003 +7003~ >>7003
        25   diverted VQ_A to 7003 |
        27   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ended("7003"),
        flow="F07",
    )


def test_agent_agent_queue_number() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        15   7002 leaves SingleStepTransfer |
        15   9001 enters routing   |
        15.2 queued VQ_A           | 7002>VQ_A +VQ_A >>VQ_A completed -7002:TransferACD
        20   9001 leaves Route     |
        20   7001 rings            | VQ_A>7001 +7001'~ >>7001'
        20   diverted VQ_A to 7001 |
        22   7001 answers          | 7001'! completed -VQ_A:TransferUser
        25   7001 leaves SingleStepTransfer |
        25   P enters alerting     |
        28   wait                  | 7001'>P@25 +P~@25 >>P@25 -7001':Transfer@25
        30   P connected           | P! completed
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        flow="F09",
    )


def test_a_survey_after_the_call() -> None:
    check(
        FROM_QUEUE
        + """
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   7001 leaves           |
        20   9002 enters treated   |
        21   wait                  | +I{X,in}@20 -7001:Transfer@20
        40   X leaves by X         | -X:Self -I:Peer
        40   9002 leaves           |
        40   ends                  |
        """,
        flow="F08",
    )


def test_agent_to_ivr_to_queue_to_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters treated   |
        11   wait                  | +I@10 -7001:Transfer@10
        15   queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        20   9001 leaves Route     |
        20   7002 rings            | VQ_A>7002 +7002~ >>7002
        20   diverted VQ_A to 7002 |
        22   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ended("7002"),
        flow="F08",
    )


def test_an_outbound_call_is_transferred_to_a_queue() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.2 queued VQ_A           | 7001>VQ_A{X} +VQ_A{X,out} >>VQ_A{X} completed -7001:TransferACD
        15   9001 leaves Route     |
        15   7002 rings            | VQ_A>7002{X} +7002~{X,out} >>7002{X}
        15   diverted VQ_A to 7002 |
        18   7002 answers          | 7002! completed -VQ_A:TransferUser
        40   P leaves by P         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
        """,
        flow="F08",
    )


def test_the_called_agent_of_an_internal_call_transfers_it() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7002 leaves SingleStepTransfer |
        9    7003 rings            | 7002>7003{7001} +7003~{7001,in} >>7003{7001} -7002:TransferUser
        12   7003 answers          | 7003! completed
        15   7003 leaves by 7003   |
        15   7001 leaves           | -7003:Self -7001:Peer
        15   ends                  |
        """,
        flow="F07",
    )


def test_an_agent_transfers_an_internal_call_to_a_number() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 leaves SingleStepTransfer |
        9    P enters alerting     |
        12   wait                  | 7001>P{7002}@9 +P~{7002,out}@9 >>P{7002}@9 -7001:Transfer@9
        14   P connected           | P! completed
        20   P leaves by P         |
        20   7002 leaves           | -P:Self -7002:Peer
        20   ends                  |
        """,
        flow="F09",
    )


def test_a_transfer_to_a_busy_agent_and_the_call_ends() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        10.5 7002 leaves Busy      |
        10.5 X leaves              | -7002:Error failed -X:Self
        10.5 ends                  |
        """,
        flow="F07",
    )


def test_a_caller_hangs_up_shortly_after_a_ring_ended() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        20   7002 leaves NoAnswer  |
        22   X leaves by X         | -7002:System@20 failed@20 -X:Self
        22   ends                  |
        """,
        flow="F07",
    )


def test_a_transfer_to_a_busy_number_and_the_call_ends() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        10.5 P leaves Busy         |
        10.5 X leaves              | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10 -P:Error failed -X:Self
        10.5 ends                  |
        """,
        flow="F09",
    )


def test_a_transfer_back_to_the_agent_who_had_the_call() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        20   7002 leaves SingleStepTransfer |
        20   7001#2 rings          | 7002>7001 +7001'~ >>7001' -7002:TransferUser
        22   7001#2 answers        | 7001'! completed
        23   7001#2 held           | 7001'=
        25   7001#2 connected      | 7001'/
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        31   data Sold             | 7001'$
        """,
        A="completed F07",
    )


def test_a_queue_gives_the_call_back_to_the_agent_who_transferred_it() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   9001 enters routing   |
        10.2 queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD
        15   9001 leaves Route     |
        15   7001#2 rings          | VQ_A>7001 +7001'~ >>7001'
        15   diverted VQ_A to 7001 |
        17   7001#2 answers        | 7001'! completed -VQ_A:TransferUser
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        A="completed F08",
    )


def test_an_internal_call_goes_from_the_ivr_to_a_number() -> None:
    linked.check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  9001 enters treated   |
        2    wait                  | +7001@0 +I@0.1
        5    9001 leaves Route     |
        5    P enters alerting     |
        8    wait                  | I>P@5 +P~@5 >>P@5
        9    P connected           | P! completed -I:Transfer
        20   7001 leaves by 7001   | -7001:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        """,
        A="completed F09",
    )


def test_a_transfer_to_a_number_comes_back_to_the_agent() -> None:
    linked.check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        13   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10
        20   P leaves NoAnswer     |
        20.1 7001#2 rings          | -P:System@20 failed@20 +7001'~
        22   7001#2 answers        | 7001'!
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        A="completed F09",
    )

"""An agent gives the caller to somebody else while he consults: the consult is over, then the call moves on."""

from tests.flows.beginnings import CONSULT, CONSULTING
from tests.flows.linked import check

ENDS_7003 = """
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
"""


def test_a_blind_transfer_while_the_consult_goes_on() -> None:
    check(
        CONSULTING
        + """
        20   7001 leaves SingleStepTransfer |
        20   7003 rings            |
        22   7003 answers          |
        23   wait                  | -7002:System@20 done@20 7001>7003@20 +7003~@20 >>7003@20 -7001:TransferUser@20
                                   | 7003!@22 completed@22
        30   B: 7001 leaves        |
        30   B: 7002 leaves        |
        30   B: ends               |
        """
        + ENDS_7003,
        A="completed F07",
    )


def test_a_blind_transfer_as_the_consult_ends() -> None:
    check(
        CONSULTING
        + """
        20   7001 leaves SingleStepTransfer |
        20   7003 rings            |
        20.5 B: 7001 leaves        |
        20.5 B: 7002 leaves        |
        20.5 B: ends               |
        22   7003 answers          |
        23.5 wait                  | -7002:Self@20.5 done@20.5 7001>7003@20.5 +7003~@20.5 >>7003@20.5
                                   | -7001:TransferUser@20.5 7003!@22 completed@22
        """
        + ENDS_7003,
        A="completed F07",
    )


def test_a_blind_transfer_to_a_queue_while_the_consult_goes_on() -> None:
    check(
        CONSULTING
        + """
        20   7001 leaves SingleStepTransfer |
        20   9001 enters routing   |
        20   queued VQ_A           |
        23   wait                  | -7002:System@20 done@20 7001>VQ_A@20 +VQ_A@20 >>VQ_A@20 completed@20
                                   | -7001:TransferACD@20
        26   9001 leaves Route     |
        26   7003 rings            | VQ_A>7003 +7003~ >>7003
        26   diverted VQ_A to 7003 |
        28   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ENDS_7003,
        A="completed F08",
    )


def test_a_blind_transfer_while_the_consulted_party_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        20   7003 rings            |
        20   7001 leaves SingleStepTransfer |
        22   7003 answers          |
        23   wait                  | -7002:Peer@20 done@20 7001>7003@20 +7003~@20 >>7003@20 -7001:TransferUser@20
                                   | 7003!@22 completed@22
        24   B: 7002 leaves        |
        24   B: 7001 leaves        |
        24   B: ends               |
        """
        + ENDS_7003,
        A="completed F07",
    )


def test_a_blind_transfer_to_a_number_while_the_consult_goes_on() -> None:
    check(
        CONSULTING
        + """
        20   7001 leaves SingleStepTransfer |
        20   P enters alerting     |
        23   wait                  | -7002:System@20 done@20 7001>P@20 +P~@20 >>P@20 -7001:Transfer@20
        25   P answers             | P! completed
        40   X leaves by X         | -X:Self
        40   P leaves              | -P:Peer
        40   ends                  |
        """,
        A="completed F09",
    )


def test_a_blind_transfer_in_which_the_consulted_party_stays_alone() -> None:
    check(
        CONSULTING
        + """
        20   7001 leaves SingleStepTransfer |
        20   7003 rings            |
        20   B: 7001 leaves        |
        22   7003 answers          |
        23   wait                  | -7002:System@20 done@20 7001>7003@20 +7003~@20 >>7003@20 -7001:TransferUser@20
                                   | 7003!@22 completed@22
        25   B: 7002 leaves        |
        25   B: ends               |
        """
        + ENDS_7003,
        A="completed F07",
    )


def test_the_queue_of_a_consult_delivers_the_caller_before_the_agent_has_left_it() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10   B: queued VQ_A        | +VQ_A 7001?VQ_A
        20   7001 leaves           |
        20   7003 rings            |
        20   B: 7001 leaves        | -7001:TransferConsult done VQ_A>7003 +7003~ >>7003
        20   B: ends into A        |
        20   B: diverted VQ_A to 7003 |
        22   7003 answers          | 7003! completed -VQ_A:TransferUser
        """
        + ENDS_7003,
        A="completed F11",
    )

"""Which violation names a suspension, and what is none; V1 to V7 each have a file of their own."""

from tests.flows import linked
from tests.flows.beginnings import TALKING
from tests.flows.notation import check


def test_a_participant_list_adds_nobody() -> None:
    check(
        TALKING
        + """
        5    list 7001 X 7002      |
        6    7001 held             | 7001=
        8    7001 connected        | 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_a_campaign_call_abandoned_in_a_mapped_queue_is_none() -> None:
    check(
        """
        0    call outbound         |
        0    TG1 enters dialing    |
        0    P enters alerting     |
        5    P connected           |
        5    TG1 leaves SingleStepTransfer |
        5    9001 enters routing   |
        5.2  queued VQ_A           | +X~@0 X!@5 +VQ_A
        20   P leaves by P         | -X:Self -VQ_A:Peer
        20   9001 leaves           |
        20   ends                  |
        """,
        flow="F15",
    )


def test_the_first_violation_names_the_suspension() -> None:
    check(
        TALKING
        + """
        10   7002 enters observing |
        12   7003 rings            |
        14   7003 answers          |
        18   7001 leaves by 7001   | -7001:Self -X:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_an_ignored_call_stays_ignored() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7002 enters observing |
        1    7002 leaves           |
        2    queued VQ_A           |
        4    7001 rings            |
        4    diverted VQ_A to 7001 |
        6    7001 answers          |
        8    7003 rings            |
        9    7003 answers          |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_a_participant_list_takes_nobody_away() -> None:
    linked.check(
        TALKING
        + """
        12   7002 rings            |
        12.5 list 7001 X 7001      |
        13   7002 answers          |
        30   7001 leaves by 7001   | -7001:TransferConference -X:System
        40   X leaves by X         |
        40   7002 leaves           |
        40   ends                  |
        """,
        A="suspended F05 V2",
    )

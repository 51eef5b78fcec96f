"""V4: campaign calls without an agent, and merged ones."""

from tests.flows import linked
from tests.flows.notation import check


def test_v4_a_campaign_call_that_is_busy() -> None:
    check(
        """
        0    call outbound         |
        0    TG1 enters dialing    |
        0    P enters alerting     |
        5    P leaves Busy         |
        5    TG1 leaves            |
        5    ends                  |
        """,
        outcome="ignored",
        violation="V4",
    )


def test_v4_a_campaign_call_on_an_unmapped_queue() -> None:
    check(
        """
        0    call outbound         |
        0    TG1 enters dialing    |
        0    P enters alerting     |
        5    P connected           |
        5    TG1 leaves SingleStepTransfer |
        5    9001 enters routing   |
        5.2  queued VQ_U           |
        20   abandoned VQ_U        |
        20   P leaves by P         |
        20   9001 leaves           |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V4",
    )


def test_v4_calls_to_agent_and_customer_are_merged() -> None:
    linked.check(
        """
        0    call outbound         |
        0    7001 rings            |
        3    7001 answers          |
        5    B: call outbound      |
        5    B: P enters alerting  |
        9    B: P connected        |
        10   B: P leaves           |
        10   B: ends into A        |
        10   P enters connected    |
        20   P leaves by P         |
        20   7001 leaves           |
        20   ends                  |
        """,
        A="ignored V4",
    )


def test_v4_calls_to_agent_and_customer_are_merged_by_a_moved_party() -> None:
    linked.check(
        """
        0    call outbound         |
        0    7001 rings            |
        3    7001 answers          |
        5    B: call outbound      |
        5    B: P enters alerting  |
        9    B: P connected        |
        10   B: P moves to A       |
        10   B: ends into A        |
        20   P leaves by P         |
        20   7001 leaves           |
        20   ends                  |
        """,
        A="ignored V4",
    )


def test_v4_two_told_calls_are_merged() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        5    B: call inbound       |
        5    B: P enters connected |
        5.1  B: 7002 rings         | B:+X@5 B:+7002~
        7    B: 7002 answers       | B:7002!
        10   B: P leaves           | B:-X:Self
        10   B: ends into A        | B:-7002:System>A
        10   P enters connected    |
        10   7001 leaves           | -7001:Self -X:System
        20   P leaves by P         |
        20   X leaves              |
        20   ends                  |
        """,
        A="suspended F05 V4",
        B="merged F05",
    )

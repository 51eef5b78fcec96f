"""V4: campaign calls without an agent, and merged ones."""

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

"""What EX cannot hold, on the other site."""

from tests.flows.beginnings import ON_THE_OTHER_SITE, TALKING
from tests.flows.linked import check


def test_a_supervisor_on_the_other_site() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7102 enters observing |
        25   B: 7101 held          |
        40   B: 7101 leaves by 7101 | -7101:Self -X:System
        40   B: T2 leaves          |
        40   B: ends               |
        40.2 X leaves              |
        40.2 T1 leaves             |
        40.2 ends                  |
        """,
        A="suspended F07 V3",
    )


def test_a_single_step_conference_on_the_other_site() -> None:
    check(
        ON_THE_OTHER_SITE
        + """
        20   B: 7102 rings         |
        22   B: 7102 answers       |
        25   B: 7101 held          |
        30   B: 7101 leaves by 7101 | -7101:TransferConference -X:System
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40   B: ends               |
        """,
        A="suspended F07 V2",
    )


def test_an_extension_without_agent_on_the_other_site() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   T1 enters alerting    |
        10   link L                |
        10   B: call inbound linked L @SIPS1 |
        10   B: T1#2 enters connected |
        10.2 B: 7099 rings         |
        12   B: 7099 answers       | -7001:Self@10 -X:System
        40   X leaves by X         |
        40   ends                  |
        40   B: ends               |
        """,
        A="suspended F05 V5",
    )


def test_who_is_merged_into_a_call_is_not_its_caller_who_leaves() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        5    B: call inbound       |
        5    B: X enters connected |
        5    B: 7002 rings         | B:+X B:+7002~
        7    B: 7002 answers       | B:7002!
        10   P enters alerting     | +7001@0 +X~@10
        12   P connected           | X!
        20   B: X moves to A       | B:-X:System>A B:-7002:System>A
        20   B: 7002 leaves        |
        20   B: ends into A        |
        30   P leaves by P         | -X:Self -7001:System
        50   X leaves              |
        50   7001 leaves           |
        50   ends                  |
        """,
        B="merged F05",
        A="suspended F14 V4",
    )

"""Holds of every agent, and wrap-up codes during and after the call."""

from tests.flows import linked
from tests.flows.beginnings import ENDS, ENDS_7002, TALKING
from tests.flows.notation import check

CONSULTING = (
    TALKING
    + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
"""
)
COMPLETED = """
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
"""


# Holds


def test_hold_and_retrieve_twice() -> None:
    check(
        TALKING
        + """
        5    7001 held             | 7001=
        7    7001 connected        | 7001/
        8    7001 held             | 7001=
        8.0004 7001 connected      | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_a_hold_reported_twice_is_one() -> None:
    check(
        TALKING
        + """
        5    7001 held             | 7001=
        6    7001 held             |
        7    7001 connected        | 7001/
        8    7001 connected        |
        """
        + ENDS,
        flow="F05",
    )


def test_an_old_state_does_not_undo_a_hold() -> None:
    check(
        TALKING
        + """
        5    7001 held             | 7001=
        4    7001 connected        |
        9    7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_the_caller_hangs_up_on_hold() -> None:
    check(
        TALKING
        + """
        5    7001 held             | 7001=
        """
        + ENDS,
        flow="F05",
    )


def test_the_callers_own_hold_is_not_told() -> None:
    check(
        TALKING
        + """
        5    X held                |
        7    X connected           |
        """
        + ENDS,
        flow="F05",
    )


def test_mute_is_not_told() -> None:
    check(
        TALKING
        + """
        5    7001 muted            |
        7    7001 connected        |
        """
        + ENDS,
        flow="F05",
    )


def test_both_agents_of_an_internal_call_hold() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        3    7001 connected        |
        5    7001 held             | 7001=
        6    7002 held             | 7002=
        7    7001 connected        | 7001/
        8    7002 connected        | 7002/
        9    7001 leaves by 7001   |
        9    7002 leaves by 7001   | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


def test_an_agent_holds_then_transfers() -> None:
    check(
        TALKING
        + """
        8    7001 held             | 7001=
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        12   7002 answers          | 7002! completed
        14   7002 held             | 7002=
        16   7002 connected        | 7002/
        """
        + ENDS_7002,
        flow="F07",
    )


def test_the_consulted_agent_holds_his_own_party() -> None:
    check(
        CONSULTING
        + """
        14   B: 7002 held          | 7002=
        16   B: 7002 connected     | 7002/
        """
        + COMPLETED
        + """
        22   7002 held             | 7002=
        24   7002 connected        | 7002/
        """
        + ENDS_7002,
        flow="F10",
    )


def test_the_agent_goes_back_and_forth_during_a_consult() -> None:
    check(
        CONSULTING
        + """
        14   B: 7001 held          |
        14   7001 connected        | 7001/
        16   7001 held             | 7001=
        16   B: 7001 connected     |
        """
        + COMPLETED
        + ENDS_7002,
        flow="F10",
    )


def test_the_hold_is_reported_after_the_consult_call() -> None:
    check(
        TALKING
        + """
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: 7002 rings         | +7002~ 7001?7002
        10   7001 held             | 7001=
        13   B: 7002 answers       | 7002! 7001??7002
        """
        + COMPLETED
        + ENDS_7002,
        flow="F10",
    )


def test_a_hold_while_the_other_one_rings_in_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        1    7001 held             | 7001=
        2    7001 connected        | 7001/
        3    7002 answers          | 7002!
        9    7001 leaves by 7001   |
        9    7002 leaves           | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


# Wrap-up


def test_a_code_during_the_call_and_a_correction() -> None:
    check(
        TALKING
        + """
        10   data Sold             | 7001$
        12   data Sold             |
        14   data Info             | 7001$
        """
        + ENDS,
        flow="F05",
    )


def test_a_code_that_is_not_mapped_is_not_told() -> None:
    check(
        TALKING
        + """
        10   data Nonsense         |
        12   data Sold             | 7001$
        """
        + ENDS,
        flow="F05",
    )


def test_a_code_shortly_after_the_call() -> None:
    check(
        TALKING
        + ENDS
        + """
        45   data Sold             | 7001$
        """,
        flow="F05",
    )


def test_a_code_half_a_minute_after_the_call() -> None:
    check(
        TALKING
        + ENDS
        + """
        59.9 data Sold             | 7001$
        """,
        flow="F05",
    )


def test_a_code_too_late() -> None:
    check(
        TALKING
        + ENDS
        + """
        60.5 data Sold             |
        """,
        flow="F05",
    )


def test_each_agent_has_his_own_code() -> None:
    check(
        TALKING
        + """
        8    data Info             | 7001$
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        25   data Sold             | 7002$
        """
        + ENDS_7002,
        flow="F07",
    )


def test_both_agents_give_the_same_code() -> None:
    check(
        TALKING
        + """
        8    data Sold             | 7001$
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        25   data Info             | 7002$
        26   data Sold             | 7002$
        """
        + ENDS_7002,
        flow="F07",
    )


def test_a_code_while_the_next_agent_still_rings_is_the_first_agents() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        11   data Info             | 7001$
        13   7002 answers          | 7002! completed
        """
        + ENDS_7002,
        flow="F07",
    )


def test_a_code_before_any_agent_had_the_call_is_nobodys() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  data Sold             |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_a_code_of_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        8    P leaves by P         | -X:Self
        8    7001 leaves           | -7001:Peer
        8    ends                  |
        12   data Sold             | 7001$
        """,
        flow="F14",
    )


def test_a_code_when_the_call_ended_in_the_ivr_is_nobodys() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        9    X leaves by X         | +X@0 +I@0 -X:Self -I:Peer
        9    ends                  |
        11   data Sold             |
        """,
        flow="F01",
    )


def test_a_code_after_the_call_replaces_one_given_during_it() -> None:
    check(
        TALKING
        + """
        20   data Info             | 7001$
        """
        + ENDS
        + """
        55   data Sold             | 7001$
        """,
        flow="F05",
    )


def test_a_code_during_a_consult_is_the_agents_who_has_the_call() -> None:
    check(
        CONSULTING
        + """
        15   data Info             | 7001$
        """
        + COMPLETED
        + """
        25   data Sold             | 7002$
        """
        + ENDS_7002,
        flow="F10",
    )


def test_the_consulted_agent_holds_when_the_consult_is_completed() -> None:
    linked.check(
        CONSULTING
        + """
        18   B: 7002 held          | 7002=
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        22   7002 connected        | 7002/
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_codes_of_two_agents_and_a_correction_after_the_call() -> None:
    linked.check(
        TALKING
        + """
        10   data Sold             | 7001$
        15   7001 leaves SingleStepTransfer |
        15   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        17   7002 answers          | 7002! completed
        18   data Info             | 7002$
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        35   data Sold             | 7002$
        """,
        A="completed F07",
    )


def test_a_hold_while_the_dialled_number_rings() -> None:
    linked.check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        2    7001 held             | 7001=
        4    7001 connected        | 7001/
        5    P connected           | X!
        7    7001 held             | 7001=
        8    P leaves by P         | -X:Self
        8    7001 leaves           | -7001:Peer
        8    ends                  |
        """,
        A="completed F14",
    )


def test_the_same_code_again_is_told_once() -> None:
    check(
        TALKING
        + """
        5    data Sold             | 7001$
        6    data Sold             |
        7    data Info             | 7001$
        10   X leaves by X         | -X:Self
        10   7001 leaves           | -7001:Peer
        10   ends                  |
        """,
        flow="F05",
    )


def test_a_code_half_a_minute_after_the_agent_left_a_living_call() -> None:
    check(
        TALKING
        + """
        5    7001 leaves SingleStepTransfer |
        5    queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD
        35   data Sold             | 7001$
        50   X leaves by X         | -X:Self -VQ_A:Peer
        50   ends                  |
        """,
        flow="F08",
    )


def test_a_code_long_after_the_agent_left_a_living_call() -> None:
    check(
        TALKING
        + """
        5    7001 leaves SingleStepTransfer |
        5    queued VQ_A           | 7001>VQ_A +VQ_A >>VQ_A completed -7001:TransferACD
        40   data Sold             |
        50   X leaves by X         | -X:Self -VQ_A:Peer
        50   ends                  |
        """,
        flow="F08",
    )


def test_a_code_after_a_transferred_call_is_the_last_agents() -> None:
    check(
        TALKING
        + """
        5    7001 leaves SingleStepTransfer |
        5    7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        6    7002 answers          | 7002! completed
        10   X leaves by X         | -X:Self
        10   7002 leaves           | -7002:Peer
        10   ends                  |
        12   data Sold             | 7002$
        """,
        flow="F07",
    )


def test_a_code_that_excs_does_not_map_takes_nothing_back() -> None:
    check(
        TALKING
        + """
        10   data Sold             | 7001$
        12   data Other            |
        """
        + ENDS,
        flow="F05",
    )


def test_no_code_is_awaited_of_an_agent_who_only_rang() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        5    X leaves by X         | -7001:Peer -X:Self
        5    7001 leaves           |
        5    ends                  |
        14   data Sold             |
        16   data Info             | dropped
        """,
        A="completed F02",
    )


def test_codes_of_two_sites_that_are_known_before_the_call_can_be_told() -> None:
    """Whether the trunk is the caller or a way shows after a while."""
    linked.check(
        """
        0    call inbound hidden linked L |
        0    T1 enters connected   |
        0.2  B: call inbound hidden linked L @SIPS2 |
        0.4  B: T2 enters connected |
        0.5  B: 7101 enters connected |
        1    data Info             |
        2    B: data Sold          |
        4    wait                  | +X@0 +7101@0.5 7101$@1 7101$@2
        7    B: 7101 leaves        |
        7    B: T2 leaves          |
        7    B: ends               |
        7    T1 leaves             | -X:Self -7101:Peer
        7    ends                  |
        """,
        A="completed F05",
    )


def test_no_code_is_awaited_of_a_number() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        5    9001 leaves           | +X@0 +I@0
        5    P enters alerting     |
        9    wait                  | I>P@5 +P~@5 >>P@5
        12   P connected           | P! completed -I:Transfer
        20   X leaves by X         | -X:Self
        20   P leaves              | -P:Peer
        20   ends                  |
        29   data Sold             |
        31   data Info             | dropped
        """,
        A="completed F09",
    )


def test_a_code_is_the_agents_who_answered_last_when_both_are_there_since_then() -> None:
    linked.check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0    7002 rings            | +7001 +7002~
        3    7002 answers          | 7002!
        10   data Sold             | 7002$
        20   7001 leaves by 7001   |
        20   7002 leaves           | -7001:Self -7002:Peer
        20   ends                  |
        """,
        A="completed F16",
    )

"""V1 to V7: when each is seen, before anything was told and in mid-call, and who ends when afterwards.

What a suspended conversation leaves out is in test_suspension, calls on two DNs (V6) in test_second_call.
"""

from tests.flows.beginnings import CONSULT, CONSULTING, IN_IVR, IN_QUEUE, TALKING
from tests.flows.notation import check

FROM_QUEUE = (
    IN_QUEUE
    + """
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
"""
)


# V1: conference by consult


def test_v1_the_consulted_party_moves_before_the_agent_is_back() -> None:
    check(
        CONSULTING
        + """
        20   B: 7002 moves to A    |
        20   7001 connected        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        25   7002 held             |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_without_moved_parties() -> None:
    check(
        CONSULTING
        + """
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        20   7002 enters connected |
        20   7001 connected        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_without_moved_parties_the_main_call_changes_first() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   7002 enters connected |
        20   B: 7002 leaves        |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_the_caller_hangs_up_first() -> None:
    check(
        CONSULTING
        + """
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        40   7002 leaves by 7002   | -7002:Self -7001:System
        40   7001 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_with_a_number() -> None:
    check(
        CONSULT
        + """
        10   B: P enters alerting  |
        13   B: P connected        | +P~@10 7001?P@10 P! 7001??P
        20   7001 connected        | 7001/
        20   B: P moves to A       |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   P leaves by P         | -P:Self -X:System
        40   X leaves              |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F12",
        violation="V1",
    )


def test_v1_while_the_consulted_agent_still_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        12   7001 connected        | 7001/
        12   B: 7002 moves to A    |
        12   B: 7001 leaves        |
        12   B: ends into A        |
        16   7002 answers          |
        30   X leaves by X         | -X:Self
        31   7001 leaves by 7001   | -7001:Self -7002:System
        31   7002 leaves           |
        31   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V1",
    )


def test_v1_with_the_agent_of_a_consulted_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        17   B: 7002 answers       | 7002! completed -VQ_A:TransferUser 7001??7002
        20   7001 connected        | 7001/
        20   B: 7002 moves to A    |
        20   B: 7001 leaves        |
        20   B: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F11",
        violation="V1",
    )


# V2: single-step conference


def test_v2_the_third_party_rings_for_long() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7001 held             | 7001=
        15.5 7001 connected        |
        20   7002 answers          |
        30   7001 leaves by 7001   | -7001:TransferConference -X:System
        40   X leaves by X         |
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_the_third_party_does_not_answer() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        14   7002 leaves NoAnswer  |
        16   7001 held             | 7001=
        18   7001 connected        | 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v2_the_caller_hangs_up_first() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        30   X leaves by X         | -X:Self -7001:System
        31   7001 leaves by 7001   |
        31   7002 leaves           |
        31   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_the_third_party_comes_from_a_queue() -> None:
    check(
        TALKING
        + """
        10   9001 enters routing   |
        10.3 queued VQ_A           |
        15   9001 leaves Route     |
        15   7002 rings            |
        15   diverted VQ_A to 7002 |
        17   7002 answers          |
        20   7001 held             |
        30   7001 leaves by 7001   | -7001:TransferConference -X:System
        40   X leaves by X         |
        40   7002 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


def test_v2_in_an_outbound_call() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001@0 +X~
        5    P connected           | X!
        5    7001 connected        |
        12   7002 rings            |
        14   7002 answers          |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   P leaves by P         |
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F14",
        violation="V2",
    )


def test_v2_in_an_internal_call() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        3    7001 connected        |
        12   7003 rings            |
        14   7003 answers          |
        18   7002 leaves by 7002   | -7002:TransferConference -7001:System
        30   7001 leaves by 7001   |
        30   7003 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F16",
        violation="V2",
    )


def test_v2_after_a_transfer() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002 +7002~ >>7002 -7001:TransferUser
        13   7002 answers          | 7002! completed
        20   7003 rings            |
        22   7003 answers          |
        30   7002 leaves by 7002   | -7002:TransferConference -X:System
        40   X leaves by X         |
        40   7003 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F07",
        violation="V2",
    )


def test_v2_a_fourth_party_changes_nothing() -> None:
    check(
        TALKING
        + """
        12   7002 rings            |
        13   7002 answers          |
        15   7003 rings            |
        16   7003 answers          |
        18   7001 leaves by 7001   | -7001:TransferConference -X:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V2",
    )


# V3: supervision


def test_v3_before_anything_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7002 enters observing |
        0.1  7001 rings            |
        3    7001 answers          |
        9    X leaves by X         |
        9    7001 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_v3_supervisor_keys_before_anything_was_told() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  list 7001 X supervisor 7002 |
        0.1  7001 rings            |
        3    7001 answers          |
        9    X leaves by X         |
        9    7001 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V3",
    )


def test_v3_in_the_ivr() -> None:
    check(
        IN_IVR
        + """
        3    7002 enters observing |
        5    9001 leaves Route     | -I:System -X:System
        5    7001 rings            |
        8    7001 answers          |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V3",
    )


def test_v3_in_the_queue() -> None:
    check(
        IN_QUEUE
        + """
        4    7002 enters observing |
        6    9001 leaves Route     |
        6    7001 rings            |
        6    diverted VQ_A to 7001 | -VQ_A:System -X:System
        8    7001 answers          |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_in_the_queue_and_the_caller_hangs_up() -> None:
    check(
        IN_QUEUE
        + """
        4    7002 enters observing |
        6    X leaves by X         | -X:Self -VQ_A:System
        6    abandoned VQ_A        |
        6    ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_an_agent_rings() -> None:
    check(
        FROM_QUEUE
        + """
        7    7002 enters observing | -VQ_A:System@6
        8    7001 answers          |
        10   7001 held             |
        20   X leaves by X         | -X:Self -7001:System
        20   7001 leaves           |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_an_agent_rings_who_does_not_answer() -> None:
    check(
        FROM_QUEUE
        + """
        7    7002 enters observing | -VQ_A:System@6
        16   7001 leaves NoAnswer  | -7001:System -X:System
        16   queued VQ_A#2         |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_while_the_agent_of_a_direct_call_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        2    7002 enters observing |
        3    7001 answers          |
        20   7001 leaves by 7001   | -7001:Self -X:System
        20   X leaves by 7001      |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V3",
    )


def test_v3_a_party_turns_out_to_be_a_supervisor() -> None:
    check(
        TALKING
        + """
        10   7002 enters alerting  |
        10.5 7002 observing        |
        11   7001 held             |
        20   7002 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v3_the_supervisor_leaves_again() -> None:
    check(
        TALKING
        + """
        10   7002 enters observing |
        12   7002 leaves           |
        15   7001 held             |
        17   7001 connected        |
        20   data Sold             |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V3",
    )


def test_v3_in_a_consult_call() -> None:
    check(
        CONSULTING
        + """
        15   B: 7003 enters observing |
        20   B: 7002 leaves by 7002 | -7002:Self
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        |
        30   X leaves by X         | -X:Self -7001:System
        30   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V3",
    )


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


# V4: nobody of ours, and calls merged


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


# V5: Extensions without an agent


def test_v5_an_unmapped_extension_answers_a_direct_call() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7099 rings            |
        3    7099 answers          |
        10   7099 leaves SingleStepTransfer |
        10   7001 rings            |
        13   7001 answers          |
        20   X leaves by X         |
        20   7001 leaves           |
        20   ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_an_unmapped_extension_dials() -> None:
    check(
        """
        0    call outbound         |
        0    7050 enters dialing   |
        0.2  P enters alerting     |
        5    P connected           |
        9    P leaves by P         |
        9    7050 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_a_free_seat_waits_for_the_login() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          |
        10   7050 login A7050      | VQ_A>7050@6 +7050~@6 >>7050@6 7050!@8 completed@8 -VQ_A:TransferUser@8
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        flow="F03",
    )


def test_v5_the_login_comes_too_late() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        8    7050 answers          |
        11   wait                  | -VQ_A:System@6 -X:System
        12   7050 login A7050      |
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_the_agent_calls_an_extension_without_agent() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7050 rings            |
        3    7050 answers          |
        9    7001 leaves by 7001   |
        9    7050 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_v5_after_the_ivr() -> None:
    check(
        IN_IVR
        + """
        5    9001 leaves Route     |
        5    7099 rings            |
        7    7099 answers          | -I:System@5 -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V5",
    )


def test_v5_the_routing_point_stays_until_the_answer() -> None:
    check(
        IN_IVR
        + """
        5    7099 rings            |
        7    7099 answers          |
        7    9001 leaves Route     | -I:System -X:System
        20   X leaves by X         |
        20   ends                  |
        """,
        outcome="suspended",
        flow="F01",
        violation="V5",
    )


def test_v5_an_extension_without_agent_only_rings() -> None:
    check(
        IN_QUEUE
        + """
        6    9001 leaves Route     |
        6    7050 rings            |
        6    diverted VQ_A to 7050 |
        16   7050 leaves NoAnswer  |
        16   9001#2 enters routing |
        16.2 queued VQ_A#2         |
        20   7001 rings            | VQ_A>7001 +7001~ >>7001
        20   diverted VQ_A#2 to 7001 |
        22   7001 answers          | 7001! completed -VQ_A:TransferUser
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F03",
    )


def test_v5_of_a_hunt_group_the_one_without_agent_only_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings            |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        3    7050 leaves           |
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v5_of_a_hunt_group_the_one_without_agent_answers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7099 rings            |
        3    7099 answers          |
        3    7001 leaves           | -7001:System -X:System
        40   X leaves by X         |
        40   7099 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F02",
        violation="V5",
    )


def test_v5_consulted() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        13   B: 7050 answers       |
        20   B: 7050 leaves by 7050 |
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        |
        40   X leaves by X         | -X:Self -7001:System
        40   7001 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_consulted_and_not_answered() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        15   B: 7050 leaves NoAnswer |
        15   B: 7001 leaves        |
        15   B: ends               |
        16   7001 connected        | 7001/
        40   X leaves by X         | -X:Self
        40   7001 leaves           | -7001:Peer
        40   ends                  |
        """,
        flow="F05",
    )


def test_v5_a_consult_is_completed_to_an_extension_without_agent() -> None:
    check(
        CONSULT
        + """
        10   B: 7050 rings         |
        13   B: 7050 answers       |
        20   B: 7001 leaves        |
        20   7001 leaves           | -7001:Self -X:System
        20   B: 7050 moves to A    |
        20   B: ends into A        |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_a_blind_transfer_to_an_extension_without_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7099 rings            |
        13   wait                  | -7001:Self@10
        15   7099 answers          | -X:System
        40   X leaves by X         |
        40   7099 leaves           |
        40   ends                  |
        """,
        outcome="suspended",
        flow="F05",
        violation="V5",
    )


def test_v5_a_blind_transfer_that_goes_on_to_an_agent() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   7050 rings            |
        13   wait                  | -7001:Self@10
        20   7050 leaves NoAnswer  |
        20   7002 rings            | +7002~{X,in}
        22   7002 answers          | 7002!
        40   X leaves by X         | -X:Self
        40   7002 leaves           | -7002:Peer
        40   ends                  |
        """,
        flow="F05",
    )


# V7: nested and parallel consults


def test_v7_a_nested_consult() -> None:
    check(
        CONSULTING
        + """
        15   B: 7002 held          | 7002=
        15   C: call consult of B  |
        15   C: 7002 enters connected |
        15   C: 7003 rings         |
        18   C: 7003 answers       |
        20   C: 7002 leaves        |
        20   C: 7003 leaves        |
        20   C: ends               |
        21   B: 7002 connected     |
        25   B: 7002 leaves by 7002 | -7002:Self
        25   B: 7001 leaves        |
        25   B: ends               |
        26   7001 connected        |
        40   X leaves by X         | -X:Self -7001:System
        40   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


def test_v7_before_anything_was_told() -> None:
    check(
        """
        0    C: call consult of B  |
        0    C: 7002 stands connected |
        0    B: call consult of A  |
        0    B: 7001 stands connected |
        0    B: 7002 stands held   |
        0    call inbound          |
        0    X stands connected    |
        0    7001 stands held      |
        9    X leaves by X         |
        9    ends                  |
        9    B: ends               |
        9    C: ends               |
        """,
        outcome="ignored",
        violation="V7",
    )


def test_v7_the_other_agent_of_an_internal_call_consults_too() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001@0 +7002~
        3    7002 answers          | 7002!
        9    7001 held             | 7001=
        9    B: call consult of A  |
        9    B: 7001 enters connected |
        9    B: 7003 rings         | +7003~ 7001?7003
        12   B: 7003 answers       | 7003! 7001??7003
        15   7002 held             | 7002=
        15   C: call consult of A  |
        15   C: 7002 enters connected |
        15   C: 7004 rings         |
        18   C: 7004 answers       |
        20   C: 7002 leaves        |
        20   C: 7004 leaves        |
        20   C: ends               |
        25   B: 7003 leaves by 7003 | -7003:Self
        25   B: 7001 leaves        |
        25   B: ends               |
        30   7001 leaves by 7001   | -7001:Self -7002:System
        30   7002 leaves           |
        30   ends                  |
        """,
        outcome="suspended",
        flow="F10",
        violation="V7",
    )


# One violation after another


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

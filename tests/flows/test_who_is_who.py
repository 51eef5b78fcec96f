"""Who is who: agents and their seats, Routing Points, Virtual Queues, nobodies, external parties."""

from tests.flows import linked
from tests.flows.beginnings import ENDS, TALKING
from tests.flows.notation import check

# Agents


def test_a_free_seat_is_the_agent_who_logged_in_there() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings as A7050   | +X@0 +7050~
        3    7050 answers          | 7050!
        9    X leaves by X         | -X:Self
        9    7050 leaves           | -7050:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_the_login_is_seen_while_the_seat_rings() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings            |
        0.5  7050 login A7050      | +X@0 +7050~@0.1
        3    7050 answers          | 7050!
        9    X leaves by X         | -X:Self
        9    7050 leaves           | -7050:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_a_registration_names_the_agent_of_a_ringing_seat() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7050 rings            |
        0.5  7050 registered A7050 | +X@0 +7050~@0.1
        3    7050 answers          | 7050!
        9    X leaves by X         | -X:Self
        9    7050 leaves           | -7050:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_whoever_logged_in_counts_not_the_fixed_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings as A7002   | +X@0 +7002~
        3    7001 answers          | 7002!
        9    X leaves by X         | -X:Self
        9    7001 leaves           | -7002:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_a_logout_during_the_call_changes_nothing() -> None:
    check(
        TALKING
        + """
        5    7001 logout           |
        6    7001 held             | 7001=
        8    7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_another_login_during_the_call_changes_nothing() -> None:
    check(
        TALKING
        + """
        5    7001 login A7050      |
        6    7001 held             | 7001=
        8    7001 connected        | 7001/
        """
        + ENDS,
        flow="F05",
    )


def test_an_agent_whom_excs_does_not_map_sits_on_a_mapped_extension() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings as A9999   |
        3    7001 answers          |
        9    X leaves by X         |
        9    7001 leaves           |
        9    ends                  |
        """,
        outcome="ignored",
        violation="V5",
    )


def test_one_agent_on_two_phones_is_one_communication() -> None:
    check(
        TALKING
        + """
        10   7051 enters connected as A7001 |
        12   7001 leaves           |
        20   7051 held             | 7001=
        22   7051 connected        | 7001/
        30   X leaves by X         | -X:Self
        30   7051 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F05",
    )


def test_one_agent_rings_on_two_phones() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        0.1  7051 rings as A7001   |
        3    7051 answers          | 7001!
        3    7001 leaves           |
        30   X leaves by X         | -X:Self
        30   7051 leaves           | -7001:Peer
        30   ends                  |
        """,
        flow="F05",
    )


def test_a_phone_registers_again_the_new_party_first() -> None:
    check(
        TALKING
        + """
        10   7001#2 enters connected |
        10   7001 leaves           |
        20   7001#2 held           | 7001=
        22   7001#2 connected      | 7001/
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001:Peer
        30   ends                  |
        """,
        flow="F05",
    )


def test_a_phone_registers_again_two_seconds_later() -> None:
    check(
        TALKING
        + """
        10   7001 leaves           |
        12   7001#2 enters connected |
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001:Peer
        30   ends                  |
        """,
        flow="F05",
    )


def test_a_phone_that_comes_back_too_late_is_a_new_communication() -> None:
    check(
        TALKING
        + """
        10   7001 leaves           |
        13   wait                  | -7001:Self@10
        14   7001#2 enters connected | +7001'
        30   X leaves by X         | -X:Self
        30   7001#2 leaves         | -7001':Peer
        30   ends                  |
        """,
        flow="F05",
    )


# Routing Points


def test_party_states_are_not_needed() -> None:
    check(
        """
        0    call inbound          |
        0    X enters              |
        0    9001 enters           |
        0.9  wait                  |
        1    wait                  | +X@0 +I@0
        9    X leaves by X         | -X:Self -I:Peer
        9    9001 leaves           |
        9    ends                  |
        """,
        flow="F01",
    )


def test_a_queue_within_the_first_second_and_no_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        0.9  queued VQ_A           | +X@0 +VQ_A
        9    X leaves by X         | -X:Self -VQ_A:Peer
        9    ends                  |
        """,
        flow="F02",
    )


def test_an_agent_within_the_first_second_and_no_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        0.9  7001 rings            | +X@0 +7001~
        2    9001 leaves Route     |
        3    7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )


def test_routing_points_in_a_row_count_together() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.6  9001 leaves Route     |
        0.6  9002 enters routing   |
        1    wait                  | +X@0 +I@0
        9    X leaves by X         | -X:Self -I:Peer
        9    ends                  |
        """,
        flow="F01",
    )


def test_a_gap_of_two_seconds_between_routing_points() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        5    9001 leaves Route     | +X@0 +I@0
        7    9002 enters routing   |
        9    X leaves by X         | -X:Self -I:Peer
        9    ends                  |
        """,
        flow="F01",
    )


def test_a_routing_point_after_a_long_gap_is_another_ivr() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        5    9001 leaves Route     | +X@0 +I@0
        8    wait                  | -I:System@5
        9    9002 enters routing   |
        10   wait                  | +I'@9
        12   X leaves by X         | -X:Self -I':Peer
        12   ends                  |
        """,
        flow="F01",
    )


def test_a_routing_point_is_never_told_beside_a_queue() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_A           | +X@0 +VQ_A
        5    9001 leaves Route     |
        5    9002 enters treated   |
        20   7001 rings            | VQ_A>7001 +7001~ >>7001
        20   diverted VQ_A to 7001 |
        22   7001 answers          | 7001! completed -VQ_A:TransferUser
        22   9002 leaves Route     |
        """
        + ENDS,
        flow="F04",
    )


def test_the_ivr_goes_on_when_the_agent_does_not_answer() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        4    9001 leaves Route     | +X@0 +I@0
        4    7001 rings            | I>7001 +7001~ >>7001
        14   7001 leaves NoAnswer  |
        14   9001#2 enters treated | -7001:System failed
        18   9001#2 leaves Route   |
        18   7002 rings            | I>7002 +7002~ >>7002
        20   7002 answers          | 7002! completed -I:TransferUser
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        flow="F06",
    )


def test_a_number_is_reached_from_a_routing_point_within_the_first_second() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.5  9001 leaves Route     |
        0.5  P enters alerting     |
        3.5  wait                  | +X@0 +P~@0.5
        5    P connected           | P!
        9    X leaves by X         | -X:Self
        9    P leaves              | -P:Peer
        9    ends                  |
        """,
        flow="F09",
    )


# Virtual Queues


def test_an_unmapped_queue_is_left_out() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_U           | +X@0 +I@0
        6    9001 leaves Route     |
        6    7001 rings            | I>7001 +7001~ >>7001
        6    diverted VQ_U to 7001 |
        8    7001 answers          | 7001! completed -I:TransferUser
        """
        + ENDS,
        flow="F05",
    )


def test_an_unmapped_queue_beside_a_mapped_one_makes_nobody_wait() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.2  queued VQ_A           | +X@0 +VQ_A
        0.3  queued VQ_U           |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6.1  diverted VQ_U to 7001 |
        6.1  diverted VQ_A         |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        """
        + ENDS,
        flow="F04",
    )


def test_from_an_unmapped_queue_to_a_mapped_one() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.5  queued VQ_U           |
        5    diverted VQ_U         | +X@0 +I@0
        5    queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        9    X leaves by X         | -X:Self -VQ_A:Peer
        9    ends                  |
        """,
        flow="F02",
    )


# Nobodies


def test_services_are_never_told_and_never_counted() -> None:
    check(
        """
        0    call inbound          |
        0    rec enters connected  |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        5    gcti::park enters connected |
        6    conf-bridge enters connected |
        20   rec leaves            |
        """
        + ENDS,
        flow="F05",
    )


def test_the_recorder_alone_does_not_open_a_conversation() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    rec enters connected  |
        9    X leaves by X         |
        9    ends                  |
        """,
        outcome="ignored",
    )


def test_a_nailed_up_line_leaves_no_trace() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters connected |
        0    gcti::park enters connected |
        900  7001 leaves           |
        900  ends                  |
        """,
        outcome="ignored",
    )


# External parties


def test_a_number_without_plus_is_external() -> None:
    check(
        """
        0    call inbound          |
        0    4711 enters connected |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        9    4711 leaves by 4711   | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_a_phone_that_is_listed_nowhere_calls_an_agent() -> None:
    check(
        """
        0    call internal         |
        0    5123 enters dialing   |
        0.1  7001 rings            | +X{-,out}@0 +7001~{X,in}
        5    7001 answers          | 7001!
        20   5123 leaves by 5123   | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F16",
    )


def test_a_phone_that_is_listed_nowhere_calls_a_queue() -> None:
    check(
        """
        0    call internal         |
        0    5123 enters connected |
        0    9001 enters routing   |
        0.3  queued VQ_A           | +X{-,out}@0 +VQ_A{X,in}
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001{X} +7001~{X,in} >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        20   5123 leaves by 5123   | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        """,
        flow="F17",
    )


def test_two_phones_that_are_listed_nowhere_leave_no_trace() -> None:
    check(
        """
        0    call internal         |
        0    5123 enters dialing   |
        0.1  5124 enters alerting  |
        5    5124 connected        |
        20   5123 leaves by 5123   |
        20   5124 leaves           |
        20   ends                  |
        """,
        outcome="ignored",
    )


def test_a_short_number_counts_when_it_was_dialled() -> None:
    check(
        """
        0    call outbound dials 911 |
        0    7001 enters dialing   |
        0.2  911 enters alerting   | +7001@0 +X~
        5    911 connected         | X!
        9    911 leaves by 911     | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )


def test_a_caller_without_dn() -> None:
    check(
        """
        0    call inbound hidden   |
        0    ? enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        9    ? leaves by ?         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F05",
    )


def test_an_anonymous_caller_in_the_queue() -> None:
    check(
        """
        0    call inbound hidden   |
        0    anonymous enters connected |
        0    9001 enters treated   |
        3    queued VQ_A           | +X@0 +I@0 I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD
        6    9001 leaves Route     |
        6    7001 rings            | VQ_A>7001 +7001~ >>7001
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        9    anonymous leaves by anonymous | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F03",
    )


def test_an_anonymous_caller_is_transferred_to_an_anonymous_number() -> None:
    check(
        """
        0    call inbound hidden   |
        0    anonymous enters connected |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers          | 7001!
        10   7001 leaves SingleStepTransfer |
        10   anonymous#2 enters alerting |
        13   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10
        15   anonymous#2 connected | P! completed
        30   anonymous leaves by anonymous | -X:Self
        30   anonymous#2 leaves    | -P:Peer
        30   ends                  |
        """,
        flow="F09",
    )


def test_later_events_of_a_party_may_lack_its_dn() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X@0 +7001~
        3    7001 answers without DN | 7001!
        9    X leaves by X without DN | -X:Self
        9    7001 leaves without DN | -7001:Peer
        9    ends                  |
        """,
        flow="F05",
    )


# The call's own data


def test_inbound_invited_by_and_numbers() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_A           | +X{-,in}@0 +I{X,in}@0 I>VQ_A{X} +VQ_A{X,in} >>VQ_A{X} completed -I:TransferACD
        6    7001 rings            | VQ_A>7001{X} +7001~{X,in} >>7001{X}
        6    diverted VQ_A to 7001 |
        8    7001 answers          | 7001! completed -VQ_A:TransferUser
        8    9001 leaves Route     |
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        13   wait                  | 7001>P{X}@10 +P~{X,out}@10 >>P{X}@10 -7001:Transfer@10
        20   X leaves by X         | -P:Peer canceled -X:Self
        20   ends                  |
        """,
        flow="F09",
    )


def test_outbound_is_false_for_all() -> None:
    check(
        """
        0    call outbound         |
        0    7001 enters dialing   |
        0.2  P enters alerting     | +7001{-,out}@0 +X~{7001,out}
        5    P connected           | X!
        10   7001 leaves SingleStepTransfer |
        10   7002 rings            | 7001>7002{X} +7002~{X,out} >>7002{X} -7001:TransferUser
        12   7002 answers          | 7002! completed
        20   P leaves by P         | -X:Self
        20   7002 leaves           | -7002:Peer
        20   ends                  |
        """,
        flow="F07",
    )


def test_internal_is_false_for_the_caller_only() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters connected |
        0    9001 enters routing   |
        0.3  queued VQ_A           | +7001{-,out}@0 +VQ_A{7001,in}
        5    9001 leaves Route     |
        5    7002 rings            | VQ_A>7002{7001} +7002~{7001,in} >>7002{7001}
        5    diverted VQ_A to 7002 |
        8    7002 answers          | 7002! completed -VQ_A:TransferUser
        9    7002 leaves by 7002   |
        9    7001 leaves           | -7002:Self -7001:Peer
        9    ends                  |
        """,
        flow="F17",
    )


def test_the_direction_of_an_unknown_call_is_that_of_who_was_first() -> None:
    check(
        """
        0    call unknown          |
        0    X enters connected    |
        0.1  7001 rings            | +X{-,in}@0 +7001~{X,in}
        3    7001 answers          | 7001!
        """
        + ENDS,
        flow="F05",
    )
    check(
        """
        0    call unknown          |
        0    7001 enters dialing   |
        0.1  P enters alerting     | +7001{-,out}@0 +X~{7001,out}
        3    P connected           | X!
        9    P leaves by P         | -X:Self
        9    7001 leaves           | -7001:Peer
        9    ends                  |
        """,
        flow="F14",
    )
    check(
        """
        0    call unknown          |
        0    7001 enters dialing   |
        0.1  7002 rings            | +7001{-,out}@0 +7002~{7001,in}
        3    7002 answers          | 7002!
        9    7001 leaves by 7001   |
        9    7002 leaves           | -7001:Self -7002:Peer
        9    ends                  |
        """,
        flow="F16",
    )


def test_a_queue_of_another_site_delivers_to_a_dn_that_two_sites_have() -> None:
    linked.check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        0.2  queued VQ_D @VQS      | +X@0 +VQ_D
        0.2  queued VQ_E @VQS      |
        6    9001 leaves Route     |
        6    diverted VQ_E to 7030 @VQS |
        6    7030 rings            | VQ_D>VQ_E +VQ_E >>VQ_E completed -VQ_D:TransferACD VQ_E>7030 +7030~
                                   | >>7030
        6    diverted VQ_D @VQS    |
        8    7030 answers          | 7030! completed -VQ_E:TransferUser
        20   X leaves by X         | -X:Self
        20   7030 leaves           | -7030:Peer
        20   ends                  |
        """,
        A="completed F04",
    )


def test_a_service_that_was_dialled_is_no_number() -> None:
    check(
        """
        0    call outbound dials rec |
        0    7001 enters dialing   |
        1    rec enters connected  |
        5    wait                  |
        20   7001 leaves           |
        20   ends                  |
        """,
        "ignored",
    )

"""Consults that do not go straight to one agent: Routing Points, hunt groups, forwarding phones, one consult after
another."""

from tests.flows.beginnings import CONSULT, CONSULTING, ENDS, ENDS_7002, TALKING
from tests.flows.linked import check


def test_a_consult_to_a_routing_point_without_a_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters treated |
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | +7002~ 7001?7002
        17   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_a_consult_to_a_routing_point_given_up() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters treated |
        15   B: 9001 leaves        |
        15   B: 7001 leaves        |
        15   B: ends               |
        16   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
    )


def test_a_consult_to_an_unmapped_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.2 B: queued VQ_U        |
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | +7002~ 7001?7002
        15   B: diverted VQ_U to 7002 |
        17   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_a_consult_to_a_routing_point_completed_before_an_agent_comes() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters treated |
        15   7001 leaves           |
        15   B: 7001 leaves        |
        15   B: 9001 moves to A    |
        15   B: ends into A        |
        18   9001 leaves Route     | +I@15 -7001:Transfer@15
        18   7002 rings            | I>7002 +7002~ >>7002
        20   7002 answers          | 7002! completed -I:TransferUser
        """
        + ENDS_7002,
        A="completed F08",
    )


def test_completed_while_the_queues_agent_rings_who_does_not_answer() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002 +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        17   7001 leaves           |
        17   B: 7001 leaves        | -7001:TransferConsult done
        17   B: 7002 moves to A    |
        17   B: ends into A        |
        25   7002 leaves NoAnswer  |
        25   9001 enters routing   | -7002:System failed
        25.1 queued VQ_A           |
        27   9001 leaves Route     |
        27   7003 rings            | VQ_A>7003 +7003~ >>7003
        27   diverted VQ_A to 7003 |
        29   7003 answers          | 7003! completed -VQ_A:TransferUser
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F11",
    )


def test_a_consult_of_a_queue_given_up_then_a_conference_with_an_agent() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        12   B: abandoned VQ_A     |
        12   B: 9001 leaves        |
        12   B: 7001 leaves by 7001 |
        12   B: ends               |
        12.5 7001 connected        | -VQ_A:Peer@12 done@12 7001/
        15   7001 held             | 7001=
        15   C: call consult of A  |
        15   C: 7001 enters connected |
        15   C: 7002 rings         | +7002~ 7001?7002
        17   C: 7002 answers       | 7002! 7001??7002
        20   7001 connected        | 7001/
        20   C: 7002 moves to A    |
        20   C: 7001 leaves        |
        20   C: ends into A        |
        30   7001 leaves by 7001   | -7001:TransferConference
        40   X leaves by X         | -X:Self -7002:System
        40   7002 leaves           |
        40   ends                  |
        """,
        A="suspended F10 V1",
    )


def test_of_several_who_ring_in_a_consult_another_one_answers() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        10   B: 7003 rings         |
        13   B: 7003 answers       | -7002:System done +7003 7001?7003 7001??7003
        13   B: 7002 leaves        |
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7003 moves to A    |
        20   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F10",
    )


def test_a_consulted_phone_forwards_to_another_agent() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        20   B: 7002 leaves NoAnswer |
        20   B: 7003 rings         | -7002:System done +7003~ 7001?7003
        23   B: 7003 answers       | 7003! 7001??7003
        30   7001 leaves           |
        30   B: 7001 leaves        | -7001:TransferConsult done
        30   B: 7003 moves to A    |
        30   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F10",
    )


def test_a_consulted_phone_forwards_to_a_queue() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        20   B: 7002 leaves NoAnswer |
        20   B: 9001 enters routing | -7002:System
        20.1 B: queued VQ_A        | done@20 +VQ_A 7001?VQ_A
        22   B: 9001 leaves Route  |
        22   B: 7003 rings         | VQ_A>7003 +7003~ >>7003
        22   B: diverted VQ_A to 7003 |
        23   B: 7003 answers       | 7003! completed -VQ_A:TransferUser 7001??7003
        30   7001 leaves           |
        30   B: 7001 leaves        | -7001:TransferConsult done
        30   B: 7003 moves to A    |
        30   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F11",
    )


def test_the_consulted_agent_transfers_blind() -> None:
    check(
        CONSULTING
        + """
        15   B: 7002 leaves SingleStepTransfer |
        15   B: 7003 rings         | 7002>7003 +7003~ >>7003 -7002:TransferUser
        17   B: 7003 answers       | 7003! completed
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7003 moves to A    |
        20   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F10",
    )


def test_a_consulted_phone_is_busy_by_its_state() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 enters busy   | +7002~ 7001?7002
        13   B: 7001 leaves by 7001 |
        13   B: 7002 leaves        |
        13   B: ends               |
        13.5 7001 connected        | -7002:Error@13 done@13 7001/
        """
        + ENDS,
        A="completed F13",
    )


def test_of_several_of_a_consulted_queue_another_one_answers() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 7002 rings         | VQ_A>7002 +7002~ >>7002
        15   B: 7003 rings         |
        15   B: diverted VQ_A to 7002 |
        17   B: 7003 answers       | -7002:System failed VQ_A>7003 +7003 >>7003 completed -VQ_A:TransferUser
                                   | 7001??7003
        17   B: 7002 leaves        |
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7003 moves to A    |
        20   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F11",
    )


def test_a_consulted_routing_point_sends_the_next_agent_long_after_the_first_did_not_answer() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        12   B: 9001 leaves Route  |
        12   B: 7002 rings         | +7002~ 7001?7002
        20   B: 7002 leaves NoAnswer |
        20   B: 9001#2 enters routing | -7002:System
        23   wait                  | done@20
        27   B: 9001#2 leaves Route |
        27   B: 7003 rings         | +7003~ 7001?7003
        29   B: 7003 answers       | 7003! 7001??7003
        35   7001 leaves           |
        35   B: 7001 leaves        | -7001:TransferConsult done
        35   B: 7003 moves to A    |
        35   B: ends into A        |
        40   X leaves by X         | -X:Self
        40   7003 leaves           | -7003:Peer
        40   ends                  |
        """,
        A="completed F10",
    )


def test_completed_between_the_queue_s_delivery_and_the_ring() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: diverted VQ_A to 7002 |
        15.2 7001 leaves           |
        15.2 B: 7001 leaves        | -7001:TransferConsult done
        15.4 B: 7002 rings         |
        15.6 B: 7002 moves to A    | VQ_A>7002{X}@15.4 +7002~@15.4 >>7002@15.4
        15.6 B: ends into A        |
        18   7002 answers          | 7002! completed -VQ_A:TransferUser
        """
        + ENDS_7002,
        A="completed F11",
    )


def test_the_consulted_queue_overflows_to_a_number_that_does_not_answer() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: diverted VQ_A to P |
        15   B: P enters alerting  |
        18   wait                  | VQ_A>P{7001}@15 +P~@15 >>P@15
        20   B: P leaves NoAnswer  |
        20   B: queued VQ_A#2      | -P:System failed
        25   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        25   B: diverted VQ_A#2 to 7002 |
        27   B: 7002 answers       | 7002! completed -VQ_A:TransferUser 7001??7002
        28   7001 leaves           |
        28   B: 7001 leaves        | -7001:TransferConsult done
        28   B: 7002 moves to A    |
        28   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F11",
    )


def test_given_up_while_the_agent_of_the_consulted_queue_rings() -> None:
    check(
        CONSULT
        + """
        10   B: 9001 enters routing |
        10.5 B: queued VQ_A        | +VQ_A 7001?VQ_A
        15   B: 9001 leaves Route  |
        15   B: 7002 rings         | VQ_A>7002{7001} +7002~ >>7002
        15   B: diverted VQ_A to 7002 |
        20   B: 7001 leaves by 7001 |
        20   B: 7002 leaves by 7001 |
        20   B: ends by 7001       |
        20   7001 connected        | -7002:Peer failed -VQ_A:Peer done 7001/
        """
        + ENDS,
        A="completed F13",
    )


def test_a_routing_point_that_has_a_consult_call_after_no_answer_is_not_told() -> None:
    check(
        CONSULT
        + """
        10   B: 7002 rings         | +7002~ 7001?7002
        15   B: 7002 leaves NoAnswer |
        15   B: 9001 enters treated | -7002:System
        18   wait                  | done@15
        22   B: 9001 leaves        |
        22   B: 7001 leaves        |
        22   B: ends               |
        22   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F13",
    )


def test_a_consult_call_of_which_only_the_merge_says_whose_it_is() -> None:
    check(
        CONSULT.replace("of A", "    ")
        + """
        10   B: 7002 rings         |
        13   B: 7002 answers       |
        20   7001 leaves           |
        20   B: 7001 leaves        |
        20   B: 7002 moves to A    | +7002~@10 7001?7002@10 7002!@13 7001??7002@13 -7001:TransferConsult done
        20   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_a_consult_call_is_reported_after_its_parties() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: 7001 enters connected |
        10   B: call consult of A  |
        10   B: 7002 rings         | +7002~ 7001?7002
        13   B: 7002 answers       | 7002! 7001??7002
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7002 moves to A    |
        20   B: ends into A        |
        """
        + ENDS_7002,
        A="completed F10",
    )


def test_an_agent_who_left_the_main_call_consults_nobody_in_it() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   B: call consult of A  |
        10   B: 7001 enters connected |
        10   B: P enters alerting  |
        11   7001 leaves SingleStepTransfer |
        11   7003 rings            | 7001>7003 +7003~ >>7003 -7001:TransferUser
        13   7003 answers          | 7003! completed
        16   B: 7001 leaves        |
        16   B: P leaves           |
        16   B: ends               |
        20   X leaves by X         | -X:Self
        20   7003 leaves           | -7003:Peer
        20   ends                  |
        """,
        A="completed F07",
    )


def test_a_number_that_has_the_call_consults_somebody_of_its_own() -> None:
    check(
        TALKING
        + """
        10   7001 leaves SingleStepTransfer |
        10   P enters alerting     |
        13   wait                  | 7001>P@10 +P~@10 >>P@10 -7001:Transfer@10
        15   P connected           | P! completed
        20   P held                |
        20   B: call consult of A  |
        20   B: P enters connected |
        20   B: P2 enters alerting |
        24   B: P2 connected       |
        25   B: P leaves           |
        25   B: P2 leaves          |
        25   B: ends               |
        26   P connected           |
        30   X leaves by X         | -X:Self
        30   P leaves              | -P:Peer
        30   ends                  |
        """,
        A="completed F09",
    )

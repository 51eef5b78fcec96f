"""Who sits on a DN: logins before and during calls, logouts, free seats, agents on two DNs."""

from tests.flows.linked import check

TALKING = """
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            | +X@10 +7050~
        13   7050 answers          | 7050!
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
"""
NOBODY_OF_OURS = """
        10   call inbound          |
        10   X enters connected    |
        10.1 {0} rings             |
        13   {0} answers           |
        20   X leaves by X         |
        20   {0} leaves            |
        20   ends                  |
"""


# Before the call


def test_a_login_long_before_the_call() -> None:
    check(
        """
        -9000 7050 login A7050     |
        """
        + TALKING,
        A="completed F05",
    )


def test_a_registration_names_the_agent() -> None:
    check(
        """
        0    7050 registered A7050 |
        """
        + TALKING,
        A="completed F05",
    )


def test_the_agent_id_of_an_earlier_call() -> None:
    check(
        """
        0    Z: call inbound       |
        0    Z: X enters connected |
        0.1  Z: 7050 rings as A7050 | Z:+X@0 Z:+7050~
        5    Z: X leaves by X      | Z:-7050:Peer Z:-X:Self
        5    Z: 7050 leaves        |
        5    Z: ends               |
        """
        + TALKING,
        A="completed F05",
        Z="completed F02",
    )


def test_nobody_logged_in_on_a_free_seat() -> None:
    check(NOBODY_OF_OURS.format(7050), A="ignored V5")


def test_the_agent_logged_out_before_the_call() -> None:
    check(
        """
        0    7050 login A7050      |
        5    7050 logout           |
        """
        + NOBODY_OF_OURS.format(7050),
        A="ignored V5",
    )


def test_a_fixed_agent_logged_out_before_the_call() -> None:
    check(
        """
        5    7001 logout           |
        """
        + NOBODY_OF_OURS.format(7001),
        A="ignored V5",
    )


def test_somebody_whom_excs_does_not_map_logged_in_on_a_fixed_agents_extension() -> None:
    check(
        """
        5    7001 login A9999      |
        """
        + NOBODY_OF_OURS.format(7001),
        A="ignored V5",
    )


def test_an_agent_logged_in_on_an_extension_that_never_has_one() -> None:
    check(
        """
        5    7099 login A7050      |
        """
        + NOBODY_OF_OURS.format(7099),
        A="ignored V5",
    )


def test_logged_out_and_in_again() -> None:
    check(
        """
        0    7050 login A7002      |
        4    7050 logout           |
        6    7050 login A7050      |
        """
        + TALKING,
        A="completed F05",
    )


def test_a_login_that_arrives_after_a_newer_logout() -> None:
    check(
        """
        5    7050 logout           |
        0    7050 login A7050      |
        """
        + NOBODY_OF_OURS.format(7050),
        A="ignored V5",
    )


def test_the_agent_moved_to_another_seat() -> None:
    check(
        """
        0    7051 login A7050      |
        4    7051 logout           |
        5    7050 login A7050      |
        """
        + TALKING,
        A="completed F05",
    )


def test_another_agent_sits_on_a_fixed_agents_extension() -> None:
    check(
        """
        0    7001 login A7002      |
        10   call inbound          |
        10   X enters connected    |
        10.1 7001 rings            | +X@10 +7002~
        13   7001 answers          | 7002!
        15   7001 leaves SingleStepTransfer |
        15   7003 rings            | 7002>7003 +7003~ >>7003 -7002:TransferUser
        17   7003 answers          | 7003! completed
        20   X leaves by X         | -X:Self
        20   7003 leaves           | -7003:Peer
        20   ends                  |
        """,
        A="completed F07",
    )


def test_a_login_on_the_same_dn_of_another_site() -> None:
    check(
        """
        0    7030 login A7002 @SIPS2 |
        10   call inbound          |
        10   X enters connected    |
        10.1 7030 rings            | +X@10 +7030~
        13   7030 answers          | 7030!
        20   X leaves by X         | -X:Self
        20   7030 leaves           | -7030:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


# During the call


def test_a_login_while_the_seat_rings() -> None:
    check(
        """
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            |
        12   7050 login A7050      | +X@10 +7050~@10.1
        13   7050 answers          | 7050!
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_a_login_shortly_after_the_answer() -> None:
    check(
        """
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            |
        13   7050 answers          |
        15   7050 login A7050      | +X@10 +7050~@10.1 7050!@13
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_the_agent_id_comes_with_the_answer() -> None:
    check(
        """
        10   call inbound          |
        10   X enters connected    |
        10   9001 enters routing   |
        10.5 queued VQ_A           | +X@10 +VQ_A
        12   9001 leaves Route     |
        12   7050 rings            |
        12   diverted VQ_A to 7050 |
        15   7050 answers as A7050 | VQ_A>7050@12 +7050~@12 >>7050@12 7050! completed -VQ_A:TransferUser
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F04",
    )


def test_a_login_while_the_consulted_seat_rings() -> None:
    check(
        """
        10   call inbound          |
        10   X enters connected    |
        10.1 7001 rings            | +X@10 +7001~
        13   7001 answers          | 7001!
        15   7001 held             | 7001=
        15   B: call consult of A  |
        15   B: 7001 enters connected |
        15   B: 7050 rings         |
        17   7050 login A7050      | +7050~@15 7001?7050@15
        18   B: 7050 answers       | 7050! 7001??7050
        20   7001 leaves           |
        20   B: 7001 leaves        | -7001:TransferConsult done
        20   B: 7050 moves to A    |
        20   B: ends into A        |
        30   X leaves by X         | -X:Self
        30   7050 leaves           | -7050:Peer
        30   ends                  |
        """,
        A="completed F10",
    )


def test_a_logout_while_the_seat_rings() -> None:
    check(
        """
        0    7050 login A7050      |
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            | +X@10 +7050~
        12   7050 logout           |
        13   7050 answers          | 7050!
        20   X leaves by X         | -X:Self
        20   7050 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_another_agent_takes_the_seat_between_two_calls() -> None:
    check(
        """
        0    7050 login A7050      |
        """
        + TALKING
        + """
        21   7050 logout           |
        22   7050 login A7002      |
        30   B: call inbound       |
        30   B: X enters connected |
        30.1 B: 7050 rings         | B:+X@30 B:+7002~
        33   B: 7050 answers       | B:7002!
        40   B: X leaves by X      | B:-X:Self
        40   B: 7050 leaves        | B:-7002:Peer
        40   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


# One agent on two DNs


def test_an_agent_rings_on_two_dns() -> None:
    check(
        """
        0    7050 login A7050      |
        0    7051 login A7050      |
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            | +X@10 +7050~
        10.1 7051 rings            |
        13   7051 answers          | 7050!
        13   7050 leaves           |
        15   7051 held             | 7050=
        17   7051 connected        | 7050/
        20   X leaves by X         | -X:Self
        20   7051 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_an_agent_takes_the_call_over_on_a_second_dn() -> None:
    check(
        """
        0    7050 login A7050      |
        0    7051 login A7050      |
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            | +X@10 +7050~
        13   7050 answers          | 7050!
        15   7050 leaves SingleStepTransfer |
        15   7051 rings            |
        17   7051 answers          |
        20   X leaves by X         | -X:Self
        20   7051 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )


def test_an_agent_consults_himself_on_a_second_dn() -> None:
    check(
        """
        0    7050 login A7050      |
        0    7051 login A7050      |
        10   call inbound          |
        10   X enters connected    |
        10.1 7050 rings            | +X@10 +7050~
        13   7050 answers          | 7050!
        15   7050 held             | 7050=
        15   B: call consult of A  |
        15   B: 7050 enters connected |
        15   B: 7051 rings         |
        17   B: 7051 answers       |
        18   7050 leaves           |
        18   B: 7050 leaves        |
        18   B: 7051 moves to A    | 7050/
        18   B: ends into A        |
        20   X leaves by X         | -X:Self
        20   7051 leaves           | -7050:Peer
        20   ends                  |
        """,
        A="completed F05",
    )

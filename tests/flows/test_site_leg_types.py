"""What a call's type and its first parties say of where it comes from, and of which consult call is whose."""

from tests.flows.beginnings import CONSULT_ACROSS, TALKING
from tests.flows.linked import check

FROM_THE_OTHER_SITE = """
        0    E: call inbound @SIPS2 |
        0    E: X enters connected |
        1    E: T2 enters alerting |
        1    E: link L             |
        1.1  call inbound linked L |
        1.1  T1 enters connected   |
        1.3  7001 rings            | E:+X@0 E:+7001~@1.3
        3    7001 answers          | E:7001!
        10   7001 held             | E:7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: link L             |
        10.2 C: 7002 rings         | E:+7002~ E:7001?7002
        15   C: 7002 leaves NoAnswer |
        15   C: 7001 leaves        |
        15   C: ends               |
        15   7001 connected        | E:-7002:System E:done E:7001/
        20   7001 held             | E:7001=
"""
SECOND_CONSULT = """
        20   D: 7001 enters connected |
        20   D: 7003 rings         | E:+7003~ E:7001?7003
        22   D: 7003 answers       | E:7003! E:7001??7003
        30   7001 leaves           |
        30   D: 7001 leaves        | E:-7001:TransferConsult E:done
        30   D: 7003 moves to A    |
        30   D: ends into A        |
        40   E: X leaves by X      |
        40   E: T2 leaves          |
        40   E: ends               |
        40.2 T1 leaves             | E:-X:Self@40
        40.2 7003 leaves           | E:-7003:Peer@40.2
        40.2 ends                  |
"""


def test_two_consult_calls_with_their_main_calls_link() -> None:
    check(
        FROM_THE_OTHER_SITE
        + """
        20   D: call consult of A  |
        20   D: link L             |
        """
        + SECOND_CONSULT,
        E="completed F10",
    )


def test_the_second_one_does_not_name_its_main_call() -> None:
    check(
        FROM_THE_OTHER_SITE
        + """
        20   D: call consult linked L |
        """
        + SECOND_CONSULT,
        E="completed F10",
    )


def test_a_leg_is_seen_half_way_and_its_agent_is_heard_of_before_its_trunk() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters routing   |
        1    wait                  | +X@0 +I@0
        6    T1 enters connected   |
        6    link L                |
        8.5  9001 leaves Route     |
        8    B: call inbound @SIPS2 |
        8    B: link L             |
        8    B: 7101 enters connected | I>7101 +7101 >>7101 completed -I:TransferUser
        8.1  B: T2 enters connected |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer@40.2
        40.2 B: ends               |
        """,
        A="completed F05",
    )


def test_a_call_between_agents_is_seen_half_way_and_the_trunk_is_heard_of_first() -> None:
    check(
        """
        0    call internal         |
        0    link L                |
        0    T1 enters alerting    |
        0.1  7001 enters dialing   |
        0    B: call inbound linked L @SIPS2 |
        0    B: T2 enters connected |
        0.2  B: 7101 rings         | +7001{-,out}@0.1 +7101~{7001,in}
        3    B: 7101 answers       | 7101!
        3    7001 connected        |
        3    T1 connected          |
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F16",
    )


def test_an_agent_dials_the_other_site_before_his_login_is_heard_of() -> None:
    check(
        """
        0    call internal         |
        0    7050 enters dialing   |
        0    T1 enters alerting    |
        0    link L                |
        0    B: call inbound linked L @SIPS2 |
        0    B: T2 enters connected |
        0.2  B: 7101 rings         |
        2    7050 login A7050      | +7050{-,out}@0 +7101~{7050,in}@0.2
        3    B: 7101 answers       | 7101!
        20   7050 leaves by 7050   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7050:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F16",
    )


def test_a_call_between_agents_is_seen_half_way_all_at_once() -> None:
    check(
        """
        0    call internal linked L |
        0    T1 enters connected   |
        0    7001 enters connected |
        0.1  B: call inbound linked L @SIPS2 |
        0.1  B: T2 enters connected |
        0.1  B: 7101 enters connected | +7001{-,out}@0 +7101{7001,in}
        20   7001 leaves by 7001   |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          |
        20.1 B: 7101 leaves        | -7001:Self@20 -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F16",
    )


def test_a_routing_point_calls_the_other_sites_agent_and_then_the_customer() -> None:
    check(
        """
        0    call outbound dials +15550100 |
        0    9001 enters routing   |
        0    T1 enters alerting    |
        0    link L                |
        0.1  B: call inbound linked L @SIPS2 |
        0.1  B: T2 enters connected |
        0.2  B: 7101 rings         |
        3    B: 7101 answers       |
        5    X enters alerting     | +X~{-,out} +7101~{X,out} 7101!
        9    X connected           | X!
        20   9001 leaves           |
        20   X leaves by X         |
        20   T1 leaves             |
        20   ends                  |
        20.1 B: T2 leaves          | -X:Self@20
        20.1 B: 7101 leaves        | -7101:Peer
        20.1 B: ends               |
        """,
        A="completed F15",
    )


def test_a_consult_call_that_names_no_main_call_has_the_link_of_its_main_call() -> None:
    check(
        CONSULT_ACROSS
        + """
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        30   B: 7101 held          | 7101=
        30   D: call consult linked L @SIPS2 |
        30   D: 7101 enters connected |
        30.1 D: 7102 rings         | +7102~{7101,in} 7101?7102{X}
        33   D: 7102 answers       | 7102! 7101??7102
        40   B: 7101 leaves        |
        40   D: 7101 leaves        | -7101:TransferConsult done
        40   D: 7102 moves to B    |
        40   D: ends into B        |
        50   X leaves by X         |
        50   T1 leaves             |
        50   ends                  |
        50.2 B: T2 leaves          | -X:Self@50
        50.2 B: 7102 leaves        | -7102:Peer
        50.2 B: ends               |
        """,
        A="completed F10",
    )


def test_a_second_call_of_the_agent_who_was_consulted_over_sites() -> None:
    check(
        TALKING
        + """
        10   7001 held             | 7001=
        10   C: call consult of A  |
        10   C: 7001 enters connected |
        10   C: T1 enters alerting |
        10   C: link L             |
        10.1 B: call consult linked L @SIPS2 |
        10.1 B: T2 enters connected |
        10.2 B: 7101 rings         | +7101~ 7001?7101
        12   B: 7101 answers       | 7101! 7001??7101
        15   7001 leaves           |
        15   C: 7001 leaves        | -7001:TransferConsult done
        15   C: T1 moves to A      |
        15   C: ends into A        |
        15   link L                |
        20   E: call inbound @SIPS2 |
        20   E: P enters connected |
        20   E: 7101 rings         |
        22   B: 7101 held          | 7101=
        22   E: 7101 answers       |
        30   E: P leaves           |
        30   E: 7101 leaves        |
        30   E: ends               |
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
        """,
        A="completed F10",
        E="ignored V6",
    )


def test_a_leg_waits_for_its_link() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        3    queued VQ_D @VQS      | +X@0 +I@0 I>VQ_D +VQ_D >>VQ_D completed -I:TransferACD
        6    9001 leaves Route     |
        6    diverted VQ_D to 7101 @VQS |
        6    T1 enters alerting    |
        6    B: call internal @SIPS2 |
        6    B: T2 enters connected |
        6.1  B: 7101 rings         |
        7.5  B: 7101 answers       |
        7.5  T1 connected          |
        8    B: link L             |
        8    link L                | VQ_D>7101@6.1 +7101~@6.1 >>7101@6.1 7101!@7.5 completed@7.5 -VQ_D:TransferUser@7.5
        40   X leaves by X         |
        40   T1 leaves             |
        40   ends                  |
        40.2 B: T2 leaves          | -X:Self@40
        40.2 B: 7101 leaves        | -7101:Peer
        40.2 B: ends               |
        """,
        A="completed F03",
    )

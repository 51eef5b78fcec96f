"""V6: a second main call on an agent's DN, seen across conversations."""

from deploy.lab.identities import Identities
from deploy.lab.scenario import ALERTING, CONNECTED, Scenario
from tests.flows.beginnings import CONSULTING, ENDS, TALKING
from tests.flows.linked import check
from tests.property.arrivals import read
from tests.property.lives import START
from tests.property.mapping import MAPPING
from workers.replay.replayed_calls import Ended, ReplayedCalls
from workflows.call.scene import Options
from workflows.call.tlib import CallType


def outcomes(scenario: Scenario) -> dict[str, tuple[str, str | None]]:
    """By CallUUID: outcome and violation."""
    calls = ReplayedCalls(MAPPING, Options(), silence=3600)
    records = [record for event in read(scenario.events) for record in calls.take(event)]
    ended = [record for record in [*records, *calls.finish()] if isinstance(record, Ended)]
    return {record.call: (record.summary.outcome, record.summary.violation) for record in ended}


def test_the_second_call_an_agent_answers_is_ignored_and_the_first_is_untouched() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first, second = site.inbound("+15550100", "+15550900"), site.inbound("+15550101", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    scenario.wait(5)
    other = second.rings("7001")
    scenario.wait(2)
    agent.holds()
    other.answers()
    scenario.wait(5)
    second.hung_up_by(second.caller)
    agent.retrieves()
    first.hung_up_by(agent)
    assert outcomes(scenario) == {first.uuid: ("completed", None), second.uuid: ("ignored", "V6")}


def test_a_second_call_the_agent_dials_was_not_told_and_is_ignored() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first = site.inbound("+15550100", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    scenario.wait(5)
    second = site.call(CallType.OUTBOUND)
    dialling = second.enters("7001", 0x10001)
    agent.holds()
    second.enters("+15550200", ALERTING)
    scenario.wait(5)
    second.hung_up_by(dialling)
    first.hung_up_by(agent)
    assert outcomes(scenario) == {first.uuid: ("completed", None), second.uuid: ("ignored", "V6")}


def test_ringing_while_in_another_call_is_no_violation() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    first, second = site.inbound("+15550100", "+15550900"), site.inbound("+15550101", "+15550900")
    agent = first.rings("7001")
    agent.answers()
    second.rings("7001")
    scenario.wait(5)
    second.hung_up_by(second.caller)
    first.hung_up_by(agent)
    assert {violation for _, violation in outcomes(scenario).values()} == {None}


def test_a_nailed_up_line_is_no_call() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    line = site.call(CallType.INTERNAL)
    nailed = line.enters("7001", CONNECTED)
    line.enters("gcti::park", CONNECTED)
    scenario.wait(5)
    call = site.inbound("+15550100", "+15550900")
    agent = call.rings("7001")
    nailed.holds()
    agent.answers()
    scenario.wait(5)
    call.hung_up_by(agent)
    line.hung_up_by(nailed)
    assert outcomes(scenario) == {call.uuid: ("completed", None), line.uuid: ("ignored", None)}


def test_a_consult_call_is_no_second_call() -> None:
    scenario = Scenario(START, Identities("v6"))
    site = scenario.site("SIPS1")
    call = site.inbound("+15550100", "+15550900")
    agent = call.rings("7001")
    agent.answers()
    agent.holds()
    consult = site.call(CallType.CONSULT, main=call)
    consulting = consult.enters("7001", CONNECTED)
    scenario.wait(3)
    consult.hung_up_by(consulting)
    agent.retrieves()
    call.hung_up_by(agent)
    assert outcomes(scenario) == {call.uuid: ("completed", None)}


# As tables


def test_v6_the_agent_left_the_first_call_before() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        9.2  B: queued VQ_A        | B:+X@9 B:+VQ_A
        12   7001 leaves by 7001   |
        12   X leaves by 7001      | -7001:Self -X:Peer
        12   ends                  |
        13   B: 7001 rings         | B:VQ_A>7001 B:+7001~ B:>>7001
        13   B: diverted VQ_A to 7001 |
        15   B: 7001 answers       | B:7001! B:completed B:-VQ_A:TransferUser
        20   B: X leaves by X      | B:-X:Self
        20   B: 7001 leaves        | B:-7001:Peer
        20   B: ends               |
        """,
        A="completed F05",
        B="completed F04",
    )


def test_v6_the_end_of_the_first_call_was_never_reported() -> None:
    check(
        TALKING
        + """
        900  B: call inbound       |
        900  B: X enters connected |
        900.1 B: 7001 rings        |
        903  B: 7001 answers       |
        906  wait                  | B:+X@900 B:+7001~@900.1 B:7001!@903
        920  B: X leaves by X      | B:-X:Self
        920  B: 7001 leaves        | B:-7001:Peer
        920  B: ends               |
        3603.5 wait                | -X:System@3603 -7001:System@3603
        """,
        A="completed F05",
        B="completed F05",
    )


def test_v6_a_consulted_agent_is_in_a_call_of_his_own() -> None:
    check(
        TALKING
        + """
        5    B: call inbound       |
        5    B: X enters connected |
        5.1  B: 7002 rings         | B:+X@5 B:+7002~
        7    B: 7002 answers       | B:7002!
        10   B: 7002 held          | B:7002=
        10   C: call consult of B  |
        10   C: 7002 enters connected |
        10   C: 7001 rings         | B:+7001~ B:7002?7001
        12   7001 held             | 7001=
        12   C: 7001 answers       | B:7001! B:7002??7001
        15   C: 7001 leaves by 7001 |
        15   C: 7002 leaves        |
        15   C: ends               |
        15.5 B: 7002 connected     | B:-7001:Self@15 B:done@15 B:7002/
        16   7001 connected        | 7001/
        20   B: X leaves by X      | B:-X:Self
        20   B: 7002 leaves        | B:-7002:Peer
        20   B: ends               |
        """
        + ENDS,
        A="completed F05",
        B="completed F13",
    )


def test_v6_two_calls_to_an_extension_without_agent() -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7099 rings            |
        1    B: call inbound       |
        1    B: X enters connected |
        1.2  B: queued VQ_A        | B:+X@1 B:+VQ_A
        2    B: 7099 rings         |
        2    B: diverted VQ_A to 7099 |
        3    7099 answers          |
        4    7099 held             |
        4    B: 7099 answers       | B:-VQ_A:System@2 B:-X:System
        9    X leaves by X         |
        9    7099 leaves           |
        9    ends                  |
        9    B: X leaves by X      |
        9    B: ends               |
        """,
        A="ignored V5",
        B="suspended F02 V5",
    )


def test_v6_the_agent_answers_a_second_direct_call() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        10   B: 7001 rings         |
        12   7001 held             | 7001=
        12   B: 7001 answers       |
        14   B: 7001 held          |
        16   B: 7001 connected     |
        20   B: X leaves by X      |
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
        B="ignored V6",
    )


def test_v6_the_agent_only_rings_in_a_second_call() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        10   B: 7001 rings         |
        20   B: X leaves by X      |
        20   B: 7001 leaves        |
        20   B: ends               |
        """
        + ENDS,
        A="completed F05",
        B="ignored",
    )


def test_v6_the_second_call_comes_from_a_queue_and_is_answered() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        9.2  B: queued VQ_A        | B:+X@9 B:+VQ_A
        12   B: 7001 rings         |
        12   B: diverted VQ_A to 7001 |
        14   7001 held             | 7001=
        14   B: 7001 answers       | B:-VQ_A:System@12 B:-X:System
        20   B: X leaves by X      |
        20   B: 7001 leaves        |
        20   B: ends               |
        21   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
        B="suspended F02 V6",
    )


def test_v6_the_second_call_is_not_answered_and_goes_to_another_agent() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        9.2  B: queued VQ_A        | B:+X@9 B:+VQ_A
        12   B: 7001 rings         |
        12   B: diverted VQ_A to 7001 |
        20   B: 7001 leaves NoAnswer |
        20   B: queued VQ_A#2      |
        22   B: 7002 rings         | B:VQ_A>7002 B:+7002~ B:>>7002
        22   B: diverted VQ_A#2 to 7002 |
        24   B: 7002 answers       | B:7002! B:completed B:-VQ_A:TransferUser
        28   B: X leaves by X      | B:-X:Self
        28   B: 7002 leaves        | B:-7002:Peer
        28   B: ends               |
        """
        + ENDS,
        A="completed F05",
        B="completed F04",
    )


def test_v6_the_agent_dials_and_the_second_call_outlives_the_first() -> None:
    check(
        TALKING
        + """
        9    7001 held             | 7001=
        10   B: call outbound      |
        10   B: 7001 enters dialing |
        10   B: P enters alerting  |
        15   B: P connected        |
        """
        + ENDS
        + """
        31   B: 7001 held          |
        33   B: 7001 connected     |
        35   B: 7001 leaves SingleStepTransfer |
        35   B: 7002 rings         |
        37   B: 7002 answers       |
        50   B: P leaves by P      |
        50   B: 7002 leaves        |
        50   B: ends               |
        """,
        A="completed F05",
        B="ignored V6",
    )


def test_v6_in_an_internal_call() -> None:
    check(
        TALKING
        + """
        10   B: call internal      |
        10   B: 7002 enters dialing |
        10   B: 7001 rings         |
        12   7001 held             | 7001=
        12   B: 7001 answers       |
        20   B: 7001 leaves by 7001 |
        20   B: 7002 leaves        |
        20   B: ends               |
        21   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
        B="ignored V6",
    )


def test_v6_the_agent_answers_on_another_phone() -> None:
    check(
        "-1 7001 registered A7001 |"
        + TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        10   B: 7051 rings as A7001 |
        12   7001 held             | 7001=
        12   B: 7051 answers       |
        20   B: X leaves by X      |
        20   B: 7051 leaves        |
        20   B: ends               |
        21   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
        B="ignored V6",
    )


def test_v6_an_unanswered_ring_is_told_when_the_first_call_ends_meanwhile() -> None:
    check(
        TALKING
        + """
        9    B: call inbound       |
        9    B: X enters connected |
        10   B: 7001 rings         |
        12   7001 leaves by X      | B:+X@9 B:+7001~@10
        12   X leaves by X         | -X:Self -7001:Peer
        12   ends                  |
        14   B: 7001 answers       | B:7001!
        20   B: X leaves by X      | B:-X:Self
        20   B: 7001 leaves        | B:-7001:Peer
        20   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


def test_v6_the_agent_dials_long_after_a_call_whose_end_was_never_reported() -> None:
    check(
        TALKING
        + """
        900  B: call outbound      |
        900  B: 7001 enters dialing |
        900  B: P enters alerting  |
        902  B: P connected        |
        903  wait                  | B:+7001@900 B:+X~@900 B:X!@902
        920  B: P leaves by P      | B:-X:Self
        920  B: 7001 leaves        | B:-7001:Peer
        920  B: ends               |
        3603.5 wait                | -X:System@3603 -7001:System@3603
        """,
        A="completed F05",
        B="completed F14",
    )


def test_v6_a_silent_first_call_is_heard_of_only_after_the_second_was_told() -> None:
    check(
        TALKING
        + """
        900  B: call inbound       |
        900  B: X enters connected |
        900.1 B: 7001 rings        |
        903  B: 7001 answers       |
        906  wait                  | B:+X@900 B:+7001~@900.1 B:7001!@903
        910  B: 7001 held          | B:7001=
        911  7001 connected        |
        912  B: X leaves by X      | B:-X:Self B:-7001:System
        912  B: 7001 leaves        |
        912  B: ends               |
        930  X leaves by X         | -X:Self
        930  7001 leaves           | -7001:Peer
        930  ends                  |
        """,
        A="completed F05",
        B="suspended F05 V6",
    )


def test_v6_the_agent_answers_at_another_site() -> None:
    check(
        "-1 7001 registered A7001 |"
        + TALKING
        + """
        9    B: call inbound @SIPS2 |
        9    B: X enters connected |
        10   B: 7101 rings as A7001 |
        12   B: 7101 answers       |
        13   7001 held             | 7001=
        20   B: X leaves by X      |
        20   B: 7101 leaves        |
        20   B: ends               |
        21   7001 connected        | 7001/
        """
        + ENDS,
        A="completed F05",
        B="ignored V6",
    )


def test_v6_the_other_site_s_end_of_the_first_call_comes_after_the_answer() -> None:
    check(
        "-1 7001 registered A7001 |"
        + TALKING
        + """
        9    B: call inbound @SIPS2 |
        9    B: X enters connected |
        10   B: 7101 rings as A7001 |
        12   B: 7101 answers       |
        11.5 7001 leaves by 7001   | B:+X@9 B:+7001~@10 B:7001!@12
        11.5 X leaves by 7001      | -7001:Self -X:Peer
        11.5 ends                  |
        20   B: X leaves by X      | B:-X:Self
        20   B: 7101 leaves        | B:-7001:Peer
        20   B: ends               |
        """,
        A="completed F05",
        B="completed F05",
    )


def test_v6_the_first_call_is_one_that_ex_cannot_hold() -> None:
    check(
        """
        0    call internal         |
        0    7001 enters dialing   |
        0.1  7099 rings            |
        3    7099 answers          |
        5    B: call inbound       |
        5    B: X enters connected |
        5.2  B: queued VQ_A        | B:+X@5 B:+VQ_A
        7    B: 7002 rings         | B:VQ_A>7002 B:+7002~ B:>>7002
        7    B: diverted VQ_A to 7002 |
        9    B: 7002 answers       | B:7002! B:completed B:-VQ_A:TransferUser
        15   B: 7002 leaves SingleStepTransfer |
        15   7001 held             |
        15   B: 7001 enters connected | B:-7002:Self B:-X:System
        20   B: X leaves by X      |
        20   B: 7001 leaves        |
        20   B: ends               |
        30   7001 leaves           |
        30   ends                  |
        """,
        A="ignored V5",
        B="suspended F04 V6",
    )


def test_the_second_call_of_an_agent_who_moved_from_a_consult_call() -> None:
    """Nothing but the move says that the agent is in the main call since then."""
    check(
        CONSULTING
        + """
        15   7001 leaves by 7001   |
        15   B: 7001 leaves        | -7001:TransferConsult done
        15   B: 7002 moves to A    |
        15   B: ends into A        |
        20   E: call inbound       |
        20   E: P enters connected |
        20   E: 7002 rings         |
        22   E: 7002 answers       |
        25   E: P leaves by P      |
        25   E: 7002 leaves        |
        25   E: ends               |
        30   X leaves by X         | -X:Self
        30   7002 leaves           | -7002:Peer
        30   ends                  |
        """,
        A="completed F10",
        E="ignored V6",
    )

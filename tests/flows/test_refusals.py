"""EX refuses an event for good: right of the bar stands what EX took, the strict EX Org as the judge of all but that.

`together`: the events of a row go in one request, and EX judges each of them. `apart`: they go one by one, because the
request was refused as a whole, and what builds on the refused one is not sent.
"""

import json

import pytest

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read
from tests.flows.beginnings import FROM_QUEUE, TALKING
from tests.flows.notation import MAPPING, Left, Right, micros, rows
from workflows.call.conversation import Conversation, Summary
from workflows.call.encoding import is_built_on
from workflows.call.scene import Options
from workflows.call.telling import ExEvent

WAYS = pytest.mark.parametrize("together", [True, False], ids=["together", "apart"])


class RefusingOrg:
    """A strict EX Org that refuses one event more: the one written so."""

    def __init__(self, refused: str, together: bool) -> None:
        self.org = ExOrg()
        self._right = Right()
        self._refused, self._together = refused, together

    def deliver(self, conversation: Conversation, told: list[ExEvent], time: float) -> list[str]:
        """Deliver like the call workflow and its activity do; what was taken."""
        seen = []
        while told:
            refused: list[ExEvent] = []
            unsent: list[ExEvent] = []
            for each in told:
                token = self._right.write(each, "?", time).partition("@")[0]
                if not self._together and any(map(is_built_on, refused)):
                    unsent.append(each)
                elif token == self._refused or not self._takes(each):
                    refused.append(each)
                else:
                    seen.append(token)
            told = conversation.refused(refused, "EX refused it", unsent) if refused else []
        return seen

    def _takes(self, told: ExEvent) -> bool:
        before = len(self.org.refused)
        self.org.take(read(json.dumps({told.array: [told.event]}).encode()), "lab")
        return len(self.org.refused) == before


def run(table: str, refused: str, together: bool, again: bool = False) -> tuple[list[str], list[str], Summary, ExOrg]:
    """What EX took, what it should have taken, and what became of the call."""
    left, ex = Left(), RefusingOrg(refused, together)
    conversation: Conversation | None = None
    expected, actual = [], []
    for time, what, tokens in rows(table):
        event = left.event(time, what)
        if conversation is None:
            assert event is not None
            assert event.call is not None
            conversation = Conversation(event.call, Options())
        if again:
            conversation = Conversation.load(conversation.call, Options(), conversation.dump())
        if event is None:
            told = conversation.tick(micros(time)) if what == "wait" else conversation.end(what, micros(time))
        else:
            conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
            told = conversation.step(event)
        expected.append(f"{time} {what} | {' '.join(tokens)}")
        actual.append(f"{time} {what} | {' '.join(ex.deliver(conversation, told, time))}")
    assert conversation is not None
    assert conversation.closed, "\n".join(actual)
    return actual, expected, conversation.summary(), ex.org


def check(table: str, refused: str, together: bool) -> None:
    """Assert what EX took, that nothing stays open there, and that the call is marked; also over continue-as-new."""
    for again in (False, True):
        actual, expected, summary, org = run(table, refused, together, again)
        assert actual == expected, "\n".join(actual)
        assert (summary.outcome, summary.reason) == ("refused", "EX refused it")
        assert not org.open
        assert together or not org.refused, [refusal.reason for refusal in org.refused]


ENDS = """
        20   X leaves by X         |
        20   7001 leaves           |
        20   ends                  |
        31   wait                  |
"""


@WAYS
def test_without_its_agent_the_caller_is_ended(together: bool) -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            | +X -X:System
        3    7001 answers          |
        9    7001 held             |
        """
        + ENDS,
        "+7001~",
        together,
    )


@WAYS
def test_an_agent_is_refused_and_the_hold_with_him(together: bool) -> None:
    """A hold alone would be told without; the agent's established event is what counts."""
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    7001 stands held      | +X -X:System
        9    7001 connected        |
        """
        + ENDS,
        "+7001",
        together,
    )


@WAYS
def test_without_the_caller_the_agent_is_ended(together: bool) -> None:
    """Refused together with the caller, because it is invited by the caller; nothing of the conversation is left."""
    table = """
        0    call inbound          |
        0    X enters connected    |
        0.1  7001 rings            |
        3    7001 answers          |
        """
    actual, expected, summary, org = run(table + ENDS, "+X", together)
    assert [row for row in actual if "+X" in row] == []
    assert summary.outcome == "refused"
    assert not org.open
    assert len(actual) == len(expected)


@WAYS
def test_a_refused_answer_ends_both(together: bool) -> None:
    check(
        TALKING.replace("| 7001!", "| -X:System -7001:System").replace("@0", "")
        + """
        9    7001 held             |
        12   data Sold             |
        """
        + ENDS,
        "7001!",
        together,
    )


@WAYS
def test_a_refused_move_leaves_nobody_in_the_queue(together: bool) -> None:
    """The agent whose established event was taken is ended too; a call that goes on in Engage tells nothing."""
    table = FROM_QUEUE.replace("@0", "").replace("| VQ_A>7001 +7001~ >>7001", "| {}")
    taken = "+7001~ -X:System -VQ_A:System -7001:System" if together else "-X:System -VQ_A:System"
    check(table.format(taken) + ENDS.replace("20 ", "40 ").replace("31 ", "51 "), "VQ_A>7001", together)


@WAYS
def test_a_refused_end_is_not_repeated(together: bool) -> None:
    actual, expected, summary, org = run(
        TALKING.replace("@0", "")
        + """
        20   7001 leaves           |
        20   X leaves by X         | -7001:Peer
        20   ends                  |
        35   wait                  |
        51   wait                  |
        """,
        "-X:Self",
        together,
    )
    assert actual == expected, "\n".join(actual)
    assert summary.outcome == "refused"
    assert [len(conversation.live) for conversation in org.open] == [1]


@WAYS
@pytest.mark.parametrize("refused", ["7001=", "7001$"])
def test_what_nothing_builds_on_costs_only_itself(together: bool, refused: str) -> None:
    table = (
        TALKING.replace("@0", "")
        + """
        10   7001 held             | 7001=
        12   7001 connected        | 7001/
        13   data Sold             | 7001$
        20   X leaves by X         | -X:Self
        20   7001 leaves           | -7001:Peer
        20   ends                  |
        51   wait                  |
        """
    )
    check(table.replace(f"| {refused}", "|"), refused, together)


@WAYS
def test_ended_by_an_operator_after_a_refusal_tells_nothing_more(together: bool) -> None:
    check(TALKING.replace("| 7001!", "| -X:System -7001:System").replace("@0", "") + "5 operator |", "7001!", together)


@WAYS
def test_a_suspended_conversation_that_is_refused_is_ended(together: bool) -> None:
    """The vendor's example, but EX refuses that the first agent left: the caller is ended, no end is told twice."""
    actual, expected, summary, org = run(
        TALKING.replace("@0", "")
        + """
        12   7002 rings            |
        13   7002 answers          |
        18   7001 leaves by 7001   | -X:System
        30   X leaves by X         |
        30   7002 leaves           |
        30   ends                  |
        41   wait                  |
        """,
        "-7001:TransferConference",
        together,
    )
    assert actual == expected, "\n".join(actual)
    assert (summary.outcome, summary.violation) == ("refused", "V2")
    assert len(org.open) == 1


@WAYS
def test_the_end_of_what_ex_does_not_know_is_not_told(together: bool) -> None:
    check(
        """
        0    call inbound          |
        0    X enters connected    |
        0    9001 enters treated   |
        0.5  X leaves by X         | +X -X:Self
        0.5  9001 leaves           |
        0.5  ends                  |
        31   wait                  |
        """,
        "+I",
        together,
    )

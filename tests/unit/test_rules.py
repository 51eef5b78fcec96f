"""Every event told names the rule that told it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given

from deploy.lab.scenario import SiteEvent
from tests.flows.notation import MAPPING, Left, micros
from tests.property.arrivals import read
from tests.property.lives import lives
from tests.property.telling import SETTINGS, tell
from workflows import call
from workflows.call.conversation import Conversation
from workflows.call.rules import RULES, Rule
from workflows.call.scene import Options
from workflows.call.telling import Batch, ExEvent


def test_every_rule_has_its_sentence() -> None:
    assert list(RULES) == list(Rule)
    assert all(sentence.endswith(".") for sentence in RULES.values())


@SETTINGS
@given(lives())
def test_every_event_told_names_its_rule(life: list[SiteEvent]) -> None:
    told = tell(read(life)).told
    assert {each.rule for each in told} <= set(RULES)


def test_a_rule_does_not_leave_the_process() -> None:
    batch = Batch(call="C", events=[ExEvent(array="a", event={"eventId": "1"}, rule=Rule.HOLD)])
    assert "rule" not in batch.model_dump_json()
    assert Batch.model_validate_json(batch.model_dump_json()).events[0].rule is None


def test_every_rule_is_noted_somewhere() -> None:
    rules = Path(call.__file__).parent
    sources = [path.read_text("utf-8") for path in rules.glob("*.py") if path.name != "rules.py"]
    assert [rule.name for rule in Rule if not any(f"Rule.{rule.name}" in source for source in sources)] == []


def told_by(*lines: str) -> tuple[Conversation, list[ExEvent]]:
    """A conversation after the rows of a flow table, and what was told."""
    left, told = Left(), list[ExEvent]()
    conversation = Conversation("C", Options())
    for line in lines:
        time, _, row = line.partition(" ")
        event = left.event(float(time), row)
        if event is None:
            told += conversation.tick(micros(float(time)))
        else:
            conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
            told += conversation.step(event)
    return conversation, told


TALK = ("0 call inbound", "0 X enters connected", "1 7001 stands connected")


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (TALK, [Rule.OPENED_AT_AGENT] * 2),
        (("0 call inbound", "0 X enters connected", "0 queued VQ_A"), [Rule.OPENED_AT_QUEUE] * 2),
        (
            ("0 call inbound", "0 X enters connected", "0 9001 enters treated", "9 wait", "9 queued VQ_A"),
            [Rule.OPENED_IN_IVR] * 2 + [Rule.TO_QUEUE] * 5,
        ),
        (
            ("0 call outbound", "0 7001 enters dialing", "1 X rings", "2 X connected"),
            [Rule.OPENED_BY_AGENT] * 2 + [Rule.DIALLED_ANSWERED],
        ),
        (
            (
                *("0 call outbound", "0 7001 enters dialing", "0.1 T1 enters alerting", "0.1 link L"),
                *("0.2 B: call inbound linked L @SIPS2", "0.2 B: T2 enters connected", "0.3 B: 7101 rings"),
            ),
            [Rule.OPENED_BY_AGENT] * 2 + [Rule.NO_NUMBER, Rule.JOINED],
        ),
        ((*TALK, "5 7001 leaves", "9 wait"), [Rule.OPENED_AT_AGENT] * 2 + [Rule.LEFT_ALONE]),
        ((*TALK, "5 X leaves by X", "5 ends"), [Rule.OPENED_AT_AGENT] * 2 + [Rule.FINISHED] * 2),
        ((*TALK, "5 7001 held", "6 data Sold"), [Rule.OPENED_AT_AGENT] * 2 + [Rule.HOLD, Rule.WRAP_UP]),
        ((*TALK, "5 7003 enters observing", "9 X leaves"), [Rule.OPENED_AT_AGENT] * 2 + [Rule.SUSPENDED] * 2),
    ],
)
def test_the_rule_of_each_event(lines: Sequence[str], rules: list[Rule]) -> None:
    assert [each.rule for each in told_by(*lines)[1]] == rules


def test_the_ends_after_a_refusal_name_its_rule() -> None:
    conversation, (_, agent) = told_by(*TALK)
    (end,) = conversation.refused([agent], "EX refused it", [])
    assert (end.array, end.rule) == ("communicationEndedEvents", Rule.REFUSED)

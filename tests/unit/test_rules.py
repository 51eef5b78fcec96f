"""Every event told names the rule that told it."""

from pathlib import Path

from hypothesis import given

from deploy.lab.scenario import SiteEvent
from tests.flows.notation import MAPPING, Left
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


def test_the_ends_after_a_refusal_name_its_rule() -> None:
    left = Left()
    conversation = Conversation("C", Options())
    told: list[ExEvent] = []
    for time, row in ((0, "call inbound"), (0, "X enters connected"), (1, "7001 stands connected")):
        event = left.event(time, row)
        assert event is not None
        conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
        told += conversation.step(event)
    _, agent = told
    (end,) = conversation.refused([agent], "EX refused it", [])
    assert (end.array, end.rule) == ("communicationEndedEvents", Rule.REFUSED)

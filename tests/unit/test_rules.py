"""Every event told names the rule that told it."""

from pathlib import Path

from hypothesis import given

from deploy.lab.scenario import SiteEvent
from tests.property.arrivals import read
from tests.property.lives import lives
from tests.property.telling import SETTINGS, tell
from workflows import call
from workflows.call.rules import RULES, Rule
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

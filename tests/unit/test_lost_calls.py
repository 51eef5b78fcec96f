"""A call said to be lost when there is nothing to lose."""

from tests.flows.beginnings import ENDS, TALKING
from tests.flows.notation import MAPPING, Left, micros, rows
from workflows.call.conversation import Conversation
from workflows.call.items import Lost
from workflows.call.scene import Options


def _ended() -> Conversation:
    """A call that ended after 30 s."""
    left = Left()
    events = [event for time, what, _ in rows(TALKING + ENDS) if (event := left.event(time, what))]
    conversation = Conversation(left.calls["A"].uuid, Options())
    for event in events:
        conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
        conversation.step(event)
    return conversation


def test_a_call_that_has_ended_is_not_lost_too() -> None:
    conversation = _ended()
    closes = conversation.deadline
    assert closes == micros(60)
    assert conversation.take(Lost(call=conversation.call, time=micros(40))) == []
    assert conversation.deadline == closes
    assert conversation.summary().reason is None


def test_a_call_the_conversation_does_not_know_is_not_lost() -> None:
    conversation = _ended()
    assert conversation.take(Lost(call="0" * 32, time=micros(40))) == []
    assert conversation.deadline == micros(60)

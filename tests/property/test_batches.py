"""Equal results for equal histories, however they are cut into batches and wherever linker or workflow begin anew."""

import json
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import skewed
from tests.property.mapping import MAPPING
from tests.property.telling import SETTINGS, tell
from workflows.call import items
from workflows.call.conversation import Conversation, Summary
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent
from workflows.linking.linker import Linker
from workflows.linking.routed import Item

Result = dict[str, tuple[list[ExEvent], int | None, Summary]]
"""By root: what was told, what is waited for, and what became of the call."""


def told_in_batches(events: Sequence[TlibEvent], cuts: Sequence[int], *, anew: bool) -> Result:
    """Each batch is linked, then sent as one list per conversation, as dispatch does.

    `anew`: after each batch linker and conversations go on from what is kept of them (another dispatcher, a
    continue-as-new).
    """
    linker, kept, now = Linker(), dict[str, str](), 0
    conversations, told = dict[str, Conversation](), dict[str, list[ExEvent]]()
    for begin, end in pairwise((0, *cuts, len(events))):
        lanes: dict[str, list[Item]] = {}
        for event in events[begin:end]:
            now = max(now, event.time)
            for root, item in (*linker.release(now).routed, *linker.route(event)):
                lanes.setdefault(root, []).append(item)
        for root, lane in lanes.items():
            conversation = conversations.setdefault(root, Conversation(root, Options()))
            told.setdefault(root, []).extend(_take(conversation, json.loads(json.dumps(lane))))
        if anew:
            kept |= {key: text for key, text in linker.changes().items() if text is not None}
            linker = Linker(kept)
            conversations = {root: _loaded(each) for root, each in conversations.items()}
    return {root: (told[root], each.deadline, each.summary()) for root, each in conversations.items()}


def _take(conversation: Conversation, lane: list[Item]) -> list[ExEvent]:
    told = []
    for item in map(items.parse, lane):
        conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(item)})
        told += conversation.take(item)
    return told


def _loaded(conversation: Conversation) -> Conversation:
    if conversation.closed:
        return conversation
    return Conversation.load(conversation.call, Options(), json.loads(json.dumps(conversation.dump())))


@SETTINGS
@given(skewed(), st.data())
def test_batches_make_no_difference(events: list[TlibEvent], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=6)))
    one_by_one = told_in_batches(events, range(1, len(events)), anew=False)
    assert told_in_batches(events, cuts, anew=False) == one_by_one
    assert told_in_batches(events, cuts, anew=True) == one_by_one


@SETTINGS
@given(skewed())
def test_identifiers_are_of_the_call_alone(events: list[TlibEvent]) -> None:
    """Whatever else is told of a call, an event with an equal name is the same event."""
    in_order, skewed_events = tell(sorted(events, key=lambda event: event.time)), tell(events)
    for root in in_order.of.keys() & skewed_events.of.keys():
        one = {each.event["conversationId"] for each in in_order.of[root]}
        other = {each.event["conversationId"] for each in skewed_events.of[root]}
        assert len(one | other) <= 1

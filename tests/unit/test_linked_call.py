"""What a linked call remembers of itself for the root of a link that comes late."""

import json

import pytest

from workflows.call.tlib import TlibEvent
from workflows.linking.linked_call import LIMIT, LinkedCall, add_bounded


def _event(name: str, time: int, **values: object) -> TlibEvent:
    return TlibEvent.model_validate(
        {"id": name, "event": name[:-1], "site": "SIPS1", "time": time, "call": "C", **values}
    )


def _names(*events: TlibEvent) -> list[str]:
    call = LinkedCall("C", "SIPS1", 0)
    for number, event in enumerate(events):
        call.remember(event, number, event.wire())
    return [json.loads(each.text)["id"] for each in sorted(call.recall())]


ADDED = _event("EventCallPartyAdded1", 1, party="P", dn="7001", state=0xA)
GONE = _event("EventCallPartyDeleted1", 2, party="P", dn="7001")
ENDED = _event("EventCallDeleted1", 3)


def test_an_event_that_comes_again_keeps_its_place() -> None:
    again = GONE.model_copy(update={"id": "again", "seen": 7})
    assert _names(ADDED, GONE, ENDED, again) == [ADDED.id, GONE.id, ENDED.id]


def test_an_event_of_the_past_does_not_replace_the_latest_one() -> None:
    assert _names(ADDED, GONE, ADDED.model_copy(update={"id": "again"}), ENDED) == [ADDED.id, GONE.id, ENDED.id]


def test_one_that_was_created_in_1970_by_a_wrong_clock_is_kept() -> None:
    call = LinkedCall("C", "SIPS1", 0, root="C")
    assert LinkedCall.load(call.dump()) == call


def test_what_a_newer_build_kept_of_it_is_passed_over() -> None:
    call = LinkedCall("C", "SIPS1", 0, root="C")
    assert LinkedCall.load(json.dumps({**json.loads(call.dump()), "colour": "red"})) == call


def test_what_is_empty_is_not_kept() -> None:
    call = LinkedCall("C", "SIPS1", 5, root="C")
    assert json.loads(call.dump()) == {"uuid": "C", "site": "SIPS1", "created": 5, "root": "C"}


def test_of_the_same_time_the_one_heard_last_is_the_latest() -> None:
    rings = _event("EventCallPartyState1", 2, party="P", state=0xA)
    waits = _event("EventCallPartyState2", 2, party="P", state=0x809)
    assert _names(ADDED, rings, waits) == [ADDED.id, waits.id]


def test_what_says_more_is_later() -> None:
    more = ADDED.model_copy(update={"id": "more", "agent": "1001"})
    assert _names(ADDED, more) == [ADDED.id, "more"]


def test_each_queue_list_and_login_is_a_subject_of_its_own() -> None:
    events = [
        *(_event("EventQueued1", 1, dn="VQ", vqid="V1"), _event("EventQueued2", 1, dn="VQ", vqid="V2")),
        *(_event("EventUserEvent1", 2, dn="7001"), _event("EventUserEvent2", 2, dn="7002")),
        *(_event("EventAgentLogin1", 3, dn="7001", agent="A"), _event("EventAgentLogin2", 3, dn="7002", agent="B")),
    ]
    later = [each.model_copy(update={"id": f"{each.id} again", "time": 9, "third_party_dn": "9"}) for each in events]
    last = [each.model_copy(update={"id": f"{each.id} last", "time": 10}) for each in events]
    assert _names(*events, *later, *last) == [each.id for each in (*events, *last)]


ALERTING = _event("EventCallPartyState2", 5, party="P", dn="7001", state=0xA)
LEFT = _event("EventCallPartyDeleted2", 5, party="P", dn="7001")
MOVED = _event("EventCallPartyMoved2", 5, party="P", dn="7001", new_call="D")


@pytest.mark.parametrize(
    ("known", "time", "past"),
    [
        (ALERTING, 4, True),
        (ALERTING, 5, False),
        (ALERTING, 6, False),
        *[(gone, time, past) for gone in (LEFT, MOVED) for time, past in ((4, True), (5, True), (6, False))],
    ],
)
def test_an_event_of_the_past_says_nothing_of_where_a_party_is(known: TlibEvent, time: int, past: bool) -> None:
    call = LinkedCall("C", "SIPS1", 0)
    call.remember(known, 1, known.wire())
    assert call.is_past(_event("EventCallPartyState9", time, party="P", state=0xC)) is past
    assert not call.is_past(_event("EventCallPartyState9", time, party="Q", state=0xC))
    assert not call.is_past(known)


def test_of_too_many_keys_the_longest_unheard_of_goes() -> None:
    keys = {str(n): None for n in range(LIMIT - 1)}
    assert add_bounded(keys, "last") is None
    assert add_bounded(keys, "0") is None
    assert list(keys)[-2:] == ["last", "0"]
    assert add_bounded(keys, "one more") == "1"
    assert len(keys) == LIMIT

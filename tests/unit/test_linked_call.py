"""What a linked call remembers of itself for the root of a link that comes late."""

import json

from workflows.call.tlib import TlibEvent
from workflows.linking.linked_call import LinkedCall


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

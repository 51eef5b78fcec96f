"""What a conversation is sent: an element is read, or it says what is wrong with it, whoever made it."""

from typing import Any

import pytest
from pydantic import ValidationError

from workflows.call.items import Lost, fault, parse
from workflows.call.tlib import TlibEvent

CALL = "AM5D3AE9D90757BKTSVJTCIAR4000014"
CREATED = {"id": "1", "event": "EventCallCreated", "site": "SIPS1", "time": 1_700_000_000_000_000, "call": CALL}
LOST = {"item": "lost", "call": CALL, "time": 1_700_000_000_000_000}


def test_an_event_and_what_only_the_linker_knows() -> None:
    assert isinstance(parse(CREATED), TlibEvent)
    assert isinstance(parse(LOST), Lost)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (None, ": "),
        ("+15550103", ": "),
        ([CREATED], ": "),
        ({"item": ["lost"]}, "id: "),
        ({"item": {"+15550103": 1}}, "id: "),
        ({"item": "recorded"}, "id: "),
        ({**CREATED, "event": "+15550103"}, "not an event of the feeds"),
        ({**CREATED, "event": "EventCallRecorded"}, "not an event of the feeds"),
        ({**CREATED, "call": None}, "CallUUID is missing"),
        ({**CREATED, "event": "EventCallPartyAdded"}, "PartyUUID is missing"),
        ({**CREATED, "event": "EventQueued"}, "ThisDN is missing"),
        ({**CREATED, "event": "EventUserEvent", "call": None, "dn": "7001"}, "neither CallUUID nor ConnID"),
        ({**CREATED, "time": 10**25}, "time: "),
        ({**CREATED, "time": 0}, "time: "),
        ({**LOST, "time": 10**18}, "time: "),
        ({**LOST, "call": 7}, "call: "),
    ],
)
def test_what_cannot_be_read_says_why_without_its_value(item: Any, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse(item)
    assert reason in fault(caught.value)
    assert "15550103" not in fault(caught.value)

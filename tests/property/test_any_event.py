"""Whatever a gateway sends becomes an event or an EventError that says why; nothing else may end a feed."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workers.ingest.gateway_codec import Malformed, decode
from workers.ingest.gateway_protocol import SERVER_FRAMES, Event
from workers.ingest.intake import not_ours
from workflows.call import items
from workflows.call.tlib import FEED_OF_EVENT, EventError
from workflows.call.tlib_reading import read_event

CALL = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
NAMES = (
    *("CallUUID", "ConnID", "OrigCallUUID", "RefCallUUID", "NewCallUUID", "CallType", "ANI", "DNIS", "DialedNumber"),
    *("ISLinkList", "PartyUUID", "DN", "ThisDN", "PartyState", "Cause", "CtrlParty", "ThirdPartyDN", "AgentID"),
    *("Extensions", "UserData", "TimeinSecs", "TimeinuSecs", "Unknown"),
)
TEXT = st.characters(exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.text(TEXT, max_size=12), st.sampled_from([CALL, "7001", "0x10", "-1", "006c02462a161006", "9" * 30])
)
KEYS = st.one_of(
    st.text(TEXT, max_size=6),
    st.sampled_from(["LCTPartiesLength", "VQID", "DispositionCode", "LCTParty0_state"]),
    st.from_regex(r"LCT(Party|Supervisor)[0-9]{1,3}", fullmatch=True),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(TEXTS, st.integers(), st.floats(), st.booleans(), st.none(), st.just({"base64": "AP8="})),
    lambda values: st.one_of(
        st.lists(st.tuples(KEYS, values), max_size=5), st.lists(values, max_size=3), st.dictionaries(KEYS, values)
    ),
    max_leaves=6,
)
LISTS = st.lists(st.tuples(KEYS, TEXTS), max_size=4).map(lambda pairs: [("LCTPartiesLength", 1), *pairs])
USEFUL = st.fixed_dictionaries(
    {
        "CallUUID": st.just(CALL),
        "TimeinSecs": st.just(1_700_000_000),
        "ThisDN": st.just("7001"),
        "PartyUUID": TEXTS,
        "Extensions": LISTS,
    }
)
ATTRIBUTES = st.tuples(USEFUL, st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)).map(
    lambda pair: {**pair[0], **pair[1]}
)


@settings(max_examples=200, deadline=None)
@given(st.just("EventUserEvent") | st.sampled_from(sorted(FEED_OF_EVENT)), ATTRIBUTES)
def test_whatever_a_gateway_sends_is_an_event_or_a_named_fault(name: str, attributes: dict[str, Any]) -> None:
    line = json.dumps({"frame": "event", "name": name, "attributes": attributes})
    frame = decode(line.encode(), SERVER_FRAMES)
    if isinstance(frame, Malformed):
        return
    assert isinstance(frame, Event)
    not_ours(FEED_OF_EVENT[name], name, frame.attributes)
    try:
        event = read_event(name, frame.attributes, "S1", ["DispositionCode"])
    except EventError:
        return
    assert items.parse(json.loads(json.dumps(event.wire()))) == event

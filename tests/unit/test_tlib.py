"""Reading TLib attributes: what is kept, how an event is named, what is refused."""

from typing import Any

import pytest

from workflows.call.tlib import EventError, TlibEvent
from workflows.call.tlib_reading import read_event

CALL = "AM5D3AE9D90757BKTSVJTCIAR4000014"
PARTY = "AM5D3AE9D90757BKTSVJTCIAR4000015"
TIME = {"TimeinSecs": 1432904724, "TimeinuSecs": 594200}


def read(name: str, **attributes: Any) -> TlibEvent:
    return read_event(name, TIME | attributes, "SIPS1", ["DispositionCode"])


def test_the_name_depends_on_content_and_site_and_on_nothing_of_the_reading() -> None:
    event = read("EventCallPartyAdded", CallUUID=CALL, PartyUUID=PARTY, DN="7001", PartyState=10)
    again = read("EventCallPartyAdded", PartyState="0xa", DN="7001", PartyUUID=PARTY, CallUUID=CALL, ReferenceID=7)
    other = read_event(
        "EventCallPartyAdded",
        TIME | {"CallUUID": CALL, "PartyUUID": PARTY, "DN": "7001", "PartyState": 10},
        "SIPS2",
        ["DispositionCode"],
    )
    assert event.id == again.id != other.id


def test_user_data_is_kept_only_by_the_wanted_keys() -> None:
    event = read(
        "EventCallDataChanged", CallUUID=CALL, UserData=[("CustomerName", "secret"), ("DispositionCode", "Sold")]
    )
    assert event.user_data == {"DispositionCode": "Sold"}
    assert "secret" not in str(event.wire())


def test_links_are_found_at_any_depth_as_key_or_value() -> None:
    links = [("1", [("location", "SIPS2"), (CALL, 1)]), ("x", f"uuid={PARTY};")]
    assert read("EventCallDataChanged", CallUUID=CALL, ISLinkList=links).links == (CALL, PARTY)


def test_participants_and_supervisors_of_a_list() -> None:
    keys = [("LCTPartiesLength", 2), ("LCTParty0", "7001"), ("LCTParty0_location", "SIPS1"), ("LCTParty1", "+155"),
            ("LCTParty1_state", "012"), ("LCTSupervisorLength", 1), ("LCTSupervisor0", "7002")]  # fmt: skip
    event = read("EventUserEvent", ThisDN="7001", CallUUID=CALL, Extensions=keys)
    assert event.participants is not None
    assert [(each.dn, each.state) for each in event.participants] == [("7001", None), ("+155", 12)]
    assert event.supervisors == ("7002",)


def test_a_key_that_only_looks_like_a_participant_is_none() -> None:
    keys = [("LCTPartiesLength", 1), ("LCTParty01", "7001"), ("LCTSupervisor00", "7002"), ("LCTParty10", "7003")]
    event = read("EventUserEvent", ThisDN="7001", CallUUID=CALL, Extensions=keys)
    assert event.participants is not None
    assert ([each.dn for each in event.participants], event.supervisors) == (["7003"], ())


def test_a_conn_id_is_padded_hexadecimal() -> None:
    assert read("EventCallCreated", CallUUID=CALL, ConnID="6C02462a161006").conn == "006c02462a161006"


@pytest.mark.parametrize(
    ("name", "attributes", "reason"),
    [
        ("EventRinging", {}, "not an event of the feeds"),
        ("EventCallCreated", {}, "CallUUID is missing"),
        ("EventCallCreated", {"CallUUID": "short"}, "CallUUID is not 32 characters"),
        ("EventCallPartyAdded", {"CallUUID": CALL}, "PartyUUID is missing"),
        ("EventQueued", {"CallUUID": CALL}, "ThisDN is missing"),
        ("EventUserEvent", {"ThisDN": "7001", "CallUUID": CALL}, "no LCTPartiesLength"),
        ("EventUserEvent", {"ThisDN": "7001", "Extensions": [("LCTPartiesLength", 0)]}, "neither CallUUID nor ConnID"),
        ("EventCallCreated", {"CallUUID": CALL, "TimeinSecs": None}, "TimeinSecs is missing"),
        ("EventCallCreated", {"CallUUID": CALL, "TimeinuSecs": 2_000_000}, "is not a time"),
        ("EventCallCreated", {"CallUUID": CALL, "ConnID": "xyz"}, "ConnID is not hexadecimal"),
        ("EventCallCreated", {"CallUUID": CALL, "CallType": "two"}, "CallType is not a number"),
        ("EventCallCreated", {"CallUUID": CALL, "UserData": "text"}, "UserData is not a key-value list"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_attributes_name(
    name: str, attributes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(EventError, match=reason):
        read(name, **attributes)

"""What the lab's SIP Servers re-report of calls that live."""

from typing import Any

from deploy.lab.sip_calls import Calls

MAIN, CONSULT, A, B = "0" * 32, "1" * 32, "A" * 32, "B" * 32


def at(seconds: int, **values: Any) -> dict[str, Any]:
    return {"TimeinSecs": seconds, "TimeinuSecs": 0, **values}


def test_a_call_is_reported_as_it_is_now_with_the_time_it_was_created() -> None:
    calls = Calls()
    calls.follow("EventCallCreated", at(1, CallUUID=MAIN, ConnID="1", UserData=[("K", "1"), ("L", "1")]))
    calls.follow("EventCallPartyAdded", at(2, CallUUID=MAIN, PartyUUID=A, DN="7001", PartyState=0xA))
    calls.follow("EventCallPartyAdded", at(3, CallUUID=MAIN, PartyUUID=B, DN="9001", PartyState=0x809))
    calls.follow("EventCallPartyState", at(4, CallUUID=MAIN, PartyUUID=A, PartyState=0xC))
    calls.follow("EventCallPartyDeleted", at(5, CallUUID=MAIN, PartyUUID=B))
    calls.follow("EventCallDataChanged", at(6, CallUUID=MAIN, ISLinkList=[("x", CONSULT)], UserData=[("K", "2")]))
    created = at(1, CallUUID=MAIN, ConnID="1", UserData=[("K", "2"), ("L", "1")], ISLinkList=[("x", CONSULT)])
    party = at(4, CallUUID=MAIN, PartyUUID=A, DN="7001", PartyState=0xC)
    assert list(calls.reports()) == [("EventCallCreated", created), ("EventCallPartyAdded", party)]


def test_a_moved_party_is_reported_in_its_new_call() -> None:
    calls = Calls()
    for call in (MAIN, CONSULT):
        calls.follow("EventCallCreated", at(1, CallUUID=call, ConnID="1"))
    calls.follow("EventCallPartyAdded", at(2, CallUUID=CONSULT, PartyUUID=B, DN="7002", PartyState=0xC))
    calls.follow("EventCallPartyMoved", at(3, CallUUID=CONSULT, NewCallUUID=MAIN, PartyUUID=B))
    calls.follow("EventCallDeleted", at(3, CallUUID=CONSULT, RefCallUUID=MAIN))
    moved = at(3, CallUUID=MAIN, PartyUUID=B, DN="7002", PartyState=0xC)
    assert list(calls.reports())[1:] == [("EventCallPartyAdded", moved)]


def test_an_ended_call_is_not_reported_and_a_cut_log_begins_anywhere() -> None:
    calls = Calls()
    calls.follow("EventCallPartyState", at(2, CallUUID=MAIN, ConnID="7", PartyUUID=A, DN="7001", PartyState=0xC))
    assert next(calls.reports()) == ("EventCallCreated", at(2, CallUUID=MAIN, ConnID="7"))
    calls.follow("EventCallDeleted", at(3, CallUUID=MAIN))
    calls.follow("EventCallDeleted", at(3))
    assert list(calls.reports()) == []


def test_who_is_logged_in_is_told_at_registration() -> None:
    calls = Calls()
    assert calls.login("7003") is None
    calls.follow("EventAgentLogin", at(1, ThisDN="7003", AgentID="2003", AgentWorkMode=1))
    assert calls.login("7003") == at(1, ThisDN="7003", AgentID="2003")
    calls.follow("EventAgentLogout", at(2, ThisDN="7003", AgentID="2003"))
    assert calls.login("7003") is None

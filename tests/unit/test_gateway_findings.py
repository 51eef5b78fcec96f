"""What `excp gateway check` says of what it saw: per finding the frames that lead to it."""

from typing import Any

import pytest

from workers.gateway_check.findings import Level, findings
from workers.gateway_check.seen import FeedSeen
from workers.ingest.gateway_codec import Malformed, Unknown
from workers.ingest.gateway_protocol import (
    Error,
    Event,
    Frame,
    Registered,
    Role,
    RoleChange,
    ServerHello,
    SnapshotBegin,
    SnapshotEnd,
    Subscribed,
)
from workflows.call.tlib import Feed

NOW = 1_700_000_000
CALL = "AM5D3AE9D90757BKTSVJTCIAR4000014"
CALLER = "+493012345678"


def event(name: str, **attributes: Any) -> Event:
    """An event of now with everything the product wants of it, but for what is given as None."""
    usual: dict[str, Any] = {"CallUUID": CALL, "ConnID": "1", "TimeinSecs": NOW, "TimeinuSecs": 594_200, "ANI": CALLER}
    if name.startswith("EventCallParty"):
        usual |= {"PartyUUID": "P1", "DN": "7001", "PartyState": 0xC}
    elif name.startswith("EventCall"):
        usual |= {"CallType": 2}
    elif name == "EventUserEvent":
        lists = [["LCTPartiesLength", "1"], ["LCTParty1", "7001"], ["LCTParty1_location", "SIPS1"]]
        usual |= {"ThisDN": "7001", "Extensions": lists}
    elif name in ("EventQueued", "EventDiverted"):
        usual |= {"ThisDN": "VQ_1", "Extensions": [["VQID", "Q"]], "ThirdPartyDN": "7001"}
    else:
        usual |= {"ThisDN": "7001", "AgentID": "A1"}
    return Event(name=name, attributes=usual | attributes)


def seen(feed: Feed, *items: Frame | Unknown | Malformed, role: Role = Role.PRIMARY, dns: tuple[str, ...] = ()) -> Any:
    """A feed that was subscribed, whose snapshot ended, and then these."""
    feed_seen = FeedSeen(feed, dns, frozenset({"7001"}), seconds=10)
    begin = (ServerHello(protocol=1, server="S", role=role), Subscribed(feed=feed), SnapshotBegin())
    answers = (Registered(dn=dn) for dn in dns)
    for item in (*begin, SnapshotEnd(complete=True, calls=0), *answers, *items):
        feed_seen.take(item, NOW)
    return feed_seen


def told(*feeds: FeedSeen) -> list[tuple[Level, str]]:
    return [(each.level, each.text) for each in findings({each.feed: each for each in feeds})]


ALL_WELL = {
    Feed.CALL: (event("EventCallCreated"), event("EventCallPartyAdded"), event("EventCallPartyMoved")),
    Feed.VQ: (event("EventQueued"), event("EventDiverted")),
    Feed.AGENT: (event("EventRegistered"), event("EventUserEvent")),
}
DNS = {Feed.CALL: (), Feed.VQ: ("VQ_1",), Feed.AGENT: ("7001",)}


@pytest.mark.parametrize("feed", Feed)
def test_nothing_is_found_where_nothing_is_wrong(feed: Feed) -> None:
    assert told(seen(feed, *ALL_WELL[feed], dns=DNS[feed])) == []


FINDINGS = [
    ("call without parties", Feed.CALL, (event("EventCallCreated"),), "missing", "calls without parties"),
    ("no Moved", Feed.CALL, ALL_WELL[Feed.CALL][:2], "note", "no EventCallPartyMoved seen, which is fine"),
    ("no ConnID", Feed.CALL, (event("EventCallCreated", ConnID=None),), "missing", "1 of 1 EventCallCreated without C"),
    ("no CallType", Feed.CALL, (event("EventCallCreated", CallType=None),), "missing", "without CallType: inbound"),
    ("no DN", Feed.CALL, (event("EventCallPartyAdded", DN=None),), "missing", "EventCallPartyAdded without DN"),
    ("no state", Feed.CALL, (event("EventCallPartyState", PartyState=None),), "missing", "without PartyState: ringing"),
    ("bad UUID", Feed.CALL, (event("EventCallDeleted", CallUUID="x"),), "fault", "1 events the product cannot use"),
    ("other feed", Feed.CALL, (event("EventQueued"),), "fault", "1 events of another feed: EventQueued"),
    ("no frame", Feed.CALL, (Malformed("no JSON"), Malformed("no JSON")), "fault", "2 lines that are no frame: no J"),
    ("later", Feed.CALL, (Unknown("news"),), "note", "frames of a later version, passed over: news"),
    ("refused", Feed.CALL, (Error(code="bad_feed"),), "fault", "ended by the gateway: bad_feed (this gateway does not"),
    ("incomplete", Feed.CALL, (SnapshotEnd(complete=False),), "note", "the snapshot is not known to be complete"),
    (
        "behind",
        Feed.CALL,
        (event("EventCallDeleted", TimeinSecs=NOW - 99),),
        "fault",
        "the events' time is 98 s behind",
    ),
    ("millis", Feed.CALL, (event("EventCallDeleted", TimeinuSecs=5),) * 20, "fault", "fractions of the event times"),
    ("quiet", Feed.CALL, (), "note", "no events in 10 s, so nothing can be said"),
    ("backup", Feed.CALL, (RoleChange(role=Role.BACKUP),), "note", "no events, as it should be: the server is the"),
    ("no VQID", Feed.VQ, (event("EventQueued", Extensions=None),), "missing", "1 of 1 EventQueued without Extensions:"),
    ("left", Feed.VQ, (event("EventDiverted", ThirdPartyDN=None),), "note", "these calls left the queue undelivered"),
    (
        "no such DN",
        Feed.VQ,
        (Registered(dn="VQ_1", ok=False, code=59, message="invalid"),),
        "missing",
        "1 of 1 DNs not registered: VQ_1; 59 invalid",
    ),
    ("login only", Feed.AGENT, ALL_WELL[Feed.AGENT][:1], "note", "no participant list seen; if a logged-in agent"),
    ("no agent", Feed.AGENT, ALL_WELL[Feed.AGENT][1:], "note", "no AgentID seen"),
    (
        "no location",
        Feed.AGENT,
        (event("EventUserEvent", Extensions=[("LCTPartiesLength", "1"), ("LCTParty1", "7001")]),),
        "missing",
        "without LCTParty<n>_location",
    ),
]


@pytest.mark.parametrize(
    ("feed", "items", "level", "text"), [case[1:] for case in FINDINGS], ids=[c[0] for c in FINDINGS]
)
def test_what_is_found(feed: Feed, items: tuple[Any, ...], level: str, text: str) -> None:
    matching = [each for each in told(seen(feed, *items, dns=DNS[feed])) if text in each[1]]
    assert [each[0] for each in matching] == [level]
    assert CALLER not in str(matching)


def test_call_info_is_off_when_an_extension_talks_and_sends_no_list() -> None:
    calls = seen(Feed.CALL, *ALL_WELL[Feed.CALL])
    agents = seen(Feed.AGENT, event("EventAgentLogin"), dns=("7001", "7002"))
    assert (
        Level.MISSING,
        "no participant list, though 7001 had a call: SIP Server option sip-enable-call-info is off, "
        "or no agent is logged in there",
    ) in told(calls, agents)


def test_dns_that_are_not_answered_or_not_given() -> None:
    unanswered = seen(Feed.VQ, dns=("VQ_1",))
    unanswered.registered.clear()
    assert "1 of 1 DNs: the gateway has not answered" in told(unanswered)[0][1]
    assert told(seen(Feed.VQ)) == [
        (Level.NOTE, "no DNs to register, so no events: name some with --queue, or a site with --site")
    ]


def test_events_of_a_snapshot_are_not_counted_as_live() -> None:
    feed_seen = seen(
        *(Feed.CALL, SnapshotBegin(), event("EventCallCreated", TimeinSecs=NOW - 5000), SnapshotEnd(complete=True)),
        *(event("EventCallPartyAdded"), event("EventCallPartyMoved")),
    )
    assert (feed_seen.live, feed_seen.rate, told(feed_seen)) == (2, 0.2, [])


def test_a_subscription_without_an_answer() -> None:
    silent = FeedSeen(Feed.CALL)
    silent.take(ServerHello(protocol=1, server="S", role=Role.PRIMARY), NOW)
    assert told(silent)[0][1].startswith("the gateway does not answer the subscription")

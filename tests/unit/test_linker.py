"""The linker: which conversation an event belongs to, whatever the order in which links become known."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linked_call import LIMIT
from workflows.linking.linker import Linker

SECOND = 1_000_000
START = 1_700_000_000 * SECOND
LINK = "L" * 32


def uuid(name: str) -> str:
    return name.ljust(32, "0")


MAIN, CONSULT, NESTED, FAR, THIRD = map(uuid, ("MA1N", "C0NS", "NEST", "FAR0", "TH1RD"))


def ev(event: str, call: str | None = None, at: float = 0, site: str = "S1", **values: Any) -> TlibEvent:
    """An event `at` seconds after START; `event` without its prefix `Event`."""
    name = f"Event{event}"
    identity = f"{name} {call} {at} {site} {values}"
    return TlibEvent(id=identity, event=name, site=site, time=START + int(at * SECOND), call=call, **values)


def run(linker: Linker, events: Iterable[TlibEvent]) -> list[tuple[str, str]]:
    """Route events at their own time: what each conversation got, `root name`, copies marked with +."""
    told = []
    for event in events:
        linker.release(event.time)
        told += [(root.rstrip("0"), word(item)) for root, item in linker.route(event)]
    return told


def word(item: dict[str, Any]) -> str:
    if item.get("item") == "merged":
        return f"merged into {item['into'].rstrip('0')}"
    if "item" in item:
        return f"{item['item']} {item.get('call') or item.get('other', 'over')}".rstrip("0")
    return ("+" if item.get("copy") else "") + str(item["event"]).removeprefix("Event")


def created(call: str, at: float = 0, **values: Any) -> TlibEvent:
    return ev("CallCreated", call, at, **values)


def test_a_consult_call_belongs_to_its_main_call() -> None:
    told = run(
        Linker(),
        [
            created(MAIN),
            created(CONSULT, 5, orig_call=MAIN, call_type=4),
            created(NESTED, 6, orig_call=CONSULT, call_type=4),
            ev("CallPartyAdded", NESTED, 7, party="P", dn="7003"),
            ev("Queued", CONSULT, 8, dn="VQ"),
        ],
    )
    assert [root for root, _ in told] == ["MA1N"] * 5


def test_a_main_call_known_after_its_consult_call_is_still_the_root() -> None:
    told = run(Linker(), [created(CONSULT, 5, orig_call=MAIN), created(MAIN, 0), ev("CallDataChanged", CONSULT, 6)])
    assert told == [
        ("C0NS", "CallCreated"),
        ("MA1N", "CallCreated"),
        ("MA1N", "+CallCreated"),
        ("C0NS", "merged into MA1N"),
        ("MA1N", "CallDataChanged"),
    ]


def test_legs_of_two_sites_are_joined_by_an_equal_link_of_the_first_event() -> None:
    told = run(
        Linker(),
        [
            created(MAIN),
            ev("CallDataChanged", MAIN, 3, links=(LINK,)),
            created(FAR, 4, site="S2", links=(LINK, uuid("0THER"))),
            ev("CallPartyAdded", FAR, 5, site="S2", party="P", dn="7001"),
        ],
    )
    assert told == [
        ("MA1N", "CallCreated"),
        ("MA1N", "CallDataChanged"),
        ("MA1N", "CallCreated"),
        ("MA1N", "CallPartyAdded"),
    ]


def test_a_call_that_links_two_conversations_and_is_neither_root_ends_up_in_the_oldest() -> None:
    """It leads the younger one for a moment, and is told that it does not stay so."""
    other_link = uuid("0THER")
    told = run(
        Linker(),
        [
            created(FAR, 5, site="S2", links=(LINK,)),
            created(MAIN, 0, links=(other_link,)),
            created(THIRD, 2, site="S3", links=(LINK, other_link)),
            ev("CallDeleted", FAR, 7, site="S2"),
        ],
    )
    assert told[2:] == [
        ("MA1N", "CallCreated"),
        ("TH1RD", "+CallCreated"),
        ("FAR", "merged into TH1RD"),
        ("MA1N", "+CallCreated"),
        ("TH1RD", "merged into MA1N"),
        ("MA1N", "CallDeleted"),
    ]


def test_a_call_first_seen_half_way_is_as_old_as_its_creation() -> None:
    told = run(
        Linker(),
        [
            ev("CallPartyAdded", MAIN, 6, party="P", dn="7001"),
            created(FAR, 5, site="S2", links=(LINK,)),
            created(MAIN, 0, links=(LINK,)),
        ],
    )
    assert told[-1] == ("FAR", "merged into MA1N")


def test_a_consult_call_that_had_ended_when_it_joined_is_forgotten_with_its_main_call() -> None:
    linker = Linker(keep_ended=60, silence=600)
    run(linker, [created(CONSULT, 5, orig_call=MAIN), ev("CallDeleted", CONSULT, 6), created(MAIN, 0)])
    linker.release(START + 500 * SECOND)
    assert linker.origin(MAIN).site == "S1"
    linker.release(START + 700 * SECOND)
    assert not linker.dump()


def test_a_conversation_is_forgotten_though_an_older_one_is_heard_of() -> None:
    linker = Linker(silence=600)
    run(linker, [created(MAIN, 0), created(FAR, 1, site="S2"), ev("CallDataChanged", MAIN, 500)])
    linker.release(START + 700 * SECOND)
    assert linker.dump().keys() == {f"call|{MAIN}", f"event|{MAIN}|EventCallCreated", f"event|{MAIN}|data|"}


def test_an_event_that_waits_and_comes_again_waits_no_longer_for_that() -> None:
    linker, waits = Linker(), ev("CallPartyDeleted", MAIN, 0, party="P")
    for at in (0, 3):
        linker.release(START + at * SECOND)
        linker.route(waits)
    assert linker.release(START + 5 * SECOND).dropped == [waits]


@pytest.mark.parametrize("far_first", [False, True])
def test_a_link_learned_late_sends_the_root_what_the_other_got(far_first: bool) -> None:
    """The root is the older call by server time, also when the other one was seen first."""
    main, far = created(MAIN, 0), created(FAR, 2, site="S2")
    told = run(
        Linker(),
        [
            *([far, main] if far_first else [main, far]),
            ev("CallPartyAdded", FAR, 3, site="S2", party="P", dn="7001", state=0xA),
            ev("CallPartyState", FAR, 4, site="S2", party="P", state=0xA),
            ev("CallPartyState", FAR, 5, site="S2", party="P", state=0xC),
            ev("CallDataChanged", MAIN, 6, links=(LINK,)),
            ev("CallDataChanged", FAR, 7, site="S2", links=(LINK,)),
            ev("CallPartyDeleted", FAR, 8, site="S2", party="P"),
        ],
    )
    assert told[-7:] == [
        ("MA1N", "CallDataChanged"),
        ("MA1N", "+CallCreated"),
        ("MA1N", "+CallPartyAdded"),
        ("MA1N", "+CallPartyState"),
        ("MA1N", "+CallPartyState"),
        ("FAR", "merged into MA1N"),
        ("MA1N", "CallPartyDeleted"),
    ]


def test_the_losing_conversation_learns_the_link_itself() -> None:
    told = run(
        Linker(),
        [created(FAR, 2, links=(LINK,)), created(MAIN, 0), ev("CallDataChanged", MAIN, 3, links=(LINK,))],
    )
    assert told[2:] == [("MA1N", "CallDataChanged"), ("MA1N", "+CallCreated"), ("FAR", "merged into MA1N")]


def test_of_equally_old_calls_the_call_uuid_decides() -> None:
    linker = Linker()
    told = run(linker, [created(MAIN, links=(LINK,)), created(FAR, links=(LINK,))])
    assert told == [
        ("MA1N", "CallCreated"),
        ("FAR", "CallCreated"),
        ("FAR", "+CallCreated"),
        ("MA1N", "merged into FAR"),
    ]


def test_conversations_that_grew_apart_become_one() -> None:
    told = run(
        Linker(),
        [
            created(MAIN),
            created(FAR, 1, site="S2"),
            created(CONSULT, 2, orig_call=FAR, site="S2"),
            ev("CallDeleted", CONSULT, 3, site="S2", ref_call=MAIN),
            ev("CallDataChanged", FAR, 4, site="S2"),
        ],
    )
    assert told[3:] == [
        ("MA1N", "+CallCreated"),
        ("MA1N", "+CallCreated"),
        ("FAR", "merged into MA1N"),
        ("MA1N", "CallDeleted"),
        ("MA1N", "CallDataChanged"),
    ]


def test_a_party_that_moves_joins_the_calls() -> None:
    told = run(
        Linker(),
        [
            created(MAIN),
            created(THIRD, 1),
            ev("CallPartyAdded", THIRD, 2, party="P", dn="7002"),
            ev("CallPartyMoved", THIRD, 3, party="P", new_call=MAIN),
        ],
    )
    assert told[-2:] == [("TH1RD", "merged into MA1N"), ("MA1N", "CallPartyMoved")]


def test_an_agent_event_is_resolved_by_any_conn_id_the_call_had() -> None:
    linker = Linker()
    run(linker, [created(MAIN, conn="a" * 16), ev("CallDataChanged", MAIN, 1, conn="b" * 16)])
    for conn in ("a" * 16, "b" * 16):
        ((root, item),) = linker.route(ev("UserEvent", at=2, dn="7001", conn=conn, participants=()))
        assert (root, item["call"], item["conn"]) == (MAIN, MAIN, conn)
    assert linker.route(ev("UserEvent", at=2, site="S2", dn="7001", conn="a" * 16)) == []


def test_an_event_of_another_feed_waits_for_its_call() -> None:
    told = run(
        Linker(),
        [
            ev("Queued", MAIN, 1, dn="VQ"),
            ev("UserEvent", at=2, dn="7001", conn="a" * 16),
            created(MAIN, 3),
            ev("CallDataChanged", MAIN, 4, conn="a" * 16),
        ],
    )
    assert told == [
        ("MA1N", "CallCreated"),
        ("MA1N", "Queued"),
        ("MA1N", "CallDataChanged"),
        ("MA1N", "UserEvent"),
    ]


def test_an_event_whose_call_stays_unknown_is_dropped_after_five_seconds() -> None:
    linker = Linker()
    queued = ev("Queued", MAIN, 0, dn="VQ")
    linker.release(queued.time)
    linker.route(queued)
    assert linker.waits(queued.id)
    assert linker.release(queued.time + 5 * SECOND - 1) == ([], [])
    assert linker.release(queued.time + 5 * SECOND) == ([queued], [])
    assert not linker.waits(queued.id)
    assert linker.dump() == {}


@pytest.mark.parametrize("event", ["CallPartyDeleted", "CallDeleted"])
def test_what_only_ends_something_opens_no_conversation(event: str) -> None:
    assert Linker().route(ev(event, MAIN, party="P")) == []


def test_who_logged_in_is_named_on_the_events_of_that_dn() -> None:
    linker = Linker()
    run(linker, [ev("AgentLogin", at=0, dn="7001", agent="1001"), created(MAIN, 1)])
    ((_, added),) = linker.route(ev("CallPartyAdded", MAIN, 2, party="P", dn="7001"))
    ((_, state),) = linker.route(ev("CallPartyState", MAIN, 3, party="P"))
    ((_, other),) = linker.route(ev("CallPartyAdded", MAIN, 3, party="Q", dn="7002"))
    assert (added["agent"], state["agent"], other.get("agent")) == ("1001", "1001", None)


def test_an_event_that_names_its_agent_is_believed_and_noted() -> None:
    linker = Linker()
    run(linker, [ev("AgentLogin", at=0, dn="7001", agent="1001"), created(MAIN, 1)])
    ((_, seen),) = linker.route(ev("CallPartyAdded", MAIN, 2, party="P", dn="7001", agent="1002"))
    ((_, later),) = linker.route(ev("CallPartyState", MAIN, 3, party="P"))
    assert (seen["agent"], later["agent"]) == ("1002", "1002")
    run(linker, [ev("Registered", at=1.5, dn="7001", agent="1001")])
    ((_, again),) = linker.route(ev("CallPartyState", MAIN, 4, party="P"))
    assert again["agent"] == "1002"


def test_after_a_logout_nobody_is_named() -> None:
    linker = Linker()
    run(linker, [ev("AgentLogin", at=0, dn="7001", agent="1001"), ev("AgentLogout", at=1, dn="7001", agent="1001")])
    run(linker, [created(MAIN, 2)])
    ((_, added),) = linker.route(ev("CallPartyAdded", MAIN, 3, party="P", dn="7001"))
    assert added["agent"] == ""


def test_a_login_during_a_call_goes_to_its_conversation_once() -> None:
    linker = Linker()
    run(
        linker,
        [
            created(MAIN),
            ev("CallPartyAdded", MAIN, 1, party="P", dn="7001"),
            created(CONSULT, 2, orig_call=MAIN),
            ev("CallPartyAdded", CONSULT, 2, party="Q", dn="7001"),
        ],
    )
    assert run(linker, [ev("AgentLogin", at=3, dn="7001", agent="1001")]) == [("MA1N", "AgentLogin")]
    run(linker, [ev("CallPartyDeleted", MAIN, 4, party="P"), ev("CallDeleted", CONSULT, 4)])
    assert run(linker, [ev("AgentLogin", at=5, dn="7001", agent="1001")]) == []


def test_a_conversation_is_forgotten_when_nothing_is_heard_of_it() -> None:
    linker = Linker(silence=3600, keep_ended=60)
    run(linker, [created(MAIN), created(CONSULT, 1, orig_call=MAIN, conn="a" * 16, links=(LINK,))])
    run(linker, [ev("CallDataChanged", CONSULT, 3000), ev("CallDataChanged", CONSULT, 6000)])
    assert linker.origin(MAIN).site == "S1"
    linker.changes()
    linker.release(START + 9661 * SECOND)
    assert linker.dump() == {}
    assert set(linker.changes().values()) == {None}


def test_an_ended_conversation_is_forgotten_sooner_than_a_living_one() -> None:
    linker = Linker(silence=3600, keep_ended=60)
    run(linker, [created(MAIN), created(CONSULT, 1, orig_call=MAIN), ev("CallDeleted", MAIN, 2)])
    linker.release(START + 1000 * SECOND)
    assert linker.origin(MAIN).site == "S1"
    run(linker, [ev("CallDeleted", CONSULT, 1001)])
    linker.release(START + 1122 * SECOND)
    assert linker.dump() == {}


def test_the_state_of_a_call_stays_bounded() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    for n in range(3 * LIMIT):
        values: dict[str, Any] = {"conn": f"{n + 1:016x}", "links": (uuid(f"{n}"),), "orig_call": uuid(f"N{n}")}
        linker.route(ev("CallPartyAdded", MAIN, n, party=f"P{n}", dn=f"{n}", **values))
    dump = linker.dump()
    assert len(dump) == 1 + LIMIT
    assert f"event|{MAIN}|EventCallCreated" in dump
    assert sum(map(len, dump.values())) < 64 * 1024


def test_origin_tells_the_root_s_site_and_type() -> None:
    linker = Linker()
    run(linker, [created(MAIN, call_type=2), created(CONSULT, 1, orig_call=MAIN, call_type=4)])
    assert linker.origin(MAIN) == ("S1", 2)
    assert linker.origin(FAR) == ("", None)


def test_what_a_moved_party_does_is_kept() -> None:
    """It was added to the other call before it moved there: that call changes by an event of this one."""
    linker = Linker()
    seat = {"party": "P", "dn": "7001"}
    run(linker, [created(MAIN), created(CONSULT, 1, orig_call=MAIN), ev("CallPartyAdded", MAIN, 2, **seat)])
    run(linker, [ev("CallPartyAdded", CONSULT, 3, state=0xC, **seat)])
    kept = linker.dump()
    linker.changes()
    run(linker, [ev("CallPartyMoved", CONSULT, 4, state=0xC, new_call=MAIN, **seat)])
    changed = linker.changes()
    assert {**kept, **changed} == linker.dump()


def test_a_list_of_participants_names_who_is_logged_in() -> None:
    linker = Linker()
    run(linker, [ev("AgentLogin", at=0, dn="7001", agent="1001"), created(MAIN, 1)])
    ((_, seen),) = linker.route(ev("UserEvent", MAIN, 2, dn="7001", participants=()))
    ((_, data),) = linker.route(ev("CallDataChanged", MAIN, 3, dn="7001"))
    assert (seen["agent"], data.get("agent")) == ("1001", None)


def test_a_login_on_a_dn_of_two_conversations_goes_to_both_once_as_a_copy() -> None:
    linker = Linker()
    parties = [ev("CallPartyAdded", call, 1, party=call, dn="7001") for call in (MAIN, FAR)]
    run(linker, [created(MAIN), created(FAR), *parties])
    assert run(linker, [ev("AgentLogin", at=3, dn="7001", agent="1001")]) == [
        ("FAR", "AgentLogin"),
        ("MA1N", "+AgentLogin"),
    ]


def test_a_call_that_is_reported_again_is_as_old_as_it_was() -> None:
    events = [created(MAIN, 0), created(MAIN, 9), created(FAR, 5, site="S2", links=(LINK,))]
    told = run(Linker(), [*events, ev("CallDataChanged", MAIN, 10, links=(LINK,))])
    assert told[-1] == ("FAR", "merged into MA1N")


def test_the_type_of_a_call_is_what_its_call_events_say() -> None:
    linker = Linker()
    run(linker, [created(MAIN, call_type=2), ev("Queued", MAIN, 1, dn="VQ", call_type=3)])
    assert linker.origin(MAIN).call_type == 2


def test_a_talk_that_goes_on_changes_nothing_of_the_call() -> None:
    linker = Linker()
    talks: dict[str, Any] = {"party": "P", "dn": "7001", "state": 0xC}
    run(linker, [created(MAIN), ev("CallPartyAdded", MAIN, 1, **talks)])
    linker.changes()
    run(linker, [ev("CallPartyState", MAIN, 2, **talks)])
    assert linker.changes().keys() == {f"event|{MAIN}|party|P|talks"}


def test_an_event_without_a_conn_id_has_none() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    assert "conns" not in linker.dump()[f"call|{MAIN}"]


def test_who_is_on_a_call_and_who_talks_is_said_by_events_of_parties() -> None:
    linker = Linker()
    run(linker, [created(MAIN), ev("Queued", MAIN, 1, dn="VQ"), ev("CallPartyAdded", MAIN, 2, party="P", dn="7001")])
    call = json.loads(linker.dump()[f"call|{MAIN}"])
    assert call["parties"] == {"P": "7001"}
    assert "talking" not in call


def test_that_a_consult_call_is_heard_of_keeps_its_main_call() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(CONSULT, 1, orig_call=MAIN)])
    linker.changes()
    run(linker, [ev("CallDataChanged", CONSULT, 90)])
    assert f"call|{MAIN}" in linker.changes()


def test_an_event_that_brings_another_conversation_comes_before_what_that_was_sent() -> None:
    told = run(
        Linker(), [created(MAIN), created(THIRD, 1), ev("CallPartyMoved", MAIN, 2, party="P", dn="1", new_call=THIRD)]
    )
    assert told[2:] == [("MA1N", "CallPartyMoved"), ("MA1N", "+CallCreated"), ("TH1RD", "merged into MA1N")]


CALLS = st.sampled_from([MAIN, CONSULT, NESTED, FAR, THIRD])
MAYBE_CALL = st.none() | CALLS
STEP = st.builds(
    lambda name, call, site, party, dn, conn, **values: ev(
        name,
        None if name.startswith("Agent") or (name == "UserEvent" and conn) else call,
        0,
        site,
        party=party,
        dn=dn,
        conn=conn,
        agent="1001" if name == "AgentLogin" else None,
        **values,
    ),
    st.sampled_from(
        [
            *("CallCreated", "CallDataChanged", "CallDeleted", "CallPartyAdded", "CallPartyState"),
            *("CallPartyMoved", "CallPartyDeleted", "Queued", "Diverted", "UserEvent"),
            *("AgentLogin", "AgentLogout"),
        ]
    ),
    CALLS,
    st.sampled_from(["S1", "S2"]),
    st.sampled_from(["P", "Q"]),
    st.sampled_from(["7001", "7002"]),
    st.sampled_from([None, "a" * 16, "b" * 16]),
    orig_call=MAYBE_CALL,
    ref_call=MAYBE_CALL,
    new_call=MAYBE_CALL,
    links=st.sampled_from([(), (), (), (LINK,), (uuid("0THER"),)]),
    call_type=st.sampled_from([None, 2, 4]),
    state=st.sampled_from([None, 0xA, 0xC]),
)


SNAPSHOTS = st.builds(
    lambda site, calls: SnapshotEnded.of(site, 0, 0, calls), st.sampled_from(["S1", "S2"]), st.sets(CALLS, max_size=2)
)


@given(
    st.lists(STEP | SNAPSHOTS, max_size=40),
    st.lists(st.integers(0, 9_000_000), min_size=40, max_size=40),
    st.integers(0, 40),
)
def test_a_linker_loaded_half_way_goes_on_the_same(
    steps: list[TlibEvent | SnapshotEnded], gaps: list[int], cut: int
) -> None:
    """Also from the changes of each step alone, as they are committed."""

    def go(linker: Linker, part: list[tuple[int, TlibEvent | SnapshotEnded]]) -> list[Any]:
        return [(linker.release(now), take(linker, item, now)) for now, item in part]

    def take(linker: Linker, item: TlibEvent | SnapshotEnded, now: int) -> Any:
        if isinstance(item, SnapshotEnded):
            return linker.compare(item.model_copy(update={"time": now, "began": now}))
        return linker.route(item.model_copy(update={"time": now}))

    now, timed = START, []
    for n, event in enumerate(steps):
        now += gaps[n]
        timed.append((now, event.model_copy(update={"id": f"{event.id} {n}"})))
    whole, half = Linker(silence=30, keep_ended=1), Linker(silence=30, keep_ended=1)
    kept: dict[str, str] = {}
    told = go(whole, timed)
    first = []
    for step in timed[:cut]:
        first += go(half, [step])
        for key, text in half.changes().items():
            if text is None:
                kept.pop(key, None)
            else:
                kept[key] = text
    assert kept == half.dump()
    loaded = Linker(kept, silence=30, keep_ended=1)
    assert loaded.dump() == half.dump()
    assert first + go(loaded, timed[cut:]) == told
    assert loaded.dump() == whole.dump()


def test_a_linker_that_was_loaded_knows_links_and_calls_named_before_they_are_known() -> None:
    linker = Linker()
    run(linker, [created(MAIN, links=(LINK,)), created(CONSULT, 1, orig_call=THIRD)])
    loaded = Linker(linker.dump())
    assert ("MA1N", "CallCreated") in run(loaded, [created(FAR, 1, site="S2", links=(LINK,))])
    assert ("TH1RD", "+CallCreated") in run(loaded, [created(THIRD, 0)])


def test_who_is_logged_in_is_kept() -> None:
    linker = Linker()
    run(linker, [ev("AgentLogin", None, 0, dn="7001", agent="A1")])
    loaded = Linker(linker.dump())
    run(loaded, [created(MAIN, 1)])
    [(_, item)] = loaded.route(ev("CallPartyAdded", MAIN, 2, party="P", dn="7001"))
    assert item["agent"] == "A1"


@pytest.mark.parametrize(("at", "root"), [(12, "MA1N"), (14, "FAR")])
def test_a_link_is_late_when_the_last_call_of_the_conversation_was_over_long_before(at: int, root: str) -> None:
    events = [
        created(MAIN, links=(LINK,)),
        created(CONSULT, 1, orig_call=MAIN),
        ev("CallDeleted", MAIN, 2),
        ev("CallDeleted", CONSULT, 10),
        created(FAR, at, site="S2", links=(LINK,)),
    ]
    assert run(Linker(), events)[-1] == (root, "CallCreated")


@pytest.mark.parametrize(("events", "seconds"), [([], 3600), ([ev("CallDeleted", MAIN, 0)], 60)])
def test_a_linker_that_was_loaded_forgets_as_before(events: list[TlibEvent], seconds: int) -> None:
    linker = Linker()
    run(linker, [created(MAIN), *events])
    loaded = Linker(linker.dump(), silence=3600, keep_ended=60)
    loaded.release(START + (seconds - 1) * SECOND)
    assert loaded.dump()
    loaded.release(START + (seconds + 61) * SECOND)
    assert not loaded.dump()


def test_a_login_is_sent_again_after_a_late_link() -> None:
    events = [
        created(MAIN),
        created(FAR, 1, site="S2"),
        ev("CallPartyAdded", FAR, 2, site="S2", party="P", dn="7101"),
        ev("AgentLogin", None, 3, site="S2", dn="7101", agent="A1"),
        ev("CallDataChanged", MAIN, 4, links=(LINK,)),
        ev("CallDataChanged", FAR, 5, site="S2", links=(LINK,)),
    ]
    assert ("MA1N", "+AgentLogin") in run(Linker(), events)

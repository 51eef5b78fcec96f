"""The linker and an agent in two main calls: which conversation is told what, and when."""

from typing import Any

from tests.unit.test_linker import CONSULT, FAR, LINK, MAIN, SECOND, START, created, ev, run, uuid
from workflows.call.tlib import TlibEvent
from workflows.linking.entries import SnapshotEnded
from workflows.linking.linker import Linker
from workflows.linking.second_calls import FRESH, MOST

RINGS, TALKS = 0xA, 0xC


def party(call: str, at: float, name: str, state: int, dn: str = "7001", **values: Any) -> TlibEvent:
    return ev("CallPartyAdded", call, at, party=name, dn=dn, state=state, **values)


def notes(linker: Linker, *events: TlibEvent) -> list[dict[str, Any]]:
    """What conversations are told of second calls by these events, without its time and place."""
    told = []
    for event in events:
        linker.release(event.time)
        told += [item for _, item in linker.route(event) if item.get("item") == "second_call"]
    return [{k: v for k, v in item.items() if k in ("party", "other", "others", "sure")} for item in told]


def talking(linker: Linker) -> None:
    """A call in which 7001 talks to +15550100 since 2 s after START."""
    run(linker, [created(MAIN), party(MAIN, 1, "X", TALKS, "+15550100"), party(MAIN, 2, "P", TALKS)])


def test_a_first_call_heard_of_lately_is_sure() -> None:
    linker = Linker()
    talking(linker)
    told = notes(linker, created(FAR, 2 + FRESH / 1e6 - 0.001), party(FAR, 40, "Q", RINGS))
    assert told == [{"party": "Q", "other": MAIN, "others": ["+15550100"], "sure": True}]


def test_a_first_call_silent_for_long_is_sure_from_its_next_event_on() -> None:
    linker = Linker()
    talking(linker)
    told = notes(linker, created(FAR, 600), party(FAR, 601, "Q", RINGS), party(FAR, 602, "Q", TALKS))
    first = {"party": "Q", "other": MAIN, "others": ["+15550100"]}
    assert told == [first]
    assert notes(linker, ev("CallDataChanged", MAIN, 603)) == [{**first, "sure": True}]


def test_the_first_call_s_end_takes_the_note_back_also_when_no_party_s_end_was_reported() -> None:
    linker = Linker()
    talking(linker)
    run(linker, [created(FAR, 10), party(FAR, 11, "Q", RINGS)])
    assert notes(linker, ev("CallDeleted", MAIN, 12)) == [{"party": "Q"}]


def test_a_change_of_the_first_call_s_parties_is_told() -> None:
    linker = Linker()
    talking(linker)
    run(linker, [created(FAR, 10), party(FAR, 11, "Q", RINGS)])
    assert [note["others"] for note in notes(linker, ev("CallPartyDeleted", MAIN, 12, party="X"))] == [[]]


def test_what_is_repeated_of_a_party_that_has_left_seats_nobody() -> None:
    """Under another name, at any later time: the agent is free for the second call."""
    linker = Linker()
    talking(linker)
    held = ev("CallPartyState", MAIN, 3, party="P", dn="7001", state=0xE)
    run(linker, [held, ev("CallPartyDeleted", MAIN, 4, party="P", dn="7001")])
    run(linker, [held.model_copy(update={"id": "again"})])
    assert notes(linker, created(FAR, 10), party(FAR, 11, "Q", TALKS)) == []


def test_of_two_first_calls_the_sure_one_counts() -> None:
    linker = Linker()
    talking(linker)
    other = uuid("0THER")
    run(linker, [created(other, 500), party(other, 501, "R", TALKS)])
    told = notes(linker, created(FAR, 510), party(FAR, 511, "Q", RINGS))
    assert [note["other"] for note in told] == [other]


def test_an_agent_is_known_on_all_dns_of_the_agent_id() -> None:
    linker = Linker()
    talking(linker)
    run(linker, [ev("Registered", None, 3, dn="7001", agent="1001"), created(FAR, 10)])
    assert notes(linker, party(FAR, 11, "Q", RINGS, "7051")) == []
    login = notes(linker, ev("AgentLogin", None, 12, dn="7051", agent="1001"))
    assert login == [{"party": "Q", "other": MAIN, "others": ["+15550100"], "sure": True}]
    assert notes(linker, ev("AgentLogout", None, 13, dn="7051")) == [{"party": "Q"}]


def test_a_call_of_another_site_is_sure_when_it_was_heard_of_after_the_answer() -> None:
    linker = Linker()
    talking(linker)
    run(linker, [ev("Registered", None, 3, dn="7001", agent="1001"), created(FAR, 10, site="S2")])
    values: dict[str, Any] = {"site": "S2", "agent": "1001"}
    told = notes(linker, party(FAR, 11, "Q", RINGS, "7101", **values), party(FAR, 12, "Q", TALKS, "7101", **values))
    assert [note.get("sure") for note in told] == [None]
    assert [note.get("sure") for note in notes(linker, ev("CallDataChanged", MAIN, 12.5))] == [True]


def test_a_consult_s_leg_on_another_site_is_no_main_call_while_the_consult_lives() -> None:
    linker = Linker()
    far = uuid("F1RST")
    run(linker, [created(far, site="S2"), party(far, 1, "P", TALKS, "7101", site="S2")])
    run(linker, [created(MAIN, 2), created(CONSULT, 5, orig_call=MAIN, call_type=4, links=(LINK,))])
    leg = [created(FAR, 6, site="S2", links=(LINK,)), party(FAR, 7, "Q", RINGS, "7101", site="S2")]
    assert notes(linker, *leg) == []
    run(linker, [ev("CallDeleted", CONSULT, 9, ref_call=MAIN)])
    assert [note["other"] for note in notes(linker, party(FAR, 10, "Q", TALKS, "7101", site="S2"))] == [far]


def test_a_dn_in_very_many_calls_is_no_agent_s() -> None:
    linker = Linker()
    for n in range(MOST + 1):
        run(linker, [created(uuid(f"C{n}"), n)])
        told = notes(linker, party(uuid(f"C{n}"), n + 0.5, f"P{n}", TALKS, "T1"))
        assert bool(told) == (0 < n < MOST)


def test_parties_without_a_dn_are_nobody_s_second_call() -> None:
    linker = Linker()
    run(linker, [created(MAIN), ev("CallPartyAdded", MAIN, 1, party="X", state=TALKS)])
    assert notes(linker, created(FAR, 2), ev("CallPartyAdded", FAR, 3, party="Y", state=TALKS)) == []


def test_a_call_that_names_its_main_call_is_a_consult_call_whatever_its_type() -> None:
    linker = Linker()
    talking(linker)
    consult = created(CONSULT, 5, orig_call=MAIN)
    assert notes(linker, created(FAR, 4), party(FAR, 4, "Q", TALKS, "7002")) == []
    assert notes(linker, consult, party(CONSULT, 6, "R", TALKS, "7002")) == []


def test_a_silent_first_call_in_the_last_snapshot_is_sure() -> None:
    linker = Linker()
    talking(linker)
    for at in (590, 300):
        linker.compare(SnapshotEnded.of("S1", START, START + at * SECOND, [MAIN]))
    told = notes(linker, created(FAR, 600), party(FAR, 601, "Q", RINGS))
    assert [note.get("sure") for note in told] == [True]


def test_a_party_heard_of_after_its_call_had_ended_is_in_no_first_call() -> None:
    linker = Linker()
    run(linker, [created(MAIN), ev("CallDeleted", MAIN, 3), party(MAIN, 2, "P", TALKS)])
    assert notes(linker, created(FAR, 10), party(FAR, 11, "Q", RINGS)) == []


def test_two_legs_of_one_conversation_are_no_two_calls() -> None:
    linker = Linker()
    run(linker, [created(MAIN, links=(LINK,)), created(FAR, 1, site="S2", links=(LINK,))])
    values: dict[str, Any] = {"agent": "1001"}
    assert notes(linker, party(MAIN, 2, "P", TALKS, **values)) == []
    assert notes(linker, party(FAR, 3, "Q", TALKS, "7101", site="S2", **values)) == []


def test_what_was_told_is_kept_and_forgotten() -> None:
    linker = Linker()
    talking(linker)
    run(linker, [created(FAR, 10), party(FAR, 11, "Q", RINGS)])
    kept = linker.dump()
    assert "noted" in kept[f"call|{FAR}"]
    linker.changes()
    assert notes(linker, ev("CallDeleted", MAIN, 12)) == [{"party": "Q"}]
    assert kept | linker.changes() == linker.dump()
    assert "noted" not in linker.dump()[f"call|{FAR}"]

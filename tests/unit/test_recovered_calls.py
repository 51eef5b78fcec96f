"""The linker takes calls from Temporal that its state lacks."""

from tests.unit.test_linker import CONSULT, FAR, LINK, MAIN, NESTED, SECOND, START, created, ev, run
from tests.unit.test_missing_calls import compare, lost, snapshot
from workflows.call.tlib import CallType
from workflows.linking.linker import Linker
from workflows.linking.routed import Origin, Running

RUNS = Running(MAIN, Origin("S1", CallType.INBOUND), START + 10 * SECOND, {MAIN: "S1", CONSULT: "S1"})
NOW = START + 60 * SECOND


def recovered(running: Running = RUNS, state: dict[str, str] | None = None) -> Linker:
    linker = Linker(state)
    linker.recover([running], NOW)
    return linker


def test_its_events_find_it_whatever_they_are() -> None:
    linker = recovered()
    assert linker.origin(MAIN) == ("S1", CallType.INBOUND)
    told = run(linker, [ev("CallPartyDeleted", CONSULT, 61, party="P"), ev("CallDeleted", MAIN, 62)])
    assert told == [("MA1N", "CallPartyDeleted"), ("MA1N", "CallDeleted")]


def test_what_belongs_to_it_joins_it_however_old() -> None:
    """Its workflow was started later than the others were created, and runs."""
    events = [
        created(NESTED, 3, orig_call=CONSULT, call_type=4),
        created(FAR, 4, site="S2", links=(LINK,)),
        ev("CallDataChanged", MAIN, 61, links=(LINK,)),
    ]
    assert run(recovered(), events) == [
        ("MA1N", "CallCreated"),
        ("FAR", "CallCreated"),
        ("MA1N", "CallDataChanged"),
        ("MA1N", "+CallCreated"),
        ("FAR", "merged into MA1N"),
    ]


def test_an_event_that_waited_for_it_in_the_state_finds_it() -> None:
    before = Linker()
    assert not run(before, [ev("CallPartyDeleted", CONSULT, 58, party="P")])
    told = run(recovered(state=before.dump()), [ev("CallDataChanged", MAIN, 61)])
    assert told == [("MA1N", "CallDataChanged"), ("MA1N", "CallPartyDeleted")]


def test_of_two_that_run_the_younger_is_told_that_it_belongs_to_the_other() -> None:
    far = Running(FAR, Origin("S2", CallType.INBOUND), RUNS.began + SECOND, {FAR: "S2"})
    linker = Linker()
    linker.recover([RUNS, far], NOW)
    linked = [ev("CallDataChanged", each, 61, site=site, links=(LINK,)) for each, site in ((MAIN, "S1"), (FAR, "S2"))]
    assert run(linker, linked)[-1] == ("FAR", "merged into MA1N")


def test_it_is_lost_when_a_complete_snapshot_does_not_contain_it() -> None:
    linker = recovered()
    assert compare(linker, snapshot(14), at=61) == [], "it may be younger than the snapshot"
    assert compare(linker, snapshot(61, CONSULT), at=62) == [MAIN]
    assert lost(linker, 92) == [("MA1N", "lost MA1N")]


def test_a_root_that_had_ended_is_not_lost() -> None:
    linker = recovered(RUNS._replace(calls={CONSULT: "S1"}))
    assert compare(linker, snapshot(61), at=62) == [CONSULT]
    assert lost(linker, 92) == [("MA1N", "lost C0NS")]


def test_what_joined_in_the_state_goes_on_there() -> None:
    before = Linker()
    run(before, [created(FAR, 0), created(MAIN, 5, orig_call=FAR)])
    linker = recovered(state=before.dump())
    assert run(linker, [ev("CallDeleted", MAIN, 61)]) == [("FAR", "CallDeleted")]


def test_one_that_joined_in_the_state_hides_no_other() -> None:
    before = Linker()
    run(before, [created(FAR, 0), created(MAIN, 5, orig_call=FAR)])
    linker = Linker(before.dump())
    linker.recover([RUNS, Running(NESTED, Origin("S1", CallType.INBOUND), RUNS.began, {NESTED: "S1"})], NOW)
    assert run(linker, [ev("CallPartyDeleted", NESTED, 61, party="P")]) == [("NEST", "CallPartyDeleted")]


def test_what_the_state_knows_of_it_stays() -> None:
    """Its search attributes are of the time when it was started."""
    before = Linker()
    run(before, [created(MAIN, 5, call_type=CallType.OUTBOUND)])
    linker = recovered(state=before.dump())
    assert linker.origin(MAIN).call_type == CallType.OUTBOUND
    changes = {key: text for key, text in linker.changes().items() if text is not None}
    assert before.dump() | changes == linker.dump()


def test_what_joined_after_the_state_was_kept_goes_on_where_it_joined() -> None:
    """Both were told then, and the other one that it is merged: nothing is told of that again."""
    before = Linker()
    run(before, [created(MAIN, 5), created(CONSULT, 0), ev("CallPartyAdded", CONSULT, 6, party="P", dn="7001")])
    linker = recovered(state=before.dump())
    assert run(linker, [ev("CallPartyDeleted", CONSULT, 61, party="P")]) == [("MA1N", "CallPartyDeleted")]


def test_a_merged_conversation_whose_workflow_has_not_ended_yet_is_none() -> None:
    merged = Running(CONSULT, Origin("S1", CallType.INBOUND), RUNS.began + 1, {CONSULT: "S1"})
    for listed in ([RUNS, merged], [merged, RUNS]):
        linker = Linker()
        linker.recover(listed, NOW)
        assert run(linker, [ev("CallDeleted", CONSULT, 61)]) == [("MA1N", "CallDeleted")]


def test_a_merged_conversation_that_is_one_of_its_own_in_the_state_is_none() -> None:
    merged = Running(CONSULT, Origin("S1", CallType.INBOUND), RUNS.began + 1, {CONSULT: "S1"})
    before = Linker()
    run(before, [created(MAIN, 0), created(CONSULT, 1)])
    linker = Linker(before.dump())
    linker.recover([RUNS, merged], NOW)
    assert run(linker, [ev("CallDeleted", CONSULT, 61)]) == [("MA1N", "CallDeleted")]


def test_of_two_that_run_and_name_one_call_the_state_says_whose_it_is() -> None:
    far = Running(FAR, Origin("S2", CallType.INBOUND), RUNS.began - SECOND, {CONSULT: "S1"})
    before = Linker()
    run(before, [created(MAIN, 5), created(CONSULT, 6, orig_call=MAIN), created(FAR, 0, site="S2")])
    linker = Linker(before.dump())
    linker.recover([RUNS, far], NOW)
    assert run(linker, [ev("CallDeleted", CONSULT, 61), ev("CallDeleted", FAR, 62, site="S2")]) == [
        ("MA1N", "CallDeleted"),
        ("FAR", "CallDeleted"),
    ]


def test_a_merged_conversation_is_told_so_again() -> None:
    """The dispatcher may have died after the other one's events were sent, and before this word was."""
    merged = Running(CONSULT, Origin("S1", CallType.INBOUND), RUNS.began + 1, {CONSULT: "S1"})
    assert Linker().recover([merged, RUNS], NOW) == [(CONSULT, {"item": "merged", "into": MAIN, "time": NOW})]


def test_of_two_that_name_each_other_one_is_merged() -> None:
    other = Running(CONSULT, Origin("S1", CallType.INBOUND), RUNS.began, RUNS.calls)
    linker = Linker()
    assert linker.recover([RUNS, other], NOW) == [(CONSULT, {"item": "merged", "into": MAIN, "time": NOW})]
    assert run(linker, [ev("CallDeleted", CONSULT, 61)]) == [("MA1N", "CallDeleted")]


def test_the_one_that_runs_leads_though_both_were_recovered_and_the_other_seems_older() -> None:
    """Redis lost what was committed since, among it that the other one joined this one."""
    far = Running(FAR, Origin("S2", CallType.INBOUND), RUNS.began - SECOND, {FAR: "S2"})
    before = Linker()
    before.recover([RUNS, far], NOW)
    linker = recovered(RUNS._replace(calls={MAIN: "S1", FAR: "S2"}), before.dump())
    assert run(linker, [ev("CallDeleted", FAR, 61), ev("CallDeleted", MAIN, 62)]) == [
        ("MA1N", "CallDeleted"),
        ("MA1N", "CallDeleted"),
    ]


def test_what_belonged_to_a_call_that_was_merged_and_has_ended_goes_on_where_that_joined() -> None:
    before = Linker()
    run(before, [created(MAIN, 0), created(FAR, 1, site="S2"), created(NESTED, 2, site="S2", orig_call=FAR)])
    linker = recovered(RUNS._replace(calls={MAIN: "S1", NESTED: "S2"}), before.dump())
    assert run(linker, [ev("CallDeleted", NESTED, 61)]) == [("MA1N", "CallDeleted")]


def test_nobody_is_in_a_root_that_ended_after_the_state_was_kept() -> None:
    before = Linker()
    run(before, [created(MAIN, 0), ev("CallPartyAdded", MAIN, 1, party="P", dn="7001")])
    linker = recovered(RUNS._replace(calls={CONSULT: "S1"}), before.dump())
    assert not run(linker, [ev("AgentLogin", None, 61, dn="7001", agent="A1")])


def test_one_that_had_ended_by_the_state_lives_by_what_joined_it() -> None:
    before = Linker()
    run(before, [created(MAIN, 5), ev("CallDeleted", MAIN, 6)])
    linker = recovered(RUNS._replace(calls={CONSULT: "S1"}), before.dump())
    linker.release(NOW + 600 * SECOND)
    assert run(linker, [ev("CallDeleted", CONSULT, 661)]) == [("MA1N", "CallDeleted")]


def test_to_recover_again_changes_nothing() -> None:
    linker = recovered()
    state = linker.dump()
    linker.recover([RUNS], NOW)
    assert linker.dump() == state


def test_it_is_kept_like_any_other() -> None:
    linker = recovered()
    kept = {key: text for key, text in linker.changes().items() if text is not None}
    assert kept == linker.dump() == Linker(kept).dump()
    assert kept.keys() == {f"call|{MAIN}", f"call|{CONSULT}"}


def test_it_is_forgotten_after_a_long_silence() -> None:
    linker = Linker(silence=600)
    linker.recover([RUNS], NOW)
    linker.release(NOW + 500 * SECOND)
    assert linker.dump()
    linker.release(NOW + 700 * SECOND)
    assert not linker.dump()


def test_one_whose_site_temporal_does_not_know_is_kept() -> None:
    linker = recovered(Running(MAIN, Origin("", None), RUNS.began, {MAIN: ""}))
    assert Linker(linker.dump()).dump() == linker.dump()

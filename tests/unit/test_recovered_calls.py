"""The linker takes calls from Temporal that its state lacks."""

from tests.unit.test_linker import CONSULT, FAR, LINK, MAIN, NESTED, SECOND, START, created, ev, run
from tests.unit.test_missing_calls import compare, lost, snapshot
from workflows.call.tlib import CallType
from workflows.linking.linker import Linker, Origin, Running

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


def test_it_is_lost_when_a_complete_snapshot_does_not_contain_it() -> None:
    linker = recovered()
    assert compare(linker, snapshot(14), at=61) == [], "it may be younger than the snapshot"
    assert compare(linker, snapshot(61, CONSULT), at=62) == [MAIN]
    assert lost(linker, 92) == [("MA1N", "lost MA1N")]


def test_a_root_that_had_ended_is_not_lost() -> None:
    linker = recovered(RUNS._replace(calls={CONSULT: "S1"}))
    assert compare(linker, snapshot(61), at=62) == [CONSULT]
    assert lost(linker, 92) == [("MA1N", "lost C0NS")]


def test_what_the_state_says_stays() -> None:
    """It is older than what Temporal says, and knows more: what joined there goes on there."""
    before = Linker()
    run(before, [created(FAR, 0), created(MAIN, 5, orig_call=FAR), created(NESTED, 6)])
    linker = recovered(state=before.dump())
    assert run(linker, [ev("CallDeleted", MAIN, 61)]) == [("FAR", "CallDeleted")]
    linker = recovered(RUNS._replace(root=NESTED, calls={NESTED: "S1", CONSULT: "S1"}), before.dump())
    assert run(linker, [ev("CallDeleted", CONSULT, 61)]) == [("NEST", "CallDeleted")]


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

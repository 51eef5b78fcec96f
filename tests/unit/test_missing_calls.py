"""The linker and complete snapshots: which calls are missing, and when they are lost."""

from typing import Any

from tests.unit.test_linker import CONSULT, FAR, LINK, MAIN, SECOND, START, created, ev, run, word
from workflows.linking.entries import SnapshotEnded, parse_entry
from workflows.linking.linker import Linker
from workflows.linking.missing_calls import CLOCKS, LOST_AFTER


def snapshot(at: float, *calls: str, site: str = "S1", took: float = 0) -> SnapshotEnded:
    """A complete snapshot asked for `at` seconds after START, and how many seconds later it ended."""
    began = START + int(at * SECOND)
    return SnapshotEnded.of(site, began, began + int(took * SECOND), calls)


def compare(linker: Linker, seen: SnapshotEnded, at: float) -> list[str]:
    """Compare at a stream time of so many seconds after START."""
    linker.release(START + int(at * SECOND))
    return linker.compare(seen)


def lost(linker: Linker, at: float) -> list[tuple[str, str]]:
    """What conversations get when stream time passes."""
    return [(root.rstrip("0"), word(item)) for root, item in linker.release(START + int(at * SECOND)).routed]


def test_it_survives_the_stream() -> None:
    seen = snapshot(60, MAIN, FAR, MAIN, took=2)
    assert parse_entry(SnapshotEnded.model_validate(seen.wire()).model_dump_json(exclude_none=True)) == seen
    assert None not in seen.wire().values()
    assert seen.calls == (FAR, MAIN)
    assert seen.id == snapshot(60, FAR, MAIN, took=2).id != snapshot(60, FAR, took=2).id


def test_a_call_is_lost_when_nothing_is_heard_of_it_for_30_s() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    assert compare(linker, snapshot(60, took=1), at=64) == [MAIN]
    assert lost(linker, 64 + LOST_AFTER / 1e6 - 0.001) == []
    assert linker.release(START + 64 * SECOND + LOST_AFTER).routed == [
        (MAIN, {"item": "lost", "call": MAIN, "time": START + 61 * SECOND})
    ]
    assert lost(linker, 200) == []


def test_a_lost_call_is_not_lost_again_by_who_goes_on_from_there() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(CONSULT, 1, orig_call=MAIN)])
    compare(linker, snapshot(60, CONSULT), at=64)
    assert lost(linker, 94) == [("MA1N", "lost MA1N")]
    assert lost(Linker(linker.dump()), 130) == []


def test_a_second_instance_s_snapshot_neither_reports_nor_prolongs_it() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    assert compare(linker, snapshot(60), at=64) == [MAIN]
    assert compare(linker, snapshot(62), at=66) == []
    assert lost(linker, 94) == [("MA1N", "lost MA1N")]


def test_an_older_snapshot_that_comes_later_does_not_take_it_back() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    compare(linker, snapshot(60), at=64)
    compare(linker, snapshot(50, MAIN), at=65)
    assert lost(linker, 94) == [("MA1N", "lost MA1N")]


def test_a_call_hardly_older_than_the_snapshot_is_not_missing() -> None:
    linker = Linker()
    run(linker, [created(MAIN, 60 - CLOCKS / 1e6)])
    assert compare(linker, snapshot(60), at=64) == []
    assert compare(linker, snapshot(60.001), at=64) == [MAIN]


def test_a_call_that_has_ended_is_not_missing() -> None:
    linker = Linker()
    run(linker, [created(MAIN), ev("CallDeleted", MAIN, 10)])
    assert compare(linker, snapshot(60), at=64) == []


def test_the_end_of_a_missing_call_comes_in_time() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    compare(linker, snapshot(60), at=64)
    run(linker, [ev("CallDeleted", MAIN, 70)])
    assert lost(linker, 100) == []


def test_a_lost_consult_call_is_told_to_its_root() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(CONSULT, 5, orig_call=MAIN, call_type=4)])
    compare(linker, snapshot(60, MAIN), at=64)
    assert lost(linker, 100) == [("MA1N", "lost C0NS")]


def test_a_missing_call_that_was_joined_meanwhile_is_told_to_the_new_root() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(FAR, 1, site="S2", links=(LINK,))])
    compare(linker, snapshot(60, site="S2"), at=64)
    run(linker, [ev("CallDataChanged", MAIN, 70, links=(LINK,))])
    assert lost(linker, 100) == [("MA1N", "lost FAR")]


def test_a_conversation_whose_calls_are_all_lost_is_forgotten_like_an_ended_one() -> None:
    linker = Linker(silence=3600, keep_ended=60)
    run(linker, [created(MAIN)])
    compare(linker, snapshot(60), at=64)
    lost(linker, 94)
    linker.release(START + (94 + 121) * SECOND)
    assert linker.dump() == {}


def test_a_linker_loaded_from_the_index_loses_the_same_calls() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(FAR)])
    compare(linker, snapshot(60, FAR), at=64)
    compare(linker, snapshot(70), at=74)
    other = Linker(linker.dump())
    for at in (94, 104):
        assert lost(other, at) == lost(linker, at) != []


def test_an_agent_whose_first_call_is_lost_is_no_longer_in_it() -> None:
    linker = Linker()
    seat: dict[str, Any] = {"party": "P", "dn": "7001", "state": 0xC}
    run(linker, [created(MAIN), ev("CallPartyAdded", MAIN, 1, **seat)])
    compare(linker, snapshot(60), at=64)
    run(linker, [created(FAR, 65), ev("CallPartyAdded", MAIN, 66, **seat)])
    assert run(linker, [ev("CallPartyAdded", FAR, 67, party="Q", dn="7001", state=0xA)]) == [
        ("FAR", "second_call MA1N"),
        ("FAR", "CallPartyAdded"),
    ]
    compare(linker, snapshot(80, FAR), at=84)
    assert lost(linker, 114) == [("MA1N", "lost MA1N"), ("FAR", "second_call over")]


def test_a_call_that_was_forgotten_while_missing_begins_anew() -> None:
    linker = Linker(silence=3_600)
    run(linker, [created(MAIN)])
    assert compare(linker, snapshot(3_650), at=3_655) == [MAIN]
    # after the longest silence: forgotten before it is routed
    run(linker, [ev("CallPartyState", MAIN, 3_661, party="P", dn="7001", state=0xC)])
    assert lost(linker, 3_700) == []


def test_another_process_that_takes_over_knows_which_calls_are_missing() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    linker.changes()
    compare(linker, snapshot(60), at=64)
    assert linker.changes().keys() == {f"call|{MAIN}"}
    assert lost(Linker(linker.dump()), 94) == [("MA1N", "lost MA1N")]


def test_calls_are_missing_the_oldest_first_whatever_the_order_of_the_index() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(FAR, 1), created(CONSULT, 2)])
    other = Linker(dict(reversed(linker.dump().items())))
    assert compare(other, snapshot(60), at=64) == compare(linker, snapshot(60), at=64) == [MAIN, FAR, CONSULT]


def test_a_call_that_is_missing_again_does_not_keep_the_others() -> None:
    linker = Linker()
    run(linker, [created(MAIN), created(FAR)])
    assert compare(linker, snapshot(60, FAR), at=64) == [MAIN]
    run(linker, [ev("CallDataChanged", MAIN, 70)])
    assert compare(linker, snapshot(71, MAIN), at=74) == [FAR]
    assert compare(linker, snapshot(80), at=84) == [MAIN]
    assert lost(linker, 104) == [("FAR", "lost FAR")]


def test_a_call_that_was_forgotten_while_missing_is_not_lost() -> None:
    linker = Linker(silence=600)
    run(linker, [created(MAIN)])
    assert compare(linker, snapshot(650), at=655) == [MAIN]
    assert lost(linker, 662) == lost(linker, 700) == []
    assert not linker.dump()


def test_that_it_was_heard_of_again_is_a_change() -> None:
    linker = Linker()
    run(linker, [created(MAIN)])
    compare(linker, snapshot(60), at=64)
    kept = linker.dump()
    linker.changes()
    compare(linker, snapshot(66, MAIN), at=67)
    assert kept | linker.changes() == linker.dump() != kept

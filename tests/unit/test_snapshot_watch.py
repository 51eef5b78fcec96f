"""What a snapshot says of the calls that live."""

from workers.ingest.snapshot_watch import MOST, UNSURE, Reported, SnapshotWatch

A, B, C = "A" * 32, "B" * 32, "C" * 32


def test_calls_heard_of_since_it_was_asked_for() -> None:
    watch = SnapshotWatch()
    watch.heard("EventCallCreated", A)
    watch.asked(10)
    watch.heard("EventCallCreated", B)
    watch.heard("EventCallPartyAdded", B)
    watch.heard("EventUserEvent", None)
    assert watch.ended(20) == Reported(10, 20, frozenset({B}))


def test_a_call_that_has_ended_is_left_out() -> None:
    watch = SnapshotWatch()
    watch.asked(10)
    watch.heard("EventCallCreated", A)
    watch.heard("EventCallCreated", B)
    watch.heard("EventCallDeleted", A)
    assert watch.ended(20) == Reported(10, 20, frozenset({B}))


def test_an_end_nobody_asked_for_says_nothing() -> None:
    assert SnapshotWatch().ended(20) is None


def test_an_overlap_says_nothing_for_a_while() -> None:
    watch = SnapshotWatch()
    watch.asked(10)
    watch.heard("EventCallCreated", A)
    watch.asked(20)
    assert watch.ended(30) is None
    watch.asked(40)
    assert watch.ended(50) is None, "the end of the second one, perhaps"
    watch.asked(20 + UNSURE)
    watch.heard("EventCallCreated", C)
    assert watch.ended(60 + UNSURE) == Reported(20 + UNSURE, 60 + UNSURE, frozenset({C}))


def test_what_is_no_call_is_not_kept() -> None:
    watch = SnapshotWatch()
    watch.asked(10)
    watch.heard("EventCallCreated", "x" * 1_000_000)
    assert watch.calls == 0


def test_that_one_does_not_end_is_said_once() -> None:
    watch = SnapshotWatch()
    assert not watch.overdue(100, 5)
    watch.asked(10)
    assert [watch.overdue(now, 5) for now in (14, 15, 16)] == [False, True, False]
    watch.asked(20)
    watch.ended(21)
    assert not watch.overdue(30, 5)
    watch.asked(40)
    assert watch.overdue(50, 5)


def test_a_snapshot_that_does_not_end_is_bounded_and_says_nothing() -> None:
    watch = SnapshotWatch()
    watch.asked(10)
    for number in range(MOST + 10):
        watch.heard("EventCallCreated", f"{number:032}")
        watch.heard("EventCallDeleted", f"{number:032}")
    assert watch.calls == MOST
    assert watch.ended(20) is None
    watch.asked(30)
    watch.heard("EventCallCreated", A)
    assert watch.ended(40) == Reported(30, 40, frozenset({A}))

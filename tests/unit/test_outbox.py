"""The account of a lane: which answer makes an event first, duplicate or repeated."""

import pytest

from workers.event_stream import Fate, SubmitStatus, Submitted
from workers.ingest.outbox import BATCH, Outbox, Pending
from workflows.call.tlib import TlibEvent

FIRST, DUPLICATE, REPEATED = Fate.FIRST, Fate.DUPLICATE, Fate.REPEATED


class Account:
    """Keeps what became of its events."""

    def answered(self, fate: Fate) -> None:
        """Nothing to do: the fates are looked at where they are answered."""


def events(*names: str) -> list[Pending]:
    return [
        Pending(TlibEvent(id=name, event="EventCallCreated", site="SIPS1", time=1, call="C"), Account())
        for name in names
    ]


def fates(outbox: Outbox, answer: Submitted) -> list[Fate]:
    return [fate for _, fate in outbox.answered(answer)]


def stored(*fates: tuple[Fate, str], cursor: str = "0-0", epoch: str = "e1") -> Submitted:
    return Submitted(SubmitStatus.STORED, epoch, tuple(fate for fate, _ in fates), tuple(at for _, at in fates), cursor)


def nothing_stored(status: SubmitStatus, epoch: str = "e1", cursor: str = "0-0") -> Submitted:
    return Submitted(status, epoch, (), (), cursor)


def ids(outbox: Outbox) -> list[str]:
    return [event.id for event in outbox.batch()]


def test_each_event_has_the_fate_it_was_answered() -> None:
    outbox = Outbox()
    outbox.add(events("a", "b", "c"))
    assert ids(outbox) == ["a", "b", "c"]
    answer = stored((FIRST, "5-0"), (DUPLICATE, "3-0"), (REPEATED, "1-0"))
    assert fates(outbox, answer) == [FIRST, DUPLICATE, REPEATED]
    assert (outbox.to_submit, outbox.kept, outbox.epoch) == (0, 3, "e1")


def test_an_unanswered_submission_that_was_stored_counts_as_first() -> None:
    outbox = Outbox()
    outbox.add(events("a", "b"))
    outbox.unanswered()
    assert ids(outbox) == ["a", "b"]
    assert fates(outbox, stored((REPEATED, "5-0"), (DUPLICATE, "4-0"))) == [FIRST, DUPLICATE]


def test_an_event_read_twice_counts_as_first_once() -> None:
    outbox = Outbox()
    outbox.add(events("a"))
    assert fates(outbox, stored((FIRST, "5-0"))) == [FIRST]
    outbox.add(events("a", "b"))
    outbox.unanswered()
    assert fates(outbox, stored((REPEATED, "5-0"), (REPEATED, "6-0"))) == [REPEATED, FIRST]


def test_an_event_read_twice_into_one_unanswered_batch_counts_as_first_once() -> None:
    outbox = Outbox()
    outbox.add(events("a", "a"))
    outbox.unanswered()
    assert fates(outbox, stored((REPEATED, "5-0"), (REPEATED, "5-0"))) == [FIRST, REPEATED]


def test_what_was_never_asked_unanswered_is_not_taken_for_first() -> None:
    outbox = Outbox()
    outbox.add(events("a"))
    outbox.unanswered()
    outbox.add(events("a"))
    assert fates(outbox, stored((REPEATED, "5-0"), (REPEATED, "5-0"))) == [FIRST, REPEATED]


def test_kept_events_go_when_the_cursor_has_passed_them() -> None:
    outbox = Outbox()
    outbox.add(events("a", "b", "c"))
    outbox.answered(stored((FIRST, "5-0"), (FIRST, "5-1"), (FIRST, "10-0"), cursor="5-1"))
    assert outbox.kept == 1
    outbox.answered(stored(cursor="9-9"))
    assert outbox.kept == 1
    outbox.answered(nothing_stored(SubmitStatus.FULL, cursor="10-0"))
    assert len(outbox) == 0


def test_a_full_stream_leaves_the_batch_to_be_submitted() -> None:
    outbox = Outbox()
    outbox.add(events("a"))
    assert fates(outbox, nothing_stored(SubmitStatus.FULL)) == []
    assert ids(outbox) == ["a"]
    assert len(outbox.uncounted) == 1


def test_in_another_epoch_everything_kept_is_submitted_again_before_the_rest_and_counted_once() -> None:
    outbox = Outbox()
    outbox.add(events("a", "b"))
    outbox.answered(stored((FIRST, "5-0"), (FIRST, "6-0")))
    outbox.add(events("c"))
    assert fates(outbox, nothing_stored(SubmitStatus.OTHER_EPOCH, epoch="e2")) == []
    assert (ids(outbox), outbox.epoch, outbox.kept, len(outbox.uncounted)) == (["a", "b", "c"], "e2", 0, 1)
    assert fates(outbox, stored((DUPLICATE, "8-0"), (FIRST, "9-0"), (FIRST, "9-1"), epoch="e2")) == [FIRST]
    assert outbox.kept == 3


def test_stored_before_redis_restarted_with_its_data_is_first() -> None:
    """The epoch is another one, the events are still there."""
    outbox = Outbox()
    outbox.add(events("a"))
    outbox.answered(stored((FIRST, "5-0")))
    outbox.add(events("b"))
    outbox.unanswered()
    outbox.answered(nothing_stored(SubmitStatus.OTHER_EPOCH, epoch="e2"))
    assert fates(outbox, stored((REPEATED, "5-0"), (REPEATED, "6-0"), epoch="e2")) == [FIRST]


@pytest.mark.parametrize("number", [0, 1, BATCH, BATCH + 1])
def test_a_batch_is_bounded(number: int) -> None:
    outbox = Outbox()
    outbox.add(events(*map(str, range(number))))
    assert len(outbox.batch()) == min(number, BATCH)

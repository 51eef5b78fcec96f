"""What is held after a gap, and what is not."""

from hypothesis import given
from hypothesis import strategies as st

from workers.ingest.outbox import Pending
from workers.ingest.waiting_room import WaitingRoom
from workflows.call.tlib import TlibEvent


def event(name: str) -> Pending:
    return Pending(TlibEvent(id=name, event="EventCallCreated", site="SIPS1", time=1, call="C"))


def released(room: WaitingRoom, now: float) -> list[str]:
    return [pending.item.id for pending in room.released(now)]


def test_without_a_gap_nothing_waits() -> None:
    room = WaitingRoom()
    room.add("A", event("1"))
    room.add("B", event("2"))
    assert released(room, 10) == ["1", "2"]
    assert len(room) == 0
    assert room.next_release is None


def test_what_follows_a_gap_waits_and_what_was_read_before_goes() -> None:
    room = WaitingRoom()
    room.add("A", event("before"))
    room.hold("A", until=13)
    room.add("A", event("after"))
    assert released(room, 10) == ["before"]
    assert (len(room), room.next_release) == (1, 13)
    assert released(room, 12.9) == []
    assert released(room, 13) == ["after"]


def test_over_all_connections_the_order_is_that_of_reading() -> None:
    """Redis was away: primary A's events, then B's after a switchover, then A's after another one, all wait."""
    room = WaitingRoom()
    room.add("A", event("1"))
    room.hold("B", until=13)
    room.add("B", event("2"))
    room.hold("A", until=14)
    room.add("A", event("3"))
    assert released(room, 20) == ["1", "2", "3"]


def test_no_feed_overtakes_another_that_is_held() -> None:
    room = WaitingRoom()
    room.hold("VQ", until=13)
    room.add("VQ", event("queued"))
    room.add("CALL", event("agent"))
    assert released(room, 12.9) == []
    assert released(room, 13) == ["queued", "agent"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "gap", "release"]), st.sampled_from("AB"), st.floats(0, 5)), max_size=60
)


@given(STEPS)
def test_nothing_is_lost_or_overtaken_and_waits_no_longer_than_the_hold(steps: list[tuple[str, str, float]]) -> None:
    room, now = WaitingRoom(), 0.0
    read: list[tuple[str, float]] = []
    out: list[str] = []
    for step, connection, seconds in steps:
        if step == "read":
            read.append((str(len(read)), now))
            room.add(connection, event(read[-1][0]))
        elif step == "gap":
            room.hold(connection, now + 3)
        else:
            now += seconds
            out += released(room, now)
            assert out == [name for name, _ in read[: len(out)]]
            assert all(at + 3 > now for _, at in read[len(out) :])
    out += released(room, now + 3)
    assert out == [name for name, _ in read]
    assert len(room) == 0

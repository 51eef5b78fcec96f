"""What is held after a gap, and what is not."""

from hypothesis import given
from hypothesis import strategies as st

from workers.ingest.waiting import WaitingRoom
from workflows.call.tlib import TlibEvent


def event(name: str) -> TlibEvent:
    return TlibEvent(id=name, event="EventCallCreated", site="SIPS1", time=1)


def released(room: WaitingRoom, now: float) -> list[str]:
    return [event.id for event in room.released(now)]


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


def test_one_servers_gap_does_not_hold_the_other() -> None:
    room = WaitingRoom()
    room.hold("B", until=13)
    room.add("B", event("1"))
    room.add("A", event("2"))
    assert released(room, 10) == ["2"]


def test_over_both_servers_the_order_is_that_of_reading() -> None:
    """Redis was away: primary A's events, then B's after a switchover, then A's after another one, all wait."""
    room = WaitingRoom()
    room.add("A", event("1"))
    room.hold("B", until=13)
    room.add("B", event("2"))
    room.hold("A", until=14)
    room.add("A", event("3"))
    assert released(room, 20) == ["1", "2", "3"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "gap", "release"]), st.sampled_from("AB"), st.floats(0, 5)), max_size=60
)


@given(STEPS)
def test_each_server_keeps_its_order_and_nothing_is_lost(steps: list[tuple[str, str, float]]) -> None:
    room, now = WaitingRoom(), 0.0
    read: list[str] = []
    out: list[str] = []
    for step, server, seconds in steps:
        if step == "read":
            name = f"{server}{len(read)}"
            read.append(name)
            room.add(server, event(name))
        elif step == "gap":
            room.hold(server, now + 3)
        else:
            now += seconds
            out += released(room, now)
    out += released(room, now + 3)
    assert len(room) == 0
    for server in "AB":
        assert [name for name in out if name[0] == server] == [name for name in read if name[0] == server]

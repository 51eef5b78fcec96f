"""The index of calls: what is found by which key, and that what is kept of it is all of it."""

from tests.unit.test_linker import CONSULT, FAR, LINK, MAIN, NESTED, THIRD, uuid
from workflows.linking.call_index import CallIndex
from workflows.linking.linked_call import LIMIT, LinkedCall, Remembered
from workflows.linking.seats import place

OTHER_LINK = uuid("0THER")
CONN, OTHER_CONN = "a" * 16, "b" * 16


def index_of(*uuids: str) -> tuple[CallIndex, list[LinkedCall]]:
    """Calls that are conversations of their own, the first one the oldest."""
    index = CallIndex()
    calls = [LinkedCall(each, "S1", number, root=each) for number, each in enumerate(uuids)]
    for call in calls:
        index.add(call)
    return index, calls


def parts(index: CallIndex) -> dict[str, object]:
    """All of an index but what of it has changed."""
    return {name: value for name, value in vars(index).items() if name != "dirty"}


def loaded(index: CallIndex) -> CallIndex:
    other = CallIndex()
    other.load({key: text for key in index.keys() if (text := index.text(key)) is not None})  # noqa: SIM118
    return other


def filled() -> tuple[CallIndex, list[LinkedCall]]:
    """Two calls with something of everything."""
    index, (main, far) = index_of(MAIN, FAR)
    for call, conn in ((main, CONN), (far, OTHER_CONN)):
        index.learn_conn(call, "S1", conn)
        index.linked(call, LINK)
        index.named(call, THIRD)
        index.sit(call, "P", "7001")
        index.sit(call, "Q", "7001")
        call.remembered["data|"] = (Remembered(7, "{}"),)
    return index, [main, far]


def test_all_of_it_is_kept() -> None:
    index, _ = filled()
    assert parts(loaded(index)) == parts(index)


def test_a_conversation_that_is_forgotten_leaves_nothing() -> None:
    index, _ = filled()
    index.forget(MAIN)
    assert index.with_conn("S1", OTHER_CONN) == FAR
    index.forget(FAR)
    assert parts(index) == parts(CallIndex())
    assert index.dirty.keys() >= {f"call|{MAIN}", f"event|{MAIN}|data|", f"call|{FAR}"}
    assert {index.text(key) for key in index.dirty} == {None}


def test_a_conn_id_that_another_call_has_now_stays_with_that() -> None:
    index, (main, far) = index_of(MAIN, FAR)
    assert index.learn_conn(main, "S1", CONN)
    assert not index.learn_conn(main, "S1", CONN)
    assert index.learn_conn(far, "S1", CONN)
    assert parts(loaded(index)) == parts(index)
    index.forget(MAIN)
    assert index.with_conn("S1", CONN) == FAR


def test_a_party_is_on_one_dn() -> None:
    index, (main,) = index_of(MAIN)
    index.sit(main, "P", "7001")
    index.sit(main, "P", "7002")
    assert [index.number_on(place("S1", dn)) for dn in ("7001", "7002")] == [0, 1]


def test_a_call_is_on_a_dn_while_one_of_its_parties_is() -> None:
    index, (main,) = index_of(MAIN)
    for party in ("P", "Q"):
        index.sit(main, party, "7001")
    index.leave(main, "P")
    index.leave(main, "unknown")
    assert index.on_place(place("S1", "7001")) == [main]
    index.leave(main, "Q")
    assert index.on_place(place("S1", "7001")) == []


def test_nothing_is_known_of_a_party_that_left() -> None:
    index, (main,) = index_of(MAIN)
    index.sit(main, "P", "7001")
    main.talking["P"], main.noted["P"] = 1, "{}"
    index.dirty.clear()
    index.leave(main, "P")
    assert main == LinkedCall(MAIN, "S1", 0, root=MAIN)


def test_that_a_party_sits_down_is_a_change() -> None:
    index, (main,) = index_of(MAIN)
    index.sit(main, "P", "7001")
    assert index.dirty.keys() == {f"call|{MAIN}"}
    index.dirty.clear()
    index.sit(main, "P", "7001")
    assert not index.dirty


def test_a_call_that_was_named_before_it_was_known_is_wanted_once() -> None:
    index, (main, consult, nested) = index_of(MAIN, CONSULT, NESTED)
    for call in (consult, nested):
        assert index.named(call, FAR) == []
    far = LinkedCall(FAR, "S1", 9, root=FAR)
    index.add(far)
    index.dirty.clear()
    assert index.wanting(far) == [consult, nested]
    assert index.dirty.keys() == {f"call|{CONSULT}", f"call|{NESTED}"}
    assert index.wanting(far) == index.wanting(main) == []
    assert parts(loaded(index)) == parts(index)


def test_of_too_many_the_oldest_goes() -> None:
    index, (main,) = index_of(MAIN)
    for n in range(LIMIT + 1):
        index.learn_conn(main, "S1", f"{n:016x}")
        index.linked(main, uuid(f"1{n:02}"))
        index.named(main, uuid(f"2{n:02}"))
        index.sit(main, f"P{n}", f"{n}")
    assert {len(keys) for keys in (main.conns, main.links, main.wants, main.parties)} == {LIMIT}
    assert index.number_on(place("S1", "0")) == 0
    assert index.with_conn("S1", f"{0:016x}") is None
    assert parts(loaded(index)) == parts(index)


def test_the_highest_arrival_goes_on_from_there() -> None:
    index, (main, far) = index_of(MAIN, FAR)
    main.remembered["data|"] = (Remembered(9, "{}"),)
    far.remembered["data|"] = (Remembered(3, "{}"), Remembered(4, "{}"))
    assert CallIndex().load({key: index.text(key) or "" for key in index.keys()}) == 9  # noqa: SIM118


def test_an_event_of_a_call_that_is_not_kept_is_passed_over() -> None:
    index, (main,) = index_of(MAIN)
    main.remembered["data|"] = (Remembered(9, "{}"),)
    other = CallIndex()
    assert other.load({f"event|{MAIN}|data|": index.text(f"event|{MAIN}|data|") or ""}) == 0
    assert parts(other) == parts(CallIndex())


def test_what_is_not_remembered_has_no_text() -> None:
    index, _ = index_of(MAIN)
    assert index.text(f"event|{MAIN}|data|") is None
    assert index.text(f"call|{FAR}") is None

"""The text log parser: messages as published logs show them, what a scenario prints, and garbage."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deploy.lab.log_writer import LogStyle, print_log
from deploy.lab.scenario import SiteEvent
from workers.replay.tserver_log import LogEvent, LogFault, read_log
from workflows.call.tlib import AttributeValue

PUBLISHED = """\
2015-05-29T12:21:16.438 Trc 04541 RequestQueryCall received from [66] (00000e85 Desktop 10.51.167.61:49280)
message RequestQueryCall
\tAttributeReferenceID\t71
@16:45:24.5942 [0] 8.1.101.25 distribute call/party event: message EventCallPartyDeleted
\tAttributeEventSequenceNumber\t00000000000012ab
\tAttributeTimeinuSecs\t594200
\tAttributeTimeinSecs\t1432904724 (16:45:24)
\tAttributeCallUUID\tAM5D3AE9D90757BKTSVJTCIAR4000014
\tAttributePartyUUID\t'AM5D3AE9D90757BKTSVJTCIAR4000017'
\tAttributePartyState\t0x809
\tAttributeCallID\t19
\tAttributeCause\tNoAnswer
16:45:24.594 Trc 04542 EventCallPartyDeleted sent to [512] (00000e86 ICON 10.51.167.61:49282)
2015-05-29T16:45:25.104 [0] 8.1.101.25 distribute_event: message EventDiverted
\tAttributeUserData\t[561] 00 05 00 00..
\t\t'RVQID'\t'SQBENM69RP39R22KR9QUBT1RQO000002'
\t\t'RTargetObjSelDBID'\t115
\t\t'CBR-actual_volume'\t''
\t\t'RRequestedSkills'(list)\x20
\t\t\t'English'\t1
\t\t'CustomerSegment'\t'it's'
\tAttributeConnID\t006c024616100612
\tAttributeThisDN\t'9001'
"""


def events(text: str) -> list[LogEvent | LogFault]:
    return list(read_log(text.splitlines(keepends=True)))


def test_messages_of_published_logs() -> None:
    deleted, diverted = events(PUBLISHED)
    assert deleted == LogEvent(
        "EventCallPartyDeleted",
        {
            "EventSequenceNumber": "00000000000012ab",
            "TimeinuSecs": 594200,
            "TimeinSecs": 1432904724,
            "CallUUID": "AM5D3AE9D90757BKTSVJTCIAR4000014",
            "PartyUUID": "AM5D3AE9D90757BKTSVJTCIAR4000017",
            "PartyState": 0x809,
            "CallID": 19,
            "Cause": "NoAnswer",
        },
        line=4,
    )
    assert diverted == LogEvent(
        "EventDiverted",
        {
            "UserData": [
                ("RVQID", "SQBENM69RP39R22KR9QUBT1RQO000002"),
                ("RTargetObjSelDBID", 115),
                ("CBR-actual_volume", ""),
                ("RRequestedSkills", [("English", 1)]),
                ("CustomerSegment", "it's"),
            ],
            "ConnID": "006c024616100612",  # digits only, and still no number
            "ThisDN": "9001",
        },
        line=14,
    )


def test_lines_may_end_in_crlf() -> None:
    assert events(PUBLISHED.replace("\n", "\r\n")) == events(PUBLISHED)


def test_a_log_cut_at_both_ends() -> None:
    cut = events(
        "\tAttributeThisDN\t'9001'\n@16:45:24.5942 [0] distribute_event: message EventQueued\n\tAttributeThisD"
    )
    assert cut == [LogEvent("EventQueued", {}, line=2)]


@pytest.mark.parametrize(
    ("last", "read"), [("ConnID\t006c0246", {}), ("DN\t'90", None), ("DN\t'9001'", {"DN": "9001"}), ("CallType\t2", {})]
)
def test_a_last_line_without_an_end_says_only_what_is_complete(last: str, read: dict[str, str] | None) -> None:
    (event,) = events(f"message EventQueued\n\tAttribute{last}")
    assert (event.attributes if isinstance(event, LogEvent) else None) == read


def test_only_wanted_events_have_attributes() -> None:
    found = list(read_log(PUBLISHED.splitlines(keepends=True), {"EventDiverted"}))
    assert [(event.name, bool(isinstance(event, LogEvent) and event.attributes)) for event in found] == [
        ("EventCallPartyDeleted", False),
        ("EventDiverted", True),
    ]


def test_a_value_over_several_lines() -> None:
    event = events(
        "message EventQueued\n\tAttributeUserData\t[9] 00 01 00 00..\n\t\t'note'\t'one\ntwo'\n\tAttributeDN\t'1'\n"
    )
    assert event == [LogEvent("EventQueued", {"UserData": [("note", "one\ntwo")], "DN": "1"}, line=1)]


def test_a_fault_costs_one_event_only() -> None:
    broken = "message EventQueued\n\tAttributeThisDN\t'VQ\n\tAttributeCallType\t2\n"
    fault, event = events(broken + "message EventDiverted\n\tAttributeDN\t'1'\n")
    assert fault == LogFault(2, "EventQueued: a string is not closed", "EventQueued")
    assert event == LogEvent("EventDiverted", {"DN": "1"}, line=4)


def test_a_line_that_is_neither_attribute_nor_pair_is_a_fault() -> None:
    assert events("message EventQueued\n\tAttributeDN\t'1'\n\thm\n\tAttributeANI\t'2'\n") == [
        LogFault(3, "EventQueued: neither an attribute nor a pair of a key-value list", "EventQueued")
    ]


def test_a_pair_outside_a_list_is_a_fault() -> None:
    assert events("message EventQueued\n\tAttributeDN\t'1'\n\t\t'a'\t'b'\n") == [
        LogFault(3, "EventQueued: a pair outside a key-value list", "EventQueued")
    ]


def test_an_endless_message_is_a_fault_and_kept_short() -> None:
    endless = ["message EventQueued\n", *(f"\tAttributeA{n}\t1\n" for n in range(6_000)), "end\n"]
    (fault,) = read_log(endless)
    assert fault == LogFault(5_002, "EventQueued: more than 5000 lines", "EventQueued")


def test_a_string_that_never_closes_is_a_fault_and_kept_small() -> None:
    endless = ["message EventQueued\n", "\tAttributeX\t'a\n", *["b" * 10_000 + "\n"] * 500, "16:45:24.594 end\n"]
    (fault,) = read_log(endless)
    assert isinstance(fault, LogFault)
    assert fault.reason == "EventQueued: more than 4194304 characters"


def test_lists_within_each_other_without_end_are_a_fault() -> None:
    lists = ["\t" * (depth + 2) + "'k'(list)\n" for depth in range(1_000)]
    (fault,) = read_log(["message EventQueued\n", "\tAttributeISLinkList\t[1] 00\n", *lists, "end\n"])
    assert fault == LogFault(52, "EventQueued: more than 50 key-value lists within each other", "EventQueued")


_LINE = st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"])
_KEYS = st.text(st.characters(exclude_characters="\n\r\t'", exclude_categories=["Cs"]), max_size=8)
_STRINGS = st.text(_LINE, max_size=12)
_INTS = st.integers(0, 1 << 40)
_LISTS: st.SearchStrategy[list[tuple[str, object]]] = st.recursive(
    st.lists(st.tuples(_KEYS, _STRINGS | _INTS), max_size=4),
    lambda inner: st.lists(st.tuples(_KEYS, _STRINGS | _INTS | inner), max_size=4),
    max_leaves=8,
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "CallUUID": st.text("0123456789ABCDEFGHIJKLMNOPQRSTUV", min_size=32, max_size=32),
        "ConnID": st.text("0123456789abcdef", min_size=16, max_size=16),
        "PartyState": _INTS,
        "CallType": _INTS,
        "TimeinSecs": st.integers(1, 1 << 32),
        "DN": _STRINGS,
        "UserData": _LISTS,
        "Extensions": _LISTS,
    },
)


@given(
    st.lists(st.tuples(st.sampled_from(["EventQueued", "EventCallCreated"]), ATTRIBUTES), min_size=1, max_size=8),
    st.builds(LogStyle, st.booleans(), st.booleans(), st.sampled_from(["\n", "\r\n"])),
)
def test_what_a_scenario_prints_is_read_back(
    printed: list[tuple[str, dict[str, AttributeValue]]], style: LogStyle
) -> None:
    messages = [SiteEvent(1_772_443_800_000_000 + n, "SIPS1", *message) for n, message in enumerate(printed)]
    read = [event for event in read_log(print_log(messages, style)) if event.name != "EventACK"]
    assert [type(event) for event in read] == [LogEvent] * len(printed)
    for event, (name, attributes) in zip(read, printed, strict=True):
        assert isinstance(event, LogEvent)
        event.attributes.pop("EventSequenceNumber")
        assert (event.name, event.attributes) == (name, attributes)


_PIECES = st.sampled_from(
    [
        *(
            "message EventQueued",
            "@16:45:24.5942 [0] x: message EventDiverted",
            "16:45:24.594 Trc",
            "\tAttribute",
            "\t",
        ),
        *(
            "\tAttributeUserData\t[9] 00 01 00 00..",
            "\t\t'k'\t",
            "\t\t'k'(list)",
            "\t\t\t'k'\t'v'",
            "'",
            "''",
            "0x",
            "[1]",
        ),
        *("\tAttributeTimeinSecs\t99999999999999999999999 (", "\tAttributeCallType\t-0x1", "\x00", "\u2028", "\r"),
    ]
)


@given(
    st.lists(st.lists(_PIECES | st.text(max_size=5), max_size=4).map("".join), max_size=12), st.sampled_from(["", "\n"])
)
@example(["message EventQueued", "\t\t'" + "'" * 200], "\n")
def test_garbage_never_crashes_the_parser(lines: list[str], line_end: str) -> None:
    found = list(read_log(line + line_end for line in lines))
    assert all(isinstance(item, LogEvent | LogFault) and 1 <= item.line <= len(lines) for item in found)
    headers = sum("message Event" in line for line in lines)
    assert len(found) <= headers

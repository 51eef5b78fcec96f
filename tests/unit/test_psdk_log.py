"""The PSDK log format: as published logs show it, as a scenario prints it, beside the C format, and as garbage."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deploy.lab.log_writer import print_log
from deploy.lab.scenario import SiteEvent
from tests.psdk_log_writer import print_psdk_log
from tests.unit.test_tserver_log import ATTRIBUTES
from workers.replay.tserver_log import LogEvent, LogFault, read_log
from workflows.call.tlib import AttributeValue

PUBLISHED = """\
2015-01-07 13:14:26,572 TEST DEBUG [THREAD : 25] - Sending message to TServer - tcp://10.0.0.1:1111
'RequestAttachUserData' ('30')
message attributes:
AttributeConnID [long] = 00890
AttributeUserData [bstr] = KVList:\x20
\t\t'ActivityID' [str] = "1-XXXXXX"
2015-01-07 13:14:26,574 TEST DEBUG [THREAD : 25] - Writing message RequestAttachUserData in 'proxy1'
2015-01-07 13:20:31,665 TEST DEBUG [THREAD : SelectorThread] - Proxy got message 'EventOnHook' ('87')
message attributes:
AttributeEventSequenceNumber [long] = 4899493
Time            = ComplexClass(TimeStamp):
\tAttributeTimeinuSecs [int] = 573000
\tAttributeTimeinSecs [int] = 1420644031
AttributeThisDN [str] = "2214"
. Processing with  state .StatePrimary proxy: proxy1
"""


def events(text: str) -> list[LogEvent | LogFault]:
    return list(read_log(text.splitlines(keepends=True)))


def message(*lines: str, name: str = "EventQueued") -> str:
    return "\n".join([f"'{name}' ('57') message attributes:", *lines, "end of it", ""])


def test_messages_of_published_logs() -> None:
    assert events(PUBLISHED) == [
        LogEvent(
            "EventOnHook",
            {"EventSequenceNumber": "4899493", "TimeinuSecs": 573000, "TimeinSecs": 1420644031, "ThisDN": "2214"},
            line=8,
        )
    ]


def test_lines_may_end_in_crlf() -> None:
    assert events(PUBLISHED.replace("\n", "\r\n")) == events(PUBLISHED)


def test_names_get_their_tlib_spelling_and_numbers_lose_their_meaning() -> None:
    printed = message(
        'AttributeCallUuid [str] = "AM5D3AE9D90757BKTSVJTCIAR4000014"',
        'AttributeOriginalCallUuid [str] = "AM5D3AE9D90757BKTSVJTCIAR4000015"',
        "AttributeConnID [long] = 0000000000161006",
        "AttributeCallType [int] = 2 [Inbound]",
        "AttributePartyState [int] = 12",
        "AttributeTimeinSecs [int] = 1420644031 (13:20:31)",
    )
    assert events(printed) == [
        LogEvent(
            "EventQueued",
            {
                "CallUUID": "AM5D3AE9D90757BKTSVJTCIAR4000014",
                "OrigCallUUID": "AM5D3AE9D90757BKTSVJTCIAR4000015",
                "ConnID": "0000000000161006",  # digits only, and still no number
                "CallType": 2,
                "PartyState": 12,
                "TimeinSecs": 1420644031,
            },
            line=1,
        )
    ]


def test_a_call_type_may_be_a_word() -> None:
    (event,) = events(message("AttributeCallType [int] = Consult"))
    assert isinstance(event, LogEvent)
    assert event.attributes == {"CallType": 4}


def test_lists_nest_by_their_indent() -> None:
    printed = message(
        "AttributeUserData [bstr] = KVList: ",
        "\t\t'a' [str] = \"1\"",
        "\t\t'skills' [bstr] = KVList: ",
        "\t\t\t'English' [int] = 1",
        "\t\t\t'more' [bstr] = KVList:",
        "\t\t\t\t'deep' [str] = \"it's\"",
        "\t\t'z' [UTFStr] = \"\"",
        'AttributeThisDN [str] = "VQ"',
    )
    (event,) = events(printed)
    assert isinstance(event, LogEvent)
    assert event.attributes == {
        "UserData": [("a", "1"), ("skills", [("English", 1), ("more", [("deep", "it's")])]), ("z", "")],
        "ThisDN": "VQ",
    }


def test_a_value_over_several_lines() -> None:
    (event,) = events(message("AttributeUserData [bstr] = KVList:", "\t\t'n' [str] = \"one", 'two"'))
    assert isinstance(event, LogEvent)
    assert event.attributes == {"UserData": [("n", "one\ntwo")]}


def test_a_line_that_only_names_an_event_is_no_message() -> None:
    assert events("got 'EventQueued' ('57')\nand then something else\nmessage attributes:\n") == []


def test_what_the_format_does_not_say_is_skipped() -> None:
    (event,) = events(message("\tsome dump 00 01 02", 'AttributeThisDN [str] = "VQ"'))
    assert isinstance(event, LogEvent)
    assert event.attributes == {"ThisDN": "VQ"}


@pytest.mark.parametrize(
    ("lines", "reason", "line"),
    [
        (('AttributeThisDN [str] = "VQ', "AttributeCallType [int] = 2"), "a string is not closed", 2),
        (("\t\t'a' [str] = \"b\"",), "a pair outside a key-value list", 2),
    ],
)
def test_a_fault_costs_one_event_only(lines: tuple[str, ...], reason: str, line: int) -> None:
    fault, event = events(message(*lines) + message('AttributeThisDN [str] = "9001"'))
    assert fault == LogFault(line, f"EventQueued: {reason}", "EventQueued")
    assert isinstance(event, LogEvent)
    assert event.attributes == {"ThisDN": "9001"}


def test_a_log_cut_at_its_end() -> None:
    cut = message('AttributeThisDN [str] = "9001"').partition("\nend")[0] + "\nAttributeCallType [int] = 2"
    assert events(cut) == [LogEvent("EventQueued", {"ThisDN": "9001"}, line=1)]


def test_an_endless_message_is_a_fault_and_kept_short() -> None:
    endless = ["'EventQueued' ('57') attributes:\n", *(f"AttributeA{n} [int] = 1\n" for n in range(6_000)), "end\n"]
    assert list(read_log(endless)) == [LogFault(5_002, "EventQueued: more than 5000 lines", "EventQueued")]


def test_a_string_that_never_closes_is_a_fault_and_kept_small() -> None:
    opened = ["'EventQueued' ('57') attributes:\n", 'AttributeX [str] = "a\n']
    (fault,) = read_log([*opened, *["b" * 10_000 + "\n"] * 500, "16:45:24.594 end\n"])
    assert isinstance(fault, LogFault)
    assert fault.reason == "EventQueued: more than 4194304 characters"


def test_lists_within_each_other_without_end_are_a_fault() -> None:
    lists = [" " * (depth + 2) + "'k' [bstr] = KVList:\n" for depth in range(1_000)]
    opened = ["'EventQueued' ('57') attributes:\n", "AttributeISLinkList [bstr] = KVList:\n"]
    (fault,) = read_log([*opened, *lists, "end\n"])
    assert fault == LogFault(52, "EventQueued: more than 50 key-value lists within each other", "EventQueued")


@given(
    st.lists(st.tuples(st.sampled_from(["EventQueued", "EventCallCreated"]), ATTRIBUTES), min_size=1, max_size=8),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_both_formats_say_the_same(
    printed: list[tuple[str, dict[str, AttributeValue]]], one_line: bool, line_end: str
) -> None:
    messages = [SiteEvent(1_772_443_800_000_000 + n, "SIPS1", *message) for n, message in enumerate(printed)]
    mixed: list[str] = []
    for number, each in enumerate(messages):
        in_psdk = print_psdk_log([each], one_line=one_line, line_end=line_end)
        mixed += in_psdk if number % 2 else print_log([each])
    read = [event for event in read_log(mixed) if event.name != "EventACK"]
    assert [type(event) for event in read] == [LogEvent] * len(printed)
    for event, (name, attributes) in zip(read, printed, strict=True):
        assert isinstance(event, LogEvent)
        event.attributes.pop("EventSequenceNumber")
        assert (event.name, event.attributes) == (name, attributes)


_PIECES = st.sampled_from(
    [
        *(
            "'EventQueued' ('57')",
            "'EventQueued' (57) attributes:",
            "message attributes:",
            "AttributeThisDN [str] = ",
            '"',
        ),
        *(
            "AttributeUserData [bstr] = KVList:",
            "\t\t'k' [str] = ",
            "\t",
            "KVList:",
            "AttributeCallType [int] = 0x",
            "2 [",
        ),
        *(
            "Time = ComplexClass(TimeStamp):",
            "message EventDiverted",
            "\tAttributeDN\t'1'",
            "\x00",
            "\u2028",
            "\r",
            "'",
        ),
    ]
)


@given(
    st.lists(st.lists(_PIECES | st.text(max_size=5), max_size=4).map("".join), max_size=12), st.sampled_from(["", "\n"])
)
@example(["'EventQueued' (57) attributes:", "\t\t'" + "'" * 200], "\n")
def test_garbage_never_crashes_the_parser(lines: list[str], line_end: str) -> None:
    found = list(read_log(line + line_end for line in lines))
    assert all(isinstance(item, LogEvent | LogFault) and 1 <= item.line <= len(lines) for item in found)

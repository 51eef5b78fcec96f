"""The TLib gateway protocol on the wire: verbatim lines and what is read of them, and lines that nobody should send."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.ingest.gateway_codec import (
    FRAMING_LOST,
    MAX_LINE,
    Decoder,
    FrameTooLongError,
    FramingLostError,
    Malformed,
    decode,
    encode,
)
from workers.ingest.gateway_codec import Unknown as UnknownFrame
from workers.ingest.gateway_protocol import (
    CLIENT_FRAMES,
    SERVER_FRAMES,
    AskSnapshot,
    Bye,
    ClientHello,
    Dn,
    DnType,
    Error,
    Event,
    Frame,
    Heartbeat,
    Register,
    Registered,
    Role,
    RoleChange,
    ServerHello,
    SnapshotBegin,
    SnapshotEnd,
    Subscribe,
    Subscribed,
    Unregister,
    Unregistered,
)
from workflows.call.tlib import Feed
from workflows.call.tlib_reading import read_event

DOCUMENT = Path(__file__).parents[2] / "deploy" / "gateway-protocol.md"
CALL = "AM5D3AE9D90757BKTSVJTCIAR4000014"

FROM_GATEWAY = [
    (
        '{"frame":"hello","protocol":1,"server":"SIPS1_A","role":"primary","session":"77","heartbeat":5}',
        ServerHello(protocol=1, server="SIPS1_A", role=Role.PRIMARY, session="77", heartbeat=5),
    ),
    ('{"frame":"subscribed","feed":"VQ"}', Subscribed(feed=Feed.VQ)),
    ('{"frame":"registered","dn":"VQ_Sales"}', Registered(dn="VQ_Sales")),
    (
        '{"frame":"registered","dn":"7001","ok":false,"code":59,"message":"invalid DN"}',
        Registered(dn="7001", ok=False, code=59, message="invalid DN"),
    ),
    ('{"frame":"unregistered","dn":"7001"}', Unregistered(dn="7001")),
    ('{"frame":"snapshot_begin"}', SnapshotBegin()),
    ('{"frame":"snapshot_end","complete":true,"calls":2}', SnapshotEnd(complete=True, calls=2)),
    (
        '{"frame":"event","name":"EventAbandoned","attributes":{"ThisDN":"VQ_Sales","CallID":12}}',
        Event(name="EventAbandoned", attributes={"ThisDN": "VQ_Sales", "CallID": 12}),
    ),
    ('{"frame":"role","role":"backup"}', RoleChange(role=Role.BACKUP)),
    ('{"frame":"heartbeat"}', Heartbeat()),
    (
        '{"frame":"error","code":"link_lost","message":"no SIP Server"}',
        Error(code="link_lost", message="no SIP Server"),
    ),
    ('{"frame":"bye"}', Bye()),
]

FROM_CLIENT = [
    ('{"frame":"hello","protocol":1,"client":"ingest-a"}', ClientHello(protocol=1, client="ingest-a")),
    (
        '{"frame":"subscribe","feed":"AGENT","dns":[{"dn":"7001","type":"extension"}]}',
        Subscribe(feed=Feed.AGENT, dns=(Dn(dn="7001", type=DnType.EXTENSION),)),
    ),
    ('{"frame":"subscribe","feed":"CALL"}', Subscribe(feed=Feed.CALL)),
    (
        '{"frame":"register","dns":[{"dn":"VQ_New","type":"virtual_queue"}]}',
        Register(dns=(Dn(dn="VQ_New", type=DnType.VIRTUAL_QUEUE),)),
    ),
    ('{"frame":"unregister","dns":["7001"]}', Unregister(dns=("7001",))),
    ('{"frame":"ask_snapshot"}', AskSnapshot()),
]


@pytest.mark.parametrize(("line", "frame"), FROM_GATEWAY)
def test_a_gateways_line_is_read(line: str, frame: Frame) -> None:
    assert decode(line.encode(), SERVER_FRAMES) == frame


@pytest.mark.parametrize(("line", "frame"), FROM_CLIENT)
def test_a_clients_line_is_read(line: str, frame: Frame) -> None:
    assert decode(line.encode(), CLIENT_FRAMES) == frame


@pytest.mark.parametrize("frame", [frame for _, frame in FROM_GATEWAY])
def test_what_a_gateway_writes_it_reads(frame: Frame) -> None:
    line = encode(frame)
    assert line.endswith(b"\n")
    assert decode(line, SERVER_FRAMES) == frame


@pytest.mark.parametrize("frame", [frame for _, frame in FROM_CLIENT])
def test_what_a_client_writes_it_reads(frame: Frame) -> None:
    assert decode(encode(frame), CLIENT_FRAMES) == frame


def test_attributes_keep_order_duplicates_and_nesting() -> None:
    attributes = {
        "UserData": [["Key", "1"], ["Key", 2], ["List", [["Inner", "x"]]], ["Bytes", {"base64": "AP9B"}]],
        "Reasons": [],
        "ANI": None,
        "ISLinkList": {"base64": "IDAwMDBEM0FFOUQ5MDc1N0JLVFNWSlRDSUFSNDAwMDE="},
    }
    frame = decode(json.dumps({"frame": "event", "name": "EventX", "attributes": attributes}).encode(), SERVER_FRAMES)
    assert isinstance(frame, Event)
    assert frame.attributes == {
        "UserData": [("Key", "1"), ("Key", 2), ("List", [("Inner", "x")]), ("Bytes", "\x00\xffA")],
        "Reasons": [],
        "ISLinkList": " 0000D3AE9D90757BKTSVJTCIAR40001",
    }


def test_links_are_found_in_bytes() -> None:
    """A Platform SDK gives the ISLinkList as packed bytes; the UUIDs in it are plain text."""
    attributes = {
        "CallUUID": CALL,
        "TimeinSecs": 1432904724,
        "ISLinkList": {"base64": "AAAAIDAwMUQzQUU5RDkwNzU3QktUU1ZKVENJQVI0MDAwMDE0AA=="},
    }
    line = json.dumps({"frame": "event", "name": "EventCallDataChanged", "attributes": attributes})
    frame = decode(line.encode(), SERVER_FRAMES)
    assert isinstance(frame, Event)
    event = read_event(frame.name, frame.attributes, "SIPS1", ())
    assert event.links == ("001D3AE9D90757BKTSVJTCIAR4000014",)


def test_what_a_later_version_adds_is_passed_over() -> None:
    assert decode(b'{"frame":"weather","sky":"blue"}', SERVER_FRAMES) == UnknownFrame("weather")
    assert decode(b'{"frame":"heartbeat","sky":"blue"}', SERVER_FRAMES) == Heartbeat()
    later = b'{"frame":"event","name":"EventX","attributes":{"Odd":1.5,"Odder":{"a":true}},"lag":3}'
    frame = decode(later, SERVER_FRAMES)
    assert isinstance(frame, Event)
    assert frame.attributes == {"Odd": 1.5, "Odder": {"a": True}}


NUMBER = "+4930123456"


def event_line(attributes: str) -> str:
    return '{"frame":"event","name":"EventX","attributes":' + attributes.replace("NUMBER", NUMBER) + "}"


BAD = [
    ("nonsense", "no JSON"),
    ("[]", "no JSON object"),
    ('{"fram":"event"}', "no JSON object with a field `frame`"),
    ('{"frame":7}', "no JSON object with a field `frame`"),
    ('{"frame":"event","name":"EventX"}', "event.attributes: Field required"),
    ('{"frame":"event","name":7,"attributes":{}}', "event.name"),
    (event_line('[["ANI","NUMBER"]]'), "event.attributes"),
    (event_line('{"ANI":[["NUMBER"]]}'), "ANI: a key-value list"),
    (event_line('{"ANI":{"base64":"NUMBER?"}}'), "ANI: not base64"),
    (event_line('{"ANI":' + "9" * 30 + "}"), "ANI: an integer of more than 64"),
    (event_line('{"ANI":"\\ud800"}'), "no JSON"),
    (event_line('{"ANI":' + "[" * 5000), "no JSON"),
    ('{"frame":"role","role":"king"}', "role.role"),
    ('{"frame":"hello","protocol":1,"server":"S","role":"primary","heartbeat":0}', "hello.heartbeat"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_is_named_without_its_values(line: str, reason: str) -> None:
    found = decode(line.encode(), SERVER_FRAMES)
    assert isinstance(found, Malformed)
    assert reason in found.reason
    assert NUMBER not in found.reason


def test_a_malformed_event_is_identified() -> None:
    line = json.dumps({"frame": "event", "name": "EventQueued", "attributes": {"CallUUID": CALL, "Reasons": [1]}})
    found = decode(line.encode(), SERVER_FRAMES)
    assert isinstance(found, Malformed)
    assert (found.event, found.call) == ("EventQueued", CALL)


@given(cuts=st.lists(st.integers(1, 40), max_size=60), end=st.sampled_from(["\n", "\r\n", "\n\n", "\n \n"]))
def test_frames_do_not_depend_on_how_the_bytes_are_cut(cuts: list[int], end: str) -> None:
    data = "".join(line + end for line, _ in FROM_GATEWAY).encode()
    decoder, found, at = Decoder(SERVER_FRAMES), [], 0
    for cut in [*cuts, len(data)]:
        found += decoder.feed(data[at : at + cut])
        at += cut
    assert found == [frame for _, frame in FROM_GATEWAY]


def test_a_line_that_is_too_long_is_passed_over() -> None:
    decoder = Decoder(SERVER_FRAMES)
    longest = encode(Bye(reason="x" * (MAX_LINE - len(encode(Bye(reason=""))))))
    assert len(longest) == MAX_LINE
    assert len(decoder.feed(longest)) == 1
    too_long = longest[:-2] + b'x"}\n'
    found = []
    for start in range(0, len(too_long), 60_000):
        found += decoder.feed(too_long[start : start + 60_000])
    found += decoder.feed(b'{"frame":"heartbeat"}\n')
    assert [type(item) for item in found] == [Malformed, Heartbeat]
    with pytest.raises(FrameTooLongError):
        encode(Bye(reason="x" * MAX_LINE))


def test_bytes_without_end_are_no_lines() -> None:
    decoder = Decoder(SERVER_FRAMES)
    chunk = b"\x16\x03\x01" * 100_000
    for _ in range(FRAMING_LOST // len(chunk)):
        assert decoder.feed(chunk) == []
    with pytest.raises(FramingLostError):
        decoder.feed(chunk)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from([*SERVER_FRAMES, *CLIENT_FRAMES, "other"])
FIELDS = st.sampled_from(
    [field for frames in (SERVER_FRAMES, CLIENT_FRAMES) for model in frames.values() for field in model.model_fields]
)
ALMOST_FRAMES = st.builds(
    lambda kind, fields: json.dumps({**fields, "frame": kind}).encode(), KINDS, st.dictionaries(FIELDS, ANYTHING)
)
NAMES = st.sampled_from(["EventCallCreated", "EventUserEvent", "EventQueued", "EventCallPartyMoved", "EventAgentLogin"])
ATTRIBUTES = st.sampled_from(
    [
        *("CallUUID", "ConnID", "TimeinSecs", "TimeinuSecs", "PartyUUID", "PartyState", "ThisDN", "DN", "Cause"),
        *("Extensions", "UserData", "ISLinkList", "CallType", "AgentID", "ANI"),
    ]
)
LCT = st.lists(st.tuples(st.sampled_from(["LCTPartiesLength", "LCTParty1", "LCTParty1_state"]), st.text(max_size=4)))
EVENTS = st.builds(
    lambda name, attributes: json.dumps({"frame": "event", "name": name, "attributes": attributes}).encode(),
    NAMES,
    st.dictionaries(ATTRIBUTES, ANYTHING | LCT | st.just(CALL) | st.just(1432904724) | st.just("0123")),
)


@given(st.one_of(st.binary(), ALMOST_FRAMES, EVENTS))
@example(b'{"frame":"event","name":"EventCallCreated","attributes":{"TimeinSecs":Infinity}}')
def test_no_line_breaks_the_decoder_or_the_reading_of_events(line: bytes) -> None:
    for frames in (SERVER_FRAMES, CLIENT_FRAMES):
        found = decode(line, frames)
        assert isinstance(found, Frame | UnknownFrame | Malformed)
        if isinstance(found, Event):
            try:
                event = read_event(found.name, found.attributes, "SIPS1", ("DispositionCode",))
            except ValueError:
                continue
            json.dumps(event.wire()).encode()


@given(st.lists(st.binary(max_size=50) | ALMOST_FRAMES | st.just(b"\n"), max_size=30))
def test_no_bytes_break_the_framing(chunks: list[bytes]) -> None:
    decoder = Decoder(CLIENT_FRAMES)
    for chunk in chunks:
        decoder.feed(chunk)
    decoder.feed(b"\n")
    assert decoder.feed(b'{"frame":"heartbeat"}\n') == [Heartbeat()]


def test_the_document_names_every_frame_and_field() -> None:
    table = DOCUMENT.read_text().split("## All frames")[1]
    rows = re.findall(r"^\| (`[^|]+) \| (\w+) \|(.*)\|$", table, re.MULTILINE)
    documented: dict[tuple[str, str], set[str]] = {}
    for kinds, by, fields in rows:
        for kind in re.findall(r"`(\w+)`", kinds):
            for side in ("gateway", "client") if by == "both" else (by,):
                names = set(re.findall(r"`(\w+)`", fields))
                documented[side, kind] = names
    built = {
        (side, kind): set(model.model_fields) - {"frame"}
        for side, frames in (("gateway", SERVER_FRAMES), ("client", CLIENT_FRAMES))
        for kind, model in frames.items()
    }
    assert documented == built


def test_the_documents_event_is_one() -> None:
    text = DOCUMENT.read_text().split("```json")[1].split("```")[0]
    frame = decode(text.encode(), SERVER_FRAMES)
    assert isinstance(frame, Event)
    assert read_event(frame.name, frame.attributes, "SIPS1", ()).third_party_dn == "7001"

"""What reads input from outside, each as a function of bytes that fails when a promise is broken.

The promises: no exception but the documented one, nothing lost without being counted, and what comes after bad input
is read as if it were not there. `python -m tests.fuzz TARGET` looks for input that breaks them, guided by coverage;
`test_targets.py` runs each on its seeds, on what was once found, and on random changes of both.
"""

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from activities.ex_client import Reply, Verdict, reply_of
from activities.excs import ExcsError, snapshot_of
from deploy.lab.sample_logs import SAMPLES
from workers.ingest.gateway_codec import Decoder, Malformed, encode
from workers.ingest.gateway_protocol import SERVER_FRAMES, Event, Heartbeat
from workers.replay.log_file import DAMAGED, LogFile
from workers.replay.mapping_file import MappingError, load_mapping
from workers.replay.tserver_log import LogEvent, LogFault, read_log
from workflows.call.directory import dn_key
from workflows.call.tlib import TlibEvent
from workflows.call.tlib_reading import read_event

KEYS = ("DispositionCode",)
EVENT_ID = "0f3a1c52-7b1d-4c1e-9a51-7d0f4a1e2003"
_FOLDER = Path(tempfile.gettempdir())


def gateway_frames(data: bytes) -> None:
    """The bytes of a gateway, cut in pieces of the first byte's length."""
    size, data = data[:1], data[1:]
    step = size[0] + 1 if size else 1
    decoder = Decoder(SERVER_FRAMES)
    found = []
    for start in range(0, len(data), step):
        found += decoder.feed(data[start : start + step])
    assert len(found) == sum(1 for line in data.split(b"\n")[:-1] if line.strip()), "a line is neither frame nor fault"
    for frame in found:
        if isinstance(frame, Event):
            _tlib_event(frame.name, frame.attributes)
        elif isinstance(frame, Malformed):
            assert frame.reason
    decoder.feed(b"\n")
    assert decoder.feed(encode(Heartbeat())) == [Heartbeat()]


def tlib_event(data: bytes) -> None:
    """An event's attributes, as JSON: what a gateway frame may hold, and more."""
    try:
        attributes = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(attributes, dict):
        _tlib_event(str(attributes.pop("name", "EventUserEvent")), attributes)


def _tlib_event(name: str, attributes: Any) -> None:
    try:
        event = read_event(name, attributes, "SIPS1", KEYS)
    except ValueError:
        return
    assert read_event(name, attributes, "SIPS1", KEYS) == event
    assert TlibEvent.model_validate_json(json.dumps(event.wire())) == event


C_EVENT = "16:45:24.594 end\n@16:45:25.0 [0] x: message EventQueued\n\tAttributeThisDN\t'9001'\n16:45:26.000 end\n"
PSDK_EVENT = (
    "2015-01-07 13:20:31,665 end\n"
    "2015-01-07 13:20:32,665 DEBUG - 'EventQueued' ('57') attributes:\n"
    'AttributeThisDN [str] = "9001"\n'
    "2015-01-07 13:20:33,665 end\n"
)


def text_log(data: bytes) -> None:
    """A log in any format and encoding; a message after it is read whatever stands before it."""
    for good in (C_EVENT, PSDK_EVENT):
        text = data + b"\n" + good.encode()
        found = list(read_log(iter(LogFile(io.BytesIO(text), zipped=False))))
        for read in found:
            assert isinstance(read, LogEvent | LogFault)
            if isinstance(read, LogEvent):
                _tlib_event(read.name, read.attributes)
        last = found[-1]
        assert (last.name, getattr(last, "attributes", None)) == ("EventQueued", {"ThisDN": "9001"})


def zipped_log(data: bytes) -> None:
    """A gzip file that is none, or damaged."""
    try:
        for read in read_log(iter(LogFile(io.BytesIO(data), zipped=True))):
            assert isinstance(read, LogEvent | LogFault)
    except DAMAGED:
        pass


def mapping_file(data: bytes) -> None:
    """The mapping file."""
    with tempfile.NamedTemporaryFile(suffix=".yaml", dir=_FOLDER) as file:
        file.write(data)
        file.flush()
        try:
            snapshot = load_mapping(Path(file.name))
        except MappingError:
            return
        snapshot.answer(dn_key("SIPS1", "7001"))


def excs_answer(data: bytes) -> None:
    """The body of EXCS's snapshot."""
    try:
        snapshot = snapshot_of(data, "EXCS")
    except ExcsError:
        return
    snapshot.answer(dn_key("SIPS1", "7001"))


def ex_answer(data: bytes) -> None:
    """The EX Org's answer to a request: the first line is status and Retry-After, the rest the body."""
    first, _, body = data.partition(b"\n")
    status, _, wait = first.decode("latin-1").partition(" ")
    code = int(status) if re.fullmatch("[1-5][0-9][0-9]", status, re.ASCII) else 200
    headers = [(b"Retry-After", wait.encode("latin-1"))] if wait else []
    request = httpx.Request("POST", "https://api.mypurecloud.de/api/v2/events/conversations")
    reply = reply_of(httpx.Response(code, headers=headers, content=body, request=request), frozenset({EVENT_ID}))
    assert isinstance(reply, Reply)
    assert reply.faults.keys() <= {EVENT_ID}
    assert 0 <= reply.wait <= 300
    assert reply.verdict is Verdict.TAKEN or not reply.faults
    said = [reply.reason, *(fault.message for fault in reply.faults.values())]
    assert len(max(said, key=len)) < 1_000


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (gateway_frames, tlib_event, text_log, zipped_log, mapping_file, excs_answer, ex_answer)
}


def seeds(target: str) -> Iterator[bytes]:
    """Good input to begin with."""
    match target:
        case "gateway_frames":
            for attributes in _sample_attributes():
                yield b"\x3f" + encode(Event(name=attributes["name"], attributes=attributes)) + encode(Heartbeat())
            yield b'\x01{"frame":"hello","protocol":1,"server":"S","role":"primary","heartbeat":5}\n'
            yield b'\x01{"frame":"snapshot_begin"}\r\n{"frame":"snapshot_end","complete":true,"calls":3}\n'
        case "tlib_event":
            for attributes in _sample_attributes():
                yield json.dumps(attributes).encode()
        case "text_log":
            for log in sorted(SAMPLES.glob("*.log")):
                text = log.read_bytes()
                yield from (text[start : start + 2_000] for start in range(0, len(text), 8_000))
            yield C_EVENT.encode()
            yield PSDK_EVENT.replace(
                "attributes:\n", 'attributes:\nAttributeX [bstr] = KVList:\n\t"k" [int] = 1\n'
            ).encode()
        case "zipped_log":
            yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcbM-.NLO\xe5\x02\x00"
        case "mapping_file":
            yield (SAMPLES / "mapping.yaml").read_bytes()
            yield b"source_id: &a x\nsites: [{name: *a}]\n? [1, 2]\n: {<<: {a: 1}}\n"
        case "excs_answer":
            yield load_mapping(SAMPLES / "mapping.yaml").model_dump_json().encode()
        case "ex_answer":
            fault = {"eventId": EVENT_ID, "message": "no such conversation +15550100", "retryable": True}
            yield b"200 \n" + json.dumps({"errors": [fault]}).encode()
            yield b'400 \n{"code":"bad.request","message":"m","details":[{"errorCode":"x","fieldName":"y"}]}'
            yield b"429 30\n" + json.dumps({"code": "too.many.requests", "limit": {"value": 300}}).encode()
            yield b"503 Wed, 21 Oct 2015 07:28:00 GMT\n<html>"


def _sample_attributes() -> Iterator[dict[str, Any]]:
    """An event of each name in the samples."""
    seen = set()
    for log in sorted(SAMPLES.glob("*.log")):
        for read in read_log(log.read_text().splitlines(keepends=True)):
            if isinstance(read, LogEvent) and read.name not in seen:
                seen.add(read.name)
                yield {"name": read.name, **read.attributes}

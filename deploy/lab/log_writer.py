"""Prints a scenario's events as a SIP Server's text log (C format), with what a real log has between the messages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.lab.scenario import SiteEvent
from workflows.call.tlib import AttributeValue

BARE_HEX = frozenset({"ConnID", "EventSequenceNumber"})
HEX = frozenset({"PartyState"})


@dataclass(frozen=True)
class LogStyle:
    """What differs between real logs."""

    dates: bool = False
    """Headers begin with an ISO date and time, not with @ and the time."""
    bare_uuids: bool = False
    """CallUUIDs are printed without quotes."""
    line_end: str = "\n"


def print_log(events: Iterable[SiteEvent], style: LogStyle | None = None) -> Iterator[str]:
    """The lines, with their ends, of the log of the site whose events these are (in time order)."""
    style = style or LogStyle()
    for number, event in enumerate(events, 1):
        if number == 1:
            yield from (line + style.line_end for line in _banner(event))
        for line in _entry(event, number, style):
            yield line + style.line_end


def _entry(event: SiteEvent, number: int, style: LogStyle) -> Iterator[str]:
    noise = NOISE[number % len(NOISE)]
    yield from noise(event, number)
    yield from _message(event, number, style)
    clock = _clock(event.time)
    client = f"[{500 + number % 3}] (000{number % 3}0e85 ICON_EUW1 10.51.167.61:49280)"
    yield f"{clock[:12]} Trc 04542 {event.name} sent to {client}"


def _message(event: SiteEvent, number: int, style: LogStyle) -> Iterator[str]:
    clock = _clock(event.time)
    stamp = f"{_moment(event.time):%Y-%m-%d}T{clock[:12]}" if style.dates else f"@{clock}"
    kind = "distribute call/party event" if event.name.startswith("EventCall") else "distribute_event"
    yield f"{stamp} [0] 8.1.101.25 {kind}: message {event.name}"
    yield f"\tAttributeEventSequenceNumber\t{number:016x}"
    for name, value in event.attributes.items():
        yield from _attribute(name, value, event, style)


def _attribute(name: str, value: AttributeValue, event: SiteEvent, style: LogStyle) -> Iterator[str]:
    if isinstance(value, list):
        yield f"\tAttribute{name}\t{_list_head(value)}"
        yield from _pairs(value, 2)
    elif name == "TimeinSecs":
        yield f"\tAttributeTimeinSecs\t{value} ({_clock(event.time)[:8]})"
    elif isinstance(value, int):
        yield f"\tAttribute{name}\t{value:#x}" if name in HEX else f"\tAttribute{name}\t{value}"
    elif name in BARE_HEX or name == "Cause" or (style.bare_uuids and name == "CallUUID"):
        yield f"\tAttribute{name}\t{value}"
    else:
        yield f"\tAttribute{name}\t'{value}'"


def _list_head(pairs: list[tuple[str, Any]]) -> str:
    size = sum(len(str(key)) + len(str(value)) + 6 for key, value in pairs) + 4
    return f"[{size}] 00 {len(pairs) & 0xFF:02x} 00 00.."


def _pairs(pairs: list[tuple[str, Any]], depth: int) -> Iterator[str]:
    indent = "\t" * depth
    for key, value in pairs:
        if isinstance(value, list):
            yield f"{indent}'{key}'(list) "
            yield from _pairs(value, depth + 1)
        elif isinstance(value, int):
            yield f"{indent}'{key}'\t{value}"
        else:
            yield f"{indent}'{key}'\t'{value}'"


def _banner(event: SiteEvent) -> Iterator[str]:
    yield f"Local time:       {_moment(event.time):%Y-%m-%dT%H:%M:%S}.000"
    yield "Application name: SIP_Server"
    yield "Application type: TServer (1)"
    yield f"Switch:           {event.site}"
    yield "Written by:       the lab of this project, in the format of a SIP Server log"
    yield ""


def _sip_message(event: SiteEvent, number: int) -> Iterator[str]:
    clock = _clock(event.time)
    yield f"{clock[:12]}: SIPTR: Received [0,UDP] 402 bytes from 10.51.167.20:5060 <<<<<"
    yield "OPTIONS sip:10.51.167.61:5060 SIP/2.0"
    yield f"Call-ID: {number:08X}-5D3A-11E9@10.51.167.20"
    yield "Content-Length: 0"
    yield ""


def _request(event: SiteEvent, number: int) -> Iterator[str]:
    clock = _clock(event.time)
    yield f"{clock[:12]} Trc 04541 RequestQueryCall received from [66] (00000e85 Desktop_EUW1 10.51.167.61:49281)"
    yield "message RequestQueryCall"
    yield f"\tAttributeReferenceID\t{number}"
    yield f"\tAttributeConnID\t{event.attributes.get('ConnID', '0000000000000000')}"
    yield f"@{clock} [0] 8.1.101.25 send_to_client: message EventACK"
    yield f"\tAttributeReferenceID\t{number}"
    yield "\tAttributeUserEvent\t0"


def _statistics(event: SiteEvent, number: int) -> Iterator[str]:
    clock = _clock(event.time)
    yield f'{clock[:12]} Int 04543 Interaction message "{event.name}" generated'
    yield f" -- {number % 5} calls in progress, 0 registrations pending"


def _nothing(event: SiteEvent, number: int) -> Iterator[str]:
    yield from ()


NOISE: tuple[Callable[[SiteEvent, int], Iterator[str]], ...] = (
    *(_nothing, _sip_message, _nothing, _statistics, _nothing, _request, _nothing),
)


def _moment(time: int) -> datetime:
    return datetime.fromtimestamp(time // 1_000_000, UTC)


def _clock(time: int) -> str:
    return f"{_moment(time):%H:%M:%S}.{time % 1_000_000 // 100:04d}"

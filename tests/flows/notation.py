"""Flow tests as a table: TLib events on the left, what EX is told on the right.

    0     call inbound          |
    0     X enters connected    |
    0     9001 enters routing   |
    1     wait                  | +X@0 +I@0
    3     queued VQ_A           | I>VQ_A +VQ_A >>VQ_A completed -I:TransferACD

Left: seconds, then what the SIP Server reports. A call other than the first has a name: `B: call consult of A`
(the first is `A`), and a site: `B: call inbound @SIPS2`. `X`, `P`, `P2` are numbers, 70xx Extensions, 90xx
Routing Points, `T1` a trunk. `wait` only lets time pass. A row's time is the server's event time; rows stand in the
order of arrival, so a late event has a smaller time than the row above it.

    call inbound|outbound|internal|unknown|consult [of CALL] [hidden] [dials N] [linked L] [@SITE]     data CODE
    DN enters STATE   DN STATE   DN leaves [Cause] [by [dn] DN]          ends [by [dn] DN] [into CALL]
    DN moves to CALL                       queued VQ[#n]   diverted VQ[#n] [to DN]   abandoned VQ[#n]   [@SITE]
    list DN... [supervisor DN] [by conn]  (participant list sent to the first DN; with the ConnID alone)
    DN login|registered AGENT   DN logout   link L  (L stands for the UUID in the ISLinkLists of both calls)

`7001#2` is another party of the same DN; `VQ_A#2` another stay on the same VQ, `VQ_A#-` one without VQID; `?` a
party without a DN, `hidden` an inbound call without ANI; a party row may end in `as AGENT` (its AgentID) or
`without DN`; `DN stands STATE` reports a party again. A party may be seen first in any row. `again`: the event of
the row above comes once more. Rows that are no event: `wait`, `lost`, `operator` (both end the conversation).

Right, in the order told; the time is the row's, or that of the row at `@t`; a row without a left side goes on with the
right side of the row above:
    +A established   +A~ established, alerting    A! answered      A= held     A/ off hold    A$ wrap-up
    A>B transfer     >>B progress                 completed failed canceled
    A?B consult      A??B its progress            done  its end    -A:Self ended, with its disconnect type
    +A{B,in} invited by B (or `-`), inbound or `out`     A>B{C} >>B{C} A?B{C} with object C: checked where it is said
Communications are named as on the left: X, I, VQ_A, 7001, P. A second one of the same name is 7001'. The agent of
7030, a DN of both SIPS1 and SIPS2, is 7130 at SIPS2.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read
from tests.flows import tally
from workflows.call.conversation import Conversation, Summary
from workflows.call.directory import Snapshot
from workflows.call.encoding import date_time
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import CallType, TlibEvent
from workflows.call.tlib_reading import read_event

START = 1_772_443_800
NO_EVENTS = ("wait", "lost", "operator")
NUMBERS = {"X": "+15550100", "P": "+15550200", "P2": "+15550201"}
STATES = {"connected": 0xC, "alerting": 0xA, "rings": 0xA, "held": 0xE, "busy": 0xB, "failed": 0xF, "answers": 0xC}
STATES |= {
    "dialing": 0x10001,
    "initiated": 0x1,
    "routing": 0x809,
    "treated": 0xA09,
    "observing": 0xAC,
    "muted": 0x2C,
    "unknown": 0,
}


def _id(text: str) -> str:
    return f"{int.from_bytes(text.encode()[-12:]):032x}".upper()[-32:]


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


MAPPING = Snapshot.model_validate(
    {
        "source_id": _uuid(1),
        "agents": {
            "A7050": {"agent": "free.seat", "user_id": _uuid(7050)},
            **{f"A{dn}": {"agent": f"a.{dn}", "user_id": _uuid(dn)} for dn in range(7001, 7005)},
        },
        "sites": [
            {
                "name": "SIPS1",
                "routing_points": ["9001", "9002"],
                "trunks": ["T1"],
                "services": ["rec"],
                "extensions": {
                    **{str(dn): {"agent": f"a.{dn}", "user_id": _uuid(dn)} for dn in range(7001, 7010)},
                    "7050": {},
                    "7051": {},
                    "7030": {"agent": "a.7030", "user_id": _uuid(7030)},
                    "7099": None,
                },
                "virtual_queues": {"VQ_A": {"queue_id": _uuid(101)}, "VQ_B": {"queue_id": _uuid(102)}, "VQ_U": {}},
            },
            {
                "name": "SIPS2",
                "routing_points": ["9101"],
                "trunks": ["T2"],
                "extensions": {
                    **{str(dn): {"agent": f"a.{dn}", "user_id": _uuid(dn)} for dn in range(7101, 7105)},
                    "7030": {"agent": "a.7130", "user_id": _uuid(7130)},
                },
                "virtual_queues": {"VQ_C": {"queue_id": _uuid(103)}},
            },
            {
                "name": "SIPS3",
                "routing_points": ["9201"],
                "trunks": ["T3"],
                "extensions": {"7201": {"agent": "a.7201", "user_id": _uuid(7201)}},
            },
            {"name": "VQS", "virtual_queues": {"VQ_D": {"queue_id": _uuid(104)}, "VQ_E": {"queue_id": _uuid(105)}}},
        ],
        "wrapup_codes": {"Sold": _uuid(201), "Info": _uuid(202)},
    }
)


@dataclass
class CallScript:
    """What the left column has said of one call."""

    uuid: str
    site: str
    parties: dict[str, str] = field(default_factory=dict)
    visits: dict[str, str] = field(default_factory=dict)


class Left:
    """Turns rows into TLib events."""

    def __init__(self) -> None:
        self.calls: dict[str, CallScript] = {}
        self._count = 0
        self._latest: TlibEvent | None = None

    def event(self, time: float, text: str) -> TlibEvent | None:
        """The event of one row; None for what is no event."""
        if text in NO_EVENTS:
            return None
        if text != "again":
            self._latest = self._new(time, text)
        return self._latest

    def _new(self, time: float, text: str) -> TlibEvent:
        found = re.fullmatch(r"(?:(\w+): )?(.+)", text)
        assert found
        name, words = found[1] or "A", found[2].split()
        if words[0] == "call":
            return self._read(time, self._created(name, words), "EventCallCreated", name)
        call = self._call(name)
        site = words.pop()[1:] if words[-1].startswith("@") else None
        without_dn, words = words[-2:] == ["without", "DN"], [w for w in words if w not in ("without", "DN")]
        agent, words = (words[-1], words[:-2]) if words[-2:-1] == ["as"] else (None, words)
        kind, attributes = self._other(call, words)
        if agent:
            attributes["AgentID"] = agent
        if without_dn:
            del attributes["DN"]
        return self._read(time, attributes, kind, name, site)

    def _read(
        self, time: float, attributes: dict[str, Any], kind: str, name: str, site: str | None = None
    ) -> TlibEvent:
        call = self.calls[name]
        micros = round(time * 1_000_000)
        attributes |= {"TimeinSecs": START + micros // 1_000_000, "TimeinuSecs": micros % 1_000_000}
        attributes = {"CallUUID": call.uuid, **attributes}
        return read_event(kind, attributes, site or call.site, ["DispositionCode"])

    def _created(self, name: str, words: list[str]) -> dict[str, Any]:
        site = next((w[1:] for w in words if w.startswith("@")), "SIPS1")
        call = self._call(name)
        attributes: dict[str, Any] = {
            "CallType": CallType[words[1].upper()].value,
            "ConnID": f"006c{list(self.calls).index(name) + 1:012x}",
        }
        if "of" in words:
            attributes["OrigCallUUID"] = self._call(words[words.index("of") + 1]).uuid
        if words[1] == "inbound":
            attributes |= {"ANI": NUMBERS["X"], "DNIS": "+15550900"}
        if "hidden" in words:
            del attributes["ANI"]
        if "dials" in words:
            attributes["DialedNumber"] = words[words.index("dials") + 1]
        if "linked" in words:
            attributes |= _link(words[words.index("linked") + 1])
        call.site = site
        return attributes

    def _call(self, name: str) -> CallScript:
        return self.calls.setdefault(name, CallScript(_id(f"call{name}"), "SIPS1"))

    def _other(self, call: CallScript, words: list[str]) -> tuple[str, dict[str, Any]]:
        match words:
            case ["data", code]:
                return "EventCallDataChanged", {"UserData": [("DispositionCode", code)]}
            case ["link", other]:
                return "EventCallDataChanged", _link(other)
            case ["ends", *rest]:
                return "EventCallDeleted", self._how(call, rest)
            case [("queued" | "diverted" | "abandoned") as what, vq, *rest]:
                return self._vq(call, what, vq, rest)
            case ["list", first, *rest, "by", "conn"]:
                conn = f"006c{list(self.calls.values()).index(call) + 1:012x}"
                return "EventUserEvent", _participants([first, *rest]) | {"CallUUID": None, "ConnID": conn}
            case ["list", first, *rest]:
                return "EventUserEvent", _participants([first, *rest])
            case [dn, "login", agent]:
                return "EventAgentLogin", {"ThisDN": dn, "AgentID": agent, "CallUUID": None}
            case [dn, "registered", agent]:
                return "EventRegistered", {"ThisDN": dn, "AgentID": agent, "CallUUID": None}
            case [dn, "logout"]:
                return "EventAgentLogout", {"ThisDN": dn, "CallUUID": None}
            case [dn, "enters", *states]:
                self._joins(call, dn)
                return "EventCallPartyAdded", self._party(call, dn) | _state(states)
            case [dn, "rings"]:
                return self._other(call, [dn, "enters", "rings"])
            case [dn, "stands", *states]:
                return "EventCallPartyAdded", self._party(call, dn) | _state(states)
            case [dn, "leaves", *rest]:
                return "EventCallPartyDeleted", self._party(call, dn) | self._how(call, rest)
            case [dn, "moves", "to", other]:
                target = self._call(other)
                moved = self._party(call, dn)
                target.parties[dn] = call.parties[dn]
                return "EventCallPartyMoved", moved | {"NewCallUUID": target.uuid}
            case [dn, *states]:
                return "EventCallPartyState", self._party(call, dn) | _state(states)
        raise AssertionError(f"not in the notation: {words}")

    def _joins(self, call: CallScript, dn: str) -> None:
        self._count += 1
        call.parties[dn] = _id(f"{call.uuid[-4:]}{dn}{self._count}")

    def _party(self, call: CallScript, dn: str) -> dict[str, Any]:
        if dn not in call.parties:
            self._joins(call, dn)
        shown = dn.partition("#")[0]
        named = {} if shown == "?" else {"DN": NUMBERS.get(shown, shown)}
        return {"PartyUUID": call.parties[dn], **named}

    def _how(self, call: CallScript, words: list[str]) -> dict[str, Any]:
        attributes: dict[str, Any] = {}
        if words[-2:-1] == ["dn"]:
            attributes["CtrlParty"] = NUMBERS.get(words[-1], words[-1])
        elif "by" in words:
            attributes["CtrlParty"] = call.parties[words[words.index("by") + 1]]
        if "into" in words:
            attributes["RefCallUUID"] = self._call(words[words.index("into") + 1]).uuid
        if words and words[0] not in ("by", "into"):
            attributes["Cause"] = words[0]
        return attributes

    def _vq(self, call: CallScript, what: str, vq: str, rest: list[str]) -> tuple[str, dict[str, Any]]:
        attributes: dict[str, Any] = {"ThisDN": vq.partition("#")[0]}
        if not vq.endswith("#-"):
            attributes["Extensions"] = [("VQID", _id(f"{call.uuid[-4:]}{vq}"))]
        if rest:
            attributes["ThirdPartyDN"] = NUMBERS.get(rest[1], rest[1])
        return f"Event{what.capitalize()}", attributes


def _link(name: str) -> dict[str, Any]:
    return {"ISLinkList": [("0", _id(f"link{name}"))]}


def _state(words: list[str]) -> dict[str, Any]:
    return {"PartyState": STATES[words[0]]} if words else {}


def _participants(dns: list[str]) -> dict[str, Any]:
    cut = dns.index("supervisor") if "supervisor" in dns else len(dns)
    pairs: list[tuple[str, Any]] = [("LCTPartiesLength", cut)]
    pairs += [(f"LCTParty{n}", NUMBERS.get(dn, dn)) for n, dn in enumerate(dns[:cut])]
    pairs += [(f"LCTSupervisor{n}", dn) for n, dn in enumerate(dns[cut + 1 :])]
    return {"ThisDN": dns[0], "Extensions": pairs}


class Right:
    """Names the communications of one conversation and writes its EX events in the notation."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._last = 0
        """Milliseconds of the event written last."""

    def write(self, told: ExEvent, wanted: str, time: float) -> str:
        """An event told in a row of that time, as exactly as the token wanted in its place says it."""
        _, marked, base = wanted.partition("@")
        self._last = max(micros(float(base or time)) // 1000, self._last + 1)
        own_time = f"@{base}" if marked else ""
        at = own_time if told.time == date_time(self._last) else f"@{told.time[17:23]}"
        return self.text(told) + (self.details(told) if "{" in wanted else "") + at

    def text(self, told: ExEvent) -> str:
        event = told.event
        name = {key: self._names.get(str(value), "") for key, value in event.items()}
        match told.array:
            case array if array.endswith("EstablishedEvents"):
                alerting = event["initialConfiguration"]["alerting"]
                return f"+{self._establish(told)}{'~' if alerting else ''}"
            case "communicationAnsweredEvents":
                return f"{name['communicationId']}!"
            case "holdUpdatedEvents":
                return f"{name['communicationId']}{'=' if event['held'] else '/'}"
            case "communicationDispositionAppliedEvents":
                return f"{name['communicationId']}$"
            case "communicationEndedEvents":
                return f"-{name['communicationId']}:{event['disconnectType']}"
            case "progressTransferEvents":
                return f">>{name['destinationCommunicationId']}"
            case "endTransferEvents":
                return str(event["finalState"]).lower()
            case "consultTransferEvents":
                return f"{name['initiatingCommunicationId']}?{name['destinationCommunicationId']}"
            case "progressConsultTransferEvents":
                return f"{name['initiatingCommunicationId']}??{name['destinationCommunicationId']}"
            case "endConsultTransferEvents":
                return "done"
            case "routingTransferEvents" | "userTransferEvents" | "phoneTransferEvents":
                return f"{name['initiatingCommunicationId']}>{self._target(event)}"
        raise AssertionError(f"unknown array {told.array}")

    def details(self, told: ExEvent) -> str:
        """Who invited and the direction, or the object; empty when the event has neither."""
        if initial := told.event.get("initialConfiguration"):
            inviting = self._names.get(initial.get("invitedBy", ""), "-")
            return f"{{{inviting},{'in' if initial['inbound'] else 'out'}}}"
        moved = told.event.get("objectCommunicationId")
        return f"{{{self._names[moved]}}}" if moved else ""

    def _establish(self, told: ExEvent) -> str:
        event = told.event
        name = self._target(event | {"array": told.array})
        while name in self._names.values():
            name += "'"
        self._names[event["communicationId"]] = name
        return name

    def _target(self, event: dict[str, Any]) -> str:
        user = event.get("userId") or event.get("destinationUserId")
        queue = event.get("queueId") or event.get("destinationQueueId")
        number = event.get("phoneNumber") or event.get("destinationPhoneNumber")
        if user:
            return str(int(user[-12:]))
        if queue:
            return ("VQ_A", "VQ_B", "VQ_C", "VQ_D", "VQ_E")[int(queue[-12:]) - 101]
        if number:
            shown = {value: key for key, value in NUMBERS.items()} | {"anonymous": "P"}
            return shown.get(str(number), str(number))
        return {"i": "I", "e": "X", "p": "P"}[str(event["array"])[0]]


def rows(table: str) -> list[tuple[float, str, list[str]]]:
    """Per row its time, its left side and the tokens of its right side."""
    found: list[tuple[float, str, list[str]]] = []
    for line in filter(str.strip, table.splitlines()):
        left, _, right = line.partition("|")
        time, _, what = left.strip().partition(" ")
        if time:
            found.append((float(time), what.strip(), right.split()))
        else:
            found[-1][2].extend(right.split())
    return found


def told_by(table: str, options: Options | None = None) -> tuple[list[str], list[str], Summary]:
    """Run a table's left side: what was told, what the right side expects, and what became of the call.

    Each row is written as `time left | right`; a told event is marked `@t` when its time is not the row's.
    The strict EX Org must take everything. After each row the conversation is dumped and loaded, as by a
    continue-as-new: nothing of it may be lost, nor anything be told that was to be told in the row.
    """
    left, right, org = Left(), Right(), ExOrg()
    conversation: Conversation | None = None
    expected, actual = [], []
    for time, what, tokens in rows(table):
        event = left.event(time, what)
        if conversation is None:
            assert event is not None
            assert event.call is not None
            conversation = Conversation(event.call, options or Options())
        if what in ("lost", "operator"):
            told = conversation.tick(micros(time)) + conversation.end(what, micros(time))
        elif event is None:
            told = conversation.tick(micros(time))
        else:
            conversation.learn({key: MAPPING.answer(key) for key in conversation.keys(event)})
            told = conversation.step(event)
        conversation = Conversation.load(conversation.call, options or Options(), conversation.dump())
        assert conversation.closed or not conversation.scene.tell.out, "more was to be told"
        seen = []
        for token, each in zip([*tokens, *["?"] * len(told)], told, strict=False):
            seen.append(right.write(each, token, time))
            org.take(read(json.dumps({each.array: [each.event]}).encode()), "lab")
        expected.append(f"{time} {what} | {' '.join(tokens)}")
        actual.append(f"{time} {what} | {' '.join(seen)}")
    assert conversation is not None
    assert not org.refused, [refusal.reason for refusal in org.refused]
    summary = conversation.summary()
    assert summary.outcome == "open" or not org.open, "a conversation stayed open in EX"
    return actual, expected, summary


def micros(time: float) -> int:
    """Event time of a row's seconds, microseconds since 1970."""
    return START * 1_000_000 + round(time * 1_000_000)


def check(table: str, outcome: str = "completed", flow: str | None = None, violation: str | None = None) -> None:
    """Assert that a table's right side is what its left side tells, and what becomes of the call."""
    actual, expected, summary = told_by(table)
    assert actual == expected, "\n".join(actual)
    assert (summary.outcome, summary.flow, summary.violation) == (outcome, flow, violation), summary
    tally.checked(flow, violation)

"""Tables of several calls: the same notation, run through the linker and every conversation it leads to.

The rows on the left are those of `notation`; here every call finds its conversation as in the product: consult calls,
legs on other sites and merged calls go to their root's, others open one of their own, logins reach the calls of their
DN. `operator` and `lost` are no rows here: `silence` says after how many seconds of silence a call is lost, and a row
`snapshot @SIPS1 of A C` that this site has reported all its calls, which are A and C.

    10   B: 7001 answers       | B:+X@9 B:+7001~@9 B:-X:System>A

What the conversation of call `A` tells has no prefix, that of another root has the root's name. `-X:System>A`: ended
because its parties go on in the conversation of A. `dropped`: an event that no conversation took. A row `finish` at the
end tells what comes after the last event, when every wait is over.
"""

import json
import re
from collections.abc import Iterator

from deploy.lab.ex_org_rules import ExOrg
from deploy.lab.ex_org_schema import read
from tests.flows import tally
from tests.flows.notation import MAPPING, NO_EVENTS, Left, Right, micros, rows
from workers.replay.replayed_calls import Ended, Lost, Record, ReplayedCalls, Step
from workflows.call.encoding import identifier
from workflows.call.scene import Options
from workflows.call.telling import ExEvent
from workflows.call.tlib import TlibEvent
from workflows.call.tlib_reading import read_event
from workflows.linking.entries import SnapshotEnded


class _Table:
    """A table on its way: what each conversation told, in the notation."""

    def __init__(self, silence: float) -> None:
        self.left, self.org = Left(), ExOrg()
        self.calls = ReplayedCalls(MAPPING, Options(), silence)
        self.ended: dict[str, str] = {}
        """By root's name: its outcome, flow and violation."""
        self._rights: dict[str, Right] = {}

    def row(self, time: float, what: str, wanted: list[str]) -> list[str]:
        """The tokens of one row."""
        tokens: list[str] = []
        for record in self._records(time, what):
            if isinstance(record, Lost):
                tokens.append("dropped")
            elif isinstance(record, Ended) and record.stands:
                self.ended[self._name(record.call)] = _outcome(record)
            elif isinstance(record, Step):
                for told in record.told:
                    token = wanted[len(tokens)] if len(tokens) < len(wanted) else "?"
                    tokens.append(self._token(record.call, told, token, time))
        return tokens

    def _records(self, time: float, what: str) -> Iterator[Record]:
        if what == "finish":
            return self.calls.finish()
        if what.startswith("snapshot "):
            site, *names = what.removeprefix("snapshot @").replace(" of ", " ").split()
            known = [self.left.calls[name].uuid for name in names]
            return self.calls.compare(SnapshotEnded.of(site, micros(time), micros(time), known))
        assert what not in NO_EVENTS or what == "wait", f"{what}: not a row of linked tables"
        return self.calls.take(self.left.event(time, what) or _clock(time))

    def _token(self, root: str, told: ExEvent, wanted: str, time: float) -> str:
        self.org.take(read(json.dumps({told.array: [told.event]}).encode()), "lab")
        name = self._name(root)
        goes_on = told.event.get("destinationConversationId")
        into = next((f">{n}" for n, c in self.left.calls.items() if identifier(c.uuid, "conversation") == goes_on), "")
        text = self._rights.setdefault(root, Right()).write(told, wanted, time)
        before, at, mark = text.partition("@")
        return ("" if name == "A" else f"{name}:") + before + into + at + mark

    def _name(self, root: str) -> str:
        return next(name for name, call in self.left.calls.items() if call.uuid == root)


def _clock(time: float) -> TlibEvent:
    """An event that nobody needs: it only moves time on."""
    seconds, rest = divmod(micros(time), 1_000_000)
    attributes: dict[str, str | int] = {"ThisDN": "nobody's", "TimeinSecs": seconds, "TimeinuSecs": rest}
    return read_event("EventAgentLogout", attributes, "SIPS1", ())


def _outcome(ended: Ended) -> str:
    summary = ended.summary
    words = ["merged" if ended.merged else summary.outcome, summary.flow, summary.violation]
    return " ".join(filter(None, words))


def check(table: str, *, silence: float = 3600, **outcomes: str) -> None:
    """Assert that a table's right side is what its left side tells, and what becomes of each conversation.

    `outcomes`, by the root's name: outcome, flow and violation, e.g. `A="completed F05", B="ignored V6"`; `merged` for
    one that told something and went on in another. The strict EX Org must take everything. A leg on another site may
    have any call type there (assumption): a table with an inbound one must hold with others, too.
    """
    lines = rows(table)
    if lines[-1][1] != "finish":
        lines.append((lines[-1][0], "finish", []))
    for lefts in sorted(_legs_of_any_type(tuple(what for _, what, _ in lines))):
        _check([(time, left, tokens) for left, (time, _, tokens) in zip(lefts, lines, strict=True)], silence, outcomes)
    for text in outcomes.values():
        tally.checked(*text.split())


def _check(lines: list[tuple[float, str, list[str]]], silence: float, outcomes: dict[str, str]) -> None:
    run = _Table(silence)
    expected = [f"{time} {what} | {' '.join(tokens)}" for time, what, tokens in lines]
    actual = [f"{time} {what} | {' '.join(run.row(time, what, tokens))}" for time, what, tokens in lines]
    assert actual == expected, "\n".join(actual)
    assert run.ended == outcomes, run.ended
    assert not run.org.refused, [refusal.reason for refusal in run.org.refused]
    assert any(text.startswith("open") for text in outcomes.values()) or not run.org.open, "a conversation stayed open"


def _legs_of_any_type(lefts: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The left sides; with other sites' calls reported as internal; with those of consult calls as consult calls."""
    split = [what.rpartition(": ")[::2] for what in lefts]
    links: dict[str, set[str]] = {}
    for name, what in split:
        if found := re.search(r"\blink(?:ed)? (\w+)", what):
            links.setdefault(name, set()).add(found[1])
    consults = [name for name, what in split if what.startswith("call consult of ")]
    internal, consult = list(lefts), list(lefts)
    for row, (name, what) in enumerate(split):
        if name and re.match("call inbound linked .*@", what):
            internal[row] = lefts[row].replace("call inbound", "call internal")
            if any(links[name] & links.get(each, set()) for each in consults):
                consult[row] = lefts[row].replace("call inbound", "call consult")
                consults.append(name)
    return {lefts, tuple(internal), tuple(consult)}

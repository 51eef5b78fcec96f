"""How a call shows in the Temporal UI (Markdown) and to the query `conversation` (data). Never a caller's number."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from workflows.call.calls import Party
from workflows.call.communications import Communication, Mode
from workflows.call.conversation import Conversation
from workflows.call.encoding import date_time
from workflows.call.items import Item, Lost, Merged, SecondCall
from workflows.call.telling import ExEvent
from workflows.call.tlib import PartyPhase
from workflows.call_view import View


def heard_line(item: Item) -> str:
    """One line for what the linker sent."""
    if isinstance(item, Merged):
        return f"{clock(item.time)} merged into call {item.into}"
    if isinstance(item, SecondCall):
        there = f"is in call {item.other} too" if item.other else "is in no other call any more"
        return f"{clock(item.time)} the agent on DN {item.dn} {there}"
    if isinstance(item, Lost):
        return f"{clock(item.time)} call {item.call} is lost"
    state = item.phase.name.lower() if item.phase else ""
    place = item.dn if item.event in ("EventQueued", "EventDiverted", "EventUserEvent") else ""
    return f"{clock(item.time)} {item.site} {item.event} {place or ''} {state}".rstrip()


def told_line(told: ExEvent) -> str:
    """One line for an EX event."""
    how = told.event.get("disconnectType") or told.event.get("finalState") or ""
    return f"{told.time[11:23]} {told.array.removesuffix('Events')} {how}".rstrip()


def refused_line(refused: ExEvent, message: str) -> str:
    """One line for an event EX refused. `message`: EX's own, without a number."""
    return f"{told_line(refused)} `{refused.event_id}`: {message}"


def clock(time: int) -> str:
    return date_time(time // 1000)[11:23]


def markdown(conversation: Conversation, pending: int, view: View) -> str:
    """The call at a glance: mode, communications, parties, what was heard and told last, what is pending."""
    state, summary = conversation.state, conversation.summary()
    lines = [f"**{summary.outcome}** · mode {state.mode.value} · flow {summary.flow or '–'}"]
    if state.violation or state.reason:
        lines.append(f"**{state.violation or ''}** {state.reason or ''}".strip())
    lines += ["", f"conversation `{summary.conversation_id}` · {summary.events} events told, {pending} pending", ""]
    if view.unreadable:
        lines += [f"**{view.unreadable} signalled events could not be read**", ""]
    lines += _refused(view.refused, state.mode is Mode.REFUSED)
    bars = state.told.communications.values()
    lines += _list("Communications", [f"**{_name(who)}** since {clock(who.since)}: {_state(who)}" for who in bars])
    lines += _list("Parties", [_party(conversation, party) for party in state.topology.parties.values()])
    if conversation.deadline is not None:
        lines += [f"Waits until {clock(conversation.deadline)} (event time) for events of other feeds and sites.", ""]
    lines += _list("Heard last", view.heard)
    lines += _list("Told last", view.told)
    return "\n".join(lines)


def _refused(refused: list[str], cut_off: bool) -> list[str]:
    """What EX refused, what that means for the call, and what to do."""
    if not refused:
        return []
    means = (
        "Later events build on it, so what EX knew of the conversation was ended and nothing more is told."
        if cut_off
        else "Nothing builds on it: the rest of the conversation is told as usual."
    )
    advice = (
        "Nothing is to be done for this call. So that the next ones are told: look whether the ids that EXCS gives "
        "(source, users, queues, wrap-up codes) exist in the EX Org; if they do, this shows an error of ours."
    )
    return [*_list("Refused by EX", refused), means, advice, ""]


def _list(title: str, items: Iterable[str]) -> list[str]:
    lines = [f"- {item}" for item in items]
    return [f"### {title}", "", *lines, ""] if lines else []


def _party(conversation: Conversation, party: Party) -> str:
    return f"{conversation.scene.place(party)}, call …{party.call[-6:]}: {_phase(party)}"


def _phase(party: Party) -> str:
    if not party.live:
        return "gone"
    return PartyPhase(party.phase).name.lower() if party.phase is not None else "state unknown"


def data(conversation: Conversation, pending: int, view: View) -> dict[str, Any]:
    """The same as data: summary, communications, parties, calls, what was heard and told last, what is pending."""
    state = conversation.state
    return {
        **asdict(conversation.summary()),
        "mode": state.mode.value,
        "closed": state.closed,
        "pending": pending,
        "refused": view.refused,
        "unreadable": view.unreadable,
        "late": view.late,
        "communications": [
            {"id": who.id, "kind": who.kind.value, "name": _name(who), "since": date_time(who.since // 1000)}
            | {"state": _state(who), "held": who.held}
            for who in state.told.communications.values()
        ],
        "parties": [
            {"call": party.call, "place": conversation.scene.place(party), "state": _phase(party)}
            for party in state.topology.parties.values()
        ],
        "waitsUntil": date_time(conversation.deadline // 1000) if conversation.deadline is not None else None,
        "heard": view.heard,
        "told": view.told,
        "calls": [
            {"call": call.uuid, "site": call.site, "connId": call.conn, "ended": not call.live}
            for call in state.topology.calls.values()
        ],
    }


def _name(who: Communication) -> str:
    return f"{who.kind.value} {who.name}".rstrip()


def _state(who: Communication) -> str:
    if who.ended_at is not None:
        return f"ended {clock(who.ended_at)} {who.disconnect}"
    return "alerting" if who.alerting else ("held" if who.held else "connected")

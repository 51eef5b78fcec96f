"""How a call shows in the Temporal UI (Markdown) and to the query `conversation` (data). Never a caller's number."""

from dataclasses import asdict
from typing import Any

from workflows.call.communications import Communication
from workflows.call.conversation import Conversation
from workflows.call.encoding import date_time
from workflows.call.telling import ExEvent
from workflows.call.tlib import PartyPhase, TlibEvent


def event_line(event: TlibEvent) -> str:
    """One line for a TLib event."""
    state = event.phase.name.lower() if event.phase else ""
    place = event.dn if event.event in ("EventQueued", "EventDiverted", "EventUserEvent") else ""
    return f"{clock(event.time)} {event.site} {event.event} {place or ''} {state}".rstrip()


def told_line(told: ExEvent) -> str:
    """One line for an EX event."""
    how = told.event.get("disconnectType") or told.event.get("finalState") or ""
    return f"{told.time[11:23]} {told.array.removesuffix('Events')} {how}".rstrip()


def clock(time: int) -> str:
    return date_time(time // 1000)[11:23]


def markdown(conversation: Conversation, heard: list[str], told: list[str], pending: int, refused: list[str]) -> str:
    """The call at a glance: mode, communications, parties, what was heard and told last, what is pending."""
    state, summary = conversation.state, conversation.summary()
    lines = [f"**{summary.outcome}** · mode {state.mode.value} · flow {summary.flow or '–'}"]
    if state.violation or state.reason:
        lines.append(f"**{state.violation or ''}** {state.reason or ''}".strip())
    lines += ["", f"conversation `{summary.conversation_id}` · {summary.events} events told, {pending} pending", ""]
    if refused:
        lines += ["**Refused by EX:**", *(f"- {text}" for text in refused), ""]
    lines += ["| communication | since | state |", "|---|---|---|"]
    lines += [f"| {_name(who)} | {clock(who.since)} | {_state(who)} |" for who in state.told.communications.values()]
    lines += ["", "| party | call | state |", "|---|---|---|"]
    for party in state.topology.parties.values():
        phase = "gone" if party.gone_at else (PartyPhase(party.phase).name.lower() if party.phase is not None else "?")
        lines.append(f"| {conversation.scene.place(party)} | …{party.call[-6:]} | {phase} |")
    if conversation.deadline is not None:
        lines += ["", f"waits until {clock(conversation.deadline)} (event time)"]
    lines += ["", "**Heard last**", *(f"- {text}" for text in heard), "", "**Told last**", *(f"- {t}" for t in told)]
    return "\n".join(lines)


def data(conversation: Conversation, pending: int, refused: list[str]) -> dict[str, Any]:
    """The conversation as data: the summary, its communications and calls."""
    state = conversation.state
    return {
        **asdict(conversation.summary()),
        "mode": state.mode.value,
        "closed": state.closed,
        "pending": pending,
        "refused": refused,
        "communications": [
            {"id": who.id, "kind": who.kind.value, "name": _name(who), "since": date_time(who.since // 1000)}
            | {"state": _state(who), "held": who.held}
            for who in state.told.communications.values()
        ],
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

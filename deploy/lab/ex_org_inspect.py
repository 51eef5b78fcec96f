"""What the lab and its tests may see of the EX Org: read-only JSON values, with names for people."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from deploy.lab.ex_org_conversation import Communication, Conversation, Kind, State
from deploy.lab.ex_org_rules import ExOrg
from workflows.call.directory import Snapshot


@dataclass(frozen=True)
class Names:
    """Names of EX objects by their ids; an id without one stands for itself."""

    users: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Snapshot) -> Self:
        """Agents' names, Virtual Queues and wrap-up values of an EXCS mapping."""
        seats = [seat for site in mapping.sites for seat in site.extensions.values() if seat]
        users = {entry.user_id: entry.agent for entry in mapping.agents.values() if entry.agent}
        users |= {seat.user_id: seat.agent for seat in seats if seat.user_id and seat.agent}
        queues = {q.queue_id: vq for site in mapping.sites for vq, q in site.virtual_queues.items() if q and q.queue_id}
        return cls(users, queues, {code: value for value, code in mapping.wrapup_codes.items()})

    def communication(self, communication: Communication) -> str:
        event = communication.established
        match communication.kind:
            case Kind.USER:
                return self.users.get(event["userId"], str(event["userId"]))
            case Kind.QUEUE:
                return self.queues.get(event["queueId"], str(event["queueId"]))
            case Kind.IVR:
                return str(event.get("ivrName") or event.get("ivrPhoneNumber") or "IVR")
            case Kind.PHONE:
                return str(event.get("phoneNumber") or event.get("dnis") or "number")
            case Kind.EXTERNAL:
                inbound = event["initialConfiguration"].get("inbound", True)
                own = ("aniName", "ani") if inbound else ("dnisName", "dnis")
                return next((str(event[name]) for name in own if event.get(name)), "number withheld")


def counts(org: ExOrg, statuses: Counter[int]) -> dict[str, Any]:
    """The EX Org in figures. `requests` are those to the injection API, by HTTP status in `by_status`."""
    return {
        "requests": statuses.total(),
        "by_status": {str(status): n for status, n in sorted(statuses.items())},
        "taken": len(org.taken),
        "repeated": org.repeated,
        "refused": len(org.refused),
        "conversations": len(org.conversations),
        "open": len(org.open),
    }


def summaries(org: ExOrg, names: Names) -> list[dict[str, Any]]:
    """All conversations, newest first."""
    newest_first = sorted(org.conversations.values(), key=lambda c: c.started or "", reverse=True)
    return [_summary(org, conversation, names) for conversation in newest_first]


def detail(org: ExOrg, conversation: Conversation, names: Names) -> dict[str, Any]:
    """One conversation with its communications, moves, and every event in order."""
    return _summary(org, conversation, names) | {
        "communications": [_communication(c, names) for c in conversation.communications.values()],
        "transfers": [asdict(transfer) for transfer in conversation.transfers.values()],
        "consults": [asdict(consult) for consult in conversation.consults],
        "events": [asdict(taken) for taken in org.events_of(conversation.id)],
        "refused": [asdict(refusal) for refusal in org.refusals_of(conversation.id)],
    }


def _summary(org: ExOrg, conversation: Conversation, names: Names) -> dict[str, Any]:
    ends = [c.states[-1][0] for c in conversation.communications.values() if not c.live]
    return {
        "conversationId": conversation.id,
        "interactionId": conversation.interaction_id,
        "started": conversation.started,
        "ended": max(ends) if conversation.ended else None,
        "live": len(conversation.live),
        "parties": [{"kind": c.kind, "name": names.communication(c)} for c in conversation.communications.values()],
        "taken": len(org.events_of(conversation.id)),
        "refusals": len(org.refusals_of(conversation.id)),
    }


def _communication(communication: Communication, names: Names) -> dict[str, Any]:
    configuration = communication.established["initialConfiguration"]
    answered = next((time for time, state in communication.states if state is State.CONNECTED), None)
    code = communication.wrapup_code
    return {
        "id": communication.id,
        "kind": communication.kind,
        "name": names.communication(communication),
        "inbound": configuration.get("inbound"),
        "invitedBy": configuration.get("invitedBy"),
        "states": [{"at": time, "state": state} for time, state in communication.states],
        "answered": answered,
        "disconnectType": communication.disconnect_type,
        "wrapup": names.codes.get(code, code) if code else None,
    }

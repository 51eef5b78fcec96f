"""Who is who in a conversation: what a party or a Virtual Queue means to EX (flows.md, Who is who)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from workflows.call.calls import Call, Party, Visit
from workflows.call.directory import NOT_MAPPED, Directory, Role, agent_key

_NUMBER = re.compile(r"\+\d+|\d{4,}")


class Who(StrEnum):
    """What a party is to EX."""

    USER = "user"
    """A mapped, logged-in agent on an Extension."""
    UNSEATED = "unseated"
    """An Extension without such an agent: nothing is told of it; when it answers or dials, EX cannot hold the call."""
    IVR = "ivr"
    EXTERNAL = "external"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a party is; parties with an equal key are one communication."""

    who: Who
    key: str
    name: str = ""
    """For people: an agent's name, a Routing Point's DN. Never a caller's number."""
    user_id: str | None = None


def identify(party: Party, call: Call | None, directory: Directory, way: bool = False) -> Identity:
    """Who a party is, by its DN's role and the agent on it.

    `way`: it only stands for the way to another site, so it is nobody.
    """
    if way:
        return Identity(Who.NOBODY, party.uuid)
    if party.dn is None or party.dn == "anonymous":
        return Identity(Who.EXTERNAL, party.uuid)
    answer = directory.dn(party.site, party.dn)
    if answer.role == Role.EXTENSION:
        return _on_extension(party, directory)
    if answer.role == Role.ROUTING_POINT:
        return Identity(Who.IVR, "ivr", party.dn)
    if answer.role == Role.TRUNK:
        return Identity(Who.EXTERNAL, party.uuid)
    if answer.role == Role.UNLISTED and _is_number(party.dn, call):
        return Identity(Who.EXTERNAL, f"number {party.dn}")
    return Identity(Who.NOBODY, party.dn)


def queue_id(visit: Visit, directory: Directory) -> str | None:
    """The EX queue of a Virtual Queue; None when EXCS does not map it."""
    return directory.dn(visit.site, visit.vq).queue_id


def _on_extension(party: Party, directory: Directory) -> Identity:
    answer = directory.dn(party.site, party.dn or "")
    if answer.seat and party.agent is not None:
        answer = directory[agent_key(party.agent)] if party.agent else NOT_MAPPED
    if answer.user_id is None:
        return Identity(Who.UNSEATED, f"dn {party.site} {party.dn}", party.dn or "")
    return Identity(Who.USER, f"user {answer.user_id}", answer.agent or party.dn or "", answer.user_id)


def _is_number(dn: str, call: Call | None) -> bool:
    return bool(_NUMBER.fullmatch(dn)) or (call is not None and dn in (call.ani, call.dnis, call.dialed))

"""Who is who: the answers of EXCS that the call model works with.

A `Snapshot` is the whole mapping of a contact center (the mapping file, or EXCS's snapshot, have its shape). A
`Directory` holds the answers one conversation has got so far; the first answer for a key stands for the conversation.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Role(StrEnum):
    """What a DN is, in the words of the mapping file."""

    EXTENSION = "extension"
    ROUTING_POINT = "routing_point"
    TRUNK = "trunk"
    SERVICE = "service"
    VIRTUAL_QUEUE = "virtual_queue"
    UNLISTED = "unlisted"


class Answer(BaseModel):
    """EXCS's answer to one key. Fields that do not apply are None. Unmapped is an answer, unreachable is not."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: str | None = None
    """Of a DN: its Role. A string on the wire, so that a newer EXCS's role does not break a call."""
    site: str | None = None
    """Of a DN: the site that has it."""
    seat: bool = False
    """Of an Extension: False when an agent never works there (`null` in the mapping)."""
    agent: str | None = None
    """Name of the agent, for people."""
    user_id: str | None = None
    """EX user id of the agent."""
    queue_id: str | None = None
    """EX queue id of a Virtual Queue; None when EXCS does not map it."""
    code_id: str | None = None
    """EX wrap-up code id."""


NOT_MAPPED = Answer(role=Role.UNLISTED)


def dn_key(site: str, dn: str) -> str:
    return f"dn|{site}|{dn}"


def agent_key(agent_id: str) -> str:
    return f"agent|{agent_id}"


def wrapup_key(value: str) -> str:
    return f"wrapup|{value}"


SOURCE_KEY = "source"
"""Key of the EX source id; its answer is in `code_id`."""


class AgentEntry(BaseModel):
    """An agent that EXCS maps to an EX user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str = ""
    user_id: str = Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


class Seat(BaseModel):
    """An Extension: with a fixed agent, or `{}` for one where agents log in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str | None = None
    user_id: str | None = Field(None, pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


class QueueEntry(BaseModel):
    """A Virtual Queue; `{}` or no `queue_id` for one that EXCS does not map."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    queue_id: str | None = Field(None, pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


class Site(BaseModel):
    """The DNs of one SIP Server's switch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    routing_points: tuple[str, ...] = ()
    trunks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    extensions: Mapping[str, Seat | None] = {}
    virtual_queues: Mapping[str, QueueEntry | None] = {}

    def answer(self, dn: str) -> Answer | None:
        """What this site says of a DN; None when it has no such DN."""
        if dn in self.extensions:
            seat = self.extensions[dn]
            if seat is None:
                return Answer(role=Role.EXTENSION, site=self.name)
            return Answer(role=Role.EXTENSION, site=self.name, seat=True, agent=seat.agent, user_id=seat.user_id)
        if dn in self.virtual_queues:
            queue = self.virtual_queues[dn]
            return Answer(role=Role.VIRTUAL_QUEUE, site=self.name, queue_id=queue.queue_id if queue else None)
        for role, dns in (
            (Role.ROUTING_POINT, self.routing_points),
            (Role.SERVICE, self.services),
            (Role.TRUNK, self.trunks),
        ):
            if dn in dns:
                return Answer(role=role, site=self.name)
        return None


class Snapshot(BaseModel):
    """The whole mapping: the mapping file's content, and the body of EXCS's snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source_id: str = Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
    agents: Mapping[str, AgentEntry] = {}
    sites: tuple[Site, ...] = Field(min_length=1)
    wrapup_codes: Mapping[str, str] = {}

    def answer(self, key: str) -> Answer:
        """The answer to a key of `dn_key`, `agent_key`, `wrapup_key` or `SOURCE_KEY`; NOT_MAPPED when it has none."""
        kind, _, rest = key.partition("|")
        if kind == "dn":
            site, _, dn = rest.partition("|")
            return self._dn(site, dn)
        if kind == "agent" and rest in self.agents:
            entry = self.agents[rest]
            return Answer(agent=entry.agent, user_id=entry.user_id)
        if kind == "wrapup" and rest in self.wrapup_codes:
            return Answer(code_id=self.wrapup_codes[rest])
        if kind == SOURCE_KEY:
            return Answer(code_id=self.source_id)
        return NOT_MAPPED

    def _dn(self, site: str, dn: str) -> Answer:
        """Own site first, then any other site that alone has it (flows.md, Who is who)."""
        own = next((s.answer(dn) for s in self.sites if s.name == site), None)
        if own is not None:
            return own
        others = [answer for s in self.sites if s.name != site and (answer := s.answer(dn)) is not None]
        return others[0] if len(others) == 1 else NOT_MAPPED


class Directory:
    """The answers a conversation has got so far."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self._answers = dict(answers or {})

    def missing(self, keys: Iterable[str]) -> list[str]:
        """The keys not answered yet, in order, each once."""
        return [key for key in dict.fromkeys(keys) if key not in self._answers]

    def learn(self, answers: Mapping[str, Answer]) -> None:
        """Take answers; one that is there already stands."""
        for key, answer in answers.items():
            self._answers.setdefault(key, answer)

    def __getitem__(self, key: str) -> Answer:
        return self._answers.get(key, NOT_MAPPED)

    def dn(self, site: str, dn: str) -> Answer:
        return self[dn_key(site, dn)]

    def answers(self) -> dict[str, Answer]:
        """All answers, by key."""
        return dict(self._answers)

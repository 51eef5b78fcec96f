"""The rules of telling, by name: which of them told an event, and why (flows.md, Rules for every event and Moves).

Every event told carries the name of its rule. It stays in this process: `excp explain` and the page of
`excp replay` show it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Rule(StrEnum):
    """What a rule is called for people."""

    OPENED_AT_QUEUE = "opened at a queue"
    OPENED_AT_AGENT = "opened at an agent"
    OPENED_IN_IVR = "opened in the IVR"
    OPENED_BY_AGENT = "opened by a dialling agent"
    DIALLED_ANSWERED = "dialled party answered"
    TO_QUEUE = "went to a queue"
    QUEUE_TO_QUEUE = "queue to queue"
    DELIVERING_QUEUE = "another queue delivers"
    TO_IVR = "went to an IVR"
    OFFERED = "offered"
    JOINED = "joined without a transfer"
    REACHED = "answered"
    NOT_REACHED = "not answered"
    NO_NUMBER = "way to another site"
    CANCELED = "hung up while it rang"
    LEFT_ALONE = "nobody took the call"
    FINISHED = "call is over"
    CONSULT_BEGAN = "consult began"
    CONSULT_OF_QUEUE = "consult of a queue"
    CONSULT_ANSWERED = "consulted party answered"
    CONSULT_COMPLETED = "consult completed"
    CONSULT_GIVEN_UP = "consult given up"
    CALLER_LEFT_CONSULT = "caller left the consult"
    HOLD = "hold"
    WRAP_UP = "wrap-up"
    SUSPENDED = "suspended"
    MERGED = "leg of another call"
    ENDED_BY_FORCE = "ended from outside"
    REFUSED = "refused by EX"


RULES: Mapping[str, str] = MappingProxyType(
    {
        Rule.OPENED_AT_QUEUE: "A conversation opens when two communications are known: here the caller and the first "
        "mapped Virtual Queue, each with its own time.",
        Rule.OPENED_AT_AGENT: "A conversation opens when two communications are known: here the caller and the agent "
        "or number that rings or talks.",
        Rule.OPENED_IN_IVR: "A Routing Point is an IVR when the call stays on it for IVR_AFTER or ends on it, with no "
        "queue, agent or number in that time; the conversation opens with caller and IVR.",
        Rule.OPENED_BY_AGENT: "An outbound call opens with the agent who dials and the party that is dialled.",
        Rule.DIALLED_ANSWERED: "A dialled party is established alerting and answered when its party connects.",
        Rule.TO_QUEUE: "A call that is with nobody, in the IVR, or let go by whoever had it moves to the mapped "
        "Virtual Queue it stands on.",
        Rule.QUEUE_TO_QUEUE: "Off one Virtual Queue and on another without a delivery: a move from queue to queue.",
        Rule.DELIVERING_QUEUE: "On several Virtual Queues only one is told; when another one delivers the call, the "
        "move to that one is told first.",
        Rule.TO_IVR: "A call that an agent let go and that stays on a Routing Point for IVR_AFTER is in an IVR; EX has "
        "no transfer event for it.",
        Rule.OFFERED: "A party that rings, or talks already, is offered the call by whoever has it: transfer, "
        "established, progress. The queue keeps the caller until the answer.",
        Rule.JOINED: "Nobody has the call, so whoever joins is established without a transfer.",
        Rule.REACHED: "The target of a move answered: the transfer is completed, whoever was left has ended.",
        Rule.NOT_REACHED: "The target of a move did not answer, or somebody else did: the transfer failed, the caller "
        "stays where they were.",
        Rule.NO_NUMBER: "An IS-Link that came late shows that a number is the way to another site: it has ended, and "
        "whoever is on that site has the call.",
        Rule.CANCELED: "The call ended while the target of a move rang: the transfer is canceled.",
        Rule.LEFT_ALONE: "Whoever had the call let it go and nobody came for as long as SETTLE: the caller is alone.",
        Rule.FINISHED: "The caller has gone or every main call has ended: all who left with it have ended, who hung up "
        "first.",
        Rule.CONSULT_BEGAN: "An agent of the call calls somebody in a consult call: established and consultTransfer.",
        Rule.CONSULT_OF_QUEUE: "The consult call stands on a mapped Virtual Queue: that queue is consulted.",
        Rule.CONSULT_ANSWERED: "The consulted party answered: progressConsultTransfer.",
        Rule.CONSULT_COMPLETED: "The agent who consulted has left both calls: the caller goes on with the consulted "
        "party, or waits in its queue or ring.",
        Rule.CONSULT_GIVEN_UP: "The consulted party has gone and the agent is back with the caller.",
        Rule.CALLER_LEFT_CONSULT: "The caller hung up during the consult: it has ended, the two others talk on.",
        Rule.HOLD: "An agent's own party is held or retrieved.",
        Rule.WRAP_UP: "The wrap-up value of the call's user data, as EXCS maps it, goes to the agent who has or last "
        "had the call.",
        Rule.SUSPENDED: "After a violation only ends are told, when the matching party leaves; nobody is left alone.",
        Rule.MERGED: "The call turned out to be a leg of another conversation, in which its parties go on.",
        Rule.ENDED_BY_FORCE: "Ended by an operator or lost: everything still open is ended.",
        Rule.REFUSED: "EX refused an event for good that others build on: everything it knows is ended.",
    }
)
"""One sentence per rule."""

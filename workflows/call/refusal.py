"""EX refused an event for good: what is still to be told so that nothing stays open there.

Events that build on a refused one would be refused as well, and a conversation with a hole in it says what never was.
So what EX knows is ended, and nothing more is told. An end that is refused itself is not repeated.
"""

from collections.abc import Sequence

from workflows.call.afterwards import end_all
from workflows.call.encoding import ENDED, is_built_on, is_established
from workflows.call.rules import Rule
from workflows.call.scene import Scene
from workflows.call.telling import ExEvent

UNKNOWN = "never known to EX"
"""Instead of a disconnectType, for a communication whose established event EX does not have."""


def breaks(refused: Sequence[ExEvent]) -> bool:
    """Whether the conversation cannot go on in EX without one of these."""
    return any(map(is_built_on, refused))


def last_ends(scene: Scene, refused: Sequence[ExEvent], unsent: Sequence[ExEvent]) -> list[ExEvent]:
    """The ends of all that EX knows: those not sent yet, then of what is still open.

    `unsent`: what was told and EX has not been sent, or has not taken.
    """
    unknown = {told.event["communicationId"] for told in (*refused, *unsent) if is_established(told)}
    for identifier in unknown:
        who = scene.told[identifier]
        who.ended_at, who.disconnect = scene.now, UNKNOWN
    ends = [told for told in unsent if told.array == ENDED and told.event["communicationId"] not in unknown]
    scene.tell.out, scene.tell.cause, scene.tell.seen = [], None, None
    scene.note(Rule.REFUSED)
    end_all(scene, scene.now)
    return ends + scene.tell.out

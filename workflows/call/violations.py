"""What EX cannot hold: the call-model violations (flows.md, What EX cannot hold)."""

from dataclasses import dataclass

from workflows.call.communications import Kind
from workflows.call.roles import Who
from workflows.call.scene import Scene


@dataclass(frozen=True)
class Violation:
    """A violation and, for people, what was seen."""

    code: str
    """V1 to V7."""
    reason: str


def find(scene: Scene) -> Violation | None:
    """The violation that stands now, if any."""
    return _supervision(scene) or _conference(scene) or _unseated(scene) or _merged_calls(scene)


def _supervision(scene: Scene) -> Violation | None:
    """V3: a party with the Audit bit, or a supervisor in a participant list; either is enough."""
    for party in scene.topology.parties.values():
        if party.audit:
            return Violation("V3", f"DN {scene.place(party)} supervises the call")
    for call in scene.topology.calls.values():
        if call.supervisors:
            return Violation("V3", "the participant list names a supervisor")
    return None


def _conference(scene: Scene) -> Violation | None:
    """V2: a third party comes and the holder stays.

    A blind transfer shows the new party too, before or after the holder's leaving: the holder who stays while
    the new one rings and answers, or for the whole wait, makes it a conference.
    """
    holder = scene.told.get(scene.told.holder)
    if holder is None or not holder.live or holder.kind not in (Kind.USER, Kind.PHONE) or scene.told.offer:
        return None
    talking_since = scene.answered_at(holder) or holder.answered_at
    if talking_since is None or scene.gone_at(holder) is not None:
        return None
    for party in scene.main_parties():
        third = scene.identity(party)
        if not party.live or third.who not in (Who.USER, Who.EXTERNAL, Who.UNSEATED):
            continue
        if scene.told.of_party(party.uuid) is not None or third.key == holder.key:
            continue
        if party.added <= talking_since and party.answered_at is None:
            continue  # it still rings since before the holder answered: a hunt group
        rang = party.alerting_at is not None and (party.answered_at or 0) > party.alerting_at
        if rang or scene.settled(max(party.added, talking_since)):
            return Violation("V2", f"DN {scene.place(party)} joined a call that nobody left")
    return None


def _unseated(scene: Scene) -> Violation | None:
    """V5: an Extension without a mapped, logged-in agent answers or dials."""
    for party in scene.topology.parties.values():
        if party.live and (party.answered_at or party.dialing) and scene.identity(party).who is Who.UNSEATED:
            return Violation("V5", f"no mapped agent is logged in on DN {scene.place(party)}")
    return None


def _merged_calls(scene: Scene) -> Violation | None:
    """V4: two calls were merged of which neither is the other's consult (ASM dialling)."""
    for call in scene.topology.calls.values():
        into = scene.topology.calls.get(call.ref_call or "")
        if into is None or call.consult or into.consult or set(call.links) & set(into.links):
            continue
        return Violation("V4", f"call {call.uuid} was merged into {into.uuid}")
    return None

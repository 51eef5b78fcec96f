"""What EX cannot hold: the call-model violations (flows.md, What EX cannot hold)."""

from dataclasses import dataclass

from workflows.call.communications import Kind
from workflows.call.roles import Who
from workflows.call.scene import Scene
from workflows.call.tlib import CallType, PartyPhase


@dataclass(frozen=True)
class Violation:
    """A violation and, for people, what was seen."""

    code: str
    """V1 to V7."""
    reason: str
    opener: str | None = None
    """Of a conference: the communication of the agent who made it."""


def find(scene: Scene) -> Violation | None:
    """The violation that stands now, if any."""
    return (
        _supervision(scene)
        or _consult_conference(scene)
        or _conference(scene)
        or _unseated(scene)
        or _consults(scene)
        or _merged_calls(scene)
        or _second_call(scene)
    )


def _supervision(scene: Scene) -> Violation | None:
    """V3: a party with the Audit bit, or a supervisor in a participant list; either is enough (see `topology`)."""
    for party in scene.topology.parties.values():
        if party.audit:
            return Violation("V3", f"DN {scene.place(party)} supervises the call")
    for call in scene.topology.calls.values():
        if call.supervisors:
            return Violation("V3", "the participant list names a supervisor")
    return None


def _consult_conference(scene: Scene) -> Violation | None:
    """V1: the consulted party is in the main call and the agent who consulted stays there."""
    consult = scene.told.consult
    if consult is None:
        return None
    main = {call.uuid for call in scene.legs.main}
    initiator, target = scene.told[consult.initiator], scene.told[consult.target]
    own = [p for p in scene.parties(initiator) if p.live and p.call in main]
    joined = [p for p in scene.parties(target) if p.live and p.call in main]
    since = [at for p in joined if (at := scene.legs.in_main_since(p)) is not None]
    if not own or not since:
        return None
    talking = own[0].phase == joined[0].phase == PartyPhase.CONNECTED
    if talking or scene.settled(max(since)):
        reason = f"DN {scene.place(joined[0])} joined the call it was consulted about"
        return Violation("V1", reason, initiator.id)
    return None


def _consults(scene: Scene) -> Violation | None:
    """V7: a consult out of a consult, or a second one beside an open one."""
    consults = scene.legs.consults()
    uuids = {call.uuid for call in consults}
    consult = scene.told.consult
    for call in consults:
        if call.live and call.orig_call in uuids:
            return Violation("V7", f"call {call.uuid} is a consult out of consult call {call.orig_call}")
        if (
            consult is None
            or call.uuid == consult.line.call
            or not any(p.live and scene.told.of_party(p.uuid) is None for p in scene.topology.parties_of(call))
        ):
            continue
        if scene.gone_at(scene.told[consult.target]) is None:
            return Violation("V7", f"call {call.uuid} is a second consult beside {consult.line.call}")
    return None


def _conference(scene: Scene) -> Violation | None:
    """V2: a third party comes and the holder stays.

    A blind transfer shows the new party too, before or after the holder's leaving: the holder who stays while
    the new one rings and answers, or for the whole wait, makes it a conference.
    """
    line = scene.told.main
    holder = scene.told.get(line.holder) if line is not None else None
    if line is None or holder is None or not holder.live or holder.kind not in (Kind.USER, Kind.PHONE):
        return None
    talking_since = scene.answered_at(holder) or holder.answered_at
    if talking_since is None or scene.gone_at(holder, line) is not None:
        return None
    if scene.stands_for_way(holder) or scene.stands_for_way(scene.told.on(line)):
        return None
    for party in scene.parties_on(line):
        third = scene.identity(party)
        if not party.live or third.who not in (Who.USER, Who.EXTERNAL, Who.UNSEATED):
            continue
        if scene.told.of_party(party.uuid) is not None:
            continue
        if party.added <= talking_since and party.answered_at is None:
            continue  # it still rings since before the holder answered: a hunt group
        number = third.who is Who.EXTERNAL  # it may yet turn out to be the way to another site
        rang = not number and party.alerting_at is not None and (party.answered_at or 0) > party.alerting_at
        if rang or scene.settled(max(party.added, talking_since)):
            return Violation("V2", f"DN {scene.place(party)} joined a call that nobody left", holder.id)
    return None


def _unseated(scene: Scene) -> Violation | None:
    """V5: an Extension without a mapped, logged-in agent answers or dials.

    A seat nobody was heard of yet waits for the login, which another feed may bring later.
    """
    for party in scene.topology.parties.values():
        if not (party.answered_at or party.dialing) or scene.identity(party).who is not Who.UNSEATED:
            continue
        free_seat = party.agent is None and scene.directory.dn(party.site, party.dn or "").seat
        if not free_seat or scene.settled(party.answered_at or party.added):
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


def _second_call(scene: Scene) -> Violation | None:
    """V6: an agent talks or dials here and is in another main call, which has shown that it lives, since before."""
    for uuid in scene.topology.elsewhere:
        party = scene.topology.parties.get(uuid)
        if party is None or not party.live or party.busy_since is None:
            continue
        other = scene.elsewhere(party)
        if other is not None and other.sure:
            return Violation("V6", f"the agent on DN {scene.place(party)} was in call {other.call} already")
    return None


def is_agentless(scene: Scene) -> bool:
    """V4: a call dialled by the system that no agent ever joined."""
    agents = (Who.USER, Who.UNSEATED)
    nobody = all(scene.identity(party).who not in agents for party in scene.parties_on())
    return scene.direction == CallType.OUTBOUND and nobody

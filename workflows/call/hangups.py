"""Who hung up, and so how a communication has ended (flows.md, disconnectType)."""

from workflows.call.calls import Call, Party
from workflows.call.communications import Communication, Kind
from workflows.call.encoding import Disconnect
from workflows.call.scene import Scene


def failed(scene: Scene, who: Communication) -> bool:
    """Busy, rejected or unreachable."""
    return any(party.failed for party in scene.parties(who))


def released(scene: Scene, who: Communication) -> bool | None:
    """Whether it is named as the one that hung up; None when nobody is named."""
    return None if _ctrl(scene, who) is None else released_by(scene, who, who)


def released_by(scene: Scene, who: Communication, by: Communication) -> bool:
    """Whether somebody is named as the one that made it leave."""
    ctrl = _ctrl(scene, who)
    return ctrl is not None and any(ctrl in (party.uuid, party.dn) for party in scene.parties(by))


def _ctrl(scene: Scene, who: Communication) -> str | None:
    last, call = _gone_last(scene, who)
    return (last.ctrl if last else None) or (call.ctrl if call else None)


def _gone_last(scene: Scene, who: Communication) -> tuple[Party | None, Call | None]:
    """The party of it that went last, and the call it was in."""
    gone = (party for party in scene.parties(who) if party.gone_at is not None)
    last = max(gone, key=lambda party: party.gone_at or 0, default=None)
    return last, scene.topology.calls.get(last.call) if last else None


def hung_up(scene: Scene, who: Communication) -> Disconnect:
    """How it left: itself, with the others, or because the ring led to nothing (flows.md, disconnectType)."""
    if who.kind is Kind.QUEUE:
        return "Peer"
    _, call = _gone_last(scene, who)
    if call is not None and call.lost:
        return "System"
    if _rings(scene, who) and failed(scene, who):
        return "Error"
    named = released(scene, who)
    if named is not None:
        return "Self" if named else "Peer"
    if _rings(scene, who):
        return "System"
    others = [c for c in scene.told.communications.values() if not _rings(scene, c)]
    first = not any(c.disconnect in ("Self", "Peer") or (c.live and released(scene, c)) for c in others)
    return "Self" if first else "Peer"


def _rings(scene: Scene, who: Communication) -> bool:
    """Whether it did no more than ring; of a suspended conversation an answer is not told."""
    return who.alerting and scene.answered_at(who) is None

"""Which of the 17 flows was told (flows.md, The 17 supported flows)."""

from workflows.call.communications import Kind, Told
from workflows.call.tlib import CallType


def flow_of(told: Told, direction: int) -> str | None:
    """The row by which the caller first reached an agent or ended; a later transfer or consult replaces it by its
    row. None when nothing was told."""
    if not told.opened:
        return None
    return told.moves[-1] if told.moves else _base(told, direction)


def _base(told: Told, direction: int) -> str:
    order = list(told.communications.values())
    queued = any(c.kind is Kind.QUEUE for c in order)
    if direction == CallType.OUTBOUND:
        return "F14" if order[0].kind is Kind.USER else "F15"
    if direction == CallType.INTERNAL:
        return "F17" if queued else "F16"
    agents = [c for c in order if c.kind is Kind.USER]
    first = next((agent for agent in agents if agent.answered_at is not None), None)
    if first is None:
        if any(c.kind is Kind.PHONE for c in order):
            return "F09"
        return "F02" if queued or agents else "F01"
    if first is not agents[0]:
        return "F06"
    before = {c.kind for c in order[: order.index(first)]}
    if Kind.QUEUE not in before:
        return "F05"
    return "F03" if Kind.IVR in before else "F04"

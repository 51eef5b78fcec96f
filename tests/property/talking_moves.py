"""What may happen to a call that an agent has."""

from deploy.lab.scenario import CONNECTED, HELD, Cause
from tests.property.life import Life
from tests.property.mapping import WRAPUPS
from tests.property.waiting_moves import queued, to_ivr

OBSERVING, MUTED = 0xAC, 0x2C


def held(life: Life) -> None:
    assert life.agent is not None
    life.agent.holds()
    life.pause()
    life.agent.retrieves()


def muted(life: Life) -> None:
    assert life.agent is not None
    life.call.party_event("EventCallPartyState", life.agent, PartyState=MUTED)
    life.pause()
    life.call.party_event("EventCallPartyState", life.agent, PartyState=CONNECTED)


def wrapped_up(life: Life) -> None:
    life.call.data(DispositionCode=life.one_of(*WRAPUPS))


def phone_again(life: Life) -> None:
    """The phone registers again: the party is replaced by another one of the same DN."""
    assert life.agent is not None
    if life.agent.is_agent:
        life.agent.leaves()
        life.agent = life.call.enters(life.agent.dn, CONNECTED)
        life.agent.is_agent = True


def listed(life: Life) -> None:
    life.call.participants_changed()


def transferred(life: Life) -> None:
    """Blind transfer, the new party before or after the old one's leaving."""
    assert life.agent is not None
    dn, first = life.free_agent(), life.maybe()
    if not first:
        life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    life.ringing = life.call.rings(dn, cause=Cause.SINGLE_STEP_TRANSFER)
    if first:
        life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    life.agent = None


def to_router(life: Life) -> None:
    assert life.agent is not None
    life.agent.leaves(Cause.SINGLE_STEP_TRANSFER)
    life.agent = None
    to_ivr(life)
    if life.maybe():
        queued(life)


def conference(life: Life) -> None:
    """V2: a single-step conference; then the opener leaves, or everybody."""
    second = life.call.rings(life.free_agent(), cause=Cause.CONFERENCE)
    life.pause()
    second.answers()
    life.pause()
    if life.maybe() and life.agent is not None:
        life.agent.leaves()
        life.pause()
    life.hang_up(second)


def supervised(life: Life) -> None:
    """V3, by the party's state."""
    supervisor = life.call.enters(life.free_agent(), OBSERVING)
    life.pause()
    supervisor.leaves()


def supervised_by_list(life: Life) -> None:
    """V3, by the participant list alone."""
    assert life.agent is not None
    pairs = [("LCTPartiesLength", 0), ("LCTSupervisorLength", 1), ("LCTSupervisor0", life.free_agent())]
    named = life.call.uuid if life.scenario.user_events_name_call else None
    life.call.site.emit("EventUserEvent", ThisDN=life.agent.dn, Extensions=pairs, CallUUID=named, ConnID=life.call.conn)


def held_and_hung_up(life: Life) -> None:
    """The caller does not wait any longer."""
    assert life.agent is not None
    life.agent.holds()
    life.pause()
    assert life.agent.state == HELD
    life.hang_up(life.call.parties[0])


def hung_up(life: Life) -> None:
    assert life.agent is not None
    life.hang_up(life.agent if life.maybe() else life.call.parties[0])

"""Random legal lives of calls: what a SIP Server may report, composed of moves."""

from collections.abc import Callable

from hypothesis import strategies as st

from deploy.lab.identities import Identities
from deploy.lab.scenario import ALERTING, Scenario, SiteEvent
from tests.property import consult_moves, site_moves, talking_moves, waiting_moves
from tests.property.life import Draw, Life
from tests.property.mapping import AGENTS, FAR_AGENTS

START = 1_772_443_800_000_000
Move = Callable[[Life], None]

RINGING: tuple[Move, ...] = (
    *[waiting_moves.answered] * 6,
    *[waiting_moves.not_answered] * 2,
    waiting_moves.abandoned,
)
WAITING: tuple[Move, ...] = (
    *[waiting_moves.queued] * 2,
    *[waiting_moves.ivr_then_queue] * 2,
    *[waiting_moves.to_ivr] * 2,
    *[waiting_moves.rings] * 7,
    waiting_moves.unqueued,
    waiting_moves.rings_unseated,
    waiting_moves.hunts,
    waiting_moves.to_number,
    waiting_moves.recorded,
    waiting_moves.abandoned,
    site_moves.routed,
    site_moves.linked_late,
)
TALKING: tuple[Move, ...] = (
    *(talking_moves.held, talking_moves.muted, talking_moves.wrapped_up, talking_moves.phone_again),
    *(talking_moves.listed, talking_moves.transferred, talking_moves.to_router, waiting_moves.to_number),
    *(talking_moves.conference, talking_moves.supervised, talking_moves.supervised_by_list),
    *(site_moves.referred, site_moves.routed, site_moves.consulted, site_moves.consulted),
    *[consult_moves.agent] * 3,
    *[consult_moves.queue] * 3,
    *[consult_moves.number] * 2,
    *[talking_moves.hung_up] * 4,
    *(talking_moves.held_and_hung_up, waiting_moves.recorded),
)
CONSULT_OF_QUEUE: tuple[Move, ...] = (
    *[consult_moves.delivered] * 4,
    *(consult_moves.given_up, consult_moves.completed_in_queue, consult_moves.caller_leaves),
)
CONSULT: tuple[Move, ...] = (
    *[consult_moves.completed] * 3,
    *(consult_moves.given_up, consult_moves.caller_leaves, consult_moves.second, consult_moves.transferred),
)
CONSULT_RINGING = (*CONSULT, *[consult_moves.answered] * 3)
CONSULT_TALKING = (*CONSULT, consult_moves.conference, consult_moves.nested)


def moves(life: Life) -> tuple[Move, ...]:
    """What may happen now."""
    if life.ringing is not None:
        return RINGING
    if life.consult is not None:
        if life.consulted is None:
            return CONSULT_OF_QUEUE
        return CONSULT_RINGING if life.consulted.state == ALERTING else CONSULT_TALKING
    return TALKING if life.agent is not None else WAITING


def live(life: Life, longest: int) -> list[SiteEvent]:
    """The events of a life, in the order they happen."""
    life.begin()
    for _ in range(life.draw(st.integers(0, longest))):
        if life.over:
            break
        life.pause()
        life.one_of(*moves(life))(life)
    life.pause()
    life.finish()
    return life.scenario.events


@st.composite
def lives(draw: Draw) -> list[SiteEvent]:
    """The life of one call with its consults and legs."""
    return live(Life(draw, Scenario(START, Identities("life"), user_events_name_call=draw(st.booleans()))), 14)


@st.composite
def lives_at_once(draw: Draw, *, strangers: bool = False) -> list[list[SiteEvent]]:
    """The lives of two or three calls that overlap. `strangers`: nobody takes part in two of them; for three, too few
    agents are left to each."""
    count = 2 if strangers else draw(st.integers(2, 3))
    found, share = [], len(AGENTS) // count
    for number in range(count):
        begins = START + draw(st.integers(0, 200)) * 100_000
        scenario = Scenario(begins, Identities(f"life {number}"), user_events_name_call=draw(st.booleans()))
        agents = AGENTS[number * share :][:share] if strangers else AGENTS[:4]
        far_agent = FAR_AGENTS[number if strangers else 0]
        found.append(live(Life(draw, scenario, agents, far_agent, number), 8))
    return found

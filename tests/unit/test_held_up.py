"""How long ingests that hold what they read hold up the calls."""

from activities.held_up import HOLDING, PAUSE, Holding


def looks(holding: Holding, begin: float, end: float, holds: bool = True) -> list[bool]:
    """What it says at each look, twice a second."""
    return [holding.counts(holds, begin + n / 2) for n in range(round((end - begin) * 2))]


def test_nothing_is_held_while_no_instance_holds() -> None:
    assert not any(looks(Holding(), 0, 60, holds=False))


def test_instances_that_hold_again_and_again_do_not_hold_up_for_ever() -> None:
    holding = Holding()
    assert all(looks(holding, 100, 100 + HOLDING))
    assert not any(looks(holding, 100 + HOLDING, 200))


def test_a_short_pause_is_none() -> None:
    holding = Holding()
    looks(holding, 100, 105)
    looks(holding, 105, 105 + PAUSE - 1, holds=False)
    assert all(looks(holding, 105 + PAUSE - 1, 100 + HOLDING))
    assert not any(looks(holding, 100 + HOLDING, 120))


def test_after_a_pause_it_counts_anew() -> None:
    holding = Holding()
    looks(holding, 100, 100 + HOLDING + 10)
    looks(holding, 100 + HOLDING + 10, 200, holds=False)
    assert all(looks(holding, 200, 200 + HOLDING))

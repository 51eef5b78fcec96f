"""How many tables of the scenario library show each flow and each violation (flows.md F01 to F17, V1 to V7)."""

from collections import Counter

CHECKED: Counter[str] = Counter()
"""Conversations of tables that told what they should, by flow and by violation; a suspended one counts for both."""
NAMES = [*(f"F{number:02}" for number in range(1, 18)), *(f"V{number}" for number in range(1, 8))]


def checked(*names: str | None) -> None:
    """Count a conversation's flow and violation."""
    CHECKED.update(name for name in names if name in NAMES)


def lines() -> list[str]:
    """The count as text, a flow or violation that no table shows too."""
    counts = [f"{name} {CHECKED[name]}" for name in NAMES]
    return ["conversations in the scenario library", " · ".join(counts[:17]), " · ".join(counts[17:])]

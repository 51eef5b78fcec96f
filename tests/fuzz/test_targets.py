"""Every parser on good input, on what a fuzzer once found, and on random changes of both."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, seeds

FOUND = Path(__file__).parent / "found"
SEEDS = {
    target: [*seeds(target), *(path.read_bytes() for path in sorted((FOUND / target).glob("*")))] for target in TARGETS
}


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_breaks_it_that_is_known(target: str) -> None:
    assert SEEDS[target]
    for data in SEEDS[target]:
        TARGETS[target](data)


@st.composite
def changed(draw: st.DrawFn, target: str) -> bytes:
    """Known input with a few pieces cut out, put in, or repeated."""
    data = draw(st.sampled_from(SEEDS[target]))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 40))
        piece = draw(st.binary(max_size=8) | st.sampled_from(SEEDS[target]) | st.just(data[start:end] * 3))
        data = data[:start] + piece[:500] + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.data())
def test_nothing_breaks_it_that_chance_makes(target: str, data: st.DataObject) -> None:
    TARGETS[target](data.draw(changed(target) | st.binary(max_size=200)))

"""The gateway's own JSON reader and writer, against Python's."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.psdk_gateway.process import Built

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BROKEN = (
    *("", "{", "[1,]", '{"a":1,}', "{'a':1}", "01", "1.", ".5", "+1", "1e", "-", "nul", "NaN", "Infinity", '"\\x"'),
    *('"\\u12"', '"unended', "[1 2]", '{"a" 1}', "1 2", "{1:2}", '"\t"', "[" * 100 + "]" * 100, "\\", '"\\u１２３４"'),
)
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Loop:
    """The gateway's reader and writer as a process: a line of JSON in, the same written again out."""

    def __init__(self, class_path: str) -> None:
        command = ["java", "-XX:TieredStopAtLevel=1", "-cp", class_path, "excp.gateway.JsonLoop"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, text: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().decode().removesuffix("\n")

    def end(self) -> None:
        self._process.communicate(timeout=10)


@pytest.fixture(scope="module")
def loop(built: Built) -> Iterator[Loop]:
    loop = Loop(built.with_fake_sdk)
    yield loop
    loop.end()


@FUZZ
@given(VALUES, st.booleans())
def test_values_survive(loop: Loop, value: Any, escaped: bool) -> None:
    assert json.loads(loop(json.dumps(value, ensure_ascii=escaped))) == value


def test_half_a_surrogate_pair_becomes_the_replacement_character(loop: Loop) -> None:
    assert loop('"\\ud83d\\ude00 \\ud83d \\ude00"') == '"😀 � �"'


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_json_is_refused(loop: Loop, text: str) -> None:
    answer = loop(text)
    assert answer.startswith("REFUSED")
    assert "unended" not in answer, "a reason holds nothing of the text"


def with_a_character_left_out(text: str) -> st.SearchStrategy[str]:
    return st.integers(0, len(text) - 1).map(lambda cut: text[:cut] + text[cut + 1 :])


@FUZZ
@given(VALUES.map(json.dumps).flatmap(with_a_character_left_out))
def test_it_refuses_what_python_refuses(loop: Loop, text: str) -> None:
    assert loop(text).startswith("REFUSED") == (not accepted(text))


def accepted(text: str) -> bool:
    def refuse(_: str) -> None:
        raise ValueError

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True

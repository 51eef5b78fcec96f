"""What a run leaves to be seen holds no caller's number and no secret, though everybody quotes them."""

import asyncio
import json

import pytest

from tests.integration.troubled_run import (
    CLIENT_SECRET,
    EXCS_PASSWORD,
    REDIS_PASSWORD,
    STRANGER,
    Traces,
    troubled_run,
)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return asyncio.run(troubled_run(tmp_path_factory.mktemp("run")))


def digits(number: str) -> str:
    """The part of a number that is left whatever it is prefixed with."""
    return number[-8:]


def test_the_run_had_numbers_to_hide(traces: Traces) -> None:
    """Without this the other tests could not fail."""
    assert len([number for number in traces.callers if number in traces.told]) > 10
    assert len(traces.workflows) >= 30
    assert all(traces.shown().values())
    assert traces.tokens


def test_everybody_who_quotes_a_number_was_heard(traces: Traces) -> None:
    events = [json.loads(line)["event"] for log in traces.logs.values() for line in log.splitlines()]
    heard = {
        "event not readable",
        "event ignored, further ones are only counted",
        "DN not registered",
        "gateway reports an error",
        "gateway not connected",
        "EX request not taken whole",
        "EX event refused",
        "EX event to be repeated",
        "EXCS unreachable, asking again",
    }
    assert heard <= set(events)


def test_no_number_is_shown_anywhere(traces: Traces) -> None:
    numbers = {digits(number) for number in (*traces.callers, STRANGER)} | {"0199-123"}
    found = [(where, line) for where, text in traces.shown().items() for line in _with(text, numbers)]
    assert found == []


def test_no_secret_is_shown_anywhere(traces: Traces) -> None:
    secrets = {CLIENT_SECRET, REDIS_PASSWORD, EXCS_PASSWORD, *traces.tokens}
    found = [(where, line) for where, text in traces.shown().items() for line in _with(text, secrets)]
    assert found == []


def _with(text: str, wanted: set[str]) -> list[str]:
    return [line[:300] for line in text.splitlines() if any(each in line for each in wanted)]

"""Hypothesis for all tests: what a busy machine does to the clock is no finding. `make test` tries the same examples
each time; with PROPERTY_EXAMPLES=5000 they are others each time, and so many.

The first text a fresh clone draws builds tables of Unicode for some seconds, which the health check takes for a slow
strategy (seen with --hypothesis-seed=85012312931418744655998414802854753577).
"""

import faulthandler
import os
from collections.abc import Iterator
from typing import Any, TextIO

import pytest
from hypothesis import HealthCheck, settings

TEARDOWN_WITHIN = 300
"""Seconds."""
_terminal = pytest.StashKey[TextIO]()
"""Standard error, not captured."""

settings.register_profile(
    "excp",
    deadline=None,
    derandomize="PROPERTY_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("excp")


def pytest_configure(config: pytest.Config) -> None:
    capturing: Any = config.pluginmanager.getplugin("capturemanager")
    with capturing.global_and_fixture_disabled():
        config.stash[_terminal] = os.fdopen(os.dup(2), "w")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """pytest-timeout does not watch what comes after a failure: a test run that hangs there ends, with the stacks."""
    faulthandler.dump_traceback_later(TEARDOWN_WITHIN, file=item.config.stash[_terminal], exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()

"""Ends a run of the flow tests with the count of the scenario library."""

import pytest

from tests.flows import tally


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tally.CHECKED:
        for line in tally.lines():
            terminalreporter.write_line(line)

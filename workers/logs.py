"""The log of a process on standard error: JSON, one object a line, or readable lines on a terminal.

Libraries log through `logging`, Temporal's native part through `workers.temporal`; both come out in the same form, and
so does what ends the process.
"""

import logging
import re
import sys
import time
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from activities.personal_data import without_numbers
from activities.shown_url import shown
from workers.settings import Settings

SELDOM = 30.0
"""Seconds for which a line that says the same is not repeated."""
_MOST_LINES = 1_000

log = structlog.get_logger()


def on_terminal(settings: Settings) -> bool:
    """True when a person reads the log, not a program."""
    return settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())


def configure(settings: Settings, process: str) -> None:
    """Set up the log of a process; every line names it and its instance."""

    def named(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {**line, "process": process, "instance": settings.instance}

    common: list[Any] = [named, structlog.processors.add_log_level, structlog.processors.TimeStamper("iso", utc=True)]
    rendering: list[Any] = [structlog.processors.format_exc_info, _without_personal_data]
    if on_terminal(settings):
        # the default shows the values of local variables
        rendering.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    else:
        rendering.append(structlog.processors.JSONRenderer())
    structlog.configure(
        processors=[*common, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common], processors=[without_meta, *rendering]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _crashed


def _without_personal_data(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """What others wrote, a library's line or the text of an exception, may quote the values it was about."""
    if "exception" in line:
        line["exception"] = _masked(str(line["exception"]))
    if "_record" in line or "logger" in line:
        line["event"] = _masked(str(line["event"]))
    return line


def _masked(text: str) -> str:
    return shown(without_numbers(text))


class Seldom(logging.Filter):
    """Lets a logger's line through once in `SELDOM` seconds; lines that differ in numbers only are one line."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line = re.sub(r"\d+", "", record.getMessage())
        now = time.monotonic()
        if now - self._said.get(line, -SELDOM) < SELDOM:
            return False
        if len(self._said) >= _MOST_LINES:
            self._said.clear()
        self._said[line] = now
        return True


class Reminder:
    """Of one trouble that lasts: when to say so again."""

    def __init__(self) -> None:
        self._said: tuple[str, float] | None = None

    def due(self, what: str = "") -> bool:
        """True at first, when `what` is another thing, and after `SELDOM` seconds."""
        now = time.monotonic()
        if self._said is not None and self._said[0] == what and now - self._said[1] < SELDOM:
            return False
        self._said = (what, now)
        return True

    def over(self) -> bool:
        """The trouble has ended; True when it was spoken of."""
        said, self._said = self._said, None
        return said is not None


def _crashed(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    log.critical("process failed", exc_info=(kind, error, traceback))

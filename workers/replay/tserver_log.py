"""T-Server text logs as TLib events.

Around the messages stands anything: requests, SIP messages, trace lines. Logs rotate and can be cut at either end.
`read_log` looks at one line at a time and keeps no more than one message. A format makes a `Message` of the line that
opens one; FORMATS lists those that are known, and a log may hold both.
"""

from collections.abc import Callable, Container, Iterable, Iterator

from workers.replay.c_log import CMessage
from workers.replay.log_message import LogEvent, LogFault, Message
from workers.replay.psdk_log import PsdkMessage

__all__ = ["LogEvent", "LogFault", "read_log"]

FORMATS: tuple[Callable[[str, int], Message | None], ...] = (CMessage.opened_by, PsdkMessage.opened_by)
"""Per log format what makes a message of the line that opens it."""


def read_log(lines: Iterable[str], wanted: Container[str] | None = None) -> Iterator[LogEvent | LogFault]:
    """Every event of a log in the log's order.

    `lines`: with their ends. A last line without one is cut off: what it may not say in full is left out, and its event
    is read as far as it goes. `wanted`: names of the events whose attributes are read; None: all.
    """
    message: Message | None = None
    for number, line in enumerate(lines, 1):
        if message is not None:
            if message.take(line, number):
                continue
            if (read := message.close()) is not None:
                yield read
            message = None
        if "Event" in line:
            message = _opened(line, number, wanted)
    if message is not None and (read := message.close()) is not None:
        yield read


def _opened(line: str, number: int, wanted: Container[str] | None) -> Message | None:
    for opens in FORMATS:
        message = opens(line, number)
        if message is not None:
            message.wanted = wanted is None or message.name in wanted
            return message
    return None

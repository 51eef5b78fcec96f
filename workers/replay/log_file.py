"""Text logs as files: plain or gzip, standard input, UTF-8 or the one-byte encoding of older servers.

A log is read as a stream, and a line that does not end comes in pieces: no input needs more memory than another.
"""

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from workers.errors import ExcpError

STANDARD_INPUT = Path("-")

DAMAGED = (OSError, EOFError, zlib.error)
"""What reading may raise: the disk fails, a gzip file is cut off or is none after its first bytes."""

_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 18
_PIECE = 1 << 16
"""Characters of a line that come at once."""


class LogError(ExcpError):
    """A log cannot be read at all."""


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Take the rest of the line as latin-1: what is not UTF-8 in one place will not be in the next."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    line_end = error.object.find(b"\n", error.start)
    end = line_end if line_end >= 0 else len(error.object)
    return error.object[error.start : end].decode("latin-1"), end


codecs.register_error("excp-latin-1", _as_latin_1)


class _Counted(io.RawIOBase):
    """A file that says how much of it was read."""

    def __init__(self, file: Any, on_read: Callable[[int], None], *, stays_open: bool) -> None:
        self._file = file
        self._on_read = on_read
        self._stays_open = stays_open

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._file.readinto(buffer) or 0
        self._on_read(count)
        return count

    def close(self) -> None:
        if not self._stays_open:
            self._file.close()
        super().close()


class LogFile(io.TextIOWrapper):
    """An open log: iterate it by lines, with their ends. Only a line feed ends a line, what is not UTF-8 is latin-1."""

    def __init__(self, file: Any, *, zipped: bool) -> None:
        content: Any = gzip.GzipFile(fileobj=file) if zipped else file
        super().__init__(content, encoding="utf-8", errors="excp-latin-1", newline="\n")
        self._file = file

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(partial(self.readline, _PIECE), "")

    def close(self) -> None:
        super().close()
        self._file.close()  # GzipFile leaves the file it reads open


def open_log(path: Path, on_read: Callable[[int], None] = lambda count: None) -> LogFile:
    """Open a log; `-` is standard input. gzip is known by its first bytes, whatever the name.

    `on_read` gets the count of bytes each time some are read of the file. Raises LogError.
    """
    try:
        if path == STANDARD_INPUT:
            file = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        else:
            file = path.open("rb", buffering=0)
        buffered = io.BufferedReader(_Counted(file, on_read, stays_open=path == STANDARD_INPUT), _BUFFER)
        return LogFile(buffered, zipped=buffered.peek(2)[:2] == _GZIP)
    except OSError as error:
        raise LogError(f"{path}: the log cannot be read: {error.strerror}") from None

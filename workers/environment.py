"""Where settings come from: the environment, a `.env` file for what it leaves out, and files for what is secret.

Docker and Kubernetes hand out a secret as a file. Any setting X can be given as X_FILE, the path of a file that holds
its value; official container images have the same convention.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv import dotenv_values

from workers.errors import ExcpError

DOTENV = Path(".env")
_MOST = 64 * 1024
"""Bytes of the largest file read: no value is longer."""


def environment() -> dict[str, str]:
    """The environment over `.env`; names in capitals, what is empty left out. Raises ExcpError."""
    try:
        both = {**dotenv_values(DOTENV, encoding="utf-8"), **os.environ}
    except (OSError, UnicodeDecodeError):
        raise ExcpError(f"{DOTENV.absolute()} cannot be read as UTF-8 text") from None
    return {name.upper(): value for name, value in both.items() if value}


def from_files(given: Mapping[str, str], names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The values of those variables that are given as X_FILE, and what is wrong, by variable."""
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name in names:
        path = given.get(f"{name}_FILE")
        if path is None:
            continue
        if name in given:
            faults[name] = f"set it or {name}_FILE, not both"
            continue
        try:
            values[name] = _content(Path(path))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            faults[name] = f"{name}_FILE names {path}, which cannot be used: {reason}"
    return values, faults


def _content(path: Path) -> str:
    """The file without the line break at its end. Raises OSError, ValueError."""
    with path.open("rb") as file:
        raw = file.read(_MOST + 1)
    if len(raw) > _MOST:
        raise ValueError(f"it is larger than {_MOST} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:  # its message would show a part of the secret
        raise ValueError("it is not UTF-8 text") from None
    text = text.rstrip("\r\n")
    if not text:
        raise ValueError("it is empty")
    return text

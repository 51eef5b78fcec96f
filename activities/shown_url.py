"""URLs as they may be shown: in logs, error messages and `excp config`."""

import re

MASK = "**********"

_USER = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)(?P<user>[^/?#]*)@", re.IGNORECASE)
_QUERY = re.compile(r"(?P<name>[?&](?:password|passwd|token|secret|api_?key)=)[^&#]*", re.IGNORECASE)


def shown(url: str) -> str:
    """The URL without its password, or without its user where there is only one: that may be a token."""
    return _QUERY.sub(rf"\g<name>{MASK}", _USER.sub(_masked, url))


def _masked(found: re.Match[str]) -> str:
    user, colon, _ = found["user"].partition(":")
    return f"{found['scheme']}{user}:{MASK}@" if colon else f"{found['scheme']}{MASK}@"

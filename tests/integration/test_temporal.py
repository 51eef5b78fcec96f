"""What is wrong with Temporal's settings is said in one line."""

import pytest

from workers.errors import ExcpError
from workers.temporal import connect


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEMPORAL_ADDRESS", "127.0.0.1:1"),
        ("TEMPORAL_ADDRESS", ":::"),
        ("TEMPORAL_TLS_CLIENT_CERT_PATH", "no-such-file"),
        ("TEMPORAL_PROFILE", "no-such-profile"),
    ],
)
async def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ExcpError, match=r"\(TEMPORAL_(ADDRESS|\*)\)"):
        await connect()

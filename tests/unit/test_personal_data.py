"""Text that others wrote is shown without callers' numbers, and still says what it is about."""

import pytest

from activities.personal_data import quoted, without_numbers

UUID = "6ba7b810-9dad-41d1-80b4-00c04fd43012"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ani: '+441234567890' is wrong", "ani: '…' is wrong"),
        ("phone 4412345678", "phone …"),
        ("dnis:4412345678, sip:+4412345678@host, x4412345678", "dnis:…, sip:…@host, x…"),
        ("call +44 1234 567 890 or (555) 010-3399", "call … or …"),
        ("KeyError: 'dn|SIPS1|+15550103'", "KeyError: 'dn|SIPS1|…'"),
    ],
)
def test_a_number_is_masked(text: str, shown: str) -> None:
    assert without_numbers(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"eventId {UUID} at 2026-03-01T08:00:00.123456Z",
        "99999999-9999-4999-8999-999999999999: 100 events",
        "workflow call-3L68VKODHE2J6JMD7M4NH6J1VS000001",
        "ConnID 006c024612345678",
        "tcp connect error 127.0.0.1:38001, temporal.example.com:17233, localhost:7233",
        "object at 0x7f1324567890",
        'File "process.py", line 1234, in run',
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert without_numbers(text) == text


def test_what_is_quoted_can_be_written() -> None:
    """JSON may hold half a character; what EX says of an event goes to a log, to Temporal, and back."""
    assert quoted("half a \ud83d of +441234567890").encode() == b"half a ? of \xe2\x80\xa6"

"""Logs as files: gzip, standard input, encodings, lines that do not end."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from workers.replay.log_file import DAMAGED, STANDARD_INPUT, LogError, open_log

TEXT = "first\r\nsecond \u2028 still second\nthird"
LINES = ["first\r\n", "second \u2028 still second\n", "third"]


@pytest.mark.parametrize("name", ["SIPS1.log", "SIPS1.log.gz", "any name"])
@pytest.mark.parametrize("zipped", [False, True])
def test_gzip_is_known_by_its_bytes(tmp_path: Path, name: str, zipped: bool) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEXT.encode()) if zipped else TEXT.encode())
    with open_log(path) as log:
        assert list(log) == LINES


def test_what_is_not_utf_8_is_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "SIPS1.log"
    path.write_bytes("Zoë\n".encode() + "Jürgen\n".encode("latin-1") + "Käthe\n".encode())
    with open_log(path) as log:
        assert list(log) == ["Zoë\n", "Jürgen\n", "Käthe\n"]


def test_standard_input_may_be_zipped_and_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.BytesIO(gzip.compress(TEXT.encode()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
    with open_log(STANDARD_INPUT) as log:
        assert list(log) == LINES
    assert not given.closed


def test_every_byte_that_is_read_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "SIPS1.log"
    path.write_bytes(gzip.compress(TEXT.encode() * 10_000))
    counts: list[int] = []
    with open_log(path, counts.append) as log:
        assert sum(1 for _ in log) == 20_001
    assert sum(counts) == path.stat().st_size


def test_a_line_that_does_not_end_comes_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "SIPS1.log"
    path.write_bytes(b"\0" * 300_000 + b"\nend\n")
    with open_log(path) as log:
        lines = list(log)
    assert max(map(len, lines)) < 100_000
    assert "".join(lines) == "\0" * 300_000 + "\nend\n"


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"no\.log: the log cannot be read: No such file"):
        open_log(tmp_path / "no.log")


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="Is a directory"):
        open_log(tmp_path)


@pytest.mark.parametrize("cut", [10, -3])
def test_a_gzip_file_that_is_cut_off_says_so_after_what_can_be_read(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "SIPS1.log.gz"
    path.write_bytes(gzip.compress(TEXT.encode())[:cut])
    with open_log(path) as log, pytest.raises(DAMAGED):
        list(log)

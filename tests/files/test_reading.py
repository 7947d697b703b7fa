"""Whatever is no text that can be read gets one sentence with its place, and never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from squeezeviz.files import reading
from squeezeviz.model.errors import SqueezevizError


@pytest.mark.parametrize(
    ("content", "sentence", "line"),
    [
        (b"", "the file is empty", None),
        (b" \r\n\t", "the file is empty", None),
        (b"one\ntwo\0", "byte 8 is a zero", 2),
        (b"one\ntw\xff", "byte 7 is 0xFF", 2),
        (b"\xef\xbb\xbfa\xff", "byte 5 is 0xFF", 1),
        (b"a\xc3", "byte 2 is 0xC3", 1),
        ("layer,output".encode("utf-16-le"), "UTF-16 text without a byte-order mark; save the file as UTF-8", None),
        (b"\xff\xfea\0,", "damaged UTF-16 text: byte 5", None),
        (b"\xff\xfea\0\n\0\0\0", "it has zeros in it", 2),
        (b"PK\x03\x04\x00", "zip archive", None),
        (b"\x80\x02\x8a", "Python pickle", None),
        (b"\x89PNG\r\n", "a picture", None),
        (b"GIF89a", "a picture", None),
        (b"\x89HDF\r\n", "HDF5 file", None),
        (b"%PDF-1.7", "a PDF", None),
        (b"\n<!DOCTYPE html><html>", "web page", None),
        (b"<HTML lang='en'>", "web page", None),
        (b"<?xml version='1.0'?>", "XML", None),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull", None),
    ],
)
def test_what_is_no_readable_text_is_named(tmp_path: Path, content: bytes, sentence: str, line: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        reading.read_text(path)
    assert raised.value.place.file == str(path)
    assert raised.value.place.line == line


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfname")
    assert reading.read_text(tmp_path / "a") == "name"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_of_spreadsheets_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffSchicht\tGröße 3×3\r\n".encode(encoding))
    assert reading.read_text(tmp_path / "a.txt") == "Schicht\tGröße 3×3\r\n"


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SqueezevizError, match="there is no such file"):
        reading.read_text(tmp_path / "missing.toml")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SqueezevizError, match="this is a folder"):
        reading.read_text(tmp_path)


def test_a_pipe_is_refused_at_once_though_nobody_writes_to_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SqueezevizError, match="no ordinary file"):
        reading.read_text(tmp_path / "pipe.csv")


def test_a_device_is_refused() -> None:
    with pytest.raises(SqueezevizError, match="no ordinary file"):
        reading.read_text("/dev/zero")


def test_a_file_larger_than_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(reading.LARGEST_FILE + 1)
    with pytest.raises(SqueezevizError, match=r"33,554,433 bytes.*32 MiB"):
        reading.read_text(path)


def test_a_name_that_no_file_can_have_is_no_file() -> None:
    with pytest.raises(SqueezevizError, match="no such file"):
        reading.read_text("a\0b.toml")

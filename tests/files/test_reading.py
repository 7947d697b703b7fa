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
        (b"GIF89a", "a picture", None),
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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_of_spreadsheets_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffSchicht\tGröße 3×3\r\n".encode(encoding))
    assert reading.read_text(tmp_path / "a.txt") == "Schicht\tGröße 3×3\r\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.toml", "there is no such file"),
        ("a\0b.toml", "no such file"),
        (".", "this is a folder"),
        ("pipe", "no ordinary file"),
        ("/dev/zero", "no ordinary file"),
    ],
)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, name: str, sentence: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SqueezevizError, match=sentence):
        reading.read_text(tmp_path / name)


def test_a_file_larger_than_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(reading.LARGEST_FILE + 1)
    with pytest.raises(SqueezevizError, match=r"33,554,433 bytes.*32 MiB"):
        reading.read_text(path)

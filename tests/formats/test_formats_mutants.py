"""Real files with random damage: they open, or they get one sentence; never a traceback, never for long."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.resolve import resolve
from squeezeviz.formats.presets import load_preset
from squeezeviz.formats.reading import text_of
from squeezeviz.formats.registry import read_file, to_text

SHARED = Path(__file__).parents[3] / "shared" / "data"
MUTANTS = 120
"""Of each file."""

TOKENS = (
    b"{", b"}", b'"', b"'", b"\n", b",", b";", b"\t", b"[", b"]", b"=", b":", b"#", b"-1", b"0", b"9" * 30, b"nan",
    b"\xff", b"\0", b"\xef\xbb\xbf", b"x", b"layer", b"\\", b"<", b"1e9", "１".encode(), b"true", b"*",
)  # fmt: skip


def _changed_byte(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _put_in(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.choice(TOKENS) + content[at:]


def _cut_out(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, 60) :]


def _cut_off(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _lines_swapped(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _digit_changed(content: bytes, chance: random.Random) -> bytes:
    places = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
    at = chance.choice(places or [0])
    return content[:at] + chance.choice([b"0", b"7", b"999999999999999", b"-3", b"1.5"]) + content[at + 1 :]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _changed_byte, _put_in, _cut_out, _cut_off, _lines_swapped, _digit_changed,
)  # fmt: skip


def _originals() -> dict[str, bytes]:
    found = {f"table1.{format_id}": to_text(load_preset("complex-bypass"), format_id).encode() for format_id in
             ("toml", "csv", "tsv", "json", "markdown", "latex")}  # fmt: skip
    real = [SHARED / "paper" / "table1_as_printed.csv", *sorted((SHARED / "caffe").glob("*v1.[01]_*.prototxt"))]
    real.append(SHARED / "caffe" / "SqueezeNet-Residual_trainval.prototxt")
    return found | {path.name: path.read_bytes() for path in real if path.exists()}


@pytest.mark.parametrize("name", sorted(_originals()))
def test_damaged_files_open_or_get_a_sentence(tmp_path: Path, name: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown where the test fails
    chance = random.Random(seed)
    original = _originals()[name]
    path = tmp_path / name
    for _ in range(MUTANTS):
        content = original
        for _ in range(chance.randint(1, 3)):
            content = chance.choice(DAMAGES)(content, chance) if content else content
        path.write_bytes(content)
        try:
            resolve(read_file(path).table)
        except SqueezevizError as error:
            assert error.place.file == str(path)
            assert error.message
            assert "\n" not in str(error)


@pytest.mark.parametrize("name", sorted(_originals()))
def test_undamaged_files_open(tmp_path: Path, name: str) -> None:
    """Else the test above could pass by refusing everything."""
    (tmp_path / name).write_bytes(_originals()[name])
    assert text_of(_originals()[name])
    assert resolve(read_file(tmp_path / name).table).runs

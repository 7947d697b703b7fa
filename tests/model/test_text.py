"""Text that others chose is shown as one plain line: what would steer, hide or turn text around is written out."""

from __future__ import annotations

import json
import sys
import tomllib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.text import (
    MOST_MARKS,
    breaks_a_line,
    columns_of,
    counted,
    in_quotes,
    listed,
    plain,
    plain_path,
    plain_within,
    some,
    with_article,
    with_numbers_json,
    with_numbers_toml,
)

SIGNS_OF_FORMAT = {
    *map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd",
    *map(chr, range(0x13430, 0x13440)),
}  # fmt: skip
"""Format characters that are read, as Arabic's number sign is."""
any_text = st.text(st.characters(codec=None))


def is_steering(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in SIGNS_OF_FORMAT


def test_every_character_that_steers_or_hides_is_written_out() -> None:
    alone = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in "Cc Cf Zl Zp Cs"]
    raw = [each for each in alone if each in plain(each)]
    read = ("SIGN", "HIEROGLYPH", "MARK", "END OF AYAH")
    assert all(any(word in unicodedata.name(each) for word in read) for each in raw)
    assert not set(raw) & set("\u200b\u200c\u200d\u200e\u200f\u061c\u00ad\u2060\ufeff\u180e")
    for hidden in "\u034f\u115f\u1160\u17b4\u180b\u2800\u3164\uffa0\ufe0f\ufdd0\uffff\U000e0041\U000e0101\U000e0fff":
        assert plain(f"a{hidden}b").isascii(), ascii(hidden)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("line\nbreak\ttab\r\x00", r"line\nbreak\ttab\r\x00"),
        ("\x9b2J", r"\x9b2J"),
        ("conv\u200d1", r"conv\u200d1"),
        ("conv\ufe0f1", r"conv\ufe0f1"),
        ("x\U000e0041", r"x\U000e0041"),
        ("\ufeffname", r"\ufeffname"),
        ("half\ud800", r"half\ud800"),
        ("caf\udce9", r"caf\xe9"),
        ("caf\udcc3\udca9", "café"),
    ],
)
def test_it_is_seen_what_is_there(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        "fire2/squeeze1x1",
        "שָׁלוֹם עולם",
        "می‌خواهم",
        "अनुच्छेद",
        "ภาษาไทยนี้",
        "網絡 ネットワーク 신경망",
        "👨‍👩‍👧 ❤️‍🔥 1️⃣ 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f 🇩🇪 👍🏽",
        "Tiếng Việt é e\u0301",
        "葛\U000e0100城",
        "3 × 3 → “quoted” …",
        "\\ already",
    ],
)
def test_a_legitimate_name_stays_as_it_is(name: str) -> None:
    assert plain(name) == name


def test_a_pile_of_marks_is_cut_and_no_escape_is_cut_through() -> None:
    shown = plain("a" + "\u0301" * 5_000 + "b")
    assert shown == "a" + "\u0301" * MOST_MARKS + "…b"
    assert [plain("abcd\u202e", 8), plain("ab\u202eb", 9)] == ["abcd…", r"ab\u202eb"]


@given(any_text)
def test_what_is_plain_stays_so(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    assert not any(map(breaks_a_line, shown))
    joined = shown.replace("\u200d", "").replace("\u200c", "")
    assert not any(is_steering(each) for each in joined if not "\U000e0020" <= each <= "\U000e007f")
    shown.encode()


@given(any_text, st.integers(1, 30))
def test_it_is_never_longer_than_asked_for(text: str, longest: int) -> None:
    assert len(plain(text, longest)) <= longest
    assert len(plain_path(text, 2 * longest)) <= 2 * longest
    assert columns_of(plain_within(text, longest)) <= longest


def test_an_error_is_plain_whatever_it_speaks_of() -> None:
    error = SqueezevizError("no “\x1b[2J\u202e”" + "x" * 5_000, Place("a\nb\u202e.toml", 3, "c\u2066", "d\x07"))
    assert str(error).startswith(r"a\nb\u202e.toml:3: c\u2066 d\x07: no “\x1b[2J\u202e”xxx")
    assert len(error.message) == 1000
    assert error.args == (error.message,)


def test_nouns_have_their_article_and_number_and_words_are_listed() -> None:
    nouns = ["conv", "avgpool", "LRN", "Fire module", "upsample", "unit", "int", ""]
    assert list(map(with_article, nouns)) == [
        "a conv", "an avgpool", "an LRN", "a Fire module", "an upsample", "a unit", "an int", "a ",
    ]  # fmt: skip
    assert [counted(count, "channel") for count in (0, 1, 1000)] == ["0 channels", "1 channel", "1,000 channels"]
    assert [listed("abcd"[:count]) for count in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert (listed("abcd", 3), some("abcd", 4), some("abcd", 2)) == ("a, b and 2 more", "a, b, c, d", "a, b and 2 more")


@given(any_text.filter(lambda text: not any(map(breaks_a_line, text))))
@example("a\u202eb\U000e0041")
def test_files_of_ours_keep_every_character_and_show_each(text: str) -> None:
    as_json = with_numbers_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(as_json) == text
    as_toml = f"x = {with_numbers_toml(in_quotes(text))}"
    assert tomllib.loads(as_toml) == {"x": text}
    for written in (as_json, as_toml):
        assert not any(is_steering(each) and each not in "\u200c\u200d" for each in written)

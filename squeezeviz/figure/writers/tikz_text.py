"""Text as TeX, in ASCII and in commands that every engine knows: no character of a name acts as a command."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_COMMANDS = {
    "\\": r"\textbackslash",
    "^": r"\textasciicircum",
    "~": r"\textasciitilde",
    "`": r"\textquoteleft",
    "'": r"\textquoteright",
    "‘": r"\textquoteleft",
    "’": r"\textquoteright",
    "“": r"\textquotedblleft",
    "”": r"\textquotedblright",
    '"': r"\textquotedblright",
    "–": r"\textendash",
    "—": r"\textemdash",
    "…": r"\ldots",
    "•": r"\textbullet",
    "¡": r"\textexclamdown",
    "¿": r"\textquestiondown",
    "£": r"\pounds",
    "§": r"\S",
    "¶": r"\P",
    "©": r"\copyright",
    "ß": r"\ss",
    "æ": r"\ae",
    "Æ": r"\AE",
    "œ": r"\oe",
    "Œ": r"\OE",
    "ø": r"\o",
    "Ø": r"\O",
    "ł": r"\l",
    "Ł": r"\L",
    "ı": r"\i",
    "ȷ": r"\j",
    "\N{NO-BREAK SPACE}": r"\nobreakspace",
}
_MATH = {
    "<": "<",
    ">": ">",
    "|": "|",
    "×": r"\times",
    "÷": r"\div",
    "·": r"\cdot",
    "±": r"\pm",
    "−": "-",
    "¬": r"\neg",
    "°": r"^{\circ}",
    "µ": r"\mu",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≈": r"\approx",
    "∞": r"\infty",
    "∑": r"\sum",
    "∏": r"\prod",
    "√": r"\surd",
    "∂": r"\partial",
    "∈": r"\in",
    "←": r"\leftarrow",
    "↑": r"\uparrow",
    "→": r"\rightarrow",
    "↓": r"\downarrow",
    "↔": r"\leftrightarrow",
    "↕": r"\updownarrow",
    "⇒": r"\Rightarrow",
    **{chr(0x2070 + digit): f"^{digit}" for digit in (0, *range(4, 10))},
    **{superscript: f"^{digit}" for digit, superscript in enumerate("¹²³", 1)},
    **{chr(0x2080 + digit): f"_{digit}" for digit in range(10)},
    **{
        chr(code): f"\\{unicodedata.name(chr(code)).rsplit(' ', 1)[1].lower().replace('lamda', 'lambda')}"
        for code in range(0x03B1, 0x03C9 + 1)
        if code not in (0x03BF, 0x03C2)  # omicron and final sigma have no command
    },
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0331": "b",
}
_ESCAPED = "#$%&_{}"
_LIGATURES = "-!?,"
"""What TeX joins with what follows: two hyphens would become a dash."""


def tex_text(text: str) -> str:
    """Write `text` so that TeX typesets it unchanged, in printable ASCII alone.

    What the usual fonts lack becomes `\\squeezevizchar{hex}`, which shows the character where the engine and the
    font have it, else its code. Invisible format characters are left out.
    """
    written, before = [], " "
    for cluster in _clusters(unicodedata.normalize("NFC", text)):
        # TeX joins spaces, and drops those at the beginning.
        written.append(r"\ " if cluster == before == " " else _written(cluster))
        before = cluster
    return "".join(written)


def tex_word(text: str, longest: int = 48) -> str:
    """Turn `text` into a name for a node or a comment: ASCII letters, digits and hyphens."""
    letters = "".join(each if each.isascii() and each.isalnum() else "-" for each in text[: 4 * longest])
    return "-".join(filter(None, letters.split("-")))[:longest] or "layer"


def _clusters(text: str) -> Iterator[str]:
    """Yield the characters, with spaces for line breaks and without invisible ones."""
    for each in text:
        category = unicodedata.category(each)
        if (category in ("Zs", "Zl", "Zp") and each not in _COMMANDS) or each in "\t\n\v\f\r\u0085":
            yield " "
        elif category != "Cf":
            yield each


@lru_cache(maxsize=1024)
def _written(character: str) -> str:
    if character in _ESCAPED:
        return f"\\{character}"
    if character in _COMMANDS:
        return f"{_COMMANDS[character]}{{}}"
    if character in _MATH:
        return f"\\ensuremath{{{_MATH[character]}}}"
    if character in _LIGATURES:
        return f"{character}{{}}"
    if " " <= character <= "~":
        return character
    parts = unicodedata.normalize("NFD", character)
    base, mark = parts[0], parts[1:]
    if mark in _ACCENTS and base.isascii() and base.isalpha():
        return f"\\{_ACCENTS[mark]}{{{base}}}"
    return f"\\squeezevizchar{{{ord(character):04X}}}"

"""Text that Markdown or LaTeX would act on, escaped so that it reads as it stands."""

from __future__ import annotations

import re
import unicodedata


def for_markdown(text: str) -> str:
    """The text as GitHub's Markdown shows it."""
    escaped = re.sub(r"([\\`*_\[\]<>|&~$#!])", r"\\\1", _harmless(text))
    return re.sub(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)", _unlisted, escaped)


def for_latex(text: str) -> str:
    """The text for pdfLaTeX with amsmath; what its fonts lack is written as its code point."""
    unjoined = re.sub(r"([-,'`])(?=\1)|([?!])(?=`)", "\\g<0>\0", _harmless(unicodedata.normalize("NFC", text)))
    return "".join(_latex_character(character) for character in unjoined)


def _unlisted(found: re.Match[str]) -> str:
    """A mark that would begin a list or a rule, made a letter."""
    marker = found[2]
    return f"{found[1]}{marker[:-1]}\\{marker[-1]}"


_JOINERS = "\u200c\u200d"


def _harmless(text: str) -> str:
    """Control and direction marks spelt out."""
    return text if text.isprintable() else "".join(map(_spelt_out, text))


def _spelt_out(character: str) -> str:
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return f"\\u{ord(character):04x}" if unseen else character


def _latex_character(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if " " <= character <= "~" or character in _LATIN:
        return character
    return f"U+{ord(character):04X}" if not character.isspace() else "~"


_LATIN = frozenset(map(chr, range(0xC0, 0x180))) - frozenset("×÷ĦħĸŦŧŉſĿŀĐđŊŋÐðÞþŲųĮįĄąĘęĻļŅņŖŗĶķĢģŢţ")
"""Letters with marks that pdfLaTeX's usual font encoding can put together."""

LATEX_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\0": "{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "−": "$-$",
}
"""Each sign that LaTeX would act on, and three that all of our texts have; NUL parts ligatures."""

_LATEX = {
    **LATEX_SIGNS,
    '"': "''",
    "→": r"$\rightarrow$",
    "≠": r"$\neq$",
    "≤": r"$\leq$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
    "µ": r"$\mu$",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "’": "'",
    "✓": r"$\surd$",
}
"""Further ones that its fonts have by a command alone."""

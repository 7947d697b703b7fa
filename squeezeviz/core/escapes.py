"""Text as each markup takes it, so that it reads as it stands: nothing in a name comes alive, hides or turns around.

`plain` says what a name looks like where a markup could not show it. A file that carries data instead, such as TOML and
JSON, keeps every character, and writes those that are not seen by their numbers.
"""

from __future__ import annotations

import html
import re
import unicodedata

from squeezeviz.core.text import is_seen_alone, plain


def for_html(text: str) -> str:
    return html.escape(plain(text))


def for_markdown(text: str) -> str:
    """The text as GitHub's Markdown shows it."""
    return re.sub(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)", _unlisted, _for_markdown(text))


def for_markdown_cell(text: str) -> str:
    """The text as a cell of a table, with its spaces at both ends, which Markdown takes for its own."""
    return re.sub(r"\A\s+|\s+\Z", lambda found: "".join(f"&#{ord(each)};" for each in found[0]), _for_markdown(text))


def for_latex(text: str) -> str:
    """The text for pdfLaTeX with amsmath; what its fonts lack is written as its code point."""
    return "".join(map(_latex_character, _without_ligatures(unicodedata.normalize("NFC", text))))


def for_latex_cell(text: str) -> str:
    """The text as a cell of a table, with all of its spaces; other scripts stay, for LuaLaTeX and XeLaTeX."""
    escaped = "".join(_LATEX_CELL.get(character, character) for character in _without_ligatures(text))
    return _LOST_SPACE.sub(lambda found: found[0].replace(" ", r"\ "), escaped)


def in_quotes(text: str) -> str:
    """The text in double quotes, as TOML and protobuf's text format have it; a name holds no line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_numbers_toml(written: str) -> str:
    """TOML with every character in it that is not seen by its number: what is read back is the same."""
    return written if written.isascii() else "".join(map(_numbered_toml, written))


def with_numbers_json(written: str) -> str:
    """JSON with every character in it that is not seen by its number: what is read back is the same."""
    return written if written.isascii() else "".join(map(_numbered_json, written))


def _numbered_toml(character: str) -> str:
    if character.isascii() or is_seen_alone(character):
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _numbered_json(character: str) -> str:
    if character.isascii() or is_seen_alone(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _for_markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|&~$#!])", r"\\\1", plain(text))


def _unlisted(found: re.Match[str]) -> str:
    """A mark that would begin a list or a rule, made a letter."""
    marker = found[2]
    return f"{found[1]}{marker[:-1]}\\{marker[-1]}"


def _without_ligatures(text: str) -> str:
    """NUL between signs that LaTeX would join."""
    return re.sub(r"([-,'`])(?=\1)|([?!])(?=`)", "\\g<0>\0", plain(text))


def _latex_character(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if " " <= character <= "~" or character in _LATIN:
        return character
    return f"U+{ord(character):04X}" if not character.isspace() else "~"


_LATIN = frozenset(map(chr, range(0xC0, 0x180))) - frozenset("×÷ĦħĸŦŧŉſĿŀĐđŊŋÐðÞþŲųĮįĄąĘęĻļŅņŖŗĶķĢģŢţ")
"""Letters with marks that pdfLaTeX's usual font encoding can put together."""

_LATEX_SIGNS = {
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
    **_LATEX_SIGNS,
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

_LATEX_CELL = _LATEX_SIGNS | {"→": r"$\to$", "“": "``", "”": "''"}
"""Brackets and stars among them, because they could follow a row's end."""

_LOST_SPACE = re.compile(r"\A +| +\Z|(?<= ) +")
"""Spaces that LaTeX drops, at the ends of a cell and behind another."""

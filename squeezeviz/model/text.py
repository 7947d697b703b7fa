"""Making text from outside safe to show: names, paths and messages as one plain line for people and terminals.

A name may be any text, and a file's name any bytes. Characters that steer a terminal, change the direction of text, are
invisible, or pile up are written as escapes: backslash, then `x1b` or `u202e`. Arabic, Hebrew, CJK, accents and joined
emoji stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

ELLIPSIS = "…"

LONGEST_LABEL = 80
"""Characters of a label in a menu, on a button, a tab or in a title."""

MOST_MARKS = 8
"""Marks on one letter that are shown: no script stacks more, and a pile of them covers the lines around it."""

_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03c9\u2010-\u2027\u2030-\u205e\u2070-\u208e\u2190-\u23ff]*")
"""Characters that stand for themselves, whatever is beside them."""

_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_SEEN = "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]"
"""Format characters that are signs to read: Arabic, Syriac and Kaithi numbers, and how hieroglyphs stand together."""
_BLANK = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\uffa0\ufdd0-\ufdef\ufff0-\uffff"
    "\U0001d159\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
"""Letters, marks and unassigned characters of which nothing is seen."""
_REPLACEMENTS = "\ufffc\ufffd"
_JOINERS = "\u200c\u200d"
_KEYCAP = "\u20e3"
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f"
"""A flag with a region's letters, such as Scotland's."""


def plain(text: str, longest: int | None = None) -> str:
    """Return `text` as one line that is what it looks like, of at most `longest` characters, with an ellipsis if it was
    cut.

    Calling it on its own result changes nothing. Surrogates, which Python uses for undecodable bytes of file names, are
    decoded as UTF-8 or escaped.
    """
    if not _PLAIN.fullmatch(text):
        return _spelt_out(text, longest)
    return text if longest is None or len(text) <= longest else text[: longest - 1] + ELLIPSIS


def plain_path(path: str, longest: int) -> str:
    """Return a path as one line. A long path keeps both ends, because its last part says most."""
    shown, half = plain(path), longest // 2
    return shown if len(shown) <= longest else f"{shown[: half - 1]}{ELLIPSIS}{shown[-half:]}"


def plain_within(text: str, columns: int) -> str:
    """Return `text` as one line of at most `columns` columns of a terminal."""
    shown = plain(text[: 4 * columns + 1])
    if len(shown) <= columns and columns_of(shown) <= columns:
        return shown
    cut = shown[: columns - 1]
    while columns_of(cut) > columns - 1:
        cut = cut[:-1]
    return cut + ELLIPSIS


def columns_of(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def with_article(noun: str) -> str:
    """Return the words with the article with which they are read: `a conv`, `an avgpool`, `an LRN`."""
    return f"{'an' if re.match(_VOWEL, noun) else 'a'} {noun}"


_VOWEL = "[aeioAEIO]|[uU]p|[FHLMNRSX](?![a-z])"
"""How words begin that are read with a vowel, and those that are read letter by letter."""


def counted(count: int, noun: str) -> str:
    """Return `1 channel`, `1,000 channels`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(words: Sequence[str], most: int | None = None) -> str:
    """`a`, `a and b`, `a, b and c`; of more than `most` words the first ones: `a, b, c and 17 more`."""
    if most is not None and len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1:,} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def some(words: Sequence[str], most: int = 6) -> str:
    """`a, b, c`; the first of more than `most` words, and how many more there are: `a, b and 17 more`."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def breaks_a_line(character: str) -> bool:
    """Whether no name may contain the character: it is a control character, a surrogate, or ends a line."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in "\ufffe\uffff"


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


@lru_cache(maxsize=128)
def _spelt_out(text: str, longest: int | None) -> str:
    taken: list[str] = []
    used = 0
    for piece in plain_pieces(text):
        taken.append(piece)
        used += len(piece)
        if longest is not None and used > longest:
            while taken and used >= longest:
                used -= len(taken.pop())
            return "".join(taken) + ELLIPSIS
    return "".join(taken)


_ESCAPED_BYTES = "[\udc80-\udcff]+"
"""What Python makes of a file name's bytes where the locale's encoding has no character for them."""


def _decoded(escaped: re.Match[str]) -> str:
    """Return the characters that the bytes encode in UTF-8, or each byte escaped if they encode none."""
    spelt = escaped[0].encode(errors="surrogateescape")
    try:
        return spelt.decode()
    except UnicodeDecodeError:
        return "".join(f"\\x{byte:02x}" for byte in spelt)


def plain_pieces(text: str) -> Iterator[str]:
    """Iterate over the characters, or over their escapes, which must not be cut."""
    text = re.sub(_ESCAPED_BYTES, _decoded, text)
    at, marks, before = 0, 0, ""
    while at < len(text):
        character = text[at]
        flag = re.compile(_FLAG).match(text, at) if character == _FLAG[0] else None
        marks = marks + 1 if not character.isascii() and unicodedata.category(character) in ("Mn", "Me") else 0
        if flag:
            shown = flag[0]
        elif marks > MOST_MARKS:
            shown = ELLIPSIS if marks == MOST_MARKS + 1 else ""
        else:
            shown = character if _is_seen(character, before, text[at + 1 : at + 2]) else _escape(character)
        yield shown
        before = shown[-1:] or before
        at = flag.end() if flag else at + 1


def _escape(character: str) -> str:
    """`\\x1b`, `\\u202e`, `\\U000e0041`."""
    code = ord(character)
    return repr(character)[1:-1] if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_seen(character: str, before: str, after: str) -> bool:
    """Whether the character is visible, or affects its neighbours."""
    if character.isascii():
        return character.isprintable()
    if character in _JOINERS:
        return _is_joined(before) and _is_joined(after)
    if _is_selector(character):
        return after == _KEYCAP or (_is_joined(before) and not _is_selector(before))
    return _is_visible(character)


def _is_selector(character: str) -> bool:
    """Whether the character chooses between two looks of the one before it."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@lru_cache(maxsize=4096)
def _is_visible(character: str) -> bool:
    if character in _REPLACEMENTS or re.match(_SEEN, character):
        return True
    return not re.match(_BLANK, character) and unicodedata.category(character) not in _UNSEEN_CATEGORIES


def is_seen_alone(character: str) -> bool:
    """Whether the character is visible, or useful beside any neighbours."""
    return character in _JOINERS or _is_seen(character, "א", "א")


def _is_joined(neighbour: str) -> bool:
    """Whether the character belongs to a script or an emoji whose characters join."""
    return (
        bool(neighbour)
        and not neighbour.isascii()
        and unicodedata.category(neighbour)[0] in "LMS"
        and not re.match(_BLANK, neighbour)
    )


_NOT_IN_XML = "[\0-\b\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_LINE_BREAKS = "[\t\n\v\f\r\u0085\u2028\u2029]"


def one_line(text: str) -> str:
    """`text` with line breaks and tabs as spaces, and what no XML may hold as U+FFFD.

    https://www.w3.org/TR/xml/#charsets
    """
    if text.isprintable():  # as nearly every line is
        return text
    return re.sub(_NOT_IN_XML, "\ufffd", re.sub(_LINE_BREAKS, " ", text))


def for_html(text: str) -> str:
    import html  # not sooner: it knows two thousand names of characters

    return html.escape(plain(text))


def action_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Text for a menu, a button or a tab, where Qt treats & as the mark of a mnemonic."""
    return plain(text, longest).replace("&", "&&")


def title_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Text for a window title, where Qt treats [*] as the mark of a change."""
    return plain(text, longest).replace("[*]", "[*][*]")


def tip_text(text: str, style: str = "") -> str:
    """For a tool tip, which Qt guesses to be markup: as markup with that CSS; empty stays empty."""
    styled = f" style='{style}'" if style else ""
    return f"<p{styled}>{'<br>'.join(map(for_html, text.splitlines()))}</p>" if text else ""


def for_markdown(text: str) -> str:
    """Return the text escaped for GitHub's Markdown."""
    return re.sub(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)", _unlisted, _for_markdown(text))


def for_markdown_cell(text: str) -> str:
    """Return the text as a cell of a Markdown table. Spaces at both ends are preserved."""
    return re.sub(r"\A\s+|\s+\Z", lambda found: "".join(f"&#{ord(each)};" for each in found[0]), _for_markdown(text))


def for_latex(text: str) -> str:
    """Return the text escaped for pdfLaTeX with amsmath. Characters that its fonts lack become code points."""
    return "".join(map(_latex_character, _without_ligatures(unicodedata.normalize("NFC", text))))


def for_latex_cell(text: str) -> str:
    """Return the text as a cell of a LaTeX table. Spaces are preserved, and so are other scripts, for LuaLaTeX and
    XeLaTeX."""
    escaped = "".join(_LATEX_CELL.get(character, character) for character in _without_ligatures(text))
    return re.sub(_LOST_SPACE, lambda found: found[0].replace(" ", r"\ "), escaped)


def in_quotes(text: str) -> str:
    """Return the text in double quotes, as TOML and protobuf's text format write it. A name has no line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_numbers_toml(written: str) -> str:
    """Return TOML in which invisible characters are escaped. Reading it gives the same data."""

    def escape(character: str) -> str:
        code = ord(character)
        return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"

    return _with_numbers(written, escape)


def with_numbers_json(written: str) -> str:
    """Return JSON in which invisible characters are escaped. Reading it gives the same data."""

    def escape(character: str) -> str:
        units = character.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))

    return _with_numbers(written, escape)


def _with_numbers(written: str, escape: Callable[[str], str]) -> str:
    return _BEYOND_ASCII.sub(lambda found: found[0] if is_seen_alone(found[0]) else escape(found[0]), written)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def _for_markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|&~$#!])", r"\\\1", plain(text))


def _unlisted(found: re.Match[str]) -> str:
    """A mark that would begin a list or a rule, made a letter."""
    marker = found[2]
    return f"{found[1]}{marker[:-1]}\\{marker[-1]}"


def _without_ligatures(text: str) -> str:
    """Put NUL between characters that LaTeX would join."""
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

_LOST_SPACE = r"\A +| +\Z|(?<= ) +"
"""Spaces that LaTeX drops, at the ends of a cell and behind another."""


_ALIKE = 0.6
_LONGEST = 200
"""Longer words are not compared: no one types them."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most similar to `word`: equal except for case, beginning with it, or similar by letters."""
    folded, words = word.casefold(), {each.casefold(): each for each in known}
    if folded in words or not folded or len(folded) > _LONGEST:
        return words.get(folded)
    begun = [each for each in words if len(folded) > 1 and each.startswith(folded)]
    if len(begun) != 1:
        import difflib  # not sooner: only a mistake needs it

        begun = difflib.get_close_matches(folded, words, 1, _ALIKE)
    return words[begun[0]] if begun else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that suggests a similar word, or an empty text."""
    near = nearest(word, known)
    return "" if near is None else f"; did you mean {near}?"

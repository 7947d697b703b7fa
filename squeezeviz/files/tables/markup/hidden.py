"""What a document does not print: text that is commented out, or shown as source. Line breaks stay where they are."""

from __future__ import annotations

import re

COMMENTED = "<!-- -->"
"""Stands for a line of Markdown of which nothing is printed."""

_LATEX = re.compile(
    r"\\begin\s*+\{\s*+(?P<shown>comment|verbatim\*?|Verbatim\*?|lstlisting|minted)\s*+\}"
    r"|\\(?P<false>iffalse)(?![a-zA-Z@])"
    r"|\\(?P<end>end\s*+\{\s*+document\s*+\})"
    r"|\\.|%[^\n]*",
    re.DOTALL,
)
_CONDITION = re.compile(r"\\(?:(?P<open>if(?!f\b|thenelse\b)[a-zA-Z@]*)|(?P<close>(?:fi|else)(?![a-zA-Z@]))|.)|%[^\n]*")


def without_hidden_latex(source: str) -> str:
    r"""The source without `comment`, `verbatim` and kin, `\iffalse` up to its `\fi`, and what follows the document."""
    pieces: list[str] = []
    at = 0
    while (found := _next_hidden(source, at)) is not None:
        end = _end_of_hidden(source, found)
        pieces += [source[at : found.start()], _lines_of(source[found.start() : end])]
        at = end
    return "".join((*pieces, source[at:])) if pieces else source


def _next_hidden(source: str, at: int) -> re.Match[str] | None:
    return next((found for found in _LATEX.finditer(source, at) if found.lastgroup), None)


def _end_of_hidden(source: str, found: re.Match[str]) -> int:
    if found["end"]:
        return len(source)
    if found["shown"]:
        last = re.compile(rf"\\end\s*+\{{\s*+{re.escape(found['shown'])}\s*+\}}").search(source, found.end())
        return last.end() if last else len(source)
    depth = 1
    for each in _CONDITION.finditer(source, found.end()):
        if each["open"]:
            depth += 1
        elif each["close"] and (depth == 1 or each["close"] == "fi"):
            depth -= 1
        if not depth:
            return each.end()
    return len(source)


_MARKDOWN = re.compile(r"`[^`\n]*`|(?P<comment><!--)")


def without_comments(text: str) -> str:
    """The Markdown without `<!-- … -->`; a line that holds nothing else is `COMMENTED`."""
    if "<!--" not in text:
        return text
    pieces: list[str] = []
    at = 0
    while (found := next((each for each in _MARKDOWN.finditer(text, at) if each["comment"]), None)) is not None:
        closed = text.find("-->", found.start() + 2)
        if closed < 0 and not _begins_block(text, found.start()):
            break
        end = closed + 3 if closed >= 0 else len(text)
        pieces += [text[at : found.start()], _MARK + text.count("\n", found.start(), end) * f"\n{_MARK}"]
        at = end
    lines = "".join((*pieces, text[at:])).split("\n")
    return "\n".join(_without_mark(line) for line in lines)


_MARK = "\0"


def _without_mark(line: str) -> str:
    return line.replace(_MARK, " ") if line.replace(_MARK, "").strip(" \t>") or _MARK not in line else COMMENTED


_LONGEST_INDENT = 20


def _begins_block(text: str, at: int) -> bool:
    """Whether a comment without an end hides all that follows: it begins a line, and not within a fence."""
    before = text[max(0, at - _LONGEST_INDENT) : at]
    return not before.rpartition("\n")[2].strip(" \t>") and text.count("\n```", 0, at) % 2 == 0


def _lines_of(hidden: str) -> str:
    return " " + "\n" * hidden.count("\n")

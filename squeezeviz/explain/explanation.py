"""An explanation as plain data: what the panel shows, and what is copied as text, Markdown or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.model.formula import Formula
from squeezeviz.model.text import plain


class Tone(StrEnum):
    """How a line is meant: prose, a rule, its figures, a measurement that agrees or differs, a quiet remark."""

    TEXT = "text"
    RULE = "rule"
    FORMULA = "formula"
    MEASURED = "measured"
    DIFFERS = "differs"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: prose, or a row of `label`, formula (`text`) and `value`. `part` names a Fire's part for its colour.

    `formula` is what `text` writes: its rule where the tone is RULE, else its figures.
    """

    text: str
    tone: Tone = Tone.TEXT
    label: str = ""
    value: str = ""
    part: str = ""
    formula: Formula | None = None

    def __post_init__(self) -> None:
        _show_plainly(self, "text", "label", "value")


@dataclass(frozen=True, slots=True)
class Section:
    """One thing explained. `source` is where it is defined: a section of the paper, or a layer's definition.

    What is `further` can wait until the first questions are answered.
    """

    heading: str
    lines: tuple[Line, ...]
    source: str = ""
    further: bool = False

    def __post_init__(self) -> None:
        _show_plainly(self, "heading", "source")


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say about `title`, which is a `kind` of thing."""

    title: str
    kind: str
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        _show_plainly(self, "title", "kind")


def _show_plainly(of: Line | Section | Explanation, *fields: str) -> None:
    """Names in it may hold anything; all that is shown and copied passes here."""
    for field in fields:
        object.__setattr__(of, field, plain(getattr(of, field)))


def equation(formula: Formula, before: str = "", after: str = "") -> Line:
    """The figures and their result, such as `64 + 64 = 128`."""
    return Line(before + formula.equation() + after, Tone.FORMULA, formula=formula)


def rule(formula: Formula) -> Line:
    """The same with words for the figures."""
    return Line(formula.rule(), Tone.RULE, formula=formula)


def row(label: str, value: str) -> Line:
    return Line("", Tone.TEXT, label, value)


def figures_row(label: str, formula: Formula, value: str = "", part: str = "") -> Line:
    """What it is, its figures, and the result, which `value` may write with a unit."""
    return Line(formula.text(), Tone.TEXT, label, value or f"{formula.value:,}", part, formula)


def quiet(text: str) -> Line:
    return Line(text, Tone.QUIET)

"""An explanation as plain data: what the panel shows, and what is copied as text, Markdown or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.model.formula import Formula
from squeezeviz.model.text import plain


class Tone(StrEnum):
    """What kind of line it is: prose, a rule, its figures, a measurement that agrees or differs, a quiet remark."""

    TEXT = "text"
    RULE = "rule"
    FORMULA = "formula"
    MEASURED = "measured"
    DIFFERS = "differs"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: prose, or a row of `label`, formula (`text`) and `value`. `part` names a Fire's part for its colour.

    `formula` is the formula that `text` writes, as a rule if the tone is RULE and with figures otherwise.
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
    """One thing explained. `source` says where it is defined: a section of the paper, or a layer's definition.

    A section with `further` set is shown after those that answer the first questions.
    """

    heading: str
    lines: tuple[Line, ...]
    source: str = ""
    further: bool = False

    def __post_init__(self) -> None:
        _show_plainly(self, "heading", "source")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say about `title`. `kind` says what kind of thing that is."""

    title: str
    kind: str
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        _show_plainly(self, "title", "kind")


def _show_plainly(of: Line | Section | Explanation, *fields: str) -> None:
    """Replace control characters in these fields. Names may hold anything, and everything shown or copied passes
    here."""
    for field in fields:
        object.__setattr__(of, field, plain(getattr(of, field)))


def equation(formula: Formula, before: str = "", after: str = "") -> Line:
    """Return a line with the figures and their result, such as `64 + 64 = 128`."""
    return Line(before + formula.equation() + after, Tone.FORMULA, formula=formula)


def rule(formula: Formula) -> Line:
    """Return a line with the formula in words instead of figures."""
    return Line(formula.rule(), Tone.RULE, formula=formula)


def row(label: str, value: str) -> Line:
    return Line("", Tone.TEXT, label, value)


def figures_row(label: str, formula: Formula, value: str = "", part: str = "") -> Line:
    """Return a row with a label, the figures, and the result. `value` may give the result with a unit."""
    return Line(formula.text(), Tone.TEXT, label, value or f"{formula.value:,}", part, formula)


def quiet(text: str) -> Line:
    return Line(text, Tone.QUIET)

"""An explanation as plain data, which the panel shows, and as text, Markdown, HTML, or LaTeX with amsmath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.model.formula import Formula
from squeezeviz.model.text import for_html, for_latex, for_markdown, plain

_put = object.__setattr__


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

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.TEXT,
        label: str = "",
        value: str = "",
        part: str = "",
        formula: Formula | None = None,
    ) -> None:
        # Field by field: each explanation makes fifty lines, and a record's own way takes three times as long.
        _put(self, "text", plain(text))
        _put(self, "tone", tone)
        _put(self, "label", plain(label))
        _put(self, "value", plain(value))
        _put(self, "part", part)
        _put(self, "formula", formula)


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


def _show_plainly(of: Section | Explanation, *fields: str) -> None:
    """Replace control characters in these fields. Names may hold anything, and everything shown or copied passes
    here, or `Line`."""
    for field in fields:
        _put(of, field, plain(getattr(of, field)))


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


def as_text(explanation: Explanation) -> str:
    """Return plain text with a heading for each section and aligned rows."""
    return "\n".join([f"{explanation.title} ({explanation.kind})", *map(_section_text, explanation.sections)])


def as_markdown(explanation: Explanation) -> str:
    """Return GitHub-flavoured Markdown: headings, formulas as code, rows as a table."""
    title = f"## {for_markdown(explanation.title)} ({for_markdown(explanation.kind)})\n"
    return "\n".join([title, *map(_section_markdown, explanation.sections)])


def as_latex(explanation: Explanation) -> str:
    r"""A fragment for a document that loads amsmath: `\subsection*`, paragraphs, displayed formulas, tabulars."""
    title = rf"\subsection*{{{for_latex(explanation.title)} ({for_latex(explanation.kind)})}}"
    return "\n".join([title, "", *map(_section_latex, explanation.sections)])


def as_html(explanation: Explanation) -> str:
    """Return a fragment of HTML: headings, formulas as code, rows as a table. Its classes are the tones of lines."""
    title = f"<h2>{for_html(explanation.title)} <small>{for_html(explanation.kind)}</small></h2>"
    return "\n".join([title, *map(_section_html, explanation.sections)])


def _section_text(section: Section) -> str:
    rows = _rows(section)
    label_width = max((len(line.label) for line in rows), default=0)
    text_width = max((len(line.text) for line in rows), default=0)
    value_width = max((len(line.value) for line in rows), default=0)
    lines = ["", section.heading, *(f"  {line.text}" for line in _prose(section))]
    for line in rows:
        text = f"{line.text:{text_width}}  " if text_width else ""
        lines.append(f"  {line.label:{label_width}}  {text}{line.value:>{value_width}}")
    lines += [f"  Source: {section.source}"] if section.source else []
    return "\n".join(lines)


def _section_markdown(section: Section) -> str:
    lines = [f"### {for_markdown(section.heading)}", ""]
    for line in _prose(section):
        lines += [_code(line.text) if line.formula else for_markdown(line.text), ""]
    rows = _rows(section)
    if rows:
        lines += ["| | | |", "| --- | --- | --: |"]
        for line in rows:
            text = _code(line.text) if line.formula else for_markdown(line.text)
            lines.append(f"| {for_markdown(line.label)} | {text} | {for_markdown(line.value)} |")
        lines.append("")
    lines += [f"*Source: {for_markdown(section.source)}*", ""] if section.source else []
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39)).replace('|', chr(0x2223))}`"


def _section_html(section: Section) -> str:
    lines = [f"<h3>{for_html(section.heading)}</h3>"]
    lines += [f'<p class="{line.tone}">{_html(line)}</p>' for line in _prose(section)]
    rows = _rows(section)
    if rows:
        lines.append("<table>")
        for line in rows:
            cells = f"<td>{_html(line)}</td><td>{for_html(line.value)}</td>"
            lines.append(f'<tr class="{line.tone}"><th scope="row">{for_html(line.label)}</th>{cells}</tr>')
        lines.append("</table>")
    lines += [f'<p class="source">Source: {for_html(section.source)}</p>'] if section.source else []
    return "\n".join(lines)


def _html(line: Line) -> str:
    return f"<code>{for_html(line.text)}</code>" if line.formula else for_html(line.text)


def _section_latex(section: Section) -> str:
    lines = [rf"\paragraph{{{for_latex(section.heading)}}}"]
    for line in _prose(section):
        lines.append(rf"\[ {_mathematics(line)} \]" if line.formula else for_latex(line.text) + r"\par")
    rows = _rows(section)
    if rows:
        lines += [r"\par\noindent", r"\begin{tabular}{llr}"]
        lines += [f"{for_latex(line.label)} & {_in_line(line)} & {for_latex(line.value)}" + r" \\" for line in rows]
        lines += [r"\end{tabular}\par"]
    lines += [rf"\emph{{Source: {for_latex(section.source)}.}}"] if section.source else []
    return "\n".join([*lines, ""])


def _in_line(line: Line) -> str:
    return f"${_mathematics(line)}$" if line.formula else for_latex(line.text)


def _mathematics(line: Line) -> str:
    """Return a line that contains a formula as mathematics. Words before and after it stay words."""
    formula = line.formula
    assert formula is not None
    shown, written = _written(formula, line)
    before, _, after = line.text.partition(shown)
    return _words(before) + written + _words(after)


def _written(formula: Formula, line: Line) -> tuple[str, str]:
    """Return the part of the line that is the formula, and that part as mathematics."""
    ways: tuple[tuple[Callable[[Formula], str], Callable[[Formula], str]], ...]
    if line.tone is Tone.RULE:
        return formula.rule(), formula.rule_latex()
    ways = ((Formula.equation, _equation_latex), (Formula.text, Formula.latex))
    return next((plain(formula), latex(formula)) for plain, latex in ways if plain(formula) in line.text)


def _equation_latex(formula: Formula) -> str:
    result = f"{formula.value:,}".replace(",", "{,}")
    return result if not formula.parts else f"{formula.latex()} = {result}"


def _words(text: str) -> str:
    return rf"\text{{{for_latex(text)}}}" if text else ""


def _prose(section: Section) -> list[Line]:
    return [line for line in section.lines if not line.label]


def _rows(section: Section) -> list[Line]:
    return [line for line in section.lines if line.label]

"""A grid of cells as text for a terminal, Markdown, a web page, or LaTeX. Names stay text, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from squeezeviz.model.text import columns_of, for_html, for_latex_cell, for_markdown_cell, plain, plain_within

LONGEST_CELL = 48
"""Columns of a terminal that one cell may take."""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Headers, rows and a last row of totals; the first `text_columns` hold text, the others numbers.

    In a document `title` says what the table shows, and `notes` are sentences that stand under it.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    text_columns: int
    notes: tuple[str, ...] = ()
    title: str = ""


def as_terminal_text(grid: PrintedTable) -> str:
    """Columns aligned, a line under the headers and the rows."""
    lines = aligned((grid.headers, *grid.rows, grid.total), grid.text_columns)
    rule = "─" * max(map(columns_of, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def aligned(rows: Sequence[tuple[str, ...]], text_columns: int) -> list[str]:
    """A line for each row, columns aligned by the width that a terminal gives each character."""
    shown = [tuple(plain_within(cell, LONGEST_CELL) for cell in row) for row in rows]
    widths = [max(columns_of(cell) for cell in column) for column in zip(*shown, strict=True)]
    lines = []
    for row in shown:
        padded = [
            cell + " " * (width - columns_of(cell)) if index < text_columns else " " * (width - columns_of(cell)) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


LONGEST_ON_A_LINE = 40
"""Characters of a name that is not broken."""

_STYLE = """\
<style>
  .squeezeviz { --ink: #1c2530; --faint: #5b6673; --line: #d5dae0; --band: #f4f6f8; --paper: #fff;
    box-sizing: border-box; width: fit-content; max-width: 100%; margin: 1.5em auto; padding: 1em 1.2em;
    overflow-x: auto; border-radius: 6px; background: var(--paper); color: var(--ink);
    font: 15px/1.4 system-ui, sans-serif; }
  .squeezeviz table { border-collapse: collapse; font: inherit; font-variant-numeric: tabular-nums; color: inherit; }
  .squeezeviz caption { caption-side: top; padding: 0 0 .6em; text-align: left; font-weight: 600; }
  .squeezeviz th, .squeezeviz td { padding: .25em .7em; border: 0; text-align: right; vertical-align: baseline;
    white-space: nowrap; }
  .squeezeviz .text { text-align: left; }
  .squeezeviz th { font-weight: 600; }
  .squeezeviz tbody th { font-weight: 500; white-space: pre; unicode-bidi: isolate; }
  .squeezeviz tbody .long { min-width: 24em; white-space: pre-wrap; overflow-wrap: anywhere; }
  .squeezeviz thead th { color: var(--faint); vertical-align: bottom; white-space: normal; }
  .squeezeviz thead { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
  .squeezeviz tbody tr + tr { border-top: 1px solid var(--line); }
  .squeezeviz tfoot { border-top: 1px solid var(--ink); border-bottom: 2px solid var(--ink); background: var(--band); }
  .squeezeviz ul { max-width: 60em; padding-left: 1.2em; color: var(--faint); font-size: .9em; }
  @media (prefers-color-scheme: dark) {
    .squeezeviz { --ink: #e6eaef; --faint: #9aa5b1; --line: #333c47; --band: #1f2731; --paper: #12171d; }
  }
</style>
"""


def as_html(grid: PrintedTable) -> str:
    """The table with its style, to be pasted where a web page takes HTML: no script, and nothing fetched."""
    head = _row(grid.headers, grid.text_columns, "col")
    body = "".join(_row(row, grid.text_columns, "row") for row in grid.rows)
    notes = "".join(f"    <li>{for_html(note)}</li>\n" for note in grid.notes)
    return (
        f'{_STYLE}<figure class="squeezeviz">\n  <table>\n'
        + (f"    <caption>{for_html(grid.title)}</caption>\n" if grid.title else "")
        + f"    <thead>\n{head}    </thead>\n    <tbody>\n{body}    </tbody>\n"
        + f"    <tfoot>\n{_row(grid.total, grid.text_columns, 'row')}    </tfoot>\n  </table>\n"
        + (f"  <ul>\n{notes}  </ul>\n" if notes else "")
        + "</figure>\n"
    )


def as_page(grid: PrintedTable) -> str:
    """The table as a page of its own, light or dark as its reader has it."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{for_html(grid.title)}</title>\n</head>\n<body>\n{as_html(grid)}</body>\n</html>\n"
    )


def _row(cells: tuple[str, ...], text_columns: int, scope: str) -> str:
    """A row of heads, or one whose first cell is its head."""
    written = []
    for index, cell in enumerate(cells):
        attributes = f' scope="{scope}"' if scope == "col" or index == 0 else ""
        classes = ["text"] * (index < text_columns) + ["long"] * (len(cell) > LONGEST_ON_A_LINE)
        attributes += f' class="{" ".join(classes)}"' if classes else ""
        name = "th" if scope == "col" or index == 0 else "td"
        written.append(f"<{name}{attributes}>{for_html(cell)}</{name}>")
    return f"      <tr>{''.join(written)}</tr>\n"


def as_markdown(grid: PrintedTable) -> str:
    """A table with its totals in bold and its notes as a list under it."""
    total = " | ".join(f"**{for_markdown_cell(cell)}**" if cell else "" for cell in grid.total)
    notes = "".join(f"- {for_markdown_cell(note)}\n" for note in grid.notes)
    table = markdown_table(grid.headers, grid.rows, grid.text_columns) + f"| {total} |\n"
    return f"{table}\n{notes}" if notes else table


def markdown_table(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], text_columns: int) -> str:
    """A table without totals; the first `text_columns` stand to the left, the others to the right."""
    rule = ["---" if index < text_columns else "--:" for index in range(len(headers))]
    head, *body = [[for_markdown_cell(cell) for cell in row] for row in (headers, *rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *body))


WIDEST_PADDING = 32
"""Characters to which the source's cells are filled up, so that one long name does not move all others away."""


WIDE = 8
"""Columns beyond which a table is set small: nine then fit an article, Table 1's thirteen both columns of a page."""

_NARROW = r"\begingroup\footnotesize\setlength{\tabcolsep}{1.8pt}%"


def as_latex(grid: PrintedTable) -> str:
    r"""A tabular to `\input` in a document that loads the booktabs package; notes stand small under it."""
    alignment = "".join("l" if index < grid.text_columns else "r" for index in range(len(grid.headers)))
    if len(grid.headers) > WIDE:
        alignment = f"@{{}}{alignment}@{{}}"
    body = [_cells(row, grid.text_columns) for row in (*grid.rows, grid.total)]
    widths = [min(max(map(len, column)), WIDEST_PADDING) for column in zip(*body, strict=True)]
    *rows, total = [_line(row, widths, grid.text_columns) for row in body]
    heads = [_head(header, index < grid.text_columns) for index, header in enumerate(grid.headers)]
    return "\n".join(
        [
            *_remarks(grid),
            *([_NARROW] if len(grid.headers) > WIDE else []),
            rf"\begin{{tabular}}{{{alignment}}}",
            r"\toprule",
            *(f"{head} &" for head in heads[:-1]),
            rf"{heads[-1]} \\",
            r"\midrule",
            *rows,
            r"\midrule",
            total,
            r"\bottomrule",
            r"\end{tabular}" + (r"\endgroup" if len(grid.headers) > WIDE else ""),
            *(rf"\par\smallskip{{\footnotesize\noindent {for_latex_cell(note)}\par}}" for note in grid.notes),
            "",
        ]
    )


_HEADS = {
    "layer": ("layer", "name/type"),
    "layer name/type": ("layer", "name/type"),
    "output size": ("output", "size"),
    "filter/stride": ("filter size/", "stride"),
    "filter size/stride": ("filter size/", "stride"),
    "s1x1": (r"$s_{1\times1}$",),
    "e1x1": (r"$e_{1\times1}$",),
    "e3x3": (r"$e_{3\times3}$",),
    "s1x1 sparsity": (r"$s_{1\times1}$", "sparsity"),
    "e1x1 sparsity": (r"$e_{1\times1}$", "sparsity"),
    "e3x3 sparsity": (r"$e_{3\times3}$", "sparsity"),
    "# bits": (r"\#\,bits",),
    "parameters": (r"\#parameter",),
    "#parameter before pruning": (r"\#parameter", "before", "pruning"),
    "#parameter after pruning": (r"\#parameter", "after", "pruning"),
    "multiply-adds": ("multiply-", "adds"),
    "time ms": ("time", "ms"),
}
"""Table 1's heads, in as many lines as keep their columns narrow."""


def _head(header: str, is_text: bool) -> str:
    lines = _HEADS.get(header, (for_latex_cell(header),))
    if len(lines) == 1:
        return lines[0]
    alignment = "l" if is_text else "r"
    return rf"\begin{{tabular}}[b]{{@{{}}{alignment}@{{}}}}" + r"\\".join(lines) + r"\end{tabular}"


def _remarks(grid: PrintedTable) -> Iterator[str]:
    """What a person has to know who takes the table into a document, as comments."""
    if grid.title:
        yield f"% {plain(grid.title)}"
    yield r"% Needs \usepackage{booktabs} in the preamble."
    if any(re.search(_NOT_LATIN, cell) for row in grid.rows for cell in row[: grid.text_columns]):
        yield "% Some names are beyond pdfLaTeX; LuaLaTeX and XeLaTeX take them with a font that has their characters."


def _cells(row: tuple[str, ...], text_columns: int) -> list[str]:
    return [for_latex_cell(cell) if index < text_columns else _number(cell) for index, cell in enumerate(row)]


def _number(cell: str) -> str:
    return _WORDS.get(cell) or re.sub(r"(?<=[0-9]),(?=[0-9])", "{,}", for_latex_cell(cell))


_WORDS = {"✓": "yes", "✗": "no"}
"""Signs that LaTeX has in further packages only."""


def _line(cells: list[str], widths: list[int], text_columns: int) -> str:
    padded = [
        cell.ljust(width) if index < text_columns else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return " & ".join(padded) + r" \\"


_NOT_LATIN = "[^\x00-\u017f×·−→“”‘’–—…]"

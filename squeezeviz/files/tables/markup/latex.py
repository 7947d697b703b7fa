"""A grid of cells as a LaTeX tabular with booktabs' rules. Names stay text, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from squeezeviz.files.tables.table_text import Grid
from squeezeviz.model.text import for_latex_cell, plain

WIDEST_PADDING = 32
"""Characters to which the source's cells are filled up, so that one long name does not move all others away."""


WIDE = 8
"""Columns beyond which a table is set small: nine then fit an article, Table 1's thirteen both columns of a page."""

_NARROW = r"\begingroup\footnotesize\setlength{\tabcolsep}{1.8pt}%"


def as_latex(grid: Grid) -> str:
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


def _remarks(grid: Grid) -> Iterator[str]:
    """What a person has to know who takes the table into a document, as comments."""
    if grid.title:
        yield f"% {plain(grid.title)}"
    yield r"% Needs \usepackage{booktabs} in the preamble."
    if any(map(_NOT_LATIN.search, (cell for row in grid.rows for cell in row[: grid.text_columns]))):
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


_NOT_LATIN = re.compile("[^\x00-\u017f×·−→“”‘’–—…]")

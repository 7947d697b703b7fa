"""A grid of cells as an HTML table that is pasted on a web page, or as such a page."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.files.tables.table_text import Grid
from squeezeviz.model.text import for_html, for_markdown_cell

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


def as_html(grid: Grid) -> str:
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


def as_page(grid: Grid) -> str:
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


def as_markdown(grid: Grid) -> str:
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

"""Every format in which a table is printed, as plain data: menus and the command line list them without what prints."""

from __future__ import annotations

from squeezeviz.model.records import NamedTuple


class TableFormat(NamedTuple):
    """A format by its id on the command line.

    `title` is how the menu of copies names it, empty where there is none. `printer` is the function of `grid_text` that
    prints it, `delimiter` what separates its cells. TOML alone has no place for what a pass `measured`.
    """

    id: str
    title: str = ""
    printer: str = ""
    delimiter: str = ""
    measured: bool = True

    @property
    def is_document(self) -> bool:
        """Whether people put it into a text of theirs."""
        return bool(self.title and self.printer)


TABLE_FORMATS = (
    TableFormat("table", printer="as_terminal_text"),
    TableFormat("json"),
    TableFormat("csv", "CSV", delimiter=","),
    TableFormat("tsv", delimiter="\t"),
    TableFormat("toml", measured=False),
    TableFormat("markdown", "Markdown", "as_markdown"),
    TableFormat("latex", "LaTeX", "as_latex"),
    TableFormat("html", "HTML", "as_html"),
)

COPIED_AS = {each.id: each.title for each in sorted(TABLE_FORMATS, key=lambda each: not each.is_document) if each.title}
"""What the whole table can be copied as, by the id of the format, and how menus name it: documents first."""

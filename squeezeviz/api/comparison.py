"""What changed from one network to another."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.difference import Difference
from squeezeviz.analysis.difference import compare as difference
from squeezeviz.api.network import Network
from squeezeviz.files.tables.comparison import comparison_json, comparison_markdown, comparison_text
from squeezeviz.model.records import NamedTuple


class Comparison(NamedTuple):
    """What changed from the first network to the second, by rows, cells and totals."""

    names: tuple[str, str]
    found: Difference

    def to_dict(self) -> dict[str, Any]:
        """The object that `squeezeviz compare --format json` prints, schema squeezeviz/compare-1."""
        return comparison_json(self.found)

    def __str__(self) -> str:
        """The lines that `squeezeviz compare` prints."""
        return comparison_text(self.found, *self.names)

    def __repr__(self) -> str:
        return f"<Comparison of {self.names[0]!r} and {self.names[1]!r}>"

    def _repr_markdown_(self) -> str:
        return comparison_markdown(self.found, *self.names)


def compare(one: Network, other: Network) -> Comparison:
    """Return what changed from one network to the other."""
    return Comparison((one.name, other.name), difference(one.table, other.table))

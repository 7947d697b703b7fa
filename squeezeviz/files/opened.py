"""What a reader brings back: a table, and what it tells beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.model.errors import Note, SqueezevizError
from squeezeviz.model.layers import check_name
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint
    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.files.on_disk import OnDisk
    from squeezeviz.files.unknown_geometry import UnknownGeometry
    from squeezeviz.files.weights import Weights


class Read(NamedTuple):
    """A table out of a file, and what a person should know about how it was read.

    `unknown_geometry` is what the file cannot tell of its network, such as strides: the table assumes it until somebody
    says it. `preprocessing` is how pictures are prepared for the weights, where the file tells.
    """

    table: LayerTable
    notes: tuple[Note, ...] = ()
    weights: Weights | None = None
    unknown_geometry: UnknownGeometry | None = None
    preprocessing: PreprocessingHint | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened network. `format` is the format's id in the registry, `preset` for a preset, which has no path.
    Its notes are plain lines, whatever names they speak of.

    `weights` are those that the file holds; where `unknown_geometry` is there, `table` is one of several that they fit.
    """

    table: LayerTable
    notes: tuple[Note, ...] = ()
    format: str = ""
    path: Path | None = None
    weights: Weights | None = None
    unknown_geometry: UnknownGeometry | None = None
    disk: OnDisk | None = None
    """What stood at `path` just before it was read."""
    retained: RetainedWeights | None = None
    """The weights as a file of ours, where the window opened it."""
    preprocessing: PreprocessingHint | None = None
    """How pictures are prepared for the weights, where that is known."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(map(Note.as_line, self.notes)))

    def in_geometry(self, table: LayerTable) -> Opened:
        """Return the network as `table`, in a geometry that a person chose: without the note on the assumed one."""
        assert self.unknown_geometry is not None
        assumption = self.unknown_geometry.assumption.as_line()
        notes = tuple(note for note in self.notes if note != assumption)
        return replace(self, table=table, notes=notes, unknown_geometry=None)


def name_from(stem: str) -> str:
    """A network's name out of its file's, for formats that can leave the name out."""
    try:
        check_name(stem, "the network")
    except SqueezevizError:
        return "Untitled"
    return stem

"""What a window opens with: the argument, else an unsaved network, else the last file, else the default."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Opened
from squeezeviz.files.reading import read_text
from squeezeviz.gui.files import window_folders as folders
from squeezeviz.gui.files.opening import lay_out, read_network
from squeezeviz.gui.files.window_folders import SNAPSHOT, WorkFolder
from squeezeviz.gui.settings import REOPENS, Settings
from squeezeviz.model.errors import Note, Place, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.files.process_folders import ProcessFolder
    from squeezeviz.gui.document import Document
    from squeezeviz.gui.recovery.outlook import Outlook
    from squeezeviz.gui.recovery.snapshot import Snapshot, WeightsFile

# Readers of snapshots are imported when needed, because most starts find none.

DEFAULT = "table1"
_LAST = "last"


class Recovered(NamedTuple):
    """An unsaved network, read from a folder that this process now owns; with its weights and those of its baseline."""

    folder: ProcessFolder
    snapshot: Snapshot
    weights: RetainedWeights | None
    baseline_weights: RetainedWeights | None = None


class Start(NamedTuple):
    """What a window opens with, and what it says about that.

    `named` is whether a person chose it. `sentences` say what could not be opened.
    """

    opened: Opened
    outlook: Outlook | None = None
    recovered: Recovered | None = None
    named: bool = True
    sentences: tuple[str, ...] = ()


def begin(argument: str | None, settings: Settings, work: WorkFolder) -> Start:
    """Return what to open. Raises SqueezevizError if the argument, a file or preset, cannot be opened."""
    if argument is not None:
        return Start(read_network(argument, work))
    recovered, sentences = newest_left_behind()
    if recovered is not None:
        work.take_over(recovered.folder)
        snapshot = recovered.snapshot
        lay_out(snapshot.table)
        return Start(snapshot.opened(recovered.weights), snapshot.outlook, recovered, False, sentences)
    if settings.flag(REOPENS):
        last = settings.plain(_LAST)
        if isinstance(last, dict) and isinstance(last.get("path"), str):
            try:
                return _reopened(last, work)._replace(named=False, sentences=sentences)
            except SqueezevizError as error:
                sentences = (*sentences, f"The last file could not be opened again. {error}")
    return Start(read_network(DEFAULT, work), named=False, sentences=sentences)


def newest_left_behind() -> tuple[Recovered | None, tuple[str, ...]]:
    """Return the newest unsaved network whose window is gone, and a sentence on each that could not be read."""
    sentences: list[str] = []
    for path in folders.left_behind():
        try:
            return recover(path), tuple(sentences)
        except UnreadableError as error:
            sentences.append(str(error))
        except SqueezevizError:
            continue  # another window was quicker
    return None, tuple(sentences)


class UnreadableError(SqueezevizError):
    """An unsaved network could not be read and was set aside."""


def recover(path: Path) -> Recovered:
    """Take over a folder and read the unsaved network in it.

    Raises UnreadableError if it cannot be read, and SqueezevizError if there is none or its window still runs.
    """
    from squeezeviz.gui.recovery.snapshot import from_text

    folder = folders.take(path)
    if folder is None:
        raise SqueezevizError("That network is no longer there to be recovered, or another window has it open.")
    if not folders.has_snapshot(folder):
        folder.release()
        raise SqueezevizError("That network is no longer there to be recovered.")
    try:
        snapshot = from_text(read_text(folder.path / SNAPSHOT))
    except SqueezevizError as error:
        raise unreadable(folder, error) from None
    kept = snapshot.weights, snapshot.baseline.weights if snapshot.baseline else None
    (weights, lost), (beside, more) = (_weights(folder, each) for each in kept)
    folders.tidy(folder, {each.name for each in kept if each is not None})
    return Recovered(folder, dataclasses.replace(snapshot, notes=(*snapshot.notes, *lost, *more)), weights, beside)


def unreadable(folder: ProcessFolder, error: SqueezevizError) -> UnreadableError:
    """Set aside a folder that cannot be read, and return the error to raise."""
    aside = folders.set_aside(folder)
    return UnreadableError(f"An unsaved network could not be recovered: {error.message}. It was set aside in {aside}.")


def _weights(folder: ProcessFolder, kept: WeightsFile | None) -> tuple[RetainedWeights | None, tuple[Note, ...]]:
    from squeezeviz.analysis.weights import RetainedWeights

    if kept is None:
        return None, ()
    path = folder.path / kept.name
    try:
        if not kept.name:
            raise SqueezevizError("they could not be stored")
        shapes = folders.weights_shapes(path)
        return RetainedWeights(str(path), kept.origin, shapes, kept.renamed, kept.stored), ()
    except SqueezevizError as error:
        lost = f"the weights of {brief(kept.origin)} were not recovered ({error.message})"
        return None, (Note(f"{lost}; open that file again to run with them"),)


def _reopened(last: dict[str, Any], work: WorkFolder) -> Start:
    """Open the last file, with the geometry chosen for it if the file does not contain one."""
    from squeezeviz.gui.recovery.outlook import outlook_from

    path = last["path"]
    if not Path(path).is_absolute():
        raise SqueezevizError("there is no such file", Place(file=path))
    opened = read_network(path, work)
    weights = opened.retained if opened.unknown_geometry is not None else None
    if weights is not None and isinstance(last.get("table"), str):
        from squeezeviz.files.tables import toml_table

        table = toml_table.read(last["table"]).table
        if not weights.of(resolve(table)).fresh:
            opened = opened.in_geometry(table)
    return Start(opened, outlook_from(last.get("outlook")))


def remember_last(document: Document, settings: Settings, outlook: Callable[[], Outlook]) -> None:
    """Store which file is open and how it is looked at, for the next start."""
    from squeezeviz.files.tables import toml_table
    from squeezeviz.model.json_data import to_json

    if document.path is None:
        settings.set_plain(_LAST, None)
        return
    chosen = document.weights is not None and not document.modified
    settings.set_plain(
        _LAST,
        {
            "path": str(document.path.absolute()),
            "outlook": to_json(outlook()),
            "table": toml_table.write(document.table) if chosen else None,
        },
    )

"""What `squeezeviz features` does: the feature maps of one operation for one picture, as numbers or as a grid."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from squeezeviz.analysis.channels import ORDER_WORDS, MapOrder, dead, ordered
from squeezeviz.analysis.feature_maps import check_kept, parts_of_concat
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import INPUT, operation_meant
from squeezeviz.cli.output import ProgressLine
from squeezeviz.cli.shown_pictures import PictureRun, notes_on_layer, notes_on_maps, ready_for_pictures, suffix_of
from squeezeviz.files.feature_maps import archive
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Note, Severity, brief, errors_at
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.analysis.channels import ChannelStatistics
    from squeezeviz.trace.pictures import ShownPicture

SUFFIXES = ("npz", "png", "pdf", "svg")


class Features(NamedTuple):
    """The maps (C×H×W, float32) of one operation for one picture, with the numbers of each channel."""

    run: PictureRun
    name: str
    shown: ShownPicture
    maps: NDArray[np.float32]
    statistics: tuple[ChannelStatistics, ...]
    order: tuple[int, ...]

    @property
    def called(self) -> str:
        return self.name or INPUT


def features(opened: Opened, options: Namespace) -> tuple[bytes, tuple[Note, ...]]:
    """Return the file that the options ask for, and what there is to say of it.

    SqueezevizError where the file's suffix or the operation is unknown, the picture cannot be read, or the pass fails.
    """
    suffix = suffix_of(options.out, SUFFIXES, "feature maps")
    with errors_at(column="--at"):
        network = resolve(opened.table)
        name = operation_meant(network, options.at)
        check_kept(network, name)
    run = ready_for_pictures(opened, options)
    found = _features(run, name, options)
    content = _npz(found, options) if suffix == "npz" else _figure(found, options, suffix)
    return content, tuple(_notes(found, opened, options))


def _features(run: PictureRun, name: str, options: Namespace) -> Features:
    from squeezeviz.trace.maps import FeatureMaps, channel_statistics
    from squeezeviz.trace.passes import live_pass

    (shown,) = run.pictures([options.image])
    kept = FeatureMaps([name])
    with errors_at(file=options.network), ProgressLine() as line:
        take, tell = kept.take, line.show_operation
        live_pass(run.network, module=run.module, image=shown.image, on_operation=take, progress=tell)
        maps = kept.of(name)[0].numpy()
    statistics = channel_statistics(maps)
    return Features(run, name, shown, maps, statistics, ordered(statistics, MapOrder(options.sort)))


def _notes(found: Features, opened: Opened, options: Namespace) -> list[Note]:
    notes = notes_on_layer(found.name, options)
    notes += notes_on_maps(found.run, found.shown, opened, options)
    if unseen := dead(found.statistics):
        of = counted(len(found.statistics), "channel")
        notes.append(Note(f"{len(unseen):,} of {of} of {brief(found.called)} are 0 everywhere here", Severity.INFO))
    return notes


def _npz(found: Features, options: Namespace) -> bytes:
    return archive(
        maps=found.maps,
        input=found.shown.image[0].numpy(),
        order=found.order,
        name=found.called,
        network=options.network,
        preprocessing=_preprocessing(found),
    )


def _figure(found: Features, options: Namespace, suffix: str) -> bytes:
    from squeezeviz.figure.drawing.feature_grid import FeatureGrid, draw_grid
    from squeezeviz.figure.theme.theme import THEMES
    from squeezeviz.figure.theme.tone import Tone
    from squeezeviz.figure.writers.export import picture_file

    theme = THEMES[options.theme]
    grid = FeatureGrid(
        found.maps,
        found.order,
        _title(found),
        found.run.about(found.shown),
        ORDER_WORDS[MapOrder(options.sort)],
        Tone(options.tone),
        options.scale == "channel",
        frozenset(dead(found.statistics)),
        parts_of_concat(found.run.network, found.name),
    )
    return picture_file(draw_grid(grid, theme), grid.title, theme.page, suffix)


def _title(found: Features) -> str:
    channels, height, width = found.maps.shape
    return f"{plain(found.called)}: {counted(channels, 'channel')} of {height}×{width}{_before_relu(found)}"


def _before_relu(found: Features) -> str:
    """Say so where the maps go through a ReLU, which leaves nothing of what is below zero."""
    steps = [step for _, step in found.run.network.operations()]
    following = dict(zip((step.name for step in steps), steps[1:], strict=False)).get(found.name)
    convolved = any(step.name == found.name and step.kind == OperationKind.CONV for step in steps)
    return ", before its ReLU" if convolved and following and following.kind == OperationKind.RELU else ""


def _preprocessing(found: Features) -> str:
    return f"{found.run.preprocessing.preprocessing.id}: {found.run.prepared}"

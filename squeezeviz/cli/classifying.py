"""What `squeezeviz classify` does: pictures through a network with trained weights, and the classes that it sees."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from squeezeviz.analysis.pictures.classes import (
    Classification,
    ClassifiedPicture,
    check_has_classes,
    probabilities,
    top_classes,
)
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.cli.shown_pictures import PictureRun, check_sees, names_of_classes, ready_for_pictures
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import name_as_edited
from squeezeviz.model.errors import SqueezevizError, errors_at
from squeezeviz.model.layers import Softmax

if TYPE_CHECKING:
    from squeezeviz.trace.pictures import ShownPicture

BATCH = 8
"""How many pictures run at once."""


def classify(opened: Opened, options: Namespace) -> tuple[Classification, tuple[SqueezevizError, ...]]:
    """Run those pictures of `options.images` that can be read through the network; return why the others cannot.

    SqueezevizError as `ready_to_classify`.
    """
    run = ready_to_classify(opened, options)
    unread: list[SqueezevizError] = []
    found = classified(run, _readable(run, options.images, unread), opened, options)
    return found, tuple(unread)


def _readable(run: PictureRun, files: Sequence[str], unread: list[SqueezevizError]) -> Iterator[ShownPicture]:
    for file in files:
        try:
            yield from run.pictures([file])
        except SqueezevizError as error:
            unread.append(error)


def ready_to_classify(opened: Opened, options: Namespace) -> PictureRun:
    """Build the network's module. SqueezevizError for a network that sees nothing or says no classes."""
    check_sees(opened, options)
    run = ready_for_pictures(opened, options)
    last = run.network.layers[-1]
    with errors_at(file=options.network):
        check_has_classes(*last.shape[1:], last.name)
    return run


def classified(run: PictureRun, pictures: Iterator[ShownPicture], opened: Opened, options: Namespace) -> Classification:
    """Return what the network says of the pictures. SqueezevizError where that are no finite numbers."""
    network = run.network
    names = names_of_classes(options.labels, network.layers[-1].shape.channels)
    images = [
        _classified(shown, found, names)
        for batch in _batches(pictures)
        for shown, found in zip(batch, _probabilities(run, batch, options), strict=True)
    ]
    origin = opened.weights.origin if opened.weights else ""
    whose = "" if origin in ("", options.network) else f", weights of {origin}"
    return Classification(
        options.network,
        f"{name_as_edited(network.table)}, {network.table.input}{whose}",
        run.preprocessing,
        run.prepared,
        _source(network),
        tuple(images),
    )


def _batches(pictures: Iterator[ShownPicture]) -> Iterator[list[ShownPicture]]:
    while batch := list(islice(pictures, BATCH)):
        yield batch


def _probabilities(run: PictureRun, batch: Sequence[ShownPicture], options: Namespace) -> list[list[float]]:
    """Return the probabilities of all classes for each picture of a batch, which runs in one pass."""
    from squeezeviz.trace.pictures import as_batch, ends_with_softmax, scores_of

    with errors_at(file=options.network):
        found = scores_of(as_batch(batch, len(batch)), run.network, run.module)
        return [probabilities(scores, are_probabilities=ends_with_softmax(run.network)) for scores in found]


def _classified(shown: ShownPicture, found: list[float], names: tuple[str, ...]) -> ClassifiedPicture:
    return ClassifiedPicture(shown.file, shown.width, shown.height, shown.crop, top_classes(found, names), shown.notes)


def _source(network: ResolvedNetwork) -> str:
    last = network.layers[-1]
    classes = f"{last.shape.channels:,} classes"
    if isinstance(last.layer, Softmax):
        return f"{last.name}, the network's own softmax, over {classes}"
    return f"softmax of {last.name}, over {classes}"

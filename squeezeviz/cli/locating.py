"""What `squeezeviz classify --where` does: a picture with colours where the network sees a class, and their scale."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from squeezeviz.analysis.pictures.class_maps import Method, in_words
from squeezeviz.analysis.pictures.classes import Classification, class_named
from squeezeviz.cli.classifying import classified, ready_to_classify
from squeezeviz.cli.shown_pictures import PictureRun, names_of_classes, suffix_of
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, errors_at
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.class_maps import ClassMap
    from squeezeviz.analysis.pictures.picture import Picture
    from squeezeviz.trace.pictures import ShownPicture

SUFFIXES = ("png", "pdf", "svg")
_LONGEST_SIDE = 960
"""Of the picture in a figure, in pixels."""


class Located(NamedTuple):
    """What was said of the picture, the figure as a file's content, and what there is to say of it."""

    classification: Classification
    content: bytes
    notes: tuple[Note, ...]


def check_idle(options: Namespace) -> None:
    """Raise SqueezevizError if options of --where stand without it."""
    for option, value in (("--class", options.class_), ("--method", options.method)):
        if value is not None and options.where is None:
            raise SqueezevizError("it says what --where OUT.png shows; name a file with that", Place(option))


def locate(opened: Opened, options: Namespace) -> Located:
    """Classify the one picture, and draw where the class that was asked for, or the likeliest, is seen in it.

    SqueezevizError as `classify`, and for several pictures, a suffix or a class that is unknown, and a network whose
    maps say nothing of places.
    """
    suffix_of(options.where, SUFFIXES, "a picture with its map")
    if len(options.images) > 1:
        raise SqueezevizError(f"it shows one picture, and these are {len(options.images):,}", Place("--where"))
    run = ready_to_classify(opened, options)
    from squeezeviz.files.sandbox import read_picture
    from squeezeviz.trace.pictures import prepare

    (file,) = options.images
    picture = read_picture(file)
    shown = prepare(picture, file, run.preprocessing.preprocessing, run.network.table.input)
    said = classified(run, iter([shown]), opened, options)
    names = names_of_classes(options.labels, run.network.layers[-1].shape.channels)
    number = said.images[0].top[0].number if options.class_ is None else _class(options.class_, names, run)
    found = _map(run, shown, number, options)
    name = (names[number] if names else "") or "class"
    words = in_words(found, run.network)
    title = f"Where the network sees {name} ({number})"
    content = _figure(run, picture, shown, found, title, words, options)
    return Located(said, content, (Note(f"{Place(options.where)}: {name} ({number}): {words}", Severity.INFO),))


def _class(wanted: str, names: tuple[str, ...], run: PictureRun) -> int:
    with errors_at(column="--class"):
        return class_named(wanted, names, run.network.layers[-1].shape.channels)


def _map(run: PictureRun, shown: ShownPicture, number: int, options: Namespace) -> ClassMap:
    from squeezeviz.cli.output import ProgressLine
    from squeezeviz.trace.class_maps import class_map

    method, way = Method(options.method or Method.ACTIVATION), run.preprocessing.preprocessing
    with errors_at(file=options.network), ProgressLine() as line:
        return class_map(
            run.network,
            run.module,
            shown.image,
            number,
            method,
            way,
            progress=lambda done, total: line.say(f"{done} of {total} places covered"),
        )


def _figure(
    run: PictureRun, picture: Picture, shown: ShownPicture, found: ClassMap, title: str, words: str, options: Namespace
) -> bytes:
    import numpy as np
    from PIL import Image

    from squeezeviz.figure.drawing.class_overlay import ClassOverlay, draw_overlay
    from squeezeviz.figure.scene.diagram import Rect
    from squeezeviz.figure.theme.theme import LIGHT
    from squeezeviz.figure.writers.export import picture_file

    scale = _LONGEST_SIDE / max(picture.width, picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    image = Image.frombuffer("RGB", (picture.width, picture.height), picture.pixels, "raw", "RGB", 0, 1)
    pixels = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    seen = Rect(*shown.crop.on_copy((picture.width, picture.height), size))
    overlay = ClassOverlay(pixels, seen, run.network.table.input, found, title, run.about(shown), words)
    return picture_file(draw_overlay(overlay, LIGHT), title, LIGHT.page, options.where.rpartition(".")[2])

"""Pictures on their way into a network, as the options of `classify` and its kin choose it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.pictures.preprocessing import (
    PREPROCESSINGS,
    TORCHVISION,
    Preprocessing,
    PreprocessingHint,
    check_takes_pictures,
    hint_of_answers,
)
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.cli.output import ProgressLine
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import TRAINED_IDS, name_as_edited
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief, errors_at
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain, some

if TYPE_CHECKING:
    from squeezeviz.analysis.arithmetic import Arithmetic
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.analysis.pictures.classes import ClassifiedPicture
    from squeezeviz.trace.module import SqueezeNet
    from squeezeviz.trace.pictures import ShownPicture


class PictureRun(NamedTuple):
    """A network that is ready for pictures: its module on the device, and the preprocessing with the reason for it."""

    network: ResolvedNetwork
    module: SqueezeNet
    preprocessing: PreprocessingHint

    @property
    def prepared(self) -> str:
        """What becomes of each picture, in words."""
        return self.preprocessing.preprocessing.in_words(self.network.table.input)

    @property
    def said(self) -> str:
        """The preprocessing and the reason for it, as a note says it."""
        return self.preprocessing.said(self.prepared)

    def about(self, shown: ShownPicture) -> tuple[str, str]:
        """Return what ran on which picture, and what became of it: lines above a figure."""
        picture = f"{Path(shown.file).name}, {shown.width}×{shown.height} px"
        way = f"preprocessing {self.preprocessing.preprocessing.id}: {self.prepared}"
        return plain(f"{name_as_edited(self.network.table)} on {picture}"), way

    def pictures(self, files: Sequence[str]) -> Iterator[ShownPicture]:
        """Read one picture after the other, in the sandbox. SqueezevizError where one cannot be read."""
        from squeezeviz.files.sandbox import read_picture
        from squeezeviz.trace.pictures import prepare

        for file in files:
            yield prepare(read_picture(file), file, self.preprocessing.preprocessing, self.network.table.input)


def suffix_of(out: str, known: Sequence[str], what: str) -> str:
    """Return the suffix of a file that is to be written. SqueezevizError if it is none of those that are known."""
    suffix = Path(out).suffix[1:].lower()
    if suffix in known:
        return suffix
    wrong = f"{what} cannot be a .{brief(suffix)} file" if suffix else "its name has no suffix"
    raise SqueezevizError(f"{wrong}: choose one of {', '.join(f'.{each}' for each in known)}", Place(out))


def ready_for_pictures(opened: Opened, options: Namespace) -> PictureRun:
    """Build the network's module, and find the preprocessing that was asked for or fits its weights.

    SqueezevizError, with the network as its place, where it cannot run or takes no pictures.
    """
    network = resolve(opened.table)
    with errors_at(file=options.network):
        for problem in network.problems:
            raise SqueezevizError(problem.reason, Place(row=problem.name, column=problem.field))
        check_takes_pictures(network.table.input)
        return _ready(network, opened, options)


def check_sees(opened: Opened, options: Namespace) -> None:
    """Raise SqueezevizError where some row has no trained weights, or the device computes no values."""
    if options.device == "meta":
        raise SqueezevizError(
            "the meta device computes no values, so that it sees nothing; take cpu", Place("--device")
        )
    if opened.weights is None:
        raise SqueezevizError(
            "it has no trained weights, and random ones see nothing in a picture; take a file with weights, or one of "
            f"{', '.join(TRAINED_IDS)}",
            Place(options.network),
        )
    network = resolve(opened.table)
    fresh = fit(network, opened.weights.shapes).fresh if network.runs else ()
    if fresh:
        raise SqueezevizError(
            f"its weights do not fit {some(list(map(brief, fresh)))}, which would run with random ones; take the "
            "network as its file has it",
            Place(options.network),
        )


def _ready(network: ResolvedNetwork, opened: Opened, options: Namespace) -> PictureRun:
    from squeezeviz.trace.failures import load_torch

    load_torch()  # imported late because it takes a second
    from squeezeviz.trace.passes import prepare_module
    from squeezeviz.trace.weights import as_tensors

    weights = as_tensors(opened.weights.arrays) if opened.weights else None
    module = prepare_module(network, device=options.device, weights=weights)
    return PictureRun(network, module, _preprocessing(network, module, opened, options))


def _preprocessing(
    network: ResolvedNetwork, module: SqueezeNet, opened: Opened, options: Namespace
) -> PreprocessingHint:
    from squeezeviz.trace.pictures import answer_to_test_picture

    if options.preprocess is not None:
        hint = PreprocessingHint(PREPROCESSINGS[options.preprocess], "as asked for")
    elif opened.preprocessing is not None:
        hint = opened.preprocessing
    elif opened.weights is None:
        hint = PreprocessingHint(TORCHVISION, "there are no trained weights that another would fit")
    elif options.device == "meta":
        hint = PreprocessingHint(TORCHVISION, "nothing is computed that another would fit")
    else:
        hint = hint_of_answers(answer_to_test_picture(network, module))
    return hint._replace(preprocessing=hint.preprocessing.with_values(options.mean, options.std))


def pass_on_pictures(opened: Opened, options: Namespace, arithmetic: Arithmetic) -> tuple[LivePass, tuple[Note, ...]]:
    """Run the pictures of `options.image` in one pass. The notes say which they were and what became of them.

    A single one may be repeated as a batch. SqueezevizError as `ready_for_pictures`, and where the pass fails.
    """
    files = options.image
    if len(files) > 1 and options.batch not in (1, len(files)):
        raise SqueezevizError(f"{len(files):,} pictures are a batch of {len(files):,}; leave it out", Place("--batch"))
    run = ready_for_pictures(opened, options)
    from squeezeviz.trace.passes import live_pass
    from squeezeviz.trace.pictures import as_batch

    pictures = list(run.pictures(files))
    image = as_batch(pictures, max(len(files), options.batch))
    with errors_at(file=options.network), ProgressLine() as line:
        measured = live_pass(
            run.network,
            module=run.module,
            batch=len(image),
            repeats=options.repeat,
            arithmetic=arithmetic,
            image=image,
            progress=line.show_operation,
        )
    shown = some([brief(Path(file).name) for file in files])
    said = Note(f"the input is {shown}, {run.said}", Severity.INFO)
    return measured, (said, *notes_on(pictures, run.preprocessing.preprocessing))


def notes_on(pictures: Iterable[ShownPicture | ClassifiedPicture], way: Preprocessing) -> Iterator[Note]:
    """What was done to each picture when it was read, and whether nothing is cut off it, with its file."""
    for picture in pictures:
        for note in picture.notes:
            yield note._replace(text=f"{Place(picture.file)}: {note}")
        if way.margin and tuple(picture.crop) == (0, 0, picture.width, picture.height):
            size = f"{picture.width}×{picture.height}"
            yield Note(f"{Place(picture.file)}: of the input's very size, {size}, and taken whole", Severity.INFO)


def notes_on_maps(run: PictureRun, picture: ShownPicture, opened: Opened, options: Namespace) -> list[Note]:
    """Return what is to be known of the maps of a picture: what was done to it, and whether weights are random."""
    notes = [*notes_on([picture], run.preprocessing.preprocessing), Note(run.said, Severity.INFO)]
    if opened.weights is None:
        notes.append(Note(f"{Place(options.network)} has no trained weights: these maps are those of random ones"))
    elif fresh := fit(run.network, opened.weights.shapes).fresh:
        notes.append(note_on_random_weights(fresh, options))
    return notes


def notes_on_layer(meant: str, options: Namespace) -> list[Note]:
    """Say which operation is meant where `--at` names a layer that has several."""
    if meant in (options.at, NETWORK_INPUT):
        return []
    return [Note(f"--at {brief(options.at)} is taken as that layer's output, {brief(meant)}", Severity.INFO)]


def note_on_random_weights(rows: Sequence[str], options: Namespace) -> Note:
    return Note(f"{Place(options.network)}: the weights of {some(list(map(brief, rows)))} are random, not trained")


def names_of_classes(labels: str | None, classes: int) -> tuple[str, ...]:
    """Return the names in the file `labels`, else ImageNet's where there are as many, else none.

    SqueezevizError, with the file as its place, where it cannot be read or has another number of lines.
    """
    from squeezeviz.analysis.pictures.classes import IMAGENET_CLASSES, imagenet_names, parse_names
    from squeezeviz.files.reading import read_text

    if labels is None:
        return imagenet_names() if classes == IMAGENET_CLASSES else ()
    with errors_at(file=labels):
        return parse_names(read_text(Path(labels)), classes)

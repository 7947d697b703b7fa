"""Pictures on their way into a network, as the options of `classify` and its kin choose it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.preprocessing import (
    PREPROCESSINGS,
    PreprocessingHint,
    hint_of_answers,
)
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import TRAINED_IDS
from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import some

if TYPE_CHECKING:
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

    def pictures(self, files: Sequence[str]) -> Iterator[ShownPicture]:
        """Read one picture after the other, in the sandbox. SqueezevizError where one cannot be read."""
        from squeezeviz.files.sandbox import read_picture
        from squeezeviz.trace.pictures import prepare

        for file in files:
            yield prepare(read_picture(file), file, self.preprocessing.preprocessing, self.network.table.input)


def ready_for_pictures(opened: Opened, options: Namespace) -> PictureRun:
    """Build the network's module with its weights, and find the preprocessing that was asked for or fits.

    SqueezevizError, with the network as its place, where it cannot run, has no trained weights in some row, or takes no
    pictures.
    """
    network = resolve(opened.table)
    try:
        _check(network, opened, options)
        return _ready(network, opened, options)
    except SqueezevizError as error:
        raise error.at(file=options.network) from None


def _check(network: ResolvedNetwork, opened: Opened, options: Namespace) -> None:
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(row=problem.name, column=problem.field))
    if opened.weights is None:
        raise SqueezevizError(
            "it has no trained weights, and random ones see nothing in a picture; take a file with weights, or one of "
            f"{', '.join(TRAINED_IDS)}"
        )
    fresh = fit(network, opened.weights.shapes).fresh
    if fresh:
        raise SqueezevizError(
            f"its weights do not fit {some(list(map(brief, fresh)))}, which would run with random ones; take the "
            "network as its file has it"
        )
    next(iter(PREPROCESSINGS.values())).arithmetic(network.table.input.channels)
    if options.device == "meta":
        raise SqueezevizError(
            "the meta device computes no values, so that it sees nothing; take cpu", Place("--device")
        )


def _ready(network: ResolvedNetwork, opened: Opened, options: Namespace) -> PictureRun:
    from squeezeviz.trace.failures import load_torch

    load_torch()  # imported late because it takes a second
    from squeezeviz.trace.passes import prepare_module
    from squeezeviz.trace.weights import as_tensors

    assert opened.weights is not None
    module = prepare_module(network, device=options.device, weights=as_tensors(opened.weights.arrays))
    return PictureRun(network, module, _preprocessing(network, module, opened, options))


def _preprocessing(
    network: ResolvedNetwork, module: SqueezeNet, opened: Opened, options: Namespace
) -> PreprocessingHint:
    from squeezeviz.trace.pictures import answer_to_test_picture

    if options.preprocess is not None:
        hint = PreprocessingHint(PREPROCESSINGS[options.preprocess], "as asked for")
    else:
        hint = opened.preprocessing or hint_of_answers(answer_to_test_picture(network, module))
    return hint._replace(preprocessing=hint.preprocessing.with_values(options.mean, options.std))


def names_of_classes(labels: str | None, classes: int) -> tuple[str, ...]:
    """Return the names in the file `labels`, else ImageNet's where there are as many, else none.

    SqueezevizError, with the file as its place, where it cannot be read or has another number of lines.
    """
    from squeezeviz.analysis.classes import IMAGENET_CLASSES, parse_names
    from squeezeviz.files.reading import read_text
    from squeezeviz.model.resources import RESOURCES

    if labels is None and classes != IMAGENET_CLASSES:
        return ()
    path = str(RESOURCES / "imagenet_classes.txt") if labels is None else labels
    try:
        return parse_names(read_text(Path(path)), classes)
    except SqueezevizError as error:
        raise error.at(file=path) from None

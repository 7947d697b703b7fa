"""What a worker makes of the pictures of its runs: the input of a pass, and the classes that come out of it."""

from __future__ import annotations

import torch
from torch import Tensor

from squeezeviz.analysis.pictures.batch import MOST_PICTURES, PictureInput, SeenPictures
from squeezeviz.analysis.pictures.classes import check_has_classes, probabilities, top_classes
from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint, hint_of_answers
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape
from squeezeviz.trace.failures import PassCancelledError
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.pictures import answer_to_test_picture, ends_with_softmax, input_tensor
from squeezeviz.trace.recorder import IsCancelled


class Prepared(NamedTuple):
    """The input of a pass, N×C×H×W, and what the pictures went through on the way."""

    image: Tensor
    preprocessing: PreprocessingHint


class PictureTensors:
    """Makes inputs of pictures, and keeps the last one: an edit does not change it."""

    def __init__(self) -> None:
        self._asked: tuple[PictureInput, InputShape] | None = None
        self._image: Tensor | None = None
        self._found: dict[str, PreprocessingHint] = {}

    def prepared(
        self, asked: PictureInput, network: ResolvedNetwork, module: SqueezeNet, weights: str, cancelled: IsCancelled
    ) -> Prepared:
        """Return the input for `module`, whose weights come from the file at the path `weights`.

        Raises SqueezevizError if there are too many pictures, one is gone, or the network takes no pictures, and
        PassCancelledError if it was cancelled between two of them.
        """
        if len(asked.pictures) > MOST_PICTURES:
            raise SqueezevizError(f"these are {len(asked.pictures):,} pictures; at most {MOST_PICTURES} run at once")
        hint = asked.preprocessing or self._fitting(network, module, weights)
        key = PictureInput(asked.pictures, hint), network.table.input
        if self._image is None or key != self._asked:
            self._asked, self._image = None, None
            self._image = _batch(key[0], network.table.input, cancelled)
            self._asked = key
        return Prepared(self._image, hint)

    def _fitting(self, network: ResolvedNetwork, module: SqueezeNet, weights: str) -> PreprocessingHint:
        """Return what fits the weights, found once: an edit of the network does not change how they were trained."""
        if weights not in self._found:
            self._found = {weights: hint_of_answers(answer_to_test_picture(network, module))}
        return self._found[weights]


def _batch(asked: PictureInput, taken: InputShape, cancelled: IsCancelled) -> Tensor:
    assert asked.preprocessing is not None
    images = []
    for picture in asked.pictures:
        if cancelled():
            raise PassCancelledError
        images.append(input_tensor([picture.load()], asked.preprocessing.preprocessing, taken))
    return torch.cat(images)


def seen_pictures(output: Tensor, network: ResolvedNetwork, preprocessing: PreprocessingHint) -> SeenPictures:
    """Return the likeliest classes of each picture of a batch by the network's output."""
    own = ends_with_softmax(network)
    try:
        check_has_classes(*network.layers[-1].shape[1:], network.layers[-1].name)
        scores: list[list[float]] = output.flatten(1).to("cpu", torch.float32).tolist()
        top = tuple(top_classes(probabilities(each, are_probabilities=own), ()) for each in scores)
    except SqueezevizError as error:
        return SeenPictures(preprocessing, own_softmax=own, problem=str(error))
    return SeenPictures(preprocessing, top, own)

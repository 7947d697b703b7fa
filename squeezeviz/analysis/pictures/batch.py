"""Pictures as the input of a live pass, and what the network said of them."""

from __future__ import annotations

from dataclasses import dataclass

from squeezeviz.analysis.pictures.classes import ClassProbability
from squeezeviz.analysis.pictures.picture import RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint

MOST_PICTURES = 32
"""How many are open at once: a pass takes all of them as one batch."""


@dataclass(frozen=True, slots=True)
class PictureInput:
    """Pictures that a pass takes as its batch, and how each becomes numbers.

    Without a `preprocessing` the pass finds one by the answer of the weights to a test picture.
    """

    pictures: tuple[RetainedPicture, ...]
    preprocessing: PreprocessingHint | None = None


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """What came of the pictures that a pass ran on.

    `preprocessing` is what they went through, with the reason for it. `top` has the likeliest classes of each picture,
    without names; where there are none, `problem` says why. `own_softmax` is whether the probabilities are the
    network's own, rather than our softmax of what it puts out.
    """

    preprocessing: PreprocessingHint
    top: tuple[tuple[ClassProbability, ...], ...] = ()
    own_softmax: bool = False
    problem: str = ""

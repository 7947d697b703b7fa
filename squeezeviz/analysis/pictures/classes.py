"""What a network says of pictures: probabilities of classes, the largest first, and the names of the classes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from squeezeviz.analysis.pictures.preprocessing import Crop, PreprocessingHint
from squeezeviz.model.errors import Note, Place, SqueezevizError, brief, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.text import did_you_mean, listed, plain

TOP = 5
"""How many classes are told."""

IMAGENET_CLASSES = 1000
"""A network of so many classes is taken to tell ImageNet's, unless somebody names others."""


@cache
def imagenet_names() -> tuple[str, ...]:
    """Return the names of ImageNet's classes, in the order of their numbers."""
    return tuple((RESOURCES / "imagenet_classes.txt").read_text(encoding="utf-8").splitlines())


class ClassProbability(NamedTuple):
    """A class by its number, from 0. Its name is empty if nobody gave it one."""

    number: int
    name: str
    probability: float

    @property
    def title(self) -> str:
        return self.name or f"class {self.number}"


class ClassifiedPicture(NamedTuple):
    """`crop` is what the network saw of the picture, whose size is in pixels. `top` begins with the likeliest class."""

    file: str
    width: int
    height: int
    crop: Crop
    top: tuple[ClassProbability, ...]
    notes: tuple[Note, ...] = ()


class Classification(NamedTuple):
    """What a network says of pictures.

    `network` is the file or id that it was opened by, `description` says more. `preprocessing` is what every picture
    went through, with the reason for it, and `prepared` the same in words. `source` names the operation that the
    probabilities come from, and whether the softmax is the network's own.
    """

    network: str
    description: str
    preprocessing: PreprocessingHint
    prepared: str
    source: str
    images: tuple[ClassifiedPicture, ...]


def probabilities(scores: Sequence[float], *, are_probabilities: bool) -> list[float]:
    """Return the softmax of a network's scores, which it may have taken already.

    Raises SqueezevizError if some of them are no finite numbers.
    """
    if not all(map(math.isfinite, scores)):
        raise SqueezevizError(
            "some of what the network puts out are no finite numbers, so that no class is likelier than another: its "
            "weights may be damaged, or not fit the preprocessing"
        )
    if are_probabilities:
        return list(scores)
    most = max(scores)
    shares = [math.exp(score - most) for score in scores]
    whole = math.fsum(shares)
    return [share / whole for share in shares]


def top_classes(found: Sequence[float], names: Sequence[str], count: int = TOP) -> tuple[ClassProbability, ...]:
    """Return the `count` likeliest classes, of equals the first. `names` may be empty."""
    order = sorted(range(len(found)), key=lambda index: -found[index])[:count]
    return tuple(ClassProbability(index, names[index] if names else "", found[index]) for index in order)


def class_named(text: str, names: Sequence[str], classes: int) -> int:
    """Return the number of the class that a person means by its number or by its name, whatever its letters' case.

    Raises SqueezevizError if there is none, or several have that name.
    """
    wanted = text.strip().casefold()
    named = [number for number, name in enumerate(names) if name.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        raise SqueezevizError(
            f"{shown(text)} is the name of {listed([f'class {each}' for each in named])}; give its number"
        )
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
        if int(wanted) < classes:
            return int(wanted)
        raise SqueezevizError(f"there is no class {int(wanted):,}; they are numbered from 0 to {classes - 1:,}")
    having = [name for name in dict.fromkeys(names) if wanted and wanted in re.findall(r"\w+", name.casefold())]
    if having:
        count = "" if len(having) <= _FEW else f" and {len(having) - _FEW:,} more"
        raise SqueezevizError(
            f"there is no class {shown(text)}; names with this word are {', '.join(having[:_FEW])}{count}"
        )
    meant = did_you_mean(text, names) if names else "; its classes have no names: give a number, or --labels"
    raise SqueezevizError(f"there is no class {shown(text)}{meant}")


_FEW = 5
"""Names that have the word which a person gave."""


def check_has_classes(height: int, width: int, last: str) -> None:
    """Raise SqueezevizError if a network's last maps, of that size in the layer `last`, are no scores of classes."""
    if (height, width) != (1, 1):
        raise SqueezevizError(
            f"its last map is {height}×{width} and not 1×1, so that it says no classes; a global average pooling at "
            "the end would make it one",
            Place(row=last),
        )


def parse_names(text: str, classes: int) -> tuple[str, ...]:
    """Read the names of classes, one a line. Raises SqueezevizError if there are not as many as `classes`."""
    lines = text.rstrip("\r\n").splitlines()
    if len(lines) != classes:
        raise SqueezevizError(
            f"it has {len(lines):,} lines, and the network tells {classes:,} classes apart; give a name a line, in the "
            f"order of the classes{_first(lines)}"
        )
    return tuple(plain(line.strip()) for line in lines)


def _first(lines: Sequence[str]) -> str:
    return f"; its first line is {brief(lines[0])}" if lines and lines[0].strip() else ""

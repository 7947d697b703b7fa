"""Where in a picture a class is seen: how much each place speaks for it, and which map of the network tells that."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.pictures.classes import check_has_classes
from squeezeviz.analysis.pictures.preprocessing import Preprocessing
from squeezeviz.analysis.receptive_field import field_window
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.errors import SqueezevizError, brief, quoted
from squeezeviz.model.operations import LAYER_INPUT, OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape

MOST_PLACES = 100_000
"""A map with more is not told place by place; that of a SqueezeNet has 14 × 14."""

PATCHES = 14
"""So many patches cover the picture one after the other from edge to edge, and from top to bottom."""
PATCH_SHARE = 5
"""A patch is this part of the picture's height and width."""
GREY = 127.5
"""What red, green and blue of a patch are, of 255."""


class Method(StrEnum):
    """The class activation map: the values whose mean is the score of the class. Or occlusion: how much the probability
    of the class falls when a grey patch covers the place."""

    ACTIVATION = "activation"
    OCCLUSION = "occlusion"


Value = Annotated[float, range(-(10**39), 10**39)]
"""Any finite float32."""


class ClassMap(NamedTuple):
    """How much each place of the network's input speaks for the class `number`.

    `values` stand row by row for the places around `rows` and `columns`, which are in pixels of the input; where a
    receptive field reaches into the padding they may lie outside. `whole` is what the method starts from: the score of
    the class, which is the mean of the values, or its probability while nothing is covered.
    """

    number: Annotated[int, range(2**31)]
    method: Method
    whole: Value
    rows: tuple[Value, ...]
    columns: tuple[Value, ...]
    values: tuple[tuple[Value, ...], ...]

    @property
    def fits(self) -> bool:
        """Whether there is a value for each place, and no more places than are told."""
        sides = {len(self.columns)}
        return (
            len(self.values) == len(self.rows)
            and {len(row) for row in self.values} == sides
            and 0 < len(self.rows) * len(self.columns) <= MOST_PLACES
        )


class AveragedMaps(NamedTuple):
    """The operation whose maps are averaged to the scores of the classes, a channel each; `NETWORK_INPUT` for the
    picture itself. `pool` is what averages them, `rows` and `columns` are the middles of the receptive fields of their
    values, in pixels of the input."""

    name: str
    pool: str
    rows: tuple[float, ...]
    columns: tuple[float, ...]


def averaged_maps(network: ResolvedNetwork) -> AveragedMaps:
    """Return the maps that the scores are the means of. Then the map of a class is its score, place by place.

    That is so for a network that ends with an average over each whole map, but for a softmax, as every SqueezeNet does
    (Zhou et al., Learning Deep Features for Discriminative Localization). Raises SqueezevizError for any other.
    """
    check_ends_in_classes(network)
    steps = [(index, step) for index, layer in enumerate(network.layers) for step in layer.operations]
    row, pool = steps[_before_softmax([step for _, step in steps])]
    if not _averages_all(pool):
        raise SqueezevizError(
            f"{brief(pool.name)} does not average whole maps to the scores of classes, as a SqueezeNet's last pool "
            "does, so that no map of the network says which place speaks for a class; take occlusion"
        )
    read = _read_by(network.layers, row, pool)
    if read is None:
        size = network.table.input
        middles = (tuple(each + 0.5 for each in range(side)) for side in (size.height, size.width))
        return AveragedMaps(NETWORK_INPUT, pool.name, *middles)
    row, source = read
    if sum(step.name == source.name for _, step in steps) > 1:
        raise SqueezevizError(f"several operations are called {quoted(source.name)}: rename a row")
    places = source.height.value * source.width.value
    if places > MOST_PLACES:
        raise SqueezevizError(
            f"the maps of {brief(source.name)} have {places:,} places each; at most {MOST_PLACES:,} are told: take a "
            "smaller input"
        )
    return AveragedMaps(source.name, pool.name, *_middles(network, row, source))


def _before_softmax(steps: Sequence[ResolvedOperation]) -> int:
    """Return the index of the last operation but for a softmax, and dropouts, which do nothing in a pass."""
    at, left_out = len(steps) - 1, {OperationKind.SOFTMAX, OperationKind.DROPOUT}
    while at and steps[at].operation.kind in left_out:
        left_out -= {OperationKind.SOFTMAX} & {steps[at].operation.kind}
        at -= 1
    return at


def check_ends_in_classes(network: ResolvedNetwork) -> None:
    """Raise SqueezevizError if what comes out of the network are no scores of classes."""
    last = network.layers[-1]
    check_has_classes(*last.shape[1:], last.name)


def check_is_class(network: ResolvedNetwork, number: int) -> None:
    """Raise SqueezevizError if the network has no class of that number."""
    classes = network.layers[-1].shape.channels
    if not 0 <= number < classes:
        raise SqueezevizError(
            f"class {number:,} is none of the {classes:,} classes, numbered from 0 to {classes - 1:,}"
        )


def _averages_all(step: ResolvedOperation) -> bool:
    """Whether each channel of what comes out is the mean of all values of that channel."""
    operation, taken = step.operation, step.inputs[0]
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return True
    whole = taken.height == taken.width == operation.kernel and not operation.padding
    return operation.kind is OperationKind.AVGPOOL and whole


def _read_by(
    layers: tuple[ResolvedLayer, ...], row: int, step: ResolvedOperation
) -> tuple[int, ResolvedOperation] | None:
    """Return the operation that a pool of the table's `row` reads, with its row; None for the network's input."""
    (index,) = step.operation.inputs
    if index != LAYER_INPUT:
        return row, layers[row].operations[index]
    return (row - 1, layers[row - 1].operations[-1]) if row else None


def _middles(network: ResolvedNetwork, row: int, step: ResolvedOperation) -> tuple[tuple[float, ...], ...]:
    field = field_window(network, row, step.operation.part, 0, 0)
    starts = (field.top + field.height / 2, field.left + field.width / 2)
    return tuple(
        tuple(start + each * field.stride for each in range(count))
        for start, count in zip(starts, (field.rows, field.columns), strict=True)
    )


class Patches(NamedTuple):
    """Where a patch of `height` × `width` pixels is laid on the input, one place after the other."""

    height: int
    width: int
    tops: tuple[int, ...]
    lefts: tuple[int, ...]

    @property
    def middles(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The rows and the columns of their middles, in pixels."""
        rows = tuple(top + self.height / 2 for top in self.tops)
        return rows, tuple(left + self.width / 2 for left in self.lefts)

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """The top and the left edge of each, row by row."""
        return tuple((top, left) for top in self.tops for left in self.lefts)


def patches(taken: InputShape) -> Patches:
    """Return patches that overlap and together cover the whole input, at most `PATCHES` × `PATCHES`."""
    height, width = (max(1, round(side / PATCH_SHARE)) for side in (taken.height, taken.width))
    return Patches(height, width, _starts(taken.height - height), _starts(taken.width - width))


def _starts(last: int) -> tuple[int, ...]:
    count = min(PATCHES, last + 1)
    return tuple(round(each * last / max(1, count - 1)) for each in range(count))


def grey_values(preprocessing: Preprocessing, channels: int) -> tuple[float, ...]:
    """Return what becomes of the grey of a patch on its way into a network: a value for each channel."""
    divisor, mean, std = preprocessing.arithmetic(channels)
    return tuple((GREY / divisor - one) / other for one, other in zip(mean, std, strict=True))


def in_words(found: ClassMap, network: ResolvedNetwork) -> str:
    """Return what a map of that network is and how it is to be read, as a sentence without its full stop."""
    size = f"{len(found.rows)}×{len(found.columns)}"
    if found.method is Method.OCCLUSION:
        patch = patches(network.table.input)
        return (
            f"occlusion: a grey patch of {patch.height}×{patch.width} pixels of the input covers one of {size} places "
            f"after the other; values tell by how much the probability, {100 * found.whole:.3g} %, falls, below 0 that "
            "it rises"
        )
    maps = averaged_maps(network)
    return (
        f"class activation map: {brief(maps.pool)} makes the score of the class, {found.whole:.4g}, the mean of these "
        f"{size} values of {brief(maps.name) or 'the input'}"
    )

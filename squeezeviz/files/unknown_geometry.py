"""What weights cannot tell of their network: strides, paddings, pools, the input's size and simple bypasses."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from squeezeviz.model.errors import Note, SqueezevizError, brief
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.geometry import CAFFE, CONVENTIONS, TORCHVISION, V1_1_KERNEL, NamedGeometry

WeightedRow = Conv | Fire
"""A row whose weights a file holds; its stride and padding are not known yet."""


@dataclass(frozen=True, slots=True)
class Window:
    """Stride and padding of the convolution that is the row of that name."""

    row: str
    stride: int = 1
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """A max pool after the row of that name."""

    after: str
    kernel: int = 3
    stride: int = 2
    padding: int = 0
    ceil: bool = True


@dataclass(frozen=True, slots=True)
class Geometry:
    """All that a file of weights leaves unknown.

    `dropout` stands before the last convolution, the global average pool after it, where they are there; there is no
    softmax. `bypassed` names the Fire modules with a simple bypass.
    """

    input: InputShape
    windows: tuple[Window, ...]
    pools: tuple[Pool, ...]
    dropout: bool
    global_pool: bool
    bypassed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A geometry that people use, by the id that `--geometry` takes."""

    id: str
    title: str
    geometry: Geometry


@dataclass(frozen=True)
class UnknownGeometry:
    """Rows as a file's weights tell them, and the geometries that they may have.

    `channels` are the image's. `pooled` names the rows after which the file's numbering leaves a place for a pool;
    None where it tells nothing. `usual` is the id of the geometry that such files have if nobody says otherwise.
    """

    name: str
    channels: int
    rows: tuple[WeightedRow, ...]
    pooled: tuple[str, ...] | None = None
    usual: str = TORCHVISION.id

    @property
    def assumed(self) -> Geometry:
        """The usual geometry."""
        return self._in(self._conventions[0])

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The geometries that the network's version has, the usual one first."""
        return tuple(Choice(each.id, self._title(each), self._in(each)) for each in self._conventions)

    @property
    def _conventions(self) -> list[NamedGeometry]:
        there = (each for each in CONVENTIONS if _padding(each, self.rows) is not None)
        return sorted(there, key=lambda each: each.id != self.usual)

    @property
    def assumption(self) -> Note:
        """The note that says what `assumed` is and how to say otherwise."""
        windows = ", ".join(
            f"{brief(each.row)} with stride {each.stride}" for each in self.assumed.windows if each.stride > 1
        )
        pools = [brief(each.after) for each in self.assumed.pools]
        others = " or ".join(f"--geometry {each.id}" for each in self.choices[1:])
        pooled = f"pools after {', '.join(pools)}" if pools else "no pools"
        padding = next((each.padding for each in self.assumed.windows if each.row == self.classifier), 0)
        padded = f"{brief(self.classifier)} padded by {padding}" if self.classifier and padding else ""
        parts = ", ".join(filter(None, (f"input {self.assumed.input}", windows, padded, pooled)))
        return Note(
            "weights do not tell strides, paddings, pools, simple bypasses and the input; "
            f"taken as {_WHO[self.usual]} has them: {parts}; {others} says otherwise"
        )

    def chosen(self, choice_id: str) -> LayerTable:
        """The table in the geometry of that id; SqueezevizError where its version has no such geometry."""
        for choice in self.choices:
            if choice.id == choice_id:
                return self.table(choice.geometry)
        there = ", ".join(choice.id for choice in self.choices)
        raise SqueezevizError(f"these weights have no geometry {choice_id}; they can have {there}")

    def table(self, geometry: Geometry) -> LayerTable:
        """The rows with that geometry; it need not be one that can run."""
        return LayerTable(self.name, geometry.input, tuple(self._layers(geometry)))

    @property
    def bypassable(self) -> tuple[str, ...]:
        """The Fire modules that a simple bypass fits: as many channels come in as go out."""
        found, channels = [], self.channels
        for row in self.rows:
            if isinstance(row, Fire) and row.bypass is Bypass.NONE and row.e1x1 + row.e3x3 == channels:
                found.append(row.name)
            channels = row.filters if isinstance(row, Conv) else row.e1x1 + row.e3x3
        return tuple(found)

    @property
    def classifier(self) -> str | None:
        """The last row, where it is a convolution after a Fire module."""
        last = self.rows[-1]
        return last.name if isinstance(last, Conv) and len(self.rows) > 1 else None

    def _in(self, convention: NamedGeometry) -> Geometry:
        last = self.classifier
        windows = tuple(
            Window(row.name, *_stride_and_padding(row, place))
            if row.name != last
            else Window(row.name, 1, _padding(convention, self.rows) or 0)
            for place, row in enumerate(self.rows)
            if isinstance(row, Conv)
        )
        after = self._usually_pooled() if self.pooled is None else self.pooled
        image = InputShape(self.channels, convention.side, convention.side)
        return Geometry(image, windows, tuple(map(Pool, after)), last is not None, last is not None)

    def _title(self, convention: NamedGeometry) -> str:
        padding = _padding(convention, self.rows)
        size = f"{convention.side}×{convention.side}"
        padded = f", {brief(self.classifier)} padded by {padding}" if padding and self.classifier else ""
        return f"{convention.title} ({size}{padded})"

    def _usually_pooled(self) -> tuple[str, ...]:
        """Where v1.0, or with its small first convolution v1.1, has its pools, as far as rows follow."""
        places = (1, 3, 5) if _is_v1_1(self.rows) else (1, 4, 8)
        return tuple(self.rows[place - 1].name for place in places if place < len(self.rows))

    def _layers(self, geometry: Geometry) -> Iterator[Layer]:
        taken = {row.name for row in self.rows}
        windows = {each.row: each for each in geometry.windows}
        pools = {each.after: each for each in geometry.pools}
        before = "0"
        for place, row in enumerate(self.rows, 1):
            number = _number(row.name) or str(place)
            if geometry.dropout and row.name == self.classifier:
                yield Dropout(_free(f"dropout{before}", taken))
            if isinstance(row, Conv):
                window = windows.get(row.name, Window(row.name))
                yield dataclasses.replace(row, stride=window.stride, padding=window.padding)
            else:
                simple = row.name in geometry.bypassed
                yield dataclasses.replace(row, bypass=Bypass.SIMPLE) if simple else row
            if pool := pools.get(row.name):
                yield MaxPool(_free(f"maxpool{number}", taken), pool.kernel, pool.stride, pool.padding, pool.ceil)
            before = number
        if geometry.global_pool:
            yield GlobalAvgPool(_free(f"avgpool{before}", taken))


_WHO = {TORCHVISION.id: "torchvision", CAFFE.id: "the Caffe release"}


def _free(name: str, taken: set[str]) -> str:
    """A name for a row that the file has no name for; it is taken from now on."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _number(name: str) -> str:
    found = re.search(r"[0-9]{1,6}$", name)
    return found[0] if found else ""


def _is_v1_1(rows: tuple[WeightedRow, ...]) -> bool:
    first = rows[0]
    return isinstance(first, Conv) and first.kernel == V1_1_KERNEL


def _padding(convention: NamedGeometry, rows: tuple[WeightedRow, ...]) -> int | None:
    return convention.padding_v1_1 if _is_v1_1(rows) else convention.padding_v1_0


def _stride_and_padding(row: Conv, place: int) -> tuple[int, int]:
    """The first convolution halves the image; a further one is taken to keep the map's size."""
    if place == 0:
        return (2 if row.kernel > 1 else 1), 0
    return 1, row.kernel // 2

"""Where the filters of a convolution lie in their picture, in pixels of the screen."""

from __future__ import annotations

from squeezeviz.analysis.weights import TensorShape
from squeezeviz.model.records import NamedTuple

LEAST_CELL, LARGEST_CELL = 2, 16
"""Pixels of one weight."""
_LEAST_COLOUR = 3
_FEWEST_SEEN = 6
"""So many output channels are in sight, unless these have so many rows that not even small squares fit."""


class WeightPlace(NamedTuple):
    """A weight, by its output channel, input channel, row and column."""

    output: int
    input: int
    row: int
    column: int


class FilterLayout(NamedTuple):
    """A tile for each output channel (rows) and input channel (columns). In colour a tile is a whole filter, and so
    many stand `across`.

    A weight is a square of `cell` pixels, and between tiles are `gap` pixels.
    """

    shape: TensorShape
    in_colour: bool
    cell: int
    gap: int
    across: int

    @property
    def tile(self) -> tuple[int, int]:
        """How far tiles lie apart, to the right and down."""
        _, _, height, width = self.shape
        return width * self.cell + self.gap, height * self.cell + self.gap

    @property
    def down(self) -> int:
        """The rows of tiles."""
        return -(-self.shape[0] // self.across) if self.in_colour else self.shape[0]

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of the whole picture, without a gap behind the last tiles."""
        return self.across * self.tile[0] - self.gap, self.down * self.tile[1] - self.gap

    def place_at(self, x: float, y: float) -> WeightPlace | None:
        """Return the weight at a point of the picture; None for none, and where there are gaps."""
        outputs, _, height, width = self.shape
        (column, right), (row, below) = divmod(int(x), self.tile[0]), divmod(int(y), self.tile[1])
        within = WeightPlace(0, 0, below // self.cell, right // self.cell)
        if min(x, y) < 0 or within.row >= height or within.column >= width or column >= self.across:
            return None
        output = row * self.across + column if self.in_colour else row
        return within._replace(output=output, input=0 if self.in_colour else column) if output < outputs else None

    def corner(self, place: WeightPlace) -> tuple[int, int]:
        """Return where the square of a weight begins, from the left and from the top."""
        row, column = divmod(place.output, self.across) if self.in_colour else (place.output, place.input)
        return column * self.tile[0] + place.column * self.cell, row * self.tile[1] + place.row * self.cell

    def moved(self, place: WeightPlace, right: int, down: int) -> WeightPlace:
        """Return the weight so many squares further on; at the edge of the picture that at the edge."""
        outputs, _, height, width = self.shape
        row, column = divmod(place.output, self.across) if self.in_colour else (place.output, place.input)
        x = min(max(column * width + place.column + right, 0), self.across * width - 1)
        y = min(max(row * height + place.row + down, 0), self.down * height - 1)
        (column, in_column), (row, in_row) = divmod(x, width), divmod(y, height)
        if not self.in_colour:
            return WeightPlace(row, column, in_row, in_column)
        return WeightPlace(min(row * self.across + column, outputs - 1), 0, in_row, in_column)


def filter_layout(shape: TensorShape, in_colour: bool, room: tuple[float, float], ratio: float = 1.0) -> FilterLayout:
    """Return the layout with the largest squares with which all fits into `room` (in colour), or is not too wide for it
    and some output channels can be seen.

    Where not even the smallest squares fit, the picture is larger than the room. `ratio` is how many pixels of the
    screen a pixel of the window has; `room` is in the former.
    """
    outputs, inputs, height, width = shape
    gap = 0 if (height, width) == (1, 1) else max(1, round(ratio))
    if not in_colour:
        fits = int((room[0] / max(inputs, 1) - gap) / width)
        seen = int((room[1] / min(outputs, _FEWEST_SEEN) - gap) / height)
        cell = min(max(min(fits, seen), round(LEAST_CELL * ratio)), round(LARGEST_CELL * ratio))
        return FilterLayout(shape, in_colour, cell, gap, inputs)
    gap = 3 * gap
    made = FilterLayout(shape, in_colour, 1, gap, 1)
    for cell in range(round(LARGEST_CELL * ratio), round(_LEAST_COLOUR * ratio) - 1, -1):
        made = made._replace(cell=cell)
        made = made._replace(across=min(max(1, int((room[0] + gap) // made.tile[0])), outputs))
        if made.size[1] <= room[1]:
            break
    return made

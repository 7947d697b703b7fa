"""The reasons why a table cannot run, each with the cell that causes it."""

from __future__ import annotations

from enum import StrEnum

from squeezeviz.model.errors import LONGEST_MESSAGE
from squeezeviz.model.formula import Formula
from squeezeviz.model.layers import Fire
from squeezeviz.model.operations import Operation
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import plain

LARGEST_COUNT = 2**63 - 1
"""The largest 64-bit count. torch cannot make anything larger either."""


class Trouble(StrEnum):
    EMPTY = "empty"
    NOTHING_FITS = "nothing-fits"
    PADDING = "padding"
    UNEQUAL_BYPASS = "unequal-bypass"
    TOO_LARGE = "too-large"


class Problem(NamedTuple):
    """Why a row cannot run, with the field that causes it.

    `row` and `name` say which row that is. They are empty if the problem is the whole table's, and as long as a layer
    is judged by itself.
    """

    field: str
    trouble: Trouble
    reason: str
    row: int | None = None
    name: str = ""

    def __str__(self) -> str:
        return plain(f"{self.name}: {self.reason}" if self.name else self.reason, LONGEST_MESSAGE)


def empty() -> Problem:
    return Problem("", Trouble.EMPTY, "the table has no layers")


def too_much_padding(operation: Operation) -> Problem:
    reason = (
        f"a padding of {operation.padding} is more than half of the {operation.kernel}×{operation.kernel} "
        "window, so a window could lie wholly in the padding"
    )
    return Problem("padding", Trouble.PADDING, reason)


def nothing_fits(operation: Operation, shape: MapShape) -> Problem:
    padded = f", even with its padding of {operation.padding}" if operation.padding else ""
    reason = (
        f"the {operation.kernel}×{operation.kernel} window does not fit the {shape.height}×{shape.width} "
        f"map that reaches it{padded}, so nothing would come out"
    )
    return Problem("kernel", Trouble.NOTHING_FITS, reason)


def unequal_bypass(fire: Fire, around: int) -> Problem:
    """A simple bypass carries `around` channels, which differs from the module's output. (A complex bypass always
    fits.)"""
    reason = (
        "a simple bypass adds the module's input to its output, so both need as many channels: "
        f"{around} come in, {fire.e1x1} + {fire.e3x3} = {fire.e1x1 + fire.e3x3} come out"
    )
    return Problem("bypass", Trouble.UNEQUAL_BYPASS, reason)


def too_large(what: str, formula: Formula) -> Problem:
    return Problem("", Trouble.TOO_LARGE, f"{what} would be {formula.text()}, {_beyond(formula)}")


def total_too_large(what: str, formula: Formula) -> Problem:
    return Problem("", Trouble.TOO_LARGE, f"all {what} together are {_beyond(formula)}")


def _beyond(formula: Formula) -> str:
    return f"about {formula.value:.1e}; a 64-bit count ends at {LARGEST_COUNT:.1e}"

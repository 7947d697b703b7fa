"""Which marks of the depth ruler are shown at a zoom: as many as can be read, never one on another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from squeezeviz.figure.scene.diagram import RulerMark
from squeezeviz.gui.canvas.axes import Span

NUMBER_SPACING = 28.0
"""Pixels from one number to the next, at the least."""
TICK_SPACING = 20.0
NOTE_SPACING = 34.0
_STEPS: tuple[int, ...] = tuple(first * 10**power for power in range(9) for first in (1, 2, 5))


def readable(marks: tuple[RulerMark, ...], zoom: float) -> tuple[RulerMark, ...]:
    """The marks to show at `zoom`, their positions in pixels. Depths go in steps of 1, 2, 5, 10 … as there is room.

    The first depth and the last one always stay.
    """
    placed = [replace(mark, position=mark.position * zoom) for mark in marks]
    numbers = _thinned([mark for mark in placed if mark.depth is not None])
    if len(numbers) < _count(placed):
        return without_notes(numbers)
    kept = _with_ticks(placed)
    return tuple(
        mark if mark.depth is None or _gap(kept, place) >= NOTE_SPACING else replace(mark, note="")
        for place, mark in enumerate(kept)
    )


def within(marks: tuple[RulerMark, ...], span: Span) -> tuple[RulerMark, ...]:
    """The marks between two positions, which are in the marks' own unit."""
    first = bisect_left(marks, span.start, key=lambda mark: mark.position)
    return marks[first : bisect_right(marks, span.end, key=lambda mark: mark.position)]


def _count(marks: list[RulerMark]) -> int:
    return sum(mark.depth is not None for mark in marks)


def _thinned(marks: list[RulerMark]) -> list[RulerMark]:
    if len(marks) < 2:
        return marks
    if min(after.position - before.position for before, after in pairwise(marks)) >= NUMBER_SPACING:
        return marks
    step = _step(marks)
    last = marks[-1]
    kept = [marks[0]] if last.position - marks[0].position >= NUMBER_SPACING else []
    for mark in marks[1:-1]:
        fits = not kept or mark.position - kept[-1].position >= NUMBER_SPACING
        if fits and last.position - mark.position >= NUMBER_SPACING and (mark.depth or 0) % step == 0:
            kept.append(mark)
    return [*kept, last]


def _step(marks: list[RulerMark]) -> int:
    mean = (marks[-1].position - marks[0].position) / (len(marks) - 1)
    return next((step for step in _STEPS if step * mean >= NUMBER_SPACING * 0.75), _STEPS[-1])


def _with_ticks(marks: list[RulerMark]) -> list[RulerMark]:
    """All numbers, and those marks without one that have the room."""
    return [mark for place, mark in enumerate(marks) if mark.depth is not None or _gap(marks, place) >= TICK_SPACING]


def _gap(marks: list[RulerMark], place: int) -> float:
    """Pixels to the nearer neighbour."""
    here = marks[place].position
    before = here - marks[place - 1].position if place else float("inf")
    after = marks[place + 1].position - here if place + 1 < len(marks) else float("inf")
    return min(before, after)


def without_notes(marks: Iterable[RulerMark]) -> tuple[RulerMark, ...]:
    """The marks without what stands beside the numbers; a step of nothing keeps its +0."""
    return tuple(replace(mark, note="") if mark.depth is not None else mark for mark in marks)

"""The words that the canvas paints, as its draw calls have them: their text, their size and what they cover."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from placed import overlap
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.scene.primitives import Text
from squeezeviz.figure.writers.painter import Recording, _Form, _Glyphs
from squeezeviz.gui.canvas.ruler import Ruler
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.model.records import NamedTuple

_ASCENT, _DESCENT = 0.74, 0.2
"""Of the em: letters over the baseline, and below it, where digits do not reach."""


class Label(NamedTuple):
    """A text on the viewport: in pixels the em's height, and the rectangle about its letters."""

    text: str
    em: float
    rect: Rect
    ruler: bool
    bold: bool


def painted_labels(view: GraphView) -> list[Label]:
    """Paint the viewport, and return all words that were painted, as wide as the system's fonts make them."""
    found: list[Label] = []
    with _noting(found):
        view.viewport().grab()
    return found


@contextmanager
def _noting(found: list[Label]) -> Iterator[None]:
    play, paint_ruler, on_ruler = Recording.play, Ruler.paint, [False]

    def noted(self: Recording, painter: QPainter, smallest_text: float = 0.0) -> None:
        for step, (_x, y, part) in zip(self.steps, self.parts, strict=True):
            if on_ruler[0] and isinstance(step, _Form) and isinstance(step.form, QRectF):
                ground = _rect(painter, step.form)  # what scrolls by beneath the ruler's word is no label then
                found[:] = [each for each in found if not overlap(each.rect, ground)]
            if isinstance(step, _Glyphs) and isinstance(part, Text) and step.size >= smallest_text:
                found.append(_label(painter, step, part, y, on_ruler[0]))
        play(self, painter, smallest_text)

    def ruled(self: Ruler, *given: object) -> None:
        on_ruler[0] = True
        paint_ruler(self, *given)  # type: ignore[arg-type]
        on_ruler[0] = False

    with patch.object(Recording, "play", noted), patch.object(Ruler, "paint", ruled):
        yield


def _label(painter: QPainter, step: _Glyphs, part: Text, y: float, ruler: bool) -> Label:
    scale = painter.worldTransform().m22() / painter.device().devicePixelRatio()
    runs = [run.boundingRect() for run in step.runs]
    left, right = min((run.left() for run in runs), default=0.0), max((run.right() for run in runs), default=0.0)
    wide, _ = step.scale
    below = 0.0 if part.text.isdigit() else _DESCENT
    height = (_ASCENT + below) * part.size
    covered = QRectF(step.at.x() + left * wide, y + part.y - _ASCENT * part.size, (right - left) * wide, height)
    return Label(part.text, part.size * scale, _rect(painter, covered), ruler, part.bold)


def _rect(painter: QPainter, painted: QRectF) -> Rect:
    """Where that is on the viewport, in pixels."""
    seen, ratio = painter.worldTransform().mapRect(painted), painter.device().devicePixelRatio()
    return Rect(seen.x() / ratio, seen.y() / ratio, seen.width() / ratio, seen.height() / ratio)

"""Where a card stands over a window: clear of what it speaks of, and near it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

_MARGIN = 14.0
_STEPS = 14
"""So many places are tried each way."""


def card_place(room: QRectF, size: QSizeF, spoken_of: Sequence[QRectF], around: Sequence[QRectF]) -> QPointF:
    """The corner of a card of `size` within `room`.

    It covers nothing of `spoken_of` where that can be, then as little as can be of what lies `around`; of such places
    the nearest to the first thing spoken of.
    """
    inside = room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    across, along = max(0.0, inside.width() - size.width()), max(0.0, inside.height() - size.height())
    target = spoken_of[0].center() if spoken_of else room.center()
    kept_clear = [rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) for rect in spoken_of]

    def cost(corner: QPointF) -> tuple[float, float, float]:
        card = QRectF(corner, size)
        off = card.center() - target
        return _covered(card, kept_clear), _covered(card, around), off.x() ** 2 + off.y() ** 2

    corners = (
        QPointF(inside.x() + across * x / _STEPS, inside.y() + along * y / _STEPS)
        for x in range(_STEPS + 1)
        for y in range(_STEPS + 1)
    )
    return min(corners, key=cost)


def _covered(card: QRectF, rects: Sequence[QRectF]) -> float:
    """How many pixels of them lie under the card."""
    overlaps = (card.intersected(rect) for rect in rects)
    return sum(overlap.width() * overlap.height() for overlap in overlaps)

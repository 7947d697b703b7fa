"""Pixels of ours as images of Qt's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def image_of_bytes(rgb: bytes, width: int, height: int) -> QImage:
    """Return height × width × 3 bytes, red before green before blue, as an image."""
    made = QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888)
    return made.convertToFormat(QImage.Format.Format_RGB32)  # a copy, which Qt paints the quickest


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Return height × width × 3 bytes as an image."""
    height, width = pixels.shape[:2]
    return image_of_bytes(pixels.tobytes(), width, height)

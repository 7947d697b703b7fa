"""A picture with a class map over what the network sees of it, as an image to paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.gui.widgets.images import image_of
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.class_maps import ClassMap
    from squeezeviz.analysis.pictures.preprocessing import Crop
    from squeezeviz.figure.theme.colour_maps import ColourMap
    from squeezeviz.figure.theme.theme import Theme
    from squeezeviz.figure.theme.tone import Scale
    from squeezeviz.model.table import InputShape


class ClassImage(NamedTuple):
    """The image, and what its colours stand for."""

    image: QImage
    scale: Scale
    colours: ColourMap


def class_image(
    image: QImage, size: tuple[int, int], crop: Crop, taken: InputShape, found: ClassMap, theme: Theme
) -> ClassImage:
    """Lay a map of the input `taken` over a small copy of a picture of that width and height, both in pixels; `crop` is
    what of the picture is the input. Any thread may call this: it takes longer than a frame, and loads NumPy."""
    import numpy as np

    from squeezeviz.figure.drawing.class_overlay import overlaid, scale_and_colours

    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    width, height, line = plain.width(), plain.height(), plain.bytesPerLine()
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(height, line)[:, : 3 * width].reshape(height, width, 3)
    over = overlaid(pixels, Rect(*crop.on_copy(size, (width, height))), taken, found, theme)
    return ClassImage(image_of(over), *scale_and_colours(found, theme))

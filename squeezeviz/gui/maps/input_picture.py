"""The picture that a pass ran on, as far as its network sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from squeezeviz.gui.maps.enlarged import SeenPicture
from squeezeviz.gui.widgets.images import image_of_bytes
from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.picture import RetainedPicture
    from squeezeviz.analysis.pictures.preprocessing import Crop
    from squeezeviz.gui.live.answer import LiveAnswer


class InputPicture:
    """Finds the picture of an answer, and keeps the last one."""

    def __init__(self) -> None:
        self._retained: RetainedPicture | None = None
        self._image: QImage | None = None

    def of(self, answer: LiveAnswer, image: int) -> SeenPicture | None:
        """Return the picture of that index in the batch; None for the ramp of grey, and if the picture is closed."""
        if answer.pictures is None or answer.seen is None or image >= len(answer.pictures.pictures):
            return None
        retained, preprocessing = answer.pictures.pictures[image], answer.seen.preprocessing.preprocessing
        crop = preprocessing.crop(retained.width, retained.height, answer.network.table.input)
        return self.seen(retained, crop)

    def seen(self, retained: RetainedPicture, crop: Crop) -> SeenPicture | None:
        """Return a picture of which a network sees that much; None if it is closed."""
        if retained is not self._retained:
            self._retained, self._image = retained, _preview(retained)
        if self._image is None:
            return None
        return SeenPicture(self._image, (retained.width, retained.height), crop)


def _preview(retained: RetainedPicture) -> QImage | None:
    small = retained.preview
    if small is None:
        return None
    try:
        return image_of_bytes(retained.load_preview(), small.width, small.height)
    except SqueezevizError:
        return None

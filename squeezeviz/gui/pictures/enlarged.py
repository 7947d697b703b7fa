"""The open picture in a window of its own, as large as a person makes it, with what lies over it in the panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QWidget

from squeezeviz.analysis.pictures.preprocessing import Crop
from squeezeviz.gui.pictures.class_image import ClassImage
from squeezeviz.gui.pictures.view import PictureView
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import title_text

_SHARE = 0.75
"""How much of the main window it takes at first."""


class EnlargedPicture(QDialog):
    """Shows the picture that the panel shows, and what lies over it there, for as long as it is open; Esc closes it."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("enlarged_picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._view, self._legend = PictureView(style), ScaleLegend(style)
        self._scale = label(tone="quiet", name="enlarged_scale")
        in_column((self._view, 1), in_row(1, self._scale, self._legend, 1), of=self)
        self.resize(parent.window().size() * _SHARE)

    def set_style(self, style: Style) -> None:
        self._view.set_style(style)
        self._legend.set_style(style)

    def show_picture(
        self, name: str, image: QImage, size: tuple[int, int], crop: Crop | None, painted: ClassImage | None, of: str
    ) -> None:
        """Show a picture of that width and height, in pixels. `painted` is the class map over it, if there is one; `of`
        names its scale."""
        self.setWindowTitle(title_text(name))
        self._view.show_picture(image, size, crop)
        self._view.show_image(image if painted is None else painted.image)
        show_text(self._scale, of)
        if painted is not None:
            self._legend.show_scale(painted.scale, painted.colours, of)
        for part in (self._scale, self._legend):
            part.setVisible(painted is not None)

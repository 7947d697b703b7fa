"""The open picture in a window of its own, as large as a person makes it, with what lies over it in the panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QWidget

from squeezeviz.analysis.preprocessing import Crop
from squeezeviz.gui.pictures.class_image import ClassImage
from squeezeviz.gui.pictures.view import PictureView
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import title_text

_SHARE = 0.75
"""How much of the main window it takes at first."""


class EnlargedPicture(QDialog):
    """Shows a picture of that width and height, in pixels, as the panel showed it when this was opened; Esc closes it.

    `painted` is the class map over it, if there is one; `of` names its scale.
    """

    def __init__(
        self,
        name: str,
        image: QImage,
        size: tuple[int, int],
        crop: Crop | None,
        painted: ClassImage | None,
        of: str,
        style: Style,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("enlarged_picture")
        self.setWindowTitle(title_text(name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        view, legend = PictureView(style), ScaleLegend(style)
        view.show_picture(image, size, crop)
        column = in_column((view, 1), of=self)
        if painted is not None:
            view.show_image(painted.image)
            legend.show_scale(painted.scale, painted.colours, of)
            column.addLayout(in_row(1, label(of, "quiet", "enlarged_scale"), legend, 1))
        else:
            legend.deleteLater()
        self.resize(parent.window().size() * _SHARE)

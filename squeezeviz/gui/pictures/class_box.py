"""What is said of the class map over the picture: how it is read, its scale, and the check by occlusion."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from squeezeviz.analysis.class_maps import Method, in_words
from squeezeviz.gui.pictures.class_image import ClassImage
from squeezeviz.gui.pictures.sought import SoughtClass
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.gui.widgets.style import Style

_PROGRESS = 90
_HINT = "Choose a class to see in the picture what speaks for it."


class ClassBox(QWidget):
    """Below the classes: how the map is read, or a hint until a person chooses one of them."""

    method_chosen = Signal(object)
    """The Method that a person wants."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("class_box")
        self._words = label(_HINT, "quiet", "class_words", wraps=True, selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.addWidget(self._words)
        self.legend = ScaleLegend(style)
        """What the colours over the picture stand for, to stand below it."""
        self.tools = QWidget()
        """What is done with the map, to stand above the classes, where it is seen however low the panel is."""
        self._other = QPushButton()
        self._other.setObjectName("class_method")
        self._other.setProperty("small", True)
        self._progress = QProgressBar()
        self._progress.setObjectName("class_progress")
        self._progress.setAccessibleName("Places covered")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(_PROGRESS)
        self._offered = Method.OCCLUSION
        self._other.clicked.connect(lambda: self.method_chosen.emit(self._offered))
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._progress)
        row.addWidget(self._other)
        for part in (self.legend, self.tools, self._progress):
            part.hide()

    def set_style(self, style: Style) -> None:
        self.legend.set_style(style)

    def show_class(self, sought: SoughtClass, title: str, painted: ClassImage | None) -> None:
        """Show what is known of the class of that title, and the scale of what is `painted`."""
        show_text(self._words, _said(sought, title))
        is_here = sought.number is not None and painted is not None
        self.legend.setVisible(is_here)
        if is_here and painted is not None:
            self.legend.show_scale(painted.scale, painted.colours)
        occluding = sought.is_waiting and sought.method is Method.OCCLUSION
        self._offered = Method.OCCLUSION if sought.method is Method.ACTIVATION else Method.ACTIVATION
        cancel, check, back = "Cancel", "Check by Occlusion", "Show Activation Map"
        self._other.setText(cancel if occluding else check if self._offered is Method.OCCLUSION else back)
        self.tools.setVisible(sought.number is not None and (is_here or bool(sought.said)))
        self._progress.setVisible(occluding)
        if occluding:
            done, total = (sought.progress.done, sought.progress.total) if sought.progress is not None else (0, 0)
            self._progress.setRange(0, total)
            self._progress.setValue(done)


def _said(sought: SoughtClass, title: str) -> str:
    if sought.number is None:
        return _HINT
    if sought.said:
        return f"Where {title} is seen is not to be told: {sought.said.rstrip('.')}."
    if sought.progress is not None:
        return f"{title}: {sought.progress.done} of {sought.progress.total} places were covered."
    if sought.brought is None:
        return f"Where {title} is seen comes with the next pass…"
    words = in_words(sought.brought.found, sought.brought.network)
    older = " Before the last change." if sought.is_older else ""
    return f"{title}: {words}.{older}"

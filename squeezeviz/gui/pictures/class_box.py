"""What is said of the class map over the picture: how it is read, its scale, and the check by occlusion."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from squeezeviz.analysis.pictures.class_maps import Method, in_words
from squeezeviz.gui.pictures.class_image import ClassImage
from squeezeviz.gui.pictures.sought import SoughtClass
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
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
        in_column(self._words, margins=(0, 2, 0, 0), of=self)
        self.legend = ScaleLegend(style)
        """What the colours over the picture stand for, to stand below it."""
        self.tools = QWidget()
        """What is done with the map, to stand above the classes, where it is seen however low the panel is."""
        self.notice = label(tone="differs", name="class_notice", wraps=True, selectable=True)
        """Why there is no map, to stand above the classes too."""
        self._offered = Method.OCCLUSION
        self._other = push_button("", "class_method", lambda: self.method_chosen.emit(self._offered), small=True)
        self._progress = QProgressBar()
        self._progress.setObjectName("class_progress")
        self._progress.setAccessibleName("Places covered")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(_PROGRESS)
        in_row(self._progress, self._other, spacing=8, margins=(0, 0, 0, 0), of=self.tools)
        for part in (self.legend, self.tools, self.notice, self._progress):
            part.hide()

    def set_style(self, style: Style) -> None:
        self.legend.set_style(style)

    def show_class(self, sought: SoughtClass, title: str, painted: ClassImage | None) -> None:
        """Show what is known of the class of that title, and the scale of what is `painted`."""
        show_text(self._words, _said(sought, title))
        self._words.setVisible(bool(self._words.text()))
        show_text(self.notice, _problem(sought, title))
        self.notice.setVisible(bool(self.notice.text()))
        is_here = sought.number is not None and painted is not None
        self.legend.setVisible(is_here)
        if is_here and painted is not None:
            self.legend.show_scale(painted.scale, painted.colours)
        occluding = sought.is_checking
        by = sought.brought.found.method if sought.brought is not None else None
        self._offered = Method.ACTIVATION if occluding or by is Method.OCCLUSION else Method.OCCLUSION
        cancel, check, back = "Cancel", "Check by Occlusion", "Show Activation Map"
        self._other.setText(cancel if occluding else check if self._offered is Method.OCCLUSION else back)
        self.tools.setVisible(sought.number is not None and (is_here or occluding or bool(self.notice.text())))
        self._progress.setVisible(occluding)
        if occluding:
            done, total = (sought.progress.done, sought.progress.total) if sought.progress is not None else (0, 0)
            self._progress.setRange(0, total)
            self._progress.setValue(done)


def _problem(sought: SoughtClass, title: str) -> str:
    """Return why no map comes, and what to do; an empty text if one comes or is here."""
    if sought.number is None:
        return ""
    if sought.ended:
        return f"The check by occlusion ended: {sought.ended.rstrip('.')}. Check by Occlusion starts it again."
    return f"Where {title} is seen is not to be told: {sought.said.rstrip('.')}." if sought.said else ""


def _said(sought: SoughtClass, title: str) -> str:
    """Return how the map is read that is shown, or how far the next one is; an empty text if none comes."""
    if sought.number is None:
        return _HINT
    if sought.is_owed:
        return f"{title}: the check by occlusion begins after the next pass."
    if sought.progress is not None:
        return f"{title}: {sought.progress.done} of {sought.progress.total} places were covered."
    if sought.brought is None:
        return "" if sought.said or sought.ended else f"Where {title} is seen comes with the next pass…"
    words = in_words(sought.brought.found, sought.brought.network)
    older = " Before the last change." if sought.is_older else ""
    return f"{title}: {words}.{older}"

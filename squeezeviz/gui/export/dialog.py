"""How the exported figure should look, and how it does: choices at the left, the figure itself at the right."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPushButton,
    QScrollArea,
    QWidget,
)

from squeezeviz.figure.theme.look import PRINT_DPI
from squeezeviz.figure.writers.export import DiagramFormat
from squeezeviz.figure.writers.figure import ExportOptions, Figure, on_paper
from squeezeviz.figure.writers.png import size_px
from squeezeviz.gui.export.choices import PictureSubject, Subject
from squeezeviz.gui.export.preview import PreviewArea
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import button_box
from squeezeviz.model.errors import SqueezevizError

_CHOICES_WIDTH = 388
_SCROLL_BAR = 14


@guarded
class ExportDialog(QDialog):
    """Choose, look, then save or copy: `copy_wanted` says which, once the dialog is accepted.

    The subject is a diagram or another picture. Where it is for a page, that is printed, or saved where `no_printer`
    says why it cannot be.
    """

    def __init__(
        self,
        subject: Subject | PictureSubject,
        settings: Settings,
        parent: QWidget | None = None,
        no_printer: str = "",
    ) -> None:
        super().__init__(parent)
        printed = subject.page is not None
        self.setWindowTitle(subject.title)
        self.setObjectName("export_dialog")
        self.copy_wanted = False
        self._subject, self._settings = subject, settings
        self.choices = subject.choices()
        remembered = settings.plain(subject.remembered)
        if isinstance(remembered, dict):
            self.choices.restore(remembered)
        self._preview = PreviewArea()
        self._size = label(tone="quiet", name="export_page", wraps=True)
        self._size.setAccessibleName("The page")
        self._note = label(tone="costs", name="export_note", wraps=True)
        self._note.setAccessibleName("Note on the figure")
        self._actual = QCheckBox("Actua&l size")
        self._actual.setObjectName("export_actual_size")
        self._buttons = button_box(self, QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setObjectName("primary")
        self._save.setText("P&rint…" if printed and not no_printer else "&Save…")
        self._copy = QPushButton("&Copy")
        self._copy.setObjectName("export_copy")
        self._buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        self._copy.setVisible(not printed)
        self._no_printer = no_printer
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def suffix(self) -> str:
        return self.choices.written.suffix

    def options(self) -> ExportOptions:
        """The choices as export options; SqueezevizError where the width is none."""
        return self.choices.options()

    def figure(self) -> Figure | None:
        """The figure with the chosen options, where the preview has drawn it."""
        preview = self._preview.preview
        drawn = preview is not None and not preview.drawing.slides and preview.options == self.options()
        return preview.figure if preview is not None and drawn else None

    def done(self, result: int) -> None:
        try:
            self._preview.close_thread()
            if result == QDialog.DialogCode.Accepted:
                self._settings.set_plain(self._subject.remembered, self.choices.remembered())
        finally:
            super().done(result)

    def _connect(self) -> None:
        self.choices.changed.connect(self._change)
        self._timer.timeout.connect(self._refresh)
        self._preview.shown.connect(self._describe)
        self._preview.refused.connect(self._refuse)
        self._actual.toggled.connect(self._preview.set_actual_size)
        self._copy.clicked.connect(self._accept_copy)

    def _accept_copy(self) -> None:
        self.copy_wanted = True
        self.accept()

    def _change(self) -> None:
        """Draw the figure anew when what waits in the event queue is done, which may be the key that saves: nothing is
        saved without what is still fetched for it."""
        self._timer.start()
        with suppress(SqueezevizError):  # `_refresh` says it
            if self.choices.waits:
                self._enable(False)

    def _enable(self, on: bool) -> None:
        for button in (self._save, self._copy):
            button.setEnabled(on)

    def _refresh(self) -> None:
        """Draw the figure anew; where a choice cannot be, say why and keep the last one."""
        try:
            options = self.options()
        except SqueezevizError as error:
            self._refuse(error.message)
            return
        waits = self.choices.waits
        self._enable(not waits)
        if waits:  # the figure that is shown stays meanwhile
            return
        subject, slides = self._subject, self.choices.written.size is not None
        if subject.takes_long(options):
            self._size.setText("Drawing…")
        self._preview.show_figure(
            lambda: subject.draw(options, slides=slides), options,
            slides=slides, takes_long=subject.takes_long(options),
        )  # fmt: skip

    def _refuse(self, why: str) -> None:
        """Say why there is no such figure."""
        self._size.setText("")
        self._note.setText(f"{why[0].upper()}{why[1:]}.")
        self._note.show()
        self._enable(False)

    def _describe(self) -> None:
        """Say how large the figure is, and what a person should know before printing it."""
        preview = self._preview.preview
        if preview is None:
            return
        written, slides = self.choices.written, preview.drawing.slides
        if written.suffix == "png":
            try:
                size_px(preview.figure, preview.options)
            except SqueezevizError as error:
                self._refuse(error.message)
                return
        self._size.setText(page_text(preview.figure, preview.options, written, slides))
        notes = () if written.about and not slides else preview.drawing.remarks
        sentences = [f"{each[0].upper()}{each[1:]}." for each in notes]
        self._note.setText(" ".join(filter(None, (self._no_printer, *sentences))))
        self._note.setVisible(bool(self._note.text()))

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidget(self.choices)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(max(_CHOICES_WIDTH, self.choices.minimumSizeHint().width() + _SCROLL_BAR))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        card = QFrame()
        card.setObjectName("card")
        in_column(
            (self._preview, 1),
            in_row((self._size, 1), self._actual, margins=(6, 0, 6, 0)),
            in_row(self._note, margins=(6, 0, 6, 0)),
            spacing=6,
            margins=(8, 8, 8, 10),
            of=card,
        )
        self._buttons.setContentsMargins(16, 6, 16, 14)
        in_column(
            (in_row(area, (card, 1), spacing=6, margins=(0, 14, 16, 0)), 1),
            self._buttons,
            margins=(0, 0, 0, 0),
            of=self,
        )
        screen = self.screen().availableGeometry()
        self.resize(min(1080, screen.width() - 40), min(720, screen.height() - 60))


def page_text(figure: Figure, options: ExportOptions, written: DiagramFormat, slides: str = "") -> str:
    """`84 × 212 mm, smallest text 5.8 pt`: how large the figure will be; `slides` says how many these are."""
    smallest = figure.smallest_text_pt
    text = "" if smallest is None else f", smallest text {smallest:.1f} pt"
    if slides:
        return f"{slides}{text}. {written.about}"
    if written.about:
        return written.about
    picture = written.suffix == "png"
    if options.size is None:
        scale = options.png_scale if picture else 1.0
    elif options.size.pixels is None:
        scale = PRINT_DPI * figure.inches_per_unit
    else:
        scale = options.size.pixels / figure.width
    pixels = f"{figure.width * scale:,.0f} × {figure.height * scale:,.0f} pixels"
    if not on_paper(options):
        return f"{pixels}{text}"
    width, height = figure.size_mm
    return f"{width:.0f} × {height:.0f} mm{f' ({pixels})' if picture else ''}{text}"

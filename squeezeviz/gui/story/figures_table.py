"""The numbers of the real module and the chain, line by line, predicted or measured."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from squeezeviz.explain.what_if import Agreement, Comparison, Figure

_TONES = {
    Agreement.PREDICTED: "text",
    Agreement.MEASURED: "formula",
    Agreement.TIMED: "text",
    Agreement.DIFFERS: "differs",
}
_MARKS = {Agreement.PREDICTED: "", Agreement.MEASURED: "✓", Agreement.TIMED: "", Agreement.DIFFERS: "≠"}
_SIDES = ("side by side", "chained")


class FiguresTable(QFrame):
    """One row for each quantity. Every figure says whether a pass measured it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Side by side against chained")
        self._labels: dict[tuple[str, str], tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 9, 16, 10)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        for column, stretch in enumerate((3, 4, 0, 4, 0)):
            self._grid.setColumnStretch(column, stretch)
        for column in (2, 4):
            self._grid.setColumnMinimumWidth(column, 16)
        for column, side in zip((1, 3), _SIDES, strict=True):
            self._grid.addWidget(_label(side, "quiet", right=True), 0, column)

    def show_comparisons(self, comparisons: tuple[Comparison, ...]) -> None:
        for place, each in enumerate(comparisons, 1):
            if (each.label, _SIDES[0]) not in self._labels:
                self._add_row(place, each.label)
            for side, figure in zip(_SIDES, (each.real, each.chained), strict=True):
                self._show(self._labels[each.label, side], figure, f"{each.label}, {side}")
        self.setAccessibleDescription("; ".join(_in_words(each) for each in comparisons))

    def text_of(self, label: str) -> tuple[str, str]:
        """Return what a row shows for the module and for the chain, including the marks."""
        return tuple(  # type: ignore[return-value]
            " ".join(part.text() for part in self._labels[label, side] if part.text()) for side in _SIDES
        )

    def _add_row(self, place: int, label: str) -> None:
        self._grid.addWidget(_label(label, "quiet"), place, 0)
        for column, side in zip((1, 3), _SIDES, strict=True):
            value, mark = _label("", "text", right=True), _label("", "measured")
            self._labels[label, side] = value, mark
            self._grid.addWidget(value, place, column)
            self._grid.addWidget(mark, place, column + 1)

    def _show(self, labels: tuple[QLabel, QLabel], figure: Figure, what: str) -> None:
        value, mark = labels
        value.setText(figure.text)
        value.setAccessibleName(f"{what}: {figure.text}, {figure.agreement}")
        mark.setText(_MARKS[figure.agreement])
        for label, tone in ((value, _TONES[figure.agreement]), (mark, _mark_tone(figure))):
            if label.property("tone") != tone:
                label.setProperty("tone", tone)
                label.style().unpolish(label)
                label.style().polish(label)


def _mark_tone(figure: Figure) -> str:
    return "differs" if figure.agreement is Agreement.DIFFERS else "measured"


def _in_words(each: Comparison) -> str:
    return f"{each.label}: {each.real.text} side by side, {each.chained.text} chained"


def _label(text: str, tone: str, *, right: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    if right:
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if tone != "quiet":
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

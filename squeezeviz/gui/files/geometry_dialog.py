"""The dialog that asks for the geometry when a file of weights was opened, which does not contain it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.unknown_geometry import Choice, UnknownGeometry
from squeezeviz.gui.files.geometry_fields import GeometryFields
from squeezeviz.gui.widgets.escaped_text import action_text
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import LayerTable

_EXPLAINED = (
    "Weights fix filters, kernels and channels. Strides, paddings, pools, simple bypasses and the size of the input "
    "are not among them: choose the geometry that these weights were trained with, or set it below."
)

_WIDTH = 640


class GeometryDialog(QDialog):
    """Asks for the geometry of a network of which only the weights are known. `exec` returns whether it was accepted.

    Named geometries fill in the fields; editing a field makes the geometry a custom one. A geometry that cannot run
    cannot be accepted.
    """

    def __init__(self, unknown: UnknownGeometry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unknown = unknown
        self.setObjectName("geometry_dialog")
        self.setWindowTitle("Open Weights")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(_words(f"What the weights of {brief(unknown.name)} do not tell", "heading"))
        explained = _words(_EXPLAINED, "quiet")
        explained.setMinimumWidth(_WIDTH)
        column.addWidget(explained)
        self._group = QButtonGroup(self)
        self._choices = {choice.id: choice for choice in unknown.choices}
        self._radios: dict[str, QRadioButton] = {}
        column.addLayout(self._choice_rows())
        column.addWidget(_rule())
        self._fields = GeometryFields(unknown, self)
        self._fields.changed.connect(self._fields_changed)
        column.addWidget(self._fields)
        column.addWidget(_rule())
        self._preview = _words("", "formula")
        self._preview.setObjectName("geometry_preview")
        self._preview.setMinimumHeight(self._preview.fontMetrics().lineSpacing() * 2)
        column.addWidget(self._preview)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._open = buttons.button(QDialogButtonBox.StandardButton.Open)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._choose(next(iter(self._choices.values())))

    def table(self) -> LayerTable:
        """The network with the geometry that is chosen."""
        return self._unknown.table(self._fields.geometry_shown())

    def _choice_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        for place, choice in enumerate(self._choices.values()):
            follows = preview(self._unknown.table(choice.geometry)).text
            radio = self._radio(choice.id, choice.title, follows)
            radio.clicked.connect(lambda _=False, choice=choice: self._choose(choice))
            label = _words(follows, "quiet")
            label.setWordWrap(False)
            grid.addWidget(radio, place, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label, place, 1)
        grid.addWidget(self._radio(_OWN, "As set below", ""), len(self._choices), 0, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        return grid

    def _radio(self, name: str, title: str, follows: str) -> QRadioButton:
        radio = QRadioButton(action_text(title))
        radio.setObjectName(f"geometry_{name}")
        radio.setAccessibleName(title)
        radio.setAccessibleDescription(follows)
        self._group.addButton(radio)
        self._radios[name] = radio
        return radio

    def _choose(self, choice: Choice) -> None:
        self._radios[choice.id].setChecked(True)
        self._fields.show_geometry(choice.geometry)
        self._show_what_follows()

    def _fields_changed(self) -> None:
        shown = self._fields.geometry_shown()
        same = [choice.id for choice in self._choices.values() if choice.geometry == shown]
        self._radios[same[0] if same else _OWN].setChecked(True)
        self._show_what_follows()

    def _show_what_follows(self) -> None:
        trouble = self._fields.trouble
        follows = Preview("", "", f"{trouble}.") if trouble else preview(self.table())
        self._preview.setText(follows.text)
        self._preview.setAccessibleName(follows.text)
        self._preview.setProperty("tone", "differs" if follows.trouble else "formula")
        self._preview.style().polish(self._preview)
        self._open.setEnabled(not follows.trouble)
        self._open.setToolTip(follows.trouble)


_OWN = "own"


def _words(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("tone", tone)
    return label


def _rule() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setObjectName("rule")
    return line


_MOST_SIZES = 9


@dataclass(frozen=True, slots=True)
class Preview:
    """`sizes` and `costs` of a network that runs; otherwise `trouble` says why it cannot."""

    sizes: str
    costs: str
    trouble: str

    @property
    def text(self) -> str:
        return self.trouble or f"{self.sizes}, {self.costs}"


def preview(table: LayerTable) -> Preview:
    """Return what follows from the table's geometry."""
    network = resolve(table)
    for problem in network.problems:
        where = f"{brief(problem.name)}: " if problem.name else ""
        return Preview("", "", f"This cannot run. {where}{problem.reason}.")
    return Preview(" → ".join(_sizes(network)), f"{network.macs.value:,} multiply-adds", "")


def _sizes(network: ResolvedNetwork) -> list[str]:
    """Return the sides of the output maps of convolutions and pools, in order. A long series is shortened in the
    middle."""
    sizes = []
    for index, layer in enumerate(network.layers):
        last = index + 1 == len(network.layers) and isinstance(layer.layer, Fire)
        if isinstance(layer.layer, Conv | MaxPool) or last:
            height, width = layer.output.shape.height, layer.output.shape.width
            sizes.append(str(height) if height == width else f"{height}×{width}")
    half = _MOST_SIZES // 2
    return sizes if len(sizes) <= _MOST_SIZES else [*sizes[:half], "…", *sizes[-half:]]

"""The dialog for numbers of a person's own, by which pictures are prepared."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from squeezeviz.analysis.pictures.preprocessing import LARGEST_VALUE, ChannelOrder, Preprocessing, parse_mean, parse_std
from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import button_box
from squeezeviz.model.errors import SqueezevizError, shown

_EXPLAINED = (
    "Each value, from 0 to 255, becomes (value ÷ scale − mean) ÷ std.\n"
    "One number stands for all three channels; three are in the order that the network takes."
)
_FIELD_WIDTH = 360


class NumbersDialog(QDialog):
    """Asks for a preprocessing, beginning with one that is known. What cannot stand is explained below the fields."""

    def __init__(self, begun: Preprocessing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("own_numbers")
        self.setWindowTitle("Prepare Pictures by Own Numbers")
        self._order = ComboBox()
        self._order.setObjectName("own_order")
        self._order.setAccessibleName("Order of the channels")
        self._order.addItems([str(each) for each in ChannelOrder])
        self._order.setCurrentText(str(begun.order))
        self._scale = self._line("own_scale", "Scale", f"{begun.divisor:g}")
        self._mean = self._line("own_mean", "Mean", _listed(begun.mean))
        self._std = self._line("own_std", "Standard deviation", _listed(begun.std))
        self._margin = QCheckBox("&Leave a margin: the shorter side to 256 for an input of 224 or 227")
        self._margin.setObjectName("own_margin")
        self._margin.setChecked(begun.margin)
        self._refused = label(tone="differs", name="own_refused", wraps=True)
        buttons = button_box(self, QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._take = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._take.setText("Prepare So")
        form = QFormLayout()
        for title, field in (
            ("&Channels", self._order), ("&Scale", self._scale), ("&Mean", self._mean), ("S&td", self._std),
        ):  # fmt: skip
            form.addRow(title, field)
        form.addRow(self._margin)
        explained = label(_EXPLAINED, "quiet", wraps=True)
        in_column(explained, form, self._refused, buttons, spacing=12, margins=(20, 18, 20, 16), of=self)
        self._typed()

    def preprocessing(self) -> Preprocessing:
        """Return what the fields say. Raises SqueezevizError if one of them says no number that can stand."""
        order = ChannelOrder(self._order.currentText())
        scale, mean, std = _scale(self._scale.text()), parse_mean(self._mean.text()), parse_std(self._std.text())
        return Preprocessing("own", f"Own: {order} ÷ {scale:g}", order, scale, mean, std, self._margin.isChecked())

    def _line(self, name: str, title: str, text: str) -> QLineEdit:
        made = QLineEdit(text)
        made.setObjectName(name)
        made.setAccessibleName(title)
        made.setMinimumWidth(_FIELD_WIDTH)
        made.textChanged.connect(self._typed)
        return made

    def _typed(self) -> None:
        try:
            self.preprocessing()
        except SqueezevizError as error:
            self._refused.setText(error.message)
        else:
            self._refused.setText(" ")
        self._take.setEnabled(not self._refused.text().strip())


def ask_numbers(parent: QWidget, begun: Preprocessing) -> Preprocessing | None:
    """Ask for numbers, beginning with known ones. Return None if the person cancels."""
    dialog = NumbersDialog(begun, parent)
    chosen = dialog.preprocessing() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return chosen


def _scale(text: str) -> float:
    try:
        scale = float(text.strip())
    except ValueError:
        scale = 0
    if not 1 / LARGEST_VALUE <= scale <= LARGEST_VALUE:
        raise SqueezevizError(f"values are divided by the scale, a number above 0 such as 1 or 255, not {shown(text)}")
    return scale


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)

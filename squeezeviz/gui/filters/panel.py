"""The panel of filters: what the weights of each convolution say, and its filters as pictures."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QStackedLayout, QWidget

from squeezeviz.analysis.convolutions import Convolution, convolutions
from squeezeviz.analysis.pictures.preprocessing import ChannelOrder, Preprocessing
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weight_statistics import WeightStatistics
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.tone import Scale
from squeezeviz.gui.document import Document
from squeezeviz.gui.filters.convolution_list import ConvolutionList
from squeezeviz.gui.filters.exporting import FilterSubject
from squeezeviz.gui.filters.histogram import WeightHistogram
from squeezeviz.gui.filters.picture import FilterPicture, ShownFilters
from squeezeviz.gui.filters.placing import WeightPlace
from squeezeviz.gui.filters.reading import FilterReader
from squeezeviz.gui.filters.wording import FRESH, numbers_of, said_of_all, shape_text, title_of, why_random
from squeezeviz.gui.maps.chosen import value_text
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_row, message_page, page
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import brief
from squeezeviz.model.wording import significant

if TYPE_CHECKING:
    from squeezeviz.figure.writers.drawn import DrawnPicture

_LIST_SHARE, _NARROWEST_LIST, _WIDEST_LIST = 0.4, 256, 340
_TAKEN = "channels are taken as R, G, B, as no preprocessing is known"
_NO_WEIGHTS = (
    f"Weights come with a file: a checkpoint (.pth, .safetensors), an ONNX file or a .caffemodel. Without one the live "
    f"pass runs with {FRESH}, which say nothing. File > Trained Weights has more."
)


class Remedy(StrEnum):
    """What a person can do where there are no weights, each a command of the window."""

    OPEN = "open"
    TRAINED = "trained_squeezenet1_1-imagenet"


_REMEDIES = {Remedy.OPEN: "Open…", Remedy.TRAINED: "Open Trained v1.1"}


@guarded
class FiltersPanel(QWidget):
    """Follows table and selection while it can be seen. Only then weights are read."""

    convolution_chosen = Signal(object)
    """The Key of a convolution's box that a person chose in the list."""
    export_wanted = Signal(object)
    """The filters (DrawnPicture) are to be written to a file."""
    copy_wanted = Signal(object)
    """The filters (DrawnPicture) are to go to the clipboard."""
    remedy_wanted = Signal(object)
    """A Remedy that a person chose."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        reader: FilterReader,
        preprocessing: Callable[[], Preprocessing | None],
        style: Style,
    ) -> None:
        super().__init__()
        self.setObjectName("filters_panel")
        self.setAccessibleName("Filters")
        self._document, self._selection, self._reader = document, selection, reader
        self._preprocessing, self._style = preprocessing, style
        self._of: tuple[ResolvedNetwork, RetainedWeights | None] | None = None
        self._found: tuple[Convolution, ...] = ()
        self._shown: Convolution | None = None
        self._refusal = ""
        self._make_widgets(style)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(message_page((self._message,), self._buttons.values()))
        self._stack.addWidget(self._weights_page())
        self._connect()

    def set_style(self, style: Style) -> None:
        self._style = style
        for part in (self._list, self._histogram, self._picture, self._legend):
            part.set_style(style)
        self._show_filters()

    # What it is made of

    def _make_widgets(self, style: Style) -> None:
        self._list, self._histogram = ConvolutionList(style), WeightHistogram(style)
        self._picture, self._legend = FilterPicture(self._reader, style), ScaleLegend(style)
        self._title, self._about = ElidedLabel("filters_title", "heading"), ElidedLabel("filters_about", "quiet")
        self._all, self._value, self._colours = (
            ElidedLabel(name, small=True) for name in ("filters_of_all", "filters_value", "filters_colours")
        )
        self._numbers = QGridLayout()
        self._numbers.setHorizontalSpacing(10)
        self._numbers.setVerticalSpacing(0)
        self._number_labels: list[tuple[QLabel, QLabel]] = []
        for row in range(6):
            name, value = label(tone="quiet", small=True), label(selectable=True, right=True, small=True)
            for column, shown in enumerate((name, value)):
                self._numbers.addWidget(shown, row, column)
            self._number_labels.append((name, value))
        self._numbers.setRowStretch(6, 1)
        self._message = label(_NO_WEIGHTS, name="filters_message", wraps=True)
        self._reason = label(name="filters_reason", wraps=True)
        self._buttons = {
            remedy: push_button(text, f"filters_{remedy.name.lower()}", partial(self.remedy_wanted.emit, remedy))
            for remedy, text in _REMEDIES.items()
        }

    def _weights_page(self) -> QWidget:
        made, right = QWidget(), QWidget()
        self._left = page(self._all, (self._list, 1), spacing=3, margins=(0, 0, 0, 0))
        self._right = QStackedLayout(right)
        self._right.addWidget(page(self._reason, 1))
        self._right.addWidget(self._one_page())
        in_row(self._left, (right, 1), spacing=12, margins=(10, 6, 10, 4), of=made)
        return made

    def _one_page(self) -> QWidget:
        """The page of one convolution."""
        return page(
            in_row(self._title, (self._about, 1), spacing=8),
            in_row((self._histogram, 1), self._numbers, spacing=12),
            (self._picture, 1),
            self._value,
            in_row(self._legend, (self._colours, 1)),
            spacing=3,
            margins=(0, 0, 0, 0),
        )

    def _connect(self) -> None:
        self._selection.changed.connect(self.follow)
        self._reader.measured.connect(self._show_one)
        self._reader.refused.connect(self._refuse)
        self._list.chosen.connect(lambda each: self.convolution_chosen.emit(Key(each.layer, each.part)))
        self._histogram.hovered.connect(self._value.setText)
        self._picture.hovered.connect(self._say_weight)
        self._picture.chosen.connect(self._say_weight)
        self._picture.menu_wanted.connect(self._open_menu)
        self._picture.copied.connect(lambda: self.copy_wanted.emit(self.drawn))
        self._reader.arrived.connect(lambda: self._say_weight(None))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._left.setFixedWidth(min(max(_NARROWEST_LIST, round(self.width() * _LIST_SHARE)), _WIDEST_LIST))

    # What is shown

    def follow(self, *_: object) -> None:
        """Show the convolutions of the table as it is now, and the one that is selected."""
        if not self.isVisible():
            return
        document = self._document
        weights = document.weights
        self._stack.setCurrentIndex(0 if weights is None else 1)
        self.setFocusProxy(self._buttons[Remedy.OPEN] if weights is None else self._list)
        if self._of is None or self._of[0] is not document.network or self._of[1] is not weights:
            self._of, self._refusal = (document.network, weights), ""
            self._found = convolutions(document.network, weights)
        before, self._shown = self._shown, self._selected()
        if self._shown != before:
            self._refusal = ""
        self._list.show_convolutions(self._found, self._shown)
        self._all.setText(said_of_all(self._found))
        self._reader.want(weights, self._shown)
        self._show_one()

    def _selected(self) -> Convolution | None:
        """Return the selected convolution; of a Fire module that one of its parts, the one shown last or the first."""
        name, part = self._selection.layer_name(), self._selection.part()
        parts = [each for each in self._found if each.layer == name]
        before = self._shown.part if self._shown is not None else ""
        for wanted in (part, before):
            for each in parts:
                if each.part == wanted:
                    return each
        return parts[0] if parts else None

    def _show_one(self) -> None:
        reason = self._lack()
        show_text(self._reason, reason)
        self._right.setCurrentIndex(0 if reason else 1)
        shown, statistics = self._shown, self._reader.statistics
        if reason or shown is None:
            return
        if self._title.text() != title_of(shown):
            self._title.setText(title_of(shown))
            self._title.setMinimumWidth(0)  # or the hint would not be smaller
            self._title.setMinimumWidth(min(self._title.sizeHint().width(), 220))
        self._about.setText(shape_text(shown))
        self._histogram.show_statistics(statistics)
        self._show_numbers(statistics)
        self._show_filters()

    def _lack(self) -> str:
        """Return why nothing is shown of one convolution, or an empty text."""
        shown, weights = self._shown, self._document.weights
        if weights is None:
            return _NO_WEIGHTS
        if shown is None:
            name = self._selection.layer_name()
            has = f"{brief(name)} has no weights. " if name else ""
            return f"{has}Choose a convolution in the list, in the table or in the diagram."
        if shown.tensor is None:
            return why_random(shown, weights)
        return f"The filters cannot be shown: {self._refusal}." if self._refusal else ""

    def _show_numbers(self, statistics: WeightStatistics | None) -> None:
        lines = numbers_of(statistics) if statistics is not None else ()
        for place, (name, value) in enumerate(self._number_labels):
            told = lines[place] if place < len(lines) else ("", "")
            show_text(name, told[0])
            show_text(value, told[1])
            name.setVisible(bool(told[0]))
            value.setVisible(bool(told[0]))

    def _show_filters(self) -> None:
        shown, statistics = self._shown, self._reader.statistics
        if shown is None or statistics is None:
            self._picture.show_filters(None)
            return
        scale = Scale(max(-(statistics.minimum or 0), statistics.maximum or 0), both_signs=True)
        preprocessing = self._preprocessing()
        order = None
        if shown.sees_colours and shown.shape[2:] != (1, 1):
            order = preprocessing.order if preprocessing is not None else ChannelOrder.RGB
        self._picture.show_filters(ShownFilters(shown, scale, order))
        self._legend.setVisible(order is None)
        if order is None:
            self._legend.show_scale(scale, colour_map(self._style.theme, both_signs=True), "one scale for all channels")
            self._colours.setText("outputs ↓ inputs →")
            self._colours.explain("A row for each output channel, a column for each input channel.")
        else:
            known = f"channels are {', '.join(order)} ({preprocessing.title})" if preprocessing is not None else _TAKEN
            self._colours.setText(f"full colour is ±{significant(scale.most)}, grey is 0; {known}")
        self._say_weight(None)

    @property
    def drawn(self) -> DrawnPicture | None:
        """The filters that are shown, to be exported."""
        shown, weights = self._picture.shown, self._document.weights
        if shown is None or weights is None:
            return None
        from squeezeviz.files.presets import name_as_edited

        name = name_as_edited(self._document.table)
        return FilterSubject(shown, weights, name, self._colours.text(), self._style.theme).picture()

    def _open_menu(self, point: QPoint) -> None:
        drawn = self.drawn
        if drawn is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy Picture").triggered.connect(lambda: self.copy_wanted.emit(drawn))
        menu.addAction("Export Picture…").triggered.connect(lambda: self.export_wanted.emit(drawn))
        menu.exec(point)
        menu.deleteLater()

    def _refuse(self, reason: str) -> None:
        self._refusal = reason
        self._show_one()

    def _say_weight(self, place: WeightPlace | None) -> None:
        """Say the weight under the mouse, or else the one that was gone to."""
        at = place or self._picture.place
        if at is None:
            self._value.setText("")
            return
        values = self._picture.value(at)
        preprocessing = self._preprocessing()
        where = f"row {at.row}, column {at.column}"
        coloured = values is not None and len(values) > 1
        said = f"output channel {at.output}, {where}"
        if not coloured:
            said = f"output channel {at.output}, input channel {at.input}, {where}"
        if values is not None:  # before its place, which a person points at: the end of the line may lack room
            names = [f"{name} " for name in (preprocessing.order if preprocessing is not None else "012")]
            numbers = [value_text(float(value)) for value in values]
            told = map("".join, zip(names, numbers, strict=True)) if coloured else numbers
            said = f"{', '.join(told)} at {said}"
        self._value.setText(said)
        self._picture.setAccessibleDescription(said)

"""The panel of feature maps: the channels of what is selected as a grid, and one of them enlarged."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QWidget

from squeezeviz.analysis.channels import CAPPED_AT, MapOrder, dead, ordered
from squeezeviz.analysis.value_sources import ValueAt, place_text, seen_by
from squeezeviz.figure.theme.tone import Tone
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.maps.brought import BroughtMaps, Wanted
from squeezeviz.gui.maps.chosen import chosen_maps, is_before_relu, size_text, value_text
from squeezeviz.gui.maps.compared import BASELINE, PinnedNetwork, others
from squeezeviz.gui.maps.enlarged import Enlarged, EnlargedMap
from squeezeviz.gui.maps.grid import GridContent, MapGrid, MapPlace
from squeezeviz.gui.maps.images import Colouring, MapImages
from squeezeviz.gui.maps.input_picture import InputPicture
from squeezeviz.gui.maps.numbers import ORDERS, numbers_of
from squeezeviz.gui.maps.shown import ShownMaps
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.combo_box import small_box
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_row, message_page, page
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import brief

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.gui.live.answer import LiveAnswer

_TONES = {Tone.SQRT: "√", Tone.LINEAR: "linear", Tone.PERCENTILE: f"{CAPPED_AT} %"}
_SCALES = {"all": "one scale", "each": "own scales"}
_WIDEST_COMPARED, _ARROW = 170, 50
"""Pixels that the box of what is compared takes at most, and of these what its arrow and its edges take."""
_RELU = {"after": "after ReLU", "before": "before ReLU"}
_ENLARGED_SHARE = 0.56
"""The share of the panel's width that an enlarged channel takes."""
_LARGEST_ENLARGED = 620
_NARROWEST, _MARGINS = 420, 40
"""Pixels that the panel needs at least; and those left of, between and right of what stands in one line."""


class Remedy(StrEnum):
    """What a person can do where there are no maps; all but `CPU` and `ALONE` are commands of the window."""

    PICTURE = "open_picture"
    EXAMPLE = "example_picture"
    LIVE = "live"
    RUN = "run"
    CPU = "cpu"
    ALONE = "alone"


_REMEDIES = {
    Remedy.PICTURE: "Open Picture…",
    Remedy.EXAMPLE: "Example Picture",
    Remedy.LIVE: "Turn Live On",
    Remedy.RUN: "Measure Now",
    Remedy.CPU: "Use the CPU",
    Remedy.ALONE: "Show These Maps Alone",
}


@guarded
class FeatureMapsPanel(QWidget):
    """Follows selection and live pass while it can be seen. Only then passes keep their maps."""

    remedy_wanted = Signal(object)
    """A Remedy that a person chose."""
    follow_requested = Signal(object)
    """The value (ValueAt) that a person wants to follow."""
    export_wanted = Signal(object)
    """The maps that are shown (MapSubject) are to be written to a file."""
    nothing_to_export = Signal(str)
    """Why there are no maps to be written: one sentence."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        live: LiveControl,
        maps: BroughtMaps,
        settings: Settings,
        current_image: Callable[[], int],
        pinned: Callable[[], PinnedNetwork | None],
        followed: Callable[[], ValueAt | None],
        style: Style,
    ) -> None:
        super().__init__()
        self.setObjectName("feature_maps_panel")
        self.setAccessibleName("Feature maps")
        self._document, self._selection, self._live = document, selection, live
        self._maps, self._settings, self._current_image, self._style = maps, settings, current_image, style
        self._images, self._input, self._pinned = MapImages(maps), InputPicture(), pinned
        self._followed = followed
        self._gone_to: ValueAt | None = None
        """The followed value that the panel went to last."""
        self._asked: ShownMaps | None = None
        self._shown: ShownMaps | None = None
        self._reason = ""
        """Why what was asked for does not come."""
        self._place: MapPlace | None = None
        self._by_hand = False
        """Whether the place was chosen, or is that of a channel's largest value."""
        self.setMinimumWidth(_NARROWEST)
        self._make_widgets(style)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(message_page((self._message,), self._buttons.values()))
        self._stack.addWidget(self._maps_page())
        self.setFocusProxy(self._grid)
        self._connect()
        self._recolour()

    @property
    def value(self) -> ValueAt | None:
        """The value that is chosen."""
        if self._shown is None or self._place is None or self._place.row < 0:
            return None
        return self._shown.value_at(self._place)

    def add_command(self, action: QAction) -> None:
        """Add a command to the menu of the maps."""
        for part in (self._grid, self._enlarged):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            part.addAction(action)

    def export(self) -> None:
        """Have the maps that are shown written to a file, or say why there are none."""
        shown, wanted = self._shown, self._maps.shown
        reason = self._lack()[0]
        if reason or shown is None or wanted is None:
            self.nothing_to_export.emit(f"No feature maps were exported. {reason}".rstrip())
            return
        self.export_wanted.emit(shown.subject(wanted, self._chosen_order, self._images.colouring))

    def set_style(self, style: Style) -> None:
        self._style = style
        for part in (self._grid, self._enlarged, self._legend):
            part.set_style(style)
        self._recolour()

    # What it is made of

    def _make_widgets(self, style: Style) -> None:
        self._title, self._about = ElidedLabel("maps_title", "heading"), ElidedLabel("maps_about", "quiet")
        self._warning, self._value = ElidedLabel("maps_warning", "differs"), ElidedLabel("maps_value", small=True)
        self._grid, self._enlarged = MapGrid(self._images, style), EnlargedMap(style)
        self._legend = ScaleLegend(style)
        self._relu = small_box("maps_relu", "Before or after ReLU", _RELU)
        self._order = small_box(
            "maps_order", "Order of the channels", {order.value: text for order, text in ORDERS.items()}
        )
        self._tone = small_box("maps_tone", "Tone of the colours", {tone.value: text for tone, text in _TONES.items()})
        self._scale = small_box("maps_scale", "Scale of the colours", _SCALES)
        self._compared = small_box("maps_compared", "Compare with another picture, or the baseline", {})
        self._compared.setMaximumWidth(_WIDEST_COMPARED)
        for box in (self._order, self._tone, self._scale):
            box.setCurrentIndex(max(0, box.findData(self._settings.text(box.objectName()))))
        self._message = label(name="maps_message", wraps=True)
        self._buttons = {
            remedy: push_button(text, f"maps_{remedy.value}", partial(self._help, remedy))
            for remedy, text in _REMEDIES.items()
        }
        self._hint_button = push_button(
            _REMEDIES[Remedy.PICTURE], "maps_show_picture", partial(self._help, Remedy.PICTURE), small=True
        )

    def _maps_page(self) -> QWidget:
        self._words = in_row(self._title, (self._about, 1), self._warning, self._hint_button, spacing=8)
        self._boxes = in_row(self._relu, self._compared, self._order, self._tone, self._scale, 1, spacing=8)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(3)
        self._head.addLayout(self._words, 1)
        self._head.addLayout(self._boxes)
        self._enlarged.hide()
        return page(
            self._head,
            (in_row((self._grid, 1), self._enlarged, spacing=12), 1),
            in_row(self._legend, (self._value, 1), spacing=8),
            spacing=3,
            margins=(12, 6, 10, 4),
        )

    def _connect(self) -> None:
        maps, grid, enlarged = self._maps, self._grid, self._enlarged
        maps.changed.connect(self._take_maps)
        maps.arrived.connect(self._take_channels)
        maps.refused.connect(self._refuse)
        for source in (self._selection.changed, self._live.arithmetic_changed):
            source.connect(self.follow)
        grid.sight_changed.connect(self._fetch)
        grid.chosen.connect(self._choose)
        grid.opened.connect(self._enlarge)
        grid.left.connect(self._close)
        grid.nudged.connect(enlarged.nudge)
        enlarged.chosen.connect(self._choose)
        for part in (grid, enlarged):
            part.followed.connect(self._follow_value)
            part.hovered.connect(self._show_value)
        self._relu.activated.connect(self.follow)
        self._compared.activated.connect(self.follow)
        for box, act in ((self._order, self._reorder), (self._tone, self._recolour), (self._scale, self._recolour)):
            box.activated.connect(act)

    def _help(self, remedy: Remedy) -> None:
        if remedy is not Remedy.ALONE:
            self.remedy_wanted.emit(remedy)
        else:
            self._compared.setCurrentIndex(0)
            self.follow()

    # Seen or not

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._live.want_maps("panel", True)
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._live.want_maps("panel", False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._enlarged.setFixedWidth(min(_LARGEST_ENLARGED, round(self.width() * _ENLARGED_SHARE)))
        self._fit_head()

    def _fit_head(self) -> None:
        """Put what is shown and how beside each other where there is room for both."""
        needed = self._words.sizeHint().width() + self._boxes.sizeHint().width()
        way = QBoxLayout.Direction
        self._head.setDirection(way.LeftToRight if needed + _MARGINS <= self.width() else way.TopToBottom)

    # What is shown

    def follow(self, *_: object) -> None:
        """Show the maps of what is selected, as the last pass put them out, at the value that is followed."""
        if not self.isVisible():
            return
        at, before = self._followed(), self._gone_to
        self._gone_to = at
        if at is not None and at != before:
            is_before = is_before_relu(self._document.network, at.operation)
            if is_before is not None:
                self._relu.setCurrentIndex(self._relu.findData("before" if is_before else "after"))
            self._choose_followed()
        self._offer_others()
        asked = self._wanted()
        if asked is not None and asked.answer.maps_of is not None:
            if asked.unlike:
                self._shown = None
                self._say()
                return
            other = asked.pinned.asked if asked.pinned is not None else None
            wanted = Wanted(asked.answer.maps_of, asked.chosen.operation, asked.image, asked.minus, other)
            if wanted != self._maps.wanted:
                self._reason = ""
            self._asked = asked
            self._maps.order = self._chosen_order
            self._maps.want(wanted)
            if self._shown is None and self._maps.shown == self._maps.wanted:
                self._take_maps()
        self._say()

    def _wanted(self) -> ShownMaps | None:
        """Return what should be shown; None if no pass has it."""
        answer, row, part = self._live.answer, self._selection.layer_row(), self._selection.part()
        if answer is None or self._live.device == "meta":
            return None
        name = self._selection.layer_name()
        if name:
            row = next((at for at, layer in enumerate(answer.network.layers) if layer.name == name), None)
        before = self._relu.currentData() == "before"
        chosen = chosen_maps(answer.network, row, part, before_relu=before)
        if chosen is None:
            return None
        minus = self._compared.currentData()
        if minus == BASELINE:
            return ShownMaps(chosen, answer, self._image(answer), pinned=self._pinned())
        return ShownMaps(chosen, answer, self._image(answer), minus)

    def _image(self, answer: LiveAnswer) -> int:
        """Return which image of a pass is looked at."""
        batch = answer.measured.input_shape[0] if answer.measured.input_shape else 1
        return min(self._current_image(), batch - 1)

    def _offer_others(self) -> None:
        """Offer what can be compared; and the order of differences only where something is."""
        answer = self._live.answer
        offered = others(answer.pictures, self._image(answer), self._pinned()) if answer is not None else {}
        nothing: dict[int | None, str] = {None: "compare with…"} if offered else {}
        fitting, room = self._compared.fontMetrics(), _WIDEST_COMPARED - _ARROW
        names = {each: fitting.elidedText(name, Qt.TextElideMode.ElideMiddle, room) for each, name in offered.items()}
        self._compared.offer(nothing | names)
        self._compared.setVisible(bool(offered))
        comparing = self._compared.currentData() is not None
        self._order.offer({each.value: text for each, text in ORDERS.items() if comparing or each != MapOrder.SIZE})

    def _take_maps(self) -> None:
        """Other maps are here."""
        asked, shown = self._asked, self._maps.shown
        if shown is None or asked is None:
            self._shown = None
            self._say()
            return
        self._shown = asked
        self._images.begin_anew()
        self._show_grid()
        if not self._choose_followed() and self._place is not None:
            self._by_hand = self._by_hand and asked.has(self._place)
            last = asked.chosen.shape.channels - 1
            self._choose(self._place if self._by_hand else MapPlace(min(self._place.channel, last), -1, -1))
        self._say()

    def _choose_followed(self) -> bool:
        """Choose the value that is followed. Return False if it is none of the maps that are shown."""
        at, shown = self._followed(), self._shown
        if at is None or shown is None or shown.chosen.operation != at.operation:
            return False
        place = MapPlace(at.channel, at.row, at.column)
        if fits := shown.has(place):
            self._choose(place)
        return fits

    def _show_grid(self) -> None:
        shown, statistics = self._shown, self._maps.statistics
        if shown is None:
            return
        channels, shape = ordered(statistics, self._chosen_order), shown.chosen.shape
        without = frozenset(() if shown.less else dead(statistics))
        self._grid.show_content(GridContent(channels, shape.height, shape.width, without, shown.parts))
        each = self._images.colouring.each_channel
        of = "a scale of its own for each channel" if each else "one scale for all channels"
        note = f"this − {shown.less}" if shown.less else ""
        self._legend.show_scale(self._images.scale, self._images.colours, of, note, each_channel=each)
        self._fetch()

    def _fetch(self) -> None:
        if self._shown is not None and self._maps.shown == self._maps.wanted:
            self._maps.want_channels(self._grid.channels_in_sight())

    def _take_channels(self, channels: tuple[int, ...]) -> None:
        self._grid.viewport().update()
        if self._place is not None and self._place.channel in channels:
            self._show_place()

    def _refuse(self, reason: str) -> None:
        if reason:  # else the next pass brings them, and those that are shown may stay until then
            self._reason, self._shown = reason, None
        self._say()

    # What is said

    def _say(self) -> None:
        """Say what is shown, or why nothing is and what a person can do."""
        sentence, remedies = self._lack()
        if sentence:
            show_text(self._message, sentence)
            for remedy, button in self._buttons.items():
                button.setVisible(remedy in remedies)
        self._stack.setCurrentIndex(0 if sentence else 1)
        shown = self._shown
        if sentence or shown is None:
            return
        chosen, answer = shown.chosen, shown.answer
        size = size_text(chosen.shape)
        fixed = chosen.relu if chosen.relu and not chosen.has_choice else ""
        if self._title.text() != chosen.title:
            self._title.setText(chosen.title)
            self._title.setMinimumWidth(self._title.sizeHint().width())
        ramp = "of a ramp of grey" if answer.pictures is None else ""
        self._about.setText(", ".join(filter(None, (shown.sides, size, fixed, ramp))))
        self._relu.setVisible(chosen.has_choice)
        newest = self._live.answer
        faded = self._grid.is_faded  # until the new ones are here
        if newest is not None and newest.maps_of == answer.maps_of:
            faded = shown.is_old(newest)
        random = shown.doubts
        warning = "of the table before" if faded else random
        if self._warning.text() != warning:
            self._warning.setText(warning)
        self._warning.setVisible(faded or bool(random))
        self._hint_button.setVisible(bool(ramp))
        self._fit_head()
        self._grid.set_faded(faded)
        enlarged = self._enlarged.shown
        if enlarged is not None and enlarged.is_faded != faded:
            self._enlarged.show_channel(enlarged._replace(is_faded=faded))

    def _lack(self) -> tuple[str, tuple[Remedy, ...]]:
        """Return why there are no maps to show, with what helps; an empty text if there are."""
        live = self._live
        if live.device == "meta":
            return "The meta device computes no values: choose another one to see feature maps.", (Remedy.CPU,)
        if self._selection.layer_row() is None:
            return "Select a layer in the table, or a box of the diagram, to see its feature maps.", ()
        if self._reason:
            alone = (Remedy.ALONE,) if self._compared.currentData() is not None else ()
            return f"There are no feature maps: {self._reason}.", (Remedy.RUN, *alone)
        wanted = self._wanted()
        if wanted is not None and wanted.unlike:
            return wanted.unlike, (Remedy.ALONE,)
        waits = live.running or self._maps.is_waiting
        if wanted is not None and wanted.answer.maps_of is not None and self._shown is not None:
            return "", ()
        if waits or (self._shown is not None and wanted is not None and live.live):
            return ("", ()) if self._shown is not None else ("The live pass runs…", ())
        name = self._selection.layer_name()
        if live.answer is not None and live.answer.fresh and wanted is None:
            problem = next(iter(self._document.network.problems), None)
            return f"{brief(name)} does not run{f': {problem}' if problem else ''}.", ()
        return (
            "Feature maps are what a live pass puts out: open a picture, and turn Live on or measure once.",
            (Remedy.PICTURE, Remedy.EXAMPLE, Remedy.LIVE, Remedy.RUN) if not live.live else (Remedy.RUN,),
        )

    # Order and colours

    @property
    def _chosen_order(self) -> MapOrder:
        return MapOrder(self._order.currentData())

    def _reorder(self, *_: object) -> None:
        self._settings.set_text("maps_order", self._chosen_order)
        self._show_grid()
        self._grid.select(self._grid.selected)
        self._show_place()

    def _recolour(self, *_: object) -> None:
        for box in (self._tone, self._scale):
            if box.currentData() != self._settings.text(box.objectName(), box.itemData(0)):
                self._settings.set_text(box.objectName(), box.currentData())
        tone, each = Tone(self._tone.currentData()), self._scale.currentData() == "each"
        self._images.set_colouring(Colouring(tone, each, self._style.theme))
        if self._shown is not None:
            self._show_grid()
            self._show_place()
            self._grid.viewport().update()

    # One channel

    def _choose(self, place: MapPlace) -> None:
        """A channel was gone to, or one of its values."""
        if place.row < 0 and self._by_hand and self._place is not None:
            place = place._replace(row=self._place.row, column=self._place.column)
        elif place.row >= 0:
            self._by_hand = True
        self._place = place
        self._grid.select(place.channel)
        self._maps.want_whole(place.channel if self._grid.is_enlarged else None)
        self._show_place()

    def _enlarge(self) -> None:
        if self._place is not None:
            self._grid.is_enlarged = True
            self._enlarged.show()
            self._maps.want_whole(self._place.channel)
            self._show_place()

    def _close(self) -> None:
        self._grid.is_enlarged = False
        self._enlarged.hide()
        self._maps.want_whole(None)

    def _show_place(self) -> None:
        """Show the chosen channel enlarged, as far as it is here, and the chosen value in words."""
        shown, place = self._shown, self._place
        if shown is None or place is None or place.channel >= len(self._maps.statistics):
            return
        values = self._maps.whole(place.channel)
        if place.row < 0 and values is not None:
            largest = abs(values) if shown.less else values
            row, column = divmod(int(largest.argmax()), values.shape[1])
            place = self._place = place._replace(row=row, column=column)
        statistics, order = self._maps.statistics, self._chosen_order
        numbers = numbers_of(place.channel, statistics, order, shown.parts, are_differences=bool(shown.less))
        words = ", ".join(f"{name} {number}" for name, number in numbers)
        self._grid.setAccessibleDescription(f"Channel {place.channel}: {words}")
        if self._grid.is_enlarged and place.row >= 0:
            self._enlarged.show_channel(self._enlargement(shown, place, values, numbers))
        self._show_value(None)

    def _enlargement(
        self,
        shown: ShownMaps,
        place: MapPlace,
        values: NDArray[np.float32] | None,
        numbers: tuple[tuple[str, str], ...],
    ) -> Enlarged:
        network = shown.answer.network
        taken = network.table.input
        field = seen_by(network, shown.value_at(place))
        return Enlarged(
            place,
            values,
            self._images.whole_image(values) if values is not None else None,
            numbers,
            field,
            (taken.height, taken.width),
            self._input.of(shown.answer, shown.image),
            self._grid.is_faded,
        )

    def _show_value(self, place: MapPlace | None) -> None:
        """Say the value under the mouse, or else the chosen one."""
        at = place or self._place
        if at is None or at.row < 0:
            self._value.setText("")
            return
        where = place_text(*at)
        found = self._value_at(at)
        less = self._shown.less if self._shown is not None else ""
        said = f"this − {less} = {found}" if less else found
        self._value.setText(f"{where}: {said}" if found else where)

    def _value_at(self, at: MapPlace) -> str:
        whole = self._maps.whole(at.channel)
        if whole is not None and at.row < whole.shape[0] and at.column < whole.shape[1]:
            return value_text(float(whole[at.row, at.column]))
        small, by = self._maps.small(at.channel), self._maps.reduced
        if small is None or at.row // by >= small.shape[0] or at.column // by >= small.shape[1]:
            return ""
        return f"{value_text(float(small[at.row // by, at.column // by]))} on average of {by} × {by}"

    def _follow_value(self) -> None:
        if self.value is not None:
            self.follow_requested.emit(self.value)

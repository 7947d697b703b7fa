"""The baseline's diagram beside the open one: level with it, and scrolled and zoomed together with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from squeezeviz.analysis.difference import Difference, alignment
from squeezeviz.figure.drawing.draw import NO_BADGES
from squeezeviz.figure.layout.aligning import aligned, closed_alike, level_places
from squeezeviz.figure.layout.build import Built, DiagramOptions, build_diagram, closed_at_first
from squeezeviz.figure.layout.changes import baseline_marks
from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Key, Size
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.gui.canvas.camera import Camera


_ABOVE, _BELOW = 5, 3
"""Pixels over the name in a heading, and under the totals."""


@guarded
class FollowingView(GraphView):
    """Looks where `lead` looks; what a person does here to look elsewhere, the lead does."""

    takes_several = False
    _told = True
    """Whether what happens is not a person's doing, so that the lead is not to follow it."""

    def __init__(self, lead: GraphView) -> None:
        super().__init__()
        self.setObjectName("baseline_view")
        self.setAccessibleName("Diagram of the baseline")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._overlays.minimap_wanted = self._overlays.control_wanted = False
        self.animated = False
        self._lead = lead
        self._columns_room = lead.columns_room()
        self._told = False
        lead.looked.connect(self.follow)

    def show_diagram(self, diagram: Diagram, beside: Diagram, *, wrapped: bool) -> None:
        """Show the diagram, which is aligned with the lead's, as the lead shows that."""
        with self._being_told():
            self._columns_room = self._lead.columns_room()
            if diagram is self._straight and not wrapped and not self._wrapped:
                self._beside = beside
                self._place(diagram, self._series)
            else:
                self.set_diagram(diagram, slide=False, wrapped=wrapped, beside=beside)
        self.follow()

    def set_appearance(self, appearance: Appearance) -> None:
        with self._being_told():
            super().set_appearance(appearance)
        self.follow()

    def follow(self) -> None:
        """Look where the lead looks now."""
        with self._being_told():
            room = self._lead.columns_room()
            if self._wrapped and room != self._columns_room:
                self._columns_room = room
                self._place(self._set_in_columns())
                self._overlays.show_series(self._series)
            self._fit = Fit.NOTHING
            self._look(self._lead.camera)

    def columns_room(self) -> Size:
        return self._columns_room if self._told else self._lead.columns_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        with self._being_told():
            super().resizeEvent(event)
        self.follow()

    def _look(self, camera: Camera) -> None:
        if self._told:
            super()._look(camera)
        else:
            self._lead.look(camera)

    @contextmanager
    def _being_told(self) -> Iterator[None]:
        before, self._told = self._told, True
        try:
            yield
        finally:
            self._told = before


@guarded
class Heading(QWidget):
    """What is compared, over its diagram: its name, which of the two it is, and its totals."""

    def __init__(self, role: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._name, self._role = ElidedLabel(f"{name}_title", tone="formula"), label(role, tone="quiet", small=True)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._totals = {
            total: (label(small=True, tone="quiet"), label(name=f"{name}_{total}", small=True))
            for total in ("parameters", "macs")
        }
        line = in_row(*(each for pair in self._totals.values() for each in pair), 1, spacing=5)
        title = in_row((self._name, 1), self._role, spacing=6)
        in_column(title, line, 1, spacing=0, margins=(12, _ABOVE, 14, _BELOW), of=self)

    def show_totals(self, title: str, found: Difference, *, present: bool) -> None:
        """Say the totals; of the present network also what they differ by."""
        self._name.setText(title)
        runs = (found.present if present else found.baseline).runs
        for total in found.totals:
            if total.name in self._totals:
                words, by = self._totals[total.name]
                show_text(words, total.in_words(present=present) if runs else "")
                tone = "" if total.better is None else "saves" if total.better else "costs"
                show_text(by, total.percent if present else "", tone)
        self._fit(self.width())

    def sizeHint(self) -> QSize:
        """As high as with totals, whether they are there or not: two diagrams beside each other are level."""
        totals = max(each.sizeHint().height() for pair in self._totals.values() for each in pair)
        return QSize(0, _ABOVE + self._name.sizeHint().height() + totals + _BELOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Show the totals for which there is room, multiply-adds before parameters."""
        room = width - 26
        for pair in reversed(self._totals.values()):
            wide = sum(each.sizeHint().width() + 5 for each in pair)
            for each in pair:
                each.setVisible(wide <= room)
            room -= wide


class Beside(QObject):
    """Keeps the baseline's diagram level with the open one, which `lead` shows, and what is selected in both alike.

    `difference` gives the present one, which is never None while the baseline is shown, `title` what the baseline is
    called, and `heat` the colours of its costs on the scale of those that it is given.
    """

    toggle_requested = Signal(str)
    """Open or close the Fire module of this name, which the open network has."""
    changed = Signal()
    """One that only the baseline has is to be opened or closed."""

    def __init__(
        self,
        lead: GraphView,
        difference: Callable[[], Difference | None],
        title: Callable[[], str],
        heat: Callable[[Heat], Heat | None],
    ) -> None:
        super().__init__(lead)
        self._lead, self._difference, self._title, self._heat = lead, difference, title, heat
        self.view = FollowingView(lead)
        self._headings = Heading("baseline", "baseline_heading"), Heading("now", "present_heading")
        self._built: Built | None = None
        self.closed: set[str] = set()
        """The Fires of the baseline that are closed if they stand in the open network no more."""
        self._closed_of: object = None
        self._now: dict[str, str] = {}
        self._before: dict[str, str] = {}
        """The names of matching layers, by those in the baseline, and the other way round."""
        self._telling = False
        self.view.selection_changed.connect(self._select_in_lead)
        self.view.toggle_requested.connect(self._toggle)
        lead.selection_changed.connect(self._select_here)

    @property
    def diagram(self) -> Diagram:
        """The baseline's diagram as it stands."""
        return self.view.diagram

    def begin(self) -> None:
        """The baseline is shown from now on."""
        self.view.set_heading(self._headings[0])
        self._lead.set_heading(self._headings[1])

    def end(self) -> None:
        """It is not, for now."""
        self._lead.set_heading(None)
        self.view.hide()

    def show_diagram(self, diagram: Diagram, options: DiagramOptions, *, slide: bool, wrapped: bool) -> None:
        """Show the open network's `diagram` in the lead, the baseline's beside it."""
        found = self._difference()
        if found is None:
            self._lead.set_diagram(diagram, slide=slide, wrapped=wrapped)
            return
        self._match(found)
        shown = options._replace(collapsed=closed_alike(found, options.collapsed, self.closed))
        built = self._built
        if built is None or built.network is not found.baseline or built.options != shown:
            built = self._built = Built(found.baseline, shown, build_diagram(found.baseline, shown, built))
        baseline = built.diagram
        first, second = aligned(baseline, diagram, level_places(found, baseline, diagram), options.spacing)
        self._lead.set_diagram(second, slide=slide, wrapped=wrapped, beside=first)
        self.view.show_diagram(first, second, wrapped=wrapped)
        titles = self._title(), found.present.table.name
        for place, (heading, title) in enumerate(zip(self._headings, titles, strict=True)):
            heading.show_totals(title, found, present=bool(place))
        self._select_here(self._lead.selected)

    def show_appearance(self, appearance: Appearance) -> None:
        """Draw in the colours of the open network's diagram, and mark what differs."""
        found = self._difference()
        marks = None if found is None else baseline_marks(found)
        heat = None if appearance.heat is None else self._heat(appearance.heat)
        self.view.set_appearance(appearance._replace(badges=NO_BADGES, marks=marks, heat=heat, activations=None))

    def _match(self, found: Difference) -> None:
        layers, now = found.baseline.table.layers, found.present.table.layers
        pairs = alignment(found.baseline.table, found.present.table).pairs
        self._now = {layers[row].name: now[target].name for row, target in pairs.items()}
        self._before = {name: before for before, name in self._now.items()}
        if self._closed_of is not found.baseline.table:
            self._closed_of = found.baseline.table
            self.closed = set(closed_at_first(found.baseline.table))

    def _toggle(self, name: str) -> None:
        if name in self._now:
            self.toggle_requested.emit(self._now[name])
        else:
            self.closed ^= {name}
            self.changed.emit()

    def _select_in_lead(self, key: Key | None) -> None:
        if self._telling or key is None:
            return
        counterpart = key if key == INPUT_KEY else Key(self._now.get(key.layer, ""), key.part)
        if counterpart == INPUT_KEY or counterpart.layer:
            self._telling = True
            try:
                self._lead.choose_alone(counterpart)
            finally:
                self._telling = False

    def _select_here(self, key: Key | None) -> None:
        if self._telling:
            return
        self._telling = True
        try:
            before = None if key is None else key if not key.layer else Key(self._before.get(key.layer, ""), key.part)
            self.view.select(before if before is None or before == key or before.layer else None, reveal=False)
        finally:
            self._telling = False

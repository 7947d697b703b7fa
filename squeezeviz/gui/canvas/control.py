"""What of the network the diagram shows: which modules are open, which way it runs, what the pass said."""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.draw import NO_BADGES
from squeezeviz.figure.layout.build import Built, DiagramOptions, build_diagram, closed_at_first
from squeezeviz.figure.scene.diagram import Diagram, Direction
from squeezeviz.figure.theme.look import Columns, StripSize
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.document import Document
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference
    from squeezeviz.figure.drawing.activations import Activations
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.gui.canvas.beside import Beside
    from squeezeviz.gui.live.answer import LiveAnswer


AT_ONCE = 100
"""More modules than these are not laid out anew where the window waits for them."""


class _Choice(NamedTuple):
    """How a network is to be shown, as far as that was chosen."""

    direction: Direction | None
    closed: set[str] | None
    wrapped: bool | None

    def upon(self, options: DiagramOptions) -> DiagramOptions:
        if self.direction is not None:
            options = options._replace(direction=self.direction)
        return options if self.closed is None else options._replace(collapsed=frozenset(self.closed))


class _Coming(NamedTuple):
    """A choice that is not shown yet."""

    job: Job
    choice: _Choice


class DiagramControl(QObject):
    """Builds the diagram again whenever the table or what is shown of it changes."""

    options_changed = Signal(object)

    def __init__(self, document: Document, view: GraphView, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._view = view
        self._background = background
        self._opened = 0
        """How many networks were opened: what is chosen for one is not shown of the next."""
        self._closed: set[str] = set()
        self._coming: list[_Coming] = []
        self._names: tuple[str, ...] = ()
        self._direction = Direction.DOWN
        self._wrapped = False
        self._strip: StripSize | None = None
        self._built: Built | None = None
        self._beside: Beside | None = None
        self.appearance = Appearance()
        self._fresh = False
        self.start()
        self.show_network(document.network)

    @property
    def options(self) -> DiagramOptions:
        names = {layer.name for layer in self._document.table.layers}
        return DiagramOptions(self._direction, frozenset(self._closed & names))

    @property
    def direction(self) -> Direction:
        return self._direction

    @property
    def diagram(self) -> Diagram:
        """The placed network in one column or line, however the view sets it."""
        assert self._built is not None
        return self._built.diagram

    @property
    def wrapped(self) -> bool:
        """Whether the network is set in columns, or in lines where it runs to the right."""
        return self._wrapped

    @property
    def columns(self) -> Columns | None:
        """The columns that the pane shows; None where all stands in one."""
        pane, seen = self._view.viewport().size(), self._view.diagram.columns
        aspect = pane.width() / max(pane.height(), 1)
        return Columns(aspect, tuple(column.start for column in seen)) if self._wrapped and seen else None

    def show_network(self, network: ResolvedNetwork) -> None:
        """Show the network; a module that was only renamed stays closed."""
        names = tuple(layer.name for layer in network.table.layers)
        if len(names) == len(self._names):
            # A name that is still there was moved, and keeps its own state.
            gone = self._closed.difference(names)
            self._closed |= {new for old, new in zip(self._names, names, strict=True) if old in gone}
        self._names = names
        options = self._with_strips(self.options)
        diagram = build_diagram(network, options, self._built)
        self._built = Built(network, options, diagram)
        slide = not self._document.dragging
        if self._beside is None:
            self._view.set_diagram(diagram, slide=slide, wrapped=self._wrapped)
        else:
            self._beside.show_diagram(diagram, options, slide=slide, wrapped=self._wrapped)
        if self._fresh:
            self._fresh = not names  # the first layer of an empty table is shown as large as an opened network
            self._view.zoom_to_fit() if self._wrapped else self._view.zoom_to_width()

    def show_answer(self, answer: LiveAnswer | None) -> None:
        badges = answer.badges if answer else NO_BADGES
        if badges is not self.appearance.badges:
            self._show(badges=badges)

    def show_difference(self, difference: Difference | None) -> None:
        """Mark what differs from the pinned state."""
        if difference is None:
            if self.appearance.marks is not None:
                self._show(marks=None)
            return
        from squeezeviz.figure.layout.changes import marks_of

        self._show(marks=marks_of(difference))

    def show_heat(self, heat: Heat | None) -> None:
        """Colour the boxes by what they cost; None: by their kind."""
        if heat != self.appearance.heat:
            self._show(heat=heat)

    def show_activations(self, activations: Activations | None) -> None:
        """Make lines as wide as the mean activation that flows along them; None: as their channels say."""
        if activations != self.appearance.activations:
            self._show(activations=activations)

    def set_theme(self, theme: Theme) -> None:
        self._show(theme=theme)

    def _show(self, **changes: Any) -> None:
        self.appearance = self.appearance._replace(**changes)
        self._view.set_appearance(self.appearance)
        if self._beside is not None:
            self._beside.show_appearance(self.appearance)

    @property
    def beside(self) -> Beside | None:
        """The baseline's diagram, while it stands beside the open one."""
        return self._beside

    def show_beside(self, beside: Beside | None) -> None:
        """Show the baseline's diagram beside the open one, as it is now pinned; None: the open one alone."""
        self._beside = beside
        self.show_network(self._document.network)
        if beside is not None:
            beside.show_appearance(self.appearance)

    def set_strips(self, strip: StripSize | None) -> None:
        """Make room for feature maps in the boxes, or none. `options` do not say so: exports choose for themselves."""
        if strip != self._strip:
            self._strip = strip
            self._rebuild()

    @property
    def shows_strips(self) -> bool:
        """Whether boxes carry feature maps."""
        return self._strip is not None

    def _with_strips(self, options: DiagramOptions) -> DiagramOptions:
        return options._replace(spacing=options.spacing._replace(strip=self._strip))

    def toggle(self, name: str) -> None:
        """Open the Fire module of that name, or close it."""
        self._closed ^= {name}
        self._rebuild()

    def open(self, name: str) -> None:
        """Open the Fire module of that name, unless it is open."""
        if name in self._closed:
            self.toggle(name)

    def close(self, name: str) -> None:
        """Close the Fire module of that name, unless it is closed."""
        if name not in self._closed:
            self.toggle(name)

    def set_open(self, names: Set[str], opened: bool) -> None:
        """Open the Fire modules of these names, or close them."""
        self._choose(closed=self._closed - names if opened else self._closed | names)

    def open_all(self) -> None:
        self._choose(closed=set())

    def close_all(self) -> None:
        self._choose(closed=self._fires())

    def show_as(self, direction: Direction, closed: Collection[str] | None, wrapped: bool) -> None:
        """Show the network that was just opened in a direction, those modules closed; None: as at first."""
        self._direction, self._wrapped = direction, wrapped
        if closed is not None:
            self._closed = self._fires().intersection(closed)
        self._rebuild()

    def set_direction(self, direction: Direction) -> None:
        if direction is not self._direction:
            self._choose(direction=direction)

    def set_wrapped(self, wrapped: bool) -> None:
        """Set the network in columns, as many as make it largest in the pane; or all in one."""
        if wrapped != self._wrapped:
            self._choose(wrapped=wrapped)

    def _fires(self) -> set[str]:
        return {layer.name for layer in self._document.table.layers if isinstance(layer, Fire)}

    def start(self) -> None:
        """Another network was opened: choose which modules are closed at first."""
        self._opened += 1
        self._coming = []
        self._fresh = True
        self._closed = set(closed_at_first(self._document.table))

    def _choose(
        self, *, direction: Direction | None = None, closed: set[str] | None = None, wrapped: bool | None = None
    ) -> None:
        """Show all modules so; more than a few are laid out in the background first, and then only placed.

        What was chosen before, and is still laid out, will be shown first: this is chosen on top of it.
        """
        self._coming = [each for each in self._coming if not each.job.cancelled]
        chosen = _Choice(direction, closed, wrapped)
        network, options, opened = self._document.network, self.options, self._opened
        for each in (*(coming.choice for coming in self._coming), chosen):
            options = each.upon(options)
        laid_out = self._with_strips(options)

        def show(_: object = None) -> None:
            if opened != self._opened:
                return
            self._coming = [each for each in self._coming if each.choice is not chosen]
            before = self._direction, self._wrapped
            self._direction = self._direction if direction is None else direction
            self._closed = self._closed if closed is None else set(closed)
            self._wrapped = self._wrapped if wrapped is None else wrapped
            self._rebuild()
            if (self._direction, self._wrapped) != before:
                self._view.reveal(self._view.selected)

        def refused(error: SqueezevizError) -> None:
            raise error

        if len(network.layers) <= AT_ONCE:
            show()
            return
        self.options_changed.emit(self.options)  # what was chosen is not shown yet
        title = "Laying out the diagram…"
        job = self._background.run(title, lambda _: build_diagram(network, laid_out), show, refused)
        self._coming.append(_Coming(job, chosen))

    def _rebuild(self) -> None:
        self.show_network(self._document.network)
        self.options_changed.emit(self.options)

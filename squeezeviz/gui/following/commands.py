"""Begins to follow a value of what is selected, and shows the page for it in place of the explanation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.feature_maps import NETWORK_INPUT, operation_named
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.explain.depth_story import value_to_follow
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.document import Document
from squeezeviz.gui.following.followed import Following
from squeezeviz.gui.following.panel import FollowPanel
from squeezeviz.gui.following.pixels import PixelsAround
from squeezeviz.gui.maps.chosen import chosen_maps
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class FollowControl(QObject):
    """Opens and closes the page; what is followed is selected everywhere."""

    refused = Signal(str)

    def __init__(
        self,
        following: Following,
        document: Document,
        selection: Selection,
        around: PixelsAround,
        select: Callable[[Key], None],
        image: Callable[[], int],
        style: Style,
        show: Callable[[QWidget | None], None],
    ) -> None:
        super().__init__(following)
        self._following, self._document, self._selection = following, document, selection
        self._select, self._image, self._show = select, image, show
        self._last: ValueAt | None = None
        self.panel = FollowPanel(following, document, around, style)
        self.panel.refused.connect(self.refused)
        following.moved.connect(self._moved)

    def start(self) -> None:
        """Follow a value of the selected operation, unless one is followed: then go to the page."""
        at = self._proposed()
        if at is None:
            self.refused.emit("Nothing runs here whose values could be followed.")
            return
        if self._following.at is None or self._following.at.operation != at.operation:
            self.follow(at)
        self.panel.setFocus()

    def follow(self, at: ValueAt) -> None:
        """Follow that value, and show the page."""
        self._following.follow(at)

    def set_style(self, style: Style) -> None:
        self.panel.set_style(style)

    def _moved(self) -> None:
        at = self._following.at
        self._show(None if at is None else self.panel)
        if at is not None:
            self._last = at
            key = key_of(self._document.network, at.operation)
            if key is not None:
                self._select(key)

    def _proposed(self) -> ValueAt | None:
        """Return the value of the selected operation that was followed last; else of a Fire module one that its 3×3
        makes, else the middle of channel 0."""
        network = self._document.network
        chosen = chosen_maps(network, self._selection.layer_row(), self._selection.part())
        operation = chosen.operation if chosen is not None else None
        if operation is None:
            return value_to_follow(network) or _middle(network, _last_operation(network), self._image())
        if self._last is not None and self._last.operation == operation:
            at = self._last._replace(image=self._image())
            try:
                source_of(network, at)
            except SqueezevizError:
                pass
            else:
                return at
        name = self._selection.layer_name()
        of_fire = value_to_follow(network, name) if name else None
        if of_fire is not None and of_fire.operation == operation:
            return of_fire._replace(image=self._image())
        return _middle(network, operation, self._image())


def key_of(network: ResolvedNetwork, operation: str) -> Key | None:
    """Return the box of the diagram that shows an operation, a ReLU's with its convolution."""
    if operation == NETWORK_INPUT:
        return INPUT_KEY
    for layer in network.layers:
        for step in layer.operations:
            if step.name == operation:
                part = step.operation.part.removeprefix("relu_")
                return Key(layer.name, part if part in (*PARTS, "concat", "add") else "")
    return None


def _last_operation(network: ResolvedNetwork) -> str | None:
    return network.layers[-1].operations[-1].name if network.layers else None


def _middle(network: ResolvedNetwork, operation: str | None, image: int) -> ValueAt | None:
    if operation is None:
        return None
    shape = network.table.input.maps if operation == NETWORK_INPUT else operation_named(network, operation).shape
    return ValueAt(operation, 0, (shape.height - 1) // 2, (shape.width - 1) // 2, image)

"""What the command palette offers in a window, does there, and remembers as used last."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from PySide6.QtWidgets import QWidget

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.document import Document
from squeezeviz.gui.palette.entries import COMMAND, PRESET, Entry, Offer, command_entries, layer_entries, preset_entries
from squeezeviz.gui.palette.palette import CommandPalette
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.style import Style

_USED = "palette"
"""The setting of what was used last."""
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 12, 100


class PaletteControl:
    """`open_preset` opens the preset of an id, `go_to` selects and shows a box of the diagram."""

    def __init__(
        self,
        commands: Actions,
        document: Document,
        settings: Settings,
        open_preset: Callable[[str], object],
        go_to: Callable[[Key], object],
        style: Style,
        window: QWidget,
    ) -> None:
        self._commands, self._document, self._settings = commands, document, settings
        self._open_preset, self._go_to = open_preset, go_to
        self._palette = CommandPalette(window, style)
        self._palette.chosen.connect(self._do)

    def open(self) -> None:
        """Show everything there is to do now, what was used last above the rest."""
        self._commands.name_steps(self._document.stack)
        entries = chain(command_entries(self._commands), preset_entries(), layer_entries(self._document.table))
        self._palette.open(Offer(entries, self._used()))

    def set_style(self, style: Style) -> None:
        self._palette.set_style(style)

    def _do(self, entry: Entry) -> None:
        self._remember(entry.name)
        if entry.kind == COMMAND:
            self._commands[entry.id].trigger()
        elif entry.kind == PRESET:
            self._open_preset(entry.id)
        else:
            self._go_to(Key(entry.id))

    def _used(self) -> list[str]:
        stored = self._settings.plain(_USED)
        return [each for each in stored if isinstance(each, str)] if isinstance(stored, list) else []

    def _remember(self, name: str) -> None:
        if len(name) <= _LONGEST_REMEMBERED:
            rest = [each for each in self._used() if each != name]
            self._settings.set_plain(_USED, [name, *rest][:_MOST_REMEMBERED])

"""What the command palette offers: commands, presets and layers of the open network; which of them fit some letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import nsmallest
from typing import Any

from PySide6.QtGui import QKeySequence

from squeezeviz.files.presets import presets
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.commands import COMMANDS, KINDS
from squeezeviz.model.matching import Typed, spaced_words
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import LONGEST_LABEL, plain

OPENS_IT = "palette"
"""The command that opens the palette, which it does not offer itself."""
COMMAND, PRESET, LAYER = "command", "preset", "layer"
MOST_SHOWN = 100
WHY_NOT = {
    "undo": "nothing was changed",
    "redo": "no change was taken back",
    "no_picture": "no picture is open",
    "swap": "nothing is pinned",
    "unpin": "nothing is pinned",
    "copy_comparison": "nothing is pinned",
    "export_comparison": "nothing is pinned",
    "copy_comparison_picture": "nothing is pinned",
    "line_means": "feature maps are not on the diagram",
    "live_details": "no live pass failed",
}
"""Why a command cannot be given, while it cannot."""


class Entry(NamedTuple):
    """A line of the palette. `kind` and `id` say what it does, `where` names its menu, `keys` are its shortcut.

    It is found by the words of its `purpose` too, which are not shown. `checked` is None for what cannot be switched
    on, `why_not` is empty for what can be done now.
    """

    kind: str
    id: str
    title: str
    where: str
    keys: str = ""
    checked: bool | None = None
    enabled: bool = True
    why_not: str = ""
    purpose: str = ""

    @property
    def name(self) -> str:
        """By this it is remembered."""
        return f"{self.kind}:{self.id}"

    @property
    def may_fetch(self) -> bool:
        """Whether it opens trained weights, which may have to be fetched."""
        return self.kind == COMMAND and self.id.startswith("trained_")

    @property
    def sentence(self) -> str:
        """The whole line, as a screen reader says it."""
        state = {True: "on", False: "off", None: ""}[self.checked]
        refused = "" if self.enabled else f"not now{': ' * bool(self.why_not)}{self.why_not}"
        return ", ".join(part for part in (self.title, state, self.where, self.keys, refused) if part)


def command_entries(commands: Actions) -> Iterator[Entry]:
    """Every command as it is now, in the order of the menus."""
    for command in COMMANDS:
        if command.id == OPENS_IT:
            continue
        action = commands[command.id]
        on = action.isEnabled()
        yield Entry(
            COMMAND,
            command.id,
            action.text().replace("&&", "&"),
            command.menu.replace(">", " › "),
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            action.isChecked() if action.isCheckable() else None,
            on,
            "" if on else WHY_NOT.get(command.id, ""),
            command.tip,
        )


def preset_entries() -> Iterator[Entry]:
    for preset in presets():
        yield Entry(PRESET, preset.id, f"{preset.title} ({preset.id})", "File › Presets")


def layer_entries(table: LayerTable) -> Iterator[Entry]:
    for layer in table.layers:
        yield Entry(LAYER, layer.name, plain(layer.name, LONGEST_LABEL), f"Layer › {KINDS[layer.type]}")


class Hits(NamedTuple):
    """The best entries, and how many fit in all."""

    shown: Sequence[Entry]
    total: int


class Offer:
    """The entries that are offered, `recent` being the names of those that were used last, the latest first."""

    def __init__(self, entries: Iterable[Entry], recent: Sequence[str] = ()) -> None:
        beside = cache(spaced_words)
        self._entries = [
            (place, entry, spaced_words(entry.title), beside(f"{entry.where} {entry.purpose}"))
            for place, entry in enumerate(entries)
        ]
        self._narrowed = "", self._entries
        """What was typed last, and what fits it."""
        self._recent = {name: place for place, name in enumerate(recent)}

    def find(self, text: str) -> Hits:
        """What fits, best first: of equal fits what can be done now, what was used last, what fetches nothing, then
        in the given order.

        With nothing typed, all fit.
        """
        before, candidates = self._narrowed
        typed = Typed(text)
        if not before or not text.startswith(before):
            candidates = self._entries
        if not typed:
            ranked: list[Any] = [(self._used(entry), place, entry) for place, entry, *_ in candidates]
        else:
            fitting = [(each, fits) for each in candidates if (fits := typed.match(each[2], each[3]))]
            self._narrowed = text, [each for each, _ in fitting]
            ranked = [
                (fits, not entry.enabled, self._used(entry), entry.may_fetch, place, entry)
                for (place, entry, *_), fits in fitting
            ]
        return Hits([each[-1] for each in nsmallest(MOST_SHOWN, ranked)], len(ranked))

    def _used(self, entry: Entry) -> int:
        return self._recent.get(entry.name, len(self._recent)) if self._recent else 0

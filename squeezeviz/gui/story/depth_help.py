""" "What is depth?": opens the story and the chained Fire module. Each is created when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.style import Style

if TYPE_CHECKING:
    from squeezeviz.figure.writers.drawn import DrawnPicture
    from squeezeviz.gui.story.story import Story
    from squeezeviz.gui.story.what_if import WhatIfDialog


Take: TypeAlias = "Callable[[DrawnPicture], object]"


class DepthHelp:
    """Opens both; `selected` gives the name of the selected layer, `export` and `copy` take a picture home."""

    def __init__(
        self,
        story: Callable[[], Story],
        what_if: Callable[[], WhatIfDialog],
        selected: Callable[[], str],
        export: Take,
        copy: Take,
    ) -> None:
        self.story, self.what_if, self._selected = Late(story), Late(what_if), selected
        self._export, self._copy = export, copy

    def handlers(self) -> dict[str, Callable[..., object]]:
        return {
            "story": lambda: self.story().start(),
            "what_if": lambda: self.ask(self._selected()),
            "export_story": lambda: self._take_step(self._export),
            "copy_story": lambda: self._take_step(self._copy),
            "export_what_if": lambda: self._take_what_if(self._export),
            "copy_what_if": lambda: self._take_what_if(self._copy),
        }

    def _take_step(self, take: Take) -> None:
        """Take the step of the story that is shown; the first one of a story that begins now, so that it is seen."""
        story = self.story()
        if not story.running:
            story.start()
        picture = story.picture()
        if picture is not None:
            take(picture)

    def _take_what_if(self, take: Take) -> None:
        dialog = self.what_if()
        if not dialog.isVisible():
            self.ask(self._selected())
        picture = dialog.picture()
        if picture is not None:
            take(picture)

    def ask(self, fire: str) -> None:
        """Run a Fire chained, beside the real one; a name that is no Fire's means the first."""
        self.what_if().show_fire(fire)

    def follow(self, *_: object) -> None:
        """The table, what is measured of it, or the window's layout changed."""
        self.story.tell(lambda story: story.follow())
        self.what_if.tell(lambda dialog: dialog.follow())

    def follow_selection(self) -> None:
        self.what_if.tell(lambda dialog: dialog.follow_selection())

    def begin_anew(self) -> None:
        """Another table is open."""
        self.story.tell(lambda story: story.begin_anew())

    def leave(self) -> bool:
        """End the story. Return whether it was running."""
        story = self.story.made
        if story is None or not story.running:
            return False
        story.leave()
        return True

    def close(self) -> None:
        """End both when the window closes, because neither may outlive the worker."""
        self.leave()
        self.what_if.tell(lambda dialog: dialog.done(0))

    def set_style(self, style: Style) -> None:
        self.story.tell(lambda story: story.set_style(style))
        self.what_if.tell(lambda dialog: dialog.set_style(style))

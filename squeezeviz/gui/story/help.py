"""What is depth?: the story of it, and the Fire module that is run chained. Each is made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from squeezeviz.gui.widgets.style import Style

if TYPE_CHECKING:
    from squeezeviz.gui.main_window import MainWindow
    from squeezeviz.gui.story.story import Story
    from squeezeviz.gui.story.what_if import WhatIfDialog


class DepthHelp:
    """Opens both on the window's table, selection and worker."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.story: Story | None = None
        self.what_if: WhatIfDialog | None = None

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        return {"story": self.tell, "what_if": lambda: self.ask(self._window.selection.layer_name())}

    def ask(self, fire: str) -> None:
        """Run a Fire chained, beside the real one; a name that is no Fire's means the first."""
        from squeezeviz.gui.story.what_if import WhatIfDialog

        window = self._window
        if self.what_if is None:
            style = window.theming.style
            self.what_if = WhatIfDialog(window.document, window.client, window.live, window.selection, style, window)
        self.what_if.show_fire(fire)

    def tell(self) -> None:
        """What is depth? In five steps."""
        from squeezeviz.gui.story.story import Story

        window = self._window
        if self.story is None:
            self.story = Story(window.document, window.live, window.selection, window.control, window.parts, window)
            self.story.what_if_requested.connect(self.ask)
            self.story.table1_requested.connect(lambda: window.files.open("table1"))
            self.story.set_style(window.theming.style)
        self.story.start()

    def leave(self) -> bool:
        """End the story, if it is being told."""
        if self.story is None or not self.story.running:
            return False
        self.story.leave()
        return True

    def close(self) -> None:
        """The window closes: nothing of either may outlive its worker."""
        self.leave()
        if self.what_if is not None:
            self.what_if.done(0)

    def set_style(self, style: Style) -> None:
        for shown in (self.story, self.what_if):
            if shown is not None:
                shown.set_style(style)

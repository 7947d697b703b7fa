"""Text from outside on widgets: made plain, with everything escaped that Qt would interpret."""

from __future__ import annotations

from squeezeviz.model.text import for_html, plain

LONGEST_LABEL = 80


def action_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return text for a menu, a button or a tab, where Qt treats & as the mark of a mnemonic."""
    return plain(text, longest).replace("&", "&&")


def title_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return text for a window title, where Qt treats [*] as the mark of a change."""
    return plain(text, longest).replace("[*]", "[*][*]")


def tip_text(text: str, style: str = "") -> str:
    """For a tool tip, which Qt guesses to be markup: as markup with that CSS; empty stays empty."""
    styled = f" style='{style}'" if style else ""
    return f"<p{styled}>{'<br>'.join(map(for_html, text.splitlines()))}</p>" if text else ""

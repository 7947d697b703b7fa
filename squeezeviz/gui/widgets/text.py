"""Foreign text on widgets: plain, and with what Qt would act on escaped."""

from __future__ import annotations

from squeezeviz.model.text import for_html, plain

LONGEST_LABEL = 80


def action_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """For a menu, a button or a tab, where Qt takes & for the mark of a key."""
    return plain(text, longest).replace("&", "&&")


def title_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """For a window's title, where Qt takes [*] for the mark of a change."""
    return plain(text, longest).replace("[*]", "[*][*]")


def tip_text(text: str) -> str:
    """For a tool tip, which Qt guesses to be markup: as markup that shows every character; empty stays empty."""
    return f"<p>{'<br>'.join(map(for_html, text.splitlines()))}</p>" if text else ""

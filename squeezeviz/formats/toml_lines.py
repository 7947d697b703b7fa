"""Where things stand in a TOML text: Python's parser gives values, but no lines."""

from __future__ import annotations

import re

_OPAQUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|" r"#[^\n]*",
    re.DOTALL,
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")


class Lines:
    """The lines of the blocks and keys of a TOML text that has been parsed without an error. Lines count from 1."""

    def __init__(self, text: str) -> None:
        self._headers: dict[int | str | None, int] = {}
        self._keys: dict[tuple[int | str | None, str], int] = {}
        block: int | str | None = None
        layers = 0
        shown = text.split("\n")
        for number, line in enumerate(_without_long_strings(text).split("\n"), 1):
            header = _HEADER.fullmatch(line)
            if header:
                block = header[2].strip("\"'")
                if header[1] == "[[" and block == "layer":
                    block, layers = layers, layers + 1
                self._headers.setdefault(block, number)
            elif line.strip():
                key = _KEY.match(shown[number - 1])
                if key:
                    self._keys.setdefault((block, key[1] or key[2] or key[3] or ""), number)

    def of(self, block: int | str | None, key: str) -> int | None:
        """The line of `key` in a block, else of the block: None the top, a str a table, an int a layer from 0."""
        line = self._keys.get((block, key), self._headers.get(block))
        if line is None and isinstance(block, int):
            return self.of(None, "layer")
        if line is None and isinstance(block, str):
            return self.of(None, block)
        if line is None and block is None:
            return self._headers.get(key)
        return line


def _without_long_strings(text: str) -> str:
    """The text with strings of more than one line blanked out, so that nothing in them looks like a header."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return "\n" * found.count("\n") if found.startswith(('"""', "'''", "#")) else found

    return _OPAQUE.sub(blank, text)

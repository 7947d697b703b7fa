"""Lines of Python as `ruff format` and `black` leave them, in their usual width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 88
"""The longest line that both formatters write, and that linters take, unless they are told otherwise."""


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments),` as one of the arguments of another call, with what is said of it."""

    function: str
    arguments: tuple[str, ...] = ()
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.function}({', '.join(self.arguments)})"

    def lines(self, indent: str) -> list[str]:
        """The comment stands behind the call, or above it where the line would be too long."""
        whole = f"{indent}{self},"
        said = f"# {self.comment}"
        if self.comment and width(whole) + 2 + width(said) <= WIDTH:
            return [f"{whole}  {said}"]
        return ([f"{indent}{said}"] if self.comment else []) + wrapped(
            f"{indent}{self.function}(", self.arguments, "),"
        )


def wrapped(start: str, arguments: Sequence[str], end: str) -> list[str]:
    """`start`, the arguments, `end`: in one line, in three, or with a line for each argument."""
    listed = ", ".join(arguments)
    if width(whole := f"{start}{listed}{end}") <= WIDTH:
        return [whole]
    indent = start[: len(start) - len(start.lstrip())]
    if width(within := f"{indent}    {listed}") <= WIDTH:
        return [start, within, f"{indent}{end}"]
    return [start, *(f"{indent}    {each}," for each in arguments), f"{indent}{end}"]


def width(text: str) -> int:
    """Columns that the text takes at the most: letters of many scripts are two wide."""
    return len(text) if text.isascii() else sum(1 if character.isascii() else 2 for character in text)

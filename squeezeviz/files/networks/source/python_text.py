"""What a network and its layers are called, where a name may be any text, in Python that says nothing else."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from squeezeviz.model.text import plain_pieces

_LONGEST = 40
"""Letters of a class's name, columns of a layer's."""

_UNNAMED = "SqueezeNet"
_TAKEN = frozenset({"Fire", "SimpleBypassFire", "ComplexBypassFire", "Tensor", *dir(builtins), *keyword.kwlist})

_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_PRAGMA = re.compile(r"#(?=\s*[A-Za-z])")
"""Before a word for a linter, such as noqa, which it heeds within a comment too."""
_NUMBER_SIGN = r"\\x23"


def class_name(network: str) -> str:
    """The network's name as a class's: `SqueezeNet v1.0 (torchvision)` gives `SqueezeNetV1_0`.

    ASCII alone, and neither a name that Python has nor one that the source has for something else.
    """
    letters = unicodedata.normalize("NFKD", network).encode("ascii", "ignore").decode()
    name = _joined(re.sub(r"\([^()]*\)", " ", letters)) or _joined(letters) or _UNNAMED
    if not name[0].isalpha():
        name = f"Net{name}"
    return f"{name}Net" if name in _TAKEN or len(name) == 1 else name


def _joined(text: str) -> str:
    """The words of a text with capitals; a point or an underscore stays between digits."""
    versions = re.sub(r"(?<=[0-9])\.(?=[0-9])", "_", text)
    words = re.findall(r"\w+", re.sub(r"(?<![0-9])_|_(?![0-9])", " ", versions), re.ASCII)
    name = ""
    for word in words:
        if name and len(name) + len(word) > _LONGEST:
            break
        name += word[0].upper() + word[1:_LONGEST].rstrip("_")
    return name


def layer_name(name: str) -> str:
    """A layer's name within a comment; in quotes where it could be taken for more than a name."""
    if _PLAIN.fullmatch(name) and len(name) <= _LONGEST:
        return name
    return f'"{_cut(plain_pieces(_PRAGMA.sub(_NUMBER_SIGN, name)), _LONGEST)}"'


def in_docstring(text: str, columns: int) -> str:
    """The text as it can stand between three quotation marks, in that many columns at the most."""
    harmless = (piece.replace("\\", "\\\\").replace('"', "'") for piece in plain_pieces(text.strip()))
    return _cut(harmless, columns)


def _cut(pieces: Iterator[str], columns: int) -> str:
    """As many of the pieces as there is room for, all or none of each."""
    taken: list[str] = []
    left = columns
    for piece in pieces:
        left -= width(piece)
        if left < 0:
            while left < len("..."):
                left += width(taken.pop())
            return f"{''.join(taken)}..."
        taken.append(piece)
    return "".join(taken)


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

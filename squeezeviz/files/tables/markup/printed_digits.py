"""Pieces of a cell put together, so that digits which are not printed as one number are never read as one."""

from __future__ import annotations


class Printed:
    """The text of a cell so far. What separates two digits, but prints nothing, is kept between them as a mark."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last = ""
        self._marks: list[str] = []
        self._macros = False
        self._is_closed = False

    def put(self, text: str) -> None:
        """Write text as it is printed."""
        bare = text.strip(_BLANKS)
        if text and text[0] in _BLANKS:
            self._marks = [mark for mark in self._marks if mark not in _LAPSING]
        if bare:
            self._pieces += self._marks_before(bare[0])
            self._forget()
            self._last = bare[-1]
        self._pieces.append(text)

    def part(self, mark: str) -> None:
        """Keep the mark between what is written before it and what follows, if both are numbers."""
        if mark == "{" and not self._is_closed:
            mark = "}"
        if mark == "}":
            self._is_closed = True
        self._marks.append(mark)

    def call(self, macro: str) -> None:
        """Keep the name of a macro that is not known, if a number stands before it or anything but a letter after."""
        self._marks.append(f"\\{macro} ")
        self._macros = True

    @property
    def text(self) -> str:
        """All that is written, with its spaces."""
        return "".join((*self._pieces, *self._marks_before("")))

    def _marks_before(self, following: str) -> list[str]:
        after_number = bool(self._last) and self._last in _NUMBERS
        if self._macros and (after_number or (following and not following.isalpha())):
            return self._marks
        if not self._marks or not after_number or not following or following not in _NUMBERS:
            return []
        is_number = self._last.isdecimal() and following.isdecimal()
        return self._marks if is_number or any(mark in _STRONG for mark in self._marks) else []

    def _forget(self) -> None:
        self._marks = []
        self._macros = self._is_closed = False


_BLANKS = " \t\r\n\0\u00a0\u2009\u202f"
_NUMBERS = "0123456789.,"
_LAPSING = ("}", "<b>", "`", "$")
"""Marks that say nothing where a space stands too."""
_STRONG = ("^", "_")
"""Marks that change a number even where a point or a comma stands beside them."""

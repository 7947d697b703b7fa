"""What a cell of a LaTeX table reads like: `\\textbf{fire2}` is fire2, `111$\\times$111` is 111×111."""

from __future__ import annotations

import re
from typing import NamedTuple

from squeezeviz.formats.markup.latex_tokens import Cursor, Sort, Token


class LatexCell(NamedTuple):
    """A cell's text, and how many columns it takes."""

    text: str
    span: int


MOST_SPANNED = 100


def cell_of(tokens: list[Token]) -> LatexCell:
    """The text between two `&`. What a macro that is not known here would print is not guessed: its name goes."""
    cursor = Cursor(list(tokens))
    printed = _Printed()
    while (token := cursor.take()) is not None:
        if token.sort is Sort.TEXT:
            printed.write(token.text)
        elif token.sort is Sort.ROW_END:
            printed.write(" ")
        elif token.sort is Sort.SIGN:
            printed.sign(token.text)
        else:
            _obey(token.text, cursor, printed)
    return LatexCell(printed.text, printed.span)


class _Printed:
    """What has been printed so far. A space that stays where it is stands there as NUL, which no file holds."""

    def __init__(self) -> None:
        self.span = 1
        self._pieces: list[str] = []
        self._in_maths = False

    def write(self, text: str) -> None:
        self._pieces.append(self._maths(text) if self._in_maths else _LIGATURES.sub(_joined, text))

    def put(self, text: str) -> None:
        """Write what is no longer LaTeX."""
        self._pieces.append(text)

    def sign(self, sign: str) -> None:
        if sign == "$":
            self._in_maths = not self._in_maths
        elif sign in "~&":
            self.put(" ")

    @property
    def text(self) -> str:
        return re.sub(r"[ \t\r\n]+", " ", "".join(self._pieces)).strip(" ").replace("\0", " ")

    @staticmethod
    def _maths(text: str) -> str:
        return re.sub("[_^]", "", text).replace("-", "−")


_LIGATURES = re.compile("---?|``|''")


def _joined(found: re.Match[str]) -> str:
    return {"--": "–", "---": "—", "``": "“", "''": "”"}[found[0]]


_SYMBOLS = {
    "times": "×", "texttimes": "×", "cdot": "·", "to": "→", "rightarrow": "→", "slash": "/", "ldots": "…",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`", "textless": "<",
    "textgreater": ">", "textbar": "|", "textunderscore": "_", "textdollar": "$", "textquotesingle": "'",
    "textquotedbl": '"', "textendash": "–", "textemdash": "—", "checkmark": "✓", "lbrace": "{", "rbrace": "}",
    "quad": " ", "qquad": " ", "newline": " ", "space": " ",
    ",": "\u2009", ":": " ", ";": " ", ">": " ", " ": "\0", "\n": "\0", "%": "%", "&": "&", "#": "#", "$": "$",
    "_": "_", "{": "{", "}": "}", "|": "‖",
}  # fmt: skip

_UNPRINTED = {
    "multirow": 2, "textcolor": 1, "color": 1, "cellcolor": 1, "rowcolor": 1, "arrayrulecolor": 1, "cmidrule": 1,
    "cline": 1, "specialrule": 3, "addlinespace": 0, "rule": 2, "vspace": 1, "vspace*": 1, "hspace": 1, "hspace*": 1,
    "label": 1, "cite": 1, "citep": 1, "citet": 1, "ref": 1, "footnote": 1, "tnote": 1, "fontsize": 2, "setlength": 2,
    "addtolength": 2, "renewcommand": 2, "href": 1, "rotatebox": 1, "raisebox": 1, "scalebox": 1, "resizebox": 2,
    "parbox": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "caption": 1, "end": 1, "makecell": 0, "shortstack": 0,
    "hline": 0, "toprule": 0, "midrule": 0, "bottomrule": 0, "sisetup": 1,
}  # fmt: skip
"""Commands with the number of arguments, from the first, that are not printed where they stand."""

_OPTIONS = re.compile(r"\s*(?:\[[^\]]*\]|\([^)]*\))+")
_STAR = re.compile(r"\s*\*")
_SPACE = re.compile(r"\s+")


def _obey(command: str, cursor: Cursor, printed: _Printed) -> None:
    if command in _SYMBOLS:
        printed.put(_SYMBOLS[command])
    elif command == "multicolumn":
        columns = _said(cursor.group())
        cursor.group()
        printed.span = max(1, min(int(columns), MOST_SPANNED)) if re.fullmatch("[0-9]{1,4}", columns) else 1
    elif command == "begin":
        environment = _said(cursor.group())
        cursor.skip(_OPTIONS)
        if environment.startswith(("tabular", "array")):
            cursor.group()
    elif command in _UNPRINTED:
        _pass_over(command, cursor)
    if command[:1].isalpha():
        cursor.skip(_SPACE)


def _pass_over(command: str, cursor: Cursor) -> None:
    cursor.skip(_OPTIONS)
    for _ in range(_UNPRINTED[command]):
        if command == "multirow":
            cursor.skip(_STAR)
        cursor.group()
        cursor.skip(_OPTIONS)


def _said(tokens: list[Token] | None) -> str:
    return "".join(token.text for token in tokens or ()).strip()

"""What the cells of a LaTeX table print: `\\textbf{fire2}` is fire2, `111$\\times$111` is 111×111."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from squeezeviz.files.tables.document_tables import Printed
from squeezeviz.model.errors import Place, SqueezevizError

MOST_TOKENS = 400_000
"""A table of 6,000 layers has about as many."""


class Sort(Enum):
    """What a piece of LaTeX is."""

    TEXT = "text"
    COMMAND = "command"
    SIGN = "sign"
    ROW_END = "row end"


class Token(NamedTuple):
    """A piece of LaTeX. A command's `text` is its name without the backslash; `line` counts from 1."""

    sort: Sort
    text: str
    line: int


_TOKEN = re.compile(
    r"\\(?:(?P<row>\\\*?(?:[ \t\n]*\[[ \t]*-?[0-9.]+[ \t]*[a-z]{2}[ \t]*\])?|tabularnewline(?![a-zA-Z]))"
    r"|(?P<command>[a-zA-Z@]+\*?|[^a-zA-Z@]|\Z))"
    r"|(?P<comment>%[^\n]*\n?[ \t]*)"
    r"|(?P<sign>[{}&$~])"
    r"|[^\\%{}&$~]+",
    re.DOTALL,
)


def tokens_of(source: str, start: int = 0) -> Iterator[Token]:
    """The pieces of LaTeX from a place on, without comments. SqueezevizError where they are too many for a table."""
    line = source.count("\n", 0, start) + 1
    for count, found in enumerate(_TOKEN.finditer(source, start)):
        if count > MOST_TOKENS:
            raise SqueezevizError("this has far more LaTeX in it than a layer table", Place(line=line))
        piece = found[0]
        if found["row"] is not None:
            yield Token(Sort.ROW_END, piece, line)
        elif found["command"] is not None:
            yield Token(Sort.COMMAND, found["command"], line)
        elif found["sign"] is not None:
            yield Token(Sort.SIGN, piece, line)
        elif found["comment"] is None:
            yield Token(Sort.TEXT, piece, line)
        line += piece.count("\n")


class Cursor:
    """A place in a list of tokens, which moves on as arguments are taken."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def take(self) -> Token | None:
        """The next token; None at the end."""
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Move past what of the text that follows matches from its beginning."""
        token = self._next()
        found = pattern.match(token.text) if token is not None and token.sort is Sort.TEXT else None
        if token is None or not found or not found[0]:
            return
        line = token.line + found[0].count("\n")
        self._tokens[self._at] = Token(Sort.TEXT, token.text[found.end() :], line)

    def group(self) -> list[Token] | None:
        """The tokens of the braced group that follows; None where none does."""
        self.skip(_SPACE)
        at = self._at
        while at < len(self._tokens) and self._tokens[at].sort is Sort.TEXT and not self._tokens[at].text:
            at += 1
        if at >= len(self._tokens) or self._tokens[at][:2] != (Sort.SIGN, "{"):
            return None
        end, depth = at + 1, 1
        while end < len(self._tokens) and depth:
            sort, text, _ = self._tokens[end]
            depth += {"{": 1, "}": -1}.get(text, 0) if sort is Sort.SIGN else 0
            end += 1
        self._at = end
        return self._tokens[at + 1 : end - (depth == 0)]

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


_SPACE = re.compile(r"\s+")


class LatexCell(NamedTuple):
    """A cell's text, and how many columns it takes."""

    text: str
    span: int


MOST_SPANNED = 100


def cell_of(tokens: list[Token]) -> LatexCell:
    """The text between two `&`. What an unknown macro would print is not guessed: its name stays beside a number."""
    latex = _Latex(Printed())
    _print(tokens, latex)
    text = re.sub(r"[ \t\r\n]+", " ", latex.printed.text).strip(" ").replace("\0", " ")
    return LatexCell(text, latex.span)


def print_maths(tokens: list[Token], printed: Printed) -> None:
    """Print the maths in a cell of another text."""
    _print(tokens, _Latex(printed))


def _print(tokens: list[Token], latex: _Latex) -> None:
    cursor = Cursor(list(tokens))
    while (token := cursor.take()) is not None:
        if token.sort is Sort.TEXT:
            latex.write(token.text)
        elif token.sort is Sort.ROW_END:
            latex.printed.part(r"\\")
            latex.printed.put(" ")
        elif token.sort is Sort.SIGN:
            latex.sign(token.text)
        else:
            _obey(token.text, cursor, latex)


class _Latex:
    """What has been printed so far. A space that stays where it is stands there as NUL, which no file holds."""

    def __init__(self, printed: Printed) -> None:
        self.span = 1
        self.printed = printed
        self._in_maths = False

    def write(self, text: str) -> None:
        if self._in_maths:
            self._write_maths(text)
        else:
            self.printed.put(_LIGATURES.sub(_joined, text))

    def sign(self, sign: str) -> None:
        if sign == "$":
            self._in_maths = not self._in_maths
            self.printed.part(sign)
        elif sign in "~&":
            self.printed.put(" ")
        else:
            self.printed.part(sign)

    def _write_maths(self, text: str) -> None:
        """Write maths; what stands higher or lower is one character here, or the group that follows."""
        for found in _SCRIPT.finditer(text):
            self.printed.put(found["plain"].replace("-", "−"))
            if found["script"]:
                self.printed.part(found["script"])
                self.printed.put(found["one"].replace("-", "−"))
                if found["one"]:
                    self.printed.part(found["script"])


_SCRIPT = re.compile(r"(?P<plain>[^_^]*)(?:(?P<script>[_^])\s*(?P<one>[^_^]?))?", re.DOTALL)
_LIGATURES = re.compile("---?|``|''")


def _joined(found: re.Match[str]) -> str:
    return {"--": "–", "---": "—", "``": "“", "''": "”"}[found[0]]


_SYMBOLS = {
    "times": "×", "texttimes": "×", "cdot": "·", "to": "→", "rightarrow": "→", "slash": "/", "ldots": "…",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`", "textless": "<",
    "textgreater": ">", "textbar": "|", "textunderscore": "_", "textdollar": "$", "textquotesingle": "'",
    "textquotedbl": '"', "textendash": "–", "textemdash": "—", "checkmark": "✓", "lbrace": "{", "rbrace": "}",
    "textrightarrow": "→", "thinspace": "\u2009", "dots": "…", "textperiodcentered": "·",
    "quad": " ", "qquad": " ", "newline": " ", "space": " ",
    ",": "\u2009", ":": " ", ";": " ", ">": " ", " ": "\0", "\n": "\0", "%": "%", "&": "&", "#": "#", "$": "$",
    "_": "_", "{": "{", "}": "}", "|": "‖",
}  # fmt: skip

_WIDE = ("quad", "qquad", "newline")
"""Spaces that no number has within."""

_UNPRINTED = {
    "multirow": 2, "textcolor": 1, "color": 1, "cellcolor": 1, "rowcolor": 1, "arrayrulecolor": 1, "cmidrule": 1,
    "cline": 1, "specialrule": 3, "addlinespace": 0, "rule": 2, "vspace": 1, "vspace*": 1, "hspace": 1, "hspace*": 1,
    "label": 1, "cite": 1, "citep": 1, "citet": 1, "ref": 1, "footnote": 1, "tnote": 1, "fontsize": 2, "setlength": 2,
    "addtolength": 2, "renewcommand": 2, "href": 1, "rotatebox": 1, "raisebox": 1, "scalebox": 1, "resizebox": 2,
    "parbox": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "caption": 1, "end": 1, "makecell": 0, "shortstack": 0,
    "footnotemark": 0, "tablefootnote": 1, "thanks": 1, "dag": 0, "ddag": 0, "dagger": 0, "ddagger": 0,
    "textdagger": 0, "textdaggerdbl": 0, "hskip": 0, "kern": 0, "citealp": 1, "nocite": 1, "bigskip": 0, "medskip": 0,
    "smallskip": 0, "noalign": 1, "morecmidrules": 0, "fi": 0, "rowcolors": 3, "columncolor": 1, "pagecolor": 1,
    "hline": 0, "toprule": 0, "midrule": 0, "bottomrule": 0, "sisetup": 1,
}  # fmt: skip
"""Commands with the number of arguments, from the first, that are not printed where they stand."""

_SCRIPTS = {"textsuperscript": "^", "textsubscript": "_", "sp": "^", "sb": "_"}

_PLAIN = {
    "textbf", "textit", "textsl", "texttt", "textsf", "textrm", "textsc", "textmd", "textup", "textnormal",
    "text", "emph", "underline", "uline", "mathbf", "mathit", "mathrm", "mathsf", "mathtt", "mathnormal",
    "boldsymbol", "bm", "pmb", "bf", "it", "sl", "tt", "sf", "rm", "sc", "em", "bfseries", "mdseries",
    "itshape", "slshape", "scshape", "upshape", "normalfont", "ttfamily", "sffamily", "rmfamily", "selectfont",
    "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge",
    "centering", "raggedright", "raggedleft", "arraybackslash", "hfill", "hfil", "hss", "strut", "mbox", "hbox",
    "fbox", "makebox", "ensuremath", "num", "numprint", "np", "displaystyle", "textstyle", "scriptstyle",
    "left", "right", "big", "Big", "bigl", "bigr", "relax", "protect", "noindent", "leavevmode", "null",
    "ignorespaces", "unskip", "nobreak", "allowbreak", "linebreak", "nolinebreak", "smash", "bgroup", "egroup",
    "begingroup", "endgroup", "endfirsthead", "endhead", "endfoot", "endlastfoot", "thead", "bottomhline",
    "tophline", "middlehline", "!", "/", "-", "@", "(", ")", "[", "]",
}  # fmt: skip
"""Commands that print their argument and nothing more, or nothing at all."""

_OPTIONS = re.compile(r"\s*(?:\[[^\]]*\]|\([^)]*\))+")
_STAR = re.compile(r"\s*\*")


def _obey(command: str, cursor: Cursor, latex: _Latex) -> None:
    if command in _SYMBOLS:
        if command in _WIDE:
            latex.printed.part(f"\\{command}")
        latex.printed.put(_SYMBOLS[command])
    elif command == "multicolumn":
        columns = _said(cursor.group())
        cursor.group()
        latex.span = max(1, min(int(columns), MOST_SPANNED)) if re.fullmatch("[0-9]{1,4}", columns) else 1
    elif command == "begin":
        environment = _said(cursor.group())
        cursor.skip(_OPTIONS)
        if environment.startswith(("tabular", "array")):
            cursor.group()
    elif command in _UNPRINTED:
        latex.printed.part(f"\\{command}")
        _pass_over(command, cursor)
    elif command in _SCRIPTS:
        latex.printed.part(_SCRIPTS[command])
    elif command not in _PLAIN:
        latex.printed.call(command)
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

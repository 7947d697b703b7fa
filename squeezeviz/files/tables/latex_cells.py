"""What the cells of a LaTeX table print: `\\textbf{fire2}` is fire2, `111$\\times$111` is 111×111."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

from squeezeviz.files.tables.document_tables import PrintedCell
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.records import NamedTuple

MOST_TOKENS = 400_000
"""A table of 6,000 layers has about as many."""


class TokenKind(Enum):
    """What a piece of LaTeX is. A sign is a brace, `&`, `$` or `~`."""

    TEXT = "text"
    COMMAND = "command"
    SIGN = "sign"
    ROW_END = "row_end"


class Token(NamedTuple):
    """A piece of LaTeX. A command's `text` is its name without the backslash; `line` counts from 1."""

    kind: TokenKind
    text: str
    line: int

    @property
    def depth(self) -> int:
        """1 where it opens a group, -1 where it closes one."""
        return {"{": 1, "}": -1}.get(self.text, 0) if self.kind is TokenKind.SIGN else 0

    def is_command(self, *names: str) -> bool:
        return self.kind is TokenKind.COMMAND and self.text in names


_TOKEN = re.compile(
    r"\\(?:(?P<row_end>\\\*?(?:[ \t\n]*\[[ \t]*-?[0-9.]+[ \t]*[a-z]{2}[ \t]*\])?|tabularnewline(?![a-zA-Z]))"
    r"|(?P<command>[a-zA-Z@]+\*?|[^a-zA-Z@]|\Z))"
    r"|(?P<comment>%[^\n]*\n?[ \t]*)"
    r"|(?P<sign>[{}&$~])"
    r"|(?P<text>[^\\%{}&$~]+)",
    re.DOTALL,
)
_KINDS = {kind.value: kind for kind in TokenKind}


def tokens_of(source: str, start: int = 0) -> Iterator[Token]:
    """The pieces of LaTeX from a place on, without comments. SqueezevizError where they are too many for a table."""
    line = source.count("\n", 0, start) + 1
    for count, found in enumerate(_TOKEN.finditer(source, start)):
        if count > MOST_TOKENS:
            raise SqueezevizError("this has far more LaTeX in it than a layer table", Place(line=line))
        name = found.lastgroup or ""
        if name in _KINDS:
            yield Token(_KINDS[name], found[name], line)
        line += found[0].count("\n")


class Cursor:
    """A place in a list of tokens, which moves on as arguments are taken."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._tokens = list(tokens)
        self._at = 0

    def take(self) -> Token | None:
        """The next token; None at the end."""
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Move past what of the text that follows matches from its beginning."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        found = pattern.match(token.text) if token is not None and token.kind is TokenKind.TEXT else None
        if token is not None and found:
            line = token.line + found[0].count("\n")
            self._tokens[self._at] = Token(TokenKind.TEXT, token.text[found.end() :], line)

    def group(self) -> list[Token]:
        """The tokens of the braced group that follows; none where none does."""
        self.skip(_SPACE)
        at = self._at
        while at < len(self._tokens) and self._tokens[at].kind is TokenKind.TEXT and not self._tokens[at].text:
            at += 1
        if at >= len(self._tokens) or self._tokens[at].depth != 1:
            return []
        end, depth = at + 1, 1
        while end < len(self._tokens) and depth:
            depth += self._tokens[end].depth
            end += 1
        self._at = end
        return self._tokens[at + 1 : end - (depth == 0)]

    def word(self) -> str:
        """The braced group that follows as it stands in the source, such as an environment's name."""
        return "".join(token.text for token in self.group()).strip()


_SPACE = re.compile(r"\s+")


class LatexCell(NamedTuple):
    """A cell's text, and how many columns it takes."""

    text: str
    span: int


MOST_SPANNED = 100


def cell_of(tokens: Iterable[Token]) -> LatexCell:
    """The text between two `&`. What an unknown macro would print is not guessed: its name stays beside a number."""
    printer = _Printer(tokens, PrintedCell())
    printer.run()
    text = re.sub(r"[ \t\r\n]+", " ", printer.cell.text).strip(" ").replace("\0", " ")
    return LatexCell(text, printer.span)


def print_maths(source: str, cell: PrintedCell) -> None:
    """Print what stands between two `$` in a cell of another text."""
    _Printer(tokens_of(f"${source}$"), cell).run()


class _Printer:
    """Writes what tokens print into a cell. A space that stays where it is stands there as NUL, which no file holds."""

    def __init__(self, tokens: Iterable[Token], cell: PrintedCell) -> None:
        self.span = 1
        self.cell = cell
        self._cursor = Cursor(tokens)
        self._in_maths = False

    def run(self) -> None:
        while (token := self._cursor.take()) is not None:
            match token.kind:
                case TokenKind.TEXT if self._in_maths:
                    self._print_maths(token.text)
                case TokenKind.TEXT:
                    self.cell.write(_LIGATURES.sub(_joined, token.text))
                case TokenKind.COMMAND:
                    self._print_command(token.text)
                case TokenKind.ROW_END:
                    self.cell.write_mark(r"\\")
                    self.cell.write(" ")
                case TokenKind.SIGN if token.text in "~&":
                    self.cell.write(" ")
                case TokenKind.SIGN:
                    self._in_maths = self._in_maths != (token.text == "$")
                    self.cell.write_mark(token.text)

    def _print_maths(self, text: str) -> None:
        """Write maths; what stands higher or lower is one character here, or the group that follows."""
        for found in _SCRIPT.finditer(text):
            self.cell.write(found["plain"].replace("-", "−"))
            if found["script"]:
                self.cell.write_mark(found["script"])
                self.cell.write(found["one"].replace("-", "−"))
                if found["one"]:
                    self.cell.write_mark(found["script"])

    def _print_command(self, command: str) -> None:
        if command in _SYMBOLS:
            if command in _WIDE:
                self.cell.write_mark(f"\\{command}")
            self.cell.write(_SYMBOLS[command])
        elif command == "multicolumn":
            columns = self._cursor.word()
            self._cursor.group()
            self.span = max(1, min(int(columns), MOST_SPANNED)) if re.fullmatch("[0-9]{1,4}", columns) else 1
        elif command == "begin":
            environment = self._cursor.word()
            self._cursor.skip(_OPTIONS)
            if environment.startswith(("tabular", "array")):
                self._cursor.group()
        elif command in _UNPRINTED:
            self.cell.write_mark(f"\\{command}")
            self._skip_arguments(command)
        elif command in _SCRIPTS:
            self.cell.write_mark(_SCRIPTS[command])
        elif command not in _PLAIN:
            self.cell.write_unknown_macro(command)
        if command[:1].isalpha():
            self._cursor.skip(_SPACE)

    def _skip_arguments(self, command: str) -> None:
        self._cursor.skip(_OPTIONS)
        for _ in range(_UNPRINTED[command]):
            if command == "multirow":
                self._cursor.skip(_STAR)
            self._cursor.group()
            self._cursor.skip(_OPTIONS)


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

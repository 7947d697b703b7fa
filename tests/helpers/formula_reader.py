"""Reads the text of a formula back and works it out, knowing nothing of how it was made."""

import re

from squeezeviz.model.formula import Formula

_TOKEN = re.compile(r"\s*(max|[0-9]+|[-()·+−/,⌊⌋⌈⌉])")
_LATEX = {r"\cdot": "·", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\max": "max", "-": "−"}


def worked_out(text: str) -> int:
    """The value of a formula as `Formula.text` writes it: the usual precedence, whole numbers alone."""
    return _Reader(text).all()


def evaluate(formula: Formula) -> int:
    """Return the value that the formula's text comes to, without trusting any stored `value`."""
    return worked_out(formula.text())


def from_latex(text: str) -> str:
    """The same formula as text, from `Formula.latex`."""
    for command, sign in _LATEX.items():
        text = text.replace(command, sign)
    assert "\\" not in text
    return text


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            assert match, f"{text[place:]!r} is no part of a formula"
            self.tokens.append(match[1])
            place = match.end()

    def all(self) -> int:
        value = self.sum()
        assert not self.tokens, f"{self.tokens} left over"
        return value

    def take(self, *expected: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in expected else None

    def must(self, expected: str) -> None:
        assert self.take(expected), f"{expected} is missing before {self.tokens}"

    def sum(self) -> int:
        value = -self.product() if self.take("−") else self.product()
        while sign := self.take("+", "−"):
            term = self.product()
            value += term if sign == "+" else -term
        return value

    def product(self) -> int:
        value = self.factor()
        while self.take("·"):
            value *= self.factor()
        return value

    def factor(self) -> int:
        opening = self.take("(", "⌊", "⌈", "max")
        if opening == "(":
            value = self.sum()
            self.must(")")
            return value
        if opening == "max":
            return self.largest()
        if opening:
            return self.quotient(opening)
        assert self.tokens[0].isdigit(), f"a number is missing before {self.tokens}"
        return int(self.tokens.pop(0))

    def largest(self) -> int:
        self.must("(")
        values = [self.sum()]
        while self.take(","):
            values.append(self.sum())
        self.must(")")
        return max(values)

    def quotient(self, opening: str) -> int:
        above = self.product()
        self.must("/")
        below = self.factor()
        self.must("⌋" if opening == "⌊" else "⌉")
        return above // below if opening == "⌊" else -(-above // below)

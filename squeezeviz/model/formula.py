"""Numbers that carry their own derivation: an explanation and its value are one tree of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from math import prod

from squeezeviz.model.records import NamedTuple


class Kind(StrEnum):
    NUMBER = "number"
    SUM = "sum"
    DIFFERENCE = "difference"
    PRODUCT = "product"
    FLOOR = "floor"
    CEIL = "ceil"
    MAXIMUM = "maximum"


class Formula(NamedTuple):
    """A whole number together with the terms that make it. Build one with the functions below."""

    kind: Kind
    value: int
    parts: tuple[Formula, ...] = ()
    label: str = ""

    def text(self) -> str:
        """The formula with its numbers filled in, such as `(7·7·3 + 1)·96`."""
        return _plain_text(self, _PLAIN)

    def latex(self) -> str:
        """The formula with its numbers filled in, as LaTeX mathematics."""
        return _text(self, _LATEX)

    def rule(self) -> str:
        """The formula with labels in place of numbers, where they have one: `(kernel·kernel·input channels + bias)`."""
        return _plain_text(self, _PLAIN_RULE)

    def rule_latex(self) -> str:
        """The formula with labels in place of numbers, as LaTeX mathematics. It needs amsmath."""
        return _text(self, _LATEX_RULE)

    def equation(self) -> str:
        """The formula and its result, such as `64 + 64 = 128`; a plain number without an equals sign."""
        result = f"{self.value:,}".replace("-", "−")
        return result if self.kind is Kind.NUMBER else f"{self.text()} = {result}"

    def leaves(self) -> Iterator[Formula]:
        """Iterate over the plain numbers in the formula, in reading order."""
        if self.kind is Kind.NUMBER:
            yield self
        for part in self.parts:
            yield from part.leaves()


@lru_cache(maxsize=128)
def number(value: int, label: str = "") -> Formula:
    return Formula(Kind.NUMBER, value, (), label)


def total(parts: Iterable[Formula], label: str = "") -> Formula:
    """Return the sum of the parts, which is 0 if there are none."""
    terms = tuple(parts)
    return plus(*terms, label=label) if terms else number(0, label)


def plus(first: Formula, *others: Formula, label: str = "") -> Formula:
    parts = (first, *others)
    return Formula(Kind.SUM, sum([part.value for part in parts]), parts, label)


def minus(first: Formula, second: Formula, label: str = "") -> Formula:
    return Formula(Kind.DIFFERENCE, first.value - second.value, (first, second), label)


def times(first: Formula, *others: Formula, label: str = "") -> Formula:
    parts = (first, *others)
    return Formula(Kind.PRODUCT, prod([part.value for part in parts]), parts, label)


def floor_div(above: Formula, below: Formula, label: str = "") -> Formula:
    """⌊above / below⌋, rounded towards minus infinity."""
    return Formula(Kind.FLOOR, above.value // below.value, (above, below), label)


def ceil_div(above: Formula, below: Formula, label: str = "") -> Formula:
    """⌈above / below⌉, rounded towards plus infinity."""
    return Formula(Kind.CEIL, -(-above.value // below.value), (above, below), label)


def largest(first: Formula, *others: Formula, label: str = "") -> Formula:
    parts = (first, *others)
    return Formula(Kind.MAXIMUM, max([part.value for part in parts]), parts, label)


class _Signs(NamedTuple):
    times: str
    minus: str
    floor: tuple[str, str]
    ceil: tuple[str, str]
    maximum: str
    word: str = ""
    """The format of a label that is written in place of its figure. If it is empty, figures are written."""


_PLAIN = _Signs("·", " − ", ("⌊", "⌋"), ("⌈", "⌉"), "max")
_LATEX = _Signs(r" \cdot ", " - ", (r"\lfloor ", r" \rfloor"), (r"\lceil ", r" \rceil"), r"\max")
_PLAIN_RULE = _PLAIN._replace(word="{}")
_LATEX_RULE = _LATEX._replace(word=r"\text{{{}}}")


@lru_cache(maxsize=128)
def _plain_text(formula: Formula, signs: _Signs) -> str:
    """Cached, because after an edit an explanation shows mostly the same formulas as before."""
    return _text(formula, signs)


def _text(formula: Formula, signs: _Signs) -> str:
    formula = _bare(formula)
    kind, parts = formula.kind, formula.parts
    match kind:
        case Kind.NUMBER:
            if signs.word and formula.label:
                return signs.word.format(formula.label)
            return str(formula.value).replace("-", signs.minus.strip())
        case Kind.SUM:
            return _joined(parts, signs)
        case Kind.DIFFERENCE:
            return _text(parts[0], signs) + signs.minus + _bracketed(parts[1], signs)
        case Kind.PRODUCT:
            return signs.times.join(_bracketed(part, signs) for part in parts)
        case Kind.FLOOR | Kind.CEIL:
            left, right = signs.floor if kind is Kind.FLOOR else signs.ceil
            return f"{left}{_bracketed(parts[0], signs)}/{_bracketed(parts[1], signs, product=True)}{right}"
        case Kind.MAXIMUM:
            return f"{signs.maximum}({', '.join(_text(part, signs) for part in parts)})"


def _bare(formula: Formula) -> Formula:
    """Unwrap sums and products of a single part, which are invisible."""
    while formula.kind in (Kind.SUM, Kind.PRODUCT) and len(formula.parts) == 1:
        formula = formula.parts[0]
    return formula


def _joined(parts: tuple[Formula, ...], signs: _Signs) -> str:
    """Write a sum. A negative term is written as a subtraction."""
    shown = _text(parts[0], signs)
    for part in map(_bare, parts[1:]):
        if part.kind is Kind.NUMBER and part.value < 0:
            shown += f"{signs.minus}{-part.value}"
        else:
            text = _text(part, signs)
            shown += f" + ({text})" if _starts_negative(text, signs) else f" + {text}"
    return shown


def _bracketed(formula: Formula, signs: _Signs, *, product: bool = False) -> str:
    """Write a part with brackets if it needs them. `product` tells whether a product needs them too."""
    kind = _bare(formula).kind
    loose = kind in (Kind.SUM, Kind.DIFFERENCE) or (kind is Kind.PRODUCT and product)
    shown = _text(formula, signs)
    return f"({shown})" if loose or _starts_negative(shown, signs) else shown


def _starts_negative(shown: str, signs: _Signs) -> bool:
    return shown.startswith(signs.minus.strip())

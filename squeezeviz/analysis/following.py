"""One value of a feature map, followed one step back: the terms that make it, as numbers and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from squeezeviz.analysis.pictures.preprocessing import Preprocessing
from squeezeviz.analysis.value_sources import INPUT, Source, ValueAt, place_text, shown_operation
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple

SCHEMA = "squeezeviz/follow-1"

CLOSE = 1e-4
"""How far a value computed in float32 may lie from the exact sum, as a share of the sum of its terms' sizes."""

SMALLEST = 1e-37
"""What float32 may lose of numbers that are too small for it."""

MOST_BACK = 5
"""How many of a value's origins are offered to be followed next."""

Real = Annotated[float, range(-(10**300), 10**300)]
"""Any number, negative ones too, that a JSON document can hold."""


class Term(NamedTuple):
    """One term of a value: what the map before holds in `channel` at `row` and `column`, times a weight.

    A maximum is told as the weights 1 and 0, a mean as equal ones. Of a softmax the `product` is e to the power of
    `input` minus the largest, and there is no weight.
    """

    channel: int
    row: int
    column: int
    input: Real
    weight: Real | None
    product: Real


class Origin(NamedTuple):
    """A value one step back, which can be followed next.

    Of a picture's pixel `letter` is R, G, B or grey, and `raw` what it has there, from 0 to 255; else they are empty
    and None.
    """

    operation: str
    channel: int
    row: int
    column: int
    value: Real
    letter: str = ""
    raw: int | None = None


class PixelNumbers(NamedTuple):
    """How a picture's values from 0 to 255 become those of a network's input of so many channels."""

    preprocessing: Preprocessing
    channels: int

    @property
    def letters(self) -> tuple[str, ...]:
        """What each channel is of a picture: R, G or B; `grey` if it is the only one."""
        return tuple(self.preprocessing.order) if self.channels == 3 else ("grey",)

    def parts(self, channel: int, value: float) -> tuple[int, float, float]:
        """Return the picture's own value that became `value`, what it is multiplied with, and what is added then."""
        divisor, mean, std = self.preprocessing.arithmetic(self.channels)
        raw = round((value * std[channel] + mean[channel]) * divisor)
        return raw, 1 / (divisor * std[channel]), -mean[channel] / std[channel]

    def named(self, origin: Origin) -> Origin:
        """Return an origin in the network's input with what the picture has there."""
        return origin._replace(letter=self.letters[origin.channel], raw=self.parts(origin.channel, origin.value)[0])


class ChannelSum(NamedTuple):
    """What the terms of one input channel add up to."""

    channel: int
    sum: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class FollowedValue:
    """A value in the output of `operation`, and the arithmetic of the operation `source` that it comes from.

    `kind` is the kind of `source`, and `filter` the filter if that is a convolution. `inputs` are the operations that
    it reads, `outside` the positions of its window that lie outside their maps. `sum` is the exact sum of `terms` and
    `bias`, each term a product of float32 values, divided by `divisor`; `relu` names a ReLU that follows it.
    `measured` is what the pass computed in float32.
    """

    operation: str
    channel: int
    row: int
    column: int
    image: int
    kind: str
    reason: str
    source: str
    filter: int | None
    inputs: tuple[str, ...]
    bias: Real
    terms: tuple[Term, ...]
    outside: int
    divisor: Real
    sum: Real
    relu: str
    measured: Real
    back: tuple[Origin, ...]

    @property
    def at(self) -> ValueAt:
        """Where it stands."""
        return ValueAt(self.operation, self.channel, self.row, self.column, self.image)

    @property
    def value(self) -> float:
        """What the arithmetic comes to: `sum`, or 0 if that is negative and a ReLU follows."""
        return 0.0 if self.relu and self.sum < 0 else self.sum

    @property
    def size(self) -> float:
        """The sum of the sizes of all terms and of the bias, which bounds what rounding can do to their sum; of a
        share, which is rounded by itself, its own size."""
        if self.kind == OperationKind.SOFTMAX:
            return abs(self.sum)
        return math.fsum([abs(self.bias), *(abs(term.product) for term in self.terms)]) / self.divisor

    @property
    def agrees(self) -> bool:
        """Whether the pass computed what the terms come to, as far as float32 can tell: exactly, where nothing is
        computed."""
        if self.kind in (OperationKind.MAXPOOL, OperationKind.DROPOUT):
            return self.measured == self.value
        return abs(self.measured - self.value) <= CLOSE * self.size + SMALLEST

    @cached_property
    def channel_sums(self) -> tuple[ChannelSum, ...]:
        """The terms by input channel, the channels with the largest sums first."""
        of: dict[int, list[Term]] = {}
        for term in self.terms:
            of.setdefault(term.channel, []).append(term)
        sums = [ChannelSum(each, math.fsum(term.product for term in terms), tuple(terms)) for each, terms in of.items()]
        return tuple(sorted(sums, key=lambda each: -abs(each.sum)))


class Readings(NamedTuple):
    """What a pass brought for one value.

    `inputs` are the values of the window in each of the source's inputs, and `weights` those that they are multiplied
    with: by channel, row and column. A convolution and a softmax read every channel; of others the value's own is
    there alone.
    """

    measured: float
    inputs: Sequence[Sequence[Sequence[Sequence[float]]]] = ()
    weights: Sequence[Sequence[Sequence[float]]] = ()
    bias: float = 0.0


def followed(at: ValueAt, source: Source, read: Readings, pixels: PixelNumbers | None = None) -> FollowedValue:
    """Return the value at `at` with its terms.

    `pixels` says how the network's input came from a picture, if it did. Raises SqueezevizError if one of the value's
    numbers is infinite or no number, naming it.
    """
    if source.step is None and pixels is not None and math.isfinite(read.measured):
        made = _pixel(source, read, pixels)
    else:
        made = _ARITHMETIC[source.kind](source, read)
    _check_finite(at, source, read.measured, made)
    back = made.back
    if pixels is not None:
        back = tuple(origin if origin.operation else pixels.named(origin) for origin in back)
    return FollowedValue(
        *at,
        kind=source.kind,
        reason=source.reason + made.remark,
        source=source.name,
        filter=source.channel if source.kind == OperationKind.CONV else None,
        inputs=source.inputs,
        bias=made.bias if source.step is None else read.bias,
        terms=made.terms,
        outside=source.window.outside,
        divisor=made.divisor,
        sum=made.sum,
        relu=source.relu,
        measured=read.measured,
        back=back,
    )


def as_json(value: FollowedValue) -> dict[str, Any]:
    """Return the object of schema squeezeviz/follow-1. Its keys are the fields of `FollowedValue`, `Term` and
    `Origin`; an origin's `letter` and `raw` are there for pixels of a picture alone."""
    fields = {name: getattr(value, name) for name in FollowedValue.__dataclass_fields__}
    return {
        "schema": SCHEMA,
        **fields,
        "operation": value.operation or INPUT,
        "source": value.source or INPUT,
        "inputs": [name or INPUT for name in value.inputs],
        "terms": [term._asdict() for term in value.terms],
        "agrees": value.agrees,
        "back": [_origin_json(origin) for origin in value.back],
    }


def _origin_json(origin: Origin) -> dict[str, Any]:
    pixel = ("letter", "raw") if origin.raw is None else ()
    fields = {name: each for name, each in origin._asdict().items() if name not in pixel}
    return fields | {"operation": origin.operation or INPUT}


class _Made(NamedTuple):
    """The arithmetic of one value. `remark` continues its reason."""

    terms: tuple[Term, ...]
    sum: float
    back: tuple[Origin, ...]
    divisor: float = 1.0
    remark: str = ""
    bias: float = 0.0


def _convolution(source: Source, read: Readings) -> _Made:
    (inputs,) = read.inputs
    terms = [
        Term(channel, row, column, value, weight, value * weight)
        for channel, (maps, kernels) in enumerate(zip(inputs, read.weights, strict=True))
        for row, values, weights in zip(source.window.rows, maps, kernels, strict=True)
        for column, value, weight in zip(source.window.columns, values, weights, strict=True)
    ]
    return _Made(tuple(terms), _total([read.bias, *(term.product for term in terms)]), _heaviest(source, terms))


def _total(numbers: Sequence[float]) -> float:
    """Return the exact sum, rounded once; infinite or no number if one of them is."""
    finite = all(map(math.isfinite, numbers))
    return math.fsum(numbers) if finite else sum(numbers)


def _heaviest(source: Source, terms: Sequence[Term]) -> tuple[Origin, ...]:
    """Return the heaviest term of each of the channels that weigh most."""
    sums: dict[int, float] = {}
    best: dict[int, Term] = {}
    for term in terms:
        sums[term.channel] = sums.get(term.channel, 0.0) + term.product
        if term.channel not in best or abs(term.product) > abs(best[term.channel].product):
            best[term.channel] = term
    first = sorted(sums, key=lambda channel: -abs(sums[channel]))[:MOST_BACK]
    return tuple(_origin(source, best[channel]) for channel in first)


def _origin(source: Source, term: Term, input_: int = 0) -> Origin:
    return Origin(source.inputs[input_], term.channel, term.row, term.column, term.input)


def _window(source: Source, read: Readings, weight: float) -> list[Term]:
    """Return a term for every value of the window in the value's own channel."""
    ((values,),) = read.inputs
    return [
        Term(source.channel, row, column, value, weight, value * weight)
        for row, line in zip(source.window.rows, values, strict=True)
        for column, value in zip(source.window.columns, line, strict=True)
    ]


def _maximum(source: Source, read: Readings) -> _Made:
    """The first of equally large values wins, as in torch; there a value that is no number wins over all others."""
    terms = _window(source, read, 0.0)
    winner = 0
    for index, term in enumerate(terms):
        if term.input > terms[winner].input or math.isnan(term.input):
            winner = index
    won = terms[winner]
    told = [term._replace(weight=0.0, product=0.0) for term in terms]
    told[winner] = won._replace(weight=1.0, product=won.input)
    equal = sum(term.input == won.input for term in terms)
    remark = f" Row {won.row:,}, column {won.column:,} wins"
    remark += f": of {equal:,} equally large values the first counts." if equal > 1 else "."
    return _Made(tuple(told), won.input, (_origin(source, won),), remark=remark)


def _mean(source: Source, read: Readings) -> _Made:
    """Each term is a value; their sum is divided by the number of positions that count."""
    terms = _window(source, read, 1.0)
    divisor = float(source.window.counted)
    largest = sorted(terms, key=lambda term: -abs(term.input))[:MOST_BACK]
    back = tuple(_origin(source, term) for term in largest)
    return _Made(tuple(terms), _total([term.product for term in terms]) / divisor, back, divisor)


def _sides(source: Source, read: Readings) -> _Made:
    row, column = source.window.rows[0], source.window.columns[0]
    values = [side[0][0][0] for side in read.inputs]
    terms = tuple(Term(source.channel, row, column, value, 1.0, value) for value in values)
    return _Made(terms, _total(values), tuple(_origin(source, term, side) for side, term in enumerate(terms)))


def _shares(source: Source, read: Readings) -> _Made:
    """Each term is a channel; the own one's power of e is divided by the sum of all."""
    (inputs,) = read.inputs
    values = [maps[0][0] for maps in inputs]
    row, column, largest = source.window.rows[0], source.window.columns[0], max(values)
    powers = [math.exp(value - largest) if math.isfinite(value) else math.nan for value in values]
    numbers = enumerate(zip(values, powers, strict=True))
    terms = [Term(channel, row, column, value, None, power) for channel, (value, power) in numbers]
    own = terms[source.channel]
    others = sorted((term for term in terms if term is not own), key=lambda term: -term.product)[: MOST_BACK - 1]
    back = tuple(_origin(source, term) for term in (own, *others))
    divisor = _total(powers)
    return _Made(tuple(terms), own.product / divisor, back, divisor)


def _given(source: Source, read: Readings) -> _Made:
    """The network's input is computed from nothing."""
    return _Made((), read.measured, ())


def _pixel(source: Source, read: Readings, pixels: PixelNumbers) -> _Made:
    """The one term is the picture's own value from 0 to 255, and the bias what the mean takes away."""
    row, column = source.window.rows[0], source.window.columns[0]
    raw, weight, bias = pixels.parts(source.channel, read.measured)
    term = Term(source.channel, row, column, float(raw), weight, raw * weight)
    remark = f" It comes from {pixels.letters[source.channel]} {raw} of 255."
    return _Made((term,), _total((term.product, bias)), (), remark=remark, bias=bias)


_ARITHMETIC = {
    OperationKind.CONV: _convolution,
    OperationKind.MAXPOOL: _maximum,
    OperationKind.AVGPOOL: _mean,
    OperationKind.GLOBAL_AVGPOOL: _mean,
    OperationKind.ADD: _sides,
    OperationKind.DROPOUT: _sides,
    OperationKind.SOFTMAX: _shares,
    INPUT: _given,
}


def _check_finite(at: ValueAt, source: Source, measured: float, made: _Made) -> None:
    """Raise SqueezevizError if a number is infinite or none: the input that brings it, else where it comes up."""
    if math.isfinite(measured) and math.isfinite(made.sum):
        return
    where = f"{shown_operation(at.operation)} has {measured:g} in {place_text(*at[1:4])}"
    for term in made.terms:
        if not math.isfinite(term.input):
            before = shown_operation(source.inputs[0])
            raise SqueezevizError(f"{where}, because {before} has {term.input:g} in {place_text(*term[:3])}")
        if term.weight is not None and not math.isfinite(term.weight):
            raise SqueezevizError(f"{where}, because a weight of {brief(source.name)} is {term.weight:g}")
    raise SqueezevizError(f"{where}, which float32 cannot hold: a weight or the picture has too large numbers")

"""Numbers and kinds as a person writes them."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING

from squeezeviz.model.formula import Formula
from squeezeviz.model.operations import Operation, OperationKind
from squeezeviz.model.shapes import MapShape, Receptive
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import counted

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

KIND_NAMES = {
    "conv": "convolution",
    "maxpool": "max pooling",
    "avgpool": "average pooling",
    "global_avgpool": "global average pooling",
    "fire": "Fire module",
    "dropout": "dropout",
    "softmax": "softmax",
    "concat": "concatenation",
    "add": "sum",
    "relu": "ReLU",
}
"""The name of each type of layer or operation within a sentence."""

PARTS = {"squeeze1x1": "squeeze", "expand1x1": "expand 1×1", "expand3x3": "expand 3×3", "bypass1x1": "bypass 1×1"}
"""The names of a Fire module's convolutions within a sentence."""

EFFECTS = {
    OperationKind.RELU: "sets what is negative to 0",
    OperationKind.MAXPOOL: "takes the largest value of each window",
    OperationKind.AVGPOOL: "takes the mean of each window",
    OperationKind.GLOBAL_AVGPOOL: "takes the mean of each whole map",
    OperationKind.CONCAT: "stacks what flows in",
    OperationKind.ADD: "adds two stacks of maps, value by value",
    OperationKind.DROPOUT: "drops values while training, and else passes them on",
    OperationKind.SOFTMAX: "turns the values of each place into shares that add up to 1",
}
"""What each operation without weights does, as the end of a sentence about it."""


def remark(target: Operation, channels: Formula, source: str) -> str:
    """Return a remark on a line into an operation of a Fire module that puts out so many channels.

    `source` is the part that it comes from, empty if that is outside. The remark is empty if there is nothing to say.
    """
    if target.kind is OperationKind.CONCAT:
        return f"The concat stacks what the two expands make: {channels.equation()} channels."
    if target.kind is OperationKind.ADD:
        return "The sum adds this to what comes on the other line, value by value."
    if source and target.kind is OperationKind.CONV:
        return "Both expands read this same tensor, side by side; neither reads what the other makes."
    return ""


def sentence(kind: str) -> str:
    """Return a kind capitalized for the beginning of a sentence: `Max pooling`, `ReLU`."""
    word = KIND_NAMES[kind]
    return word[:1].upper() + word[1:]


def time_unit(time_ms: float) -> tuple[str, float]:
    """Return the unit in which a time of `time_ms` milliseconds is written, and how many milliseconds that unit has."""
    if time_ms >= 10_000:
        return "s", 1000
    return ("ms", 1) if time_ms >= 0.1 or not time_ms else ("µs", 0.001)


def duration_text(time_ms: float) -> str:
    """Return a time as text: `3.2 ms`. Short times are in microseconds, long ones in seconds."""
    unit, size = time_unit(time_ms)
    time = time_ms / size
    if unit == "µs":
        return f"{time:.0f} µs" if time >= 9.95 else f"{time:.2g} µs"
    return f"{time:.0f} {unit}" if time >= 100 and unit == "ms" else f"{time:.1f} {unit}"


def short_number(value: float, kilo: str = "k") -> str:
    """Return `35.6 M`: three figures and a unit, which is `kilo` for thousands; beyond all units `1.18e+30`."""
    if value < 1000:
        return f"{value:.3g}"
    for power, unit in enumerate((kilo, *"MGTPEZY"), 1):
        if value < 999.5 * 1000**power:
            return f"{value / 1000**power:.3g} {unit}"
    return f"{value:.3g}"


def readable_bytes(count: int, *, decimal: bool = False) -> str:
    """`4.76 MiB` (1 MiB = 1,048,576 bytes), or in decimal units `4.99 MB`; beyond all units `1.18e+30 bytes`."""
    base, units = (1000, "kB MB GB TB PB EB ZB YB") if decimal else (1024, "KiB MiB GiB TiB PiB EiB ZiB YiB")
    if count < base:
        return counted(count, "byte")
    value, written = float(count), ""
    for unit in units.split():
        value, written = value / base, unit
        if value < base - 0.5:
            break
    else:
        return f"{count:.3g} bytes"
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:,.{decimals}f} {written}"


def size_text(shape: MapShape | InputShape) -> str:
    """`55×55×128`: height, width, channels, as the tables have it."""
    return f"{shape.height}×{shape.width}×{shape.channels}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Return `128 × 55 × 55`: channels, height, width."""
    return " × ".join(f"{side:,}" if side >= 10_000 else str(side) for side in shape)


def field_text(receptive: Receptive) -> str:
    """Return a receptive field as text: `19×19 px, every 4 px`."""
    height, width, stride = receptive
    return f"{height}×{width} px, every {stride} px"


def short_field_text(receptive: Receptive) -> str:
    """Return a receptive field as the table's cell shows it: `19 px /4`."""
    height, width, stride = receptive
    return f"{height}×{width} px /{stride}" if height != width else f"{height} px /{stride}"


def share_text(share: float, gap: str = "") -> str:
    """Return `33%`, with all decimals that the share has."""
    decimals = repr(share).partition(".")[2]
    if decimals.isdecimal() and len(decimals) <= 6:
        return f"{100 * share:.{max(0, len(decimals) - 2)}f}{gap}%"
    from decimal import Decimal  # not sooner, here and below: most commands need none

    return f"{_short(Decimal(repr(share)).scaleb(2))}{gap}%"


def _short(number: Decimal) -> str:
    """Return the number written out, or with an exponent if it would have too many zeros to count: `1e-318`."""
    return f"{number:f}" if number.adjusted() >= -6 else str(number).lower()


def short_percent(share: float) -> str:
    """`33.3333 %`, with six figures at most."""
    return f"{100 * share:g} %"


def significant(number: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, whole below a million: `−0.0312`, `270`, `1,240`, `5e+09`, `0`.

    What is none, or infinite, is `no number`, `∞` or `−∞`.
    """
    if not isfinite(number):
        return "no number" if isnan(number) else "∞" if number > 0 else "−∞"
    if not number:
        return "0"
    text = f"{number:,.{digits}g}"
    if "e+" in text and abs(number) < 10**6:
        text = f"{number:,.0f}"
    return text.replace("-", "−")


def percent(part: float, whole: float) -> str:
    """Return the share of a whole: `12.3 %`, or a dash if there is no whole."""
    return f"{100 * part / whole:.1f} %" if whole else "—"


def percent_change(before: int, after: int) -> str:
    """Return `−1.0 %`, with enough decimals that a value near 0 or 100 is not shown as 0 or 100.

    The text is empty if nothing changed or if `before` is 0.
    """
    if before in (0, after):
        return ""
    from decimal import Decimal

    exact = Decimal(100 * (after - before)) / before
    decimals = 1
    while exact != (shown := round(exact, decimals)) and abs(shown) in (0, 100):
        decimals += 1
    return f"{shown:+,f} %".replace("-", "−")


def ratio_text(ratio: Fraction) -> str:
    """`0.125`; four decimals at most."""
    return _decimal(ratio)


def percentage_text(share: Fraction) -> str:
    """`12.5 %`; four decimals at most."""
    return f"{_decimal(share * 100)} %"


_DECIMALS = 4


def _decimal(number: Fraction) -> str:
    scaled = round(number * 10**_DECIMALS)
    if not scaled and number:
        return f"{float(number):.1e}"
    from decimal import Decimal

    return f"{Decimal(scaled).scaleb(-_DECIMALS).normalize():,f}"

"""The oddities of Table 1: for each, what is printed, what is true, and why."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.shapes import window_output
from squeezeviz.model.wording import readable_bytes
from squeezeviz.paper.reference import TABLE2
from squeezeviz.paper.table1 import MEANT_INPUT, MEANT_SIZES, PLACES, PRINTED_INPUT, TABLE1
from squeezeviz.paper.verdicts import ABSENT, Check, Compared, Ours, Standing, Verdict, size_text


def remarks(compared: Compared) -> Iterator[Verdict]:
    """Return the remarks on rows that the table has."""
    for remark in (_input, _maxpool8, _kept_of_conv10, _kept_of_fire8, _padding_of_conv10):
        yield from remark(compared)
    yield _megabytes(compared)


def _input(compared: Compared) -> Iterator[Verdict]:
    conv1, image = TABLE1[PLACES["conv1"]], compared.network.table.input
    assert conv1.window is not None
    made = window_output(PRINTED_INPUT[0], *conv1.window, 0, ceil=False).value
    ours = size_text((image.height, image.width, image.channels))
    side = f"{MEANT_INPUT.height}×{MEANT_INPUT.width}"
    text = f"the paper says input 224×224; 111×111 after conv1 needs {side}"
    if (image.height, image.width) != (MEANT_INPUT.height, MEANT_INPUT.width):
        text += f"; this table has {image.height}×{image.width}"
    why = (
        f"7×7/2 without padding makes {made}×{made} of 224×224. The first author says that 224 is a typo for 227; "
        "224 with a padding of 2 in conv1 gives the same sizes."
    )
    printed = size_text(PRINTED_INPUT)
    yield _remark("input", text, [Check("input", "output size", printed, ours, printed == ours)], why)


def _maxpool8(compared: Compared) -> Iterator[Verdict]:
    ours, meant = compared.row("maxpool8"), MEANT_SIZES["maxpool8"]
    if ours is None:
        return
    printed, our_text = size_text(TABLE1[PLACES["maxpool8"]].size), size_text(ours.size)
    text = f"maxpool8 prints {printed}; {compared.gives} {our_text}"
    if ours.size != meant:
        text = f"maxpool8 prints {printed} for {size_text(meant)}; here {ours.name} has {our_text}"
    why = "A misprint: 3×3/2 makes 13×13 of a 27×27 map, and the next row, fire9, is printed with 13×13."
    yield _remark("maxpool8", text, [_of(ours, "output size", printed, our_text)], why)


def _kept_of_conv10(compared: Compared) -> Iterator[Verdict]:
    layer = compared.layer("conv10")
    if not isinstance(layer, Conv):
        return
    text = "conv10 prints “20 % (3x3)” as kept; its filters are 1×1"
    kernel = f"{layer.kernel}×{layer.kernel}"
    why = (
        "The share is right, the filter size behind it is not: 20 % of 512·1000 weights and 1000 biases are the "
        "103,400 parameters that it prints after pruning. The paper calls the share of weights kept sparsity: "
        "100 % is dense."
    )
    yield _remark("conv10-kept", text, [Check("conv10", "filters kept", "3×3", kernel, False, "", layer.name)], why)


def _kept_of_fire8(compared: Compared) -> Iterator[Verdict]:
    layer = compared.layer("fire8")
    if layer is None:
        return
    text = "fire8 prints 33 % of its 3×3 weights kept; its 77,581 after pruning follow from 30 %"
    if isinstance(layer, Fire) and round(100 * layer.e3x3_kept) == _MEANT_PERCENT_OF_FIRE8:
        kept = f"{100 * layer.e3x3_kept:.1f}".removesuffix(".0")
        text = f"fire8 prints 33 % of its 3×3 weights kept, a misprint: here {kept} % are kept, and its 77,581 is right"
    why = (
        "Kept weights and all biases, rounded up, give every printed count after pruning but this one: 33 % leaves "
        "82,005. The authors' own weights keep 29.9 %. The printed total, 421,098, is the sum of the printed rows."
    )
    yield _remark("fire8-kept", text, [Check("fire8", "after pruning", "77,581", "82,005", False, "", layer.name)], why)


_MEANT_PERCENT_OF_FIRE8 = 30


def _padding_of_conv10(compared: Compared) -> Iterator[Verdict]:
    layer, ours = compared.layer("conv10"), compared.row("conv10")
    if not isinstance(layer, Conv) or ours is None:
        return
    text = "the Caffe release pads conv10 by 1: it makes 15×15 where Table 1 prints 13×13"
    if layer.padding == 1:
        text = f"conv10 is padded by 1, as in the Caffe release; {compared.gives} {ours.size[0]}×{ours.size[1]}"
    why = (
        "The authors call it a benign quirk. It adds a border of zeros around the map, which the "
        "average pool covers too: 861 million multiply-adds instead of 833, with the same number of parameters."
    )
    padding = Check("conv10", "padding", "0", str(layer.padding), layer.padding == 0, "", layer.name)
    printed, our_text = size_text(TABLE1[PLACES["conv10"]].size), size_text(ours.size)
    yield _remark("conv10-padding", text, [_of(ours, "output size", printed, our_text), padding], why)


def _megabytes(compared: Compared) -> Verdict:
    count = sum([row.parameters for row in compared.rows])
    printed = next(row.megabytes for row in TABLE2 if row.network == "SqueezeNet")
    runs = compared.network.runs
    size = readable_bytes(BYTES_PER_VALUE * count) if runs else ABSENT
    text = f"“MB” means MiB: {count:,} × 4 bytes = {size}, printed {printed} MB"
    if not runs or count != 1_248_424:
        text = f"“MB” means MiB: 1,248,424 × 4 bytes = 4.76 MiB, printed {printed} MB; this table has {size}"
    why = "The paper's MB have 1,048,576 bytes, and are mostly rounded up. With 1,000,000 bytes it would be 4.99 MB."
    return _remark("megabytes", text, [Check("total", "size", f"{printed} MB", size, size == "4.76 MiB")], why)


def _of(ours: Ours, item: str, printed: str, our_text: str) -> Check:
    return Check(ours.name, item, printed, our_text, printed == our_text, "", ours.name)


def _remark(key: str, text: str, checks: list[Check], why: str) -> Verdict:
    return Verdict(f"remark-{key}", Standing.REMARK, text, tuple(checks), why)

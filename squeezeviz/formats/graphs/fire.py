"""A Fire module's row out of its parts, which must be what every Fire module's are."""

from __future__ import annotations

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Conv, Fire
from squeezeviz.formats.graphs.node import Kind
from squeezeviz.formats.graphs.series import FireParts, Weighted


def fire(parts: FireParts, name: str) -> Fire:
    """The row; SqueezevizError at the part that is not as in a Fire module."""
    squeeze = _part(parts.squeeze)
    _check(parts.squeeze, squeeze, "squeeze", 1, 0)
    expand1x1, expand3x3 = map(_part, expands(parts).values())
    around = _part(parts.around) if parts.around else None
    convs = [squeeze, expand1x1, expand3x3]
    if len({conv.relu for conv in convs}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a ReLU and some have none")
    if len({conv.bias for conv in [*convs, *([around] if around else [])]}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a bias and some have none")
    parts.concat.its_operation.check_concat()
    if parts.end.kind is Kind.SUM:
        parts.end.its_operation.check_sum()
    if parts.around and around:
        _check_around(parts.around, around, expand1x1.filters + expand3x3.filters)
    try:
        return Fire(
            name, squeeze.filters, expand1x1.filters, expand3x3.filters, parts.bypass, squeeze.relu, squeeze.bias,
            around.relu if around else True,
        )  # fmt: skip
    except SqueezevizError as error:
        raise parts.squeeze.node.its_operation.at_fault(error) from None


def _part(weighted: Weighted) -> Conv:
    operation = weighted.node.its_operation
    try:
        return operation.conv(relu=weighted.relu)
    except SqueezevizError as error:
        raise operation.at_fault(error) from None


def expands(parts: FireParts) -> dict[str, Weighted]:
    """The two expands by their part's name, in whatever order; SqueezevizError where one is neither."""
    made = {expand: _part(expand) for expand in parts.expands}
    small, large = sorted(made, key=lambda expand: made[expand].kernel)
    _check(small, made[small], "smaller expand", 1, 0)
    _check(large, made[large], "larger expand", 3, 1)
    return {"expand1x1": small, "expand3x3": large}


def _check(weighted: Weighted, conv: Conv, part: str, kernel: int, padding: int) -> None:
    if (conv.kernel, conv.stride, conv.padding) == (kernel, 1, padding):
        return
    raise weighted.node.fail(
        f"the {part} of a Fire module is {kernel}×{kernel}/1 with a padding of {padding}, this one is "
        f"{conv.kernel}×{conv.kernel}/{conv.stride} with a padding of {conv.padding}",
        "convolution_param",
    )


def _check_around(weighted: Weighted, conv: Conv, channels: int) -> None:
    _check(weighted, conv, "bypass convolution", 1, 0)
    if conv.filters != channels:
        raise weighted.node.fail(
            f"a bypass convolution has as many filters as the module puts out, {channels}, not {conv.filters}",
            "num_output",
        )

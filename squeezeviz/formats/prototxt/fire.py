"""A Fire module's row out of its parts, which must be what every Fire module's are."""

from __future__ import annotations

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Conv, Fire
from squeezeviz.formats.prototxt import geometry
from squeezeviz.formats.prototxt.graph import Node
from squeezeviz.formats.prototxt.series import FireParts, Weighted

_SUM = 1


def fire(parts: FireParts, name: str) -> Fire:
    """The row; SqueezevizError at the part that is not as in a Fire module."""
    squeeze = _part(parts.squeeze)
    _check(parts.squeeze, squeeze, "squeeze", 1, 0)
    expand1x1, expand3x3 = _expands(parts)
    around = _part(parts.around) if parts.around else None
    convs = [squeeze, expand1x1, expand3x3]
    if len({conv.relu for conv in convs}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a ReLU and some have none")
    if len({conv.bias for conv in [*convs, *([around] if around else [])]}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a bias and some have none")
    _check_concat(parts.concat)
    if parts.end.type == "Eltwise":
        _check_sum(parts.end)
    if parts.around and around:
        _check_around(parts.around, around, expand1x1.filters + expand3x3.filters)
    try:
        return Fire(
            name, squeeze.filters, expand1x1.filters, expand3x3.filters, parts.bypass, squeeze.relu, squeeze.bias,
            around.relu if around else True,
        )  # fmt: skip
    except SqueezevizError as error:
        raise error.at(line=parts.squeeze.node.its_layer.block.line) from None


def _part(weighted: Weighted) -> Conv:
    layer = weighted.node.its_layer
    try:
        return geometry.conv(layer, layer.name, relu=weighted.relu)
    except SqueezevizError as error:
        raise error.at(line=layer.block.line) from None


def _expands(parts: FireParts) -> tuple[Conv, Conv]:
    """The 1×1 and the 3×3 expand, whichever comes first in the concat."""
    made = {expand: _part(expand) for expand in parts.expands}
    by_kernel = sorted(made, key=lambda expand: made[expand].kernel)
    _check(by_kernel[0], made[by_kernel[0]], "smaller expand", 1, 0)
    _check(by_kernel[1], made[by_kernel[1]], "larger expand", 3, 1)
    return made[by_kernel[0]], made[by_kernel[1]]


def _check(weighted: Weighted, conv: Conv, part: str, kernel: int, padding: int) -> None:
    if (conv.kernel, conv.stride, conv.padding) == (kernel, 1, padding):
        return
    raise weighted.node.fail(
        f"the {part} of a Fire module is {kernel}×{kernel}/1 with a padding of {padding}, this one is "
        f"{conv.kernel}×{conv.kernel}/{conv.stride} with a padding of {conv.padding}",
        "convolution_param",
    )


def _check_concat(concat: Node) -> None:
    given = concat.its_layer.message.concat_param
    if given.axis not in (1, -3) or given.concat_dim != 1:
        raise concat.fail("a Fire module stacks its expands along the channels, axis 1", "concat_param")


def _check_sum(add: Node) -> None:
    given = add.its_layer.message.eltwise_param
    if given.operation != _SUM or any(factor != 1 for factor in given.coeff):
        raise add.fail("a bypass is a plain sum: operation SUM, every coeff 1", "eltwise_param")


def _check_around(weighted: Weighted, conv: Conv, channels: int) -> None:
    _check(weighted, conv, "bypass convolution", 1, 0)
    if conv.filters != channels:
        raise weighted.node.fail(
            f"a bypass convolution has as many filters as the module puts out, {channels}, not {conv.filters}",
            "num_output",
        )

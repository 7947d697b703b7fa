"""What is printed as measured is measured: a module damaged on purpose is caught, and named."""

from __future__ import annotations

from preset_tables import Preset
from torch import Tensor, nn
from trace_tables import table_of

from squeezeviz.analysis.live import disagreements
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.trace.module import FireModule, SqueezeNet, build_module
from squeezeviz.trace.passes import live_pass


def found(network: ResolvedNetwork, module: SqueezeNet) -> dict[tuple[str, str], tuple[object, object]]:
    """Disagreements as (predicted, measured) by name and field, the same on cpu and meta."""
    live = live_pass(network, device=str(module.device), module=module)
    return {(each.name, each.field): (each.predicted, each.measured) for each in disagreements(network, live)}


class Cropping(nn.Module):
    """A pool that loses its last row and column."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.max_pool2d(x, 3, 2, ceil_mode=True)[..., :-1, :-1]


def test_a_pool_that_crops_is_named(preset: Preset) -> None:
    network = preset("table1")
    module = build_module(network)
    module.features.add_module("2", Cropping())
    seen = found(network, module)
    assert seen["maxpool1", "output_shape"] == ([1, 96, 55, 55], [1, 96, 54, 54])
    assert seen["maxpool1", "type"] == ("maxpool", "Cropping")
    assert seen["fire2/squeeze1x1", "output_shape"] == ([1, 16, 55, 55], [1, 16, 54, 54])
    assert ("conv1", "output_shape") not in seen


def test_a_convolution_of_the_wrong_width_is_named() -> None:
    network = table_of(Conv("c", 8, 3), Conv("d", 4, 3))
    module = build_module(network)
    module.features.add_module("0", nn.Conv2d(3, 7, 3))
    module.classifier.add_module("1", nn.Conv2d(7, 4, 3))
    seen = found(network, module)
    assert seen["c", "output_shape"] == ([1, 8, 10, 10], [1, 7, 10, 10])
    assert seen["c", "parameters"] == (8 * 28, 7 * 28)
    assert seen["c", "macs"] == (8 * 27 * 100, 7 * 27 * 100)
    assert seen["d", "parameters"] == (4 * 73, 4 * 64)
    assert seen["", "macs"][1] == 7 * 27 * 100 + 4 * 63 * 64


def test_an_extra_convolution_in_a_row_makes_it_deeper() -> None:
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4))
    module = build_module(network)
    fire = module.get_submodule("classifier.3")
    fire.squeeze = nn.Sequential(nn.Conv2d(4, 4, 1), fire.get_submodule("squeeze"))
    seen = found(network, module)
    assert seen["f", "depth"] == (2, 3)
    assert seen["", "depth"] == (3, 4)
    _, steps = seen["f", "operations"]
    assert isinstance(steps, list)
    assert steps[:2] == ["classifier.3.squeeze.0", "classifier.3.squeeze.1"]


def test_an_extra_convolution_after_the_last_row_shows_in_the_totals() -> None:
    network = table_of(Conv("c", 4, 3))
    module = build_module(network)
    module.classifier.add_module("9", nn.Conv2d(4, 4, 1))
    seen = found(network, module)
    assert seen["", "depth"] == (1, 2)
    assert seen["", "parameters"] == (4 * 28, 4 * 28 + 20)
    assert seen["", "macs"] == (4 * 27 * 100, 4 * 27 * 100 + 16 * 100)


class Chained(FireModule):
    """What the depth of 2 is often mistaken for: the second expand after the first."""

    def forward(self, x: Tensor) -> Tensor:
        first = self._convolved("expand1x1", self._convolved("squeeze", x))
        joined: Tensor = self.concat(first, self._convolved("expand3x3", first))
        return joined


def test_expands_in_a_chain_measure_a_depth_of_three() -> None:
    network = table_of(Fire("f", 2, 2, 4))
    module = build_module(network)
    fire = module.get_submodule("features.0")
    module.features.add_module("0", Chained(dict(fire.named_children())))
    seen = found(network, module)
    assert seen["f/expand3x3", "depth"] == (2, 3)
    assert seen["f", "depth"] == (2, 3)
    assert seen["", "depth"] == (2, 3)


def test_a_missing_operation_is_named() -> None:
    network = table_of(Conv("c", 4, 3), Conv("d", 4, 3))
    module = build_module(network)
    module.features.add_module("1", nn.Identity())
    assert found(network, module)["relu_c", "type"] == ("relu", "Identity")
    del module.features[1]
    assert found(network, module)["c", "operations"] == (["c", "relu_c"], ["c"])


def test_a_skipped_row_is_named() -> None:
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4))
    module = build_module(network)
    module.classifier.add_module("3", nn.Sequential())
    seen = found(network, module)
    assert seen["f", "output_shape"] == ([1, 7, 10, 10], [])
    assert seen["", "parameters"][1] == 4 * 28

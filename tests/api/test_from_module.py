"""People's own modules as networks: what opens computes the same, what does not is refused with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import own_modules
import pytest
import torch
from own_modules import Stem, Torchvision
from torch import nn

import squeezeviz as sv

SMALL, LARGE = (3, 16, 16), (3, 96, 96)
OPEN: dict[str, tuple[Callable[[], nn.Module], tuple[int, int, int], int]] = {
    "torchvision's 1.0": (lambda: Torchvision("1_0"), LARGE, 18),
    "torchvision's 1.1": (lambda: Torchvision("1_1"), LARGE, 18),
    "functional": (own_modules.Functional, (3, 64, 64), 4),
    "3×3 stacked first": (own_modules.Flipped, SMALL, 4),
    "bypasses": (own_modules.Bypasses, SMALL, 8),
    "bypass by a module": (own_modules.BypassModule, SMALL, 3),
    "a loop over stages": (own_modules.Stages, (3, 32, 32), 8),
    "a branch on the size": (own_modules.BySize, (3, 64, 64), 8),
    "clamp, same": (own_modules.Clamped, SMALL, 3),
    "run twice": (own_modules.Twice, SMALL, 5),
    "no biases": (lambda: Stem(nn.Conv2d(1, 8, 3, bias=False), nn.ReLU(), bias=False), (1, 16, 16), 3),
    "no ReLU": (lambda: Stem(nn.Conv2d(3, 8, 3)), SMALL, 3),
    "an identity": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.Identity(), nn.ReLU()), SMALL, 3),
    "double": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.ReLU()).double(), SMALL, 3),
    "normalized weights": (
        lambda: Stem(nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 8, 3)), nn.ReLU()), SMALL, 3,
    ),
    "an average pool": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AvgPool2d(3, 2, 1, ceil_mode=True)), SMALL, 3),
    "a dropout of maps": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Dropout2d(0.2)), SMALL, 3),
}  # fmt: skip
LESS_PARAMETERS = {"run twice": 204, "normalized weights": 8}
"""How many parameters the module has once and the table twice, or only to make its weights."""


@pytest.mark.parametrize("name", OPEN)
def test_what_people_write_opens_with_its_parameters_its_depth_and_its_output(name: str) -> None:
    make, shape, depth = OPEN[name]
    torch.manual_seed(1)
    model = make()
    net = sv.from_module(model, shape)
    count = sum(parameter.numel() for parameter in model.parameters())
    assert net.parameters == count + (1 if name == "run twice" else -1) * LESS_PARAMETERS.get(name, 0)
    assert net.depth == depth
    image = torch.randn(1, *shape, dtype=next(model.parameters()).dtype)
    with torch.no_grad():
        theirs, ours = model.eval()(image), net.to_module()(image.float())
    assert torch.allclose(theirs.flatten().float(), ours.flatten(), atol=1e-5)
    assert net.trace("meta").disagreements == ()


REFUSED: dict[str, tuple[Callable[[], nn.Module], str, str]] = {
    "batch norm": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)), "first.1", "cannot say batch_norm: fold it"),
    "PReLU": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.PReLU()), "first.1", "cannot say prelu: its activations are ReLUs"),
    "ReLU6": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.ReLU6()), "first.1", "cannot say hardtanh: its ReLUs have no cap"),
    "groups": (lambda: Stem(nn.Conv2d(3, 9, 3, groups=3), channels=9), "first.0", "it has 3 groups"),
    "dilated": (lambda: Stem(nn.Conv2d(3, 8, 3, dilation=2)), "first.0", "it is dilated"),
    "3×5": (lambda: Stem(nn.Conv2d(3, 8, (3, 5))), "first.0", "its kernel is 3×5"),
    "same, even": (lambda: Stem(nn.Conv2d(3, 8, 4, padding="same")), "first.0", "an even kernel"),
    "padding": (lambda: Stem(nn.ZeroPad2d(1), nn.Conv2d(3, 8, 3)), "first.0", "give it to the layer after it"),
    "no counted zeros": (
        lambda: Stem(nn.Conv2d(3, 8, 3), nn.AvgPool2d(3, 2, 1, count_include_pad=False)), "first.1", "leaves padding",
    ),
    "half global": (lambda: Stem(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(2)), "first.1", "its adaptive pool is"),
    "centred": (own_modules.Centred, "sub", "prepare images before the network"),
    "chained": (own_modules.Chained, "cat", "make no Fire module"),
    "by value": (own_modules.ByValue, "", "depends on the image's values"),
    "wrong channels": (own_modules.WrongChannels, "", "to have 9 channels, but got 8"),
    "two outputs": (own_modules.TwoOutputs, "", "returns 2 values"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_table_cannot_say_is_refused_by_its_module(name: str) -> None:
    make, module, said = REFUSED[name]
    with pytest.raises(sv.SqueezevizError, match=re.escape(said)) as refused:
        sv.from_module(make(), SMALL)
    assert module in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refusal_names_the_line_of_the_persons_code() -> None:
    lines = Path(own_modules.__file__).read_text().splitlines()
    with pytest.raises(sv.SqueezevizError) as refused:
        sv.from_module(own_modules.WrongChannels(), SMALL)
    place = refused.value.place
    assert place.file == own_modules.__file__
    assert place.line is not None
    assert lines[place.line - 1].endswith("# this line is at fault")
    with pytest.raises(sv.SqueezevizError) as refused:
        sv.from_module(own_modules.Centred(), SMALL)
    assert refused.value.place.line is not None
    assert "x - self.mean" in lines[refused.value.place.line - 1]


def doubled(_: nn.Module, __: object, maps: torch.Tensor) -> torch.Tensor:
    return maps * 2


def halved(_: nn.Module, images: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    return (images[0] / 2,)


def test_what_a_hook_does_is_told_as_its_own_with_its_line_and_what_it_changes() -> None:
    line = doubled.__code__.co_firstlineno
    told = {
        "": "it changes what the network returns: do that after the network, not in it",
        "fire": "it changes what a layer puts out: fold it into the weights of a convolution beside it",
    }
    for hooked, why in told.items():
        net = own_modules.Clamped()
        net.get_submodule(hooked).register_forward_hook(doubled)
        (note,) = sv.from_module(net, SMALL).notes
        assert f"(line {line})" in note and "mul of a forward hook: its bypasses are sums; " in note
        assert note.endswith(why)
    net = own_modules.Clamped()
    net.conv.register_forward_hook(doubled)
    with pytest.raises(sv.SqueezevizError, match="it changes what a layer puts out: fold it") as refused:
        sv.from_module(net, SMALL)
    assert (refused.value.place.file, refused.value.place.line) == (__file__, line)
    net = own_modules.Clamped()
    net.register_forward_pre_hook(halved)
    with pytest.raises(sv.SqueezevizError, match=r"div of a forward pre-hook: .*prepare images before") as refused:
        sv.from_module(net, SMALL)
    assert refused.value.place.line == halved.__code__.co_firstlineno


def test_of_a_module_with_a_hook_its_own_code_is_told_apart_and_of_several_hooks_none_is_named() -> None:
    class Halves(own_modules.Clamped):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = super().forward(x)
            return out / 2

    halves = Halves()
    halves.register_forward_hook(lambda *_: None)
    (note,) = sv.from_module(halves, SMALL).notes
    assert "cannot say div: " in note and "hook" not in note
    net = own_modules.Clamped()
    for _ in range(2):
        net.register_forward_hook(doubled)
    (note,) = sv.from_module(net, SMALL).notes
    assert "mul of a forward hook" in note and "(line" not in note


def test_names_are_the_modules_own_or_table_1s_where_they_are_numbers() -> None:
    numbered = sv.from_module(Torchvision("1_1"), LARGE)
    assert [row.name for row in numbered] == [row.name for row in sv.open("squeezenet1_1")]
    named = sv.from_module(own_modules.Bypasses(), SMALL)
    assert [row.name for row in named] == ["stem", "fire1", "fire2", "fire3", "head", "pool"]
    assert [row.bypass for row in named if row.layer.type == "fire"] == ["simple", "simple", "complex"]


def test_weights_that_are_shared_and_a_dropout_that_always_drops_are_noted() -> None:
    net = sv.from_module(own_modules.ByParameters(), SMALL)
    assert [row.name for row in net] == ["conv1", "conv2", "conv3", "dropout3", "fire"]
    assert net.notes == (
        "dropout3: in the module it drops values in eval mode too (training=True); here it passes them on",
        "conv2, conv3 share their weights in the module; here each counts its own",
    )


def test_a_clamp_by_a_tensor_and_a_module_without_values_are_refused() -> None:
    class ByTensor(own_modules.Clamped):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.fire(torch.clamp(self.conv(x), min=torch.zeros(8, 1, 1)))
            return out

    with pytest.raises(sv.SqueezevizError, match="cannot say clamp: its activations are ReLUs"):
        sv.from_module(ByTensor(), SMALL)
    with pytest.raises(sv.SqueezevizError, match="on the meta device, where weights have no values"):
        sv.from_module(own_modules.Clamped().to("meta"), SMALL)


def test_a_part_of_a_larger_model_is_asked_for_by_its_name() -> None:
    model = own_modules.Larger()
    whole = sv.from_module(model, LARGE)
    assert whole.notes[0].startswith("opened up to backbone.classifier.3, without fc")
    part = sv.from_module(model, LARGE, part="backbone")
    assert part.notes == ()
    assert part.parameters == sum(each.numel() for each in model.backbone.parameters())
    with pytest.raises(sv.SqueezevizError, match="has no module 'backbones'; it has backbone, fc"):
        sv.from_module(model, LARGE, part="backbones")


def test_an_exported_program_needs_no_shape() -> None:
    model = own_modules.Stages().eval()
    program = torch.export.export(model, (torch.zeros(1, 3, 32, 32),), strict=False)
    assert sv.from_module(program).table.layers == sv.from_module(model, (3, 32, 32)).table.layers


@pytest.mark.parametrize("preset", ["squeezenet1_0", "squeezenet1_1", "simple-bypass", "complex-bypass"])
def test_what_was_made_a_module_is_the_same_network_again(preset: str) -> None:
    net = sv.open(preset)
    net = sv.Network(net.table.uncompressed()).edit("fire4", name="my fire/4.b")
    assert sv.from_module(net.to_module(), net.input_shape) == net


def test_the_persons_module_stays_as_it_was_and_learns_without_the_network() -> None:
    model = own_modules.Stages().train()
    model.stages.eval()
    modes = [each.training for each in model.modules()]
    net = sv.from_module(model, (3, 32, 32))
    assert [each.training for each in model.modules()] == modes
    assert net.weights is not None
    before = {name: array.copy() for name, array in net.weights.arrays.items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    assert all(np.array_equal(array, before[name]) for name, array in net.weights.arrays.items())


@pytest.mark.parametrize("shape", [None, (3,), (3, 0, 3), (1, 3, 16, 16), ("3", 16, 16)])
def test_a_wrong_shape_is_refused_with_an_example(shape: tuple[int, ...] | None) -> None:
    with pytest.raises(sv.SqueezevizError, match=r"such as \(3, 224, 224\)"):
        sv.from_module(own_modules.Stages(), shape)


def test_a_class_is_no_module_and_that_is_said() -> None:
    with pytest.raises(sv.SqueezevizError, match=r"make one of the class, Stages\(…\)"):
        sv.from_module(own_modules.Stages, SMALL)  # type: ignore[arg-type]
    with pytest.raises(sv.SqueezevizError, match=r"a module is needed, and this is 'net\.pth'"):
        sv.from_module("net.pth", SMALL)  # type: ignore[arg-type]


def test_an_export_that_fails_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sv.SqueezevizError):
        sv.from_module(own_modules.ByValue(), SMALL)
    assert "".join(capfd.readouterr()).strip() == ""


def test_a_module_of_several_inputs_is_refused() -> None:
    program = torch.export.export(own_modules.TwoInputs(), (torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 4)))
    with pytest.raises(sv.SqueezevizError, match="takes several inputs"):
        sv.from_module(program)

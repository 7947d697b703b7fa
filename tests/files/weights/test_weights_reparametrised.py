"""Pruned and normalized checkpoints open with the weights that PyTorch's modules work with, or say what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from places import CASES
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize, prune
from torch_networks import TorchFire

import squeezeviz.trace  # noqa: F401, before torch: it tells OpenMP how to wait
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import Bypass
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import as_tensors

State = dict[str, Tensor]


class Net(nn.Module):
    """torchvision's SqueezeNet in small, in the geometry that its weights are taken to have."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), TorchFire(8, 2, 4, Bypass.NONE)
        )
        self.classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(8, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.classifier(self.features(x))
        return out.flatten(1)


def network() -> Net:
    torch.manual_seed(3)
    return Net().eval()


def an_image() -> Tensor:
    return torch.rand(1, 3, 224, 224)


def convolutions(net: nn.Module) -> list[nn.Conv2d]:
    return [module for module in net.modules() if isinstance(module, nn.Conv2d)]


def pruned(module: nn.Conv2d) -> None:
    prune.l1_unstructured(module, "weight", 0.4)  # type: ignore[no-untyped-call]


WAYS: dict[str, Callable[[nn.Conv2d], object]] = {
    "pruned": pruned,
    "pruned by filters, bias too": lambda module: (
        prune.ln_structured(module, "weight", 0.5, 2, 0),  # type: ignore[no-untyped-call]
        prune.random_unstructured(module, "bias", 1),  # type: ignore[no-untyped-call]
    ),
    "pruned twice": lambda module: (
        pruned(module),  # type: ignore[func-returns-value]
        prune.random_unstructured(module, "weight", 0.3),  # type: ignore[no-untyped-call]
    ),
    "normalized": nn.utils.weight_norm,
    "normalized by channels": lambda module: nn.utils.weight_norm(module, dim=1),
    "normalized as a whole": lambda module: nn.utils.weight_norm(module, dim=None),  # type: ignore[arg-type]
    "normalized anew": parametrizations.weight_norm,
    "normalized anew by columns": lambda module: parametrizations.weight_norm(module, dim=3),
    "pruned directions": lambda module: prune.l1_unstructured(  # type: ignore[no-untyped-call]
        nn.utils.weight_norm(module), "weight_v", 0.1
    ),
}


def effective_weights(net: nn.Module, image: Tensor) -> list[np.ndarray]:
    """As the modules have them while they run."""
    net(image)
    return [getattr(each, kind).detach().float().numpy() for each in convolutions(net) for kind in ("weight", "bias")]


def opened(state: object, folder: Path, suffix: str) -> Opened:
    path = folder / f"net{suffix}"
    if suffix == ".safetensors":
        assert isinstance(state, dict)
        save_file({key: value.contiguous() for key, value in state.items()}, path)
    else:
        torch.save(state, path)
    return read_file(path)


def arrays(found: Opened) -> list[np.ndarray]:
    assert found.weights is not None
    return list(found.weights.arrays.values())


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("of", ["all", "some"])
@pytest.mark.parametrize("way", WAYS)
def test_weights_in_two_parts_are_those_that_the_modules_run_with(
    way: str, of: str, suffix: str, tmp_path: Path
) -> None:
    net = network()
    for convolution in convolutions(net)[:: 1 if of == "all" else 2]:
        WAYS[way](convolution)
    image = an_image()
    read = opened(net.state_dict(), tmp_path, suffix)
    expected = effective_weights(net, image)
    for ours, theirs in zip(arrays(read), expected, strict=True):
        assert np.abs(ours - theirs).max() <= 1e-6
    assert read.weights is not None
    module = build_module(resolve(read.table), weights=as_tensors(read.weights.arrays)).eval()
    with torch.no_grad():
        assert torch.allclose(module(image).flatten(1), net(image), atol=1e-6)


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("way", ["pruned", "normalized", "normalized anew"])
def test_parts_of_half_precision_are_put_together_exactly(
    way: str, dtype: torch.dtype, suffix: str, tmp_path: Path
) -> None:
    net = network()
    for module in convolutions(net):
        WAYS[way](module)
    net.to(dtype)
    read = opened(net.state_dict(), tmp_path, suffix)
    net.float()
    for ours, theirs in zip(arrays(read), effective_weights(net, an_image()), strict=True):
        assert np.abs(ours - theirs).max() <= 1e-6


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.float16])
def test_a_mask_may_be_of_another_type_than_the_weights(dtype: torch.dtype, tmp_path: Path) -> None:
    net = network()
    prune.l1_unstructured(convolutions(net)[0], "weight", 0.4)  # type: ignore[no-untyped-call]
    state = net.state_dict()
    state["features.0.weight_mask"] = state["features.0.weight_mask"].to(dtype)
    for suffix in (".pth", ".safetensors"):
        read = opened(state, tmp_path, suffix)
        expected = (state["features.0.weight_orig"] * state["features.0.weight_mask"]).numpy()
        assert any(array.shape == expected.shape and np.array_equal(array, expected) for array in arrays(read))


@pytest.mark.parametrize(("name", "said"), [("07_pruned.pth", "is pruned"), ("07b_weight_norm.pth", "normalization's")])
def test_the_cases_open_and_say_how(name: str, said: str) -> None:
    found = read_file(CASES / name)
    assert (resolve(found.table).parameters.value, resolve(found.table).depth.value) == (681, 4)
    (note,) = [note for note in found.notes if said in note.text]
    assert (note.severity is Severity.INFO) == ("taken as" not in note.text)


class Doubled(nn.Module):
    def forward(self, weight: Tensor) -> Tensor:
        return 2 * weight


def without(*ends: str) -> Callable[[State], None]:
    def change(state: State) -> None:
        for key in [key for key in state if key.endswith(ends)]:
            del state[key]

    return change


def with_shape(end: str, *shape: int) -> Callable[[State], None]:
    def change(state: State) -> None:
        key = next(key for key in state if key.endswith(end))
        state[key] = torch.ones(shape)

    return change


def unchanged(_: State) -> None: ...


REMOVE = r"remove_parametrizations\(module, 'weight'\) for features\.0 and save again"
REFUSED: dict[str, tuple[Callable[[nn.Conv2d], object], Callable[[State], None], str]] = {
    "spectral": (nn.utils.spectral_norm, unchanged,
                 r"spectral normalization; call .*remove_spectral_norm\(module\) for features\.0"),
    "spectral anew": (parametrizations.spectral_norm, unchanged, REMOVE),
    "one's own": (lambda module: parametrize.register_parametrization(module, "weight", Doubled()), unchanged, REMOVE),
    "no mask": (pruned, without("_mask"), r"weight_orig is one of two .*weight_mask is missing; .*prune\.remove\("),
    "no weights": (pruned, without("_orig"), r"weight_mask is one of two .*weight_orig is missing; .*prune\.remove\("),
    "no lengths": (nn.utils.weight_norm, without("_g"), r"weight_v is one .*weight_g is missing.*remove_weight_norm\("),
    "no directions": (nn.utils.weight_norm, without("_v"), r"weight_g is one of two parts.*remove_weight_norm\("),
    "half anew": (parametrizations.weight_norm, without("original0"), REMOVE),
    "a mask of another shape": (pruned, with_shape("_mask", 8, 3, 7, 1), r"weight_mask has the shape 8×3×7×1, where"),
    "lengths of another shape": (nn.utils.weight_norm, with_shape("_g", 7, 1, 1, 1), r"weight_g has the shape 7×1×1×1"),
    "lengths of two sides": (nn.utils.weight_norm, with_shape("_g", 8, 3, 1, 1), r"which gives no lengths to the"),
    "lengths of one side": (nn.utils.weight_norm, with_shape("_g", 8), r"has the shape 8, which gives no lengths"),
    "both": (pruned, lambda state: state.update({"features.0.weight": torch.ones(8, 3, 7, 7)}), r"both .*are in it"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*norm.*:FutureWarning")
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("what", REFUSED)
def test_parts_that_do_not_go_together_are_refused_with_what_to_do(what: str, suffix: str, tmp_path: Path) -> None:
    way, change, sentence = REFUSED[what]
    net = network()
    way(convolutions(net)[0])
    state = dict(net.state_dict())
    change(state)
    with pytest.raises(SqueezevizError, match=sentence):
        opened(state, tmp_path, suffix)


def test_parametrizations_are_said_to_be_taken_as_weight_normalization(tmp_path: Path) -> None:
    net = network()
    for module in convolutions(net):
        parametrizations.weight_norm(module)
    said = (
        "parametrizations of two parts are taken as weight normalization's lengths and directions, as their shapes "
        "say; the file does not name them"
    )
    assert Note(said) in opened(net.state_dict(), tmp_path, ".pth").notes

"""What stands beside a network's weights is left out with a note; quantized networks are refused as what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoint_states import State, small_state
from torch import nn

from squeezeviz.files.registry import read_file
from squeezeviz.files.weights.pytorch import read
from squeezeviz.model.errors import SqueezevizError


def under(prefix: str, state: State) -> State:
    return {f"{prefix}{key}": value for key, value in state.items()}


ONE = torch.ones(())


@pytest.mark.parametrize(
    ("prefix", "beside", "note"),
    [
        ("model.", "ema_model.",
         r"ema_model\.features\.0\.weight, ema_model\.features\.0\.bias and 8 more, a second copy of the "),
        ("module.", "model_ema.module.", "model_ema.* and 8 more, a second copy"),
        ("student.", "teacher.", "teacher.* a second copy"),
        ("net.", "swa_model.module.", "swa_model"),
        ("model.", {"criterion.weight": torch.ones(7)}, r"criterion\.weight, what a loss weighs its terms with"),
        ("model.", {"perceptual_loss.conv.weight": torch.ones(4, 3, 3, 3)}, r"perceptual_loss\.conv\.weight, what a l"),
        ("", {name: torch.ones(1, 3, 1, 1) for name in ("mean", "std")}, "mean, std, by which images are normalized b"),
        ("model.", {name: torch.ones(3) for name in ("pixel_mean", "normalize.std")},
         r"pixel_mean, normalize\.std, by which"),
        ("module.", {"global_step": ONE}, "global_step, a count"),
        ("module.", {"model_ema.decay": ONE}, "model_ema.decay"),
        ("", {"optimizer.state.0.exp_avg": torch.ones(6, 3, 3, 3)},
         r"optimizer\.state\.0\.exp_avg, what the training goes on with"),
    ],
)  # fmt: skip
def test_what_stands_before_or_behind_the_weights_is_left_out_with_a_note(
    prefix: str, beside: State | str, note: str, tmp_path: Path
) -> None:
    """A prefix beside the weights: means of them, under it."""
    state = small_state()
    means = {key: value + 1 for key, value in state.items()}
    weights, other = under(prefix, state), under(beside, means) if isinstance(beside, str) else beside
    for content in (weights | other, other | weights):
        torch.save(content, tmp_path / "w.pth")
        got = read_file(tmp_path / "w.pth")
        assert got.weights is not None
        assert all(map(np.array_equal, got.weights.arrays.values(), [value.numpy() for value in state.values()]))
        assert any(re.match(f"not read: {note}", each.text) for each in got.notes), got.notes


@pytest.mark.parametrize("prefix", ["ema_model.", "teacher.", "model_ema.module."])
def test_running_means_alone_are_the_network(prefix: str, tmp_path: Path) -> None:
    torch.save(under(prefix, small_state()), tmp_path / "w.pth")
    assert len(read(tmp_path / "w.pth").table.layers) == 6


@pytest.mark.parametrize("within", ["module.", "_orig_mod.", "_fsdp_wrapped_module."])
def test_a_part_of_a_network_that_was_wrapped_opens(within: str, tmp_path: Path) -> None:
    state = {key.replace("features.", f"features.{within}"): value for key, value in small_state().items()}
    torch.save(state, tmp_path / "w.pth")
    assert [layer.name for layer in read(tmp_path / "w.pth").table.layers][:1] == ["conv1"]


def quantized() -> State:
    from torch.ao.nn.quantized import Conv2d

    conv = Conv2d(3, 8, 3)  # type: ignore[no-untyped-call]
    return {f"features.0.{key}": value for key, value in conv.state_dict().items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("made", "key"),
    [
        (quantized, r"features\.0\.zero_point"),
        (lambda: small_state() | {"classifier.1.scale": ONE, "classifier.1.zero_point": ONE}, r"classifier\.1\.zero"),
        (lambda: {"fc._packed_params._packed_params": (ONE, None), **small_state()}, r"fc\._packed_params"),
        (lambda: small_state() | {"features.0.weight_fake_quant.scale": ONE}, r"features\.0\.weight_fake_quant"),
        (lambda: small_state() | {"activation_post_process_0.min_val": ONE}, r"activation_post_process_0\.min_val"),
        (lambda: small_state() | {"features.0.SCB": torch.ones(6)}, r"features\.0\.SCB"),
    ],
)
def test_quantized_networks_are_refused_as_what_they_are(made: Callable[[], State], key: str, tmp_path: Path) -> None:
    torch.save(made(), tmp_path / "w.pth")
    sentence = f"{key}.* is a quantized network's; open the checkpoint of the network that was not quantized"
    with pytest.raises(SqueezevizError, match=sentence):
        read(tmp_path / "w.pth")


def test_batch_normalization_says_what_is_not_supported_and_what_to_do(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6))
    torch.save(net.state_dict(), tmp_path / "w.pth")
    with pytest.raises(SqueezevizError) as raised:
        read(tmp_path / "w.pth")
    assert raised.value.message == (
        "1.weight has the shape 6, such as batch normalization's; a layer table has no row for that yet: fold it into "
        "the convolution before it, with torch.nn.utils.fuse_conv_bn_eval, and save again"
    )


@pytest.mark.parametrize("count", [1, 6])
def test_a_lone_weight_of_one_side_is_taken_for_an_activations(count: int, tmp_path: Path) -> None:
    net = nn.Sequential(nn.Conv2d(3, 6, 3), nn.PReLU(count))
    torch.save(net.state_dict(), tmp_path / "w.pth")
    with pytest.raises(SqueezevizError) as raised:
        read(tmp_path / "w.pth")
    assert raised.value.message == (
        f"1.weight has the shape {count}, with neither a bias nor running statistics beside it: it is taken for a "
        "PReLU's, an activation with weights, for which a layer table has no row; to open the rest, save the state "
        "dict without it"
    )

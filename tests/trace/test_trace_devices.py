"""Which devices there are, and why others are not."""

from __future__ import annotations

import pytest
import torch

from squeezeviz.model.errors import SqueezevizError
from squeezeviz.trace.devices import devices, find_device
from squeezeviz.trace.failures import FailureKind, PassError


def test_cpu_and_meta_are_always_there() -> None:
    there = {device.id: device for device in devices()}
    assert there["cpu"].available
    assert there["cpu"].memory_bytes > 2**28
    assert str(torch.get_num_threads()) in there["cpu"].name
    assert there["meta"].available


def test_what_is_missing_is_listed_once_with_the_reason() -> None:
    for kind in ("cuda", "xpu", "mps"):
        of_kind = [device for device in devices() if device.id.partition(":")[0] == kind]
        missing = [device for device in of_kind if not device.available]
        assert all(device.available and not device.reason for device in of_kind) or len(of_kind) == len(missing) == 1
        assert all(device.reason for device in missing)


@pytest.mark.parametrize("written", ["cpu", " CPU ", "Cpu"])
def test_a_device_is_found_however_it_is_written(written: str) -> None:
    assert find_device(written).id == "cpu"


@pytest.mark.parametrize("unknown", ["tpu", "", "cuda:99", "cpu:1", "x" * 5000, "a\nb"])
def test_an_unknown_device_is_refused_in_one_line(unknown: str) -> None:
    with pytest.raises(PassError, match=r"there is no device .*; there are cpu") as refused:
        find_device(unknown)
    assert refused.value.kind is FailureKind.DEVICE
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("version", "count", "reason"), [(None, 0, "this build of PyTorch has no CUDA"), ("13.0", 0, "no NVIDIA GPU")]
)
def test_a_missing_gpu_is_explained(
    version: str | None, count: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.version, "cuda", version)
    monkeypatch.setattr(torch.version, "hip", None, raising=False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    with pytest.raises(SqueezevizError, match=f"no device 'cuda' here: {reason}"):
        find_device("cuda")


def test_a_gpu_whose_driver_does_not_start_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise RuntimeError("CUDA driver initialization failed\nmore")

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", fail)
    with pytest.raises(SqueezevizError, match="cannot start it: CUDA driver initialization failed; there are cpu"):
        find_device("cuda")
    assert find_device("cpu").available

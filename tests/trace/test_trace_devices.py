"""The devices that there are; a pass that cannot fit one is refused before anything is allocated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from bounds import at_most
from preset_tables import preset
from trace_tables import table_of

from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv
from squeezeviz.trace import memory
from squeezeviz.trace.devices import devices, find_device, kind_of_device
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.memory import control_group_free, control_group_limit
from squeezeviz.trace.module import build_module
from squeezeviz.trace.passes import check_fits, live_pass


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


CPU = torch.device("cpu")
TABLE1 = preset("table1")


@pytest.mark.parametrize(
    ("network", "options", "said", "kind"),
    [
        (resolve(TABLE1.with_field(0, "filters", 10**12)), {}, r"conv1: .* take 55\.1 PiB, and cpu has .* free;",
         FailureKind.MEMORY),
        (table_of(Conv("c", 4, 3)), {"batch": 10**12}, "take a smaller batch", FailureKind.MEMORY),
        (table_of(Conv("c", 10**12, 1), size=1000), {"device": "meta", "batch": 10},
         r"c: the output of c would hold 1\.0e\+19 values", FailureKind.REFUSED),
    ],
    ids=["filters", "batch", "more than can be counted, even on meta"],
)  # fmt: skip
def test_a_pass_that_cannot_fit_is_refused_at_once(
    network: ResolvedNetwork, options: dict[str, Any], said: str, kind: FailureKind
) -> None:
    with at_most(0.5), pytest.raises(PassError, match=said) as refused:
        live_pass(network, **options)
    assert refused.value.kind is kind


def test_weights_that_are_there_already_need_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    network = table_of(Conv("c", 1000, 3), size=3)
    module = build_module(network)
    monkeypatch.setattr("squeezeviz.trace.devices.host_free_bytes", lambda: pass_bytes(network, 1) - 4 * 28_000)
    check_fits(network, 1, CPU, module)
    with pytest.raises(PassError, match="would take"):
        check_fits(network, 1, CPU, None)


@pytest.mark.parametrize("batch", [0, -1, 10**12 + 1, 1.5, "2", True, None])
def test_a_batch_is_a_whole_number(batch: object) -> None:
    with pytest.raises(SqueezevizError, match=r"batch must be a whole number from 1 to 10\^12, not "):
        live_pass(table_of(Conv("c", 4, 3)), batch=batch)  # type: ignore[arg-type]


def test_the_free_memory_is_less_than_all() -> None:
    free = memory.host_free_bytes()
    assert free is not None
    assert 0 < free <= memory.total_bytes()


def test_meta_has_no_limit() -> None:
    meta = torch.device("meta")
    assert kind_of_device(meta).free_bytes(meta) is None


V2, V1 = "sys/fs/cgroup/a", "sys/fs/cgroup/memory"
CONTROL_GROUPS: dict[str, tuple[dict[str, str], int | None, int | None]] = {
    "version 2, the parent's limit": (
        {
            "proc/self/cgroup": "0::/a/b\n",
            f"{V2}/memory.max": "1000\n", f"{V2}/memory.current": "700\n",
            f"{V2}/memory.stat": "anon 600\ninactive_file 100\n",
            f"{V2}/b/memory.max": "max\n", f"{V2}/b/memory.current": "5\n",
        }, 1000, 400,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/1\n",
            f"{V1}/memory.limit_in_bytes": "2000\n", f"{V1}/memory.usage_in_bytes": "500\n",
            f"{V1}/memory.stat": "total_inactive_file 50\n",
        }, 2000, 1550,
    ),
    "no limit": (
        {
            "proc/self/cgroup": "4:memory:/\n",
            f"{V1}/memory.limit_in_bytes": "9223372036854771712\n", f"{V1}/memory.usage_in_bytes": "500\n",
        }, None, None,
    ),
    "no control group": ({}, None, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTROL_GROUPS)
def test_a_container_limits_what_is_free(case: str, tmp_path: Path) -> None:
    files, limit, free = CONTROL_GROUPS[case]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert (control_group_limit(tmp_path), control_group_free(tmp_path)) == (limit, free)

"""What is said of a failure: memory only where memory ran out, and PyTorch that cannot be loaded in its own words."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.trace.failures import FailureKind, could_not_load, kind_of
from squeezeviz.trace.protocol import CannotStart, parse_event
from squeezeviz.trace.weights import retained_tensors


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), FailureKind.MEMORY),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), FailureKind.MEMORY),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), FailureKind.MEMORY),
        (RuntimeError("CUDA out of memory. Tried to allocate"), FailureKind.MEMORY),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), FailureKind.MEMORY),
        (ImportError("libtorch.so: failed to map segment: Cannot allocate memory"), FailureKind.MEMORY),
        (OSError(errno.ENOSPC, "No space left on device"), FailureKind.DISK),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FailureKind.DISK),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), FailureKind.DISK),
        (RuntimeError("unable to write to file </torch_1_2>: No space left on device (28)"), FailureKind.DISK),
        (RuntimeError("CUDA error: device-side assert triggered"), FailureKind.DEVICE),
        (RuntimeError("expected 3 channels"), FailureKind.FAILED),
        (OSError(errno.EIO, "Input/output error"), FailureKind.FAILED),
    ],
)
def test_what_kind_of_failure_an_error_is(error: Exception, kind: FailureKind) -> None:
    assert kind_of(error) is kind


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "PyTorch is not installed; python3 scripts/run"),
        (ModuleNotFoundError("No module named 'sympy'", name="sympy"), "PyTorch cannot be loaded: No module named 'sy"),
        (ImportError("libcudart.so.12: cannot open shared object file"), "PyTorch cannot be loaded: libcudart.so.12"),
        (ImportError("libc.so.6: version `GLIBC_2.34' not found"), "loaded: libc.so.6: version `GLIBC_2.34' not found"),
        (OSError("[WinError 126] c10.dll"), "PyTorch cannot be loaded: [WinError 126] c10.dll"),
        (AttributeError("_ARRAY_API not found"), "PyTorch cannot be loaded: AttributeError: _ARRAY_API not found"),
        (MemoryError(), "memory ran out while PyTorch was loading"),
        (OSError(errno.ENOSPC, "No space left on device"), "there is no room for PyTorch's temporary files"),
    ],
)
def test_pytorch_that_cannot_be_loaded_says_why(error: Exception, said: str) -> None:
    assert said in str(could_not_load(error))
    assert "\n" not in str(could_not_load(error))


BROKEN = {
    "missing library": ("raise ImportError('libgomp.so.1: cannot open shared object file')", "libgomp.so.1"),
    "a broken file": ("this is no Python", "SyntaxError"),
}


@pytest.fixture
def without_torch(tmp_path: Path) -> dict[str, str]:
    """An environment in which a folder named torch comes first."""
    (tmp_path / "torch").mkdir()
    return os.environ | {"PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize("case", BROKEN)
def test_worker_and_command_line_say_so_in_one_sentence(
    case: str, without_torch: dict[str, str], tmp_path: Path
) -> None:
    body, said = BROKEN[case]
    (tmp_path / "torch" / "__init__.py").write_text(body)
    python = [sys.executable, "-P", "-m"]
    options = {"capture_output": True, "env": without_torch, "timeout": 120}
    worker = subprocess.run([*python, "squeezeviz.trace.worker"], stdin=subprocess.DEVNULL, **options)  # type: ignore
    events = [parse_event(line) for line in worker.stdout.splitlines()]
    assert len(events) == 1
    assert isinstance(events[0], CannotStart)
    assert said in events[0].reason
    assert b"Traceback" in worker.stderr
    for command in (["trace", "table1"], ["devices"]):
        ran = subprocess.run([*python, "squeezeviz", *command], **options)  # type: ignore[call-overload]
        assert (ran.returncode, ran.stdout) == (1, b"")
        assert ran.stderr.startswith(b"squeezeviz: error: ")
        assert said in ran.stderr.decode()
        assert ran.stderr.count(b"\n") == 1


@pytest.mark.parametrize("damage", [b"", b"\x08\0\0\0\0\0\0\0garbage!", save({"not json": np.zeros(1, np.float32)})])
def test_kept_weights_that_are_damaged_or_not_of_our_names_are_told_of(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(damage)
    with pytest.raises(Exception, match="can no longer be read"):
        retained_tensors(RetainedWeights(str(path), "net.onnx", {}))

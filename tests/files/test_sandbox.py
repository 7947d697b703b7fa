"""Binary files are read in a child process, which may take long, or much, or die, or be cancelled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from checkpoint_states import small_state
from safetensors.numpy import save_file

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, tensor_shapes
from squeezeviz.files import sandbox
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file
from squeezeviz.files.sandbox import load, save
from squeezeviz.files.weights import Weights
from squeezeviz.model.errors import SqueezevizError

posix = pytest.mark.skipif(sys.platform == "win32", reason="a process is ended in another way there")


def never() -> bool:
    return False


@pytest.fixture
def weights() -> Weights:
    chance = np.random.default_rng(1)
    network = resolve(load_preset("squeezenet1_1"))
    shapes = [each for layer in network.layers for each in tensor_shapes(layer).items()]
    return Weights({name: chance.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes}, "made.pth")


def test_what_a_child_writes_a_child_reads_with_the_same_weights_whatever_its_rows_are_called_now(
    tmp_path: Path, weights: Weights
) -> None:
    table = load_preset("squeezenet1_1")
    renamed = table.with_field(0, "name", "first")
    kept = save(weights, tmp_path / "kept").after(table, renamed)
    target = tmp_path / "net.safetensors"
    sandbox.write_file(str(target), renamed, "safetensors", kept, never)
    opened = sandbox.read_into(tmp_path, str(target), never)
    assert opened.table.layers == renamed.layers
    assert opened.retained is not None
    sent = sandbox.read_file(str(target), with_weights=True).weights
    assert sent is not None
    now = {"conv1": "first"}
    expected = {name._replace(row=now.get(name.row, name.row)): array for name, array in weights.arrays.items()}
    for back in (load(opened.retained), sent):
        assert back.origin == "net.safetensors"
        assert back.arrays.keys() == expected.keys()
        assert all(np.array_equal(back.arrays[name], expected[name]) for name in expected)
        assert all(array.flags.writeable for array in back.arrays.values())
    assert sandbox.read_file(str(target), with_weights=False).weights is None


def test_what_a_checkpoint_cannot_tell_comes_across(tmp_path: Path) -> None:
    path = tmp_path / "plain.safetensors"
    save_file({key: value.numpy() for key, value in small_state().items()}, path)
    opened = sandbox.read_into(tmp_path, str(path), never)
    here = read_file(path)
    assert opened.unknown_geometry == here.unknown_geometry
    assert opened.table == here.table
    assert opened.notes == here.notes


def test_a_refusal_comes_across_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(b"\x10\0\0\0\0\0\0\0{")
    with pytest.raises(SqueezevizError) as in_a_child:
        sandbox.read_into(tmp_path, str(path), never)
    with pytest.raises(SqueezevizError) as here:
        read_file(path)
    assert str(in_a_child.value) == str(here.value)


SHOWN = """
import sys
from squeezeviz.cli.commands import run
assert run(["show", sys.argv[1]]) == 0
print(sorted({"numpy", "onnx", "safetensors", "torch", "PySide6"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("suffix", [".onnx", ".safetensors"])
def test_a_command_loads_no_library_that_its_child_reads_with(suffix: str, tmp_path: Path, weights: Weights) -> None:
    path = tmp_path / f"net{suffix}"
    write_file(path, load_preset("squeezenet1_1"), weights=weights)
    ran = subprocess.run([sys.executable, "-P", "-c", SHOWN, str(path)], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")


def test_a_child_starts_with_no_more_than_it_reads_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.onnx"
    write_file(path, load_preset("squeezenet1_1"))
    monkeypatch.setenv("PYTHONPATH", with_reader(LOADED, tmp_path / "hook"))
    with pytest.raises(SqueezevizError, match=r"unneeded: \[\]$"):
        sandbox.read_file(str(path), with_weights=False)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have lines of shell run in place of the child."""

    def stand_in(lines: str) -> None:
        path = tmp_path / "stand-in"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    return stand_in


@posix
@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("exit 3", "crashed, with code 3$"),
        ("echo nonsense", "gave no answer that can be read: Expecting value"),
        ("echo '{\"found\": []}'", "gave no answer that can be read: found must be an object"),
        ("kill -SEGV $$", "crashed, with code -11$"),
        ("echo 'ValueError: odd' >&2; exit 1", "crashed, with code 1; it said last: ValueError: odd$"),
        ("kill -KILL $$", "more memory than there is for it, at most 512 MiB"),
        ("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$", "more memory than there is for it"),
        ("kill -XCPU $$", "took longer than .* more than 30 seconds of the processor"),
    ],
)
def test_however_the_child_ends_there_is_one_sentence(
    lines: str, sentence: str, tmp_path: Path, stand_in: Callable[[str], None]
) -> None:
    stand_in(lines)
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        sandbox.read_into(tmp_path, "net.onnx", never)
    assert raised.value.place.file == "net.onnx"
    assert "\n" not in str(raised.value)


@posix
@pytest.mark.parametrize(
    ("cancelled", "sentence"), [(True, "cancelled"), (False, "took longer than .* more than 0 sec")]
)
def test_a_child_that_takes_too_long_is_cancelled_or_meets_a_deadline(
    cancelled: bool, sentence: str, tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("exec sleep 6000")
    monkeypatch.setattr(sandbox, "DEADLINE_S", 600 if cancelled else 0.1)
    with pytest.raises(SqueezevizError, match=sentence):
        sandbox.read_into(tmp_path, "net.onnx", lambda: cancelled)


READER = """
import sys
if "squeezeviz.files.sandbox" in sys.orig_argv:
    from squeezeviz.files import registry
    def read_file(path, deploy):
        {reading}
    registry.read_file = read_file
"""


LOADED = """
        from pathlib import Path
        from squeezeviz.files.networks.onnx.read import read
        from squeezeviz.model.errors import SqueezevizError
        read(Path(path))
        unneeded = {"torch", "PySide6", "squeezeviz.files.presets"} & set(sys.modules)
        raise SqueezevizError(f"unneeded: {sorted(unneeded)}")
"""


def with_reader(reading: str, folder: Path) -> str:
    """The PYTHONPATH with which children read files so."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(READER.format(reading=reading))
    return str(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds every bound")
@pytest.mark.parametrize(
    ("reading", "seconds", "sentence"),
    [
        ("bytes(10**9)", 30, "more memory than there is for it"),
        ("while True: pass", 1, "more than 1 seconds of the processor"),
    ],
)
def test_what_reading_takes_is_bounded(
    reading: str, seconds: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", with_reader(reading, tmp_path / "hook"))
    monkeypatch.setattr(sandbox, "MEMORY_LIMIT", 256 * 1024**2)
    monkeypatch.setattr(sandbox, "PROCESSOR_LIMIT_S", seconds)
    with pytest.raises(SqueezevizError, match=sentence):
        sandbox.read_into(tmp_path, "net.onnx", never)


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this test's own process was started with
from squeezeviz.cli.main import main
sys.argv[1:] = ["show", sys.argv[1]]
sys.exit(main())
"""


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_a_command_that_is_ended_takes_its_child_along(number: int, code: int, tmp_path: Path) -> None:
    import fcntl

    lock, path = tmp_path / "lock", tmp_path / "net.onnx"
    path.write_bytes(b"\x08\x07")
    reading = f"import fcntl, time; f = open({str(lock)!r}, 'w'); fcntl.flock(f, 2); f.write('x'); f.flush()"
    environment = os.environ | {"PYTHONPATH": with_reader(f"{reading}; time.sleep(600)", tmp_path / "hook")}
    command = [sys.executable, "-P", "-c", INTERRUPTED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        while not (lock.exists() and lock.stat().st_size) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.communicate() == (b"", b"")
    assert process.returncode == code
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # which the child has until it ends


def test_weights_that_were_kept_and_are_gone_are_told(tmp_path: Path) -> None:
    kept = RetainedWeights(str(tmp_path / "gone"), "net.onnx", {})
    with pytest.raises(SqueezevizError, match=r"the weights of net\.onnx can no longer be read"):
        sandbox.write_file(str(tmp_path / "out.safetensors"), load_preset("squeezenet1_1"), "safetensors", kept, never)
    assert list(tmp_path.iterdir()) == []


@posix
def test_writing_that_is_given_up_leaves_nothing_half_written(
    tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, folder = tmp_path / "slow", tmp_path / "folder"
    slow.mkdir()
    folder.mkdir()
    (slow / "sitecustomize.py").write_text("import os, time\nos.fsync = lambda _: time.sleep(30)\n")
    monkeypatch.setenv("PYTHONPATH", str(slow))
    kept = save(weights, tmp_path / "kept")
    seen: list[Path] = []

    def as_it_is_written() -> bool:
        seen.extend(folder.iterdir())
        return bool(seen)

    with pytest.raises(SqueezevizError, match="cancelled"):
        sandbox.write_file(
            str(folder / "out.safetensors"), load_preset("squeezenet1_1"), "safetensors", kept, as_it_is_written
        )
    assert seen
    assert list(folder.iterdir()) == []

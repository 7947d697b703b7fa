"""Thousands of real files with random damage: they open, or they get one sentence; never a traceback, soon, in bounds.

`SQUEEZEVIZ_SEED=…` in the environment tries one seed again. The mutant that a test fails with is left in its folder.
"""

from __future__ import annotations

import ctypes
import gc
import io
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from bounds import at_most, memory_limit
from caffe_models import first_years_caffemodel
from caffe_networks import caffe_network
from mutations import (
    IN_BYTES,
    IN_TEXT,
    Damage,
    changed_header,
    changed_messages,
    changed_opcode,
    changed_pickle,
    changed_varint,
    damaged,
)
from onnx_networks import Net
from places import SHARED
from small_files import READ, SMALL, small_file

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import is_binary, read_file, to_bytes
from squeezeviz.model.errors import SqueezevizError

SHARED = SHARED / "data"
MUTANTS = 600
"""Of each format."""
MUTANTS_OF_LARGE = 40
"""Of each file of more than 100,000 bytes."""
LONGEST = 2
"""Seconds of processor time that one file may take."""
MOST_MEMORY = 512 * 1024
MOST_KEPT = 64 * 1024
"""KiB by which the process may have grown, at any time and in the end."""


OWN: Mapping[str, tuple[Damage, ...]] = {
    "onnx": (*IN_BYTES, changed_varint, changed_varint),
    "pytorch": (*IN_BYTES, changed_pickle, changed_pickle, changed_opcode),
    "safetensors": (*IN_BYTES, changed_header, changed_header),
    "caffemodel": (*IN_BYTES, changed_varint, changed_varint),
}
SEED = int(os.environ.get("SQUEEZEVIZ_SEED") or random.randrange(2**32))


@cache
def originals(format_id: str) -> tuple[bytes, ...]:
    """Files that we write, old ones, and those that other people made, where they are at hand; what is refused last."""
    made = [small_file(format_id)]
    if not READ[format_id].binary:
        made.append(to_bytes(load_preset("complex-bypass"), format_id))
    if format_id == "pytorch":
        made.append(_old_checkpoint())
    if format_id == "onnx":
        made.append(_of_other_nodes())
    if format_id == "caffemodel":
        made.append(first_years_caffemodel(caffe_network("1.1")))
    files = sorted(SHARED.rglob("*"), key=lambda path: ("cases" in path.parts, path))
    found = (path for path in files if path.suffix in READ[format_id].suffixes)
    return (*made, *(path.read_bytes() for path in found if "reference" not in path.name and "shapes" not in path.name))


def _of_other_nodes() -> bytes:
    """An ONNX network with the kinds of node that ours and the real files lack."""
    net = Net(13)
    start = net.relu(
        net.node("Conv", net.node("Pad", "image", net.shape(0, 0, 1, 1, 0, 0, 1, 1)), net.weights(8, 3, 3, 3))
    )
    here = net.node("Add", start, net.fire(start, 8, name="fire2"))
    here = net.node("AveragePool", here, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    here = net.node("ReduceMean", net.node("Cast", here, to=1), axes=[2, 3])
    size = net.node("Gather", net.node("Shape", here), net.shape(0))
    here = net.node("Reshape", here, net.node("Concat", size, net.shape(-1), axis=0))
    return bytes(net.model(net.node("Softmax", here, axis=-1), listed=True).SerializeToString())


def _old_checkpoint() -> bytes:
    import torch
    from checkpoint_states import small_state

    stream = io.BytesIO()
    torch.save(small_state(), stream, _use_new_zipfile_serialization=False)
    return stream.getvalue()


@pytest.fixture
def dice() -> random.Random:
    print(f"SQUEEZEVIZ_SEED={SEED}")  # shown where the test fails
    return random.Random(SEED)


@contextmanager
def within_bounds() -> Iterator[None]:
    """The process grows by a bounded amount, and what it took it gives back."""
    if sys.platform != "linux":
        yield
        return
    kept = _kept()
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now
    yield
    assert _memory("VmHWM") - before < MOST_MEMORY
    assert _kept() - kept < MOST_KEPT


def _kept() -> int:
    """KiB that are in use. What was freed counts for as long as malloc holds it, which depends on what ran before."""
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):  # musl holds nothing back
        libc.malloc_trim(0)
    return _memory("RssAnon")


def _memory(field: str) -> int:
    """KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def _read(path: Path) -> None:
    with at_most(LONGEST), memory_limit(MOST_MEMORY * 1024):
        try:
            opened = read_file(path)
            network = resolve(opened.table)
            if opened.weights is not None and network.runs:
                fresh = fit(network, opened.weights.shapes).fresh
                assert bool(fresh) == any("fresh random ones" in note.text for note in opened.notes), fresh
        except SqueezevizError as error:
            assert error.place.file == str(path)
            assert error.message
            assert "\n" not in str(error)
            assert len(error.message) < 1000
        except MemoryError:
            assert is_binary(str(path))  # it is read in a child, whose limit has a sentence


@pytest.mark.qt_no_exception_capture  # Python's bytearray writes to stderr where one as large cannot be had
@pytest.mark.parametrize(
    ("format_id", "damages"), [*((each, OWN.get(each, IN_TEXT)) for each in READ), ("onnx", (changed_messages,))]
)
def test_damaged_files_open_or_get_a_sentence(
    tmp_path: Path, format_id: str, damages: Sequence[Damage], dice: random.Random
) -> None:
    files = originals(format_id)
    in_messages = damages == (changed_messages,)  # which are to stay well-formed
    others = [] if in_messages else [*files, to_bytes(SMALL, "csv"), to_bytes(SMALL, "toml")]
    path = tmp_path / f"mutant{READ[format_id].suffixes[0]}"
    small = [content for content in files if len(content) <= 100_000]
    large = [content for content in files if len(content) > 100_000]
    path.write_bytes(small[0])
    _read(path)  # what reading imports is no growth
    with within_bounds():
        for content in [dice.choice(small) for _ in range(MUTANTS)] + large * MUTANTS_OF_LARGE:
            path.write_bytes(damaged(content, others, damages, dice))
            _read(path)


@pytest.mark.parametrize("format_id", READ)
def test_undamaged_files_open(tmp_path: Path, format_id: str) -> None:
    """Else the test above could pass by refusing everything."""
    path = tmp_path / f"whole{READ[format_id].suffixes[0]}"
    for content in originals(format_id)[:2]:
        path.write_bytes(content)
        assert resolve(read_file(path).table).runs

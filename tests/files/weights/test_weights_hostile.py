"""Files that mean harm, or are something else: one sentence, soon, in little memory, and nothing in them runs."""

from __future__ import annotations

import os
import pickle
import random
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from bounds import allowed, read_in_bounds
from checkpoint_states import Evaluating, Harmful, small_state, zipped
from torch import nn

import squeezeviz.trace  # noqa: F401, before torch: it tells OpenMP how to wait
from squeezeviz.files import sandbox
from squeezeviz.files.registry import read_file
from squeezeviz.files.weights.pytorch import find_state_dict
from squeezeviz.model.errors import SqueezevizError

SECONDS = 4
"""Of the processor, not by the clock: other programs may be running."""


def bare(description: bytes, path: Path) -> None:
    path.write_bytes(description)


@pytest.mark.parametrize("harm", [Harmful(), Evaluating()], ids=["mkdir", "eval"])
@pytest.mark.parametrize("place", ["alone", "beside", "as a key's value", "before"])
@pytest.mark.parametrize("new", [True, False])
def test_no_code_in_a_file_is_run(
    harm: object, place: str, new: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = {
        "alone": harm,
        "beside": {"state_dict": small_state(), "extra": harm},
        "as a key's value": small_state() | {"features.0.bias": harm},
        "before": {"a": [harm], **small_state()},
    }[place]
    torch.save(content, "w.pth", _use_new_zipfile_serialization=new)
    with pytest.raises(SqueezevizError, match=r"^w\.pth: this holds Python objects, such as .*nothing of them was run"):
        read_file("w.pth")
    assert not Path("harmed").exists()


@pytest.mark.parametrize("write", [zipped, bare])
def test_a_plain_pickle_with_code_runs_nothing_either(
    write: Callable[[bytes, Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for protocol in range(2, 6):
        write(pickle.dumps(Harmful(), protocol), Path("w.pth"))
        with pytest.raises(SqueezevizError):
            read_file("w.pth")
    assert not Path("harmed").exists()


def other_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def truncated(path: Path) -> None:
    torch.save(small_state(), path)
    path.write_bytes(path.read_bytes()[:-2000])


def twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w/data.pkl", b"\x80\x02}.")
        with pytest.warns(UserWarning):
            archive.writestr("w/data.pkl", b"\x80\x02}.")


def with_a_short_storage(path: Path) -> None:
    torch.save(small_state(), path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content[:-4] if name.endswith("data/0") else content)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "random": (lambda path: path.write_bytes(random.Random(5).randbytes(100_000)), "no PyTorch checkpoint"),
    "a whole module before 1.6": (
        lambda path: torch.save(nn.ReLU(), path, _use_new_zipfile_serialization=False),
        r"such as torch\.nn\.modules.*save the model's state_dict",
    ),
    "another archive": (other_archive, "holds no PyTorch weights"),
    "a compressed archive": (lambda path: zipped(b"x" * 1000, path, compression=zipfile.ZIP_DEFLATED), "is compressed"),
    "truncated": (truncated, "damaged or was cut off"),
    "a member twice": (twice, "two members"),
    "a storage cut short": (with_a_short_storage, r"features\.0\.weight goes on beyond its storage"),
    "a list": (lambda path: torch.save([1, 2], path), "expected, names with tensors, not a list"),
    "a tensor": (lambda path: torch.save(torch.zeros(3), path), "not a single tensor"),
    "an empty dict": (lambda path: torch.save({}, path), "not an empty dict"),
    "a number": (lambda path: torch.save({"a": 1}, path), "a is no named tensor"),
    "another pickle": (lambda path: path.write_bytes(pickle.dumps({"a": 1}, 2)), "no PyTorch checkpoint"),
    "sparse": (lambda path: torch.save({"a.weight": torch.zeros(2, 2).to_sparse()}, path), "a.weight is sparse"),
    "quantized": (
        lambda path: torch.save({"a.weight": torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)}, path),
        r"a\.weight is quantized; open the network that was not",
    ),
    "without values": (lambda path: torch.save({"a.weight": torch.zeros(2, device="meta")}, path), "without values"),
    "complex": (
        lambda path: torch.save({key: value.to(torch.complex64) for key, value in small_state().items()}, path),
        "holds complex64 numbers",
    ),
    "whole numbers": (
        lambda path: torch.save({key: value.to(torch.int64) for key, value in small_state().items()}, path),
        "holds int64 numbers",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_no_state_dict_gets_one_sentence(what: str, tmp_path: Path) -> None:
    make, reason = REFUSED[what]
    path = tmp_path / "file.pth"
    make(path)
    with pytest.raises(SqueezevizError, match=reason) as refused:
        read_file(path)
    assert refused.value.place.file == str(path)
    assert "\n" not in str(refused.value)


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def tensor_of(shape: bytes, strides: bytes, numel: int = 10) -> bytes:
    kind = text("storage") + b"ctorch\nFloatStorage\n"
    storage = b"(" + kind + text("0") + text("cpu") + b"J" + struct.pack("<i", numel) + b"tQ"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0" + shape + strides + b"\x89NtR"
    return b"\x80\x02}" + text("features.0.weight") + call + b"s."


BOMBS: dict[str, bytes] = {
    "a dict as a key": b"\x80\x02}}Ns.",
    "a call of a number": b"\x80\x02}K\x01)Rs.",
    "a state for a class": b"\x80\x02ctorch\nSize\n}b.",
    "items for a class": b"\x80\x02cbuiltins\nlist\n(K\x01K\x02e.",
    "a class of another's making": b"\x80\x02(cbuiltins\ndict\nX\x01\0\0\0a)o.",
    "an extension of the registry": b"\x80\x02\x82\x01.",
    "doubling tuples": b"\x80\x02" + b")" + b"q\0h\0\x86" * 5000 + b".",
    "marks": b"\x80\x02" + b"(" * 5_000_000 + b".",
    "a bytearray of a trillion": b"\x80\x02cbuiltins\nbytearray\n\x8a\x06\0\0\0\0\0\x01\x85R.",
    "a text of four gigabytes": b"\x80\x02X\xff\xff\xff\xff.",
    "a text of 2^63 bytes": b"\x80\x02\x8d" + b"\xff" * 7 + b"\x7f.",
    "a memo of four billion": b"\x80\x02Nr\xff\xff\xff\xff.",
    "a shape of trillions": tensor_of(b"(" + b"\x8a\x05\xff\xff\xff\xff\x7f" * 4 + b"t", b"(K\0K\0K\0K\0t"),
    "a shape of a thousand sides": tensor_of(b"(" + b"K\2" * 1000 + b"t", b"(" + b"K\0" * 1000 + b"t"),
    "no end": b"\x80\x02}",
    "an unknown instruction": b"\x80\x02\xff.",
    "nothing on the stack": b"\x80\x02.",
    "a number as a name": b"\x80\x04K\x01K\x02\x93.",
    "nested subclasses": b"\x80\x02" + b"ctorch._tensor\n_rebuild_from_type_v2\n" * 2 + b"N)N\x87R.",
}


def test_a_pickle_that_would_take_long_or_much_is_refused_soon(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}-{write.__name__}.pth" for number in range(len(BOMBS)) for write in (zipped, bare)]
    for path in paths:
        number, write = path.stem.split("-")
        (zipped if write == "zipped" else bare)([*BOMBS.values()][int(number)], path)
    for path, ending in zip(paths, read_in_bounds(paths), strict=True):
        what = f"{path.stem}: {ending}"
        assert ending.outcome == "MemoryError" or ending.outcome.startswith(f"{path}: "), what
        assert ending.seconds < SECONDS or ending.seconds < allowed(SECONDS), what


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds every bound")
def test_a_key_that_takes_for_ever_to_be_looked_up_meets_the_processors_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tuple of two equal tuples, and so on for 60 times, has 2^60 hashes to work out."""
    path = tmp_path / "w.pth"
    zipped(b"\x80\x02})" + b"2\x86" * 60 + b"Ns.", path)
    monkeypatch.setattr(sandbox, "PROCESSOR_LIMIT_S", 1)
    with pytest.raises(SqueezevizError, match="more than 1 seconds of the processor"):
        sandbox.read_file(str(path), with_weights=False)


def test_weights_that_would_fill_the_memory_are_refused_before_they_are_read(tmp_path: Path) -> None:
    """An expanded tensor takes few bytes in the file and many in memory."""
    state = small_state()
    state["features.0.weight"] = torch.zeros(1).expand(200_000, 3, 20, 20)
    state["features.0.bias"] = torch.zeros(200_000)
    state["features.3.squeeze.weight"] = torch.zeros(1).expand(2, 200_000, 1, 1)
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(SqueezevizError, match="512 MiB"):
        read_file(tmp_path / "w.pth")


def test_a_file_that_ends_while_it_is_read_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.pth"
    torch.save(
        small_state() | {"classifier.1.weight": torch.zeros(20_000, 9, 1, 1), "classifier.1.bias": torch.zeros(20_000)},
        path,
    )
    whole = find_state_dict

    def cut(content: object) -> object:
        found = whole(content)
        os.truncate(path, 100)
        return found

    monkeypatch.setattr("squeezeviz.files.weights.pytorch.find_state_dict", cut)
    with pytest.raises(SqueezevizError, match="damaged or was cut off"):
        read_file(path)

"""Safetensors files: ours carry their table, others are known by their shapes; bad headers get a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from bounds import allowed, read_in_bounds
from checkpoint_states import small_state
from hypothesis import given
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load, save, save_file
from strategies import running_tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName, fit
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file
from squeezeviz.files.tables import toml_table
from squeezeviz.files.weights.safetensors import TABLE, read, write
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

Arrays = dict[str, np.ndarray]


def small_arrays() -> Arrays:
    return {key: value.numpy() for key, value in small_state().items() if key.endswith("weight")}


TABLE_OF_SMALL = LayerTable(
    "small",
    InputShape(3, 20, 30),
    (Conv("a", 6, 3, 3, 1, bias=False), Fire("b", 2, 4, 5, bias=False), Conv("c", 7, 1, bias=False)),
)


def test_a_file_by_others_is_known_by_its_shapes(tmp_path: Path) -> None:
    save_file(small_arrays(), tmp_path / "w.safetensors")
    got = read_file(tmp_path / "w.safetensors")
    assert got.unknown_geometry is not None
    assert got.notes == (got.unknown_geometry.assumption,)
    assert [row.name for row in got.table.layers] == ["conv1", "maxpool1", "fire2", "dropout2", "conv3", "avgpool3"]
    assert got.weights is not None
    for array, expected in zip(got.weights.arrays.values(), small_arrays().values(), strict=True):
        assert np.array_equal(array, expected)


def arrays_of(got: Read) -> Mapping[TensorName, NDArray[np.float32]]:
    assert got.weights is not None
    return got.weights.arrays


@pytest.mark.parametrize("preset", ["squeezenet1_0", "squeezenet1_1", "complex-bypass"])
def test_names_that_are_sorted_as_text_are_put_in_their_networks_order(preset: str, tmp_path: Path) -> None:
    loaded = load(write(load_preset(preset)))
    save_file({f"model.{key}": array for key, array in loaded.items()}, tmp_path / "w.safetensors")
    got = read(tmp_path / "w.safetensors")
    rows = [row.name for row in load_preset(preset).layers]
    assert [row.name for row in got.table.layers] == rows


def test_half_precision_and_bfloat16_become_float32(tmp_path: Path) -> None:
    arrays = {key: np.full(array.shape, 1.5, np.float16) for key, array in small_arrays().items()}
    raw = save(arrays)
    (tmp_path / "half.safetensors").write_bytes(raw)
    half = read(tmp_path / "half.safetensors")
    assert all(np.all(array == 1.5) for array in arrays_of(half).values())
    assert Note("its weights are float16 in the file; they run as float32", Severity.INFO) in half.notes
    brain = raw.replace(b'"F16"', b'"BF16"').replace(np.float16(1.5).tobytes(), b"\xc0\x3f")
    length = int.from_bytes(brain[:8], "little") + len(brain) - len(raw)
    (tmp_path / "brain.safetensors").write_bytes(length.to_bytes(8, "little") + brain[8:])
    assert all(np.all(array == 1.5) for array in arrays_of(read(tmp_path / "brain.safetensors")).values())


@given(running_tables())
def test_a_written_file_opens_as_the_very_table_with_the_very_numbers(
    tmp_path_factory: pytest.TempPathFactory, table: LayerTable
) -> None:
    if not any(isinstance(row, Conv | Fire) for row in table.layers):
        return
    path = tmp_path_factory.mktemp("safetensors") / "w.safetensors"
    written = write(table)
    path.write_bytes(written)
    got = read(path)
    assert got.table == table
    assert (got.unknown_geometry, got.notes) == (None, ())
    assert got.weights is not None
    assert not fit(resolve(table), got.weights.shapes).fresh
    assert sorted(array.tobytes() for array in got.weights.arrays.values()) == sorted(
        array.tobytes() for array in load(written).values()
    )


def test_the_other_library_opens_what_was_written(tmp_path: Path) -> None:
    write_file(tmp_path / "w.safetensors", load_preset("squeezenet1_1"))
    with safe_open(tmp_path / "w.safetensors", framework="pt") as opened:
        assert opened.get_tensor("features.3.squeeze.weight").shape == (16, 64, 1, 1)
        assert opened.metadata()["format"] == "pt"


def test_a_table_that_fits_is_taken_from_the_metadata(tmp_path: Path) -> None:
    save_file(small_arrays(), tmp_path / "w.safetensors", {TABLE: toml_table.write(TABLE_OF_SMALL)})
    got = read(tmp_path / "w.safetensors")
    assert "it does not fit the tensors" in got.notes[-1].text
    arrays = {key.replace("features.3", "features.2"): array for key, array in small_arrays().items()}
    save_file(arrays, tmp_path / "w.safetensors", {TABLE: toml_table.write(TABLE_OF_SMALL)})
    got = read(tmp_path / "w.safetensors")
    assert (got.table, got.notes, got.unknown_geometry) == (TABLE_OF_SMALL, (), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = ",
        toml_table.write(load_preset("table1")),
        toml_table.write(TABLE_OF_SMALL.with_field(0, "kernel", 99)),
        toml_table.write(TABLE_OF_SMALL).replace("bias = false", "bias = true", 1),
        "x" * 2_000_000,
        "a = " + "[" * 10_000,
    ],
)
def test_a_table_in_the_metadata_that_does_not_fit_is_not_believed(text: str, tmp_path: Path) -> None:
    save_file(small_arrays(), tmp_path / "w.safetensors", {TABLE: text})
    got = read(tmp_path / "w.safetensors")
    assert got.unknown_geometry is not None
    assert got.table.layers[0].name == "conv1"
    assert any("metadata is not used" in note.text for note in got.notes)


def with_header(text: str | bytes, data: bytes = b"", length: int | None = None) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return (len(raw) if length is None else length).to_bytes(8, "little") + raw + data


def one(**fields: object) -> str:
    return json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | fields})


def two(first: str, second: str, begin: int) -> bytes:
    """Two tensors of one number each, the other's bytes from `begin` on."""
    listed = ({"dtype": "F32", "shape": [1], "data_offsets": [at, at + 4]} for at in (0, begin))
    texts = [f"{json.dumps(name)}:{json.dumps(each)}" for name, each in zip((first, second), listed, strict=True)]
    return with_header("{" + ",".join(texts) + "}", bytes(begin + 4))


HEADERS: dict[str, tuple[bytes, str]] = {
    "too short": (b"\x05\0\0\0", "header too small"),
    "length beyond the file": (with_header("{}", length=2**40), "header too large"),
    "giant length": (with_header(b"{" + b" " * (17 << 20)), "invalid JSON"),
    "no JSON": (with_header("{nonsense"), "invalid JSON"),
    "no UTF-8": (with_header(b'{"\xff\xfe": 1}'), "invalid UTF-8"),
    "a list": (with_header("[]"), "invalid JSON"),
    "deep": (with_header('{"a":' * 6 + "1" + "}" * 6), "invalid JSON"),
    "very deep": (with_header("[" * 1_000_000), "invalid JSON"),
    "millions of numbers": (with_header('{"a":[' + "0," * 8_000_000 + "0]}"), "invalid JSON"),
    "millions of texts": (with_header('{"a":[' + '"",' * 5_000_000 + "0]}"), "invalid JSON"),
    "a text without end": (with_header('{"a":"' + "\\n" * 8_000_000 + "}"), "invalid JSON"),
    "duplicate keys": (two("a", "a", 4), "invalid offset"),
    "NaN": (with_header('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}'), "invalid JSON"),
    "1e999": (with_header('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}'), "out of range"),
    "thousands of digits": (with_header(one().replace("[1]", f"[{'9' * 5000}]")), "out of range"),
    "negative": (with_header(one(shape=[-1])), "invalid value: integer `-1`"),
    "a truth for a number": (with_header(one(shape=[True])), "invalid type"),
    "offsets that do not span": (
        with_header(one(data_offsets=[0, 8]), b"\0" * 8),
        "invalid shape, data type, or offset",
    ),
    "unknown dtype": (with_header(one(dtype="F12")), "unknown variant `F12`"),
    "other fields": (with_header(one(more=1)), "not fully covered"),
    "metadata of numbers": (with_header('{"__metadata__":{"a":1}}'), "invalid type"),
    "cut off": (with_header(one(), b"\0\0"), "not fully covered"),
    "bytes of nobody": (with_header(one(), b"\0" * 9), "not fully covered"),
    "a gap": (two("a", "b", 8), "invalid offset"),
    "an overlap": (two("a", "b", 0), "invalid offset"),
    "no tensors": (with_header("{}"), "no weights"),
    "integers": (with_header(one(dtype="I32"), b"\0" * 4), "^.*a is neither weight nor bias"),
}


def test_a_header_that_is_none_gets_one_sentence_soon(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.safetensors" for number in range(len(HEADERS))]
    for path, (content, _) in zip(paths, HEADERS.values(), strict=True):
        path.write_bytes(content)
    for (what, (_, reason)), path, ending in zip(HEADERS.items(), paths, read_in_bounds(paths), strict=True):
        assert ending.outcome.startswith(f"{path}: "), what
        assert re.search(reason, ending.outcome), (what, ending.outcome)
        assert ending.seconds < 2 or ending.seconds < allowed(2), what


def test_weights_of_whole_numbers_are_refused(tmp_path: Path) -> None:
    arrays = {key: array.astype(np.int8) for key, array in small_arrays().items()}
    save_file(arrays, tmp_path / "w.safetensors")
    with pytest.raises(SqueezevizError, match=r"features\.0\.weight holds int8 .* can be float16.*not quantized"):
        read(tmp_path / "w.safetensors")

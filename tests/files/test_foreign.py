"""Files of other programs are named by what they hold, with what to do; ours are never taken for one of them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from hostile_files import protobuf
from hypothesis import given, settings
from hypothesis import strategies as st
from places import CASES
from small_files import SUFFIXES, whole
from strategies import tables
from torch import nn

from squeezeviz.files import foreign
from squeezeviz.files.clipboard.grid import grid_of
from squeezeviz.files.registry import binary_format, read_file, to_bytes
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable


def archive(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as written:
        for name in names:
            written.writestr(name, b"x" * 100)
    return made.getvalue()


def saved(write: Callable[[io.BytesIO], object]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


def of_numpy() -> bytes:
    return saved(lambda file: np.savez(file, weight=np.zeros(3)))


def tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as written:
        written.addfile(tarfile.TarInfo("network.onnx"), io.BytesIO())
    return made.getvalue()


def exported() -> bytes:
    program = torch.export.export(nn.Conv2d(3, 4, 1), (torch.zeros(1, 3, 4, 4),))
    return saved(lambda file: torch.export.save(program, file))


def scripted() -> bytes:
    return saved(lambda file: torch.jit.save(torch.jit.script(nn.Conv2d(3, 4, 1)), file))


def graph_def() -> bytes:
    return protobuf(1, protobuf(1, b"input") + protobuf(2, b"Placeholder")) * 3


def saved_model() -> bytes:
    return b"\x08\x01" + protobuf(2, protobuf(1, protobuf(2, protobuf(1, b"Add") * 50) + protobuf(4, b"serve")))


def core_ml() -> bytes:
    return b"\x08\x04" + protobuf(2, protobuf(1, protobuf(1, b"image") + protobuf(3, b"\x22\0")))


def paddle() -> bytes:
    return protobuf(1, b"\x08\x00\x10" + b"\xff" * 9 + b"\x01" + protobuf(3, b"\x0a\x04feed") * 60)


def caffe2() -> bytes:
    return protobuf(1, b"squeezenet") + protobuf(2, protobuf(1, b"data") + protobuf(2, b"conv1") + protobuf(4, b"Conv"))


SUMMARY = """\
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1           [-1, 96, 109, 109]          14,208
"""
TORCHINFO = SUMMARY.replace("(type)", "(type:depth-idx)").replace("-", "=")
KERAS_SUMMARY = (
    'Model: "sequential"\n┏━━━━┓\n┃ Layer (type) ┃ Output Shape ┃    Param # ┃\n┡━━━━┩\n'
    "│ conv1 (Conv2D) │ (None, 9) │ 1 │\n"
)
SOURCE = (
    '#!/usr/bin/env python\n"""A network."""\nfrom __future__ import annotations\n\n'
    "import torch\n\nclass Net(torch.nn.Module):\n"
)

FOREIGN: Mapping[str, tuple[bytes | Callable[[], bytes], str]] = {
    "Keras": ((CASES / "09_small.keras").read_bytes(), r"a Keras model \(.*export it to ONNX"),
    "Keras HDF5": ((CASES / "09b_small.h5").read_bytes(), r"a Keras model \(HDF5\); export it to ONNX"),
    "Keras JSON": ((CASES / "09c_small.json").read_bytes(), r"a Keras model \(JSON\); .*export it to ONNX"),
    "Keras JSON of Sequential": (
        b'{"class_name": "Sequential", "config": [], "keras_version": "2.4.0"}',
        "a Keras model",
    ),
    "other HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(5000), "an HDF5 file, such as Keras writes"),
    "MATLAB's HDF5": (b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + b" " * 200, "a MATLAB file"),
    "MXNet": (
        b'{\n  "nodes": [{"op": "null"}],\n  "arg_nodes": [0],\n  "heads": [[1, 0, 0]]\n}',
        "an MXNet symbol file",
    ),
    "MXNet's weights": (b"\x12\x01" + bytes(14) + b"\x02" + bytes(60), "a file of MXNet's weights"),
    "TFLite": (b"\x1c\0\0\0TFL3" + bytes(99), "a TensorFlow Lite network; export it to ONNX, with tf2onnx"),
    "ONNX Runtime": (b"\x18\0\0\0ORTM" + bytes(99), "ONNX Runtime's own format; open the .onnx"),
    "ExecuTorch": (b"\x18\0\0\0ET12" + bytes(99), "an ExecuTorch program"),
    "a frozen graph": (graph_def, r"a TensorFlow network \(a frozen graph\); export it to ONNX, with tf2onnx"),
    "a SavedModel": (saved_model, "a TensorFlow SavedModel; export it to ONNX, with tf2onnx"),
    "a SavedModel in an archive": (
        archive("m/saved_model.pb", "m/variables/variables.index"),
        "a TensorFlow SavedModel",
    ),
    "Core ML": (core_ml, "a Core ML model; open the network that it was converted from"),
    "a Core ML package": (
        archive("n.mlpackage/Data/com.apple.CoreML/model.mlmodel"),
        "an archive with a Core ML model",
    ),
    "ncnn": (b"7767517\n75 83\nInput data 0 1 data\n", "an ncnn network; open the network that it was converted from"),
    "TNN": (b'"1 57 1 4206624770 ,"\n"input 1 3 224 224 ,"\n', "a TNN network"),
    "OpenVINO": (b'<?xml version="1.0"?>\n<net name="squeezenet" version="11">\n<layers>', "an OpenVINO network"),
    "Darknet": (b"# a network\n\n[net]\nbatch=1\n[convolutional]\n", "a Darknet network; export it to ONNX"),
    "Darknet's weights": (b"\0\0\0\0\x02\0\0\0\x05\0\0\0" + bytes(8) + b"\x3f\x12\xaa\xbb" * 9, "Darknet's weights"),
    "PaddlePaddle": (paddle, "a PaddlePaddle program; export it to ONNX, with paddle2onnx"),
    "Caffe2": (caffe2, "a network of Caffe2; export it to ONNX"),
    "Caffe2's text": (b'name: "squeezenet"\nop {\n  input: "data"\n}\n', "a Caffe2 network"),
    "a graph as text": (b'node {\n  name: "input"\n  op: "Placeholder"\n}\n', "a TensorFlow network as text"),
    "ONNX as text": (
        b'ir_version: 7\nproducer_name: "pytorch"\ngraph {\n}\n',
        "an ONNX network as text; save it as .onnx",
    ),
    "ONNX as JSON": (b'{"irVersion": "7", "graph": {"node": []}}', "an ONNX network as JSON; save it as .onnx"),
    "TensorFlow.js": (b'{"format": "layers-model", "modelTopology": {}}', "a TensorFlow.js network"),
    "an index of shards": (b'{"metadata": {}, "weight_map": {}}', "the index of weights that lie in several files"),
    "a configuration": (
        b'{"architectures": ["X"], "model_type": "squeezenet"}',
        r"Hugging Face model; open the \.safe",
    ),
    "TorchScript": (scripted, r"a TorchScript program; save its state_dict\(\)"),
    "torch.export": (exported, r"a program of torch\.export; save the model's state_dict\(\)"),
    "a whole module": (lambda: saved(lambda file: torch.save(nn.Conv2d(3, 4, 1), file)), "Python objects, such as"),
    "NumPy's archive": (of_numpy, r"an archive of NumPy arrays \(\.npz\)"),
    "a NumPy array": (lambda: saved(lambda file: np.save(file, np.zeros(3))), "a NumPy array"),
    "MATLAB": (b"MATLAB 5.0 MAT-file, Platform: PCWIN64" + b" " * 200, "a MATLAB file"),
    "Torch7": (b"\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1\x0d\0\0\0", r"a network of Torch7 \(Lua\)"),
    "an old pickle": (b"(dp0\nVfeatures\np1\nI1\ns.", "a Python pickle as text"),
    "gzip": (gzip.compress(b"x" * 99), "a gzip archive; unpack it first"),
    "bzip2": (bz2.compress(b"x" * 99), "a bzip2 archive; unpack it first"),
    "xz": (lzma.compress(b"x" * 99), "an xz archive; unpack it first"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30), "a 7-Zip archive; unpack it first"),
    "RAR": (b"Rar!\x1a\x07\x01\0" + bytes(30), "a RAR archive; unpack it first"),
    "tar": (tar, "a tar archive; unpack it first"),
    "an archive of ours": (
        archive("download/net.ONNX", "README.md"),
        r"that holds net\.ONNX; unpack it first, and open",
    ),
    "an Excel spreadsheet": (
        archive("[Content_Types].xml", "xl/workbook.xml"),
        "an Excel spreadsheet; save its table as CSV",
    ),
    "a Word document": (
        archive("[Content_Types].xml", "word/document.xml"),
        "an Office document.*save its table as CSV",
    ),
    "an OpenDocument spreadsheet": (
        archive("mimetype", "content.xml", "META-INF/manifest.xml"),
        "an OpenDocument file.*CSV",
    ),
    "an old spreadsheet": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "an old spreadsheet.*save its table as CSV",
    ),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "this is a picture; squeezeviz classify shows"),
    "GIF": (b"GIF89a", "a picture"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture"),
    "WebP": (b"RIFF\x24\0\0\0WEBPVP8 ", "a picture"),
    "TIFF": (b"II*\0\x08\0\0\0", "a picture"),
    "BMP": (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", "a picture"),
    "SVG": (
        b'<?xml version="1.0"?>\n<!-- made -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        r"a picture \(SVG\)",
    ),
    "Graphviz": (b'digraph "net" {\n  a -> b\n}\n', "a drawing for Graphviz; open the file that it was made from"),
    "PDF": (b"%PDF-1.7\n1 0 obj\n", "a PDF; copy the rows of its table and paste them"),
    "RTF": (b"{\\rtf1\\ansi layer}", r"a document \(RTF\); copy the rows"),
    "a notebook": (
        b'{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n',
        "a Jupyter notebook",
    ),
    "Python source": (SOURCE.encode(), r"Python source, which is never run; save the model's state_dict\(\)"),
    "Python source without imports": (b"# a net\ndef net(x):\n    return x\n", "Python source, which is never run"),
    "torchsummary": (SUMMARY.encode(), "a summary as torchsummary, torchinfo and Keras print it.*state_dict"),
    "torchinfo": (TORCHINFO.encode(), "a summary as torchsummary, torchinfo and Keras print it"),
    "Keras's summary": (KERAS_SUMMARY.encode(), "a summary as torchsummary, torchinfo and Keras print it"),
    "a printed module": (
        b"SqueezeNet(\n  (features): Sequential(\n    (0): Conv2d(3, 96)\n",
        "a module as PyTorch prints it",
    ),
    "SQLite": (b"SQLite format 3\0" + bytes(99), r"a database \(SQLite\); export the table as CSV"),
    "Parquet": (b"PAR1\x15\x04\x15\x10" + bytes(99), "a Parquet table; save it as CSV"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(99), "a program; open a network or a table"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_of_another_program_is_named_whatever_its_suffix(what: str, tmp_path: Path) -> None:
    made, sentence = FOREIGN[what]
    content = made if isinstance(made, bytes) else made()
    for suffix in ("", ".bin", ".txt", ".json", ".csv", ".md", ".onnx", ".pth", ".safetensors", ".prototxt", ".toml"):
        path = tmp_path / f"network{suffix}"
        path.write_bytes(content)
        with pytest.raises(SqueezevizError) as raised:
            read_file(path)
        assert re.search(sentence, raised.value.message), (suffix, raised.value.message)
        assert raised.value.place.file == str(path)
        assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("suffix", [suffix for suffix in foreign._SUFFIXES if suffix != ".py"])
def test_a_file_whose_content_tells_nothing_is_named_by_its_suffix(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{suffix.upper()}"
    path.write_bytes(b"\x9a\0\x01" * 100)
    with pytest.raises(SqueezevizError) as raised:
        read_file(path)
    assert raised.value.message == "this is {}; {}".format(*foreign._SUFFIXES[suffix])
    path.write_text("layer,output\ninput,9x9x3\nprob,\n")
    assert len(read_file(path).table.layers) == 1


def test_folders_of_other_programs_are_named(tmp_path: Path) -> None:
    (tmp_path / "model" / "variables").mkdir(parents=True)
    (tmp_path / "model" / "saved_model.pb").write_bytes(saved_model())
    (tmp_path / "model" / "variables" / "variables.data-00000-of-00001").write_bytes(b"\x9a\0\x01" * 100)
    (tmp_path / "n.mlpackage" / "Data" / "com.apple.CoreML").mkdir(parents=True)
    for name, sentence in {
        "model": "this is a folder with a TensorFlow SavedModel; export it to ONNX, with tf2onnx",
        "model/variables/variables.data-00000-of-00001": "this is a part of a TensorFlow checkpoint",
        "n.mlpackage": "this is a folder with a Core ML model",
        "model/variables": "this is a folder; name a file in it",
    }.items():
        with pytest.raises(SqueezevizError, match=sentence):
            read_file(tmp_path / name)


@pytest.mark.parametrize(
    "what", ["torchsummary", "torchinfo", "Keras's summary", "a printed module", "Python source without imports"]
)
def test_text_of_another_program_is_named_where_it_is_pasted(what: str) -> None:
    content, sentence = FOREIGN[what]
    assert isinstance(content, bytes)
    with pytest.raises(SqueezevizError, match=sentence):
        grid_of(content.decode())


def test_weights_that_an_onnx_file_keeps_beside_it_are_named(tmp_path: Path) -> None:
    values = onnx.numpy_helper.from_array(np.random.default_rng(1).random(3000, np.float32), "w")
    graph = onnx.helper.make_graph([], "g", [], [], [values])
    onnx.save_model(
        onnx.helper.make_model(graph), tmp_path / "n.onnx", save_as_external_data=True, location="n.onnx.data"
    )
    with pytest.raises(SqueezevizError, match=r"weights that an \.onnx file keeps beside it.*; open the \.onnx file"):
        read_file(tmp_path / "n.onnx.data")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_none_of_our_files_is_taken_for_another_program_s(suffix: str, tmp_path: Path) -> None:
    for name in (f"a{suffix}", "a", "a.bin", "a.txt"):
        (tmp_path / name).write_bytes(whole(suffix))
        assert read_file(tmp_path / name).table.layers


@settings(max_examples=50)
@given(st.sampled_from(["toml", "csv", "tsv", "json", "markdown", "latex", "prototxt"]), tables())
def test_no_text_of_ours_begins_as_another_program_s(format_id: str, table: LayerTable) -> None:
    try:
        content = to_bytes(table, format_id)
    except SqueezevizError:
        return  # a network that this format cannot say
    foreign.refuse_binary(content[:4096])
    foreign.refuse_text(content.decode())


@given(st.binary(min_size=1, max_size=7))
def test_weights_are_known_whatever_the_length_of_their_header_looks_like(start: bytes) -> None:
    head = start.ljust(8, b"\0") + b'{"a": {}}'
    if int.from_bytes(start, "little") in range(2, 2**40):
        assert binary_format(head, None) == "safetensors"


def test_notes_of_json_are_no_layer_table(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"class_name": "x"}))
    with pytest.raises(SqueezevizError, match="this JSON is no layer table"):
        read_file(tmp_path / "a.json")

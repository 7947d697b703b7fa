"""What people and their enemies put into files: by its name, what is in the file."""

import gzip
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping

MIB = 1024 * 1024
LARGE = 32 * MIB - 4096
"""Bytes: as many as a text may have."""


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("network.txt", b"hello")
    return made.getvalue()


def _bomb() -> bytes:
    """An archive as PyTorch's are, a thousandth of what comes out of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", bytes(100 * MIB))
    return made.getvalue()


NOTHING_OF_OURS: Mapping[str, bytes] = {
    "nothing": b"",
    "one byte": b"x",
    "a zero byte": b"\0",
    "blanks": b" \r\n\t\n",
    "random bytes": random.Random(3).randbytes(100_000),
    "zeros": bytes(10 * MIB),
    "a web page": b"<!DOCTYPE html>\n<html><body>404 | not found</body></html>",
    "a web page without a doctype": b"\n\n<html lang='en'><head></head></html>",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "gzip": gzip.compress(b"layer,s1x1\n"),
    "zip": _zip(),
    "a zip bomb": _bomb(),
    "a PDF": b"%PDF-1.7\n1 0 obj\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "XML": b"<?xml version='1.0'?><net/>",
    "Latin-1": "Schicht,Größe\n".encode("latin-1"),
    "UTF-16": "layer,s1x1\n".encode("utf-16"),
    "UTF-16 without a mark": "layer,s1x1\n".encode("utf-16-le"),
    "half a character": b"layer,s1x1\nfire\xc3",
    "prose": b"Dear all,\n\nplease find the network attached.\n",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "source": b"import os\nos.system('id')\n",
}
"""None of these opens, whatever the suffix."""


def _filled(piece: str) -> bytes:
    encoded = piece.encode()
    return encoded * (LARGE // len(encoded))


def _numbered(piece: str, before: str = "", count: int = 1_900_000) -> bytes:
    room = LARGE - len(before)
    pieces = []
    for number in range(count):
        made = piece.replace("#", str(number))
        room -= len(made)
        if room < 0:
            break
        pieces.append(made)
    return (before + "".join(pieces)).encode()


_CSV = "layer,type,s1x1\n"
_BARS = "| layer | s1x1 | e1x1 | e3x3 |\n|-|-|-|-|\n"
_TEX = "\\begin{tabular}{llll}\nlayer & s1x1 & e1x1 & e3x3 \\\\\n"
_JSON = '{"format": "squeezeviz", "a": '

LARGE_TEXTS: Mapping[tuple[str, str], Callable[[], bytes]] = {
    (".toml", "keys"): lambda: _numbered("a#=1\n"),
    (".toml", "headers"): lambda: _numbered("[a#]\n"),
    (".toml", "a list"): lambda: b"a=[\n" + _filled("1,1,1,1,1,1,1,1,\n"),
    (".toml", "digits"): lambda: b"a=" + _filled("9"),
    (".toml", "escapes"): lambda: b'a="' + _filled("\\n") + b'"',
    (".toml", "a name"): lambda: b'format="squeezeviz"\nname="' + _filled("a") + b'"',
    (".toml", "a folded text"): lambda: b'a="""' + _filled("\\\n" + " " * 40) + b'"""',
    (".json", "numbers"): lambda: (_JSON + "[").encode() + _filled("1.5,") + b"1]}",
    (".json", "keys, the last one twice"): lambda: _numbered('"#":1,', "{", 400_000) + b'"399999":1}',
    (".json", "escapes"): lambda: (_JSON + '"').encode() + _filled("\\ud800") + b'"}',
    (".json", "lists"): lambda: (_JSON + "[").encode() + _filled("[],") + b"1]}",
    (".csv", "rows"): lambda: _numbered("a#,conv,\n", _CSV),
    (".csv", "a cell"): lambda: (_CSV + "a,conv,").encode() + _filled("9"),
    (".csv", "an unended quotation"): lambda: (_CSV + '"').encode() + _filled("a,"),
    (".csv", "commas"): lambda: _CSV.encode() + _filled("," * 400 + "\n"),
    (".csv", "blank rows"): lambda: _CSV.encode() + _filled(" " * 16 + "\n"),
    (".tsv", "rows"): lambda: _numbered("a#\tconv\t1\n", _CSV.replace(",", "\t")),
    (".md", "rows"): lambda: _numbered("| a# | 1 | 1 | 1 |\n", _BARS),
    (".md", "stars"): lambda: _BARS.encode() + _filled("|" + "*a" * 50_000 + "|1|1|1|\n"),
    (".md", "half links"): lambda: _BARS.encode() + _filled("|" + "[a](" * 25_000 + "|1|1|1|\n"),
    (".md", "comments"): lambda: _BARS.encode() + _filled("<!---->"),
    (".md", "tables"): lambda: _filled("| layer | s1x1 |\n|-|-|\n| a | 1 |\n\n"),
    (".md", "dashes"): lambda: b"| layer | s1x1 |\n|" + _filled("-|"),
    (".tex", "rows"): lambda: _numbered("a# & 1 & 1 & 1 \\\\\n", _TEX),
    (".tex", "beginnings"): lambda: _filled("\\begin{tabular}{l}"),
    (".tex", "unended options"): lambda: _TEX.encode() + _filled("\\cite["),
    (".tex", "blanks"): lambda: b"\\begin{" + _filled(" "),
    (".prototxt", "layers"): lambda: _filled("layer{}"),
    (".prototxt", "a list"): lambda: b"layer{a:[" + _filled("1,") + b"]}",
    (".prototxt", "strings"): lambda: b"layer{name:" + _filled('"a"') + b"}",
    (".prototxt", "comments"): lambda: _numbered("#\n", "layer{"),
    (".prototxt", "a placeholder"): lambda: b"layer{a: " + _filled("$(") + b"}",
}
"""Texts of the largest size, each of what its reader would take long for; none opens."""


def protobuf(number: int, content: bytes) -> bytes:
    """A field that holds a message or a text."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])


def _graph(content: bytes) -> bytes:
    return b"\x08\x07" + protobuf(7, content)


def _tensor(content: bytes) -> bytes:
    return _graph(protobuf(1, protobuf(2, b"o") + protobuf(4, b"Relu")) + protobuf(5, content))


def _header(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


def _tensors(shapes: Iterable[object]) -> bytes:
    return _header(json.dumps({"a.weight": {"dtype": "F32", "shape": shapes, "data_offsets": [0, 0]}}).encode())


def _pickled(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("w/data.pkl", b"\x80\x02" + content)
    return made.getvalue()


def _caffe(of_its_layer: bytes, behind: bytes = b"") -> bytes:
    """A .caffemodel of a single convolution, and what stands behind it."""
    weights = protobuf(7, protobuf(7, protobuf(1, b"\1\1\1\1")) + protobuf(5, bytes(4)))
    layer = protobuf(100, protobuf(1, b"conv1") + protobuf(2, b"Convolution") + weights + of_its_layer)
    return protobuf(1, b"net") + layer + behind


LARGE_BINARIES: Mapping[tuple[str, str], Callable[[], bytes]] = {
    (".onnx", "fields"): lambda: b"\x08\x01" * (16 * MIB),
    (".onnx", "nodes"): lambda: _graph(protobuf(1, b"") * 300_000),
    (".onnx", "tensors"): lambda: _graph(protobuf(5, b"") * 3_000_000),
    (".onnx", "attributes"): lambda: _graph(protobuf(1, protobuf(5, b"") * 3_000_000)),
    (".onnx", "sizes"): lambda: _tensor(protobuf(1, b"\1" * 30 * MIB)),
    (".onnx", "whole numbers"): lambda: _tensor(protobuf(7, bytes(30 * MIB))),
    (".onnx", "a name"): lambda: _graph(protobuf(1, protobuf(4, b"R" * 30 * MIB))),
    (".onnx", "a length beyond the end"): lambda: b"\x08\x07\x3a" + b"\xff" * 9 + b"\1",
    (".onnx", "messages in messages"): lambda: b"\x08\x07" + b"\x3a\x80\x80\x40" * 100_000,
    (".safetensors", "a header beyond the end"): lambda: struct.pack("<Q", 2**39) + b"{}",
    (".safetensors", "a header of 90 MB"): lambda: _header(b"{" + b" " * 90_000_000),
    (".safetensors", "lists in lists"): lambda: _header(b'{"a":' + b"[" * 15_000_000),
    (".safetensors", "escapes"): lambda: _header(b'{"' + b"\\n" * 7_000_000 + b'":1}'),
    (".safetensors", "keys"): lambda: _header(_numbered('"#":1,', "{", 1_000_000) + b'"a":1}'),
    (".safetensors", "a shape of trillions"): lambda: _tensors([0] + [2**47] * 63),
    (".pth", "empty lists"): lambda: _pickled(b"]" * 15_000_000),
    (".pth", "tuples in tuples"): lambda: _pickled(b")" + b"\x85" * 700_000 + b"."),
    (".pth", "a number of megabytes"): lambda: _pickled(b"\x8b" + struct.pack("<i", 15_000_000) + b"\x7f" * 15_000_000),
    (".pth", "ends of archives"): lambda: b"PK\x03\x04" + b"PK\x05\x06" * 8_000_000,
    (".pth", "an old checkpoint without an end"): lambda: b"\x80\x02" + b"N" * 30_000_000,
    (".caffemodel", "layers"): lambda: _caffe(b"", b"\xa2\x06\0" * 3_000_000),
    (".caffemodel", "tensors"): lambda: _caffe(b"\x3a\0" * 8_000_000),
    (".caffemodel", "rules"): lambda: _caffe(b"\x42\0" * 4_000_000),
    (".caffemodel", "sides"): lambda: _caffe(protobuf(7, protobuf(7, protobuf(1, b"\1" * 30 * MIB)))),
    (".caffemodel", "numbers one by one"): lambda: _caffe(protobuf(7, b"\x2a\4\0\0\0\0" * 4_000_000)),
    (".caffemodel", "groups in groups"): lambda: _caffe(b"", b"\x9b\x06" * 15_000_000),
}
"""Files of binary formats that announce much, or make much of little; none opens."""

DEEP: Mapping[tuple[str, str], str] = {
    **{(suffix, f"400,000 {sign}"): sign * 400_000 for suffix in (".toml", ".json", ".prototxt", ".tex", ".md", ".csv")
       for sign in ("[", "{", "(", "<")},
    (".toml", "lists in lists"): "a = " + "[" * 100_000 + "]" * 100_000,
    (".toml", "keys in keys"): "a" + ".a" * 100_000 + " = 1",
    (".toml", "tables in tables"): "a = " + "{a = " * 100_000,
    (".json", "objects in objects"): '{"a":' * 100_000 + "1" + "}" * 100_000,
    (".json", "in a layer table"): _JSON + "[" * 100_000 + "]" * 100_000 + "}",
    (".prototxt", "layers in layers"): "layer {" * 100_000 + "}" * 100_000,
    (".prototxt", "angles in angles"): "layer <" * 100_000,
    (".tex", "groups in groups"): _TEX + "{" * 100_000 + "}" * 100_000,
    (".tex", "tables in tables"): "\\begin{tabular}{l}" * 20_000,
    (".md", "quotations in quotations"): ">" * 100_000 + " | layer | s1x1 |\n" + ">" * 100_000 + " |-|-|\n",
    (".md", "lists in lists"): "\n".join(" " * depth + "- a" for depth in range(3_000)),
    (".toml", "indentation"): " " * 1_000_000 + "a = 1",
    (".json", "indentation"): "{\n" + "\n".join(" " * depth for depth in range(3_000)) + '"a": 1}',
}  # fmt: skip
"""Texts that nest as deep as nobody means to; none opens."""

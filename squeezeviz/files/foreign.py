"""Files of other programs, known by what they hold: what each is, and what to do to see its network.

A kind is a line in one of the tables below. Where its content does not tell, its suffix does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePath

from squeezeviz.model.errors import SqueezevizError, brief

_AS_ONNX = "export it to ONNX and open that"
_WITH_TF2ONNX = "export it to ONNX, with tf2onnx, and open that"
_SOURCE = "open the network that it was converted from, as ONNX or Caffe's .prototxt"
_STATE = "save the model's state_dict() as .pth or .safetensors, or export it to ONNX, and open that"
_UNPACK = "unpack it first, and open what is in it"
_CELLS = "save its table as CSV, or copy its cells and paste them"
_PICTURE = "open the file that it was made from"
_CLASSIFY = (
    "squeezeviz classify shows what a network sees in it, and so does File > Open Picture in the window; to open a "
    "network, take the file it was drawn from"
)

_KERAS = "a Keras model"
_TENSORFLOW = "a TensorFlow network"

_SIZE = rb"[\x80-\xff]{0,4}[\x00-\x7f]"
_NAME = rb"[\x01-\x7f][\x20-\x7e]{1,127}?"
"""A length, and a short text behind its length, in files of protocol buffers."""

_BINARIES: tuple[tuple[bytes, str, str], ...] = (
    (rb"PK\x03\x04", "a zip archive, such as a spreadsheet or a PyTorch checkpoint", _UNPACK),
    (rb"PK\x05\x06|PK\x07\x08", "an empty zip archive, or a part of one", _UNPACK),
    (rb"\x80[\x02-\x05]", "a Python pickle", _STATE),
    (rb"\x89HDF[\s\S]{,4000}(?:keras_version|model_weights|layer_names|_layer_checkpoint)", f"{_KERAS} (HDF5)",
     _WITH_TF2ONNX),
    (rb"\x89HDF", "an HDF5 file, such as Keras writes", "if it is a Keras model, export it to ONNX, with tf2onnx"),
    (rb"[\s\S]{2}\0\0TFL3", "a TensorFlow Lite network", _WITH_TF2ONNX),
    (rb"[\s\S]{2}\0\0ORTM", "a network in ONNX Runtime's own format", "open the .onnx that it was made from"),
    (rb"[\s\S]{2}\0\0ET\d\d", "an ExecuTorch program", _STATE),
    (rb"\x08\x01\x12" + _SIZE + rb"\x0a" + _SIZE + rb"\x12", "a TensorFlow SavedModel", _WITH_TF2ONNX),
    (rb"\x08[\x01-\x1f]\x12" + _SIZE + rb"\x0a" + _SIZE + rb"\x0a", "a Core ML model", _SOURCE),
    (rb"\x0a" + _SIZE + rb"\x0a" + _NAME + rb"\x12[\x01-\x40][A-Z_][A-Za-z0-9_]", f"{_TENSORFLOW} (a frozen graph)",
     _WITH_TF2ONNX),
    (rb"\x0a" + _SIZE + rb"\x08\x00\x10\xff{9}\x01", "a PaddlePaddle program",
     "export it to ONNX, with paddle2onnx, and open that"),
    (rb"\x0a" + _NAME + rb"\x12" + _SIZE + rb"[\x0a\x12\x1a\x22]", "a network of Caffe2", _AS_ONNX),
    (rb"\x12\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a file of MXNet's weights",
     "export its network to ONNX, with mxnet.onnx, and open that"),
    (rb"\0\0\0\0[\x01-\x05]\0\0\0[\s\S]\0\0\0", "a file of Darknet's weights", _AS_ONNX),
    (rb"\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1", "a network of Torch7 (Lua)", _AS_ONNX),
    (rb"[fp]trt[\0-\x1f]", "an engine of TensorRT", "open the ONNX network that it was built from"),
    (rb"RKNN\0|\0\0\0\0RKNN", "an RKNN network", _SOURCE),
    (rb"GGUF[\x01-\x1f]\0", "a GGUF file of a language model", "squeezeviz shows SqueezeNets"),
    (rb"\x93NUMPY", "a NumPy array", _STATE),
    (rb"MATLAB [57]\.\d MAT-file", "a MATLAB file", _AS_ONNX),
    (rb"\x1f\x8b", "a gzip archive", _UNPACK),
    (rb"BZh[1-9]1AY", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (rb"[\s\S]{257}ustar", "a tar archive",
     "unpack it first; if an old PyTorch wrote it, load it and save it with a newer one"),
    (rb"%PDF-\d", "a PDF", "copy the rows of its table and paste them"),
    (rb"%!PS", "a PostScript file", _PICTURE),
    (rb"\x89PNG|\xff\xd8\xff|RIFF[\s\S]{4}WEBP|BM[\s\S]{4}\0\0\0\0", "a picture", _CLASSIFY),
    (rb"GIF8[79]a|II\*\0|MM\0\*|8BPS|\0\0\x01\0[\x01-\x20]\0", "a picture", _PICTURE),
    (rb"\0\0[\s\S]{2}ftyp", "a picture or a film", _PICTURE),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old spreadsheet or document of Office", _CELLS),
    (rb"\{\\rtf", "a document (RTF)", "copy the rows of its table and paste them"),
    (rb"SQLite format 3\0", "a database (SQLite)", "export the table as CSV and open that"),
    (rb"PAR1[\0-\x1f]", "a Parquet table", "save it as CSV and open that"),
    (rb"\x7fELF|MZ[\s\S]{,6}\0\0|\xcf\xfa\xed\xfe", "a program", "open a network or a table"),
)  # fmt: skip
"""What a file begins with, what it is, and what to do."""

_MEMBERS: tuple[tuple[str, str, str], ...] = (
    (r"(?:.+/)?constants\.pkl", "a TorchScript program", "save its state_dict() and open that, or export it to ONNX"),
    (r"(?:.+/)?(?:archive_format|serialized_exported_program\.json|models/[^/]+\.json)", "a program of torch.export",
     _STATE),
    (r"model\.weights\.h5", f"{_KERAS} (.keras)", "export it to ONNX, with tf2onnx or model.export(), and open that"),
    (r"xl/.*", "an Excel spreadsheet", _CELLS),
    (r"\[Content_Types\]\.xml", "an Office document, such as a spreadsheet", _CELLS),
    (r"Index/(?:Document|Tables/.*)\.iwa", "a document of Apple's, such as a spreadsheet", _CELLS),
    (r"META-INF/manifest\.xml", "an OpenDocument file, such as a spreadsheet", _CELLS),
    (r"(?:.+/)?saved_model\.pb", "an archive with a TensorFlow SavedModel", _WITH_TF2ONNX),
    (r".*(?:com\.apple\.CoreML/.*|\.mlmodel)", "an archive with a Core ML model", _SOURCE),
    (r"MAR-INF/MANIFEST\.json", "an archive of TorchServe", "unpack it first, and open the weights in it"),
    (r"META-INF/MANIFEST\.MF", "a Java archive", _UNPACK),
    (r"(?:.+/)?[^/]+\.npy", "an archive of NumPy arrays (.npz)", _STATE),
)  # fmt: skip
"""A member that an archive has, what the archive is, and what to do."""

_KEYS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"class_name", "config"}), f"{_KERAS} (JSON)",
     "load it in Keras, export it to ONNX, with tf2onnx, and open that"),
    (frozenset({"nodes", "arg_nodes", "heads"}), "an MXNet symbol file",
     "export its network to ONNX, with mxnet.onnx, and open that"),
    (frozenset({"cells", "nbformat"}), "a Jupyter notebook",
     "run it and save the model's state_dict() there, or export it to ONNX, and open that"),
    (frozenset({"modelTopology"}), "a TensorFlow.js network", _WITH_TF2ONNX),
    (frozenset({"weight_map"}), "the index of weights that lie in several files", "save them in one .safetensors file"),
    (frozenset({"model_type", "architectures"}), "the settings of a Hugging Face model",
     "open the .safetensors that lies beside it"),
    (frozenset({"base_code", "program"}), "a PaddlePaddle program",
     "export it to ONNX, with paddle2onnx, and open that"),
    (frozenset({"graph_module", "opset_version"}), "a program of torch.export", _STATE),
    (frozenset({"irVersion", "graph"}), "an ONNX network as JSON", "save it as .onnx and open that"),
)  # fmt: skip
"""The keys that a JSON object has, what it is, and what to do."""

_COMMENTS = r"(?:[ \t]*(?:[#;][^\n]*)?\r?\n)*"
_DOCSTRING = r"(?:r?\"\"\"[\s\S]{,6000}?\"\"\"\s*|r?'''[\s\S]{,6000}?'''\s*)?"
_PREAMBLE = _COMMENTS + _DOCSTRING + _COMMENTS
"""What may stand above the first statement of Python source."""

_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"\s*<\?xml[^>]*>(?:\s|<!--[^>]*-->)*<net\s|\s*<net\s+name=", "an OpenVINO network", _SOURCE),
    (r"7767517\s", "an ncnn network", _SOURCE),
    (r"\"?\d+ \d+ \d+ 42066247\d\d", "a TNN network", _SOURCE),
    (_COMMENTS + r"\[net(?:work)?\]", "a Darknet network", _AS_ONNX),
    (_COMMENTS + r"(?:name:[^\n]*\n)?\s*op\s*\{", "a Caffe2 network", _AS_ONNX),
    (_COMMENTS + r"node\s*\{", f"{_TENSORFLOW} as text", _WITH_TF2ONNX),
    (r"\s*<?\s*ir_version\s*:", "an ONNX network as text", "save it as .onnx and open that"),
    (r"[\s\S]{,8000}\bLayer \(type[^)\n]{,40}\)[^\n]{,200}Output Shape[^\n]{,200}Param #",
     "a summary as torchsummary, torchinfo and Keras print it, which tells no kernels and strides", _STATE),
    (r"\s*\w+\(\r?\n\s+\(\w+\): \w+\(", "a module as PyTorch prints it, which does not tell how data flows", _STATE),
    (_PREAMBLE + r"(?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+[\w.]+[ \t]*(?:,|as\b|[;#]|\r?\n|\Z))",
     "Python source, which is never run", _STATE),
    (_PREAMBLE + r"(?:class|def)[ \t]+\w+[ \t]*[(:]", "Python source, which is never run", _STATE),
    (r"#![^\n]*\bpython", "Python source, which is never run", _STATE),
    (r"[(][dl]p\d+\r?\n|c(?:__main__|__builtin__|copy_reg|collections|torch[\w.]*|numpy[\w.]*)\r?\n\w+\r?\n",
     "a Python pickle as text", _STATE),
    (r"\s*(?:<\?xml[^>]*>(?:\s|<!--[^>]*-->|<!DOCTYPE[^>]*>)*)?<svg\b", "a picture (SVG)", _PICTURE),
    (r"\s*(?:strict\s+)?(?:di)?graph\s+[\w\"]*\s*\{", "a drawing for Graphviz", _PICTURE),
)  # fmt: skip
"""What a text begins with, what it is, and what to do."""

_SUFFIXES: Mapping[str, tuple[str, str]] = {
    ".pb": (_TENSORFLOW, _WITH_TF2ONNX),
    ".tflite": ("a TensorFlow Lite network", _WITH_TF2ONNX),
    ".tmfile": ("a Tengine network", _SOURCE),
    ".mnn": ("an MNN network", _SOURCE),
    ".rknn": ("an RKNN network", _SOURCE),
    ".params": ("a file of MXNet's weights", "export its network to ONNX, with mxnet.onnx, and open that"),
    ".pdmodel": ("a PaddlePaddle program", "export it to ONNX, with paddle2onnx, and open that"),
    ".pdiparams": ("a file of PaddlePaddle's weights", "export its network to ONNX, with paddle2onnx, and open that"),
    ".pdparams": ("a file of PaddlePaddle's weights", "export its network to ONNX, with paddle2onnx, and open that"),
    ".weights": ("a file of Darknet's weights", _AS_ONNX),
    ".engine": ("an engine of TensorRT", "open the ONNX network that it was built from"),
    ".plan": ("an engine of TensorRT", "open the ONNX network that it was built from"),
    ".trt": ("an engine of TensorRT", "open the ONNX network that it was built from"),
    ".mlmodel": ("a Core ML model", _SOURCE),
    ".om": ("a network for Ascend processors", _SOURCE),
    ".dlc": ("a network for Snapdragon processors", _SOURCE),
    ".mindir": ("a MindSpore network", _AS_ONNX),
    ".msgpack": ("a file of Flax's weights", _AS_ONNX),
    ".index": ("a part of a TensorFlow checkpoint", _WITH_TF2ONNX),
    ".meta": (f"{_TENSORFLOW} without weights", _WITH_TF2ONNX),
    ".onnx_data": ("the weights that an .onnx file keeps beside it", "open the .onnx file"),
    ".data": ("the weights that an .onnx file keeps beside it, or other numbers", "open the .onnx file"),
    ".bin": ("a file of numbers alone, such as weights", "open the file that describes their network"),
    ".py": ("Python source, which is never run", _STATE),
    ".xls": ("an old spreadsheet or document of Office", _CELLS),
}
"""What a file is whose content does not tell."""


def refuse_binary(head: bytes) -> None:
    """Raise SqueezevizError where a file's first bytes, 4 KiB will do, are those of another program's."""
    for pattern, what, advice in _BINARIES:
        if re.match(pattern, head):
            raise _refusal(what, advice)


def refuse_members(names: Collection[str], readable: Collection[str]) -> None:
    """Raise SqueezevizError where an archive's members are those of another program's, or of files to be unpacked.

    `readable` are the suffixes of files that can be opened.
    """
    for pattern, what, advice in _MEMBERS:
        if any(re.fullmatch(pattern, name, re.DOTALL) for name in names):
            raise _refusal(what, advice)
    inside = next((name for name in names if PurePath(name).suffix.casefold() in readable), None)
    if inside is not None:
        raise _refusal(f"a zip archive that holds {brief(PurePath(inside).name)}", "unpack it first, and open that")


def refuse_json(document: object) -> None:
    """Raise SqueezevizError where a JSON object is another program's."""
    if isinstance(document, Mapping):
        for keys, what, advice in _KEYS:
            if keys <= document.keys():
                raise _refusal(what, advice)


def refuse_text(text: str) -> None:
    """Raise SqueezevizError where a text begins as another program's."""
    start = text[:_SNIFFED]
    for pattern, what, advice in _TEXTS:
        if re.match(pattern, start):
            raise _refusal(what, advice)


_SNIFFED = 10_000


_FOLDERS: tuple[tuple[str, str, str], ...] = (
    ("saved_model.pb", "a folder with a TensorFlow SavedModel", _WITH_TF2ONNX),
    ("Data/com.apple.CoreML", "a folder with a Core ML model", _SOURCE),
)
"""What lies in a folder, what it is, and what to do."""


def refuse_folder(path: str | os.PathLike[str]) -> None:
    """Raise SqueezevizError where a folder is another program's network."""
    for inside, what, advice in _FOLDERS:
        if Path(path, inside).exists():
            raise _refusal(what, advice)


def by_suffix(path: str | os.PathLike[str]) -> SqueezevizError | None:
    """What a file must be whose content does not tell, going by its suffix; None where that does not tell either."""
    suffix = PurePath(path).suffix.casefold()
    found = _SUFFIXES.get(".index" if suffix.startswith(".data-") else suffix)
    return _refusal(*found) if found else None


def _refusal(what: str, advice: str) -> SqueezevizError:
    return SqueezevizError(f"this is {what}; {advice}")

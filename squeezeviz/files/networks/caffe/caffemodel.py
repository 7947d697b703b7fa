"""Caffe's .caffemodel: weights, put into the rows of a network by its layers' names.

The network is that of a prototxt, the one that is named or the one that lies beside it; else what the file itself
tells of its layers; else what the shapes of weights tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS, PreprocessingHint
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName, TensorShape, tensor_shapes
from squeezeviz.files.networks.caffe.parse import parse, parse_as_saved
from squeezeviz.files.networks.caffe.read import Network, network_in
from squeezeviz.files.networks.caffe.saved import CONVOLUTION, Blob, SavedLayer, SavedNet, parse_saved
from squeezeviz.files.networks.graph.channels import Moved, in_table_order
from squeezeviz.files.opened import Read
from squeezeviz.files.reading import binary_file, read_text
from squeezeviz.files.weights.convolutions import written
from squeezeviz.files.weights.network import network_of
from squeezeviz.files.weights.numbers import MOST_BYTES, Array, Stored, floats, load_weights, moved_on
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief, errors_at
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import some
from squeezeviz.paper.geometry import CAFFE

LARGEST_FILE = MOST_BYTES
"""Bytes."""


def read(path: Path, deploy: str | None = None) -> Read:
    """The network whose weights the file holds, with the geometry of the prototxt `deploy`, if that is named.

    SqueezevizError says what the file is otherwise, and what of the prototxt does not fit it.
    """
    with binary_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise SqueezevizError(
                f"the file has {size:,} bytes; a .caffemodel has at most {LARGEST_FILE:,} (512 MiB) here"
            )
        saved = parse_saved(file.read(size))
    return _read(saved, path, deploy)._replace(preprocessing=_USUAL)


_USUAL = PreprocessingHint(PREPROCESSINGS["caffe"], "what Caffe trained usually takes its pictures so")


def _read(saved: SavedNet, path: Path, deploy: str | None) -> Read:
    if deploy is not None:
        return _filled(saved, path, _described(deploy), brief(Path(deploy).name))
    beside = _beside(path)
    names = [brief(Path(each).name) for each in beside]
    if len(beside) == 1:
        try:
            return _filled(saved, path, _described(beside[0]), f"{names[0]}, which lies beside it")
        except SqueezevizError as error:
            note = f"the .prototxt beside it is not used: {error}; --deploy FILE names another"
    else:
        note = f"several .prototxt lie beside it, and none is used: {some(names)}; --deploy FILE names the one"
    return _as_it_tells(saved, path, (Note(note),) if beside else ())


def _described(deploy: str) -> Network:
    with errors_at(file=deploy):
        return network_in(parse(read_text(deploy)), Path(deploy).stem)


def _beside(path: Path) -> list[str]:
    """The prototxt files in the folder of the file, of as many entries as are looked at."""
    try:
        with os.scandir(path.parent) as entries:
            named = [each for each in islice(entries, _MOST_ENTRIES) if each.name.casefold().endswith(".prototxt")]
            return sorted(str(path.parent / each.name) for each in named if each.is_file())
    except OSError:
        return []


_MOST_ENTRIES = 10_000


def _as_it_tells(saved: SavedNet, path: Path, notes: tuple[Note, ...]) -> Read:
    """The network by what the file tells of its layers, or by the shapes of their weights where it tells nothing."""
    blobs = _blobs(saved)
    if saved.is_whole:
        first = next(iter(blobs.values())).shape if blobs else ()
        channels = first[1] if len(first) == _SIDES and first[1] else InputShape().channels
        net = parse_as_saved(saved.text, InputShape(channels, CAFFE.side, CAFFE.side))
        read = _filled(saved, path, network_in(net, path.stem), "the network that the file itself holds")
        return read._replace(notes=(*notes, *read.notes))
    for layer in saved.layers:
        if not _is_convolution(layer):
            said = f"this has weights and is of type {brief(layer.type)}, for which a layer table has no row"
            raise SqueezevizError(f"{said}; --deploy FILE names the .prototxt that tells more", Place(row=layer.name))
    stored = {key: Stored(blob.shape, blob.dtype, 0) for key, blob in blobs.items()}
    notes = (*notes, Note("--deploy FILE names the .prototxt that tells its geometry", Severity.INFO))
    return network_of(stored, lambda key: _numbers(blobs[key]), path, notes, CAFFE.id)


_SIDES = 4
"""Of a convolution's weights."""


def _is_convolution(layer: SavedLayer) -> bool:
    return layer.type in (CONVOLUTION, "")


def _blobs(saved: SavedNet) -> dict[str, Blob]:
    """The tensors of all convolutions by keys such as PyTorch has: `conv1.weight`, `conv1.bias`."""
    found = {}
    for layer in filter(_is_convolution, saved.layers):
        if len(layer.blobs) > len(_KINDS):
            said = f"it has {len(layer.blobs)} tensors, where a convolution has its weights and its biases"
            raise SqueezevizError(said, Place(row=layer.name))
        for kind, blob in zip(_KINDS, layer.blobs, strict=False):
            shape = blob.shape[-1:] if kind == "bias" and set(blob.shape[:-1]) <= {1} else blob.shape
            found[f"{layer.name}.{kind}"] = blob._replace(shape=shape)  # biases were 1×1×1×N in Caffe's first year
    return found


_KINDS = {"weight": "weights", "bias": "biases"}


def _numbers(blob: Blob, moved: Moved | None = None) -> Array:
    array = floats(b"".join(blob.packed), blob.dtype).reshape(blob.shape)
    if moved is not None:
        array = moved_on(array, moved.filters, moved.channels if array.ndim == _SIDES else 0)
    return array if array.flags.writeable else array.copy()


def _filled(saved: SavedNet, path: Path, network: Network, whose: str) -> Read:
    """The network with the weights that layers of the same names have in the file.

    `whose` says whose the network is. SqueezevizError where these are two networks.
    """
    blobs = _blobs(saved)
    convolutions, reason = in_table_order(network.rows)
    keys = {
        TensorName(each.row, each.part, kind): f"{each.operation.name}.{kind}"
        for each in convolutions
        for kind in _KINDS
        if f"{each.operation.name}.{kind}" in blobs
    }
    _check_names(keys, convolutions, saved, whose)
    _check_shapes(keys, network, blobs, whose)
    notes = [Note(f"its geometry is that of {whose}", Severity.INFO), *network.notes]
    notes += _notes_on_names(keys, convolutions, blobs)
    if reason:
        left_out = Note(f"its weights are left out: {reason}; a pass runs with fresh random ones")
        return Read(network.table, (*notes, left_out))
    moved = {f"{each.operation.name}.{kind}": each for each in convolutions for kind in _KINDS}
    stored = {key: Stored(blobs[key].shape, blobs[key].dtype, 0) for key in keys.values()}
    weights, of_numbers = load_weights(keys, stored, lambda key: _numbers(blobs[key], moved[key]), path.name)
    return Read(network.table, (*notes, *of_numbers), weights)


def _check_names(keys: Mapping[TensorName, str], convolutions: list[Moved], saved: SavedNet, whose: str) -> None:
    if keys or not convolutions:
        return
    here = some([brief(layer.name) for layer in saved.layers], _FEW)
    there = some([brief(each.operation.name) for each in convolutions], _FEW)
    raise SqueezevizError(f"its layers with weights ({here}) are none of those of {whose} ({there})")


_FEW = 2


def _check_shapes(keys: Mapping[TensorName, str], network: Network, blobs: Mapping[str, Blob], whose: str) -> None:
    """Raise SqueezevizError where weights have another shape than the network says, or a layer lacks some of them."""
    for name, key, needed in _shapes(keys, network):
        layer, what = key.rpartition(".")[0], _KINDS[name.kind]
        there = blobs[key].shape if key in blobs else None
        if there == needed:
            continue
        here = (
            f"it has {what} of {written(there)} in the file" if there is not None else f"it has no {what} in the file"
        )
        wanted = f"of {written(needed)}" if needed is not None else "none"
        raise SqueezevizError(f"{here}, and {wanted} in {whose}: these are two networks", Place(row=layer))


def _shapes(keys: Mapping[TensorName, str], network: Network) -> Iterator[tuple[TensorName, str, TensorShape | None]]:
    """Each tensor that a row has in the file, or needs beside them, with its key and the shape that is needed."""
    for layer in resolve(network.table).layers:
        needed = tensor_shapes(layer)
        given = {name: key for name, key in keys.items() if name.row == layer.name}
        for name, key in given.items():
            yield name, key, needed.get(name)
            other = name._replace(kind="bias")
            if other in needed and other not in given:
                yield other, f"{key.rpartition('.')[0]}.bias", needed[other]


def _notes_on_names(
    keys: Mapping[TensorName, str], convolutions: list[Moved], blobs: Mapping[str, Blob]
) -> Iterator[Note]:
    missing = [each for each in convolutions if f"{each.operation.name}.weight" not in blobs]
    if missing:
        names = some([brief(each.operation.name) for each in missing], _FEW)
        partly = dict.fromkeys(each.row for each in missing if any(name.row == each.row for name in keys))
        # A row takes all of its tensors or none.
        where = f"there and in all of {some(list(map(brief, partly)), _FEW)}" if partly else "there"
        yield Note(f"no weights of {names} are in the file; a pass runs with fresh random ones {where}")
    taken = set(keys.values())
    beside = [key.rpartition(".")[0] for key in blobs if key.endswith(".weight") and key not in taken]
    if beside:
        names = some([brief(each) or "a layer without a name" for each in beside], _FEW)
        yield Note(f"not read: the weights of {names}, which no row takes")

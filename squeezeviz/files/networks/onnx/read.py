"""An ONNX network as a layer table, with its weights."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.networks.graph.naming import named_rows
from squeezeviz.files.networks.graph.opening import Opening, open_graph
from squeezeviz.files.networks.graph.series import Row, notes_on_flattening, sharing, table_of
from squeezeviz.files.networks.onnx.images import Image, images
from squeezeviz.files.networks.onnx.linking import Linked, link
from squeezeviz.files.networks.onnx.model import OnnxModel, parse
from squeezeviz.files.networks.onnx.naming import OUR_PRODUCER, is_nameless, name_operations, take_our_names
from squeezeviz.files.networks.onnx.operation import OnnxOperation
from squeezeviz.files.networks.onnx.preprocessing import preprocessing_of
from squeezeviz.files.networks.onnx.tensors import weights_of
from squeezeviz.files.opened import Read, name_from
from squeezeviz.files.reading import binary_file
from squeezeviz.model.errors import Note, Severity, SqueezevizError, brief, shown
from squeezeviz.model.layers import check_name
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import some

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes."""


def read(path: Path) -> Read:
    """The network in an ONNX file with its weights; notes say what of the file a table has no place for.

    Rows keep the file's names where it has sensible ones. SqueezevizError with the node for what a table cannot say.
    """
    with binary_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise SqueezevizError(
                f"the file has {size:,} bytes; an ONNX network has at most {LARGEST_FILE:,} (512 MiB) here"
            )
        return _read(parse(file.read(size)), path)


class _Found(NamedTuple):
    """A network as it was read with one image. `rows` have the table's names."""

    rows: Sequence[Row]
    network: ResolvedNetwork
    image: Image
    linked: Linked
    opening: Opening

    @property
    def rank(self) -> tuple[bool, bool]:
        """How well the image serves: to the end, and so that it runs."""
        return self.opening.stopped is None, self.network.runs


def _read(model: OnnxModel, path: Path) -> Read:
    found = _best(model, path.stem)
    weights, notes_on_weights = weights_of(found.rows, path.name)
    notes = (*found.opening.notes, *found.image.notes, *_notes(model, found), *notes_on_weights)
    return Read(found.network.table, notes, weights, preprocessing=preprocessing_of(model.proto))


def _best(model: OnnxModel, stem: str) -> _Found:
    """The network with the image that serves best, the first of equals. Where none does, its error is raised."""
    tried = images(model)
    served, errors = [], []
    for image in tried:
        try:
            served.append(_found(model, image, stem))
        except SqueezevizError as error:
            errors.append(error)
    if not served:
        raise errors[0]
    return max(served, key=lambda each: each.rank)


def _found(model: OnnxModel, image: Image, stem: str) -> _Found:
    linked = link(model, image)
    give_names = take_our_names if model.proto.producer_name == OUR_PRODUCER else name_operations
    give_names(linked.operations)
    opening = open_graph([linked.source])
    _, *sides = image.shape
    channels, height, width = (sides[2], *sides[:2]) if image.channels_last else sides
    rows = named_rows(opening.rows, is_nameless)
    table = table_of(_name(model, stem), InputShape(channels, height, width), rows)
    return _Found(rows, resolve(table), image, linked, opening)


def _name(model: OnnxModel, stem: str) -> str:
    """The graph's name, or the file's where an exporter just put a word of its own there."""
    name = model.proto.graph.name
    try:
        check_name(name)
    except SqueezevizError:
        return name_from(stem)
    return name_from(stem) if name.casefold() in _NO_NAMES else name


_NO_NAMES = ("main_graph", "main", "graph", "torch-jit-export", "torch_jit", "onnx", "model", "tf2onnx")


def _notes(model: OnnxModel, found: _Found) -> Iterator[Note]:
    for row in found.rows:
        if isinstance(row.first, OnnxOperation) and row.first.note:
            yield Note(f"{row.layer.name}: {row.first.note}")
    left_out = len(model.nodes) - len(model.needed_nodes)
    if left_out:
        yield Note(f"left out, as no output depends on them: {left_out:,} node{'s' * (left_out > 1)}")
    if model.proto.training_info:
        yield Note("left out: how it is trained", Severity.INFO)
    outputs = found.linked.outputs
    whole = [flow.shape or () for flow in outputs.values() if not flow.node.consumers]
    if found.opening.stopped is None and (unflattened := [shape for shape in whole if len(shape) > _FLAT]):
        yield from notes_on_flattening(found.network, unflattened[0][1:])
    yield from _notes_on_shared_weights(found.rows)
    inner = [name for name, flow in outputs.items() if flow.node.consumers]
    if inner:
        yield Note(f"left out: it also puts out {', '.join(map(shown, inner[:4]))}, which is not its last map")


_FLAT = 2
"""Dimensions: N and the channels."""


def _notes_on_shared_weights(rows: Sequence[Row]) -> Iterator[Note]:
    for _, places in sharing(rows):
        convolutions = some([brief(f"{row.layer.name} {part}".strip()) for row, part in places])
        yield Note(f"{convolutions} share their weights in the file; here each counts its own")

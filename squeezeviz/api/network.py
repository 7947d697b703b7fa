"""A network as a value: its rows, its numbers, and what can be made of it."""

from __future__ import annotations

import atexit
import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.opened import Opened, Read
from squeezeviz.files.weights import Weights
from squeezeviz.model.errors import Note, Place, SqueezevizError, brief, errors_at
from squeezeviz.model.layers import Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import some

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from squeezeviz.analysis.pictures.classes import Classification
    from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint
    from squeezeviz.api.trace import Trace
    from squeezeviz.figure.writers.figure import ExportOptions


class Row:
    """A row of a network: the fields of its layer (`net["fire3"].s1x1`), and what follows from them.

    The numbers are predicted, from formulas; a `Network.trace` measures them. A row that data does not reach, as an
    earlier one cannot run, has no numbers: asking for them raises SqueezevizError with the reason.
    """

    __slots__ = ("_network", "_place")

    def __init__(self, network: ResolvedNetwork, place: int) -> None:
        self._network, self._place = network, place

    @property
    def layer(self) -> Layer:
        """The frozen layer: a Conv, a Fire, a MaxPool, an AvgPool, a GlobalAvgPool, a Dropout or a Softmax."""
        return self._network.table.layers[self._place]

    def __getattr__(self, field: str) -> Any:
        if field.startswith("__"):
            raise AttributeError(field)
        try:
            return getattr(self.layer, field)
        except AttributeError:
            fields = ", ".join(each.name for each in dataclasses.fields(self.layer))
            raise AttributeError(f"a {self.layer.type} row has no {field}; it has {fields}") from None

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of what it puts out."""
        channels, height, width = self._resolved.shape
        return channels, height, width

    @property
    def depth(self) -> int:
        """By how much it adds to the network's depth: 1 for a convolution, 2 for a Fire module, 0 for all else."""
        return self._resolved.depth.value

    @property
    def parameters(self) -> int:
        """How many weights and biases it has."""
        return self._resolved.parameters.value

    @property
    def macs(self) -> int:
        """The multiply-adds of its convolutions on one image; biases do not count."""
        return self._resolved.macs.value

    @property
    def _resolved(self) -> ResolvedLayer:
        if self._place < len(self._network.layers):
            return self._network.layers[self._place]
        raise _no_numbers(self._network)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(each.name for each in dataclasses.fields(self.layer))]

    def __repr__(self) -> str:
        return repr(self.layer)


@dataclasses.dataclass(frozen=True, repr=False)
class Network:
    """A network: its layer table, and the weights that came with it, if any.

    It is a value: nothing changes it, and an edit makes a new one. Two are equal where their tables are.

    Every mistake that a person can make raises SqueezevizError, one sentence with its place.
    """

    table: LayerTable
    weights: Weights | None = dataclasses.field(default=None, compare=False)
    notes: tuple[str, ...] = dataclasses.field(default=(), compare=False)
    """What there is to know of how it was read, a sentence each."""
    preprocessing: PreprocessingHint | None = dataclasses.field(default=None, compare=False)
    """How pictures are prepared for its weights, where the file tells."""

    @classmethod
    def of(cls, found: Opened | Read) -> Network:
        """The network that a reader found, with its notes."""
        notes = tuple(str(Note.as_line(note)) for note in found.notes)
        return cls(found.table, found.weights, notes, found.preprocessing)

    @cached_property
    def resolved(self) -> ResolvedNetwork:
        """The table with all of its formulas, as the window explains them."""
        return resolve(self.table)

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of the image that it takes."""
        image = self.table.input
        return image.channels, image.height, image.width

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of its last map."""
        channels, height, width = self._running.output
        return channels, height, width

    @property
    def depth(self) -> int:
        """The convolutions that the longest way through it passes, one after the other."""
        return self._running.depth.value

    @property
    def parameters(self) -> int:
        """How many weights and biases it has."""
        return self._running.parameters.value

    @property
    def macs(self) -> int:
        """The multiply-adds of a pass over one image."""
        return self._running.macs.value

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it cannot run, empty where it can."""
        return tuple(map(str, self.resolved.problems))

    @property
    def _running(self) -> ResolvedNetwork:
        if self.resolved.runs:
            return self.resolved
        raise _no_numbers(self.resolved)

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(Row(self.resolved, place) for place in range(len(self.table.layers)))

    def __len__(self) -> int:
        return len(self.table.layers)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, name: str) -> Row:
        """The row of that name."""
        return Row(self.resolved, self._place(name))

    def _place(self, name: str) -> int:
        try:
            return self.table.index_of(name)
        except KeyError:
            names = some([brief(layer.name) for layer in self.table.layers], 8)
            raise SqueezevizError(f"there is no row {brief(str(name))!r}; the rows are {names}") from None

    def edit(self, row: str, **fields: Any) -> Network:
        """Return the network with some fields of a row changed: `net.edit("fire3", s1x1=24, bypass="simple")`.

        Weights stay with all rows whose tensors keep their shapes. SqueezevizError for a field that the row does not
        have, or a value that cannot stand in it.
        """
        place = self._place(row)
        layer = self.table.layers[place]
        known = [each.name for each in dataclasses.fields(layer)]
        for field in fields:
            if field not in known:
                raise SqueezevizError(
                    f"a {layer.type} row has no {brief(field)}; it has {', '.join(known)}", Place(row=row)
                )
        with errors_at(row=row):
            return self._with(self.table.with_layer(place, dataclasses.replace(layer, **fields)))

    def with_input(self, channels: int, height: int, width: int) -> Network:
        """Return the network on images of another size."""
        return self._with(self.table.with_input(InputShape(channels, height, width)))

    def renamed(self, name: str) -> Network:
        """Return the network under another name."""
        return self._with(dataclasses.replace(self.table, name=name))

    def _with(self, table: LayerTable) -> Network:
        return dataclasses.replace(self, table=table, weights=self._weights_of(table))

    def _weights_of(self, table: LayerTable) -> Weights | None:
        """The weights by the rows' names in `table`; a row that was renamed keeps its own."""
        if self.weights is None:
            return None
        now = {was.name: layer.name for was, layer in zip(self.table.layers, table.layers, strict=True)}
        arrays = {name._replace(row=now[name.row]): array for name, array in self.weights.arrays.items()}
        return dataclasses.replace(self.weights, arrays=arrays, stored=())

    def trace(self, device: str = "cpu", *, batch: int = 1, repeats: int = 1) -> Trace:
        """Run a forward pass on a device (`cpu`, `cuda:0`, `mps`, or `meta`, which computes shapes alone), and measure.

        With `repeats` times are medians of so many passes. Rows have the network's weights, others fresh ones.
        SqueezevizError where it cannot run there.
        """
        from squeezeviz.api.trace import Trace

        return Trace.of(self._running, self.weights, device, batch, repeats)

    def classify(
        self,
        *images: str | os.PathLike[str],
        preprocess: str | None = None,
        labels: str | os.PathLike[str] | None = None,
        device: str = "cpu",
    ) -> Classification:
        """Return the classes that the network sees in pictures, the likeliest first: PNG, JPEG, WebP or BMP files.

        `preprocess` is torchvision, caffe, bgr or rgb, else what fits the weights; `labels` is a file with a class's
        name a line. SqueezevizError for random weights, which see nothing, and for a picture that cannot be read.
        """
        from squeezeviz.api.pictures import classify

        return classify(self._opened(), images, preprocess, labels, device)

    def features(
        self, image: str | os.PathLike[str], at: str, *, preprocess: str | None = None, device: str = "cpu"
    ) -> NDArray[np.float32]:
        """Return the feature maps of a layer or an operation (`fire2/expand3x3`) for a picture, channels × height ×
        width."""
        from squeezeviz.api.pictures import features

        return features(self._opened(), image, at, preprocess, device)

    def _opened(self) -> Opened:
        return Opened(self.table, weights=self.weights, preprocessing=self.preprocessing)

    def to_module(self) -> torch.nn.Module:
        """Return a PyTorch module, in eval mode, whose state dict has torchvision's keys, with the network's weights.

        Rows without weights have fresh ones, the same each time.
        """
        from squeezeviz.trace.failures import load_torch

        load_torch()
        from squeezeviz.trace.module import build_module
        from squeezeviz.trace.weights import as_tensors

        arrays = None if self.weights is None else {name: array.copy() for name, array in self.weights.arrays.items()}
        return build_module(self._running, weights=as_tensors(arrays))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a table, a network or weights, as the suffix says: .toml, .csv, .prototxt, .onnx, .pth, …"""
        from squeezeviz.files.registry import write_file

        write_file(path, self.table, weights=self.weights)
        return Path(path)

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        theme: str = "light",
        direction: str = "down",
        collapse: str | Collection[str] = "none",
        only: str | None = None,
        fit: str | None = None,
    ) -> Path:
        """Write the diagram as the suffix says: .svg, .pdf, .png, .tex, .pptx, .dot or .html.

        `theme` is light or dark, `direction` down or right; `collapse` names the Fire modules that are drawn closed, or
        is all or none; `only` names a row, or two with a colon between them; `fit` is what it is to be as wide as, such
        as column, page or slide. SqueezevizError says what else is not known.
        """
        from squeezeviz.figure.writers.export import exported
        from squeezeviz.files.atomic import write_bytes

        with errors_at(file=os.fspath(path)):
            options = self._figure(theme, direction, collapse, only, fit)
            content = exported(self.resolved, Path(path).suffix, options).content
        write_bytes(os.fspath(path), content)
        return Path(path)

    def _figure(
        self, theme: str, direction: str, collapse: str | Collection[str], only: str | None, fit: str | None
    ) -> ExportOptions:
        from squeezeviz.figure.layout.build import DiagramOptions
        from squeezeviz.figure.scene.diagram import Direction
        from squeezeviz.figure.theme.look import FITS, rows_named
        from squeezeviz.figure.theme.theme import THEMES
        from squeezeviz.figure.writers.figure import ExportOptions

        for value, known, what in ((theme, THEMES, "theme"), (direction, list(Direction), "direction")):
            _check_known(value, known, what)
        if fit is not None:
            _check_known(fit, FITS, "fit")
        try:
            rows = None if only is None else rows_named(self.table, only)
        except SqueezevizError as error:
            raise SqueezevizError(error.message, Place(column="only")) from None
        diagram = DiagramOptions(Direction(direction), self._closed(collapse), rows)
        return ExportOptions(diagram, THEMES[theme], size=None if fit is None else FITS[fit])

    def _closed(self, collapse: str | Collection[str]) -> frozenset[str]:
        fires = [layer.name for layer in self.table.layers if layer.type == "fire"]
        if isinstance(collapse, str):
            if collapse in ("all", "none"):
                return frozenset(fires if collapse == "all" else ())
            collapse = [collapse]
        for name in collapse:
            _check_known(name, fires, "Fire module")
        return frozenset(collapse)

    def show(self) -> None:
        """Open the window on a copy of it, beside the running interpreter."""
        folder = tempfile.mkdtemp(prefix="squeezeviz-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)  # the window may read it again
        path = self.save(Path(folder) / f"network.{'onnx' if self.weights else 'toml'}")
        subprocess.Popen([sys.executable, "-P", "-m", "squeezeviz", str(path)], stdin=subprocess.DEVNULL)

    def _repr_svg_(self) -> str:
        """The diagram, as a notebook shows it."""
        from squeezeviz.figure.writers.export import exported

        return exported(self.resolved, ".svg").content.decode()

    def __repr__(self) -> str:
        if not self.resolved.runs:
            return f"<Network {self.name!r}: {self.problems[0]}>"
        size = "×".join(map(str, self.input_shape))
        return (
            f"<Network {self.name!r}: {len(self)} rows on {size}, depth {self.depth}, {self.parameters:,} parameters>"
        )


def _no_numbers(network: ResolvedNetwork) -> SqueezevizError:
    problem = network.problems[0]
    return SqueezevizError(problem.reason, Place(row=problem.name, column=problem.field))


def _check_known(value: str, known: Collection[str], what: str) -> None:
    if value not in known:
        raise SqueezevizError(f"there is no {what} {brief(str(value))!r}; take one of {', '.join(map(str, known))}")


def open_network(source: str | os.PathLike[str], *, geometry: str | None = None, deploy: str | None = None) -> Network:
    """Open a file or a preset, with its weights where it has any.

    `geometry` is that of a file of weights alone, which tell no strides: squeezenet1_0, squeezenet1_1 or table1;
    `deploy` is the .prototxt that says the geometry of a .caffemodel. Binary files are read in a process of their own,
    which damaged ones cannot harm.
    """
    from squeezeviz.files.presets import is_trained, open_preset
    from squeezeviz.files.registry import is_binary
    from squeezeviz.files.registry import open_network as read_network

    name = os.fspath(source)
    opened = None if is_trained(name) else open_preset(name)
    if opened is None:
        if is_binary(name):
            from squeezeviz.files import sandbox

            opened = sandbox.read_file(name, with_weights=True, deploy=deploy)
        else:
            opened = read_network(name)
    if geometry is not None and opened.unknown_geometry is not None:
        with errors_at(file=name):
            opened = opened.in_geometry(opened.unknown_geometry.chosen(geometry))
    return Network.of(opened)


def from_module(
    model: torch.nn.Module | torch.export.ExportedProgram, shape: Sequence[int] | None = None, part: str = ""
) -> Network:
    """Return the network that a PyTorch module of your own is, with its weights, which are copied.

    `shape` is the image's, (channels, height, width); `part` names a module within it, such as "backbone", which is
    then the network, and takes such an image. An ExportedProgram has its shape already. torch.export runs the module in
    eval mode and follows what it does, so named and functional layers, loops and bypasses come out alike.

    SqueezevizError names the module, the file and the line of your code that a layer table cannot say.
    """
    from squeezeviz.trace.failures import load_torch

    load_torch()
    from squeezeviz.files.networks.module.read import network_of
    from squeezeviz.trace.exported import calls_of

    return Network.of(network_of(calls_of(model, shape, part)))

"""A large figure is drawn in a child process: on a thread it would hold Python's lock, and the window with it.

Run as `python -m squeezeviz.gui.export.process`, this module is the child: it takes what is to be drawn on stdin, and
writes a line of JSON, which says why it cannot be, and then the file's bytes.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
from io import BytesIO
from types import MappingProxyType
from typing import Any

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.layout.build import shown_rows
from squeezeviz.figure.theme.theme import THEMES, Theme
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.figure.writers.export import exported
from squeezeviz.figure.writers.figure import ExportOptions, Figure
from squeezeviz.files.child import Cancelled, Refusal, end_with_the_parent, run_child
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable

HEAVY_ROWS = 80
"""A figure of more rows is not drawn where the window waits for it."""

NICENESS = 5
"""How much the child lowers its priority; a live pass stands further back."""


class _Request(NamedTuple):
    shown: LayerTable | DrawnPicture
    suffix: str
    options: ExportOptions


def is_heavy(network: ResolvedNetwork, options: ExportOptions) -> bool:
    return len(shown_rows(network, options.diagram.rows)) > HEAVY_ROWS


def content_of(
    network: ResolvedNetwork, suffix: str, options: ExportOptions, figure: Figure | None, cancelled: Cancelled
) -> bytes:
    """Make the bytes of a file, of a large figure in a child process; a small one may have been drawn already.

    Raises:
        SqueezevizError: as `exported`, and if it was cancelled or takes more memory than there is.
    """
    if not is_heavy(network, options):
        return exported(network, suffix, options, figure).content
    return _by_a_child(_Request(network.table, suffix, options), cancelled)


def content_of_picture(picture: DrawnPicture, suffix: str, options: ExportOptions, cancelled: Cancelled) -> bytes:
    """Make the bytes of a file of another picture, of a large one in a child process; raises as `content_of`."""
    if not picture.by_itself:
        return picture.exported(suffix, options).content
    return _by_a_child(_Request(picture, suffix, options), cancelled)


def _by_a_child(request: _Request, cancelled: Cancelled) -> bytes:
    with tempfile.TemporaryFile() as output:
        asked = _pickled(request)
        ended = run_child(__name__, asked, output, cancelled, Place())
        if ended.killed or b"MemoryError" in ended.stderr:
            raise SqueezevizError("drawing it takes more memory than there is")
        if ended.code:
            raise RuntimeError(f"drawing ended with code {ended.code}:\n{ended.stderr.decode(errors='replace')}")
        output.seek(0)
        refusal = json.loads(output.readline())
        if refusal is not None:
            raise from_json(Refusal, refusal, "an answer").error
        return output.read()


class _Pickler(pickle.Pickler):
    """Themes go by their names, and mappings that cannot be changed as what they hold."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Theme):
            return _theme, (value.name,)
        return (_frozen, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _theme(name: str) -> Theme:
    return THEMES[name]


def _frozen(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _pickled(request: _Request) -> bytes:
    """The request as plain types, as the child is another `__main__`."""
    written = BytesIO()
    _Pickler(written).dump(tuple(request))
    return written.getvalue()


def main() -> None:
    """Draw the one figure on stdin, standing back while the window wants the processor."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    request = _Request(*pickle.load(sys.stdin.buffer))
    end_with_the_parent()
    refusal, content = None, b""
    try:
        shown = request.shown
        if isinstance(shown, DrawnPicture):
            content = shown.exported(request.suffix, request.options).content
        else:
            content = exported(resolve(shown), request.suffix, request.options).content
    except SqueezevizError as error:
        refusal = Refusal.of(error)
    output = sys.stdout.buffer
    output.write(json.dumps(to_json(refusal)).encode("ascii") + b"\n" + content)
    output.flush()
    os._exit(0)  # what Qt made needs no taking down


if __name__ == "__main__":
    main()

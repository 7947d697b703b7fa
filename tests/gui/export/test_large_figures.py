"""Figures of many rows are drawn in a process of their own, and are what they would be here."""

import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from calls import calls_of

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.theme.look import FITS, Rows
from squeezeviz.figure.theme.theme import DARK
from squeezeviz.figure.writers.export import exported
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files import child
from squeezeviz.gui.export import process
from squeezeviz.gui.export.process import HEAVY_ROWS, content_of
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.usefixtures("qapp")


def table(rows: int) -> LayerTable:
    return LayerTable("long", InputShape(3, 32, 32), tuple(Fire(f"fire{row}", 4, 8, 8) for row in range(rows)))


def never() -> bool:
    return False


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What child processes are asked to run: the module, and what it is given."""
    return calls_of(monkeypatch, process, "run_child")


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png", "tex", "dot", "pptx"])
def test_a_large_figure_is_the_same_bytes_from_a_child(suffix: str, children: list[tuple[Any, ...]]) -> None:
    network = resolve(table(HEAVY_ROWS + 1))
    longer = resolve(table(HEAVY_ROWS))
    options = ExportOptions(
        diagram=DiagramOptions(Direction.RIGHT, frozenset({f"fire{row}" for row in range(1, HEAVY_ROWS)})),
        theme=DARK,
        badges=MappingProxyType({Key("fire0"): Badge.MEASURED}),
        marks=marks_of(difference(longer, network)),
        heat=heat_of(network, None, Measure.MACS),
        size=FITS["two-columns"],
    )
    assert content_of(network, suffix, options, None, never) == exported(network, suffix, options).content
    assert [module for module, *_ in children] == ["squeezeviz.gui.export.process"]


def test_a_small_figure_or_a_few_rows_of_a_large_network_need_no_child(children: list[tuple[Any, ...]]) -> None:
    few = ExportOptions(diagram=DiagramOptions(rows=Rows(3, 5)))
    for rows, options in ((HEAVY_ROWS, ExportOptions()), (HEAVY_ROWS + 1, few)):
        network = resolve(table(rows))
        assert content_of(network, "svg", options, None, never) == exported(network, "svg", options).content
    assert not children


def test_what_the_child_refuses_is_refused_here() -> None:
    network = resolve(table(HEAVY_ROWS + 1))
    options = ExportOptions()._replace(png_scale=1e9)
    with pytest.raises(SqueezevizError) as here:
        exported(network, "png", options)
    with pytest.raises(SqueezevizError) as there:
        content_of(network, "png", options, None, never)
    assert (there.value.message, there.value.place) == (here.value.message, here.value.place)


def test_a_large_figure_can_be_given_up() -> None:
    network = resolve(table(HEAVY_ROWS + 1))
    with pytest.raises(SqueezevizError, match="it was cancelled"):
        content_of(network, "svg", ExportOptions(), None, lambda: True)


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    """What it would read from a parent that is gone ends."""
    output = tmp_path / "out"
    asked = process._pickled(process._Request(table(20_000), "svg", ExportOptions()))
    with output.open("wb") as file:
        started = subprocess.Popen([sys.executable, "-P", "-m", process.__name__], stdin=subprocess.PIPE, stdout=file)
        started.communicate(asked)  # which closes its stdin
    assert started.returncode != 0
    assert not output.read_bytes()


def test_a_bug_in_the_child_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_pickled", lambda _: b"nonsense")
    with pytest.raises(RuntimeError, match=r"(?s)drawing ended with code 1:\nTraceback.*UnpicklingError"):
        content_of(resolve(table(HEAVY_ROWS + 1)), "svg", ExportOptions(), None, never)


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "run_child", lambda *_: child.Ended(1, b"Traceback\nMemoryError"))
    with pytest.raises(SqueezevizError, match="drawing it takes more memory than there is"):
        content_of(resolve(table(HEAVY_ROWS + 1)), "svg", ExportOptions(), None, never)

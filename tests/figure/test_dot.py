"""DOT that dot renders: the same modules as clusters, and names that stay text whatever they hold."""

import shutil
import subprocess
from xml.etree import ElementTree

import pygraphviz
import pytest
from bounds import at_most
from hypothesis import given, settings
from placed import fires
from places import GOLDEN
from preset_tables import network, preset
from strategies import HOSTILE_NAMES, tables

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.writers.dot import to_dot
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import InputShape, LayerTable

needs_dot = pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz's dot is not on the PATH")

NAMES = (
    *(name for name in HOSTILE_NAMES if name.strip()),
    '"; } digraph evil { a',
    r"\N \l \G \\",
    "back\\",
    'quote\\"',
    "<b>bold</b>",
    "<<i>x</i>>",
    "&lt;script&gt; &amp; &#65;",
    "a" * 5000,
    '"' * 5000,
    "\\" * 4999,
    "漢字 שלום 👩‍👩‍👧‍👦",
    "%s ${x} `id` $(id)",
    "//", "/*", "#", "]", "subgraph", "node",
)  # fmt: skip


def named(*names: str) -> LayerTable:
    """Each name on a convolution, and with a letter more on a Fire and a pool."""
    rows = [
        row
        for name in names
        for row in (Conv(name, 4, 1), Fire(name + "f", 2, 2, 2, Bypass.COMPLEX), MaxPool(name + "p", 1, 1))
    ]
    return LayerTable(names[0], InputShape(3, 5, 5), tuple(rows))


def rendered(dot: str) -> ElementTree.Element:
    done = subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr.decode()[:500]
    assert b"syntax" not in done.stderr
    return ElementTree.fromstring(done.stdout)


def written(network: ResolvedNetwork, options: DiagramOptions = AS_ON_SCREEN.diagram) -> str:
    return to_dot(network, ExportOptions(options)).decode()


def shown(svg: ElementTree.Element) -> str:
    space = "{http://www.w3.org/2000/svg}"
    lines = ["".join(text.itertext()) for text in svg.iter(f"{space}text")]
    return "\n".join(lines).replace("\u00a0", " ")


def test_table1_is_written_as_it_was() -> None:
    assert written(network("table1")) == (GOLDEN / "table1.dot").read_text("utf-8")


@pytest.mark.parametrize("direction", list(Direction))
def test_every_module_of_the_diagram_is_a_node_or_a_cluster(direction: Direction) -> None:
    resolved = network("complex-bypass")
    options = DiagramOptions(direction, frozenset({"fire3", "fire4"}))
    graph = pygraphviz.AGraph(string=written(resolved, options))
    drawn = build_diagram(resolved, options)
    boxes = sum(len(module.boxes) if module.opened else 1 for module in drawn.modules)
    assert graph.number_of_nodes() == boxes
    clusters = [sub for sub in graph.subgraphs() if sub.name.startswith("cluster")]
    assert len(clusters) == sum(module.opened for module in drawn.modules) == 6
    inside = len(drawn.modules[3].lines) - 3  # those that enter and leave are lines between modules here
    assert len([edge for edge in graph.edges() if all(end.startswith("row3_") for end in edge)]) == inside


def test_every_input_of_every_operation_is_an_edge() -> None:
    resolved = network("complex-bypass")
    graph = pygraphviz.AGraph(string=written(resolved))
    inputs = sum(
        len(step.operation.inputs) for _, step in resolved.operations() if step.operation.kind != OperationKind.RELU
    )
    assert graph.number_of_edges() == inputs


@needs_dot
@pytest.mark.parametrize("collapse", [False, True])
def test_hostile_names_stay_text(collapse: bool) -> None:
    resolved = resolve(named(*NAMES))
    svg = rendered(written(resolved, DiagramOptions(collapsed=fires(resolved) if collapse else frozenset())))
    said = shown(svg)
    assert [name for name in NAMES if len(name) < 30 and name not in said] == []
    assert "evil" not in {element.get("id") for element in svg.iter()}
    nodes = [element for element in svg.iter() if element.get("class") == "node"]
    assert len(nodes) == 1 + len(NAMES) * (3 if collapse else 2 + 6)


@needs_dot
def test_a_tooltip_says_the_name_and_no_escape_in_it_is_expanded() -> None:
    svg = rendered(written(resolve(named(r"\N \G <b> &lt;"))))
    link = "{http://www.w3.org/1999/xlink}title"
    tooltips = [element.get(link) for element in svg.iter() if element.get(link)]
    assert len([tip for tip in tooltips if tip and tip.replace("⧵", "\\").startswith(r"\N \G <b> &lt;")]) == 9


@needs_dot
def test_a_graph_that_stops_says_why_in_dot() -> None:
    svg = rendered(written(resolve(preset("table1").with_field(3, "e1x1", 65).with_field(3, "bypass", "simple"))))
    assert "fire3 cannot run" in shown(svg)
    assert "nothing to draw yet" in shown(rendered(written(resolve(LayerTable("t", InputShape(), ())))))


@given(table=tables())
@settings(max_examples=40)
def test_any_table_is_dot_that_graphviz_reads(table: LayerTable) -> None:
    resolved = resolve(table)
    graph = pygraphviz.AGraph(string=written(resolved))
    boxes = sum(len(module.boxes) for module in build_diagram(resolved).modules)
    assert graph.number_of_nodes() == boxes


def test_runs_of_backslashes_cost_no_more_than_other_names() -> None:
    resolved = resolve(named("\\" * 9999))
    with at_most(1):
        written(resolved)

"""DOT that dot renders: the same modules as clusters, and names that stay text whatever they hold."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

import pygraphviz
import pytest
from bounds import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import fires
from places import GOLDEN
from preset_tables import network, preset
from strategies import HOSTILE_NAMES, tables

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction, Rect
from squeezeviz.figure.theme.look import ALL, NONE, USUAL, Annotations, Rows
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


def seen(parts: Iterable[Any]) -> list[Any]:
    """The nodes or edges that are drawn."""
    return [each for each in parts if each.attr["style"] != "invis"]


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
    assert len(seen(graph.nodes())) == boxes
    clusters = [sub for sub in graph.subgraphs() if sub.name.startswith("cluster")]
    assert len(clusters) == sum(module.opened for module in drawn.modules) == 6
    inside = len(drawn.modules[3].lines) - 3  # those that enter and leave are lines between modules here
    assert len([edge for edge in seen(graph.edges()) if all(end.startswith("row3_") for end in edge)]) == inside


def test_every_input_of_every_operation_is_an_edge() -> None:
    resolved = network("complex-bypass")
    graph = pygraphviz.AGraph(string=written(resolved))
    inputs = sum(
        len(step.operation.inputs) for _, step in resolved.operations() if step.operation.kind != OperationKind.RELU
    )
    assert len(seen(graph.edges())) == inputs


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
    assert len(seen(graph.nodes())) == boxes


def places(dot: str) -> tuple[dict[str, tuple[float, float]], list[list[tuple[float, float]]], list[Rect]]:
    """Where dot places the middles of nodes and the points of lines that are seen, and the titles of clusters."""
    done = subprocess.run(["dot", "-Tjson"], input=dot.encode(), capture_output=True, check=True, timeout=500)
    laid_out = json.loads(done.stdout)
    things = [each for each in laid_out["objects"] if each.get("style") != "invis"]
    nodes = {each["name"]: _point(each["pos"]) for each in things if "pos" in each}
    titles = []
    for each in things:
        if each["name"].startswith("cluster"):
            (x, y), width, height = _point(each["lp"]), 72 * float(each["lwidth"]), 72 * float(each["lheight"])
            titles.append(Rect(x - width / 2, y - height / 2, width, height))
    lines = []
    for each in laid_out["edges"]:
        if each.get("style") != "invis":
            spline = [_point(part) for part in each["pos"].replace("e,", "").split()[1:]]
            lines.append([at for first in range(0, len(spline) - 3, 3) for at in _along(spline[first : first + 4])])
    return nodes, lines, titles


def _point(text: str) -> tuple[float, float]:
    x, y = map(float, text.split(","))
    return x, y


def _along(curve: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    for step in range(21):
        t = step / 20
        weights = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        x, y = (sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True)) for axis in (0, 1))
        yield x, y


def assert_straight(network: ResolvedNetwork, options: DiagramOptions) -> None:
    """What the data goes through from module to module stands in one line, and no line crosses a title."""
    nodes, lines, titles = places(written(network, options))
    across = 0 if options.direction.down else 1
    spine = [name for name in nodes if not re.search("_(expand.x.|bypass1x1)$", name)]
    assert max(nodes[name][across] for name in spine) - min(nodes[name][across] for name in spine) < 1
    for name, at in nodes.items():
        if name.endswith("_expand1x1"):
            other = nodes[name.replace("1x1", "3x3")]
            middle = nodes[name.replace("expand1x1", "concat")][across]
            # Points count upwards, so that the 1×1 is at the left or above.
            assert (at[0] < middle < other[0]) if options.direction.down else (at[1] > middle > other[1])
    assert [title for title in titles for line in lines if any(title.contains(*point) for point in line)] == []


@needs_dot
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("annotations", [NONE, USUAL, ALL], ids=["none", "usual", "all"])
@pytest.mark.parametrize("name", ["table1", "simple-bypass", "complex-bypass"])
def test_dot_keeps_the_spine_straight_and_titles_clear(
    name: str, annotations: Annotations, direction: Direction
) -> None:
    resolved = network(name)
    assert_straight(resolved, DiagramOptions(direction, annotations=annotations))
    assert_straight(resolved, DiagramOptions(direction, frozenset({"fire3", "fire8"}), Rows(2, 9), annotations))


@needs_dot
@given(table=tables(), direction=st.sampled_from(Direction), annotations=st.sampled_from((NONE, USUAL, ALL)))
@settings(max_examples=25, deadline=None)
def test_dot_keeps_the_spine_of_any_table_straight(
    table: LayerTable, direction: Direction, annotations: Annotations
) -> None:
    assert_straight(resolve(table), DiagramOptions(direction, annotations=annotations))


def test_runs_of_backslashes_cost_no_more_than_other_names() -> None:
    resolved = resolve(named("\\" * 9999))
    with at_most(1):
        written(resolved)

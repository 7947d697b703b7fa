"""`layout-1000`: placing 1,000 open Fire modules, beside Graphviz's `dot` on the same boxes and connections."""

from __future__ import annotations

import subprocess

from benchmarks.measurement import Measurement, milliseconds, side_by_side
from benchmarks.networks import long_network
from benchmarks.processes import only_answer
from squeezeviz.core.resolve import resolve
from squeezeviz.diagram.build import build_diagram
from squeezeviz.diagram.model import Diagram, Key, Module

FIRES = 1000
POINTS_AN_INCH = 72


def measure() -> Measurement:
    dot = as_dot(build_diagram(resolve(long_network(FIRES)))).encode()

    def lay_out() -> None:
        subprocess.run(["dot", "-Tplain"], input=dot, stdout=subprocess.DEVNULL, check=True)

    ours, peer = side_by_side(lambda: only_answer("layouts"), lambda: milliseconds(lay_out), rounds=3)
    return Measurement("layout-1000", ours, 0.025, "dot on the same graph", peer)


def as_dot(diagram: Diagram) -> str:
    """The boxes in their sizes, a cluster for each module, and every connection."""
    names = {box.key: f"n{place}" for place, box in enumerate(box for each in diagram.modules for box in each.boxes)}
    ends = {module.key: (module.boxes[0].key, module.boxes[-1].key) for module in diagram.modules}
    clusters = "\n".join(_cluster(place, module, names) for place, module in enumerate(diagram.modules))
    links = "\n".join(f"{names[ends[link.source][1]]} -> {names[ends[link.target][0]]}" for link in diagram.links)
    return f"digraph {{\nnode [shape=box fixedsize=true]\n{clusters}\n{links}\n}}\n"


def _cluster(place: int, module: Module, names: dict[Key, str]) -> str:
    boxes = [
        f"{names[box.key]} [width={box.rect.width / POINTS_AN_INCH} height={box.rect.height / POINTS_AN_INCH}]"
        for box in module.boxes
    ]
    lines = [
        f"{names[line.source]} -> {names[line.target]}"
        for line in module.lines
        if line.source in names and line.target in names
    ]
    return f"subgraph cluster{place} {{\n" + "\n".join([*boxes, *lines]) + "\n}"


def main() -> None:
    """Place the network in this process, where nothing has been placed before, and print how long that took."""
    network = resolve(long_network(FIRES))
    print(milliseconds(lambda: build_diagram(network)))


if __name__ == "__main__":
    main()

"""`layout-1000`: placing 1,000 open Fire modules, beside Graphviz's `dot` on the graph that we export as DOT."""

from __future__ import annotations

import gc
import subprocess

from benchmarks.measurement import Measurement, milliseconds, side_by_side
from benchmarks.networks import long_network
from benchmarks.processes import only_answer
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.figure.writers.dot import to_dot

FIRES = 1000


def measure() -> Measurement:
    dot = to_dot(resolve(long_network(FIRES)))

    def lay_out() -> None:
        subprocess.run(["dot", "-Tplain"], input=dot, stdout=subprocess.DEVNULL, check=True)

    ours, peer = side_by_side(lambda: only_answer("layouts"), lambda: milliseconds(lay_out), rounds=3)
    return Measurement("layout-1000", ours, 0.025, "dot on the same graph", peer)


def main() -> None:
    """Place the network in this process, where nothing has been placed before, and print how long that took."""
    gc.disable()  # as in the window, and nearly as in a command: neither looks for cycles while somebody waits
    network = resolve(long_network(FIRES))
    print(milliseconds(lambda: build_diagram(network)))


if __name__ == "__main__":
    main()

"""Run the benchmarks, print them as a table, and write them as JSON where asked."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import commands, layouts, maps, memory, passes, windows
from benchmarks.measurement import Measurement, listing

BENCHMARKS: dict[str, Callable[[], Measurement | list[Measurement]]] = {
    "start": windows.measure_start,
    "edit": windows.measure_edit,
    "drag": windows.measure_drag,
    "pass": passes.measure,
    "maps": maps.measure,
    "layout-1000": layouts.measure,
    "pan-8000": windows.measure_pan,
    "stall": windows.measure_stall,
    "stall-100": partial(windows.measure_stall, 100),
    "stall-1000": partial(windows.measure_stall, 1000),
    **{name: partial(commands.measure, name) for name in commands.COMMANDS},
    "cli-png": commands.measure_png,
    "memory": memory.measure,
}


def main() -> int:
    parser = ArgumentParser("scripts/bench.py", description="Measure squeezeviz beside its peers, in one run.")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the measurements there as well")
    parser.add_argument("--only", metavar="NAME,…", help=f"some of {', '.join(BENCHMARKS)}")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    measured: list[Measurement] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        answer = BENCHMARKS[name]()
        measured += answer if isinstance(answer, list) else [answer]
    print(listing(measured))
    if options.json:
        options.json.write_text(json.dumps([each.to_json() for each in measured], indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

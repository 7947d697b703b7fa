"""Measure squeezeviz beside its peers, in one run, setting up what that needs first.

python3 scripts/bench.py [--json FILE] [--only NAME,…]

Each number is a median; ours and the peer's runs alternate, so that whatever else the machine does meets both.
Graphviz's `dot` (apt-get install graphviz) must be on the PATH. Windows are drawn off screen unless QT_QPA_PLATFORM
says otherwise.
"""

import os
import shutil
import sys
from pathlib import Path

import _setup
from _children import become, run_script
from _terminal import fail


def main() -> None:
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return
    if shutil.which("dot") is None:
        fail("the peers draw with Graphviz's dot, which is not on the PATH; install it with: apt-get install graphviz")
    python = _setup.ensure("bench")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    become([python, "-P", "-m", "benchmarks", *sys.argv[1:]])


if __name__ == "__main__":
    run_script(main)

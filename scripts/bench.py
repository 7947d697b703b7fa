"""Measure squeezeviz beside its peers, in one run, setting up what that needs first.

python3 scripts/bench.py [--json FILE] [--only NAME,…]

Each number is a median; ours and the peer's runs alternate, so that whatever else the machine does meets both.
Graphviz's `dot` (apt-get install graphviz) must be on the PATH. Windows are drawn off screen unless QT_QPA_PLATFORM
says otherwise.
"""

import os
import shutil
import sys

import _setup
from _children import run_script
from _terminal import fail


def main() -> None:
    asks = {"-h", "--help"} & set(sys.argv[1:])
    if shutil.which("dot") is None and not asks:
        fail("the peers draw with Graphviz's dot, which is not on the PATH; install it with: apt-get install graphviz")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _setup.become_tool("benchmarks", "bench", __doc__, sys.argv[1:])


if __name__ == "__main__":
    run_script(main)

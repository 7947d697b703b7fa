"""Run the tests, setting up what they need first.

python3 scripts/test.py [--full] [arguments of pytest]

Without --full the longer ones, marked `full`, stay out. With it, the programs that open exported files are installed
where that can be done, and a table at the end says which lines no test ran. The windows of the tests are drawn off
screen; to watch them, set QT_QPA_PLATFORM=xcb.
"""

import os
import re
import sys
import time

import _setup
from _children import follow, run_script
from _system import provide_readers

PROCESSES = "2"
COVERAGE = ["--cov=squeezeviz", "--cov-branch", "--cov-report=term-missing:skip-covered"]


def main() -> int:
    arguments = sys.argv[1:]
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    if "--version" in arguments:
        print(f"squeezeviz {_version()}")
        return 0
    chosen = COVERAGE if "--full" in arguments else ["-m", "not full"]
    passed_on = [argument for argument in arguments if argument != "--full"]
    python = _setup.ensure("test")
    if "--full" in arguments:
        provide_readers(_setup.LOG)
    started = time.monotonic()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    ended = follow([python, "-m", "pytest", "-n", PROCESSES, *chosen, *passed_on], cwd=_setup.ROOT)
    verdict = "the tests passed" if ended == 0 else f"THE TESTS FAILED (pytest ended with {ended})"
    print(f"squeezeviz: {verdict} after {time.monotonic() - started:.0f} s", flush=True)
    return ended


def _version() -> str:
    found = re.search(r'__version__ = "(.+)"', (_setup.ROOT / "squeezeviz/__init__.py").read_text(encoding="utf-8"))
    return found[1] if found else "of unknown version"


if __name__ == "__main__":
    run_script(main)

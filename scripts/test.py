"""Run the tests, setting up what they need first.

python3 scripts/test.py [--full] [arguments of pytest]

Without --full the longer ones, marked `full`, stay out; with it, the programs that open exported files are installed
where that can be done. The windows of the tests are drawn off screen; to watch
them, set QT_QPA_PLATFORM=xcb.
"""

import os
import subprocess
import sys
import time

from _setup import ROOT, ensure
from _system import provide_readers, say

PROCESSES = "2"


def main() -> int:
    arguments = sys.argv[1:]
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    chosen = [] if "--full" in arguments else ["-m", "not full"]
    passed_on = [argument for argument in arguments if argument != "--full"]
    try:
        python = ensure("test")
        if "--full" in arguments:
            provide_readers()
        started = time.monotonic()
        command = [str(python), "-m", "pytest", "-n", PROCESSES, *chosen, *passed_on]
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        ended = subprocess.run(command, cwd=ROOT).returncode
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    verdict = "the tests passed" if ended == 0 else f"THE TESTS FAILED (pytest ended with {ended})"
    print(f"squeezeviz: {verdict} after {time.monotonic() - started:.0f} s", flush=True)
    return ended


if __name__ == "__main__":
    sys.exit(main())

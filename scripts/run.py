"""Start squeezeviz, setting it up first where that is needed.

python3 scripts/run.py [arguments of squeezeviz]
"""

import os
import sys

from _setup import ensure
from _system import say


def main() -> None:
    try:
        python = ensure()
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
    # -P: a folder named torch or numpy where the person happens to be must not be imported.
    os.execv(python, [str(python), "-P", "-m", "squeezeviz", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""`python -m squeezeviz` is the command `squeezeviz`."""

import sys

from squeezeviz.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

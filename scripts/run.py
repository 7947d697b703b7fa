"""Start squeezeviz, setting it up first where that is needed.

python3 scripts/run.py [arguments of squeezeviz]
"""

import os
import sys

import _setup
from _children import become, run_script

WITHOUT_QT = (
    "presets", "devices", "show", "trace", "convert", "compare", "export", "classify", "features", "follow", "weights",
)  # fmt: skip
"""The commands that open no window."""
DRAWN_BY_QT = (".png", ".pdf")
"""The suffixes of the figures that are painted; the other kinds of figure are written as text."""


def main() -> None:
    arguments = sys.argv[1:]
    if {"-h", "--help", "--version"} & set(arguments) and not _setup.is_ready():
        # Nothing is set up for this: saying it takes the standard library alone.
        os.environ["PYTHONPATH"] = str(_setup.ROOT)
        become([sys.executable, "-P", "-B", "-m", "squeezeviz", *arguments])
    _setup.ensure(qt=needs_qt(arguments))
    # -P: a folder named torch or numpy where the person happens to be must not be imported.
    become([_setup.PYTHON, "-P", "-m", "squeezeviz", *arguments])


def needs_qt(arguments: list[str]) -> bool:
    if arguments[:1] in (["export"], ["features"]):
        return any(argument.lower().endswith(DRAWN_BY_QT) for argument in arguments)
    return not arguments or arguments[0] not in WITHOUT_QT


if __name__ == "__main__":
    run_script(main)

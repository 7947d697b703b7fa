"""Look for a file that breaks a reader, guided by which of its lines run; sets up what that needs first.

python3 scripts/fuzz.py FORMAT [--seconds N] [--seed N] [FILE …]

FORMAT is a format's id (toml, csv, tsv, json, markdown, latex, prototxt, onnx, pytorch, safetensors). It begins with
tables that we write and with the files that are named, up to 200,000 bytes each, and stops at the first input that
ends in anything but a network or a sentence, takes longer than 2 s, or makes the memory grow past 1 GiB. The last line
says how many inputs there were, or where the one lies that broke the reader; the exit code is then 1. The seed is
printed, and the same seed begins the same way.
"""

import os
import sys
from pathlib import Path

import _setup
from _children import become, run_script


def main() -> None:
    if not sys.argv[1:] or {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return
    python = _setup.ensure("fuzz")
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    become([python, "-P", "-m", "fuzzing", *sys.argv[1:]])


if __name__ == "__main__":
    run_script(main)

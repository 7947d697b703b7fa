"""Look for a file that breaks a reader, guided by which of its lines run; sets up what that needs first.

python3 scripts/fuzz.py FORMAT [--seconds N] [--seed N] [FILE …]

FORMAT is a format's id (toml, csv, tsv, json, markdown, latex, prototxt, onnx, pytorch, safetensors, caffemodel). It
begins with tables that we write, where we write such files, and with the files that are named, up to 200,000 bytes
each, and stops at the first input that ends in anything but a network or a sentence, takes longer than 2 s, or makes
the memory grow past 1 GiB. The last line says how many inputs there were, or where the one lies that broke the reader;
the exit code is then 1. The seed is printed, and the same seed begins the same way.
"""

import sys

import _setup
from _children import run_script


def main() -> None:
    _setup.become_tool("fuzzing", "fuzz", __doc__, sys.argv[1:] or ["--help"])


if __name__ == "__main__":
    run_script(main)

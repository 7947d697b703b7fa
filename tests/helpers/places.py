"""Where the tests find what they read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ROOT / "tests" / "helpers"
"""Modules that the tests import by their bare names, and programs that they run."""
GOLDEN = ROOT / "tests" / "golden"
CASES = ROOT / "tests" / "files" / "cases"
PAPER = CASES / "table1_as_printed.csv"
"""Table 1 with the figures that the paper prints, its misprints too."""
PRESETS_FOLDER = ROOT / "resources" / "presets"
CHELSEA = ROOT / "resources" / "pictures" / "chelsea.png"
"""The picture of a cat that comes with the program."""
SHARED = ROOT.parent / "shared"
"""Files of other people beside the project; tests that need one skip where it is absent."""

"""Where the tests find what they read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
CASES = ROOT / "tests" / "files" / "cases"
PRESETS_FOLDER = ROOT / "resources" / "presets"
SHARED = ROOT.parent / "shared"
"""Files of other people beside the project; tests that need one skip where it is absent."""

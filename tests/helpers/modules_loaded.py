"""What a program loads: modules that are there once it has run in a fresh Python."""

import json
import subprocess
import sys

_TELLING = """
import json, sys
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def run_and_loaded(code: str, *arguments: object) -> tuple[str, set[str]]:
    """Run code in a Python of its own with those arguments; what it prints, and the modules loaded at its end."""
    command = [sys.executable, "-P", "-c", code + _TELLING, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, set(json.loads(ran.stderr.splitlines()[-1]))


def loaded_by(code: str, *arguments: object) -> set[str]:
    return run_and_loaded(code, *arguments)[1]

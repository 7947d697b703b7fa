"""The house rules, held by tests: linters, types, import contracts, and functions that fit a screen."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LONGEST_FUNCTION = 50

ours = [path for folder in ("squeezeviz", "scripts") for path in sorted((ROOT / folder).rglob("*.py"))]
written = ours + sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        pytest.param(["mypy"], marks=pytest.mark.timeout(600)),
    ],
    ids=" ".join,
)
def test_the_linters_types_and_import_contracts_hold(command: list[str]) -> None:
    ran = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", ours, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_a_screen(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    long = {name: lines for name, lines in function_lengths(source).items() if lines > LONGEST_FUNCTION}
    assert not long


def function_lengths(source: str) -> dict[str, int]:
    """How many lines each function has, from its `def` to its end."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}


def test_function_lengths_are_counted_from_def_to_end() -> None:
    assert function_lengths("@cache\ndef one():\n    pass\n\n    return 1\n") == {"one": 4}


@pytest.mark.parametrize("path", ours, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_error_is_caught_wholesale(path: Path) -> None:
    assert not wholesale_handlers(path.read_text(encoding="utf-8"))


OPENLY = {"raise", "traceback.print_exc()", "sys.excepthook(*sys.exc_info())"}


def wholesale_handlers(source: str) -> list[int]:
    """The lines that catch whatever comes and hide it; to raise it again, report it or show its traceback is not."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not {"raise", "traceback.print_exc()", "sys.excepthook(*sys.exc_info())"}
        & {ast.unparse(step) for step in node.body}
    ]


def test_a_handler_that_hides_nothing_may_catch_everything() -> None:
    assert wholesale_handlers("try:\n    go()\nexcept Exception:\n    pass\n") == [3]
    assert wholesale_handlers("try:\n    go()\nexcept BaseException:\n    undo()\n    raise\n") == []
    assert wholesale_handlers("try:\n    go()\nexcept Exception:\n    traceback.print_exc()\n    more()\n") == []
    assert wholesale_handlers("try:\n    go()\nexcept Exception:\n    traceback.print_exc()\n    tell()\n") == []
    assert wholesale_handlers("try:\n    go()\nexcept Exception:\n    sys.excepthook(*sys.exc_info())\n") == []


def test_test_files_have_names_of_their_own() -> None:
    """Two equal names would hide one of the files: the test folders are no packages."""
    names = [path.name for path in written if path.name.startswith("test_") and path.parts[-2] != "scripts"]
    assert len(names) == len(set(names))


def test_every_folder_with_code_is_installed() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "squeezeviz").rglob("__init__.py")}
    assert set(packages) == folders | {"squeezeviz.resources"}

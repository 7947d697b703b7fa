"""The house rules, held by tests: linters, types, import contracts, and functions that fit a screen."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import grimp
import pytest

import squeezeviz

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
        pytest.param(["mypy"], marks=pytest.mark.timeout(3000)),
    ],
    ids=" ".join,
)
def test_the_linters_types_and_import_contracts_hold(command: list[str]) -> None:
    ran = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """What each module imports of ours, under TYPE_CHECKING too."""
    graph = grimp.build_graph("squeezeviz", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_modules_import_each_other_in_a_circle(imports: dict[str, set[str]]) -> None:
    TopologicalSorter(imports).prepare()  # a CycleError names the circle


def test_only_what_puts_the_window_together_knows_the_window(imports: dict[str, set[str]]) -> None:
    knowing = {module for module, imported in imports.items() if "squeezeviz.gui.main_window" in imported}
    rooms = {".".join(module.split(".")[:3]) for module in knowing}
    assert rooms == {f"squeezeviz.gui.{room}" for room in ("app", "wiring")}


def test_a_change_of_the_document_reaches_the_window_by_one_road() -> None:
    """What listens beside it would not stand in the one written order, `road_of_a_change` of `wiring`."""
    listening = [path.name for path in ours for _ in re.finditer(r"table_changed\.connect\(", path.read_text("utf-8"))]
    assert listening == ["session.py"]


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


OPENLY = {"traceback.print_exc()", "sys.excepthook(*sys.exc_info())"}


def wholesale_handlers(source: str) -> list[int]:
    """The lines that catch whatever comes and hide it; to raise it again, report it or show its traceback is not."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not any(isinstance(step, ast.Raise) or ast.unparse(step) in OPENLY for step in node.body)
    ]


def test_a_handler_that_hides_nothing_may_catch_everything() -> None:
    assert wholesale_handlers("try:\n    go()\nexcept Exception:\n    pass\n") == [3]
    assert wholesale_handlers("try:\n    go()\nexcept BaseException:\n    undo()\n    raise\n") == []
    assert wholesale_handlers("try:\n    go()\nexcept Exception as error:\n    raise told(error) from error\n") == []
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


def test_no_pattern_is_misread_by_an_older_python() -> None:
    """Python before 3.11.5 moves on over a turn of a possessive group that fails half-way: `(?:ab?c)*+` matches "a"."""
    names = [each.name for each in pkgutil.walk_packages(squeezeviz.__path__, "squeezeviz.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    patterns = {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }
    assert len(patterns) > 50
    assert not [name for name, pattern in patterns.items() if may_be_misread(pattern)]


def may_be_misread(pattern: re.Pattern[Any]) -> bool:
    return _fails_half_way(_parser.parse(pattern.pattern, pattern.flags), False)


def _fails_half_way(steps: Any, possessive: bool) -> bool:
    """Whether, in a possessive group, something follows a step of any length, or something is looked at ahead."""
    for place, (step, given) in enumerate(steps, 1):
        within: list[Any] = []
        strict = possessive
        if step in (_constants.ASSERT, _constants.ASSERT_NOT):
            within = [given[1]]
        elif step is _constants.BRANCH:
            within = given[1]
        elif step is _constants.SUBPATTERN:
            within = [given[3]]
        elif step is _constants.ATOMIC_GROUP:
            within = [given]
        elif step in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            within = [given[2]]
            strict = possessive or (step is _constants.POSSESSIVE_REPEAT and not _is_one_character(given[2]))
        if possessive and within and (place < len(steps) or step in (_constants.ASSERT, _constants.ASSERT_NOT)):
            return True
        if any(_fails_half_way(each, strict) for each in within):
            return True
    return False


def _is_one_character(steps: Any) -> bool:
    single = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)
    return len(steps) == 1 and steps[0][0] in single


def test_patterns_that_an_older_python_misreads_are_known() -> None:
    assert may_be_misread(re.compile(r"(?:ab?c)*+"))
    assert may_be_misread(re.compile(r"x(?:[^\\\"]|\"{1,2}(?!\"))*+"))
    assert may_be_misread(re.compile(r"(?:(?:\s|#[^\n]*+)*+,){0,9}+"))
    assert not may_be_misread(re.compile(r"(?:[^\"\\]++|\\.)*+\"\s*+(?=x)(?:[,;]\s*+)?+"))
    assert not may_be_misread(re.compile(r"(?>(?:ab?c)*)"))

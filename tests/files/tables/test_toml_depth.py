"""A TOML text that nests too deeply is refused at once, and nothing else is."""

from __future__ import annotations

import tomllib

import pytest
from bounds import at_most

from squeezeviz.files.tables import toml_table
from squeezeviz.files.tables.toml_table import DEEPEST, refuse_deep_nesting
from squeezeviz.model.errors import SqueezevizError

HEAD = 'format = "squeezeviz"\nversion = 1\n'


def dotted(parts: int, key: str = "a", dot: str = ".") -> str:
    return dot.join([key] * parts)


@pytest.mark.parametrize(
    "line",
    [
        dotted(100_000) + " = 1",
        f"[[layer]]\n{dotted(100_000)} = 1",
        dotted(5_000, '"a.b"', " . ") + " = 1",
        dotted(5_000, "''") + " = 1",
        f"[{dotted(100_000)}]",
        f"[[{dotted(100_000)}]]",
        f"x = {{ {dotted(100_000)} = 1 }}",
        "x = " + "{a=" * 100_000,
        "x = [\n" + "[" * 100_000,
        dotted(DEEPEST + 1) + " = 1",
    ],
)
def test_deep_nesting_is_refused_at_once_with_its_line(line: str) -> None:
    text = HEAD + "# a.b\n" + line
    with at_most(2), pytest.raises(SqueezevizError, match="nested far too deeply") as raised:
        toml_table.read(text)
    assert raised.value.place.line == 4 + line.count("\n")


DOTS = "a." * 200


@pytest.mark.parametrize(
    "text",
    [
        f"# {DOTS}",
        f"x = 1 # {DOTS}",
        f'x = "{DOTS}"',
        f"x = '{DOTS}'",
        f'x = "\\"{DOTS}\\""',
        f'"{DOTS}" = 1',
        f'x = """\n{DOTS}\n"{DOTS} ""{DOTS} \\"""{DOTS}"""""',
        f"x = '''\n{DOTS}'{DOTS}''{DOTS}\\'''''",
        "x = [" + "1.5, " * 200 + "]",
        "x = [\n" + "1.5,\n" * 200 + "]",
        "x = [" + "{a.b = 1.5}, " * 200 + "]",
        "\n".join(f"x{index} = 2024-01-01T00:00:00.5" for index in range(200)),
        "\n".join(f"[a{index}.b]\nc.d = [[1.5]]" for index in range(200)),
        "\n".join(['[[layer]]\nname = "a.b"'] * 200),
        dotted(DEEPEST) + " = 1",
        "x = " + "[" * DEEPEST + "]" * DEEPEST,
    ],
)
def test_dots_and_brackets_that_nest_nothing_raise_no_alarm(text: str) -> None:
    tomllib.loads(text)
    refuse_deep_nesting(text)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[layer]\n" * 200, 1, "expected"),
        ("x = 1" + ".1" * 200, 1, "expected newline"),
        ('x = """' + ("\\" + '"""') * 5_000 + f"\n{dotted(200)} = 1", 2, "unterminated"),
        (f'x = "\n{dotted(200)} = 1', 1, "illegal character"),
    ],
)
def test_what_is_no_toml_is_still_told_as_such(text: str, line: int, said: str) -> None:
    with pytest.raises(SqueezevizError, match=f"not valid TOML: .*{said}") as raised:
        toml_table.read(text)
    assert raised.value.place.line == line


@pytest.mark.parametrize(
    "text",
    ['x = "' + "a" * 4_000_000, "x = " + " " * 4_000_000, "x = [" + "1," * 2_000_000, "[[layer]]\n" * 400_000,
     'x = """' + "a\n" * 1_000_000, "#\n" * 1_500_000, '"' * 4_000_000, 'x = "' + '\\"' * 2_000_000],
    ids=["string", "spaces", "list", "layers", "long string", "comments", "quotes", "escapes"],
)  # fmt: skip
def test_far_more_than_a_table_holds_is_refused_in_time(text: str) -> None:
    with at_most(4), pytest.raises(SqueezevizError):
        toml_table.read(text)

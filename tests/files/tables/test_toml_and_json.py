"""TOML, our own, and JSON with the same fields: what cannot be read gets one sentence with its line."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Callable

import pytest
from places import ROOT

from squeezeviz.analysis.columns import FILE_COLUMNS
from squeezeviz.analysis.report import predicted_report
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import FORMATS, Holds
from squeezeviz.files.tables import csv_table, json_table, latex_table, markdown_table, toml_table
from squeezeviz.files.tables.cell_texts import guarded, known_column
from squeezeviz.files.tables.toml_table import DEEPEST, refuse_deep_nesting
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import LAYER_TYPES, Conv, Dropout, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

TOML = 'format = "squeezeviz"\nversion = 1\n'
JSON = '{"format": "squeezeviz", "version": 1,\n "layer": ['


def dotted(parts: int, key: str = "a", dot: str = ".") -> str:
    return dot.join([key] * parts)


def test_what_is_not_said_has_its_default() -> None:
    text = TOML + '[[layer]]\nname = "c"\ntype = "conv"\nfilters = 8\nkernel = 3\n'
    assert toml_table.read(text).table == LayerTable("Untitled", InputShape(3, 227, 227), (Conv("c", 8, 3),))


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a = 1\nb = \n", 2, "not valid TOML"),
        (TOML + "x = [\n1,\n", 4, "not valid TOML"),
        ("name = 1", None, 'lacks format = "squeezeviz"'),
        ('format = "squeezeviz"\nversion = 2\n', None, "newer than this squeezeviz"),
        ('format = "squeezeviz"\nversion = "1"\n', 2, "version must be a whole number"),
        ('format = "squeezeviz"\nname = "n"\n', None, "the version is missing"),
        (TOML + '[[layer]]\nname = "a"\ntype = "conv"\nkernel = 1\nfilters = 2024-01-01', 7, "not 2024-01-01"),
        (TOML + "version = 1\n", 3, "not valid TOML"),
        (TOML + 'name = "a\\ud800"', 3, "not valid TOML"),
        (TOML + "colour = 1\n", 3, "no field 'colour'"),
        (TOML + "[colour]\nred = 1\n", 3, "no field 'colour'"),
        (TOML + "[input]\nchannels = 3\nheight = 0\n", 5, "height must be a whole number from 1"),
        (TOML + "[input]\ndepth = 1\n", 4, "no field 'depth'"),
        (TOML + "\nlayer = 3\n", 4, "write \\[\\[layer\\]\\]"),
        (TOML + '\n[layer]\nname = "x"\n', 4, "write \\[\\[layer\\]\\]"),
        (TOML + '[[layer]]\nname = "a"\ntype = "softmax"\n\n[[layer]]\nname = "b"\n', 7, "has no type"),
        (TOML + '[[layer]]\nname = "a"\n\ntype = "lstm"\n', 6, "the type 'lstm'; the types are conv"),
        (TOML + '[[layer]]\n# kernel = 3\nname = "a"\ntype = "conv"\nfilters = 1\n', 3, "needs kernel"),
        (TOML + '[[layer]]\nname = "a"\ntype = "dropout"\n"p" = 2\n', 6, "from 0 to below 1"),
        (TOML + '[[layer]]\nname = "a"\ntype = "conv"\nfilters = 1.0\nkernel = 1\n', 6, "filters must be a whole"),
        (TOML + f'[[layer]]\nname = "a"\ntype = "conv"\nfilters = 0x{"f" * 5000}\n', 3, "needs kernel"),
        (TOML + f'[[layer]]\nname = "a"\ntype = "conv"\nkernel = 0x{"f" * 5000}\nfilters = 1', 6, "6,021 digits"),
        (TOML + f"x = {'9' * 5000}", 3, "thousands of digits"),
        (TOML + "x = " + "[" * 5000, 3, "nested far too deeply"),
        (
            TOML + '[[layer]]\nname = "a"\ntype = "softmax"\n[[layer]]\nname = "a"\ntype = "softmax"\n',
            7,
            "2 layers are named 'a'",
        ),
        (
            TOML + 'name = """\n[[layer]]\nfilters = 1\n"""\n'
            '[[layer]]\nname = "a"\ntype = "conv"\nfilters = 0\nkernel = 1',
            10,
            "filters must be a whole number",
        ),
        ("[[layer]\n" * 200, 1, "not valid TOML: .*expected"),
        ("x = 1" + ".1" * 200, 1, "not valid TOML: .*expected newline"),
        ('x = """' + ("\\" + '"""') * 5_000 + f"\n{dotted(200)} = 1", 2, "not valid TOML: .*unterminated"),
        (f'x = "\n{dotted(200)} = 1', 1, "not valid TOML: .*illegal character"),
    ],
)  # fmt: skip
def test_what_is_no_table_in_toml_has_its_line(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        toml_table.read(text)
    assert raised.value.place.line == line


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ('{"format": "squeezeviz",\n', 2, "not valid JSON: expecting property name"),
        ('{"format": "squeezeviz",\n "version": 1\n "name": "x"}', 3, "not valid JSON: expecting ',' delimiter"),
        ('{"format": "squeezeviz",\n\n "format": "squeezeviz"}', 3, "“format” is said twice; keep one of them"),
        ('{"format": [{"a": 1,\n "a": 2}, "b": 1, ]', 2, "“a” is said twice"),
        ('{"format": {"a": 1,\n "a": 2}, "\\x": 1]', 2, "“a” is said twice"),
        (JSON + '\n {"name": "a",\n "name": "b"}]}', 4, "“name” is said twice"),
        (JSON + '\n {"name": "a", "name": "b"}]}', 3, "“name” is said twice"),
        (JSON + '\n {"name": "a",\n "type": "dropout", "p":\n NaN}]}', 5, "NaN is no number"),
        (JSON + '\n {"name": "a", "type": "dropout", "p": -Infinity}]}', 3, "-Infinity is no number"),
        (JSON + '\n {"name": "a", "type": "dropout",\n "p": 1e999}]}', 4, "p must be a share from 0 .*, not inf"),
        (JSON + '\n {"name": "a", "type": "fire", "s1x1": 1, "e1x1": 1,\n "e3x3": 1e999}]}', 4, "e3x3 must be a whole"),
        (JSON + f'\n {{"name": "a", "type": "conv", "kernel": 1,\n "filters": {"9" * 90}}}]}}', 4, "about 90 digits"),
        ('{"version": ' + "9" * 5000 + "}", 1, "thousands of digits"),
        (JSON + '\n {"name": "a\\u0000", "type": "softmax"}]}', 3, r"control character U\+0000"),
        (JSON + '\n {"name": "\\ud800", "type": "softmax"}]}', 3, r"control character U\+D800"),
        (JSON + '\n {"name": "a", "type": "softmax"},\n {"name": "a", "type": "softmax"}]}', 4, "2 layers are named"),
        (JSON + '\n {"name": "a", "type": "lstm"}]}', 3, "cannot have the type 'lstm'"),
        (JSON + '\n {"name": "a", "type": "softmax", "\\ud800": 1}]}', 3, "a softmax layer has no field"),
        (JSON + "\n [1]]}", 3, "a layer must be a table of fields"),
        ('{"format": "squeezeviz", "version": 1,\n "input": {"channels": 3,\n "height": 0}}', 3, "from 1 to"),
        ('{"format": "squeezeviz",\n "version": 99}', None, "version 99 is newer"),
        ('{"format": "squeezeviz", "version": 1,\n "layer": {}}', 2, "must be a list"),
        ('{"a": 1}', None, "this JSON is no layer table"),
        ("[1, 2]", None, "this JSON is no layer table"),
        ("\n" + "[" * 65, 2, "nested far too deeply"),
        ('{"a":' * 65, 1, "nested far too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_table_in_json_has_its_line(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        json_table.read(text)
    assert raised.value.place.line == line
    assert str(raised.value).isprintable()


def test_a_report_says_which_file_to_open_instead() -> None:
    report = json.dumps(predicted_report(resolve(load_preset("table1"))))
    with pytest.raises(SqueezevizError, match=r"a report \(squeezeviz/trace-1\).*squeezeviz convert FILE table\.json"):
        json_table.read(report)


@pytest.mark.parametrize("comment", ["# mine", 'name = "a # b"  # mine', 'name = """a\\"""# b"""# mine'])
def test_comments_are_told_as_saving_does_not_keep_them(comment: str) -> None:
    rest = toml_table.write(LayerTable("t", InputShape(), ())).replace('name = "t"\n', "")
    head, body = rest.split("\n\n", 1)
    name = "" if comment.startswith("name") else 'name = "t"\n'
    notes = toml_table.read(f"{head}\n{name}{comment}\n\n{body}").notes
    assert notes == (Note("its comments are not kept where the table is saved over it", Severity.INFO),)


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
def test_deep_nesting_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(SqueezevizError, match="nested far too deeply") as raised:
        toml_table.read(f"{TOML}# a.b\n{line}")
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


# --- the page on file formats says what is so


PAGE = (ROOT / "docs" / "table-format.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_toml_example_opens_and_is_what_we_would_write() -> None:
    table = toml_table.read(example("toml")).table
    assert table.layers[2] == Fire("fire2", 16, 64, 64, bypass="complex")  # type: ignore[arg-type]
    assert toml_table.write(table) == example("toml")


def test_the_csv_example_opens_without_a_note() -> None:
    read = csv_table.read(example("csv"), "example")
    assert read.notes == ()
    assert read.table == LayerTable(
        "example",
        InputShape(3, 227, 227),
        (
            Conv("conv1", 96, 7, 2), MaxPool("maxpool1"), Fire("fire2", 16, 64, 64), Dropout("dropout9"),
            Conv("conv10", 1000, 1), GlobalAvgPool("avgpool10"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(LAYER_TYPES))
def test_every_field_stands_there_with_its_default(kind: str) -> None:
    (row,) = re.findall(rf"^\| `{kind}` \| (.*) \|$", PAGE, re.MULTILINE)
    said = re.findall(r"`([^`]+)`", row)
    expected = []
    for field in dataclasses.fields(LAYER_TYPES[kind]):
        default = "" if field.default is dataclasses.MISSING else f" = {toml_table.literal(field.default)}"
        expected += [field.name + default] if field.name != "name" else []
    assert said == expected


def test_every_column_stands_there_and_every_other_name_is_understood() -> None:
    tables = [
        line for line in PAGE.partition("## CSV")[2].partition("## JSON")[0].splitlines() if line.startswith("| `")
    ]
    named = [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in tables]
    assert [word for words in named for word in words] == [column.spec.file for column in FILE_COLUMNS]
    aliases = [alias for line in tables[:9] for alias in re.findall(r"`([^`]+)`", line.split("|")[2])]
    assert [alias for alias in aliases if known_column(alias) is None] == []


def test_every_suffix_of_a_table_stands_there() -> None:
    suffixes = {suffix for info in FORMATS if info.holds is Holds.TABLE for suffix in info.suffixes}
    assert suffixes == set(re.findall(r"`(\.\w+)`", PAGE.partition("## TOML")[0]))


def test_the_json_example_is_what_we_would_write() -> None:
    table = json_table.read(example("json")).table
    assert table.layers[1] == Fire("fire2", 16, 64, 64, bypass="complex")  # type: ignore[arg-type]
    assert json_table.write(table) == example("json")


@pytest.mark.parametrize(("language", "read"), [("markdown", markdown_table.read), ("latex", latex_table.read)])
def test_the_examples_of_documents_open_without_a_note(language: str, read: Callable[[str, str], Read]) -> None:
    rows = (Conv("conv1", 64, 3, 2), MaxPool("maxpool1"), Fire("fire2", 16, 64, 64, bypass="complex"))  # type: ignore[arg-type]
    assert read(example(language), "net") == Read(LayerTable("net", InputShape(3, 224, 224), rows))


def test_names_like_formulas_are_written_as_the_page_says() -> None:
    assert [guarded(name) for name in ("=1+1", "-x", "@y", "plain")] == ["'=1+1", "'-x", "'@y", "plain"]

"""The page on file formats says what is so: its examples open, and its tables name every field and column."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest
from places import ROOT

from squeezeviz.analysis.columns import FILE_COLUMNS
from squeezeviz.files.opened import Read
from squeezeviz.files.registry import FORMATS, Holds
from squeezeviz.files.tables import csv_table, json_table, latex_table, markdown_table, toml_table
from squeezeviz.files.tables.cell_texts import guarded, known_column
from squeezeviz.model.layers import LAYER_TYPES, Conv, Dropout, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

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

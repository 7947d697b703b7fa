"""JSON that we write reads back to the same table; what is no such file gets one sentence with its line."""

from __future__ import annotations

import json

import pytest
from bounds import at_most
from hypothesis import given
from strategies import tables

from squeezeviz.analysis.report import predicted_report
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import json_table
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.plain_data import to_plain
from squeezeviz.model.table import LayerTable

HEAD = '{"format": "squeezeviz", "version": 1,\n "layer": ['


@given(tables())
def test_every_table_reads_back_as_it_was_written(table: LayerTable) -> None:
    text = json_table.write(table)
    assert json_table.read(text).table == table
    assert json.loads(text) == to_plain(table)


@given(tables())
def test_other_programs_may_write_it_anew(table: LayerTable) -> None:
    for indent in (None, 4):
        assert json_table.read(json.dumps(json.loads(json_table.write(table)), indent=indent)).table == table


def test_a_layer_stands_on_a_line_of_its_own() -> None:
    lines = json_table.write(load_preset("squeezenet1_1")).splitlines()
    assert sum('"type":' in line for line in lines) == len(load_preset("squeezenet1_1").layers)
    assert '    {"name": "fire2", "type": "fire", "s1x1": 16, "e1x1": 64, "e3x3": 64},' in lines


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ('{"format": "squeezeviz",\n', 2, "not valid JSON: expecting property name"),
        ('{"format": "squeezeviz",\n "version": 1\n "name": "x"}', 3, "not valid JSON: expecting ',' delimiter"),
        ('{"format": "squeezeviz",\n\n "format": "squeezeviz"}', 3, "“format” is said twice; keep one of them"),
        ('{"format": [{"a": 1,\n "a": 2}, "b": 1, ]', 2, "“a” is said twice"),
        ('{"format": {"a": 1,\n "a": 2}, "\\x": 1]', 2, "“a” is said twice"),
        (HEAD + '\n {"name": "a",\n "name": "b"}]}', 4, "“name” is said twice"),
        (HEAD + '\n {"name": "a", "name": "b"}]}', 3, "“name” is said twice"),
        (HEAD + '\n {"name": "a",\n "type": "dropout", "p":\n NaN}]}', 5, "NaN is no number"),
        (HEAD + '\n {"name": "a", "type": "dropout", "p": -Infinity}]}', 3, "-Infinity is no number"),
        (HEAD + '\n {"name": "a", "type": "dropout",\n "p": 1e999}]}', 4, "p must be a share from 0 .*, not inf"),
        (HEAD + '\n {"name": "a", "type": "fire", "s1x1": 1, "e1x1": 1,\n "e3x3": 1e999}]}', 4, "e3x3 must be a whole"),
        (HEAD + f'\n {{"name": "a", "type": "conv", "kernel": 1,\n "filters": {"9" * 90}}}]}}', 4, "about 90 digits"),
        ('{"version": ' + "9" * 5000 + "}", 1, "thousands of digits"),
        (HEAD + '\n {"name": "a\\u0000", "type": "softmax"}]}', 3, r"control character U\+0000"),
        (HEAD + '\n {"name": "\\ud800", "type": "softmax"}]}', 3, r"control character U\+D800"),
        (HEAD + '\n {"name": "a", "type": "softmax"},\n {"name": "a", "type": "softmax"}]}', 4, "2 layers are named"),
        (HEAD + '\n {"name": "a", "type": "lstm"}]}', 3, "cannot have the type 'lstm'"),
        (HEAD + '\n {"name": "a", "type": "softmax", "\\ud800": 1}]}', 3, "a softmax layer has no field"),
        (HEAD + "\n [1]]}", 3, "a layer must be a table of fields"),
        ('{"format": "squeezeviz", "version": 1,\n "input": {"channels": 3,\n "height": 0}}', 3, "from 1 to"),
        ('{"format": "squeezeviz",\n "version": 99}', None, "version 99 is newer"),
        ('{"format": "squeezeviz", "version": 1,\n "layer": {}}', 2, "must be a list"),
        ('{"a": 1}', None, "this JSON is no layer table"),
        ("[1, 2]", None, "this JSON is no layer table"),
        ("\n" + "[" * 65, 2, "nested far too deeply"),
        ('{"a":' * 65, 1, "nested far too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_table_gets_a_sentence_with_its_line(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        json_table.read(text)
    assert raised.value.place.line == line
    assert str(raised.value).isprintable()


def test_brackets_within_names_nest_nothing() -> None:
    table = LayerTable('[{"' * 200 + "\\", load_preset("table1").input, ())
    assert json_table.read(json_table.write(table)).table == table


def test_a_report_says_which_file_to_open_instead() -> None:
    report = json.dumps(predicted_report(resolve(load_preset("table1"))))
    with pytest.raises(SqueezevizError, match=r"a report \(squeezeviz/trace-1\).*squeezeviz convert FILE table\.json"):
        json_table.read(report)


@pytest.mark.parametrize("piece", ["[],", '"', '"",', "{}", '{"a":1},', "1,", "[", ","])
def test_a_large_text_of_one_piece_is_refused_in_time(piece: str) -> None:
    text = "[" + piece * (8_000_000 // len(piece))
    with at_most(4), pytest.raises(SqueezevizError):
        json_table.read(text)

"""Our own file: what is written reads back exactly, and what cannot be read has its line."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from strategies import tables

from squeezeviz.files.presets import FILED_IDS, load_preset
from squeezeviz.files.tables import toml_table
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Dropout, Fire
from squeezeviz.model.table import InputShape, LayerTable

HEAD = 'format = "squeezeviz"\nversion = 1\n'


@given(tables())
def test_every_table_reads_back_as_it_was_written(table: LayerTable) -> None:
    assert toml_table.read(toml_table.write(table)).table == table


@pytest.mark.parametrize("preset", FILED_IDS)
def test_a_preset_is_written_as_its_file_is_kept(preset: str) -> None:
    kept = (files("squeezeviz.resources") / "presets" / f"{preset}.toml").read_text(encoding="utf-8")
    assert toml_table.write(load_preset(preset)) == kept


@pytest.mark.parametrize(
    "name", ['"; }', "\\input{x}", "a\\", '"""', "[[layer]]", "# no comment", "🔥" * 5000, "שלום", " padded ", "'"]
)
def test_hostile_names_stay_names(name: str) -> None:
    table = LayerTable(name, InputShape(), (Fire(name, 1, 2, 3),))
    assert toml_table.read(toml_table.write(table)).table == table


@pytest.mark.parametrize("p", [0.0, 1e-300, 0.1, 1 / 3, 0.9999999999999999])
def test_a_dropout_keeps_every_digit(p: float) -> None:
    table = LayerTable("n", InputShape(), (Dropout("d", p),))
    assert toml_table.read(toml_table.write(table)).table == table


def test_what_is_not_said_has_its_default() -> None:
    text = HEAD + '[[layer]]\nname = "c"\ntype = "conv"\nfilters = 8\nkernel = 3\n'
    assert toml_table.read(text).table == LayerTable("Untitled", InputShape(3, 227, 227), (Conv("c", 8, 3),))


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a = 1\nb = \n", 2, "not valid TOML"),
        (HEAD + "x = [\n1,\n", 4, "not valid TOML"),
        ("name = 1", None, 'lacks format = "squeezeviz"'),
        ('format = "squeezeviz"\nversion = 2\n', None, "newer than this squeezeviz"),
        ('format = "squeezeviz"\nversion = "1"\n', 2, "version must be a whole number"),
        ('format = "squeezeviz"\nname = "n"\n', None, "the version is missing"),
        (HEAD + '[[layer]]\nname = "a"\ntype = "conv"\nkernel = 1\nfilters = 2024-01-01', 7, "not 2024-01-01"),
        (HEAD + "colour = 1\n", 3, "no field 'colour'"),
        (HEAD + "[colour]\nred = 1\n", 3, "no field 'colour'"),
        (HEAD + "[input]\nchannels = 3\nheight = 0\n", 5, "height must be a whole number from 1"),
        (HEAD + "[input]\ndepth = 1\n", 4, "no field 'depth'"),
        (HEAD + "\nlayer = 3\n", 4, "write \\[\\[layer\\]\\]"),
        (HEAD + '\n[layer]\nname = "x"\n', 4, "write \\[\\[layer\\]\\]"),
        (HEAD + '[[layer]]\nname = "a"\ntype = "softmax"\n\n[[layer]]\nname = "b"\n', 7, "has no type"),
        (HEAD + '[[layer]]\nname = "a"\n\ntype = "lstm"\n', 6, "the type 'lstm'; the types are conv"),
        (HEAD + '[[layer]]\n# kernel = 3\nname = "a"\ntype = "conv"\nfilters = 1\n', 3, "needs kernel"),
        (HEAD + '[[layer]]\nname = "a"\ntype = "dropout"\n"p" = 2\n', 6, "from 0 to below 1"),
        (HEAD + '[[layer]]\nname = "a"\ntype = "conv"\nfilters = 1.0\nkernel = 1\n', 6, "filters must be a whole"),
        (HEAD + f'[[layer]]\nname = "a"\ntype = "conv"\nfilters = 0x{"f" * 5000}\n', 3, "needs kernel"),
        (HEAD + f'[[layer]]\nname = "a"\ntype = "conv"\nkernel = 0x{"f" * 5000}\nfilters = 1', 6, "6,021 digits"),
        (HEAD + f"x = {'9' * 5000}", 3, "thousands of digits"),
        (HEAD + "x = " + "[" * 5000, 3, "nested far too deeply"),
        (
            HEAD + '[[layer]]\nname = "a"\ntype = "softmax"\n[[layer]]\nname = "a"\ntype = "softmax"\n',
            7,
            "2 layers are named 'a'",
        ),
        (
            HEAD + 'name = """\n[[layer]]\nfilters = 1\n"""\n'
            '[[layer]]\nname = "a"\ntype = "conv"\nfilters = 0\nkernel = 1',
            10,
            "filters must be a whole number",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_its_line(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        toml_table.read(text)
    assert raised.value.place.line == line


@pytest.mark.parametrize("comment", ["# mine", 'name = "a # b"  # mine', 'name = """a\\"""# b"""# mine'])
def test_comments_are_told_as_saving_does_not_keep_them(comment: str) -> None:
    rest = toml_table.write(LayerTable("t", InputShape(), ())).replace('name = "t"\n', "")
    head, body = rest.split("\n\n", 1)
    name = "" if comment.startswith("name") else 'name = "t"\n'
    notes = toml_table.read(f"{head}\n{name}{comment}\n\n{body}").notes
    assert notes == ("its comments are not kept where the table is saved over it",)


@pytest.mark.parametrize("name", ["# no comment", '\\"# none', "'# none"])
def test_a_sign_within_a_name_is_no_comment(name: str) -> None:
    assert toml_table.read(toml_table.write(LayerTable(name, InputShape(), (Fire(name, 1, 2, 3),)))).notes == ()

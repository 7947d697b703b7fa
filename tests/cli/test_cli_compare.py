"""compare: what changed between two tables, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

TEXTS = ("table", "markdown")
VERSIONS = ("compare", "squeezenet1_0", "squeezenet1_1")
Edited = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path, tiny: Path) -> Edited:
    """The tiny table in another file, with texts of it replaced in pairs."""

    def edit(name: str, *pairs: str) -> Path:
        text = tiny.read_text()
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text)
        return path

    return edit


def test_the_json_has_totals_differences_changes_and_cells(run: Run) -> None:
    compared = run(*VERSIONS, "--format", "json").json
    assert compared["schema"] == "squeezeviz/compare-1"
    assert compared["totals"]["parameters"] == [1248424, 1235496]
    assert compared["totals"]["macs"] == [818924576, 349151936]
    assert compared["size_bytes"] == [4 * 1248424, 4 * 1235496]
    assert compared["differences"]["parameters"]["absolute"] == -12928
    assert round(compared["differences"]["macs"]["percent"], 1) == -57.4
    assert compared["differences"]["depth"] == {"absolute": 0, "percent": 0.0}
    layers, cells = ({each["name"]: each for each in compared[key]} for key in ("layers", "cells"))
    assert set(layers["conv1"]) == {"name", "other_name", "change", "fields"}
    assert (layers["conv1"]["change"], layers["conv1"]["fields"]["kernel"]) == ("changed", [7, 3])
    assert "fire2" not in layers
    assert cells["conv1"]["cells"]["params"] == [14208, 1792]
    assert cells["conv1"]["cells"]["output"] == ["109×109×96", "111×111×64"]


@pytest.mark.parametrize("form", TEXTS)
def test_a_text_tells_totals_and_fields(run: Run, form: str) -> None:
    ended = run(*VERSIONS, "--format", form)
    assert (ended.code, ended.err) == (0, "")
    assert "−12,928" in ended.out and "kernel 7 → 3" in ended.out


def test_every_cell_that_differs_is_shown_as_the_window_does_and_where_a_moved_layer_stood(run: Run) -> None:
    out = run(*VERSIONS).out
    lines = {line.partition(" ")[0]: line for line in out.splitlines()}
    assert lines["layer"].split()[:3] == ["layer", "output", "filter/stride"]
    assert all(each in lines["conv1"] for each in ("was 109×109×96", "was 7×7/2 ×96", "−12,416"))
    assert not any(line.startswith("conv10 ") and "−" in line for line in out.splitlines())
    assert "moved    maxpool4 → maxpool3  after fire3, was after fire4\n" in out


@pytest.mark.parametrize(("form", "said"), [("table", "no layer differs"), ("markdown", "No layer differs.")])
def test_equal_tables_are_said_to_be_equal(run: Run, form: str, said: str) -> None:
    ended = run("compare", "table1", "table1", "--format", form)
    assert ended.code == 0
    assert said in ended.out


def test_no_conclusion_is_drawn_from_a_table_that_cannot_run(run: Run, tiny: Path, broken: Path) -> None:
    for form in TEXTS:
        ended = run("compare", tiny, broken, "--format", form)
        assert ended.code == 0
        assert "squeezeviz: note: second table: pool3: the 99×99 window does not fit" in ended.err
        (counted,) = (line for line in ended.out.splitlines() if "multiply-adds" in line)
        assert counted.rstrip("| ").endswith("—")
        assert "%" not in ended.out
    compared = run("compare", tiny, broken, "--format", "json").json
    assert compared["runs"] == [True, False]
    assert compared["differences"]["parameters"] == {"absolute": None, "percent": None}


def test_empty_tables_are_compared_and_tables_of_which_every_row_was_renamed(
    run: Run, tmp_path: Path, tiny: Path, edited: Edited
) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text(tiny.read_text().split("[[layer]]")[0])
    for form in TEXTS:
        assert "Fire module, was after conv1" in run("compare", tiny, empty, "--format", form).out
        assert "convolution, after input" in run("compare", empty, tiny, "--format", form).out
        assert run("compare", empty, empty, "--format", form).code == 0
    out = run("compare", tiny, edited("renamed.toml", '"conv1"', '"first"', '"fire2"', '"second"')).out
    assert "changed  conv1 → first" in out and "changed  fire2 → second" in out
    assert "params" not in out


def test_a_field_that_the_other_kind_lacks_is_told_by_a_dash(run: Run, tiny: Path, edited: Edited) -> None:
    pool = edited("pool.toml", 'type = "conv"\nfilters = 8\nkernel = 3', 'type = "maxpool"\nkernel = 3\nstride = 1')
    out = run("compare", tiny, pool).out
    assert "type conv → maxpool, filters 8 → —" in out
    assert "None" not in out


def test_names_stay_text_in_markdown_and_can_neither_turn_the_terminal_round_nor_flood_it(
    run: Run, tiny: Path, edited: Edited
) -> None:
    other = edited("other.toml", '"conv1"', '"<script>|*a*"', "filters = 8", "filters = 9")
    assert "\\<script\\>\\|\\*a\\*" in run("compare", tiny, other, "--format", "markdown").out
    long = "long" * 900
    pool, layer = '[[layer]]\nname = "pool"\ntype = "maxpool"\n\n', "[[layer]]"
    first = edited("first.toml", '"conv1"', f'"{long}"')
    named = first.read_text().replace('"fire2"', '"a\\u202eb"')
    head, rest = named.split(layer, 1)
    second = first.with_name("second.toml")
    second.write_text(head + pool + layer + rest + pool.replace('"pool"', '"end"'))
    out = run("compare", first, second).out
    assert "max pooling, after a\\u202eb" in out and "\u202e" not in out
    assert max(map(len, out.splitlines())) < 200

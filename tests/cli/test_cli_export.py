"""export: what is chosen on the command line stands in the figure."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Run


def words(run: Run, out: Path, *options: str, preset: str = "table1") -> list[str]:
    ended = run("export", preset, out, *options)
    assert (ended.code, ended.err) == (0, "")
    return [each.text or "" for each in ElementTree.parse(out).iter("{http://www.w3.org/2000/svg}text")]


def test_only_some_rows_are_shown_with_what_flows_in(run: Run, tmp_path: Path) -> None:
    shown = words(run, tmp_path / "out.svg", "--only", "fire2:fire3")
    assert {"from maxpool1", "fire2", "fire3"} <= set(shown)
    assert not {"fire4", "maxpool1 · 3×3/2", "input image"} & set(shown)


def test_rows_with_a_gap_between_are_refused_with_advice(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--only", "fire2,fire5")
    assert ended.code == 1
    assert ended.err.startswith("squeezeviz: error: --only: a figure shows rows that follow each other")
    assert "say fire2:fire5" in ended.err
    assert not list(tmp_path.iterdir())


def test_annotations_are_switched(run: Run, tmp_path: Path) -> None:
    shown = words(run, tmp_path / "out.svg", "--annotate", "shapes,field", "--collapse", "all")
    assert any("RF 7 px" in each for each in shown)
    assert not any("filters" in each or each == "depth" for each in shown)
    named = words(run, tmp_path / "out.svg", "--annotate", "none", "--collapse", "all")
    assert named[:3] == ["input image", "conv1", "maxpool1"]


def test_an_unknown_annotation_is_told_the_known_ones(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--annotate", "colour")
    assert ended.code == 2
    assert "argument --annotate: there is no annotation 'colour': say all, none" in ended.err


@pytest.mark.parametrize(
    ("options", "width"),
    [(("--fit", "column"), "84mm"), (("--width", "3.3in"), "83.82mm"), (("--width", "960px"), "254mm")],
)
def test_a_figure_is_as_wide_as_was_asked(run: Run, tmp_path: Path, options: tuple[str, str], width: str) -> None:
    words(run, tmp_path / "out.svg", *options, "--only", "fire2", "--collapse", "all")
    assert ElementTree.parse(tmp_path / "out.svg").getroot().attrib["width"] == width


def test_text_too_small_for_print_is_a_note_and_the_file_is_written(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--fit", "column", "--direction", "right")
    assert ended.code == 0
    assert "squeezeviz: note: the smallest text is " in ended.err
    assert (tmp_path / "out.svg").exists()


@pytest.mark.parametrize("width", ["wide", "0mm", "-1", "1e3px"])
def test_a_width_that_is_none_is_refused(run: Run, tmp_path: Path, width: str) -> None:
    ended = run("export", "table1", tmp_path / "out.png", f"--width={width}")
    assert ended.code == 2
    assert "argument --width: " in ended.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--only", "Fire2"), 1, "'Fire2'; did you mean fire2?"),
        (("--only", "fire2-fire4"), 1, "did you mean fire2:fire4?"),
        (("--collapse", "Fire2"), 1, "did you mean fire2?"),
        (("--theme", "paper"), 2, "did you mean print?"),
        (("--colour", "params"), 2, "did you mean parameters?"),
        (("--colour", "macs"), 2, "did you mean multiply-adds?"),
        (("--annotate", "filter"), 2, "did you mean filters?"),
        (("--fit", "84mm"), 2, "use --width 84mm"),
        (("--fit", "colum"), 2, "did you mean column?"),
    ],
)
def test_a_word_that_is_not_there_is_answered_with_the_one_that_was_meant(
    run: Run, tmp_path: Path, options: tuple[str, str], code: int, said: str
) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", *options)
    assert ended.code == code
    assert said in ended.err.strip().splitlines()[-1]
    assert not (tmp_path / "out.svg").exists()


def test_a_network_asked_of_export_is_told_who_writes_it(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "net.onnx")
    assert ended.code == 1
    assert "squeezeviz convert" in ended.err


def test_multiply_adds_are_called_so_on_the_command_line_and_in_the_figure(run: Run, tmp_path: Path) -> None:
    by_name = words(run, tmp_path / "out.svg", "--annotate", "multiply-adds", "--collapse", "all")
    assert words(run, tmp_path / "out.svg", "--annotate", "macs", "--collapse", "all") == by_name
    assert "174 M multiply-adds" in by_name


def test_pixels_too_few_to_read_are_a_note_too(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "out.svg", "--width", "84", "--only", "fire2")
    assert "pt, too small to read; make it wider" in ended.err


def test_a_width_and_a_fit_exclude_each_other(run: Run, tmp_path: Path) -> None:
    assert run("export", "table1", tmp_path / "out.png", "--width", "84mm", "--fit", "slide").code == 2


def test_what_differs_from_another_network_is_marked(run: Run, tmp_path: Path) -> None:
    shown = words(run, tmp_path / "out.svg", "--baseline", "simple-bypass")
    assert sum(each.startswith("±") for each in shown) >= 4


def test_costs_colour_the_boxes_and_a_legend_says_so(run: Run, tmp_path: Path) -> None:
    assert "Multiply-adds" in words(run, tmp_path / "out.svg", "--colour", "multiply-adds")
    without = words(run, tmp_path / "out.svg", "--colour", "multiply-adds", "--annotate", "shapes")
    assert "Multiply-adds" not in without


def test_a_pass_is_run_to_mark_what_it_measured(run: Run, tmp_path: Path) -> None:
    words(run, tmp_path / "out.svg", "--marks", "--input", "3x35x35")
    titles = ElementTree.parse(tmp_path / "out.svg").iter("{http://www.w3.org/2000/svg}title")
    assert sum(each.text == "measured" for each in titles) > 30

"""export: what is chosen on the command line stands in the figure, and what cannot be meant is answered."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Run
from painting_figures import pixels, svg_texts
from pptx import Presentation

from squeezeviz.files.presets import load_preset, name_as_edited, preset_ids


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.svg"


def words(run: Run, out: Path, *options: str) -> list[str]:
    ended = run("export", "table1", out, *options)
    assert (ended.code, ended.err) == (0, "")
    return svg_texts(out.read_bytes())


def svg_size(out: Path) -> tuple[float, float]:
    _, _, width, height = map(float, ElementTree.parse(out).getroot().attrib["viewBox"].split())
    return width, height


def test_every_format_is_written_without_a_display(run: Run, spawn: Run, tmp_path: Path) -> None:
    starts = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG", "dot": b"digraph"}
    for suffix, start in starts.items():
        ended = (spawn if suffix in ("pdf", "png") else run)("export", "table1", tmp_path / f"out.{suffix}")
        assert (ended.code, ended.out, ended.err) == (0, "", "")
        assert start in (tmp_path / f"out.{suffix}").read_bytes()[:200]


def title_of(svg: Path) -> str:
    return next(ElementTree.parse(svg).getroot().iter("{http://www.w3.org/2000/svg}title")).text or ""


def test_a_preset_that_was_edited_is_not_called_by_its_name_alone(run: Run, tmp_path: Path, out: Path) -> None:
    table, name = tmp_path / "mine.toml", "SqueezeNet v1.0 (torchvision)"
    for preset in ("squeezenet1_0", "figure3a-sr0.5"):
        run("convert", preset, table)
        run("export", table, out, "--input", "3x64x64")
        whole = title_of(out)
        assert "edited" not in whole
        table.write_text(table.read_text("utf-8").replace("e1x1 = 64", "e1x1 = 48", 1), "utf-8")
        run("export", table, out)
        assert title_of(out) == f"{whole}, edited"
    run("convert", "squeezenet1_0", table)
    edited = table.read_text("utf-8").replace("e1x1 = 64", "e1x1 = 48", 1)
    table.write_text(edited, "utf-8")
    documents = {suffix: tmp_path / f"mine.{suffix}" for suffix in ("html", "tex", "toml", "pptx")}
    for suffix, written in documents.items():
        run("export" if suffix == "pptx" else "convert", table, written)
    for suffix in ("html", "tex"):
        assert f"{name}, edited" in documents[suffix].read_text("utf-8")
    assert documents["toml"].read_text("utf-8") == edited  # what is read back is as it was
    assert Presentation(str(documents["pptx"])).slides[0].shapes.title.text == f"{name}, edited"


@pytest.mark.parametrize("preset", preset_ids())
def test_no_preset_is_taken_for_an_edited_one(preset: str) -> None:
    assert name_as_edited(load_preset(preset)) == load_preset(preset).name


def test_only_some_rows_are_shown_with_what_flows_in(run: Run, out: Path) -> None:
    shown = words(run, out, "--only", "fire2:fire3")
    assert {"from maxpool1", "fire2", "fire3"} <= set(shown)
    assert not {"fire4", "maxpool1 · 3×3/2", "input image"} & set(shown)


def test_fire_modules_are_open_unless_said(run: Run, out: Path) -> None:
    counts = {
        asked: " ".join(words(run, out, *(["--collapse", asked] if asked else []))).count("squeeze")
        for asked in ("", "none", "all", "fire2, fire9", ",fire2,, fire9,")
    }
    assert counts[""] == counts["none"] >= 8
    assert counts["all"] == 0
    assert 0 < counts["fire2, fire9"] == counts[",fire2,, fire9,"] < counts["none"]


def test_annotations_are_switched(run: Run, out: Path) -> None:
    shown = words(run, out, "--annotate", "shapes,field", "--collapse", "all")
    assert any("RF 7 px" in each for each in shown)
    assert not any("filters" in each or each == "depth" for each in shown)
    assert words(run, out, "--annotate", "none", "--collapse", "all")[:3] == ["input image", "conv1", "maxpool1"]
    by_name = words(run, out, "--annotate", "multiply-adds", "--collapse", "all")
    assert words(run, out, "--annotate", "macs", "--collapse", "all") == by_name
    assert "174 M multiply-adds" in by_name


def test_direction_and_theme_are_followed(run: Run, tmp_path: Path) -> None:
    down, right, dark = (tmp_path / f"{name}.svg" for name in ("down", "right", "dark"))
    for path, options in ((down, ()), (right, ("--direction", "right")), (dark, ("--theme", "dark"))):
        words(run, path, *options)
    assert svg_size(down)[0] < svg_size(down)[1]
    assert svg_size(right)[0] > svg_size(right)[1]
    assert dark.read_bytes() != down.read_bytes()


@pytest.mark.parametrize(
    ("options", "width"),
    [(("--fit", "column"), "84mm"), (("--width", "3.3in"), "83.82mm"), (("--width", "960px"), "254mm")],
)
def test_a_figure_is_as_wide_as_was_asked(run: Run, out: Path, options: tuple[str, str], width: str) -> None:
    words(run, out, *options, "--only", "fire2", "--collapse", "all")
    assert ElementTree.parse(out).getroot().attrib["width"] == width


def test_a_png_has_the_width_and_the_background_that_were_asked_for(run: Run, tmp_path: Path) -> None:
    for options, alpha in (((), 255), (("--transparent",), 0)):
        assert run("export", "table1", tmp_path / "out.png", "--width", "640", *options).code == 0
        picture = pixels((tmp_path / "out.png").read_bytes())
        assert (picture.shape[1], picture[0, 0, 3]) == (640, alpha)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--fit", "column", "--direction", "right"), "squeezeviz: note: the smallest text is "),
        (("--width", "84", "--only", "fire2"), "pt, too small to read; make it wider"),
    ],
)
def test_text_too_small_is_a_note_and_the_file_is_written(
    run: Run, out: Path, options: tuple[str, ...], said: str
) -> None:
    ended = run("export", "table1", out, *options)
    assert ended.code == 0
    assert said in ended.err
    assert out.exists()


def test_a_slide_whose_text_cannot_be_read_in_a_deck_says_so(run: Run, tmp_path: Path) -> None:
    ended = run("export", "complex-bypass", tmp_path / "all.pptx")
    assert "the smallest text is 4.4 pt on a usual slide, too small to read; set it on several slides" in ended.err
    ended = run("export", "complex-bypass", tmp_path / "closed.pptx", "--collapse", "all")
    assert "8.3 pt on a usual slide, small for a talk; set it on several slides" in ended.err
    assert not run("export", "complex-bypass", tmp_path / "several.pptx", "--slides", "several").err
    assert len(Presentation(str(tmp_path / "several.pptx")).slides) == 8


def test_slides_are_refused_where_there_are_none(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "figure.svg", "--slides", "several")
    assert ended.code == 1 and "--slides: slides are those of a PowerPoint file" in ended.err


def test_a_wrapped_network_stands_in_columns(run: Run, out: Path) -> None:
    shapes = {}
    for direction in ("down", "wrapped"):
        words(run, out, "--direction", direction)
        width, height = svg_size(out)
        shapes[direction] = width / height
    assert shapes["down"] < 0.25 and 1 < shapes["wrapped"] < 2.5


def test_what_differs_from_another_network_is_marked_and_costs_colour_the_boxes(run: Run, out: Path) -> None:
    shown = words(run, out, "--baseline", "simple-bypass", "--colour", "multiply-adds")
    assert sum(each.startswith("±") for each in shown) >= 4
    assert "Multiply-adds" in shown
    assert "Multiply-adds" not in words(run, out, "--colour", "multiply-adds", "--annotate", "shapes")


def test_a_pass_is_run_to_mark_what_it_measured(run: Run, out: Path) -> None:
    words(run, out, "--marks", "--input", "3x35x35")
    assert svg_texts(out.read_bytes(), "title").count("measured") > 30


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("--only fire2,fire5", 1, "error: --only: a figure shows rows that follow each other"),
        ("--only fire2,fire5", 1, "say fire2:fire5"),
        ("--only Fire2", 1, "'Fire2'; did you mean fire2?"),
        ("--only fire2-fire4", 1, "did you mean fire2:fire4?"),
        ("--collapse Fire2", 1, "did you mean fire2?"),
        ("--collapse fire2,fire99,conv1", 1, "the network has no Fire module 'fire99'; did you mean fire9?"),
        *(
            (f"--collapse={each}", 1, "name Fire modules, such as fire2,fire3, or say all or none")
            for each in ("", ",")
        ),
        ("--theme paper", 2, "did you mean print?"),
        ("--colour params", 2, "did you mean parameters?"),
        ("--colour macs", 2, "did you mean multiply-adds?"),
        ("--annotate colour", 2, "argument --annotate: there is no annotation 'colour': say all, none"),
        ("--annotate filter", 2, "did you mean filters?"),
        ("--fit 84mm", 2, "use --width 84mm"),
        ("--fit colum", 2, "did you mean column?"),
        *((f"--width={width}", 2, "argument --width: ") for width in ("wide", "0mm", "-1", "1e3px")),
        ("--width 84mm --fit slide", 2, "not allowed with argument"),
        ("--marks --input 3x5x5", 1, "there is no pass to mark: the 7×7 window does not fit"),
    ],
)
def test_what_cannot_be_meant_is_answered_with_what_could_and_nothing_is_written(
    run: Run, out: Path, options: str, code: int, said: str
) -> None:
    ended = run("export", "table1", out, *options.split())
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err.strip().splitlines()[-1]
    assert not out.exists()


def test_a_network_asked_of_export_is_told_who_writes_it(run: Run, tmp_path: Path) -> None:
    ended = run("export", "table1", tmp_path / "net.onnx")
    assert ended.code == 1
    assert "squeezeviz convert" in ended.err

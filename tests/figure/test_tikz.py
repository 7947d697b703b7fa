"""The LaTeX figure compiles alone and in a paper, shows what the SVG shows, and nothing in a name comes alive."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting_figures import pdf_information, pdf_text
from placed import fires
from preset_tables import PRESETS, network, preset
from strategies import HOSTILE_NAMES

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.drawing.draw import draw_diagram, drawn_size
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import Mark, Marks
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Role
from squeezeviz.figure.theme.look import UNITS_PER_INCH, parse_width
from squeezeviz.figure.theme.theme import LIGHT, THEMES, Theme
from squeezeviz.figure.writers.figure import ExportOptions, Figure
from squeezeviz.figure.writers.tikz import in_names, to_tikz
from squeezeviz.figure.writers.tikz_text import tex_text
from squeezeviz.model.table import Change, LayerTable

TEX_NAMES = (
    *HOSTILE_NAMES,
    r"\input{/etc/passwd}",
    r"}\end{tikzpicture}\write18{touch pwned}",
    "100 % #1 $x$ & a_b^c~d",
    "^^5cinput ^^M",
    "--- ?` !` ,, '' ``",
    "{", "}", "\\", "[x]*", "two\nlines", "a\x00b\x07", "é ü ñ ç ł ß Å ő", "网络 emoji 🔥", "\u202eabc\u200b",
)  # fmt: skip

NAMES = [name for name in TEX_NAMES if name.strip() and not re.search(r"[\x00-\x1f]", name)]
"""What a table takes for a name."""

PAPER = r"""\documentclass[twocolumn]{article}
\usepackage{tikz}
\tikzset{every node/.style={draw, circle}}
\begin{document}
\catcode`\;=\active \def;{\string;}\catcode`\"=\active \def"{\relax}
Before; after.
\begin{figure}\centering
\input{figure.tex}
\caption{A column.}
\end{figure}
\begin{figure*}\centering\def\squeezevizwidth{60mm}
\setbox0\hbox{\input{figure.tex}}\message{WIDE \the\wd0}\box0
\caption{As wide as was asked for.}
\end{figure*}
\setbox0\hbox{\input{figure.tex}}\message{FITTED \the\wd0 of \the\linewidth}
\end{document}
"""


def tikz(
    shown: ResolvedNetwork,
    theme: Theme = LIGHT,
    direction: Direction = Direction.DOWN,
    *,
    closed: frozenset[str] | None = None,
    marks: Marks | None = None,
    measure: Measure = Measure.KIND,
    width_mm: float | None = None,
) -> str:
    options = DiagramOptions(direction, fires(shown) - {"fire2"} if closed is None else closed)
    diagram, heat = build_diagram(shown, options), heat_of(shown, None, measure)
    badges = {Key("fire2", "squeeze1x1"): Badge.MEASURED, Key("conv1"): Badge.DIFFERS, Key("fire2"): Badge.STALE}
    group = draw_diagram(diagram, in_names(theme), badges, marks=marks, heat=heat)
    width, height = drawn_size(diagram, heat)
    size = None if width_mm is None else parse_width(f"{width_mm}mm")
    figure = Figure(
        group, width, height, diagram.title, size.width_in / width if size else 1 / UNITS_PER_INCH, in_names(theme).page
    )
    return to_tikz(figure, ExportOptions(theme=theme, heat=heat, size=size)).decode()


def named(names: list[str]) -> ResolvedNetwork:
    """A network of layers with these names, the first of which is an open Fire module."""
    table = preset("table1")
    conv, dropout = table.layers[0], next(layer for layer in table.layers if layer.type == "dropout")
    fire = next(layer for layer in table.layers if layer.type == "fire")
    rows = (conv, replace(fire, name=names[0]), *(replace(dropout, name=name) for name in names[1:]))
    return resolve(LayerTable(names[0], table.input, rows))


def pdflatex(folder: Path, name: str, engine: str = "pdflatex") -> str:
    """The log of a run that may not start other programs; it fails where TeX complains."""
    if shutil.which("pdflatex") is None or subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True).returncode:
        pytest.skip("pdflatex with TikZ is not installed (texlive-latex-base and texlive-pictures)")
    command = [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", name]
    unbroken = os.environ | {"max_print_line": "10000"}
    ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=500, env=unbroken)
    log = ran.stdout.decode("utf-8", "replace")
    assert ran.returncode == 0, log[-3000:]
    return log


def nodes(text: str) -> list[str]:
    return re.findall(r"\\node\[[^\n]*?\] \(([\w-]+)\) at", text)


@pytest.mark.parametrize("name", ["table1", "complex-bypass"])
def test_every_operation_is_a_node_of_its_own_and_every_anchor_one_that_is_there(name: str) -> None:
    shown = network(name)
    text = tikz(shown, closed=frozenset())
    names = nodes(text)
    assert len(names) == len(set(names))
    diagram = build_diagram(shown)
    wanted = {"-".join(filter(None, box.key)) or "input" for module in diagram.modules for box in module.boxes}
    assert wanted <= set(names)
    assert {layer.name for layer in shown.table.layers} <= set(names)
    assert set(re.findall(r"\(([\w-]+)\.(?:north|south|east|west)\)", text)) <= set(names)


def test_lines_run_from_the_anchor_of_one_box_to_that_of_the_next() -> None:
    text = tikz(network("table1"))
    assert "(input.south) -- (conv1.north);" in text
    assert re.search(r"squeeze line.*\(fire2-squeeze1x1\.south\) \.\. controls .*\(fire2-expand3x3\.north\);", text)
    assert re.search(r"expand1x1 line.*\(fire2-expand1x1\.south\) .*\(fire2-concat1\.north\);", text)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colours_and_styles_have_names_and_those_that_are_used_are_defined(theme: Theme) -> None:
    text = tikz(network("complex-bypass"), theme, measure=Measure.PARAMETERS)
    used = set(re.findall(r"squeezeviz-[\w-]+", text.partition("\\begin{tikzpicture}")[2]))
    defined = dict(re.findall(r"\\definecolor\{([\w-]+)\}\{HTML\}\{([0-9A-F]{6})\}", text))
    assert used - {"squeezeviz-squeezeviz"} <= set(defined)
    assert defined["squeezeviz-squeeze"] == theme.roles[Role.SQUEEZE][1:].upper()
    assert not re.search("#[0-9a-f]{6}", text)
    for style in ("squeeze", "expand1x1", "expand3x3", "conv", "bypass line"):
        assert f"squeezeviz/{style}/.style" in text


def test_the_row_at_which_a_network_stops_is_dashed() -> None:
    text = tikz(resolve(preset("table1").with_field(3, "e1x1", 65).with_field(3, "bypass", "simple")))
    assert re.search(r"squeezeviz/problem/\.style=\{.*dash pattern=on 5\\squeezevizunit off 3\\squeezevizunit", text)
    assert re.search(r"squeezeviz/problem line/\.style=\{.*dash pattern", text)


@pytest.mark.parametrize("name", TEX_NAMES, ids=ascii)
def test_a_name_is_ascii_without_a_character_that_tex_acts_on(name: str) -> None:
    written = tex_text(name)
    assert written.isascii()
    assert written.isprintable()
    commands = set(re.findall(r"\\([a-zA-Z]+)", written))
    assert not commands & {"input", "write", "end", "script"}
    assert not re.search(
        r"(?<!\\)[%#&$_~]", re.sub(r"\\[a-zA-Z]+\{[^{}]*\{[^{}]*\}\}|\\[a-zA-Z]+\{[^{}]*\}", "", written)
    )


@given(st.text())
def test_any_text_is_written_with_its_braces_in_pairs(name: str) -> None:
    written = re.sub(r"\\[\\{}]", "", tex_text(name))
    depth = 0
    for each in written:
        depth += (each == "{") - (each == "}")
        assert depth >= 0
    assert depth == 0
    assert written.isascii()


def test_it_compiles_alone_and_says_what_the_diagram_says(tmp_path: Path) -> None:
    (tmp_path / "figure.tex").write_text(tikz(network("complex-bypass")), encoding="ascii")
    log = pdflatex(tmp_path, "figure.tex")
    assert "(1 page," in log
    assert "Overfull" not in log
    text = pdf_text((tmp_path / "figure.pdf").read_bytes()).replace(" ", "")
    for layer in network("complex-bypass").table.layers:
        assert layer.name in text
    for said in ("squeeze1×1", "expand3×3", "64+64=128channels", "16→64+64=128"):
        assert said in text


@pytest.mark.full
def test_another_engine_compiles_it_too(tmp_path: Path) -> None:
    if shutil.which("lualatex") is None:
        pytest.skip("lualatex is not installed (texlive-latex-base)")
    (tmp_path / "figure.tex").write_text(tikz(named(NAMES), closed=frozenset()), encoding="ascii")
    assert "(1 page," in pdflatex(tmp_path, "figure.tex", "lualatex")


@pytest.mark.parametrize("width_mm", [None, 84.0, 178.0])
def test_it_compiles_in_a_paper_whose_column_it_fits(width_mm: float | None, tmp_path: Path) -> None:
    (tmp_path / "figure.tex").write_text(tikz(network("table1"), width_mm=width_mm), encoding="ascii")
    (tmp_path / "paper.tex").write_text(PAPER, encoding="ascii")
    log = re.sub(r"\s+", " ", pdflatex(tmp_path, "paper.tex"))
    assert "Overfull" not in log
    assert "Float too large" not in log
    assert "Font shape" not in log
    wide = float(re.findall(r"WIDE ([\d.]+)pt", log)[0])
    assert wide == pytest.approx(60 / 25.4 * 72.27, abs=0.05)
    fitted, line = map(float, re.findall(r"FITTED ([\d.]+)pt ?of ([\d.]+)pt", log)[0])
    assert fitted <= line + 0.01


@pytest.mark.parametrize("width_mm", [60.0, 84.0, 178.0])
def test_a_width_that_was_asked_for_is_the_page_s(width_mm: float, tmp_path: Path) -> None:
    text = tikz(network("table1"), width_mm=width_mm, closed=fires(network("table1")))
    (tmp_path / "figure.tex").write_text(text, encoding="ascii")
    assert "(1 page," in pdflatex(tmp_path, "figure.tex")
    told = pdf_information((tmp_path / "figure.pdf").read_bytes())
    assert float(told["Page size"].split()[0]) == pytest.approx(width_mm / 25.4 * 72, abs=0.05)


def test_hostile_names_compile_and_run_nothing(tmp_path: Path) -> None:
    text = tikz(named([r"}\input{/etc/passwd}", *NAMES]), closed=frozenset())
    (tmp_path / "figure.tex").write_text(text, encoding="ascii")
    log = pdflatex(tmp_path, "figure.tex")
    assert "/etc/passwd" not in log
    assert not (tmp_path / "pwned").exists()
    text = pdf_text((tmp_path / "figure.pdf").read_bytes())
    assert r"\input{/etc" in text
    assert "<script>" in text
    assert "100 % #1 $x$ & a" in text


@pytest.mark.full
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("direction", Direction)
def test_costs_and_differences_compile_in_every_theme(theme: Theme, direction: Direction, tmp_path: Path) -> None:
    marks = Marks(
        {Key("conv1"): Mark(Change.CHANGED, "×64 → ×96"), Key("fire4"): Mark(Change.ADDED)}, {Key("fire4"): ("old",)}
    )
    shown = network("squeezenet1_1")
    closed = frozenset({"fire2", "fire3"})
    text = tikz(shown, theme, direction, closed=closed, marks=marks, measure=Measure.PARAMETERS)
    (tmp_path / "figure.tex").write_text(text, encoding="ascii")
    assert "(1 page," in pdflatex(tmp_path, "figure.tex")


@pytest.mark.full
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_compiles(name: str, tmp_path: Path) -> None:
    (tmp_path / "figure.tex").write_text(tikz(network(name), closed=frozenset()), encoding="ascii")
    assert "(1 page," in pdflatex(tmp_path, "figure.tex")


@pytest.mark.full
def test_a_network_longer_than_tex_can_count_compiles(tmp_path: Path) -> None:
    table = preset("table1")
    fire = next(layer for layer in table.layers if layer.name == "fire3")
    rows = (*table.layers[:2], *(replace(fire, name=f"fire{place}") for place in range(60)))
    text = tikz(resolve(LayerTable("long", table.input, rows)), closed=frozenset())
    (tmp_path / "figure.tex").write_text(text, encoding="ascii")
    assert "(1 page," in pdflatex(tmp_path, "figure.tex")

"""A PDF is one page as large as the figure, of vectors and embedded fonts, whose text can be found and copied."""

from __future__ import annotations

import re

import pytest
from painting_figures import (
    HOSTILE_NAMES,
    difference,
    figure,
    pdf_of,
    pdf_picture,
    pdf_text,
    plain_figure,
    png_of,
    poppler,
)

from squeezeviz.model.text import one_line, plain

FOUND_WITH_ANY_FONTS = ("markup", "dot", "tex", "entity", "cdata", "lines")


def information(pdf: bytes) -> dict[str, str]:
    lines = poppler("pdfinfo", "-", pdf=pdf).decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_the_page_is_the_figure() -> None:
    told = information(pdf_of(plain_figure()))
    assert told["Pages"] == "1"
    assert told["Page size"] == "240 x 150 pts"


@pytest.mark.parametrize(("width", "height"), [(559.4, 794.2), (1122.5, 3), (1, 1)])
def test_a_size_near_a_paper_size_is_not_taken_for_it(width: float, height: float) -> None:
    found = re.match(r"([\d.]+) x ([\d.]+) pts", information(pdf_of(plain_figure(), width, height))["Page size"])
    assert found is not None
    assert abs(float(found[1]) - width * 0.75) <= 0.5
    assert abs(float(found[2]) - height * 0.75) <= 0.5


def test_a_page_longer_than_acrobat_counts_keeps_its_proportions() -> None:
    pdf = pdf_of(plain_figure(), 400, 300_000)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    unit = re.search(rb"/UserUnit ([\d.]+)", pdf)
    assert box is not None
    assert unit is not None
    assert float(box[2]) <= 14_400
    assert float(box[2]) * float(unit[1]) == pytest.approx(225_000)
    assert float(box[1]) * float(unit[1]) == pytest.approx(300)


def test_it_shows_what_the_painter_shows() -> None:
    seen = pdf_picture(pdf_of(plain_figure()))
    assert difference(seen, png_of(plain_figure(), background="#ffffff")) < 48


def test_text_can_be_selected_times_signs_and_arrows_included() -> None:
    names = ("conv1 · 7×7/2 → 96", "fire2/expand3x3", "64 + 64 = 128")
    text = pdf_text(pdf_of(figure(*names)))
    assert all(each in text for each in (*names, "✓", "18"))


def test_every_font_is_embedded() -> None:
    lines = poppler("pdffonts", "-", pdf=pdf_of(plain_figure())).decode().splitlines()[2:]
    assert {line.split()[0] for line in lines} == {"Inter-Regular", "Inter-SemiBold"}
    assert all(re.search(r" yes (yes|no ) yes ", line) for line in lines)


def test_it_is_drawn_in_vectors() -> None:
    assert b"/Subtype /Image" not in pdf_of(plain_figure())


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_name_leaves_the_document_whole(name: str) -> None:
    pdf = pdf_of(figure(name, "after it"), title=name)
    assert "after it" in pdf_text(pdf)
    told = information(pdf)
    assert told["Pages"] == "1"
    assert told["JavaScript"] == "no"
    assert told["Title"] == plain(name)


@pytest.mark.parametrize("name", FOUND_WITH_ANY_FONTS)
def test_a_hostile_name_can_be_found_in_the_text(name: str) -> None:
    assert one_line(HOSTILE_NAMES[name]) in pdf_text(pdf_of(figure(HOSTILE_NAMES[name])))


def test_the_program_signs_it() -> None:
    assert information(pdf_of(plain_figure()))["Creator"].startswith("squeezeviz ")

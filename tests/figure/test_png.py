"""A PNG is as large as was asked for, transparent or not, and refused before it takes the memory away."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting_figures import (
    HEIGHT,
    HOSTILE_NAMES,
    WIDTH,
    difference,
    figure,
    pixels,
    plain_figure,
    png_of,
)
from PySide6.QtGui import QImage

from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape
from squeezeviz.figure.writers.png import LONGEST_SIDE_PX, MOST_PIXELS
from squeezeviz.model.errors import SqueezevizError

FULL = Group(0, 0, (Rectangle(0, 0, 33.4, 20.7, Shape("#336699")),))


def size(png: bytes) -> tuple[int, int]:
    image = QImage.fromData(png)
    return image.width(), image.height()


def test_it_has_two_pixels_a_unit_unless_said() -> None:
    assert size(png_of(plain_figure())) == (640, 400)


@pytest.mark.parametrize("width", [1, 7, 333, 1999])
def test_a_chosen_width_is_exact_and_the_height_follows(width: int) -> None:
    png = png_of(plain_figure(), width_px=width)
    assert size(png) == (width, max(1, round(HEIGHT * width / WIDTH)))


@given(st.integers(1, 400))
def test_what_fills_the_figure_fills_the_picture_whatever_its_size(width: int) -> None:
    assert (pixels(png_of(FULL, 33.4, 20.7, width_px=width)) == (0x99, 0x66, 0x33, 255)).all()


def test_it_is_transparent_unless_a_colour_is_chosen() -> None:
    clear = pixels(png_of(plain_figure()))
    white = pixels(png_of(plain_figure(), background="#ffffff"))
    assert (clear[0, 0] == 0).all()
    assert (white[0, 0] == 255).all()
    assert (white[..., 3] == 255).all()
    assert clear[..., 3].max() == 255


def test_the_transparent_picture_on_white_is_the_white_one() -> None:
    clear = pixels(png_of(plain_figure())).astype(float)
    white = pixels(png_of(plain_figure(), background="#ffffff")).astype(float)
    share = clear[..., 3:] / 255
    laid_on_white = clear[..., :3] * share + 255 * (1 - share)
    assert np.abs(laid_on_white - white[..., :3]).max() <= 3


def test_it_looks_the_same_at_every_scale() -> None:
    small, large = (png_of(plain_figure(), scale=scale, background="#ffffff") for scale in (2, 5))
    shrunk = png_of(Group(0, 0, (plain_figure(),)), WIDTH, HEIGHT, background="#ffffff")
    image = QImage.fromData(large).scaledToWidth(640)
    assert difference(small, shrunk) == 0
    assert np.abs(pixels(image).astype(int).mean() - pixels(small).astype(int).mean()) < 1


def test_the_file_says_how_large_it_is_on_paper() -> None:
    image = QImage.fromData(png_of(plain_figure(), scale=3))
    assert image.width() / image.dotsPerMeterX() == pytest.approx(WIDTH / 96 * 0.0254, rel=1e-3)


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert png_of(plain_figure()) == png_of(plain_figure())


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_name_is_painted_and_spoils_nothing_around_it(name: str) -> None:
    # The second box stands below the first name's own line.
    below = slice(92, 148), slice(0, 420)
    hostile = pixels(png_of(figure(name, "after it"), background="#ffffff"))
    harmless = pixels(png_of(figure("x", "after it"), background="#ffffff"))
    assert (hostile[below] == harmless[below]).all()
    assert (hostile != harmless).any()


@pytest.mark.parametrize(("width", "height"), [(300, 40_000), (40_000, 300), (20_000, 20_000)])
def test_too_large_a_picture_is_refused_and_the_largest_width_named(width: float, height: float) -> None:
    with pytest.raises(SqueezevizError, match="too large to draw: choose a width of at most") as refused:
        png_of(plain_figure(), width, height, scale=1)
    named = re.search(r"at most ([\d,]+) pixels", refused.value.message)
    assert named is not None
    columns = int(named[1].replace(",", ""))
    rows = columns * height / width
    assert max(columns, rows) <= LONGEST_SIDE_PX + 1
    assert columns * rows <= MOST_PIXELS * 1.001
    assert max(columns, rows) > LONGEST_SIDE_PX * 0.99 or columns * rows > MOST_PIXELS * 0.99


def test_a_width_that_no_float_can_hold_is_refused() -> None:
    with pytest.raises(SqueezevizError, match="too large to draw"):
        png_of(plain_figure(), width_px=10**400)


def test_the_width_that_a_refusal_names_can_be_drawn() -> None:
    with pytest.raises(SqueezevizError) as refused:
        png_of(plain_figure(), 300, 90_000)
    named = re.search(r"at most ([\d,]+) pixels", refused.value.message)
    assert named is not None
    columns = int(named[1].replace(",", ""))
    assert size(png_of(plain_figure(), 300, 90_000, width_px=columns))[0] == columns


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_leaves_no_pixels_is_refused(scale: float) -> None:
    with pytest.raises(SqueezevizError, match="scale above 0"):
        png_of(plain_figure(), scale=scale)


def test_a_width_of_no_pixels_is_refused() -> None:
    with pytest.raises(SqueezevizError, match="width of at least 1 pixel"):
        png_of(plain_figure(), width_px=0)


@pytest.mark.skipif(sys.platform != "linux", reason="limits its memory the way Linux does")
def test_a_picture_that_does_not_fit_the_memory_is_refused_too() -> None:
    program = """
import resource
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions, Figure
from squeezeviz.figure.writers.png import to_png
to_png(Figure(Group(0, 0, ()), 10, 10, ""), AS_ON_SCREEN)
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**28,) * 2)
to_png(Figure(Group(0, 0, ()), 1000, 1000, ""), ExportOptions(png_scale=16))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "SqueezevizError: there is not enough memory for a picture of 16,000 × 16,000 pixels" in done.stderr

"""The panel of feature maps in the window, with a real live pass: what it shows, or says where it shows none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hands import LEFT, SHIFT, OpenWindow, caught, child, click_cell, export_soon, fresh, press
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from weights_at_hand import Array, normal, opened_with, pruned, retained

from squeezeviz.analysis.pictures.preprocessing import TORCHVISION
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.maps.enlarged import EnlargedMap
from squeezeviz.gui.maps.grid import MapGrid
from squeezeviz.gui.maps.panel import FeatureMapsPanel
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

SMALL = LayerTable("small", InputShape(3, 40, 40), (Conv("conv1", 5, 3), MaxPool("pool"), Fire("fire2", 3, 4, 6)))

OpenPanel = Callable[..., tuple[MainWindow, FeatureMapsPanel]]


@pytest.fixture
def opened(open_on: OpenWindow, qtbot: QtBot) -> OpenPanel:
    """A window with the panel in front; with `live`, once the first maps are in it."""

    def open_it(*, live: bool = True) -> tuple[MainWindow, FeatureMapsPanel]:
        window = open_on("table1", live=live, worker=True)
        window.document.start(SMALL)
        window.parts.commands["feature_maps"].trigger()
        made = window.parts.panels.panel("feature_maps")
        assert isinstance(made, FeatureMapsPanel)
        if live:
            qtbot.waitUntil(lambda: heading(made) == "fire2 · concat")
        return window, made

    return open_it


def heading(panel: FeatureMapsPanel) -> str:
    title = child(panel, QLabel, "maps_title")
    return title.text() if title.isVisible() else ""


def said(panel: FeatureMapsPanel, name: str) -> str:
    shown = child(panel, QLabel, name)
    return shown.text() if shown.isVisible() else ""


def grid(panel: FeatureMapsPanel) -> MapGrid:
    return child(panel, MapGrid)


def enlarged(panel: FeatureMapsPanel) -> EnlargedMap:
    return child(panel, EnlargedMap)


def choose(panel: FeatureMapsPanel, name: str, data: str) -> None:
    box = child(panel, QComboBox, name)
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_the_maps_of_what_is_selected_are_shown_and_random_weights_are_said(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    assert said(panel, "maps_about") == "10 channels of 19 × 19, of a ramp of grey"
    assert child(panel, QPushButton, "maps_show_picture").isVisible()
    assert said(panel, "maps_warning") == "random weights"
    assert grid(panel).channels_in_sight() == list(range(10))
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "conv1")
    assert said(panel, "maps_about") == "5 channels of 38 × 38, of a ramp of grey"
    window.session.selection.choose_key(Key("fire2", "squeeze1x1"))
    qtbot.waitUntil(lambda: heading(panel) == "fire2 · squeeze 1×1")
    window.session.selection.choose(-1)
    qtbot.waitUntil(lambda: heading(panel) == "input")
    assert said(panel, "maps_about") == "3 channels of 40 × 40, of a ramp of grey"


def test_a_convolutions_maps_can_be_seen_before_its_relu(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "conv1")
    assert all(each.least == 0 for each in panel._maps.statistics if each.zeros)
    choose(panel, "maps_relu", "before")
    qtbot.waitUntil(lambda: panel._maps.shown is not None and panel._maps.shown.operation == "conv1")
    assert any(each.least < 0 for each in panel._maps.statistics)
    assert panel._images.colours.name == "diverging"
    click_cell(window, "pool", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "pool")
    assert not child(panel, QComboBox, "maps_relu").isVisible()


def test_a_click_enlarges_a_channel_and_all_of_it_goes_by_keys(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    followed = caught(panel.follow_requested)
    shown = enlarged(panel)
    assert not shown.isVisible()
    QTest.mouseClick(grid(panel).viewport(), LEFT, pos=grid(panel).cell_of(7).center().toPoint())
    assert shown.isVisible() and shown.shown is not None
    assert shown.shown.place == (7, 9, 9)
    numbers = dict(shown.shown.numbers)
    assert numbers["expand 3×3"] == "filter 3" and numbers["rank by mean"].endswith(" of 10")
    assert "Channel 7: largest" in shown.accessibleDescription()
    press(window, Qt.Key.Key_Right)
    assert shown.shown.place == (8, 9, 9), "the same place of the next channel"
    press(window, Qt.Key.Key_Left, SHIFT)
    press(window, Qt.Key.Key_Up, SHIFT)
    press(window, Qt.Key.Key_F)
    assert followed == [ValueAt("fire2/concat", 8, 8, 8, 0)]
    press(window, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    press(window, Qt.Key.Key_Return)
    assert shown.isVisible()
    QApplication.processEvents()
    QTest.mouseDClick(shown, LEFT, pos=shown.map_rect().center().toPoint())
    assert followed[1:] == [ValueAt("fire2/concat", 8, 9, 9, 0)]
    assert window.session.live.answer is not None and window.session.live.answer.fresh


def test_the_first_value_that_is_shown_of_a_channel_is_its_largest(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    QTest.keyClick(grid(panel), Qt.Key.Key_Right)
    QTest.keyClick(grid(panel), Qt.Key.Key_Return)
    for _ in range(3):
        shown = enlarged(panel).shown
        assert shown is not None and shown.values is not None
        assert shown.value == shown.values.max()
        press(window, Qt.Key.Key_Right)


def test_the_value_under_the_mouse_is_said_with_its_place(opened: OpenPanel, qtbot: QtBot) -> None:
    _, panel = opened()
    at = grid(panel).cell_of(2)
    QTest.mouseMove(grid(panel).viewport(), at.center().toPoint())
    found = panel._maps.small(2)
    assert found is not None
    qtbot.waitUntil(lambda: said(panel, "maps_value").startswith("channel 2, row 9, column 9: "))


def test_the_receptive_field_is_that_of_the_value(opened: OpenPanel, qtbot: QtBot) -> None:
    _, panel = opened()
    QTest.mouseClick(grid(panel).viewport(), LEFT, pos=grid(panel).cell_of(7).center().toPoint())
    shown = enlarged(panel).shown
    assert shown is not None
    # conv 3×3, pool 3×3 with stride 2, expand 3×3 with padding: 3 + 2 + 4 pixels, which begin at 2 · (9 − 1).
    assert shown.field == (range(16, 25), range(16, 25))
    assert shown.taken == (40, 40)


def test_channels_are_put_in_the_order_that_is_chosen_which_is_remembered(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    choose(panel, "maps_order", "mean")
    means = [panel._maps.statistics[channel].mean for channel in grid(panel).channels_in_sight()]
    assert means == sorted(means, reverse=True) != sorted(means)
    choose(panel, "maps_tone", "percentile")
    choose(panel, "maps_scale", "each")
    settings = window.session.settings
    assert [settings.text(f"maps_{name}") for name in ("order", "tone", "scale")] == ["mean", "percentile", "each"]
    assert "99th percentile" in child(panel, type(panel._legend)).accessibleDescription()


def test_maps_of_the_table_before_are_dimmed_until_new_ones_are_here(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    window.session.live.set_live(False)
    window.document.edit("Set", SMALL.with_field(0, "filters", 6))
    QApplication.processEvents()
    assert grid(panel).is_faded
    assert said(panel, "maps_warning") == "of the table before"
    window.document.stack.undo()
    QApplication.processEvents()
    assert not grid(panel).is_faded, "they are the table's again"
    window.document.stack.redo()
    before = panel._maps.shown
    window.session.live.set_live(True)
    qtbot.waitUntil(lambda: panel._maps.shown != before and not grid(panel).is_faded)
    assert said(panel, "maps_warning") == "random weights"


def test_a_row_that_an_edit_does_not_reach_keeps_its_maps(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "conv1")
    window.session.live.set_live(False)
    window.document.edit("Set", window.document.table.with_field(2, "e1x1", 9))
    QApplication.processEvents()
    assert not grid(panel).is_faded


def test_without_a_pass_the_panel_says_what_to_do_with_buttons_for_it(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened(live=False)
    assert said(panel, "maps_message").startswith("Feature maps are what a live pass puts out: open a picture")
    shown = {button.text() for button in panel.findChildren(QPushButton) if button.isVisible()}
    assert shown == {"Open Picture…", "Example Picture", "Turn Live On", "Measure Now"}
    QTest.mouseClick(child(panel, QPushButton, "maps_run"), LEFT)
    qtbot.waitUntil(lambda: heading(panel) == "fire2 · concat")
    assert not window.session.live.live


def test_the_meta_device_computes_no_values_and_the_cpu_is_one_click_away(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    window.parts.live.choose_device("meta")
    qtbot.waitUntil(lambda: said(panel, "maps_message").startswith("The meta device computes no values"))
    QTest.mouseClick(child(panel, QPushButton, "maps_cpu"), LEFT)
    qtbot.waitUntil(lambda: heading(panel) == "fire2 · concat" and not grid(panel).is_faded)
    assert window.session.live.device == "cpu"


def test_what_does_not_run_and_what_is_no_layer_have_a_sentence_each(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    window.session.selection.choose(None)
    assert said(panel, "maps_message").startswith("Select a layer in the table")
    window.document.edit("Set", SMALL.with_field(1, "kernel", 77))
    click_cell(window, "fire2", "layer")
    qtbot.waitUntil(lambda: fresh(window))
    qtbot.waitUntil(lambda: said(panel, "maps_message").startswith("fire2 does not run: "))


def noted(monkeypatch: pytest.MonkeyPatch, client: LiveClient, name: str) -> list[Any]:
    """What a method of the client is called with from now on."""
    seen: list[Any] = []
    method = getattr(client, name)

    def note(request: object) -> None:
        seen.append(request)
        method(request)

    monkeypatch.setattr(client, name, note)
    return seen


def test_only_while_the_panel_is_in_front_passes_keep_their_maps(
    opened: OpenPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, panel = opened()
    client = window.session.client
    runs = noted(monkeypatch, client, "run")
    asked = noted(monkeypatch, client, "show_maps")
    window.parts.panels.bring("costs")
    for filters in (6, 7):
        window.document.edit("Set", SMALL.with_field(0, "filters", filters))
        qtbot.waitUntil(lambda: fresh(window))
    assert [run.keep_maps for run in runs] == [False, False] and not asked
    window.parts.panels.bring("feature_maps")
    qtbot.waitUntil(lambda: bool(asked) and not panel._maps.is_waiting)
    assert [run.keep_maps for run in runs[2:]] == [True]


def test_another_network_begins_with_no_maps_of_the_one_before(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    window.session.live.set_live(False)
    window.document.start(LayerTable("other", InputShape(3, 40, 40), (Conv("c", 2, 3),)))
    QApplication.processEvents()
    assert said(panel, "maps_message")
    window.session.live.set_live(True)
    click_cell(window, "c", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "c")


def test_of_a_picture_what_the_network_sees_lies_beside_the_channel_and_in_the_box_of_the_input(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("squeezenet1_1-imagenet", live=True)
    for command in ("example_picture", "feature_maps", "diagram_maps"):
        window.parts.commands[command].trigger()
    qtbot.waitUntil(lambda: bool(window.session.pictures.pictures))
    window.parts.commands["feature_maps"].trigger()
    panel = window.parts.panels.panel("feature_maps")
    assert isinstance(panel, FeatureMapsPanel)
    qtbot.waitUntil(lambda: said(panel, "maps_about") == "128 channels of 56 × 56")
    assert not said(panel, "maps_warning"), "the weights are trained"
    QTest.mouseClick(grid(panel).viewport(), LEFT, pos=grid(panel).cell_of(1).center().toPoint())
    shown = enlarged(panel).shown
    assert shown is not None and shown.picture is not None
    # Caffe's: 451 × 300 pixels, whose shorter side becomes 256, of which the middle 227 are seen.
    assert shown.picture.size == (451, 300)
    assert shown.picture.crop.bottom - shown.picture.crop.top == pytest.approx(300 * 227 / 256)
    seen = shown.picture.part_seen()
    assert seen.width() == pytest.approx(seen.height(), rel=0.01)
    strips = window.parts.strips()
    qtbot.waitUntil(lambda: bool(strips.maps(INPUT_KEY, 1)))
    qtbot.waitUntil(lambda: not strips.maps(INPUT_KEY, 1)[0].image.isGrayscale())
    assert strips.maps(INPUT_KEY, 1)[0].image.height() == pytest.approx(seen.height(), abs=1)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Has the file dialog answer with a file of that name, which is returned."""

    def answer(name: str) -> Path:
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        return path

    return answer


@pytest.fixture
def two_pictures(opened: OpenPanel, qtbot: QtBot, tmp_path: Path) -> tuple[MainWindow, FeatureMapsPanel]:
    """The panel on a batch of two pictures: a dark one, which is looked at, and a bright one."""
    window, panel = opened()
    paths = [tmp_path / "dark.png", tmp_path / "bright.png"]
    for path, grey in zip(paths, (40, 220), strict=True):
        image = QImage(60, 60, QImage.Format.Format_RGB32)
        image.fill(QColor(grey, 255 - grey, grey))
        assert image.save(str(path))
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.pictures().open([str(path) for path in paths])
    window.parts.panels.bring("feature_maps")  # pictures bring theirs
    qtbot.waitUntil(lambda: child(panel, QComboBox, "maps_compared").isVisible() and not panel._maps.is_waiting)
    return window, panel


def test_the_maps_of_two_pictures_of_a_batch_are_compared(
    two_pictures: tuple[MainWindow, FeatureMapsPanel], saved: Callable[[str], Path], qtbot: QtBot
) -> None:
    window, panel = two_pictures
    box, order = child(panel, QComboBox, "maps_compared"), child(panel, QComboBox, "maps_order")
    assert [box.itemText(at) for at in range(box.count())] == ["compare with…", "− bright.png"]
    assert order.findData("size") < 0, "nothing differs yet"
    before = {channel: whole(panel, channel) for channel in range(10)}
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(lambda: panel._maps.are_differences)
    assert said(panel, "maps_about").startswith("dark.png − bright.png, 10 channels")
    assert panel._images.colours.name == "diverging" and panel._images.scale.both_signs
    assert "this − other" in child(panel, type(panel._legend)).accessibleDescription()
    choose(panel, "maps_order", "size")
    sizes = [panel._maps.statistics[channel].size for channel in grid(panel).channels_in_sight()]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > sizes[-1]
    QTest.mouseClick(grid(panel).viewport(), LEFT, pos=grid(panel).cell_of(7).center().toPoint())
    shown = enlarged(panel).shown
    assert shown is not None and {"most above", "most below", "mean size"} <= set(dict(shown.numbers))
    assert said(panel, "maps_value").startswith("channel 7, row 9, column 9: this − other = ")
    differences = {channel: whole(panel, channel) for channel in range(10)}
    path = saved("maps.npz")
    export_soon("npz")
    panel.export()
    qtbot.waitUntil(path.exists)
    with np.load(path) as stored:
        assert all(np.array_equal(stored["maps"][channel], differences[channel]) for channel in range(10))
        assert stored["about"][0] == "small on dark.png − bright.png"
        assert stored["about"][1].startswith("preprocessing ")

    window.session.pictures.look_at(1)
    panel.follow()
    qtbot.waitUntil(lambda: not panel._maps.is_waiting and not panel._maps.are_differences)
    assert box.currentIndex() == 0 and box.itemText(1) == "− dark.png", "a picture is not compared with itself"
    assert order.currentData() == "index"
    for channel in range(10):
        assert np.array_equal(before[channel] - whole(panel, channel), differences[channel])


def whole(panel: FeatureMapsPanel, channel: int) -> Array:
    found = panel._maps.whole(channel)
    assert found is not None
    return found


@pytest.fixture
def two_networks(opened: OpenPanel, qtbot: QtBot, tmp_path: Path) -> tuple[MainWindow, FeatureMapsPanel, list[Array]]:
    """The panel on a network with weights, where the same one with other weights is pinned; and the maps of both."""
    window, panel = opened()
    box, found = child(panel, QComboBox, "maps_compared"), list[Array]()
    for make in (pruned, normal):
        window.document.open(opened_with(retained(tmp_path, SMALL, make)[0], SMALL))
        window.session.selection.choose(2)
        qtbot.waitUntil(lambda: heading(panel) == "fire2 · concat" and not panel._maps.is_waiting)
        found.append(np.array([whole(panel, channel) for channel in range(10)]))
        if make is pruned:
            assert not box.isVisible(), "there is nothing to compare with"
            window.parts.commands["pin"].trigger()
            window.parts.commands["feature_maps"].trigger()
    assert [box.itemText(at) for at in range(box.count())] == ["compare with…", "− the baseline"]
    return window, panel, found


def compare(panel: FeatureMapsPanel, qtbot: QtBot) -> None:
    box = child(panel, QComboBox, "maps_compared")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(lambda: panel._maps.are_differences and not panel._maps.is_waiting)


def test_the_maps_are_compared_with_those_of_the_baseline(
    two_networks: tuple[MainWindow, FeatureMapsPanel, list[Array]], qtbot: QtBot
) -> None:
    window, panel, (pinned, present) = two_networks
    compare(panel, qtbot)
    assert (
        said(panel, "maps_about") == "this − the baseline on the same input, 10 channels of 19 × 19, of a ramp of grey"
    )
    assert "this − baseline" in child(panel, ScaleLegend).accessibleDescription()
    assert not said(panel, "maps_warning"), "both have weights"
    for channel in range(10):
        assert np.array_equal(whole(panel, channel), present[channel] - pinned[channel])
    choose(panel, "maps_order", "size")
    QTest.mouseClick(grid(panel).viewport(), LEFT, pos=grid(panel).cell_of(7).center().toPoint())
    assert said(panel, "maps_value").startswith("channel 7, row 9, column 9: this − baseline = ")

    window.session.baseline.pin(window.document.table, "bare")
    panel.follow()
    qtbot.waitUntil(lambda: not panel._maps.is_waiting and panel._maps.shown == panel._maps.wanted)
    assert said(panel, "maps_warning") == "the baseline has random weights"
    assert not np.array_equal(whole(panel, 7), present[7] - pinned[7])
    assert panel._maps.are_differences
    window.session.baseline.unpin()
    qtbot.waitUntil(lambda: not panel._maps.are_differences and not panel._maps.is_waiting)
    assert not child(panel, QComboBox, "maps_compared").isVisible()
    assert np.array_equal(whole(panel, 7), present[7])


def test_a_baseline_that_was_trained_on_pictures_prepared_otherwise_is_said_to_be(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    Image.new("RGB", (40, 40), (200, 30, 90)).save(tmp_path / "red.png")
    window = open_on(BUILT_IN, live=True)
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.pictures().open([str(tmp_path / "red.png")])
    window.parts.compares.pin()
    window.parts.commands["feature_maps"].trigger()
    panel = child(window, FeatureMapsPanel)
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: heading(panel).startswith("conv1"))
    compare(panel, qtbot)
    warned = "the baseline was trained on pictures prepared as Caffe: BGR − mean, not torchvision"
    assert not said(panel, "maps_warning")
    for way, warning in ((TORCHVISION, warned), (None, "")):
        window.session.pictures.choose(way)
        qtbot.waitUntil(lambda warning=warning: said(panel, "maps_warning") == warning)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda table: table.with_field(2, "e1x1", 5),
         "fire2 · concat has 11 channels of 19 × 19 here and 10 channels of 19 × 19 in the baseline: no difference."),
        (lambda table: table.with_field(2, "name", "fire9"),
         "The baseline has no fire9 · concat whose maps could be compared with these."),
        (lambda table: table.with_input(InputShape(3, 41, 40)),
         "The baseline takes an input of 3×40×40, and this network one of 3×41×40: no input is for both."),
    ],
)  # fmt: skip
def test_where_maps_do_not_match_those_of_the_baseline_a_sentence_says_why(
    two_networks: tuple[MainWindow, FeatureMapsPanel, list[Array]],
    edit: Callable[[LayerTable], LayerTable],
    reason: str,
    qtbot: QtBot,
) -> None:
    window, panel, _ = two_networks
    compare(panel, qtbot)
    window.document.edit("Edit", edit(window.document.table))
    qtbot.waitUntil(lambda: said(panel, "maps_message") == reason)
    button = child(panel, QPushButton, "maps_alone")
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: heading(panel).endswith("concat") and not panel._maps.are_differences)


def test_the_maps_that_are_shown_are_exported_as_numbers_and_as_a_grid_with_its_scale(
    opened: OpenPanel, saved: Callable[[str], Path], qtbot: QtBot
) -> None:
    window, panel = opened()
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: heading(panel) == "conv1" and not panel._maps.is_waiting)
    choose(panel, "maps_order", "mean")
    (action,) = grid(panel).actions()
    assert action is window.parts.commands["export_maps"] and action.text() == "Export Feature Maps…"
    for name in ("maps.npz", "maps.svg", "maps.png", "maps.pdf"):
        path = saved(name)
        export_soon(path.suffix[1:])
        action.trigger()
        qtbot.waitUntil(path.exists)
    with np.load(path.with_suffix(".npz")) as stored:
        assert stored["maps"].shape == (5, 38, 38) and stored["input"].shape == (3, 40, 40)
        assert all(np.array_equal(stored["maps"][channel], whole(panel, channel)) for channel in range(5))
        assert stored["order"].tolist() == grid(panel).channels_in_sight()
        assert (str(stored["name"]), str(stored["network"])) == ("relu_conv1", "small")
        assert stored["about"].tolist() == ["small on a ramp of grey", "random weights"]
    svg = path.with_suffix(".svg").read_text()
    for words in ("conv1: 5 channels of 38 × 38, after ReLU", "small on a ramp of grey", "random weights"):
        assert words in svg
    assert "colours go by the square root of the value; one scale for all channels; the largest mean first" in svg
    assert not QImage(str(path.with_suffix(".png"))).isNull() and path.read_bytes().startswith(b"%PDF")


def test_an_exported_difference_says_of_what_it_is_and_has_a_scale_of_both_signs(
    two_networks: tuple[MainWindow, FeatureMapsPanel, list[Array]], saved: Callable[[str], Path], qtbot: QtBot
) -> None:
    window, panel, (pinned, present) = two_networks
    compare(panel, qtbot)
    for name in ("maps.npz", "maps.svg"):
        path = saved(name)
        export_soon(path.suffix[1:])
        window.parts.commands["export_maps"].trigger()
        qtbot.waitUntil(path.exists)
    with np.load(path.with_suffix(".npz")) as stored:
        assert np.array_equal(stored["maps"], present - pinned)
        assert str(stored["less"]) == "this − the baseline on the same input" and "input" not in stored
    svg = path.read_text()
    assert "small on a ramp of grey: this − the baseline on the same input" in svg
    assert "with its sign" in svg and "dead" not in svg


def test_an_export_of_maps_that_cannot_be_says_why(
    opened: OpenPanel, saved: Callable[[str], Path], qtbot: QtBot
) -> None:
    window, panel = opened()
    said = caught(window.parts.exports.refused)
    for name, reason in (
        ("gone/maps.png", "the folder does not exist"),
        ("maps.tex", "has a suffix that names none of these formats: .svg, .pdf, .png, .pptx, .npz."),
    ):
        saved(name)
        export_soon()
        window.parts.commands["export_maps"].trigger()
        qtbot.waitUntil(lambda: bool(said))
        assert str(said[0]).startswith("Not exported: ") and reason in str(said[0])
        said.clear()
    window.session.selection.choose(None)
    window.parts.commands["export_maps"].trigger()
    assert said == [f"No feature maps were exported. {child(panel, QLabel, 'maps_message').text()}"]
    assert "Select a layer" in str(said[0])


def test_no_difference_is_offered_of_a_ramp_of_grey(opened: OpenPanel) -> None:
    _, panel = opened()
    assert not child(panel, QComboBox, "maps_compared").isVisible()

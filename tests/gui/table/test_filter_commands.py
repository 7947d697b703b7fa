"""Filters halved, doubled and widened, in the cells of the table and in the boxes of the diagram."""

from hands import choose_soon, click_box, click_cell, fire, keys, one_step, refused

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Conv


def numbers(window: MainWindow, name: str) -> tuple[int, int, int]:
    found = fire(window, name)
    return found.s1x1, found.e1x1, found.e3x3


def test_all_selected_cells_of_filters_are_changed_in_one_step(window: MainWindow) -> None:
    told = list[str]()
    window.parts.cells.done.connect(told.append)
    click_cell(window, "fire2", "s1x1")
    keys(window, "Shift+Down", "Shift+Right")
    with one_step(window):
        window.parts.commands["halve_filters"].trigger()
    assert [numbers(window, name) for name in ("fire2", "fire3", "fire4")] == [(8, 32, 64)] * 2 + [(32, 128, 128)]
    assert window.document.stack.undoText() == "Filters ×½: 4 cells of fire2 to fire3"
    assert told and told[-1].startswith("Filters ×½: 4 cells of fire2 to fire3; 1,248,424 parameters became ")
    click_cell(window, "conv1", "filter/stride")
    with one_step(window):
        window.parts.commands["add_filters"].trigger()
    first = window.document.table.layers[0]
    assert isinstance(first, Conv) and first.filters == 104


def test_the_diagram_s_menu_changes_the_part_or_the_whole_module_that_is_selected(window: MainWindow) -> None:
    chosen = {Key("fire3", "expand3x3"): (16, 64, 128), Key("fire3"): (32, 128, 256)}
    for key, wanted in chosen.items():
        at = click_box(window, key)
        offered = choose_soon("Filters ×2")
        with one_step(window):
            window.parts.graph.setFocus()
            window.parts.graph.context_menu_requested.emit(key, window.parts.graph.viewport().mapToGlobal(at))
        assert {"Filters ×½", "Filters ×2", "Filters +8"} <= set(offered)
        assert numbers(window, "fire3") == wanted


def test_where_no_filters_are_selected_it_says_what_to_select(window: MainWindow) -> None:
    click_cell(window, "maxpool4", "filter/stride")
    with refused(window, "no number of filters is selected", "s1x1"):
        window.parts.commands["double_filters"].trigger()

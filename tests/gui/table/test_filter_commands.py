"""Filters halved, doubled and widened, in the cells of the table and in the boxes of the diagram."""

from hands import CTRL, choose_soon, click_box, click_cell, fire, keys, one_step, refused

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
    chosen = {Key("fire3", "expand3x3"): ("e3x3 of fire3", (16, 64, 128)), Key("fire3"): ("fire3", (32, 128, 256))}
    for key, (which, wanted) in chosen.items():
        at = click_box(window, key)
        offered = choose_soon(f"Filters ×2: {which}")
        with one_step(window):
            window.parts.graph.setFocus()
            window.parts.graph.context_menu_requested.emit(key, window.parts.graph.viewport().mapToGlobal(at))
        assert {f"Filters ×½: {which}", f"Filters ×2: {which}", f"Filters +8: {which}"} <= set(offered)
        assert numbers(window, "fire3") == wanted


def test_of_several_boxes_exactly_the_selected_parts_are_changed_in_one_step(window: MainWindow) -> None:
    graph, commands = window.parts.graph, window.parts.commands
    squeezes = [Key(name, "squeeze1x1") for name in ("fire2", "fire3", "fire5")]
    click_box(window, squeezes[0])
    for key in squeezes[1:]:
        click_box(window, key, modifier=CTRL)
    assert window.parts.cells.resized_filters() == "s1x1 of 3 layers" and graph.marked_parts == {*squeezes}
    assert "3 parts of Fire modules are selected" in graph.accessibleDescription()
    graph.setFocus()
    with one_step(window):
        commands["halve_filters"].trigger()
    assert [numbers(window, key.layer) for key in squeezes] == [(8, 64, 64), (8, 64, 64), (16, 128, 128)]
    assert numbers(window, "fire4") == (32, 128, 128)
    assert window.document.stack.undoText() == "Filters ×½: 3 cells of fire2 to fire5"
    assert graph.marked_parts == {*squeezes}, "they stay selected for the next step"
    click_box(window, Key("fire2", "expand1x1"), modifier=CTRL)
    click_box(window, squeezes[1], modifier=CTRL)
    click_box(window, Key("fire4"), modifier=CTRL)
    assert window.parts.cells.resized_filters() == "parts of 3 layers"
    with one_step(window):
        commands["double_filters"].trigger()
    assert [numbers(window, f"fire{each}") for each in (2, 3, 4, 5)] == [
        (16, 128, 64), (8, 64, 64), (64, 256, 256), (32, 128, 128),
    ]  # fmt: skip
    window.document.stack.undo()
    assert numbers(window, "fire2") == (8, 64, 64)
    click_box(window, squeezes[0])
    assert graph.marked_parts == set() and window.parts.cells.resized_filters() == "s1x1 of fire2"


def test_the_palette_says_whose_filters_its_commands_change(window: MainWindow) -> None:
    click_box(window, Key("fire3", "expand1x1"))
    window.parts.graph.setFocus()
    window.parts.commands["palette"].trigger()
    assert window.parts.commands["double_filters"].text() == "Filters ×2: e1x1 of fire3"


def test_where_no_filters_are_selected_it_says_what_to_select(window: MainWindow) -> None:
    click_cell(window, "maxpool4", "filter/stride")
    with refused(window, "no number of filters is selected", "s1x1"):
        window.parts.commands["double_filters"].trigger()

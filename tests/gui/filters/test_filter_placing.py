"""Where each weight lies in the picture of filters, and which lies beside it."""

from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.gui.filters.placing import LARGEST_CELL, LEAST_CELL, FilterLayout, WeightPlace, filter_layout

layouts = st.builds(
    filter_layout,
    st.tuples(st.integers(1, 40), st.integers(1, 20), st.integers(1, 7), st.integers(1, 7)),
    st.booleans(),
    st.tuples(st.floats(1, 2000), st.floats(1, 900)),
    st.sampled_from([1.0, 1.5, 2.0]),
)


def places(layout: FilterLayout) -> st.SearchStrategy[WeightPlace]:
    outputs, inputs, height, width = layout.shape
    channels = st.just(0) if layout.in_colour else st.integers(0, inputs - 1)
    return st.builds(
        WeightPlace, st.integers(0, outputs - 1), channels, st.integers(0, height - 1), st.integers(0, width - 1)
    )


@given(st.data(), layouts)
def test_each_weight_is_found_at_every_pixel_of_its_square(data: st.DataObject, layout: FilterLayout) -> None:
    place = data.draw(places(layout))
    left, top = layout.corner(place)
    for x, y in ((0, 0), (layout.cell - 1, layout.cell - 1)):
        assert layout.place_at(left + x, top + y) == place
    assert left + layout.cell <= layout.size[0] and top + layout.cell <= layout.size[1]


@given(st.data(), layouts)
def test_a_step_goes_to_the_next_square_and_never_out_of_the_picture(data: st.DataObject, layout: FilterLayout) -> None:
    place = data.draw(places(layout))
    right, down = data.draw(st.tuples(st.integers(-3, 3), st.integers(-3, 3)))
    moved = layout.moved(place, right, down)
    assert layout.place_at(*layout.corner(moved)) == moved
    if (right, down) == (1, 0) and not layout.in_colour and place.column + 1 < layout.shape[3]:
        assert moved == place._replace(column=place.column + 1)


def test_a_matrix_is_as_wide_as_the_room_as_long_as_its_squares_can_be_seen() -> None:
    wide = filter_layout((64, 16, 3, 3), False, (340, 150))
    assert wide.cell == 6 and 300 < wide.size[0] <= 340
    assert filter_layout((1000, 512, 1, 1), False, (340, 150)).cell == LEAST_CELL
    assert filter_layout((4, 3, 1, 1), False, (340, 150)).cell == LARGEST_CELL
    assert filter_layout((96, 3, 7, 7), False, (340, 150)).size[1] / 96 * 6 <= 150, "some filters are in sight"
    assert filter_layout((1000, 512, 1, 1), False, (340, 150)).gap == 0, "1 × 1 filters are one matrix"


def test_filters_in_colour_are_as_large_as_they_can_be_in_sight() -> None:
    layout = filter_layout((64, 3, 3, 3), True, (340, 150))
    assert layout.size[0] <= 340 and layout.size[1] <= 150
    assert all(filter_layout((96, 3, 7, 7), True, (width, 40)).size[0] <= width for width in range(100, 140)), (
        "or it could be scrolled sideways by a few pixels"
    )
    larger = layout._replace(cell=layout.cell + 1)
    across = (340 + layout.gap) // larger.tile[0]
    assert -(-64 // across) * larger.tile[1] > 150
    assert filter_layout((96, 3, 7, 7), True, (200, 40)).cell == 3, "else they scroll"


def test_gaps_belong_to_no_weight() -> None:
    layout = filter_layout((4, 2, 3, 3), False, (340, 150))
    assert layout.place_at(3 * layout.cell, 0) is None
    assert layout.place_at(-1, 0) is None and layout.place_at(0, layout.size[1]) is None

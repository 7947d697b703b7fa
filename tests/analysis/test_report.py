"""The JSON object says whether its numbers are a whole network's."""

import pytest
from preset_tables import preset

from squeezeviz.analysis.report import predicted_report
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable


@pytest.mark.parametrize("name", ["table1", "complex-bypass"])
def test_a_table_that_runs_is_said_to(name: str) -> None:
    report = predicted_report(resolve(preset(name)))
    assert (report["runs"], report["notes"]) == (True, [])


def test_a_table_that_cannot_run_is_never_taken_for_a_network() -> None:
    report = predicted_report(resolve(preset("table1").with_field(4, "bypass", "simple")))
    assert report["runs"] is False
    assert [layer["name"] for layer in report["layers"]] == ["conv1", "maxpool1", "fire2", "fire3"]
    assert report["macs"] == sum(layer["macs"] for layer in report["layers"])
    (note,) = report["notes"]
    assert note.startswith("fire4: ") and note.endswith("; totals and layers end before that row")


def test_an_empty_table_has_no_row_to_end_before() -> None:
    report = predicted_report(resolve(LayerTable("nothing", InputShape(3, 8, 8), ())))
    assert report["runs"] is False
    assert "that row" not in report["notes"][0]


def test_totals_that_are_too_large_are_still_of_every_row() -> None:
    huge = tuple(Conv(name=f"conv{number}", filters=10**9, kernel=1) for number in range(1, 12))
    report = predicted_report(resolve(LayerTable("huge", InputShape(10**6, 1, 1), huge)))
    assert (report["runs"], len(report["layers"])) == (False, len(huge))
    assert "that row" not in report["notes"][0]

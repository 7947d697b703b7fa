"""Which operation a person means."""

from __future__ import annotations

import pytest
from preset_tables import network

from squeezeviz.analysis.feature_maps import operation_named
from squeezeviz.model.errors import SqueezevizError


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("fire2/expand3", "has no operation 'fire2/expand3'; did you mean fire2/expand3x3? .squeezeviz show"),
        (
            "fire2",
            "'fire2' is a layer of several operations; choose one of them: fire2/squeeze1x1, .* and fire2/concat$",
        ),
        ("nothing of it", "it has conv1, relu_conv1, maxpool1, .* more .squeezeviz show NETWORK --format json lists"),
    ],
)
def test_an_unknown_operation_is_told_with_those_that_are_near(name: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence.replace("?", r"\?")):
        operation_named(network(), name)


def test_an_operation_is_found_by_its_name() -> None:
    assert operation_named(network(), "fire2/expand3x3").shape == (64, 55, 55)

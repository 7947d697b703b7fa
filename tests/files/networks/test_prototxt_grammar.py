"""Text format is read as protobuf's own parser reads it, which is slower, keeps no lines and knows no bounds."""

from __future__ import annotations

import pytest
from caffe_networks import CAFFE_TEXTS
from google.protobuf import text_format
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.files.networks.caffe.blocks import blocks_of
from squeezeviz.files.networks.caffe.messages import fill, net_parameter
from squeezeviz.files.networks.caffe.parse import parse
from squeezeviz.model.errors import SqueezevizError

FIELDS = (
    "name", "input", "input_dim", "dim", "type", "pool", "kernel_size", "pad", "bias_term", "dropout_ratio", "foo",
)  # fmt: skip
MESSAGES = ("layer", "input_shape", "convolution_param", "pooling_param", "dropout_param", "bar")
VALUES = (
    '"a"', "'b'", '"a" \'b\'', r'"\x41\"\n\101"', "3", "-1", "0x1f", "017", "09", "1.5", "1e3", ".5", "2.f", "MAX",
    "true", "t", "f", "1", "inf", "nan", "4294967296", "[1,2]", "[1 2]", "[]", '["a", "b"]', "[{dim: 1}]", "-",
    "$x", "{", "}", ">",
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Fields that Caffe has and others, in blocks within blocks, with values that mostly do not suit them."""
    sign, end = st.sampled_from([":", " : ", ": # c\n"]), st.sampled_from(["\n", ";", ", ", " "])
    scalar = st.tuples(st.sampled_from(FIELDS), sign, st.sampled_from(VALUES), end).map("".join)
    return st.recursive(
        st.lists(scalar, max_size=2).map("".join),
        lambda inner: st.lists(
            st.one_of(
                scalar,
                st.builds("{}{{{}}} ".format, st.sampled_from(MESSAGES), inner),
                st.builds("{}: <{}>\n".format, st.sampled_from(MESSAGES), inner),
            ),
            max_size=3,
        ).map("".join),
        max_leaves=6,
    )


@given(texts())
def test_what_protobuf_takes_is_taken_the_same_and_what_is_refused_has_its_line(text: str) -> None:
    ours = net_parameter()()
    try:
        theirs = text_format.Parse(text, net_parameter()(), allow_unknown_field=True)
    except text_format.ParseError:
        theirs = None
    try:
        fill(ours, "NetParameter", blocks_of(text))
    except SqueezevizError as error:
        assert theirs is None
        assert error.place.line is not None
        return
    # what stands in fields that Caffe does not have is not judged
    assert theirs is None or str(ours) == str(theirs)


@pytest.mark.parametrize("name", CAFFE_TEXTS)
def test_networks_are_the_same_messages(name: str) -> None:
    text = CAFFE_TEXTS[name]
    assert parse(text).message == text_format.Parse(text, net_parameter()(), allow_unknown_field=True)

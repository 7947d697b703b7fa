"""One small network as a file of every format that squeezeviz reads."""

from functools import cache

from caffe_models import caffemodel

from squeezeviz.files.registry import FORMATS, format_of, to_bytes, to_text
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

SMALL = LayerTable(
    "small",
    InputShape(3, 20, 20),
    (
        Conv("conv1", filters=8, kernel=3, stride=2, padding=1),
        Fire("fire2", s1x1=2, e1x1=4, e3x3=4, bypass=Bypass.SIMPLE),
        MaxPool("pool2", kernel=3, stride=2),
        Fire("fire3", s1x1=2, e1x1=8, e3x3=8, bypass=Bypass.COMPLEX),
        Dropout("drop3"),
        Conv("conv4", filters=10, kernel=1),
        GlobalAvgPool("pool4"),
        Softmax("prob"),
    ),
)


PLAIN = LayerTable("plain", SMALL.input, (SMALL.layers[0], Fire("fire2", 2, 4, 4), SMALL.layers[-3]))
"""As a checkpoint can tell one."""


READ = {each.id: each for each in FORMATS if each.can_read}


SUFFIXES = [suffix for each in READ.values() for suffix in each.suffixes]


TEXT_SUFFIXES = [suffix for each in READ.values() if not each.binary for suffix in each.suffixes]


@cache
def whole(suffix: str) -> bytes:
    """A small network as a file with that suffix."""
    info = format_of(f"a{suffix}")
    assert info is not None
    return small_file(info.id)


def small_file(format_id: str) -> bytes:
    if format_id == "caffemodel":  # which is read alone
        return caffemodel(to_text(SMALL, "prototxt"))
    return to_bytes(PLAIN if format_id == "pytorch" else SMALL, format_id)

"""Pieces of Caffe's prototxt, one layer each, and what they open as."""

from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.model.layers import Layer

GLOBAL_POOL = "pooling_param { pool: AVE global_pooling: true }"
INPUT = 'input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 32 }\n'


def conv(name: str, bottom: str, more: str = "num_output: 4 kernel_size: 1", top: str = "") -> str:
    return (
        f'layer {{ name: "{name}" type: "Convolution" bottom: "{bottom}" top: "{top or name}" '
        f"convolution_param {{ {more} }} }}\n"
    )


def relu(bottom: str, top: str = "") -> str:
    return f'layer {{ name: "relu_{bottom}" type: "ReLU" bottom: "{bottom}" top: "{top or bottom}" }}\n'


def layer(name: str, kind: str, *bottoms: str, more: str = "") -> str:
    taken = " ".join(f'bottom: "{bottom}"' for bottom in bottoms)
    return f'layer {{ name: "{name}" type: "{kind}" {taken} top: "{name}" {more} }}\n'


def fire(source: str, squeeze: str = "f/s", small: str = "f/e1", large: str = "f/e3", concat: str = "f/c") -> str:
    """A Fire module of 2, 3 and 5 filters whose ReLUs work in place."""
    return (
        conv(squeeze, source, "num_output: 2 kernel_size: 1")
        + relu(squeeze)
        + conv(small, squeeze, "num_output: 3 kernel_size: 1")
        + relu(small)
        + conv(large, squeeze, "num_output: 5 kernel_size: 3 pad: 1")
        + relu(large)
        + layer(concat, "Concat", small, large)
    )


def layers_of(text: str) -> tuple[Layer, ...]:
    return prototxt.read(INPUT + text).table.layers

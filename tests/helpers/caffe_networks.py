"""SqueezeNets as their authors wrote them for Caffe, with the numbers of `published_counts`."""

from places import SHARED
from published_counts import FIRES, POOLED, STEM

REAL = {path.stem: path for path in sorted((SHARED / "data" / "caffe").glob("*.prototxt"))}
"""The authors' own files, where they lie beside the project."""


def caffe_network(version: str, *, trains: bool = False, residual: bool = False) -> str:
    """Version 1.0 or 1.1, to be run or to be trained; `residual` adds simple bypasses around every other module."""
    filters, kernel = STEM[version]
    lines = [_images("TRAIN"), _images("TEST")] if trains else [DEPLOYED]
    lines.append(_conv("conv1", "data", filters, kernel, stride=2))
    here = _pool(lines, "pool1", "conv1")
    for place, (squeeze, expand) in enumerate(FIRES, 2):
        fire, came_in = f"fire{place}", here
        lines.append(_conv(f"{fire}/squeeze1x1", here, squeeze))
        lines.append(_conv(f"{fire}/expand1x1", f"{fire}/squeeze1x1", expand))
        lines.append(_conv(f"{fire}/expand3x3", f"{fire}/squeeze1x1", expand, 3, pad=1))
        lines.append(_layer(f"{fire}/concat", "Concat", f"{fire}/expand1x1", f"{fire}/expand3x3"))
        here = f"{fire}/concat"
        if residual and place % 2:
            lines.append(_layer(f"{fire}_EltAdd", "Eltwise", came_in, here))
            here = f"{fire}_EltAdd"
        if place in POOLED[version]:
            here = _pool(lines, f"pool{place}", here)
    lines.append(_layer("drop9", "Dropout", here, top=here, more="dropout_param {\n    dropout_ratio: 0.5\n  }"))
    lines.append(_conv("conv10", here, 1000, pad=1 if version == "1.0" else 0))
    pool = "pooling_param {\n    pool: AVE\n    global_pooling: true\n  }"
    lines.append(_layer("pool10", "Pooling", "conv10", more=pool))
    if trains:
        lines.append(_layer("loss", "SoftmaxWithLoss", "pool10", "label", more="include {\n    phase: TRAIN\n  }"))
        lines.append(_layer("accuracy", "Accuracy", "pool10", "label", more="include {\n    phase: TEST\n  }"))
        top5 = "include {\n    phase: TEST\n  }\n  accuracy_param {\n    top_k: 5\n  }"
        lines.append(_layer("accuracy_top5", "Accuracy", "pool10", "label", more=top5))
    else:
        lines.append(_layer("prob", "Softmax", "pool10"))
    return "\n".join(lines)


DEPLOYED = """# a comment
#}

input: "data"
input_shape {
  dim: 10
  dim: 3
  dim: 227
  dim: 227
}"""


def _images(phase: str) -> str:
    return _layer(
        "data",
        "Data",
        more=f"""top: "label"
  include {{
    phase: {phase}
  }}
  transform_param {{
    crop_size: 227
    mean_value: 104
    mean_value: 117
    mean_value: 123
  }}
  data_param {{
    source: "images_{phase.lower()}_lmdb"
    batch_size: 32 #*iter_size
    backend: LMDB
  }}""",
    )


def _layer(name: str, kind: str, *bottoms: str, top: str = "", more: str = "") -> str:
    taken = "".join(f'\n  bottom: "{bottom}"' for bottom in bottoms)
    said = f"\n  {more}" if more else ""
    return f'layer {{\n  name: "{name}"\n  type: "{kind}"{taken}\n  top: "{top or name}"{said}\n}}'


def _conv(name: str, bottom: str, filters: int, kernel: int = 1, *, stride: int = 1, pad: int = 0) -> str:
    """A convolution and the ReLU that works in its place."""
    numbers = {"num_output": filters, "pad": pad, "kernel_size": kernel, "stride": 0 if stride == 1 else stride}
    said = "".join(f"\n    {field}: {number}" for field, number in numbers.items() if number)
    filler = '\n    weight_filler {\n      type: "xavier"\n    }'
    convolution = _layer(name, "Convolution", bottom, more=f"convolution_param {{{said}{filler}\n  }}")
    fire, slash, part = name.rpartition("/")
    return convolution + "\n" + _layer(f"{fire}{slash}relu_{part}", "ReLU", name, top=name)


def _pool(lines: list[str], name: str, bottom: str) -> str:
    numbers = "pooling_param {\n    pool: MAX\n    kernel_size: 3\n    stride: 2\n  }"
    lines.append(_layer(name, "Pooling", bottom, more=numbers))
    return name


CAFFE_TEXTS = {
    "v1.0 to run": caffe_network("1.0"),
    "v1.0 to train": caffe_network("1.0", trains=True),
    "v1.1 to run": caffe_network("1.1"),
    "residual to train": caffe_network("1.0", trains=True, residual=True),
    **{name: path.read_text(encoding="utf-8") for name, path in REAL.items()},
}
"""Our own samples, and the real files where they are at hand."""

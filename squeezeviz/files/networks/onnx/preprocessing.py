"""How an ONNX file says that pictures are prepared for it: by the metadata that Windows ML reads."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.pictures.preprocessing import BGR, RGB, PreprocessingHint, Values

_FORMAT = "Image.BitmapPixelFormat"
_RANGE = "Image.NominalPixelRange"
_ORDERS = {"Bgr8": BGR, "Rgb8": RGB, "Gray8": RGB, "Bgra8": BGR, "Rgba8": RGB}
_ALL: Values = (255, 255, 255)
_MIDDLE: Values = (127.5, 127.5, 127.5)
_RANGES: dict[str, tuple[Values | None, Values | None]] = {
    "NominalRange_0_255": (None, None),
    "Normalized_0_1": (None, _ALL),
    "Normalized_1_1": (_MIDDLE, _MIDDLE),
}
"""The mean and the standard deviation that bring values from 0 to 255 into each range."""


def preprocessing_of(proto: Any) -> PreprocessingHint | None:
    """What the model's metadata say of its pictures; None where they do not say the order of the channels."""
    said = {each.key: each.value for each in proto.metadata_props if each.key in (_FORMAT, _RANGE)}
    way = _ORDERS.get(said.get(_FORMAT, ""))
    values = _RANGES.get(said.get(_RANGE, "NominalRange_0_255"))
    if way is None or values is None:
        return None
    named = ", ".join(f"{key} {value}" for key, value in sorted(said.items()))
    return PreprocessingHint(way.with_values(*values), f"the file's metadata say {named}")

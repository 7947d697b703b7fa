"""State dicts as shapes: torchvision's networks, and the same ones under other people's names."""

from collections.abc import Callable, Mapping

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName, TensorShape, tensor_shapes
from squeezeviz.files.presets import load_preset
from squeezeviz.trace.places import state_dict_shapes

Shapes = dict[str, TensorShape]


def torchvision_shapes(preset: str = "squeezenet1_0") -> Shapes:
    return dict(state_dict_shapes(resolve(load_preset(preset))))


def renamed(name_of: Callable[[TensorName], str], preset: str = "squeezenet1_0") -> Shapes:
    """A preset's tensors, each under the name that `name_of` gives it."""
    tensors: dict[TensorName, TensorShape] = {}
    for layer in resolve(load_preset(preset)).layers:
        tensors |= tensor_shapes(layer)
    return {name_of(name): shape for name, shape in tensors.items()}


def with_changed(shapes: Mapping[str, TensorShape], **changes: TensorShape) -> Shapes:
    """With some shapes changed; a double underscore stands for a point."""
    return {**shapes, **{key.replace("__", "."): shape for key, shape in changes.items()}}

"""A small state dict, and checkpoints that would run code where somebody let them."""

import os
import zipfile
from pathlib import Path

import torch

import squeezeviz.trace  # noqa: F401, before torch: it tells OpenMP how to wait

State = dict[str, torch.Tensor]


def small_state() -> State:
    """A convolution, a Fire module and a classifier, with numbers that differ."""
    shapes = {
        "features.0.weight": (6, 3, 3, 3),
        "features.0.bias": (6,),
        "features.3.squeeze.weight": (2, 6, 1, 1),
        "features.3.squeeze.bias": (2,),
        "features.3.expand1x1.weight": (4, 2, 1, 1),
        "features.3.expand1x1.bias": (4,),
        "features.3.expand3x3.weight": (5, 2, 3, 3),
        "features.3.expand3x3.bias": (5,),
        "classifier.1.weight": (7, 9, 1, 1),
        "classifier.1.bias": (7,),
    }
    torch.manual_seed(1)
    return {key: torch.randn(shape) for key, shape in shapes.items()}


class Harmful:
    """A pickle of it makes a folder where it is loaded."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("harmed",)


class Evaluating:
    def __reduce__(self) -> tuple[object, ...]:
        return eval, ("__import__('os').mkdir('harmed')",)


def zipped(description: bytes, path: Path, folder: str = "w", compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(f"{folder}/data.pkl", description)

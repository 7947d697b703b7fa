"""Where in a picture a class is seen: read from the maps whose means are the scores, or tried out by covering."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic
from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.pictures.class_maps import (
    ClassMap,
    Method,
    averaged_maps,
    check_ends_in_classes,
    check_is_class,
    grey_values,
    patches,
)
from squeezeviz.analysis.pictures.classes import probabilities
from squeezeviz.analysis.pictures.preprocessing import Preprocessing
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.pictures import ends_with_softmax, scores_of
from squeezeviz.trace.recorder import IsCancelled

MOST_AT_ONCE = 8
"""How many covered pictures run in one pass."""
_ROOM = 512 * 1024**2
"""The bytes that such a pass may take."""

OnPlaces = Callable[[int, int], None]
"""Called with the number of places that were tried, and their total."""


def class_map(
    network: ResolvedNetwork,
    module: SqueezeNet,
    image: Tensor,
    number: int,
    method: Method,
    preprocessing: Preprocessing,
    *,
    arithmetic: Arithmetic = EXACT,
    progress: OnPlaces | None = None,
    cancelled: IsCancelled | None = None,
) -> ClassMap:
    """Return the map of the class `number` by that method. Raises as `activation_map` and `occlusion_map` do."""
    if method is Method.ACTIVATION:
        return activation_map(network, module, image, number, arithmetic=arithmetic, cancelled=cancelled)
    return occlusion_map(
        network, module, image, number, preprocessing, arithmetic=arithmetic, progress=progress, cancelled=cancelled
    )


def activation_map(
    network: ResolvedNetwork,
    module: SqueezeNet,
    image: Tensor,
    number: int,
    *,
    arithmetic: Arithmetic = EXACT,
    cancelled: IsCancelled | None = None,
) -> ClassMap:
    """Run the picture, 1×C×H×W, and return the values whose mean is the score of the class `number`.

    Raises SqueezevizError if the scores of the network are no means of maps, if it has no such class, or if some value
    is not finite, and what `live_pass` raises.
    """
    maps = averaged_maps(network)
    check_is_class(network, number)
    kept = FeatureMaps([maps.name])
    live_pass(network, module=module, image=image, arithmetic=arithmetic, on_operation=kept.take, cancelled=cancelled)
    values = kept.of(maps.name)[0, number]
    if not bool(values.isfinite().all()):
        raise SqueezevizError("some values of this class's map are no finite numbers: its weights may be damaged")
    rows: list[list[float]] = values.tolist()
    mean = float(np.mean(values.numpy(), dtype=np.float64))
    return ClassMap(number, Method.ACTIVATION, mean, maps.rows, maps.columns, tuple(map(tuple, rows)))


def occlusion_map(
    network: ResolvedNetwork,
    module: SqueezeNet,
    image: Tensor,
    number: int,
    preprocessing: Preprocessing,
    *,
    arithmetic: Arithmetic = EXACT,
    progress: OnPlaces | None = None,
    cancelled: IsCancelled | None = None,
) -> ClassMap:
    """Cover one place of the picture, 1×C×H×W, after the other, and return by how much the probability of the class
    `number` falls each time.

    The patch is grey before `preprocessing`, which made the image. Raises SqueezevizError if the network says no
    classes, or not this one, PassCancelledError if it was cancelled, and what `live_pass` raises.
    """
    check_ends_in_classes(network)
    check_is_class(network, number)
    laid = patches(network.table.input)
    grey = torch.tensor(grey_values(preprocessing, image.shape[1])).view(-1, 1, 1)
    own = ends_with_softmax(network)
    found: list[float] = []
    every, size = (None, *laid.places), _at_once(network)
    for start in range(0, len(every), size):
        places = every[start : start + size]
        covered = image.repeat(len(places), 1, 1, 1)
        for one, place in zip(covered, places, strict=True):
            if place is not None:
                one[:, place[0] : place[0] + laid.height, place[1] : place[1] + laid.width] = grey
        for scores in scores_of(covered, network, module, arithmetic=arithmetic, cancelled=cancelled):
            found.append(probabilities(scores, are_probabilities=own)[number])
        if progress is not None:
            progress(len(found) - 1, len(laid.places))
    whole, *others = found
    width = len(laid.lefts)
    falls = (tuple(whole - each for each in others[at : at + width]) for at in range(0, len(others), width))
    return ClassMap(number, Method.OCCLUSION, whole, *laid.middles, tuple(falls))


def _at_once(network: ResolvedNetwork) -> int:
    return max(1, min(MOST_AT_ONCE, _ROOM // pass_bytes(network, 1)))

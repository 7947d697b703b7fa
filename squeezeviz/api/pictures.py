"""What a network sees in pictures, as `squeezeviz classify` and `squeezeviz features` say it."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from squeezeviz.analysis.feature_maps import check_kept
from squeezeviz.analysis.pictures.classes import Classification
from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import operation_meant
from squeezeviz.cli.classifying import classify as classified
from squeezeviz.cli.shown_pictures import ready_for_pictures
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import SqueezevizError, brief, errors_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def classify(
    opened: Opened,
    images: Sequence[str | os.PathLike[str]],
    preprocess: str | None,
    labels: str | os.PathLike[str] | None,
    device: str,
) -> Classification:
    """As `Network.classify`."""
    options = _options(opened, preprocess, device)
    options.images = [os.fspath(image) for image in images]
    options.labels = None if labels is None else os.fspath(labels)
    found, unread = classified(opened, options)
    for error in unread:
        raise error
    return found


def features(
    opened: Opened, image: str | os.PathLike[str], at: str, preprocess: str | None, device: str
) -> NDArray[np.float32]:
    """As `Network.features`."""
    with errors_at(column="at"):
        network = resolve(opened.table)
        name = operation_meant(network, at)
        check_kept(network, name)
    run = ready_for_pictures(opened, _options(opened, preprocess, device))
    from squeezeviz.trace.maps import FeatureMaps
    from squeezeviz.trace.passes import live_pass

    (shown,) = run.pictures([os.fspath(image)])
    kept = FeatureMaps([name])
    live_pass(run.network, module=run.module, image=shown.image, on_operation=kept.take)
    maps: NDArray[np.float32] = kept.of(name)[0].numpy().copy()
    return maps


def _options(opened: Opened, preprocess: str | None, device: str) -> Namespace:
    """The options of the command line that say the same."""
    if preprocess is not None and preprocess not in PREPROCESSINGS:
        known = ", ".join(PREPROCESSINGS)
        raise SqueezevizError(f"there is no preprocessing {brief(preprocess)!r}; take one of {known}")
    return Namespace(network=opened.table.name, preprocess=preprocess, mean=None, std=None, device=device)

"""Feature maps as coloured pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.channels import CAPPED_AT
from squeezeviz.figure.theme.colour_maps import BROKEN, ColourMap
from squeezeviz.figure.theme.tone import Scale, Tone

Values = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]


def scale_of(values: Values, tone: Tone = Tone.SQRT, *, both_signs: bool | None = None) -> Scale:
    """Return the scale of one or several maps: of both signs if there are negative values, unless it is said.

    What is no number, or infinite, does not count.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if both_signs is None:
        both_signs = bool((values < 0).any())
    if tone is Tone.PERCENTILE:
        sizes = sizes[sizes > 0]
        most = float(np.percentile(sizes, CAPPED_AT)) if sizes.size else 0.0
    else:
        most = float(sizes.max(initial=0))
    return Scale(most, tone, both_signs)


def coloured(values: Values, scale: Scale, colours: ColourMap) -> Pixels:
    """Return the maps (…, H, W) as pixels (…, H, W, 3): red, green and blue of each value's colour on that scale."""
    table = np.frombuffer(colours.rgb + bytes(BROKEN), np.uint8).reshape(-1, 3)
    last = len(table) - 2
    with np.errstate(invalid="ignore"):
        shares = np.clip(values / scale.most, -1 if scale.both_signs else 0, 1) if scale.most else values * 0
        if scale.tone is Tone.SQRT:
            shares = np.sqrt(np.abs(shares)) * np.sign(shares)
        if scale.both_signs:
            shares = (shares + 1) / 2
    places = np.where(np.isnan(values), last + 1, np.rint(np.nan_to_num(shares) * last)).astype(np.intp)
    return table[places]

"""The tone of feature maps: how values become shares of a map's colours, and which value a share stands for.

A few values of a map are far above all others, so that in linear tone nearly everything is as dark as nothing.
"""

from __future__ import annotations

import math
from enum import StrEnum

from squeezeviz.analysis.channels import CAPPED_AT
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import significant


class Tone(StrEnum):
    """Linear to the largest value; by the square root; or linear to the percentile `CAPPED_AT`, above which all is one
    colour."""

    LINEAR = "linear"
    SQRT = "sqrt"
    PERCENTILE = "percentile"


class Scale(NamedTuple):
    """Which values the colours stand for: from 0 to `most`, or with `both_signs` from -`most` to `most`."""

    most: float
    tone: Tone = Tone.SQRT
    both_signs: bool = False

    def value_at(self, share: float) -> float:
        """Return the value whose colour stands at that share of the map, from 0 to 1."""
        reached = 2 * share - 1 if self.both_signs else share
        if self.tone is Tone.SQRT:
            return reached * abs(reached) * self.most
        return reached * self.most

    def share_of(self, value: float) -> float:
        """Return the share of the map, from 0 to 1, at which the value's colour stands."""
        reached = max(-1.0, min(1.0, value / self.most)) if self.most else 0.0
        if self.tone is Tone.SQRT:
            reached = math.copysign(math.sqrt(abs(reached)), reached)
        return (reached + 1) / 2 if self.both_signs else max(0.0, reached)

    def ticks(self, count: int = 4) -> tuple[tuple[float, str], ...]:
        """Return shares of the map with the values that they stand for, as text: `count` steps from end to end."""
        above = "≥ " if self.tone is Tone.PERCENTILE and self.most else ""
        shares = [step / count for step in range(count + 1)]
        texts = [significant(self.value_at(share)) for share in shares]
        texts[-1] = above + texts[-1]
        if self.both_signs and above:
            texts[0] = f"≤ {texts[0]}"
        return tuple(zip(shares, texts, strict=True))

    def own_ticks(self) -> tuple[tuple[float, str], ...]:
        """Return the same for maps that each have a scale like this, up to a value of their own."""
        most = f"its {CAPPED_AT}th percentile" if self.tone is Tone.PERCENTILE else "its largest"
        return ((0.0, f"−{most}"), (0.5, "0"), (1.0, most)) if self.both_signs else ((0.0, "0"), (1.0, most))

    @property
    def in_words(self) -> str:
        """What is to be said of the tone, so that nobody takes a colour for another value."""
        match self.tone:
            case Tone.LINEAR:
                return "colours are linear in the value"
            case Tone.SQRT:
                return f"colours go by the square root of the value{', with its sign' if self.both_signs else ''}"
            case Tone.PERCENTILE:
                return f"colours are linear up to the {CAPPED_AT}th percentile of the values that are not 0"

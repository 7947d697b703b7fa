"""How a live pass computes: precision and memory format, of which only times and memory depend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """What operations compute in, by torch's names. The 16-bit ones are autocast's: weights stay in float32, and
    operations that need it compute in float32."""

    FLOAT32 = "float32"
    TF32 = "tf32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


class MemoryFormat(StrEnum):
    """The order of a tensor's values in memory, by torch's names: N, C, H, W or N, H, W, C."""

    CONTIGUOUS = "contiguous"
    CHANNELS_LAST = "channels_last"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How a pass computes. It changes times and memory, never a shape, a depth or a count."""

    precision: Precision = Precision.FLOAT32
    memory_format: MemoryFormat = MemoryFormat.CONTIGUOUS

    def __str__(self) -> str:
        """Return `bfloat16, channels_last`."""
        return ", ".join((self.precision, *self._format))

    @property
    def sentence(self) -> str:
        """Return the same with what it means: `float32, exact (without TF32)`."""
        return ", ".join((_MEANINGS[self.precision], *self._format))

    def on(self, device: str) -> Arithmetic:
        """Return what a pass on the device of that id computes in: the meta device does no arithmetic."""
        return EXACT if device.partition(":")[0] == "meta" else self

    def unused_on(self, device: str) -> str:
        """Return a clause that says that the device makes no use of it, or an empty text."""
        if self.on(device) == self:
            return ""
        what = " and ".join((self.precision, *self._format))
        return f"{device} does no arithmetic, so that {what} {'play' if self._format else 'plays'} no part"

    @property
    def _format(self) -> tuple[str, ...]:
        return (self.memory_format,) if self.memory_format is not MemoryFormat.CONTIGUOUS else ()


_MEANINGS = {
    Precision.FLOAT32: "float32, exact (without TF32)",
    Precision.TF32: "tf32, which rounds float32 to 10 bits of mantissa",
    Precision.BFLOAT16: "bfloat16 by autocast",
    Precision.FLOAT16: "float16 by autocast",
}

EXACT = Arithmetic()
"""Float32 as it is, which every pass computes in unless another is chosen."""

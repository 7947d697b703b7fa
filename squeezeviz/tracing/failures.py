"""How a live pass fails: the one error class of the product, with the kind that a client acts on."""

from __future__ import annotations

from enum import StrEnum

from squeezeviz.core.errors import Place, SqueezevizError


class FailureKind(StrEnum):
    """What went wrong with a pass.

    REFUSED: the table, the batch or the request cannot be run anywhere. MEMORY: it does not fit the device.
    DEVICE: the device is not there or stopped working. FAILED: anything else, a bug of ours included.
    """

    REFUSED = "refused"
    MEMORY = "memory"
    DEVICE = "device"
    FAILED = "failed"


class PassError(SqueezevizError):
    """A pass that could not be run, or ended early."""

    def __init__(self, kind: FailureKind, message: str, place: Place | None = None) -> None:
        super().__init__(message, place)
        self.kind = kind


class PassCancelledError(Exception):
    """The pass was given up because its caller said so."""
